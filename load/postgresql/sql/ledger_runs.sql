SELECT r.run_id, r.state, r.source, to_char(r.started, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       coalesce(to_char(r.finished, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
       coalesce((SELECT v.verdict FROM :"ledger".verdict v WHERE v.run_id = r.run_id ORDER BY v.verdict_id DESC LIMIT 1),
                ''),
       (SELECT count(*) FROM :"ledger".run_table t WHERE t.run_id = r.run_id),
       (SELECT coalesce(sum(c.row_count), 0) FROM :"ledger".run_table t JOIN :"ledger".chunk c USING (table_id)
        WHERE t.run_id = r.run_id)
FROM :"ledger".run r ORDER BY r.started, r.run_id
