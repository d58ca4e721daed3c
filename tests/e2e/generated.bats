#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Columns that the target generates are compared apart from the others (R18): each test verifies tables that were made by
# hand on the target, with expressions that are right or wrong in one place.

load ../support/e2e

database=cg_e2e_generated

setup_file() {
  make_source $database
  source_sql $database <<'SQL'
CREATE TABLE line (
  id INT NOT NULL PRIMARY KEY, quantity INT NOT NULL, price DECIMAL(10,2) NOT NULL, note VARCHAR(40),
  total DECIMAL(12,2) AS (quantity * price) STORED,
  label VARCHAR(60) AS (CONCAT(IFNULL(note, '-'), ' x', quantity)) VIRTUAL);
INSERT INTO line (id, quantity, price, note) VALUES (1, 2, 1.25, 'pen'), (2, 1, 99.99, NULL), (3, 0, 5.00, ''), (4, -3, 0.10, 'back');
CREATE TABLE swapped (a INT, b INT, c INT AS (a) VIRTUAL);
INSERT INTO swapped (a, b) VALUES (1, 2), (2, 1), (3, 3);
CREATE TABLE plain (id INT NOT NULL PRIMARY KEY, a INT NOT NULL, twice INT NOT NULL);
INSERT INTO plain VALUES (1, 10, 20), (2, 11, 22);
SQL
}

teardown_file() { drop_source $database; }
teardown() { drop_target $database; }

# The right expressions; a test replaces one.
total='quantity * price'
label="coalesce(note, '-') || ' x' || quantity"
label_type='varchar(60)'
c=a
how=STORED

# on_target [SQL]: the tables, with the expressions as they are set, and then that SQL.
on_target() {
  make_target $database
  target_sql $database <<SQL
CREATE TABLE line (
  id integer PRIMARY KEY, quantity integer NOT NULL, price numeric(10,2) NOT NULL, note varchar(40),
  total numeric(12,2) GENERATED ALWAYS AS ($total) $how,
  label $label_type GENERATED ALWAYS AS ($label) $how);
INSERT INTO line (id, quantity, price, note) VALUES (1, 2, 1.25, 'pen'), (2, 1, 99.99, NULL), (3, 0, 5.00, ''), (4, -3, 0.10, 'back');
CREATE TABLE swapped (a integer, b integer, c integer GENERATED ALWAYS AS ($c) $how);
INSERT INTO swapped (a, b) VALUES (3, 3), (2, 1), (1, 2);
CREATE TABLE plain (id integer PRIMARY KEY, a integer NOT NULL, twice integer NOT NULL);
INSERT INTO plain VALUES (2, 11, 22), (1, 10, 20);
$1
SQL
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri $database)" --report "$(report_file)"
}

# blocked CODE OBJECT: exit code 1, and that is the only blocker.
blocked() {
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals NOT_SAFE "$(in_report .verdict)"
  equals "$1 $2" "$(in_report '[.blockers[] | .code + " " + .object] | join(",")')"
}

statuses() { in_report '[.tables[].status] | join(" ")'; }
generated() { in_report '[.tables[] | {source} + .generated[] | .source + "." + .column + " " + (if .different then "different" else "same" end)] | join(",")'; }

@test "r18_generated: a table is the same when its base columns are and what each side computes is" {
  on_target
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals "identical identical identical" "$(statuses)"
  equals "line.total same,line.label same,swapped.c same" "$(generated)"
  equals true "$(in_report '[.tables[].generated[] | .digests_taken and .digest_source == .digest_target] | all')"
  equals 3 "$(in_report '[.tables[].generated[].digest_source] | unique | length')"
  equals 12 "$(in_report '.coverage.columns.compared')"
  report_follows_schema
}

@test "r18_generated: the base image's digest does not depend on what is generated beside it" {
  on_target
  with=$(in_report '.tables[] | select(.source == "swapped") | .digest_target')
  make_target $database
  source_do $database "ALTER TABLE swapped DROP COLUMN c"
  target_do $database "CREATE TABLE swapped (a integer, b integer); INSERT INTO swapped VALUES (1, 2), (2, 1), (3, 3)"
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri $database)" --include swapped --report "$(report_file)"
  source_do $database "ALTER TABLE swapped ADD COLUMN c INT AS (a) VIRTUAL"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals "$with" "$(in_report '.tables[] | select(.source == "swapped") | .digest_target')"
}

