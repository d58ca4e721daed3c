-- What keeps a role ($1) from becoming the owner of what is made in a schema ($2), as the statements that mend it. The
-- user must have the role's rights afterwards: what it made is read again.
WITH role AS (
    SELECT oid, rolname FROM pg_roles WHERE rolname = $1
), schema AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname = $2
), version AS (
    SELECT current_setting('server_version_num')::int AS number
)
SELECT format('CREATE ROLE %I', $1::text) WHERE NOT EXISTS (SELECT FROM role)
UNION ALL
SELECT format('GRANT %I TO %I', rolname, current_user)
FROM role, version
WHERE NOT pg_has_role(oid, CASE WHEN number >= 160000 THEN 'SET' ELSE 'MEMBER' END)
UNION ALL
SELECT CASE WHEN number >= 160000 THEN format('GRANT %I TO %I WITH INHERIT TRUE', rolname, current_user)
            ELSE format('ALTER ROLE %I INHERIT', current_user) END
FROM role, version
WHERE pg_has_role(oid, CASE WHEN number >= 160000 THEN 'SET' ELSE 'MEMBER' END) AND NOT pg_has_role(oid, 'USAGE')
UNION ALL
-- A superuser may give things to whom it likes; a schema that is made is the role's own before anything else is.
SELECT format('GRANT CREATE ON SCHEMA %I TO %I', nspname, rolname)
FROM role, schema
WHERE NOT has_schema_privilege(role.oid, schema.oid, 'CREATE')
  AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
