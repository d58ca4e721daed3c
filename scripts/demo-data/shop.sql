-- A small shop with the types that make moving hard: 12 tables, 200,000 rows, the same on every load. For MariaDB (its
-- sequence engine makes the rows); loads into the current database.
SET NAMES utf8mb4;
SET time_zone = '+00:00';
-- As servers were often set up: zero dates are let in, so there are some.
SET sql_mode = 'NO_UNSIGNED_SUBTRACTION';

CREATE TABLE category (
  id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  parent_id SMALLINT UNSIGNED NULL,
  name VARCHAR(60) NOT NULL,
  CONSTRAINT fk_category_parent FOREIGN KEY (parent_id) REFERENCES category (id) ON DELETE SET NULL
) COMMENT = 'A tree: the table refers to itself';

CREATE TABLE supplier (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(80) CHARACTER SET latin1 NOT NULL,
  founded YEAR,
  opens TIME NOT NULL,
  clock_drift TIME NOT NULL COMMENT 'MySQL''s TIME may be negative and longer than a day',
  delivery_days SET ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun') NOT NULL DEFAULT 'mon,thu'
);

CREATE TABLE product (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  category_id SMALLINT UNSIGNED NOT NULL,
  supplier_id INT UNSIGNED NOT NULL,
  sku BINARY(8) NOT NULL,
  name VARCHAR(120) NOT NULL,
  description TEXT,
  size ENUM ('small', 'large', 'extra, large', 'child''s') NOT NULL DEFAULT 'small',
  price DECIMAL(10, 2) NOT NULL,
  vat DECIMAL(4, 3) NOT NULL DEFAULT 0.190,
  gross DECIMAL(12, 2) GENERATED ALWAYS AS (ROUND(price * (1 + vat), 2)) STORED,
  weight DOUBLE,
  attributes JSON,
  on_sale TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'only 0 and 1: a boolean',
  visibility TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'somebody stored a 2 here: not a boolean',
  discontinued DATE NOT NULL DEFAULT '0000-00-00' COMMENT 'zero dates, despite NOT NULL',
  UNIQUE KEY uk_sku (sku),
  KEY k_name (name(20)),
  KEY k_category (category_id, price),
  CONSTRAINT fk_product_category FOREIGN KEY (category_id) REFERENCES category (id),
  CONSTRAINT fk_product_supplier FOREIGN KEY (supplier_id) REFERENCES supplier (id) ON UPDATE CASCADE
);

CREATE TABLE product_image (
  product_id INT UNSIGNED NOT NULL,
  position TINYINT UNSIGNED NOT NULL,
  flags BIT(6) NOT NULL,
  content MEDIUMBLOB NOT NULL,
  PRIMARY KEY (product_id, position),
  CONSTRAINT fk_image_product FOREIGN KEY (product_id) REFERENCES product (id) ON DELETE CASCADE
);

CREATE TABLE customer (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(80) NOT NULL COMMENT 'with characters of four bytes',
  country CHAR(2) NOT NULL,
  newsletter BIT(1) NOT NULL DEFAULT b'0',
  registered DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  seen TIMESTAMP(3) NULL DEFAULT NULL,
  UNIQUE KEY uk_email (email)
);

CREATE TABLE address (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT UNSIGNED NOT NULL,
  street VARCHAR(100) NOT NULL,
  zip VARCHAR(10) NOT NULL DEFAULT '',
  place POINT,
  KEY k_customer (customer_id),
  CONSTRAINT fk_address_customer FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE
);

CREATE TABLE `order` (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT UNSIGNED NOT NULL,
  address_id INT UNSIGNED,
  state ENUM ('new', 'paid', 'shipped', 'cancelled') NOT NULL DEFAULT 'new',
  note VARCHAR(200),
  placed DATETIME NOT NULL,
  shipped DATETIME NULL,
  updated TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  KEY k_placed (placed),
  CONSTRAINT fk_order_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
  CONSTRAINT fk_order_address FOREIGN KEY (address_id) REFERENCES address (id) ON DELETE SET NULL
);

