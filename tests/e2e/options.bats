#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Options, the ledger's commands, pipeline files, saved decisions.

load ../support/e2e

setup_file() { make_source cg_e2e_options "$BATS_TEST_DIRNAME/../fixtures/mixed_case.sql"; }
teardown_file() { drop_source cg_e2e_options; }

setup() {
  make_target cg_e2e_options
  from=$(source_uri cg_e2e_options)
  to=$(target_uri cg_e2e_options)
}

teardown() {
  drop_target cg_e2e_options
  drop_target cg_e2e_options_second
}

tables() { target_do cg_e2e_options "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = '${1:-public}'"; }

@test "--version and --help, also of each command, end with 0" {
  expect 0 --version
  says crossgrade
  expect 0 --help
  says migrate verify schema
  for command in migrate verify schema run runs report forget; do
    expect 0 "$command" --help
    says "$command"
  done
}

@test "--dry-run says what it would do and does nothing" {
  expect 0 migrate "$from" "$to" --dry-run
  says Artist Album
  equals "" "$(tables)"
  equals 0 "$(target_do cg_e2e_options "SELECT count(*) FROM pg_namespace WHERE nspname = 'crossgrade'")"
}

@test "--show-config prints what is in force, without secrets" {
  expect 0 migrate "mysql://someone:top-secret@127.0.0.1:$(source_port)/x" "$to" --show-config --jobs 3 --exclude 'Play*'
  says 'jobs: 3' 'Play*'
  says_not top-secret
}

@test "--include and --exclude choose tables; the excluded ones are listed and counted" {
  expect 0 migrate "$from" "$to" --exclude 'Playlist*' --exclude playlisttrack --exclude order --report "$(report_file)" "${all_accepted[@]}"
  equals "Album Artist Employee MediaType Track" "$(tables)"
  equals 4 "$(in_report '[.tables[] | select(.status == "excluded")] | length')"
  says excluded
}

@test "--include alone" {
  expect 0 migrate "$from" "$to" --include Artist --include MediaType "${all_accepted[@]}"
  equals "Artist MediaType" "$(tables)"
}

@test "--schema puts the tables into another schema, --ledger-schema the ledger" {
  target_do cg_e2e_options "CREATE SCHEMA club"
  expect 0 migrate "$from" "$to" --schema club --ledger-schema book "${all_accepted[@]}"
  equals "" "$(tables)"
  [[ "$(tables club)" == *Artist* ]]
  equals 1 "$(target_do cg_e2e_options "SELECT count(*) FROM book.run")"
  expect 0 verify "$from" "$to" --schema club "${all_accepted[@]}"
}

@test "--quiet leaves the result alone: no progress, no notes" {
  "$CROSSGRADE" migrate "$from" "$to" --quiet "${all_accepted[@]}" 2>"$BATS_TEST_TMPDIR/errors" >"$BATS_TEST_TMPDIR/result"
  equals "" "$(cat "$BATS_TEST_TMPDIR/errors")"
  grep -q SAFE "$BATS_TEST_TMPDIR/result"
}

@test "--log-format json writes one JSON object per line" {
  "$CROSSGRADE" migrate "$from" "$to" --log-format json "${all_accepted[@]}" 2>"$BATS_TEST_TMPDIR/log" >/dev/null
  [ -s "$BATS_TEST_TMPDIR/log" ]
  jq -e -s 'all(type == "object")' "$BATS_TEST_TMPDIR/log"
}

@test "--redact keeps values out of the report" {
  source_do cg_e2e_options "SET sql_mode = ''; CREATE TABLE hidden (id VARCHAR(20) PRIMARY KEY, d DATE); INSERT INTO hidden VALUES ('find-me-not', '0000-00-00')"
  run "$CROSSGRADE" migrate "$from" "$to" --include hidden --redact --report "$(report_file)" "${all_accepted[@]}"
  source_do cg_e2e_options "DROP TABLE hidden"
  equals 0 "$status"
  says_not find-me-not
  equals 1 "$(in_report '.tables[] | .conversions[] | select(.name == "zero_date_to_null") | .count')"
  run grep -c find-me-not "$(report_file)"
  equals 0 "$output"
}

