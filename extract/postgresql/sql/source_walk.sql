-- What holds the rows of a table ($1: schema, $2: name): itself, or the leaf partitions. For each: its name, blocks as of
-- now, rows in a block (-1: unknown), and whether its rows can be asked for by ctid, on the leaf itself, with the same
-- outcome as through its parent.
WITH root AS (
    SELECT c.oid, c.relkind
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2
), leaves AS (
    SELECT oid, false AS partition FROM root WHERE relkind <> 'p'
    UNION ALL
    SELECT t.relid, true FROM (SELECT oid FROM root WHERE relkind = 'p') r, pg_partition_tree(r.oid) t WHERE t.isleaf
)
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
       pg_relation_size(c.oid) / current_setting('block_size')::int,
       CASE WHEN c.relpages > 0 AND c.reltuples > 0 THEN c.reltuples / c.relpages ELSE -1 END,
       c.relkind = 'r'
           AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap')
           AND (NOT l.partition
                OR (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND NOT c.relrowsecurity))
FROM leaves l
JOIN pg_class c ON c.oid = l.oid
JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY c.relname, c.oid
