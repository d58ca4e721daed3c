-- Every table, view and sequence with its kind (R13) and its engine. Nothing here makes the server open a table's data.
SELECT t.TABLE_SCHEMA AS cg_schema, t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, t.CREATE_OPTIONS, t.TABLE_COMMENT
  FROM information_schema.TABLES t
 WHERE t.TABLE_SCHEMA = :database :and_table
