-- The tables of a schema ($1) that we may lock, as LOCK TABLE wants them; a partitioned table brings its partitions.
-- One that we may not read is left alone: whoever reads it is told so by the server.
SELECT CASE WHEN c.relkind = 'r' THEN 'ONLY ' ELSE '' END || quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND has_schema_privilege(n.oid, 'USAGE')
  AND has_table_privilege(c.oid, 'SELECT')
ORDER BY c.relname
