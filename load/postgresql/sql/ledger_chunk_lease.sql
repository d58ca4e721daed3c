-- $3: the predicate in hexadecimal.
INSERT INTO :"ledger".chunk (table_id, number, predicate, backend_pid, backend_start)
SELECT $1, $2, decode($3, 'hex'), pid, backend_start
FROM pg_stat_activity WHERE pid = pg_backend_pid()
RETURNING chunk_id, epoch
