#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# crossgrade migrate from end to end: two databases in the style of the well-known samples arrive whole, the report says
# so, and an independent comparison agrees.

load ../support/e2e

setup_file() {
  make_source cg_e2e_migrate_hire "$BATS_TEST_DIRNAME/../fixtures/hire.sql"
  make_source cg_e2e_migrate_club "$BATS_TEST_DIRNAME/../fixtures/mixed_case.sql"
  for database in cg_e2e_migrate_hire cg_e2e_migrate_club; do
    make_target "$database"
    "$CROSSGRADE" migrate "$(source_uri "$database")" "$(target_uri "$database")" "${all_accepted[@]}" --jobs 2 \
      --report "$BATS_FILE_TMPDIR/$database.json" --report "$BATS_FILE_TMPDIR/$database.txt" \
      >"$BATS_FILE_TMPDIR/$database.log" 2>&1 && code=0 || code=$?
    echo "$code" >"$BATS_FILE_TMPDIR/$database.code"
  done
}

teardown_file() {
  for database in cg_e2e_migrate_hire cg_e2e_migrate_club; do
    drop_source "$database"
    drop_target "$database"
  done
}

setup() {
  hire=cg_e2e_migrate_hire
  club=cg_e2e_migrate_club
}

# use DATABASE: the assertions below read the report of that migration.
use() { ln -sf "$BATS_FILE_TMPDIR/$1.json" "$(report_file)"; }

@test "migrate: a database with unsigned keys, SET, YEAR, geometry, views and triggers ends with exit code 0" {
  cat "$BATS_FILE_TMPDIR/$hire.log"
  equals 0 "$(cat "$BATS_FILE_TMPDIR/$hire.code")"
  use "$hire"
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  all_tables_settled
}

@test "migrate: a database with mixed-case names, blanks and quotes in names ends with exit code 0" {
  cat "$BATS_FILE_TMPDIR/$club.log"
  equals 0 "$(cat "$BATS_FILE_TMPDIR/$club.code")"
  use "$club"
  [[ "$(in_report .verdict)" == SAFE* ]]
  all_tables_settled
}

@test "migrate: every table and every row is counted on both sides" {
  use "$hire"
  equals 11 "$(in_report '.tables | length')"
  equals 10000 "$(in_report '.tables[] | select(.source == "hire") | .rows_target')"
  equals "" "$(in_report '.tables[] | select(.rows_source != .rows_target) | .source')"
  equals "" "$(in_report '.tables[] | select(.digest_source != .digest_target) | .source')"
  equals true "$(in_report '[.tables[].digest_target | test("^[0-9a-f]{32}$")] | all')"
  equals true "$(in_report '.coverage.rows.total == .coverage.rows.compared')"
}

@test "migrate: an independent comparison finds every value on the target" {
  values_agree "$hire" "$hire"
  values_agree "$club" "$club"
}

@test "migrate: foreign keys are there and valid, circular and self-referencing ones too" {
  all_foreign_keys_valid "$hire" 15
  all_foreign_keys_valid "$club" 6
}

@test "migrate: an INSERT without the key works afterwards" {
  sequences_are_ahead "$hire"
  sequences_are_ahead "$club"
  [ "$(target_do "$hire" "INSERT INTO country (name) VALUES ('new') RETURNING country_id")" -gt 100 ]
  [ "$(target_do "$club" "INSERT INTO \"Artist\" (\"Name\") VALUES ('new') RETURNING \"ArtistId\"")" -gt 7 ]
  target_do "$hire" "DELETE FROM country WHERE name = 'new'"
  target_do "$club" "DELETE FROM \"Artist\" WHERE \"Name\" = 'new'"
}

