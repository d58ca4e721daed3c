-- Parts of primary keys, unique and plain indexes; the primary key first, then by name. Partial indexes and those of
-- exclusion and temporal constraints say something else about a table: catalog_objects.sql. $1: schema, $2: table or NULL.
SELECT c.relname,
       ic.relname,
       i.indisprimary,
       i.indisunique,
       i.indisvalid AND i.indisready,
       m.amname,
       obj_description(i.indexrelid, 'pg_class'),
       a.attname,
       CASE WHEN k.attnum = 0 THEN pg_get_indexdef(i.indexrelid, k.part::int, true) END,
       (i.indoption[k.part - 1] & 1) = 1
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid
JOIN pg_class ic ON ic.oid = i.indexrelid
JOIN pg_am m ON m.oid = ic.relam
CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, part)
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum AND k.attnum <> 0
WHERE n.nspname = $1
  AND ($2::text IS NULL OR c.relname = $2)
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND i.indislive
  AND i.indpred IS NULL
  AND NOT i.indisexclusion
  AND k.part <= i.indnkeyatts
ORDER BY c.relname, i.indisprimary DESC, ic.relname, k.part
