-- The database as the server spells it, and its defaults.
SELECT t.SCHEMA_NAME, t.DEFAULT_CHARACTER_SET_NAME, t.DEFAULT_COLLATION_NAME
  FROM information_schema.SCHEMATA t
 WHERE t.SCHEMA_NAME = :database
