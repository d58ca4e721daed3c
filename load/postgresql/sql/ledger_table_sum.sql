SELECT count(*), count(*) FILTER (WHERE state = 'done'), coalesce(sum(row_count), 0), coalesce(sum(byte_count), 0),
       mod(coalesce(sum(digest), 0), 340282366920938463463374607431768211456)
FROM :"ledger".chunk WHERE table_id = $1
