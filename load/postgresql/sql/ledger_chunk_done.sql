UPDATE :"ledger".chunk
SET state = 'done', finished = clock_timestamp(), row_count = $3, byte_count = $4, digest = $5
WHERE chunk_id = $1 AND epoch = $2 AND state = 'leased'
