-- The database and the schema. $1: schema.
SELECT d.datname,
       pg_encoding_to_char(d.encoding),
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', d.datcollate),
       EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)
FROM pg_database d
WHERE d.datname = current_database()
