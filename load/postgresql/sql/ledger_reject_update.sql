UPDATE :"ledger".reject
SET state = $2, changed = clock_timestamp(),
    column_name = $3, refused_by = $4, sqlstate = $5, reason = $6, digest = $7
WHERE reject_id = $1 AND state = 'rejected'
