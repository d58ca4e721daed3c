-- Triggers that users made on tables of a schema ($1) by name ($2) and on their partitions, a parent's before those of
-- its partitions: switching a parent's trigger switches its partitions'.
WITH asked AS (
    SELECT c.oid, c.relname, c.relkind
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
), places AS (
    SELECT relname, oid, 0 AS level FROM asked WHERE relkind = 'r'
    UNION ALL
    SELECT a.relname, t.relid, t.level FROM (SELECT * FROM asked WHERE relkind = 'p') a, pg_partition_tree(a.oid) t
)
SELECT p.relname,
       quote_ident(n.nspname) || '.' || quote_ident(c.relname),
       t.tgname,
       pg_get_triggerdef(t.oid),
       t.tgenabled,
       t.tgtype & 4 <> 0,
       t.tgtype & 32 <> 0,
       pg_has_role(c.relowner, 'USAGE')
FROM places p
JOIN pg_class c ON c.oid = p.oid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_trigger t ON t.tgrelid = c.oid
WHERE NOT t.tgisinternal
ORDER BY p.relname COLLATE "C", p.level, n.nspname COLLATE "C", c.relname COLLATE "C", t.tgname COLLATE "C"
