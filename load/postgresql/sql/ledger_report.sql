-- No row: no such run. A NULL: no verdict (yet, while the state is running).
SELECT (SELECT v.report FROM :"ledger".verdict v WHERE v.run_id = r.run_id ORDER BY v.verdict_id DESC LIMIT 1) AS report,
       r.state
FROM :"ledger".run r WHERE r.run_id = $1
