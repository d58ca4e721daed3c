-- Triggers on this database's tables, in the order in which they fire.
SELECT t.EVENT_OBJECT_SCHEMA AS cg_schema, t.TRIGGER_NAME, t.EVENT_OBJECT_TABLE, 'TRIGGER' AS KIND
  FROM information_schema.TRIGGERS t
 WHERE t.TRIGGER_SCHEMA = :database
 ORDER BY t.EVENT_OBJECT_TABLE, t.ACTION_TIMING, t.EVENT_MANIPULATION, t.ACTION_ORDER, t.TRIGGER_NAME
