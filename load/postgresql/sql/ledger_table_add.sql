INSERT INTO :"ledger".run_table (run_id, source_table, target_table) VALUES ($1, $2, $3) RETURNING table_id
