-- Which tables have partitions: MySQL 8's TABLES.CREATE_OPTIONS does not tell it of PARTITION BY KEY (). From the
-- dictionary alone; no table is opened.
SELECT DISTINCT t.TABLE_SCHEMA AS cg_schema, t.TABLE_NAME
  FROM information_schema.PARTITIONS t
 WHERE t.TABLE_SCHEMA = :database :and_table
   AND t.PARTITION_NAME IS NOT NULL
