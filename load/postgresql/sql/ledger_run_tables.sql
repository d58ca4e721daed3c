SELECT t.table_id, t.source_table, t.target_table, t.state, count(*) FILTER (WHERE j.state = 'rejected'),
       count(*) FILTER (WHERE j.state = 'loaded'), count(*) FILTER (WHERE j.state = 'gone')
FROM :"ledger".run_table t
LEFT JOIN :"ledger".chunk c ON c.table_id = t.table_id AND c.state = 'done'
LEFT JOIN :"ledger".reject j USING (chunk_id)
WHERE t.run_id = $1
GROUP BY t.table_id ORDER BY t.source_table
