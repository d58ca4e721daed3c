-- What depends on the tables ($2), enum types ($3), stand-alone sequences ($4), views ($5) and functions without
-- arguments ($6) of a schema ($1) and would not go with them: whatever keeps DROP without CASCADE from working. One row
-- each, as the server describes it.
WITH RECURSIVE here AS (
    SELECT oid FROM pg_namespace WHERE nspname = $1
), doomed (classid, objid) AS (
    SELECT roots.classid, roots.objid
    FROM (SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid
          FROM pg_class c
          JOIN here ON here.oid = c.relnamespace
          WHERE (c.relkind IN ('r', 'p') AND c.relname = ANY ($2::text[]))
             OR (c.relkind = 'S' AND c.relname = ANY ($4::text[]))
             OR (c.relkind = 'v' AND c.relname = ANY ($5::text[]))
          UNION ALL
          SELECT 'pg_proc'::regclass, p.oid
          FROM pg_proc p
          JOIN here ON here.oid = p.pronamespace
          WHERE p.pronargs = 0 AND p.proname = ANY ($6::text[])
          UNION ALL
          SELECT 'pg_type'::regclass, t.oid
          FROM pg_type t
          JOIN here ON here.oid = t.typnamespace
          WHERE t.typtype = 'e' AND t.typname = ANY ($3::text[])) AS roots
    UNION
    -- Indexes, defaults, constraints, partitions, array types: they go with what they belong to.
    SELECT d.classid, d.objid
    FROM doomed
    JOIN pg_depend d ON d.refclassid = doomed.classid AND d.refobjid = doomed.objid
    WHERE d.deptype IN ('a', 'i', 'P', 'S')
)
SELECT DISTINCT CASE
           -- A view depends through its rule.
           WHEN v.oid IS NOT NULL THEN pg_describe_object('pg_class'::regclass, v.oid, 0)
           ELSE pg_describe_object(d.classid, d.objid, d.objsubid)
       END COLLATE "C" AS dependent
FROM doomed
JOIN pg_depend d ON d.refclassid = doomed.classid AND d.refobjid = doomed.objid
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_class v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
WHERE d.deptype = 'n'
  AND NOT EXISTS (SELECT FROM doomed o WHERE o.classid = d.classid AND o.objid = d.objid)
ORDER BY dependent
