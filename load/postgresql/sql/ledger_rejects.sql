-- Rows of a table that are still set aside, those with an id above $2 first, $3 at most. The locked form (retry) appends
-- FOR UPDATE.
SELECT j.reject_id, j.row_key, j.predicate, j.column_name, j.refused_by, j.sqlstate, j.reason, j.digest
FROM :"ledger".reject j JOIN :"ledger".chunk c USING (chunk_id)
WHERE c.table_id = $1 AND j.reject_id > $2 AND j.state = 'rejected'
ORDER BY j.reject_id LIMIT $3