@test "r18_generated: another expression, wrong for one row only, is named with both expressions" {
  total='CASE WHEN quantity < 0 THEN 0 ELSE quantity * price END'
  on_target
  blocked generated_different line.total
  equals "different identical identical" "$(statuses)"
  equals "line.total different,line.label same,swapped.c same" "$(generated)"
  message=$(in_report '.blockers[0].message')
  [[ $message == *"\`quantity\` * \`price\`"* && $message == *CASE* ]] || fail "not both expressions: $message"
  equals true "$(in_report '.tables[0].generated_only')"
  report_follows_schema
}

@test "r18_generated: a NULL that became a text, and an empty text that became a NULL" {
  label="note || ' x' || quantity"
  on_target
  blocked generated_different line.label
  label="coalesce(nullif(note, ''), '-') || ' x' || quantity"
  on_target
  blocked generated_different line.label
}

@test "r18_generated: the same values at other rows are not the same" {
  c=b
  on_target
  blocked generated_different swapped.c
}

@test "r18_generated: a value that the target's type cannot hold is named with its key" {
  label_type='varchar(4)' label="left(coalesce(note, '-') || ' x' || quantity, 4)"
  on_target
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals line.label "$(in_report '.blockers[] | select(.code == "generated_different") | .object')"
  message=$(in_report '.blockers[] | select(.code == "generated_different") | .message')
  [[ $message == *'2 values of the source do not fit'*'the first at id='* ]] || fail "$message"
}

@test "r18_generated: a base column that differs is not blamed on what does not come from it" {
  on_target "UPDATE line SET price = 7 WHERE id = 3"
  blocked table_different line
  equals "line.total same,line.label same,swapped.c same" "$(generated)"
  on_target "UPDATE line SET note = 'ink' WHERE id = 1"
  equals "table_different line,generated_different line.label" "$(in_report '[.blockers[] | .code + " " + .object] | join(",")')"
}

@test "r18_generated: a row that is missing is one blocker" {
  on_target "DELETE FROM line WHERE id = 2"
  blocked table_different line
}

@test "r18_generated: what is plain on the target stays part of the base image" {
  on_target "ALTER TABLE line ALTER total DROP EXPRESSION"
  [ "$status" = 2 ] || fail "exit code $status instead of 2" "$output"
  says generated_to_plain
  equals "line.label same,swapped.c same" "$(generated)"
  on_target "ALTER TABLE line ALTER total DROP EXPRESSION; UPDATE line SET total = 0 WHERE id = 1"
  blocked table_different line
}

@test "r18_generated: a plain column of the source that the target computes: the values may agree, the column takes no others" {
  computed="ALTER TABLE plain DROP twice, ADD twice integer GENERATED ALWAYS AS"
  on_target "$computed (a * 2) STORED; ALTER TABLE plain ALTER twice SET NOT NULL"
  blocked object_changed 'generated column plain.twice'
  [[ $(in_report '.blockers[].message') == *'takes any value' ]] || fail "$(in_report '.blockers[].message')"
  equals same "$(in_report '.tables[] | select(.source == "plain") | .generated[] | if .different then "different" else "same" end')"
  on_target "$computed (a + 10) STORED; ALTER TABLE plain ALTER twice SET NOT NULL"
  equals generated_different "$(in_report '.blockers[] | select(.object == "plain.twice") | .code')"
}

@test "r18_generated: virtual columns of the target are read as stored ones are" {
  [ "$CG_TARGET_NAME" = pg18 ] || skip "PostgreSQL has virtual columns from 18 on"
  how=VIRTUAL
  on_target
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals "line.total same,line.label same,swapped.c same" "$(generated)"
  total='quantity * price + 0.01'
  on_target
  blocked generated_different line.total
}

@test "r18_generated: --redact keeps the expressions out of the report" {
  total='quantity * price + 1'
  on_target
  grep -q 'quantity.* \*' "$(report_file)"
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri $database)" --redact --report "$(report_file)"
  [ "$status" = 1 ]
  ! grep 'quantity.* \*' "$(report_file)" || fail "the report tells an expression"
}
