-- From 15 on: is the database's own collation ($1: a schema) at another version than its indexes were built by?
SELECT 'collation', 'default',
       format('the database was at version %s of its collation when %s of its indexes were built, the server sorts by version %s: REINDEX DATABASE %I, then ALTER DATABASE %I REFRESH COLLATION VERSION',
              d.datcollversion, count(*), coalesce(pg_database_collation_actual_version(d.oid), 'unknown'), d.datname,
              d.datname),
       false
FROM pg_database d, pg_index i
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE d.datname = current_database()
  AND n.nspname = $1
  AND 100 = ANY (i.indcollation)
  AND d.datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid)
GROUP BY d.oid, d.datname, d.datcollversion
