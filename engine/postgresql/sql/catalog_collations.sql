-- Collations of a schema ($1), by name: the locale stands in another column before 15 and before 17.
SELECT l.collname,
       coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', to_jsonb(l) ->> 'collcollate', ''),
       l.collisdeterministic,
       n.nspname || '.' || l.collname
FROM pg_collation l
JOIN pg_namespace n ON n.oid = l.collnamespace
WHERE n.nspname = $1
ORDER BY l.collname
