-- No row: no such run. A NULL: no verdict yet.
SELECT (SELECT v.report FROM :"ledger".verdict v WHERE v.run_id = r.run_id ORDER BY v.verdict_id DESC LIMIT 1)
FROM :"ledger".run r WHERE r.run_id = $1
