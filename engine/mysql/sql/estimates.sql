-- The server's estimates and the next AUTO_INCREMENT value, for which it opens every table: read without a lock.
SELECT t.TABLE_SCHEMA AS cg_schema, t.TABLE_NAME, t.TABLE_ROWS, t.DATA_LENGTH, t.AUTO_INCREMENT
  FROM information_schema.TABLES t
 WHERE t.TABLE_SCHEMA = :database :and_table
   AND t.TABLE_TYPE <> 'VIEW'
