#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Every type with the values at its edges, what data decides about types, and values that PostgreSQL cannot hold.

load ../support/e2e

setup_file() {
  make_source cg_e2e_types "$BATS_TEST_DIRNAME/../fixtures/types.sql"
  make_source cg_e2e_misfits "$BATS_TEST_DIRNAME/../fixtures/misfits.sql"
  make_target cg_e2e_types
  "$CROSSGRADE" migrate "$(source_uri cg_e2e_types)" "$(target_uri cg_e2e_types)" "${all_accepted[@]}" \
    --report "$BATS_FILE_TMPDIR/types.json" >"$BATS_FILE_TMPDIR/types.log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/types.code"
}

teardown_file() {
  drop_source cg_e2e_types
  drop_source cg_e2e_misfits
  drop_target cg_e2e_types
}

setup() {
  types=cg_e2e_types
  misfits=cg_e2e_misfits
}

teardown() { drop_target cg_e2e_types_own; }

# type_of TABLE COLUMN
type_of() {
  target_do "$types" "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '$1'::regclass AND attname = '$2'"
}

@test "types: all tables arrive, exit code 0" {
  cat "$BATS_FILE_TMPDIR/types.log"
  equals 0 "$(cat "$BATS_FILE_TMPDIR/types.code")"
  cp "$BATS_FILE_TMPDIR/types.json" "$(report_file)"
  all_tables_settled
  report_follows_schema
}

@test "types: an independent comparison finds every value on the target" {
  values_agree "$types" "$types"
}

@test "types: TINYINT(1) is boolean only where data says so (R32)" {
  equals boolean "$(type_of flags yes_no)"
  equals boolean "$(type_of flags maybe)"
  equals smallint "$(type_of flags with_two)"
  equals smallint "$(type_of flags all_null)"
  equals smallint "$(type_of empty_table flag)"
  equals 2 "$(target_do "$types" "SELECT with_two FROM flags WHERE id = 3")"
  cp "$BATS_FILE_TMPDIR/types.json" "$(report_file)"
  equals true "$(in_report '[.decisions[] | select(.table == "flags" and .column == "with_two")] | length > 0')"
}

@test "types: unsigned integers keep their range" {
  equals bigint "$(type_of integers iu)"
  equals "numeric(20,0)" "$(type_of integers bu)"
  equals bigint "$(type_of integers bu_small)"
  equals 18446744073709551615 "$(target_do "$types" "SELECT bu FROM integers WHERE id = 2")"
}

@test "types: DATETIME has no time zone, TIMESTAMP is an instant, microseconds stay" {
  equals "timestamp(6) without time zone" "$(type_of moments dt6)"
  equals "timestamp(6) with time zone" "$(type_of moments ts6)"
  equals "2024-03-31 02:30:00" "$(target_do "$types" "SELECT dt FROM moments WHERE id = 4")"
  equals "2038-01-19 03:14:07.999999+00" "$(target_do "$types" "SELECT ts6 FROM moments WHERE id = 2")"
}

@test "types: TIME is time where it fits a day, else interval" {
  [[ "$(type_of moments clock)" == time* ]]
  [[ "$(type_of moments span)" == interval* ]]
  equals -3020399 "$(target_do "$types" "SELECT extract(epoch FROM span)::int FROM moments WHERE id = 1")"
}

@test "types: rows of a table without a key keep their number" {
  equals 3 "$(target_do "$types" "SELECT count(*) FROM without_key WHERE a = 1 AND b = 'one'")"
  equals 2 "$(target_do "$types" "SELECT count(*) FROM without_key WHERE a IS NULL AND b IS NULL")"
}

@test "types: names over 63 bytes are shortened so that two never collide" {
  equals 3 "$(target_do "$types" "
    SELECT count(DISTINCT attname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE relname LIKE 'a_name_that_takes%' AND relkind = 'r' AND attnum > 0")"
}

@test "types: defaults and checks arrive" {
  target_do "$types" "INSERT INTO defaults_and_checks (no_default) VALUES (5)"
  equals "it's|-7|1.50|1" "$(target_do "$types" "SELECT word, number, amount, positive FROM defaults_and_checks WHERE no_default = 5")"
  target_do "$types" "DELETE FROM defaults_and_checks WHERE no_default = 5"
  run target_do "$types" "INSERT INTO defaults_and_checks (word) VALUES ('x')"
  [ "$status" != 0 ]
}

@test "zero dates: unaccepted they end in exit code 2 and are named with their count" {
  make_target cg_e2e_types_own
  expect 2 migrate "$(source_uri "$misfits")" "$(target_uri cg_e2e_types_own)" --report "$(report_file)"
  says zero_date_to_null
  equals INCONCLUSIVE "$(in_report .verdict)"
  equals 2 "$(in_report '.tables[] | select(.source == "zero_dates") | .conversions[] | select(.name == "zero_date_to_null" and .column == "d") | .count')"
  equals false "$(in_report '.tables[] | select(.source == "zero_dates") | .conversions[] | select(.name == "zero_date_to_null" and .column == "d") | .accepted')"
}

@test "zero dates: accepted they end in exit code 0, as NULL, with sample keys" {
  make_target cg_e2e_types_own
  expect 0 migrate "$(source_uri "$misfits")" "$(target_uri cg_e2e_types_own)" --report "$(report_file)" \
    --accept zero_date_to_null --accept not_null_dropped
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals converted "$(in_report '.tables[] | select(.source == "zero_dates") | .status')"
  equals true "$(in_report '[.tables[] | select(.source == "zero_dates") | .conversions[] | select(.name == "zero_date_to_null") | .sample_keys | length > 0] | all')"
  values_agree "$misfits" cg_e2e_types_own
}

@test "zero dates: an acceptance with a count does not cover more than it says" {
  make_target cg_e2e_types_own
  expect 2 migrate "$(source_uri "$misfits")" "$(target_uri cg_e2e_types_own)" --accept not_null_dropped \
    --accept 'zero_date_to_null:zero_dates.d<=1' --accept zero_date_to_null:zero_dates.dt --accept zero_date_to_null:zero_dates.ts
}

@test "a NUL byte in text stops its table, names column and key, and the others arrive; exit code 1" {
  source_do "$misfits" "CREATE TABLE nul_text (id INT PRIMARY KEY, body VARCHAR(20)); INSERT INTO nul_text VALUES (1, 'fine'), (77, CONCAT('a', CHAR(0), 'b'))"
  make_target cg_e2e_types_own
  expect 1 migrate "$(source_uri "$misfits")" "$(target_uri cg_e2e_types_own)" --report "$(report_file)" \
    --accept zero_date_to_null --accept not_null_dropped
  source_do "$misfits" "DROP TABLE nul_text"
  says nul_text body 77
  equals NOT_SAFE "$(in_report .verdict)"
  equals failed "$(in_report '.tables[] | select(.source == "nul_text") | .status')"
  equals identical "$(in_report '.tables[] | select(.source == "plain") | .status')"
  equals 2 "$(target_do cg_e2e_types_own "SELECT count(*) FROM plain")"
  equals true "$(in_report '[.blockers[] | select(.object | test("nul_text"))] | length > 0')"
}
