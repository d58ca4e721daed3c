-- Ends exactly the backend that holds a chunk's lease, if it is not this one and still lives (R16).
SELECT pg_terminate_backend(a.pid)
FROM :"ledger".chunk c JOIN pg_stat_activity a ON a.pid = c.backend_pid AND a.backend_start = c.backend_start
WHERE c.chunk_id = $1 AND c.state = 'leased' AND a.pid <> pg_backend_pid()
