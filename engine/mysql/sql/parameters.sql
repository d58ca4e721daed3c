-- The routines' parameters; position 0 is a function's result, which the routine itself tells.
SELECT t.SPECIFIC_SCHEMA AS cg_schema, t.SPECIFIC_NAME, t.ROUTINE_TYPE, t.PARAMETER_MODE, t.PARAMETER_NAME,
       t.DTD_IDENTIFIER
  FROM information_schema.PARAMETERS t
 WHERE t.SPECIFIC_SCHEMA = :database
   AND t.ORDINAL_POSITION > 0
 ORDER BY t.ROUTINE_TYPE, t.SPECIFIC_NAME, t.ORDINAL_POSITION
