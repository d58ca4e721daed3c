-- Every index, part by part, from MySQL 8.0.13 on: without CARDINALITY, for which the server opens every table.
SELECT t.TABLE_SCHEMA AS cg_schema, t.TABLE_NAME, t.NON_UNIQUE, t.INDEX_NAME, t.SEQ_IN_INDEX, t.COLUMN_NAME,
       t.COLLATION, t.SUB_PART, t.INDEX_TYPE, t.INDEX_COMMENT, t.IS_VISIBLE, t.EXPRESSION
  FROM information_schema.STATISTICS t
 WHERE t.TABLE_SCHEMA = :database :and_table
 ORDER BY t.TABLE_NAME, t.INDEX_NAME, t.SEQ_IN_INDEX
