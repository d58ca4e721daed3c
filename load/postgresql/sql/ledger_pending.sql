-- Statements that bring back what runs took away from existing tables and did not bring back yet, in their order. $1: what
-- the objects' names begin with.
SELECT e.run_id, e.object, e.message
FROM :"ledger".event e
WHERE e.kind = 'constraint.restore'
  AND starts_with(e.object, $1)
  AND NOT EXISTS (SELECT FROM :"ledger".event d
                  WHERE d.kind = 'constraint.restored' AND d.object = e.object AND d.message = e.message
                    AND d.event_id > e.event_id)
ORDER BY e.event_id
