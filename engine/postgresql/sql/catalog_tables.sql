-- Tables of a schema, by name; partitions are part of their parent. $1: schema, $2: one table, or NULL.
-- Sizes take locks, so they are left out when one table is asked for: an ALTER TABLE that waits would make us wait.
WITH roots AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1
      AND ($2::text IS NULL OR c.relname = $2)
      AND c.relkind IN ('r', 'p')
      AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), leaves AS (
    SELECT oid AS root, oid AS leaf FROM roots WHERE relkind = 'r' AND $2::text IS NULL
    UNION ALL
    SELECT r.oid, t.relid
    FROM (SELECT oid FROM roots WHERE relkind = 'p' AND $2::text IS NULL) r, pg_partition_tree(r.oid) t
    WHERE t.isleaf
), measured AS (
    SELECT s.root, c.oid, c.relname, c.relkind, c.reltuples, c.relpages,
           pg_get_expr(c.relpartbound, c.oid) AS bound,
           pg_relation_size(c.oid) / current_setting('block_size')::int AS blocks,
           pg_table_size(c.oid) AS bytes
    FROM leaves s
    JOIN pg_class c ON c.oid = s.leaf
), summed AS (
    SELECT root,
           sum(bytes) AS bytes,
           CASE
               WHEN bool_or(blocks > 0 AND (reltuples < 0 OR relpages = 0)) THEN -1
               ELSE sum(CASE WHEN blocks > 0 THEN reltuples::numeric / nullif(relpages, 0) * blocks ELSE 0 END)
           END::bigint AS rows,
           bool_or(relkind <> 'r') AS foreign_rows,
           string_agg(E'\n' || oid::regclass || ' ' || bound, '' ORDER BY relname) AS partitions
    FROM measured
    GROUP BY root
)
SELECT r.relname,
       r.relkind,
       coalesce(s.rows, CASE WHEN r.relkind = 'p' AND $2::text IS NULL THEN 0 ELSE -1 END),
       coalesce(s.bytes, CASE WHEN r.relkind = 'p' AND $2::text IS NULL THEN 0 ELSE -1 END),
       obj_description(r.oid, 'pg_class'),
       CASE WHEN r.relkind = 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(r.oid) || coalesce(s.partitions, '') END,
       coalesce(s.foreign_rows, false),
       EXISTS (SELECT FROM pg_class u
               WHERE u.relpersistence = 'u'
                 AND (u.oid = r.oid OR (r.relkind = 'p' AND u.oid IN (SELECT relid FROM pg_partition_tree(r.oid))))),
       r.relrowsecurity
FROM roots r
LEFT JOIN summed s ON s.root = r.oid
ORDER BY r.relname
