-- What a schema ($1) holds besides tables, indexes, sequences and enum types: kind, name, table that it belongs to, text;
-- what it is, of kind 'unknown', which no other engine has (R13); whether it is switched off; the source of a trigger's
-- function. Whatever extensions own is theirs.
WITH here AS (
    SELECT oid FROM pg_namespace WHERE nspname = $1
), owned AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relations AS (
    SELECT c.*
    FROM pg_class c
    JOIN here ON here.oid = c.relnamespace
    WHERE (('pg_class'::regclass)::oid, c.oid) NOT IN (SELECT classid, objid FROM owned)
), found AS (
    SELECT 'view' AS kind, relname::text AS name, NULL::text AS parent,
           CASE relkind WHEN 'm' THEN 'CREATE MATERIALIZED VIEW ' ELSE 'CREATE VIEW ' END
               || oid::regclass || E' AS\n' || pg_get_viewdef(oid) AS text,
           NULL::text AS word, false AS disabled, NULL::text AS body
    FROM relations WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT 'unknown', relname, NULL,
           CASE relkind
               WHEN 'f' THEN 'foreign table on server ' || coalesce((SELECT s.srvname FROM pg_foreign_table f
                             JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = relations.oid), '?')
               WHEN 'c' THEN 'composite type ' || oid::regclass
               ELSE 'relation of kind "' || relkind::text || '"'
           END,
           CASE relkind WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' ELSE 'relation' END, false, NULL
    FROM relations
    WHERE relkind NOT IN ('r', 'p', 'i', 'I', 'S', 't', 'v', 'm') AND NOT relispartition
    UNION ALL
    SELECT 'unknown', r.relname, NULL, 'partition of ' || p.oid::regclass || ', a table of another schema',
           'partition', false, NULL
    FROM relations r
    JOIN pg_inherits h ON h.inhrelid = r.oid
    JOIN pg_class p ON p.oid = h.inhparent
    WHERE r.relispartition AND r.relkind IN ('r', 'p', 'f') AND p.relnamespace <> r.relnamespace
    UNION ALL
    SELECT 'unknown', r.relname || ' inherits ' || p.relname, NULL,
           'table ' || r.oid::regclass || ' INHERITS (' || p.oid::regclass || ')', 'inheritance', false, NULL
    FROM relations r
    JOIN pg_inherits h ON h.inhrelid = r.oid
    JOIN pg_class p ON p.oid = h.inhparent
    WHERE r.relkind = 'r' AND NOT r.relispartition
    UNION ALL
    SELECT 'unknown', ic.relname, r.relname, pg_get_indexdef(i.indexrelid), 'partial index', false, NULL
    FROM relations r
    JOIN pg_index i ON i.indrelid = r.oid
    JOIN pg_class ic ON ic.oid = i.indexrelid
    WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition AND i.indpred IS NOT NULL AND NOT i.indisexclusion
    UNION ALL
    SELECT 'unknown', k.conname, r.relname, pg_get_constraintdef(k.oid), 'exclusion constraint', false, NULL
    FROM relations r
    JOIN pg_constraint k ON k.conrelid = r.oid
    JOIN pg_index i ON i.indexrelid = k.conindid
    WHERE NOT r.relispartition AND k.contype IN ('x', 'p', 'u') AND i.indisexclusion
    UNION ALL
    SELECT 'trigger', g.tgname, r.relname, pg_get_triggerdef(g.oid), NULL, g.tgenabled IN ('D', 'R'),
           (SELECT p.prosrc FROM pg_proc p WHERE p.oid = g.tgfoid)
    FROM relations r
    JOIN pg_trigger g ON g.tgrelid = r.oid
    WHERE NOT g.tgisinternal AND NOT r.relispartition
    UNION ALL
    SELECT 'unknown', w.rulename, r.relname, pg_get_ruledef(w.oid), 'rule', w.ev_enabled IN ('D', 'R'), NULL
    FROM relations r
    JOIN pg_rewrite w ON w.ev_class = r.oid
    WHERE w.rulename <> '_RETURN'
    UNION ALL
    SELECT 'unknown', p.polname, r.relname, 'row security policy on ' || r.oid::regclass
               || coalesce(' USING ' || pg_get_expr(p.polqual, p.polrelid), '')
               || coalesce(' WITH CHECK ' || pg_get_expr(p.polwithcheck, p.polrelid), ''),
           'policy', NOT r.relrowsecurity, NULL
    FROM relations r
    JOIN pg_policy p ON p.polrelid = r.oid
    UNION ALL
    SELECT 'routine', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', NULL,
           CASE WHEN p.prokind = 'a' THEN 'aggregate ' || p.oid::regprocedure ELSE pg_get_functiondef(p.oid) END,
           NULL, false, NULL
    FROM pg_proc p
    JOIN here ON here.oid = p.pronamespace
    WHERE (('pg_proc'::regclass)::oid, p.oid) NOT IN (SELECT classid, objid FROM owned)
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
    UNION ALL
    SELECT 'unknown', t.typname, NULL,
           CASE t.typtype
               WHEN 'd' THEN 'domain over ' || format_type(t.typbasetype, t.typtypmod)
                   || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
                   || coalesce(' DEFAULT ' || t.typdefault, '')
                   || coalesce((SELECT string_agg(' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
                                FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '')
               WHEN 'r' THEN 'range type'
               WHEN 'b' THEN 'base type'
               ELSE 'type of kind "' || t.typtype::text || '"'
           END,
           CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, false, NULL
    FROM pg_type t
    JOIN here ON here.oid = t.typnamespace
    WHERE (('pg_type'::regclass)::oid, t.oid) NOT IN (SELECT classid, objid FROM owned)
      AND t.typtype NOT IN ('c', 'e', 'm')
      AND NOT (t.typtype = 'b' AND EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))
    UNION ALL
    SELECT 'unknown', s.stxname, NULL, pg_get_statisticsobjdef(s.oid), 'statistics', false, NULL
    FROM pg_statistic_ext s
    JOIN here ON here.oid = s.stxnamespace
    UNION ALL
    SELECT 'unknown', l.collname, NULL, 'collation', 'collation', false, NULL
    FROM pg_collation l
    JOIN here ON here.oid = l.collnamespace
    WHERE (('pg_collation'::regclass)::oid, l.oid) NOT IN (SELECT classid, objid FROM owned)
    UNION ALL
    SELECT 'unknown', o.oid::regoperator::text, NULL, 'operator', 'operator', false, NULL
    FROM pg_operator o
    JOIN here ON here.oid = o.oprnamespace
    WHERE (('pg_operator'::regclass)::oid, o.oid) NOT IN (SELECT classid, objid FROM owned)
    UNION ALL
    SELECT 'unknown', t.cfgname, NULL, 'text search configuration', 'text search configuration', false, NULL
    FROM pg_ts_config t
    JOIN here ON here.oid = t.cfgnamespace
    WHERE (('pg_ts_config'::regclass)::oid, t.oid) NOT IN (SELECT classid, objid FROM owned)
    UNION ALL
    SELECT 'unknown', t.dictname, NULL, 'text search dictionary', 'text search dictionary', false, NULL
    FROM pg_ts_dict t
    JOIN here ON here.oid = t.dictnamespace
    WHERE (('pg_ts_dict'::regclass)::oid, t.oid) NOT IN (SELECT classid, objid FROM owned)
)
SELECT kind, name, parent, text, word, disabled, body
FROM found
ORDER BY kind COLLATE "C", name COLLATE "C", parent COLLATE "C"
