-- Every index, part by part. All fields: which ones there are depends on server and version (IGNORED, ...).
SELECT t.TABLE_SCHEMA AS cg_schema, t.*
  FROM information_schema.STATISTICS t
 WHERE t.TABLE_SCHEMA = :database :and_table
 ORDER BY t.TABLE_NAME, t.INDEX_NAME, t.SEQ_IN_INDEX
