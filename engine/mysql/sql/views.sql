-- The views; their text is empty without the right SHOW VIEW.
SELECT t.TABLE_SCHEMA AS cg_schema, t.TABLE_NAME, t.VIEW_DEFINITION, t.CHECK_OPTION, t.SECURITY_TYPE,
       t.CHARACTER_SET_CLIENT
  FROM information_schema.VIEWS t
 WHERE t.TABLE_SCHEMA = :database
