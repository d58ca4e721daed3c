#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Partitioned tables: native where PostgreSQL can hold the same rows, else made without partitions by name.

load ../support/e2e

database=cg_e2e_partitions
accepted=(--accept partition_flattened --accept unique_now_case_sensitive)

setup_file() {
  make_source $database "$BATS_TEST_DIRNAME/../fixtures/partitions.sql"
  make_target $database
  "$CROSSGRADE" migrate "$(source_uri $database)" "$(target_uri $database)" "${accepted[@]}" --quiet \
    --report "$BATS_FILE_TMPDIR/report.json"
}

teardown_file() {
  drop_source $database
  drop_target $database
}

teardown() { drop_target ${database}_copy; }

report() { jq -r "$1" "$BATS_FILE_TMPDIR/report.json"; }

# holds PARTITION EXPECTED: the first column of its rows.
holds() { equals "$2" "$(target_do $database "SELECT string_agg(x, ' ' ORDER BY x) FROM (SELECT (to_jsonb(whole) ->> '$3') AS x FROM \"$1\" whole) q")"; }

@test "partitions: every table arrives, and is the same" {
  equals "" "$(report '.tables[] | select(.status | IN("identical", "equivalent") | not) | .source + " " + .status')"
  equals 14 "$(report '.tables | length')"
  equals "" "$(report '.objects[] | select(.state | IN("same", "mapped", "not_carried") | not) | .kind + " " + .name + " " + .state')"
  values_agree $database $database
}

@test "partitions: those that PostgreSQL can hold are re-made, the others are a named loss with the reason" {
  equals "by_both by_columns by_days by_hash by_key by_list by_range by_seconds by_text by_year" \
    "$(target_do $database "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'p' AND NOT relispartition")"
  equals "flat_lists flat_month flat_text" "$(report '[.losses[] | select(.name == "partition_flattened") | .object] | join(" ")')"
  equals 0 "$(report '[.losses[] | select(.name == "partition_flattened" and .reason == "")] | length')"
  equals "by_both by_columns by_days by_hash by_key by_list by_range by_seconds by_text by_year" \
    "$(report '[.decisions[] | select(.target_type | startswith("PARTITION BY")) | .table] | join(" ")')"
}

@test "partitions: rows at the bounds are in the partitions that they were in" {
  first=$(target_do $database "SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'by_range'::regclass AND pg_get_expr(relpartbound, c.oid) LIKE '%MINVALUE%'")
  [ "$first" != by_range_p0 ] || fail "the partition took the name of a table"
  holds "$first" "1 9" id
  holds 'by_range_odd ""name""' "10 19" id
  holds by_range_pm "20 2000000000" id
  holds by_year_p0 "2 3" id
  holds by_year_p1 "4 5" id
  holds by_year_pm "6 7" id
  holds by_year_default "1 8" id
  holds by_days_p0 "1 2" id
  holds by_days_p1 "3 4" id
  holds by_seconds_p0 1 id
  holds by_seconds_pm "2 3" id
  holds by_columns_p0 "i l" c
  holds by_columns_p1 k c
  holds by_columns_pm j c
  holds by_columns_default "m n" c
  holds by_list_a "1 2 3" id
  holds by_list_b 4 id
  holds by_text_a "1 3" id
  holds by_text_default 2 id
  equals "1 3|2 4" "$(target_do $database "SELECT (SELECT string_agg(id::text, ' ' ORDER BY id) FROM by_both_p0), (SELECT string_agg(id::text, ' ' ORDER BY id) FROM by_both_p1)")"
  equals 'the first' "$(target_do $database "SELECT obj_description('$first'::regclass, 'pg_class')")"
}

@test "partitions: what no partition takes is refused as it was, and DEFAULT partitions take nothing but NULL" {
  for insert in "by_days VALUES (9, '2020-01-01')" "by_list VALUES (9, 3)"; do
    ! target_do $database "INSERT INTO $insert" 2>/dev/null || fail "taken: $insert"
  done
  target_do $database "BEGIN; INSERT INTO by_year VALUES (9, NULL, 9), (10, '2050-01-01', 1); INSERT INTO by_columns VALUES (NULL, '2000-01-01', 'x'); ROLLBACK"
}

@test "partitions: keys and indexes are over all partitions, counters go on" {
  equals "by_both by_days by_hash by_key by_range by_text" \
    "$(target_do $database "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid WHERE relkind = 'p' AND NOT relispartition AND contype = 'p'")"
  equals 0 "$(target_do $database "SELECT count(*) FROM pg_index WHERE NOT indisvalid")"
  equals 2000000001 "$(target_do $database "INSERT INTO by_range (note) VALUES ('next') RETURNING id")"
  target_do $database "DELETE FROM by_range WHERE id = 2000000001"
}

@test "partitions: verify finds them all, and says when they are gone" {
  make_target ${database}_copy $database
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri ${database}_copy)" "${accepted[@]}" --report "$(report_file)"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  target_do ${database}_copy "CREATE TABLE flat AS TABLE by_list; DROP TABLE by_list; ALTER TABLE flat RENAME TO by_list; ALTER TABLE by_list ALTER id SET NOT NULL"
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri ${database}_copy)" --accept partition_flattened:flat_* --accept unique_now_case_sensitive --report "$(report_file)"
  [ "$status" = 2 ] || fail "exit code $status instead of 2" "$output"
  says 'partition_flattened: 1 (by_list)'
}

@test "partitions: a partition that is gone is found, though it held no row, and so is one that was cut otherwise" {
  make_target ${database}_copy $database
  target_do ${database}_copy "DROP TABLE by_seconds_p0" # its row goes with it
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri ${database}_copy)" "${accepted[@]}" --report "$(report_file)"
  equals "by_seconds" "$(in_report '.objects[] | select(.kind == "partition" and .state == "changed") | .name')"
  make_target ${database}_copy $database
  target_do ${database}_copy "DELETE FROM by_list WHERE r = -3; DROP TABLE by_list_b; CREATE TABLE by_list_b PARTITION OF by_list FOR VALUES IN (-3, 5); INSERT INTO by_list VALUES (4, -3)"
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri ${database}_copy)" "${accepted[@]}" --report "$(report_file)"
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals "partition by_list" "$(in_report '.blockers[].object')"
  make_target ${database}_copy $database
  target_do ${database}_copy "CREATE TABLE more PARTITION OF by_list FOR VALUES IN (77)"
  run "$CROSSGRADE" verify "$(source_uri $database)" "$(target_uri ${database}_copy)" "${accepted[@]}" --report "$(report_file)"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals 10 "$(in_report '[.objects[] | select(.kind == "partition" and .state == "mapped")] | length')"
}

@test "partitions: --drop-existing drops them with their tables" {
  make_target ${database}_copy $database
  expect 0 migrate "$(source_uri $database)" "$(target_uri ${database}_copy)" "${accepted[@]}" --drop-existing
}
