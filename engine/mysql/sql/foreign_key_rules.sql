-- Every foreign key's rules.
SELECT t.CONSTRAINT_SCHEMA AS cg_schema, t.TABLE_NAME, t.CONSTRAINT_NAME, t.UPDATE_RULE, t.DELETE_RULE
  FROM information_schema.REFERENTIAL_CONSTRAINTS t
 WHERE t.CONSTRAINT_SCHEMA = :database :and_table
