DELETE FROM :"ledger".run WHERE run_id = $1
