UPDATE :"ledger".chunk SET epoch = epoch + 1, leased = clock_timestamp(), backend_pid = pg_backend_pid(),
       backend_start = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())
WHERE chunk_id = $1 AND state = 'leased'
RETURNING epoch
