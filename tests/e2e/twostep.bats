#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Schemas that are there already, and moves in two steps: the schema and the rows apart, what runs before and after the
# rows, which rows, and who owns what is made.

load ../support/e2e

shop=cg_e2e_twostep
owner=cg_e2e_twostep_owner

setup_file() {
  make_source cg_e2e_twostep
  source_sql cg_e2e_twostep <<'SQL'
CREATE TABLE customer (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  kind ENUM('person', 'firm') NOT NULL DEFAULT 'person',
  since DATE,
  changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  UNIQUE KEY by_name (name)
) ENGINE = InnoDB;
CREATE TABLE orders (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id INT UNSIGNED NOT NULL,
  total DECIMAL(10, 2) NOT NULL DEFAULT 0,
  placed DATETIME NOT NULL,
  paid TINYINT(1) NOT NULL,
  KEY by_customer (customer_id),
  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE
) ENGINE = InnoDB;
INSERT INTO customer (id, name, kind, since) VALUES
  (1, 'Ada', 'person', '2001-02-03'), (2, 'Bolts & Sons', 'firm', NULL), (7, 'Zoë', 'person', '1999-12-31');
INSERT INTO orders (id, customer_id, total, placed, paid) VALUES
  (1, 1, 10.50, '2024-01-01 10:00:00', 1), (2, 1, 0.99, '2024-01-02 11:00:00', 0),
  (3, 2, 1200.00, '2024-02-03 12:00:00', 1), (20, 7, 5.00, '2024-03-04 13:00:00', 1);
SQL
}

teardown_file() {
  drop_source "$shop"
  drop_target "$shop"
  target_do postgres "DROP ROLE IF EXISTS $owner; DROP ROLE IF EXISTS ${owner}_user" 2>/dev/null
}

setup() {
  make_target "$shop"
  from=$(source_uri "$shop")
  to=$(target_uri "$shop")
}

is() { equals "$2" "$(target_do "$shop" "$1")"; }

nothing_made() { is "SELECT count(*) FROM pg_namespace WHERE nspname = 'crossgrade'" 0; }

# ---- who owns what is made ----

make_roles() {
  target_do postgres "DROP ROLE IF EXISTS $owner; DROP ROLE IF EXISTS ${owner}_user; CREATE ROLE $owner;
    CREATE ROLE ${owner}_user LOGIN" 2>/dev/null
}

@test "--owner: schema, tables, sequences and types that are made belong to the role, and the run can still read them" {
  make_roles
  expect 0 migrate "$from" "$to" "${all_accepted[@]}" --schema Shop --owner "$owner" --report "$(report_file)"
  equals 0 "$(in_report '.blockers | length')"
  is "SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ',') FROM pg_class WHERE relnamespace = '\"Shop\"'::regnamespace" "$owner"
  is "SELECT count(*) FROM pg_class WHERE relnamespace = '\"Shop\"'::regnamespace AND relkind = 'S'" 2
  is "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'Shop'" "$owner"
  is "SELECT pg_get_userbyid(typowner) FROM pg_type WHERE typtype = 'e'" "$owner"
  is "SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = '\"Shop\"'::regnamespace" "$owner"
}

@test "--owner: a schema that is there already keeps its owner" {
  make_roles
  target_do "$shop" "CREATE SCHEMA shop; GRANT CREATE ON SCHEMA shop TO $owner"
  expect 0 migrate "$from" "$to" "${all_accepted[@]}" --schema shop --owner "$owner"
  is "SELECT pg_get_userbyid(nspowner) = current_user FROM pg_namespace WHERE nspname = 'shop'" t
  is "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'orders'" "$owner"
}

