#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Two databases that others wrote, Sakila and Chinook, from $CROSSGRADE_SHARED/data; run-suite skips this suite where
# they are absent.

load ../support/e2e

setup_file() {
  local data=$CROSSGRADE_SHARED/data
  # The samples create and name their own databases: the names are replaced so that nothing of the server's is touched.
  drop_source cg_e2e_sakila
  drop_source cg_e2e_chinook
  sed 's/\bsakila\b/cg_e2e_sakila/g' "$data/sakila/sakila-mv-schema.sql" | source_sql ''
  sed 's/^USE sakila/USE cg_e2e_sakila/' "$data/sakila/sakila-mv-data.sql" | source_sql ''
  # shellcheck disable=SC2016 # the backquotes are SQL's
  sed 's/`Chinook`/`cg_e2e_chinook`/g' "$data/chinook/Chinook_MySql.sql" | source_sql ''
}

teardown_file() {
  for database in cg_e2e_sakila cg_e2e_chinook; do
    drop_source "$database"
    drop_target "$database"
  done
}

# arrives DATABASE FOREIGN_KEYS: everything that the issue asks of a sample.
arrives() {
  make_target "$1"
  expect 0 migrate "$(source_uri "$1")" "$(target_uri "$1")" "${all_accepted[@]}" --report "$(report_file)"
  [[ "$(in_report .verdict)" == SAFE* ]] || fail "verdict $(in_report .verdict)"
  all_tables_settled
  report_follows_schema
  values_agree "$1" "$1"
  all_foreign_keys_valid "$1" "$2"
  sequences_are_ahead "$1"
  expect 0 verify "$(source_uri "$1")" "$(target_uri "$1")" "${all_accepted[@]}"
}

@test "external: Sakila arrives whole" {
  arrives cg_e2e_sakila 22
  [ "$(target_do cg_e2e_sakila "INSERT INTO actor (first_name, last_name) VALUES ('A', 'B') RETURNING actor_id")" -gt 200 ]
}

# view_rows: rows of a view from stdin, sorted, and so the names within a field that holds a list: without ORDER BY, the
# order within GROUP_CONCAT is each server's own.
view_rows() {
  python3 -c '
import sys
rows = []
for line in sys.stdin.buffer.read().decode().splitlines():
    fields = ["" if field == "NULL" else field for field in line.split("\t")]
    rows.append("\t".join(", ".join(sorted(field.split(", "))) for field in fields))
print("\n".join(sorted(rows)))'
}

@test "external: Sakila's seven views return the same rows" {
  local view views=0
  make_target cg_e2e_sakila
  expect 0 migrate "$(source_uri cg_e2e_sakila)" "$(target_uri cg_e2e_sakila)" "${all_accepted[@]}"
  for view in $(source_do cg_e2e_sakila "SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()"); do
    source_sql cg_e2e_sakila --raw --execute="SET group_concat_max_len = 1000000; SELECT * FROM $view" |
      view_rows >"$BATS_TEST_TMPDIR/source"
    psql -X -q -A -t -F "$(printf '\t')" -d "$(target_uri cg_e2e_sakila)" -c "SELECT * FROM $view" |
      view_rows >"$BATS_TEST_TMPDIR/target"
    [ -s "$BATS_TEST_TMPDIR/source" ] || fail "$view is empty"
    diff "$BATS_TEST_TMPDIR/source" "$BATS_TEST_TMPDIR/target" >&2 || fail "$view differs"
    views=$((views + 1))
  done
  equals 7 "$views"
}

@test "external: Sakila's six triggers and six routines are listed with their source, and nothing else is lost" {
  make_target cg_e2e_sakila
  expect 0 migrate "$(source_uri cg_e2e_sakila)" "$(target_uri cg_e2e_sakila)" "${all_accepted[@]}" --report "$(report_file)"
  for kind in trigger routine; do
    equals 6 "$(in_report "[.losses[] | select(.kind == \"$kind\" and (.text | test(\"^CREATE .*(TRIGGER|PROCEDURE|FUNCTION)\")))] | length")"
    equals 6 "$(in_report "[.objects[] | select(.kind == \"$kind\" and .state == \"not_carried\" and (.sql | length) > 40)] | length")"
  done
  equals "" "$(in_report '.losses[] | select(.name | test("view|default|generated|check")) | .name + " " + .object')"
  equals 7 "$(in_report '[.objects[] | select(.kind == "view" and .state == "mapped" and (.source | length) > 0)] | length')"
}

@test "external: the DDL of Sakila is taken by psql on an empty database, and makes what migrate makes" {
  make_target cg_e2e_sakila
  "$CROSSGRADE" schema "$(source_uri cg_e2e_sakila)" --quiet >"$BATS_TEST_TMPDIR/sakila.sql"
  target_sql cg_e2e_sakila <"$BATS_TEST_TMPDIR/sakila.sql"
  equals "16 7" "$(target_do cg_e2e_sakila "SELECT (SELECT count(*) FROM pg_tables WHERE schemaname = 'public') || ' ' ||
    (SELECT count(*) FROM pg_views WHERE schemaname = 'public')")"
  described() {
    target_do cg_e2e_sakila "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,
      pg_get_expr(adbin, adrelid) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v'))
      ORDER BY 1, 2;
      SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2;
      SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2;
      SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1;
      SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
  }
  described >"$BATS_TEST_TMPDIR/by_psql"
  make_target cg_e2e_sakila
  expect 0 migrate "$(source_uri cg_e2e_sakila)" "$(target_uri cg_e2e_sakila)" "${all_accepted[@]}"
  described >"$BATS_TEST_TMPDIR/by_migrate"
  diff "$BATS_TEST_TMPDIR/by_psql" "$BATS_TEST_TMPDIR/by_migrate" >&2
}

@test "external: Chinook arrives whole" {
  arrives cg_e2e_chinook 11
}
