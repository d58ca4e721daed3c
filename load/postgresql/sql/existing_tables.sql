-- Tables of a schema ($1) by name ($2) that are to get rows: what would keep them out. $3: they are to be truncated too.
SELECT c.relname,
       c.relkind = 'p',
       EXISTS (SELECT FROM pg_inherits h JOIN pg_class k ON k.oid = h.inhrelid
               WHERE h.inhparent = c.oid AND NOT k.relispartition),
       row_security_active(c.oid),
       pg_has_role(c.relowner, 'USAGE'),
       CASE WHEN NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                      AND (NOT $3::boolean OR has_table_privilege(c.oid, 'TRUNCATE')))
            THEN format('GRANT SELECT, INSERT%s ON %I.%I TO %I', CASE WHEN $3::boolean THEN ', TRUNCATE' ELSE '' END,
                        n.nspname, c.relname, current_user) END,
       (SELECT string_agg(w.rulename, ', ' ORDER BY w.rulename)
        FROM pg_rewrite w
        WHERE w.ev_class = c.oid AND w.ev_type = '3' AND w.ev_enabled IN ('O', 'A')),
       current_setting('session_replication_role') <> 'origin'
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1
  AND c.relname = ANY ($2::text[])
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
ORDER BY c.relname COLLATE "C"