@test "--owner: refused before anything is made when the role is not there or cannot be given; the GRANTs are named" {
  make_roles
  expect 3 migrate "$from" "$to" --owner nobody_at_all
  says nobody_at_all 'CREATE ROLE nobody_at_all'
  nothing_made
  target_do "$shop" "GRANT CREATE ON DATABASE $shop TO ${owner}_user; GRANT CREATE ON SCHEMA public TO ${owner}_user"
  user_uri="postgresql://${owner}_user@127.0.0.1:$(target_port)/$shop"
  expect 3 migrate "$from" "$user_uri" --owner "$owner"
  says "GRANT $owner TO ${owner}_user" "GRANT CREATE ON SCHEMA public TO $owner"
  nothing_made
  target_do "$shop" "GRANT $owner TO ${owner}_user"
  expect 3 migrate "$from" "$user_uri" --owner "$owner"
  says "GRANT CREATE ON SCHEMA public TO $owner"
  expect 0 migrate "$from" "$user_uri" "${all_accepted[@]}" --owner "$owner" --schema made
  is "SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ',') FROM pg_class WHERE relnamespace = 'made'::regnamespace" "$owner"
  target_do "$shop" "GRANT CREATE ON SCHEMA public TO $owner"
  expect 0 migrate "$from" "$user_uri" "${all_accepted[@]}" --owner "$owner"
  is "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.orders'::regclass" "$owner"
  drop_target "$shop"
}

# ---- which rows ----

@test "--where: only the rows that meet the condition are moved, compared and counted, and the verdict says so" {
  expect 0 migrate "$from" "$to" "${all_accepted[@]}" --where "orders=total >= 1 AND placed < '2024-03-01'" \
    --where 'customer=id IN (1, 2)' --report "$(report_file)"
  says "2 filtered" "placed < '2024-03-01'"
  is "SELECT string_agg(id::text, ',' ORDER BY id) FROM orders" 1,3
  is "SELECT string_agg(id::text, ',' ORDER BY id) FROM customer" 1,2
  is "SELECT nextval(pg_get_serial_sequence('orders', 'id')) > 20" t
  report_follows_schema
  equals '["customer","orders"]' "$(in_report '.coverage.filtered | tojson')"
  equals '{"total":4,"compared":4}' "$(in_report '.coverage.rows | tojson')"
  equals "total >= 1 AND placed < '2024-03-01'" "$(in_report '.tables[] | select(.source == "orders") | .filter')"
  equals 2 "$(in_report '.tables[] | select(.source == "orders") | .rows_source')"
}

@test "--where: with --redact the condition, which holds values, is not in the report" {
  expect 0 migrate "$from" "$to" "${all_accepted[@]}" --where "orders=total <> 4711" --redact --quiet --report "$(report_file)"
  says_not 4711
  equals '["orders"]' "$(in_report '.coverage.filtered | tojson')"
  run ! grep -q 4711 "$(report_file)"
}

@test "--where: types are decided by the rows that are moved, and --dry-run names the condition" {
  source_do "$shop" "CREATE TABLE flag (id INT PRIMARY KEY, f TINYINT(1) NOT NULL); INSERT INTO flag VALUES (1, 1), (2, 2)"
  expect 0 migrate "$from" "$to" --where flag=id=1 --dry-run
  says "only rows where id=1" "values 1 to 1 in 1 row"
  source_do "$shop" "DROP TABLE flag"
}

@test "--where: rows whose parents were left out are orphans: the foreign key is a blocker, exit code 1" {
  expect 1 migrate "$from" "$to" "${all_accepted[@]}" --where customer=id=1 --report "$(report_file)"
  equals "orders.orders_customer" "$(in_report '.objects[] | select(.kind == "foreign key" and .state != "same") | .name')"
  equals identical "$(in_report '.tables[] | select(.source == "orders") | .status')"
}

@test "--where: refused before anything is made: no such table or column, two conditions, what could end the statement" {
  local condition
  for condition in 'order=id=1' 'orders=nothing = 1' 'orders=1) OR (1' 'orders=1; DELETE FROM orders' 'orders=1 -- ' "orders=placed > '2024"; do
    expect 3 migrate "$from" "$to" --where "$condition"
    says "--where $condition"
  done
  expect 3 migrate "$from" "$to" --where order=id=1
  says "there is no table order" "did you mean orders"
  expect 3 migrate "$from" "$to" --where orders=id=1 --where orders=id=2
  says "has a condition already"
  expect 3 migrate "$from" "$to" --where orders=id=1 --exclude orders
  says "is excluded"
  expect 3 migrate "$from" "$to" --where orders
  says TABLE=CONDITION
  nothing_made
  equals 4 "$(source_do "$shop" "SELECT COUNT(*) FROM orders")"
}

# ---- what runs before and after the rows ----

