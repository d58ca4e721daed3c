-- The conversions of a table's done chunks, by conversion and column, with the first five samples in chunk order.
WITH done AS (
    SELECT v.conversion, v.column_name, v.value_count, v.samples, c.number
    FROM :"ledger".conversion v JOIN :"ledger".chunk c USING (chunk_id)
    WHERE c.table_id = $1 AND c.state = 'done'
)
SELECT d.conversion, d.column_name, sum(d.value_count),
       s.first_five[1], s.first_five[2], s.first_five[3], s.first_five[4], s.first_five[5]
FROM done d
CROSS JOIN LATERAL (
    SELECT array_agg(u.sample ORDER BY e.number, u.place) AS first_five
    FROM done e CROSS JOIN LATERAL unnest(e.samples) WITH ORDINALITY AS u (sample, place)
    WHERE e.conversion = d.conversion AND e.column_name = d.column_name
) AS s
GROUP BY d.conversion, d.column_name, s.first_five ORDER BY d.conversion, d.column_name
