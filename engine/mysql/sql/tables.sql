-- Every table, view and sequence with its kind (R13), its engine and the server's estimates.
SELECT t.TABLE_SCHEMA AS cg_schema, t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, t.TABLE_ROWS, t.DATA_LENGTH,
       t.AUTO_INCREMENT, t.CREATE_OPTIONS, t.TABLE_COMMENT
  FROM information_schema.TABLES t
 WHERE t.TABLE_SCHEMA = :database :and_table
