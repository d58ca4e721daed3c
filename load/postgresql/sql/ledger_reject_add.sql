-- $3: the predicate in hexadecimal, or NULL.
INSERT INTO :"ledger".reject (chunk_id, row_key, predicate, column_name, refused_by, sqlstate, reason, digest)
VALUES ($1, $2, decode($3, 'hex'), $4, $5, $6, $7, $8)
