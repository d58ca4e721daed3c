SELECT count(*), count(*) FILTER (WHERE state = 'done'), coalesce(sum(row_count), 0), coalesce(sum(byte_count), 0),
       mod(coalesce(sum(digest), 0), 340282366920938463463374607431768211456),
       (SELECT count(*) FROM :"ledger".reject j JOIN :"ledger".chunk c USING (chunk_id)
        WHERE c.table_id = $1 AND c.state = 'done'),
       (SELECT mod(coalesce(sum(j.digest), 0), 340282366920938463463374607431768211456)
        FROM :"ledger".reject j JOIN :"ledger".chunk c USING (chunk_id) WHERE c.table_id = $1 AND c.state = 'done')
FROM :"ledger".chunk WHERE table_id = $1