@test "runs, report and forget work on the ledger" {
  expect 0 migrate "$from" "$to" --report "$(report_file)" "${all_accepted[@]}"
  id=$(in_report .run_id)
  expect 0 runs "$to"
  says "$id" SAFE
  "$CROSSGRADE" report "$to" "$id" --format json --output "$BATS_TEST_TMPDIR/again.json"
  equals "$(jq -S . "$(report_file)")" "$(jq -S . "$BATS_TEST_TMPDIR/again.json")"
  expect 0 report "$to" "$id"
  says Artist SAFE
  expect 3 report "$to" 20000101-000000-000000
  says "$id"
  expect 0 forget "$to" "$id"
  expect 0 runs "$to"
  says_not "$id"
  [[ "$(tables)" == *Artist* ]]
}

@test "--write-map saves the decisions, and a run with that map repeats them (R32)" {
  source_do cg_e2e_options "CREATE TABLE decided (id INT PRIMARY KEY, yes TINYINT(1), big BIGINT UNSIGNED); INSERT INTO decided VALUES (1, 1, 5), (2, 0, 6)"
  types="SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'decided'::regclass AND attnum > 0"
  run "$CROSSGRADE" migrate "$from" "$to" --include decided --write-map "$BATS_TEST_TMPDIR/map.yaml" "${all_accepted[@]}"
  equals 0 "$status"
  first=$(target_do cg_e2e_options "$types")
  make_target cg_e2e_options_second
  run "$CROSSGRADE" migrate "$from" "$(target_uri cg_e2e_options_second)" --include decided --typemap "$BATS_TEST_TMPDIR/map.yaml" "${all_accepted[@]}"
  equals 0 "$status"
  equals "id integer, yes boolean, big bigint" "$first"
  equals "$first" "$(target_do cg_e2e_options_second "$types")"

  # Data that the pinned decision does not fit stops the table; it does not change the decision.
  source_do cg_e2e_options "INSERT INTO decided VALUES (3, 2, 7)"
  run "$CROSSGRADE" migrate "$from" "$(target_uri cg_e2e_options_second)" --include decided --drop-existing --typemap "$BATS_TEST_TMPDIR/map.yaml" "${all_accepted[@]}"
  source_do cg_e2e_options "DROP TABLE decided"
  equals 1 "$status"
  says decided yes
}

@test "--map-column chooses the type of one column" {
  expect 0 migrate "$from" "$to" --map-column 'Track.Milliseconds=bigint' "${all_accepted[@]}" --report "$(report_file)"
  equals bigint "$(target_do cg_e2e_options "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '\"Track\"'::regclass AND attname = 'Milliseconds'")"
  values_agree cg_e2e_options cg_e2e_options
}

@test "schema prints DDL that PostgreSQL takes" {
  "$CROSSGRADE" schema "$from" --section pre-data >"$BATS_TEST_TMPDIR/pre.sql"
  "$CROSSGRADE" schema "$from" --section post-data >"$BATS_TEST_TMPDIR/post.sql"
  target_sql cg_e2e_options <"$BATS_TEST_TMPDIR/pre.sql"
  equals 0 "$(target_do cg_e2e_options "SELECT count(*) FROM pg_constraint WHERE contype = 'f'")"
  target_sql cg_e2e_options <"$BATS_TEST_TMPDIR/post.sql"
  all_foreign_keys_valid cg_e2e_options 6
  [[ "$(tables)" == *Track* ]]
}

@test "run takes a pipeline file with variables; the command line overrides it" {
  cat >"$BATS_TEST_TMPDIR/move.yaml" <<YAML
source: \${CG_E2E_FROM}
target: $to
jobs: 1
include: [Artist, Album]
report: [$(report_file)]
accept: [view_not_carried]
YAML
  CG_E2E_FROM=$from run "$CROSSGRADE" run "$BATS_TEST_TMPDIR/move.yaml" --show-config --jobs 2
  equals 0 "$status"
  says 'jobs: 2'
  CG_E2E_FROM=$from run "$CROSSGRADE" run "$BATS_TEST_TMPDIR/move.yaml"
  [ "$status" = 0 ] || fail "exit code $status" "$output"
  equals "Album Artist" "$(tables)"
}

