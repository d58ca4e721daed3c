-- Scheduled events.
SELECT t.EVENT_SCHEMA AS cg_schema, t.EVENT_NAME, 'EVENT' AS KIND
  FROM information_schema.EVENTS t
 WHERE t.EVENT_SCHEMA = :database
 ORDER BY t.EVENT_NAME
