-- Every column, in order. All fields: which ones there are depends on server and version (SRS_ID, IS_GENERATED, ...).
SELECT t.TABLE_SCHEMA AS cg_schema, t.*
  FROM information_schema.COLUMNS t
 WHERE t.TABLE_SCHEMA = :database :and_table
 ORDER BY t.TABLE_NAME, t.ORDINAL_POSITION
