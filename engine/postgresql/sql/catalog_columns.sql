-- Columns in order, with domains and arrays followed down to the type that holds the bytes. $1: schema, $2: table or NULL.
WITH RECURSIVE attributes AS (
    SELECT c.relname, a.*
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = $1
      AND ($2::text IS NULL OR c.relname = $2)
      AND c.relkind IN ('r', 'p')
      AND NOT c.relispartition
      AND a.attnum > 0
      AND NOT a.attisdropped
), steps AS (
    SELECT attrelid, attnum, atttypid AS type, atttypmod AS typmod, false AS is_array, false AS not_null
    FROM attributes
    UNION ALL
    SELECT s.attrelid, s.attnum,
           CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END,
           CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE s.typmod END,
           s.is_array OR t.typtype <> 'd',
           s.not_null OR (t.typtype = 'd' AND t.typnotnull AND NOT s.is_array)
    FROM steps s
    JOIN pg_type t ON t.oid = s.type
    WHERE t.typtype = 'd'
       OR (t.typcategory = 'A' AND t.typelem <> 0 AND t.typlen = -1 AND t.typname NOT IN ('int2vector', 'oidvector'))
)
SELECT a.relname,
       a.attname,
       t.typname,
       CASE WHEN t.typnamespace <> 'pg_catalog'::regnamespace AND x.objid IS NULL THEN tn.nspname END,
       format_type(a.atttypid, a.atttypmod)
           || CASE WHEN o.typtype = 'd' THEN ' (domain over ' || format_type(o.typbasetype, o.typtypmod) || ')' ELSE '' END,
       s.typmod,
       s.is_array,
       t.typtype = 'e',
       t.oid,
       NOT (a.attnotnull OR s.not_null),
       CASE WHEN a.attcollation <> 0 THEN
           CASE WHEN l.collnamespace = 'pg_catalog'::regnamespace THEN l.collname
                ELSE ln.nspname || '.' || l.collname END
       END,
       t.typname = 'citext'
           OR (NOT coalesce(l.collisdeterministic, true) AND u.locale ~* '(ks-level[12]|strength=(primary|secondary))'
               AND u.locale !~* '(-kc-true|-kc-k|-kc$|caselevel=yes)'),
       NOT coalesce(l.collisdeterministic, true) AND u.locale ~* '(ks-level1|strength=primary)',
       pg_get_expr(f.adbin, f.adrelid),
       a.attidentity <> '',
       a.attgenerated,
       col_description(a.attrelid, a.attnum),
       q.name
FROM attributes a
JOIN steps s ON s.attrelid = a.attrelid AND s.attnum = a.attnum
JOIN pg_type t ON t.oid = s.type
    AND NOT (t.typtype = 'd'
             OR (t.typcategory = 'A' AND t.typelem <> 0 AND t.typlen = -1
                 AND t.typname NOT IN ('int2vector', 'oidvector')))
JOIN pg_type o ON o.oid = a.atttypid
JOIN pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_depend x ON x.classid = 'pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e'
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN LATERAL (
    SELECT concat_ws(' ', to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', to_jsonb(l) ->> 'collcollate')
) u (locale) ON true
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
LEFT JOIN LATERAL (
    -- The sequence behind an identity column, or behind a serial one whose default is nothing but its nextval.
    SELECT quote_ident(sn.nspname) || '.' || quote_ident(sc.relname) AS name
    FROM pg_depend d
    JOIN pg_class sc ON sc.oid = d.objid AND sc.relkind = 'S'
    JOIN pg_namespace sn ON sn.oid = sc.relnamespace
    WHERE d.classid = 'pg_class'::regclass
      AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = a.attrelid
      AND d.refobjsubid = a.attnum
      AND ((d.deptype = 'i' AND a.attidentity <> '')
           OR (d.deptype = 'a' AND a.attidentity = ''
               AND pg_get_expr(f.adbin, f.adrelid)
                   = 'nextval(''' || replace(sc.oid::regclass::text, '''', '''''') || '''::regclass)'))
    LIMIT 1
) q ON true
ORDER BY a.relname, a.attnum
