-- Column pairs of foreign keys, by name; not the copies that partitions get. One whose triggers are switched off lets rows
-- break it, as one does that is not validated. $1: schema, $2: table or NULL.
SELECT c.relname,
       f.conname,
       rn.nspname,
       r.relname,
       f.confdeltype,
       f.confupdtype,
       f.convalidated AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = f.oid AND t.tgenabled IN ('D', 'R')),
       a.attname,
       ra.attname
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = f.confrelid
JOIN pg_namespace rn ON rn.oid = r.relnamespace
CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS k (attnum, refnum, part)
JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum
JOIN pg_attribute ra ON ra.attrelid = f.confrelid AND ra.attnum = k.refnum
WHERE f.contype = 'f'
  AND f.conparentid = 0
  AND n.nspname = $1
  AND ($2::text IS NULL OR c.relname = $2)
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
ORDER BY c.relname, f.conname, k.part
