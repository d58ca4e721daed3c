-- $1: the ledger's schema. One row: is the schema there, does it hold a ledger, how many other relations does it hold?
-- A ledger is told by its version table, whose columns are ours; the version itself is read by ledger_version.sql.
SELECT n.oid IS NOT NULL,
       EXISTS (SELECT FROM pg_class c
               JOIN pg_attribute p ON p.attrelid = c.oid AND p.attname = 'product' AND NOT p.attisdropped
               JOIN pg_attribute v ON v.attrelid = c.oid AND v.attname = 'version' AND NOT v.attisdropped
               WHERE c.relnamespace = n.oid AND c.relname = 'ledger_version' AND c.relkind = 'r'),
       (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid)
       + (SELECT count(*) FROM pg_proc f WHERE f.pronamespace = n.oid)
FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = $1
