-- Collations that do not ignore trailing spaces (MySQL 8; MariaDB tells it by the name).
SELECT t.COLLATION_NAME
  FROM information_schema.COLLATIONS t
 WHERE t.PAD_ATTRIBUTE = 'NO PAD'