CREATE TABLE order_item (
  order_id BIGINT UNSIGNED NOT NULL,
  line SMALLINT UNSIGNED NOT NULL,
  product_id INT UNSIGNED NOT NULL,
  quantity MEDIUMINT UNSIGNED NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  discount FLOAT,
  PRIMARY KEY (order_id, line),
  KEY k_product (product_id),
  CONSTRAINT quantity_is_positive CHECK (quantity > 0),
  CONSTRAINT fk_item_order FOREIGN KEY (order_id) REFERENCES `order` (id) ON DELETE CASCADE,
  CONSTRAINT fk_item_product FOREIGN KEY (product_id) REFERENCES product (id)
);

CREATE TABLE payment (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY COMMENT 'up to 2^64 - 1',
  order_id BIGINT UNSIGNED NOT NULL,
  amount DECIMAL(20, 6) NOT NULL,
  booked DATE NULL,
  receipt VARBINARY(64),
  CONSTRAINT fk_payment_order FOREIGN KEY (order_id) REFERENCES `order` (id)
);

CREATE TABLE review (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id INT UNSIGNED NOT NULL,
  customer_id BIGINT UNSIGNED NOT NULL,
  stars TINYINT UNSIGNED NOT NULL,
  body TEXT NOT NULL,
  details JSON,
  FULLTEXT KEY ft_body (body),
  CONSTRAINT fk_review_product FOREIGN KEY (product_id) REFERENCES product (id),
  CONSTRAINT fk_review_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE TABLE stock (
  supplier_id INT UNSIGNED NOT NULL,
  product_id INT UNSIGNED NOT NULL,
  `count` INT(8) ZEROFILL NOT NULL DEFAULT 0,
  counted DATETIME NOT NULL,
  PRIMARY KEY (supplier_id, product_id),
  CONSTRAINT fk_stock_supplier FOREIGN KEY (supplier_id) REFERENCES supplier (id),
  CONSTRAINT fk_stock_product FOREIGN KEY (product_id) REFERENCES product (id)
);

CREATE TABLE visit (
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  page VARCHAR(200) NOT NULL,
  took TIME(6)
) COMMENT = 'Without a key, with duplicates';

INSERT INTO category
SELECT seq, IF(seq <= 10, NULL, seq DIV 10), CONCAT('Category ', seq, IF(seq % 7 = 0, ' – Größe & Gefühl', '')) FROM seq_1_to_100;

INSERT INTO supplier
SELECT seq, CONCAT('Fournisseur n°', seq, IF(seq % 3 = 0, ' à Besançon', '')), IF(seq % 9 = 0, 0, 1901 + seq % 120),
  SEC_TO_TIME(seq * 211 % 86400), SEC_TO_TIME(seq * 15013 % 6000000 - 3000000), seq % 128 FROM seq_1_to_400;

INSERT INTO product (id, category_id, supplier_id, sku, name, description, size, price, vat, weight, attributes, on_sale,
  visibility, discontinued)
SELECT seq, 1 + seq % 100, 1 + seq % 400, UNHEX(LPAD(HEX(seq * 2654435761), 16, '0')),
  CONCAT('Product ', seq, ELT(1 + seq % 4, '', ' ☕', ' 🚲', ' ｆｕｌｌ')),
  IF(seq % 11 = 0, NULL, CONCAT('Line one\n\tline two \\ "quoted" ', REPEAT('lorem ', seq % 40), '  ')), 1 + seq % 4,
  (seq * 7919 % 1000000) / 100, ELT(1 + seq % 3, 0.190, 0.070, 0.000), IF(seq % 13 = 0, NULL, SQRT(seq) / 7),
  IF(seq % 17 = 0, NULL, CONCAT('{"colour": "', ELT(1 + seq % 3, 'röd', 'blue', 'grün'), '", "sizes": [', seq, ', ', seq / 8,
    ', null], "id": ', 9007199254740993 + seq, '}')),
  seq % 2, IF(seq = 4711, 2, seq % 10 < 9),
  IF(seq % 50 = 0, '2021-06-01' + INTERVAL seq DAY, '0000-00-00') FROM seq_1_to_5000;

INSERT INTO product_image
SELECT seq * 10, seq % 3, seq % 64, UNHEX(CONCAT('FFD8FF00', REPEAT(MD5(seq), 16 + seq % 400))) FROM seq_1_to_500;

INSERT INTO customer
SELECT seq, CONCAT('customer', seq, IF(seq % 2, '@example.org', '@EXAMPLE.COM')),
  CONCAT(ELT(1 + seq % 5, 'Zoë', 'José', 'Łukasz', '太郎 𠮷', 'O''Neil 🎈'), ' ', seq), ELT(1 + seq % 4, 'DE', 'SE', 'FR', 'JP'),
  seq % 3 = 0, '2010-01-01' + INTERVAL seq * 7907 SECOND + INTERVAL seq * 37 % 1000000 MICROSECOND,
  IF(seq % 4 = 0, NULL, '2024-03-31 00:30:00.001' + INTERVAL seq MINUTE) FROM seq_1_to_20000;

INSERT INTO address
SELECT seq, 1 + seq * 7 % 20000, CONCAT(seq % 300, ' Example Street'), IF(seq % 8 = 0, '', LPAD(seq * 31 % 100000, 5, '0')),
  IF(seq % 6 = 0, NULL, POINT(seq % 360 - 180 + 0.125, seq % 180 - 90 + 0.1)) FROM seq_1_to_20000;

INSERT INTO `order`
SELECT seq, 1 + seq * 13 % 20000, IF(seq % 10 = 0, NULL, 1 + seq % 20000), 1 + seq % 4,
  IF(seq % 5 = 0, CONCAT('leave it at the door, n°', seq), IF(seq % 5 = 1, '', NULL)),
  '2015-01-01' + INTERVAL seq * 3571 SECOND,
  IF(seq % 4 = 2, '2015-01-03' + INTERVAL seq * 3571 SECOND, IF(seq % 1000 = 0, '0000-00-00 00:00:00', NULL)),
  '2015-01-02 00:00:00' + INTERVAL seq * 3571 SECOND + INTERVAL seq * 999983 % 1000000 MICROSECOND FROM seq_1_to_40000;

INSERT INTO order_item
SELECT 1 + seq DIV 3, seq % 3, 1 + seq * 11 % 5000, 1 + seq % 12, (seq * 31 % 100000) / 100, IF(seq % 3, NULL, seq % 100 / 3)
FROM seq_0_to_89999;

INSERT INTO payment
SELECT IF(seq % 5000 = 0, 18446744073709551600 + seq DIV 5000, seq), seq, (seq * 104729 % 1000000000) / 1000 + 0.000001 * (seq % 7),
  IF(seq % 3000 = 0, '0000-00-00', '2016-02-29' + INTERVAL seq % 3000 DAY), UNHEX(SHA1(seq)) FROM seq_1_to_15000;

INSERT INTO review
SELECT seq, 1 + seq % 5000, 1 + seq * 3 % 20000, 1 + seq % 5,
  CONCAT(ELT(1 + seq % 3, 'Très bien 👍', 'Nicht so gut 👎', '普通です'), ' (', seq, ')'),
  IF(seq % 4 = 0, NULL, CONCAT('{"helpful": ', seq % 100, ', "tags": ["', seq % 9, '", "é"], "verified": ', IF(seq % 2, 'true', 'false'), '}'))
FROM seq_1_to_6000;

INSERT INTO stock
SELECT 1 + seq % 400, seq, seq * 97 % 10000, '2024-02-29 23:59:59' FROM seq_1_to_2500;

INSERT INTO visit
SELECT '2024-10-27 00:59:59.999999' + INTERVAL seq DIV 2 SECOND, CONCAT('/product/', seq DIV 2), SEC_TO_TIME(seq DIV 2 / 1000)
FROM seq_1_to_500;

DELIMITER ;;
CREATE TRIGGER order_is_stamped BEFORE UPDATE ON `order` FOR EACH ROW SET NEW.note = COALESCE(NEW.note, '');;
DELIMITER ;
CREATE VIEW open_order AS SELECT id, customer_id, placed FROM `order` WHERE state IN ('new', 'paid');
