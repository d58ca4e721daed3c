UPDATE :"ledger".run SET state = $2, finished = clock_timestamp() WHERE run_id = $1
