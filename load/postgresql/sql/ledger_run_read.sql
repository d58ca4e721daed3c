SELECT run_id, source, target, source_identity, configuration, tool_version, position FROM :"ledger".run WHERE run_id = $1