# script NAME <SQL: a file of the test's own.
script() { cat >"$BATS_TEST_TMPDIR/$1"; }

events() { is "SELECT string_agg(kind || ' ' || regexp_replace(object, '.*/', ''), ', ' ORDER BY event_id) FROM crossgrade.event WHERE kind LIKE 'script.%'" "$1"; }

@test "--before-load and --after-load run in order, on tables without rows and on tables with keys; the ledger tells" {
  script one.sql <<<'CREATE TABLE seen AS SELECT (SELECT count(*) FROM orders) AS before, 0 AS after;'
  script two.sql <<<'INSERT INTO seen SELECT 7, count(*) FROM pg_constraint WHERE conrelid IN ('"'orders'::regclass, 'customer'::regclass) AND contype IN ('p', 'f', 'u') AND convalidated;"
  script three.sql <<<'UPDATE seen SET after = after + (SELECT count(*) FROM orders) WHERE before = 7; -- the last'
  expect 0 migrate "$from" "$to" "${all_accepted[@]}" --before-load "$BATS_TEST_TMPDIR/one.sql" \
    --after-load "$BATS_TEST_TMPDIR/two.sql" --after-load "$BATS_TEST_TMPDIR/three.sql" --report "$(report_file)"
  is "SELECT string_agg(before || ':' || after, ' ' ORDER BY before) FROM seen" "0:0 7:8"
  events "script.begin one.sql, script.end one.sql, script.begin two.sql, script.end two.sql, script.begin three.sql, script.end three.sql"
  equals 3 "$(in_report '[.target.settings[] | select(.name | test("-load$"))] | length')"
}

@test "--before-load: a file that fails ends the run before a row has moved, with file, line and the server's words" {
  script wrong.sql <<'SQL'
-- a comment; with a semicolon
CREATE TABLE undone (n INT);
DO $$ BEGIN
  PERFORM 1;
END $$;

INSERT INTO undone
SELECT 1/0;
SELECT 'never';
SQL
  expect 3 migrate "$from" "$to" --before-load "$BATS_TEST_TMPDIR/wrong.sql"
  says "wrong.sql:7" "division by zero"
  is "SELECT (SELECT count(*) FROM orders) || ' ' || (to_regclass('undone') IS NULL)" "0 true"
  is "SELECT state FROM crossgrade.run" failed
  printf 'SELECT 1;\nSELECT\n  nothing_there;\n' | script wrong.sql
  make_target "$shop"
  expect 3 migrate "$from" "$to" --before-load "$BATS_TEST_TMPDIR/wrong.sql"
  says "wrong.sql:3" nothing_there
}

@test "--after-load: a file that fails is a blocker, those after it are not run, and everything else is proved; exit code 1" {
  script good.sql <<<'CREATE TABLE good ();'
  script wrong.sql < <(printf 'CREATE TABLE half ();\n\nSELECT missing_function();\n')
  expect 1 migrate "$from" "$to" "${all_accepted[@]}" --after-load "$BATS_TEST_TMPDIR/wrong.sql" \
    --after-load "$BATS_TEST_TMPDIR/good.sql" --report "$(report_file)"
  says "wrong.sql:3" missing_function
  is "SELECT (to_regclass('half') IS NULL) || ' ' || (to_regclass('good') IS NULL)" "true true"
  equals NOT_SAFE "$(in_report .verdict)"
  equals 2 "$(in_report '[.blockers[] | select(.object | startswith("script "))] | length')"
  all_tables_settled
}

@test "--after-load: what it changes in the rows is seen by the verification" {
  script change.sql <<<"UPDATE customer SET name = 'Bob' WHERE id = 1;"
  expect 1 migrate "$from" "$to" "${all_accepted[@]}" --after-load "$BATS_TEST_TMPDIR/change.sql" --report "$(report_file)"
  equals different "$(in_report '.tables[] | select(.source == "customer") | .status')"
}

