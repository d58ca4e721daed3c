UPDATE :"ledger".run_table SET state = $2, message = $3, changed = clock_timestamp() WHERE table_id = $1