@test "migrate: primary, unique, plain and prefix indexes are there" {
  equals 11 "$(target_do "$hire" "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace")"
  equals t "$(target_do "$hire" "SELECT EXISTS (SELECT FROM pg_indexes WHERE tablename = 'rider' AND indexdef ~* '\\(.*left.*email.*10')")"
  equals t "$(target_do "$hire" "SELECT EXISTS (SELECT FROM pg_indexes WHERE tablename = 'hire' AND indexdef LIKE 'CREATE UNIQUE%hired, bike_id, rider_id%')")"
  equals t "$(target_do "$hire" "SELECT EXISTS (SELECT FROM pg_indexes WHERE tablename = 'rider' AND indexdef LIKE '%(last_name, first_name)%')")"
}

@test "migrate: ENUM becomes a type with its labels in order, SET an array, comments arrive" {
  equals "city|cargo|child's|two, or more|(odd) \"one\"|back\\slash" "$(target_do "$hire" "
    SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum
    WHERE enumtypid = (SELECT atttypid FROM pg_attribute WHERE attrelid = 'bike'::regclass AND attname = 'kind')")"
  equals "text[]" "$(target_do "$hire" "
    SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'bike'::regclass AND attname = 'equipment'")"
  equals "as painted on the frame" "$(target_do "$hire" "
    SELECT col_description('bike'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'bike'::regclass AND attname = 'model'")"
  equals "Those who ride; \"quoted\" and it's fine" "$(target_do "$hire" "SELECT obj_description('rider'::regclass)")"
}

@test "migrate: views, triggers and routines are named with their source text, never silently lost" {
  use "$hire"
  for object in rider_list sales_by_depot ins_bike hire_days free_bikes; do
    equals true "$(in_report "[.objects[] | select((.name | test(\"$object\")) and .state != \"missing\")] | length > 0")"
  done
  equals true "$(in_report '[.objects[] | select(.state == "not_carried" and (.sql | length) > 20)] | length > 0')"
}

@test "migrate: two tables that differ only in case stay two tables" {
  equals 5 "$(target_do "$club" 'SELECT count(*) FROM "PlaylistTrack"')"
  equals 2 "$(target_do "$club" 'SELECT count(*) FROM playlisttrack')"
}

@test "migrate: the JSON report follows docs/report.schema.json" {
  use "$hire" && report_follows_schema
  use "$club" && report_follows_schema
}

@test "migrate: the report says when, from where and what it compared, and holds no secret" {
  use "$hire"
  equals false "$(in_report '.as_of == ""')"
  equals no "$(in_report .source_moved)"
  equals "$hire" "$(in_report .source.database)"
  equals "$hire" "$(in_report .target.database)"
  equals true "$(in_report '.self_test.status | IN("partial", "passed")')"
  equals 0 "$(in_report '.blockers | length')"
}

@test "migrate: the terminal report and the text file show the verdict" {
  grep -q SAFE_WITH_CONVERSIONS "$BATS_FILE_TMPDIR/$hire.log"
  grep -q SAFE_WITH_CONVERSIONS "$BATS_FILE_TMPDIR/$hire.txt"
}

@test "migrate: without acceptance the same database is INCONCLUSIVE, exit code 2, and says which flag would do" {
  make_target "${hire}_strict"
  expect 2 migrate "$(source_uri "$hire")" "$(target_uri "${hire}_strict")" --report "$(report_file)"
  drop_target "${hire}_strict"
  equals INCONCLUSIVE "$(in_report .verdict)"
  says trigger_not_carried routine_not_carried --accept
}

@test "migrate: the source is never written to" {
  before=$(source_do "$hire" "SHOW TABLES" | sort)
  make_target "${hire}_again"
  checksum=$(source_do "$hire" "CHECKSUM TABLE hire, bike, payment")
  expect 0 migrate "$(source_uri "$hire")" "$(target_uri "${hire}_again")" "${all_accepted[@]}"
  drop_target "${hire}_again"
  equals "$before" "$(source_do "$hire" "SHOW TABLES" | sort)"
  equals "$checksum" "$(source_do "$hire" "CHECKSUM TABLE hire, bike, payment")"
}
