-- Procedures, functions and (MariaDB) packages; the body is NULL without the right to see it.
SELECT t.ROUTINE_SCHEMA AS cg_schema, t.SPECIFIC_NAME, t.ROUTINE_NAME, t.ROUTINE_TYPE, t.DTD_IDENTIFIER, t.ROUTINE_DEFINITION,
       t.IS_DETERMINISTIC, t.SQL_DATA_ACCESS, t.SECURITY_TYPE, t.DEFINER
  FROM information_schema.ROUTINES t
 WHERE t.ROUTINE_SCHEMA = :database
 ORDER BY t.ROUTINE_TYPE, t.ROUTINE_NAME
