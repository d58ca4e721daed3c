INSERT INTO :"ledger".verdict (run_id, verdict, report) VALUES ($1, $2, $3)
