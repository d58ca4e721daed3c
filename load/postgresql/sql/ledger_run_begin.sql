INSERT INTO :"ledger".run (run_id, source, target, source_identity, configuration, tool_version, position)
VALUES ($1, $2, $3, $4, $5, $6, $7)
