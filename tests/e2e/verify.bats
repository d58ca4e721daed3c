#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# crossgrade verify finds what was planted: each test damages its own copy of a migrated database in one place.

load ../support/e2e

setup_file() {
  make_source cg_e2e_verify "$BATS_TEST_DIRNAME/../fixtures/hire.sql"
  make_source cg_e2e_verify_types "$BATS_TEST_DIRNAME/../fixtures/types.sql"
  for database in cg_e2e_verify cg_e2e_verify_types; do
    make_target "$database"
    "$CROSSGRADE" migrate "$(source_uri "$database")" "$(target_uri "$database")" "${all_accepted[@]}" --quiet
  done
}

teardown_file() {
  for database in cg_e2e_verify cg_e2e_verify_types; do
    drop_source "$database"
    drop_target "$database"
  done
}

teardown() { drop_target cg_e2e_verify_copy; }

# damaged SQL: verify the copy of the bicycle hire after that SQL; sets $output, $status and the report.
damaged() {
  make_target cg_e2e_verify_copy cg_e2e_verify
  target_do cg_e2e_verify_copy "$1" >/dev/null
  run "$CROSSGRADE" verify "$(source_uri cg_e2e_verify)" "$(target_uri cg_e2e_verify_copy)" "${all_accepted[@]}" \
    --report "$(report_file)"
}

