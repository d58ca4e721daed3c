-- What a newer server or library has left behind in schema $1: kind, name, what is so and what to do, whether it is
-- something that only this side has.
-- A collation's version counts where an index was built by it; an extension's where a column has a type of its.
SELECT 'index', t.relname || '.' || c.relname,
       format('its collation %I was at version %s when it was built, the server sorts by version %s: REINDEX INDEX %I.%I, then ALTER COLLATION %I.%I REFRESH VERSION',
              l.collname, l.collversion, coalesce(pg_collation_actual_version(l.oid), 'unknown'), n.nspname, c.relname,
              ln.nspname, l.collname),
       false
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_collation l ON l.oid = ANY (i.indcollation)
JOIN pg_namespace ln ON ln.oid = l.collnamespace
WHERE n.nspname = $1
  AND l.collversion IS NOT NULL
  AND l.collversion IS DISTINCT FROM pg_collation_actual_version(l.oid)
UNION ALL
SELECT 'extension', e.extname,
       format('version %s is installed, the server has %s: ALTER EXTENSION %I UPDATE', e.extversion, a.default_version,
              e.extname),
       false
FROM pg_extension e
JOIN pg_available_extensions a ON a.name = e.extname
WHERE a.default_version IS DISTINCT FROM e.extversion
  AND EXISTS (SELECT 1
              FROM pg_attribute f
              JOIN pg_class t ON t.oid = f.attrelid AND t.relkind IN ('r', 'p')
              JOIN pg_namespace n ON n.oid = t.relnamespace
              JOIN pg_type y ON y.oid = f.atttypid
              JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.refclassid = 'pg_extension'::regclass
                              AND d.deptype = 'e' AND d.objid IN (y.oid, y.typelem)
              WHERE n.nspname = $1 AND f.attnum > 0 AND d.refobjid = e.oid)
UNION ALL
SELECT 'large objects', count(*)::text, 'only the target has them; rows refer to them by number', true
FROM pg_largeobject_metadata
HAVING count(*) > 0
ORDER BY 1, 2
