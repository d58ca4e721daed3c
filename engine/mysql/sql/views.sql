-- The views' text; empty without the right SHOW VIEW.
SELECT t.TABLE_SCHEMA AS cg_schema, t.TABLE_NAME, t.VIEW_DEFINITION, t.CHECK_OPTION, t.DEFINER, t.SECURITY_TYPE
  FROM information_schema.VIEWS t
 WHERE t.TABLE_SCHEMA = :database
