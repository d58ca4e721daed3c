-- Foreign keys from and to tables of a schema ($1) by name ($2); not the copies that partitions get. One that is not
-- enforced, or whose triggers are switched off, checks no rows that come in.
WITH asked AS (
    SELECT c.oid, c.relname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
)
SELECT quote_ident(cn.nspname) || '.' || quote_ident(c.relname),
       quote_ident(pn.nspname) || '.' || quote_ident(p.relname),
       ca.relname,
       pa.relname,
       f.conname,
       pg_get_constraintdef(f.oid),
       obj_description(f.oid, 'pg_constraint'),
       f.convalidated,
       EXISTS (SELECT FROM pg_trigger t
               WHERE t.tgconstraint = f.oid AND t.tgrelid = f.conrelid AND t.tgenabled IN ('O', 'A')),
       c.relkind = 'p',
       pg_has_role(c.relowner, 'USAGE'),
       CASE WHEN NOT has_table_privilege(p.oid, 'REFERENCES')
            THEN format('GRANT REFERENCES ON %I.%I TO %I', pn.nspname, p.relname, current_user) END
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid
JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_class p ON p.oid = f.confrelid
JOIN pg_namespace pn ON pn.oid = p.relnamespace
LEFT JOIN asked ca ON ca.oid = f.conrelid
LEFT JOIN asked pa ON pa.oid = f.confrelid
WHERE f.contype = 'f'
  AND f.conparentid = 0
  AND (ca.oid IS NOT NULL OR pa.oid IS NOT NULL)
ORDER BY cn.nspname COLLATE "C", c.relname COLLATE "C", f.conname COLLATE "C"
