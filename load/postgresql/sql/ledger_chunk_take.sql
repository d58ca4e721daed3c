-- A chunk's transaction begins here (R15): one row, or the chunk is not ours. The row stays locked until its end.
UPDATE :"ledger".chunk SET leased = clock_timestamp(), backend_pid = pg_backend_pid(),
       backend_start = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())
WHERE chunk_id = $1 AND epoch = $2 AND state = 'leased'
