-- What decides whether this server can be a target (R19). $1: the schema where the tables go.
SELECT current_setting('server_encoding'), pg_is_in_recovery(), current_setting('transaction_read_only'),
       current_database(), current_user, EXISTS (SELECT FROM pg_namespace WHERE nspname = $1),
       EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i'),
       CASE WHEN getdatabaseencoding() = 'UTF8' THEN lower(chr(196)) = chr(228) END