# blames TABLE: exit code 1, and the report and the terminal name that table and no other.
blames() {
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals NOT_SAFE "$(in_report .verdict)"
  equals "$1" "$(in_report '[.tables[] | select(.status == "different") | .source] | join(" ")')"
  equals true "$(in_report "[.blockers[] | select(.object | test(\"$1\"))] | length > 0")"
  says "$1" NOT_SAFE
}

# misses OBJECT: exit code 1, and a blocker or an object that is not as it should be names it.
misses() {
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals NOT_SAFE "$(in_report .verdict)"
  equals true "$(in_report "[.objects[] | select((.state | IN(\"missing\", \"changed\")) and (.name | test(\"$1\")))] | length > 0")"
  says "$1"
}

@test "verify: an undamaged copy is as safe as it was, exit code 0" {
  damaged "SELECT 1"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  all_tables_settled
  report_follows_schema
}

@test "verify: an undamaged copy of every type is as safe as it was, exit code 0" {
  make_target cg_e2e_verify_copy cg_e2e_verify_types
  expect 0 verify "$(source_uri cg_e2e_verify_types)" "$(target_uri cg_e2e_verify_copy)" "${all_accepted[@]}" --report "$(report_file)"
  all_tables_settled
}

@test "verify: it writes nothing into the target, and needs no ledger there (R25)" {
  make_target cg_e2e_verify_copy cg_e2e_verify
  target_do cg_e2e_verify_copy "DROP SCHEMA crossgrade CASCADE" 2>/dev/null
  tables="SELECT string_agg(relname || ' ' || relkind::text, ',' ORDER BY 1) FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg_temp%' OR nspname LIKE 'pg_toast%')"
  before=$(target_do cg_e2e_verify_copy "$tables")
  expect 0 verify "$(source_uri cg_e2e_verify)" "$(target_uri cg_e2e_verify_copy)" "${all_accepted[@]}"
  equals "$before" "$(target_do cg_e2e_verify_copy "$tables")"
}

@test "verify: a role that may only SELECT is enough, and the self-test goes by literals (R25)" {
  make_target cg_e2e_verify_copy cg_e2e_verify
  role=cg_e2e_reader
  target_do cg_e2e_verify_copy "DROP OWNED BY $role; DROP ROLE $role" 2>/dev/null || true
  target_do cg_e2e_verify_copy "REVOKE TEMPORARY ON DATABASE cg_e2e_verify_copy FROM PUBLIC; CREATE ROLE $role LOGIN PASSWORD 'reader'"
  target_do cg_e2e_verify_copy "GRANT USAGE ON SCHEMA public TO $role; GRANT SELECT ON ALL TABLES IN SCHEMA public TO $role; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO $role"
  as_reader=$(target_uri cg_e2e_verify_copy | sed "s#//[^@]*@#//$role:reader@#")
  expect 0 verify "$(source_uri cg_e2e_verify)" "$as_reader" "${all_accepted[@]}" --report "$(report_file)"
  equals partial "$(in_report .self_test.status)"
  equals true "$(in_report '[.self_test.types[] | select(.result == "passed") | .detail | endswith("no temporary table could be made")] | all')"
  target_do cg_e2e_verify_copy "DROP OWNED BY $role; DROP ROLE $role"
}

@test "verify: one byte of one row changed" {
  damaged "UPDATE rider SET first_name = 'first11' WHERE rider_id = 12"
  blames rider
}

@test "verify: one row deleted" {
  damaged "DELETE FROM payment WHERE payment_id = 5000"
  blames payment
  equals 1 "$(in_report '.tables[] | select(.source == "payment") | .rows_source - .rows_target')"
}

@test "verify: one row added" {
  damaged "INSERT INTO bike_text (bike_id, model, description) VALUES (9999, 'x', 'y')"
  blames bike_text
}

@test "verify: the number of rows is right, but one was replaced by a copy of another" {
  damaged "ALTER TABLE bike_text DROP CONSTRAINT \"$(target_do cg_e2e_verify "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = 'bike_text'::regclass")\"; UPDATE bike_text SET (bike_id, model, description) = (SELECT bike_id, model, description FROM bike_text WHERE bike_id = 2) WHERE bike_id = 1"
  [ "$status" = 1 ]
  equals different "$(in_report '.tables[] | select(.source == "bike_text") | .status')"
}

@test "verify: values swapped between two rows" {
  damaged "UPDATE rider SET email = CASE rider_id WHEN 1 THEN (SELECT email FROM rider WHERE rider_id = 2) ELSE (SELECT email FROM rider WHERE rider_id = 1) END WHERE rider_id IN (1, 2)"
  blames rider
}

@test "verify: NULL became an empty text" {
  damaged "UPDATE address SET street2 = '' WHERE address_id = 1"
  blames address
}

@test "verify: trailing spaces lost" {
  damaged "UPDATE address SET street2 = rtrim(street2) WHERE street2 LIKE 'yard%'"
  blames address
}

@test "verify: one microsecond, one hour, one cent, one flag" {
  damaged "UPDATE town SET last_update = last_update + interval '1 hour' WHERE town_id = 3; UPDATE payment SET amount = amount + 0.01 WHERE payment_id = 1; UPDATE mechanic SET active = NOT active WHERE mechanic_id = 1; UPDATE hire SET hired = hired + interval '1 second' WHERE hire_id = 9"
  [ "$status" = 1 ]
  equals "hire mechanic payment town" "$(in_report '[.tables[] | select(.status == "different") | .source] | sort | join(" ")')"
}

@test "verify: a blob cut by one byte, a set without one member, a moved point" {
  damaged "UPDATE mechanic SET picture = substr(picture, 1, length(picture) - 1) WHERE mechanic_id = 1; UPDATE bike SET equipment = equipment[1:1] WHERE cardinality(equipment) = 3 AND bike_id < 20; UPDATE address SET location = set_byte(location, length(location) - 1, 1) WHERE address_id = 7"
  [ "$status" = 1 ]
  equals "address bike mechanic" "$(in_report '[.tables[] | select(.status == "different") | .source] | sort | join(" ")')"
}

@test "verify: a duplicate in a table without a key is lost" {
  make_target cg_e2e_verify_copy cg_e2e_verify_types
  target_do cg_e2e_verify_copy "DELETE FROM without_key WHERE ctid = (SELECT ctid FROM without_key WHERE a = 1 LIMIT 1)"
  expect 1 verify "$(source_uri cg_e2e_verify_types)" "$(target_uri cg_e2e_verify_copy)" "${all_accepted[@]}" --report "$(report_file)"
  equals without_key "$(in_report '[.tables[] | select(.status == "different") | .source] | join(" ")')"
}

@test "verify: a JSON number, a float's last bit, a bit, an interval" {
  make_target cg_e2e_verify_copy cg_e2e_verify_types
  target_do cg_e2e_verify_copy "UPDATE documents SET doc = '9007199254740992' WHERE id = 10; UPDATE numbers SET d = d + d * 2.220446049250313e-16 WHERE id = 4; UPDATE flags SET ten_bits = ~ten_bits WHERE id = 2; UPDATE moments SET span = span + interval '1 second' WHERE id = 1"
  expect 1 verify "$(source_uri cg_e2e_verify_types)" "$(target_uri cg_e2e_verify_copy)" "${all_accepted[@]}" --report "$(report_file)"
  equals "documents flags moments numbers" "$(in_report '[.tables[] | select(.status == "different") | .source] | sort | join(" ")')"
}

@test "verify: a generated column's value is compared too (R18)" {
  make_target cg_e2e_verify_copy cg_e2e_verify_types
  generated=$(target_do cg_e2e_verify_copy "SELECT attgenerated <> '' FROM pg_attribute WHERE attrelid = 'generated_columns'::regclass AND attname = 'total'")
  if [ "$generated" = t ]; then
    target_do cg_e2e_verify_copy "ALTER TABLE generated_columns ALTER total DROP EXPRESSION"
  fi
  target_do cg_e2e_verify_copy "UPDATE generated_columns SET total = 99 WHERE id = 1"
  expect 1 verify "$(source_uri cg_e2e_verify_types)" "$(target_uri cg_e2e_verify_copy)" "${all_accepted[@]}" --report "$(report_file)"
  equals different "$(in_report '.tables[] | select(.source == "generated_columns") | .status')"
}

@test "verify: a table is missing" {
  damaged "DROP TABLE bike_text"
  [ "$status" = 1 ] || fail "exit code $status" "$output"
  says bike_text
}

@test "verify: an index is missing" {
  damaged "DROP INDEX \"$(target_do cg_e2e_verify "SELECT indexname FROM pg_indexes WHERE tablename = 'rider' AND indexdef LIKE '%(last_name, first_name)%'")\""
  misses "rider"
}

@test "verify: a foreign key is missing" {
  damaged "ALTER TABLE payment DROP CONSTRAINT fk_payment_rider"
  misses fk_payment_rider
}

@test "verify: a foreign key was left NOT VALID" {
  damaged "ALTER TABLE payment DROP CONSTRAINT fk_payment_rider; ALTER TABLE payment ADD CONSTRAINT fk_payment_rider FOREIGN KEY (rider_id) REFERENCES rider (rider_id) ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID"
  misses fk_payment_rider
}

@test "verify: a foreign key has another action" {
  damaged "ALTER TABLE payment DROP CONSTRAINT fk_payment_rider; ALTER TABLE payment ADD CONSTRAINT fk_payment_rider FOREIGN KEY (rider_id) REFERENCES rider (rider_id) ON DELETE CASCADE ON UPDATE CASCADE"
  misses fk_payment_rider
}

@test "verify: a sequence is behind its table's maximum" {
  damaged "SELECT setval(pg_get_serial_sequence('payment', 'payment_id'), 5)"
  misses payment
}

@test "verify: NOT NULL was lost" {
  damaged "ALTER TABLE rider ALTER last_name DROP NOT NULL"
  misses last_name
}

@test "verify: a default was lost" {
  damaged "ALTER TABLE bike ALTER price DROP DEFAULT"
  misses price
}
