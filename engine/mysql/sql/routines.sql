-- Procedures, functions and (MariaDB) packages.
SELECT t.ROUTINE_SCHEMA AS cg_schema, t.ROUTINE_NAME, t.ROUTINE_TYPE AS KIND
  FROM information_schema.ROUTINES t
 WHERE t.ROUTINE_SCHEMA = :database
 ORDER BY t.ROUTINE_TYPE, t.ROUTINE_NAME
