-- Which rights are missing, as the GRANTs that give them. $1: schema of the tables, $2: schema of the ledger, $3: tables are
-- made; else those that are there are filled.
SELECT CASE WHEN n.oid IS NULL
            THEN format('GRANT CREATE ON DATABASE %I TO %I', current_database(), current_user)
            ELSE format('GRANT USAGE%s ON SCHEMA %I TO %I', CASE WHEN makes THEN ', CREATE' ELSE '' END, n.nspname,
                        current_user) END
FROM (VALUES ($1::text, $3::boolean), ($2::text, true)) AS wanted (name, makes)
LEFT JOIN pg_namespace n ON n.nspname = wanted.name
WHERE CASE WHEN n.oid IS NULL
           THEN makes AND NOT has_database_privilege(current_database(), 'CREATE')
           ELSE NOT ((has_schema_privilege(n.oid, 'CREATE') OR NOT makes) AND has_schema_privilege(n.oid, 'USAGE')) END
UNION
SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', $2::text, current_user)
WHERE EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = $2 AND c.relkind = 'r'
                AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                         AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')))
