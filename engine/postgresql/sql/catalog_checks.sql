-- CHECK constraints, by name; one that binds not every row says so behind its expression. $1: schema, $2: table or NULL.
SELECT c.relname,
       k.conname,
       pg_get_expr(k.conbin, k.conrelid)
           || CASE WHEN to_jsonb(k) ->> 'conenforced' = 'false' THEN ' NOT ENFORCED'
                   WHEN NOT k.convalidated THEN ' NOT VALID'
                   ELSE '' END
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'c'
  AND n.nspname = $1
  AND ($2::text IS NULL OR c.relname = $2)
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
ORDER BY c.relname, k.conname
