-- A conversion that was applied to a rejected row when it was loaded after all: it counts for the row's chunk.
INSERT INTO :"ledger".conversion AS v (chunk_id, conversion, column_name, value_count, samples)
SELECT chunk_id, $2, $3, $4::numeric, $5::text[] FROM :"ledger".reject WHERE reject_id = $1
ON CONFLICT (chunk_id, conversion, column_name)
DO UPDATE SET value_count = v.value_count + excluded.value_count, samples = (v.samples || excluded.samples)[1:5]
