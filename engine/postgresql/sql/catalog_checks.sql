-- CHECK constraints, by name, and whether each binds every row. $1: schema, $2: table or NULL.
SELECT c.relname,
       k.conname,
       pg_get_expr(k.conbin, k.conrelid),
       k.convalidated,
       coalesce(to_jsonb(k) ->> 'conenforced', 'true') = 'true'
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'c'
  AND n.nspname = $1
  AND ($2::text IS NULL OR c.relname = $2)
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
ORDER BY c.relname, k.conname
