INSERT INTO :"ledger".orphans (table_id, foreign_key, action, row_count, digest_before, digest_after, samples)
VALUES ($1, $2, $3, $4, $5, $6, $7)
