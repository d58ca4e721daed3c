INSERT INTO :"ledger".conversion (chunk_id, conversion, column_name, value_count, samples) VALUES ($1, $2, $3, $4, $5)