@test "--after-load: COMMIT and VACUUM are the file's own business; an open transaction and COPY FROM STDIN are refused" {
  script own.sql <<<'BEGIN; CREATE TABLE mine (n INT); COMMIT;'
  script alone.sql <<<'VACUUM orders'
  expect 0 migrate "$from" "$to" "${all_accepted[@]}" --after-load "$BATS_TEST_TMPDIR/own.sql" --after-load "$BATS_TEST_TMPDIR/alone.sql"
  is "SELECT to_regclass('mine') IS NOT NULL" t
  script own.sql <<<'BEGIN; CREATE TABLE yours (n INT);'
  expect 1 migrate "$from" "$to" "${all_accepted[@]}" --drop-existing --after-load "$BATS_TEST_TMPDIR/own.sql"
  says "leaves its transaction open"
  is "SELECT to_regclass('yours') IS NULL" t
  printf 'SELECT 1;\nCOPY mine FROM STDIN;\n1\n\\.\n' | script own.sql
  expect 1 migrate "$from" "$to" "${all_accepted[@]}" --drop-existing --after-load "$BATS_TEST_TMPDIR/own.sql"
  says "own.sql:"
  is "SELECT count(*) FROM mine" 0
}

@test "scripts find the target schema first, then what their role would find" {
  script where.sql <<<'CREATE TABLE told AS SELECT current_schema() AS first, current_setting('"'search_path') AS path, current_setting('client_encoding') AS encoding, 'ü' AS umlaut;"
  expect 0 migrate "$from" "$to" "${all_accepted[@]}" --schema 'My Shop' --before-load "$BATS_TEST_TMPDIR/where.sql"
  is "SELECT first || '|' || path || '|' || encoding || '|' || umlaut FROM \"My Shop\".told" "My Shop|\"My Shop\", \"\$user\", public|UTF8|ü"
}

@test "scripts are listed by --dry-run and not run; one that is not there is refused before anything starts" {
  script one.sql <<<'CREATE TABLE seen ();'
  expect 0 migrate "$from" "$to" --dry-run --before-load "$BATS_TEST_TMPDIR/one.sql" --after-load "$BATS_TEST_TMPDIR/one.sql"
  says "before the rows: $BATS_TEST_TMPDIR/one.sql" "after the keys: $BATS_TEST_TMPDIR/one.sql"
  is "SELECT to_regclass('seen') IS NULL" t
  expect 3 migrate "$from" "$to" --after-load "$BATS_TEST_TMPDIR/none.sql"
  says none.sql --after-load
  printf 'SELECT 1;\0' >"$BATS_TEST_TMPDIR/zero.sql"
  expect 3 migrate "$from" "$to" --after-load "$BATS_TEST_TMPDIR/zero.sql"
  says zero.sql "zero byte"
  nothing_made
}

# ---- the schema alone ----

@test "--schema-only makes types, tables, keys, foreign keys and triggers, moves no rows, and is INCONCLUSIVE at best" {
  expect 2 migrate "$from" "$to" "${all_accepted[@]}" --schema-only --report "$(report_file)"
  says "no rows were moved"
  report_follows_schema
  equals INCONCLUSIVE "$(in_report .verdict)"
  equals schema-only "$(in_report .mode)"
  equals "not_compared" "$(in_report '[.tables[].status] | unique | join(",")')"
  equals 0 "$(in_report .coverage.tables.compared)"
  equals "" "$(in_report '.objects[] | select(.state | IN("same", "mapped") | not) | .kind + " " + .name')"
  for kind in table column "primary key" unique index "foreign key" identity; do
    equals true "$(in_report "[.objects[] | select(.kind == \"$kind\")] | length > 0")"
  done
  is "SELECT count(*) FROM orders" 0
  all_foreign_keys_valid "$shop" 1
  is "SELECT nextval(pg_get_serial_sequence('orders', 'id'))" 21
  is "SELECT string_agg(DISTINCT state, ',') FROM crossgrade.run_table" "done"
}

@test "--schema-only: what cannot be made is a blocker all the same, exit code 1" {
  target_do "$shop" "CREATE TYPE customer_kind AS ENUM ('person')"
  expect 1 migrate "$from" "$to" "${all_accepted[@]}" --schema-only --report "$(report_file)"
  equals true "$(in_report '[.blockers[].object] | index("type customer_kind") != null')"
}

@test "options that contradict each other are refused by name before anything starts, exit code 3" {
  expect 3 migrate "$from" "$to" --schema-only --before-load "$BATS_TEST_FILENAME"
  says --schema-only --before-load
}
