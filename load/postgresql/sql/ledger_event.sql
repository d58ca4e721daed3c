INSERT INTO :"ledger".event (run_id, os_user, host, pid, kind, object, message) VALUES ($1, $2, $3, $4, $5, $6, $7)
