-- Waits for whoever is in the chunk's transaction, then tells its true state: a plain SELECT, or SKIP LOCKED, would tell
-- the old one while the other backend commits (R15).
SELECT state, epoch FROM :"ledger".chunk WHERE chunk_id = $1 FOR UPDATE
