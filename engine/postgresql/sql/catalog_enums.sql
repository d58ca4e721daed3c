-- Labels in order of every enum type that is of this schema ($1) or that no extension owns, by name.
SELECT t.oid, n.nspname, t.typname, n.nspname = $1, e.enumlabel, format_type(t.oid, NULL), x.objid IS NOT NULL
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_depend x ON x.classid = 'pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e'
LEFT JOIN pg_enum e ON e.enumtypid = t.oid
WHERE t.typtype = 'e'
ORDER BY t.typname, t.oid, e.enumsortorder