@test "an unknown key in a pipeline file is an error with its own line; so is a variable that is not set" {
  printf 'source: %s\ntarget: %s\n\njobz: 2\n' "$from" "$to" >"$BATS_TEST_TMPDIR/wrong.yaml"
  expect 3 run "$BATS_TEST_TMPDIR/wrong.yaml"
  says jobz 4
  # shellcheck disable=SC2016
  printf 'source: ${CG_E2E_NOT_SET}\ntarget: %s\n' "$to" >"$BATS_TEST_TMPDIR/unset.yaml"
  expect 3 run "$BATS_TEST_TMPDIR/unset.yaml"
  says CG_E2E_NOT_SET
}

@test "the examples of pipeline files are valid" {
  for file in "$repository"/pipelines/examples/*.yaml; do
    run env SHOP_HOST=127.0.0.1 "$CROSSGRADE" run "$file" --show-config
    [ "$status" = 0 ] || fail "$file: exit code $status" "$output"
  done
}

# 30,000 rows whose TINYINT(1) and BIGINT UNSIGNED hold what their first rules want, but for row 15,000.
probed_table() { # NAME FLAG_OF_THE_MIDDLE
  source_do cg_e2e_options "CREATE TABLE $1 (id INT PRIMARY KEY, flag TINYINT(1), big BIGINT UNSIGNED);
    INSERT INTO $1 WITH RECURSIVE ten (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM ten WHERE n < 9)
      SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n, 1, 5
      FROM ten a, ten b, ten c, ten d, ten e WHERE e.n < 3;
    UPDATE $1 SET flag = $2 WHERE id = 15000"
}

@test "--probe sample decides by both ends of the key, says so, and a misfit found later stops its table" {
  probed_table sampled 1
  expect 0 migrate "$from" "$to" --include sampled --probe sample "${all_accepted[@]}" --report "$(report_file)"
  equals boolean "$(in_report '.decisions[] | select(.column == "flag") | .target_type')"
  [[ "$(in_report '.decisions[] | select(.column == "flag") | .reason')" == *"a sample of 20,000 rows"* ]]
  probed_table surprising 2
  expect 1 migrate "$from" "$to" --include surprising --probe sample "${all_accepted[@]}"
  says "surprising" "flag" "id=15000" "--map-column"
  expect 0 migrate "$from" "$to" --include surprising --drop-existing "${all_accepted[@]}"
}

@test "--probe off takes nothing from the data, and a map that --write-map saved needs no probe" {
  probed_table unread 1
  types="SELECT string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'unread'::regclass AND attnum > 0"
  expect 0 migrate "$from" "$to" --include unread --probe off "${all_accepted[@]}"
  equals "integer, smallint, numeric(20,0)" "$(target_do cg_e2e_options "$types")"
  full=$("$CROSSGRADE" schema "$from" --include unread)
  expect 0 migrate "$from" "$to" --include unread --drop-existing --write-map "$BATS_TEST_TMPDIR/map.yaml" "${all_accepted[@]}"
  equals "$full" "$("$CROSSGRADE" schema "$from" --include unread --probe off --typemap "$BATS_TEST_TMPDIR/map.yaml")"
  [ "$full" != "$("$CROSSGRADE" schema "$from" --include unread --probe off)" ]
}

@test "--names snake: every name in snake_case, two that would be one stay two, and verify finds its way" {
  local names=cg_e2e_options_names
  make_source $names "$BATS_TEST_DIRNAME/../fixtures/mixed_case.sql"
  make_target $names
  expect 0 migrate "$(source_uri $names)" "$(target_uri $names)" --names snake "${all_accepted[@]}" --report "$(report_file)"
  equals media_type "$(in_report '.tables[] | select(.source == "MediaType") | .target')"
  equals 0 "$(target_do $names "SELECT count(*) FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE relnamespace = 'public'::regnamespace AND (relname ~ '[A-Z -]' OR attname ~ '[A-Z -]')")"
  equals "unit_price" "$(target_do $names "SELECT attname FROM pg_attribute WHERE attrelid = 'track'::regclass AND attname ~ 'price'")"
  expect 0 verify "$(source_uri $names)" "$(target_uri $names)" --names snake "${all_accepted[@]}" --report "$(report_file)"
  all_tables_settled
  expect 1 verify "$(source_uri $names)" "$(target_uri $names)" "${all_accepted[@]}"
  says "table MediaType: the target does not have it"
  drop_source $names
  drop_target $names
}
