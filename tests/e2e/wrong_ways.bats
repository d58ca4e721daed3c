#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Every way in which moves really go wrong: what crossgrade moves has not gone that way, and when something else has done
# it, on a copy of the target, `crossgrade verify` names the table and ends with 1.
#
# One migration, one copy, one comparison: each way has a table of its own, so each test asks about its table. What goes
# wrong when PostgreSQL itself is upgraded (indexes on changed collations, extension versions, large objects, unlogged
# tables, identity and sequence state) has its tests where that is done.

load ../support/e2e

ways=cg_e2e_wrong_ways
verified=("${all_accepted[@]}" --accept nul_to_bytea)

setup_file() {
  make_source cg_e2e_wrong_ways "$BATS_TEST_DIRNAME/../fixtures/wrong_ways.sql"
  # Chunks are cut by the rows' width, which the server counts whenever it likes unless it is asked to.
  source_do cg_e2e_wrong_ways "ANALYZE TABLE chunks" >/dev/null
  make_target cg_e2e_wrong_ways
  printf 'rules:\n  - match: {table: "zero_byte*", column: v}\n    target: bytea\n    allow: [nul_to_bytea]\n' >"$BATS_FILE_TMPDIR/map.yaml"
  "$CROSSGRADE" migrate "$(source_uri "$ways")" "$(target_uri "$ways")" --typemap "$BATS_FILE_TMPDIR/map.yaml" \
    "${all_accepted[@]}" --report "$BATS_FILE_TMPDIR/moved.json" >"$BATS_FILE_TMPDIR/moved.log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/moved.code"
  make_target cg_e2e_wrong_ways_planted "$ways"
  target_sql cg_e2e_wrong_ways_planted <"$BATS_TEST_DIRNAME/../fixtures/wrong_ways_planted.sql" >/dev/null
  "$CROSSGRADE" verify "$(source_uri "$ways")" "$(target_uri cg_e2e_wrong_ways_planted)" "${verified[@]}" \
    --report "$BATS_FILE_TMPDIR/planted.json" >"$BATS_FILE_TMPDIR/planted.log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/planted.code"
}

teardown_file() {
  drop_source "$ways"
  drop_target "$ways"
  drop_target cg_e2e_wrong_ways_planted
}

teardown() {
  drop_source cg_e2e_wrong_ways_own
  drop_target cg_e2e_wrong_ways_own
}

# arrived EXPECTED SELECT: so it is on the target that crossgrade made, where the migration is proved to be complete.
arrived() {
  equals 0 "$(cat "$BATS_FILE_TMPDIR/moved.code")"
  equals "$1" "$(target_do "$ways" "$2")"
}

# caught TABLE...: the comparison with the planted copy ended with 1, and each of these is named as different.
caught() {
  local table
  equals 1 "$(cat "$BATS_FILE_TMPDIR/planted.code")"
  cp "$BATS_FILE_TMPDIR/planted.json" "$(report_file)"
  for table in "$@"; do
    equals "$table different" "$table $(in_report ".tables[] | select(.source == \"$table\") | .status")"
    equals "true" "$(in_report "any(.blockers[]; .object | test(\"\\\\b$table\$\"))")"
    grep -q "$table" "$BATS_FILE_TMPDIR/planted.log" || fail "the output does not name $table"
  done
}

@test "wrong ways: what nobody touched is found equal beside all that was planted" {
  arrived "1|x 2|" "SELECT string_agg(id || '|' || coalesce(v, ''), ' ' ORDER BY id) FROM undamaged"
  caught truncated_text
  equals "parents undamaged" "$(in_report '[.tables[] | select(.status != "different") | .source] | sort | join(" ")')"
  equals NOT_SAFE "$(in_report .verdict)"
  report_follows_schema
  # What is told of the tables below is told of the damage alone.
  expect 0 verify "$(source_uri "$ways")" "$(target_uri "$ways")" "${verified[@]}" --quiet
}

@test "values: truncated text" {
  arrived "300|60000|0123456789" "SELECT length(v), length(t), right(v, 10) FROM truncated_text"
  caught truncated_text
}
@test "values: zero or partial date nulled" {
  arrived "1,2" "SELECT string_agg(id::text, ',') FROM bad_date WHERE d IS NULL"
  equals '[["partial_date_to_null",1],["zero_date_to_null",1]]' "$(jq -c '[.tables[] | select(.source == "bad_date")
    | .conversions[] | [.name, .count]] | sort' "$BATS_FILE_TMPDIR/moved.json")"
  caught bad_date bad_date_2
}
@test "values: a valid early date (year 0009) nulled" {
  arrived "0009-02-03|0009-02-03 04:05:06" "SELECT d, t FROM early_date WHERE id = 1"
  caught early_date
}
@test "values: NULL turned into a value and back" {
  arrived "-|0,0|-" "SELECT string_agg(coalesce(n::text, '-') || '|' || coalesce(m::text, '-'), ',' ORDER BY id) FROM null_and_value"
  caught null_and_value null_and_value_2
}
@test "values: hours shifted by a time zone" {
  arrived "2024-07-01 12:00:00|2024-07-01 12:00:00+00" "SELECT dt, ts FROM hours_shifted WHERE id = 1"
  caught hours_shifted hours_shifted_2
}
@test "values: a DST gap or fold collapsed" {
  arrived "2024-03-31 02:30:00|2024-10-27 00:30:00+00" "SELECT gap, fold FROM summer_time WHERE id = 1"
  caught summer_time summer_time_2
}
@test "values: text cut at, or stripped of, 0x00" {
  arrived "6162006364" "SELECT encode(v, 'hex') FROM zero_byte WHERE id = 1"
  caught zero_byte zero_byte_2
}
@test "values: four-byte characters turned into '?'" {
  arrived "a🚲b" "SELECT v FROM four_bytes WHERE id = 1"
  caught four_bytes
}
@test "values: double-encoded UTF-8" {
  arrived "für,fÃ¼r" "SELECT string_agg(v, ',' ORDER BY id) FROM double_encoded"
  caught double_encoded
}
@test "values: changed Unicode normalisation" {
  arrived "65cc81,c3a9" "SELECT string_agg(encode(convert_to(v, 'UTF8'), 'hex'), ',' ORDER BY id) FROM normalised"
  caught normalised
}
@test "values: unsigned bigint gone negative" {
  arrived "18446744073709551615,9223372036854775808,0" "SELECT string_agg(v::text, ',' ORDER BY id) FROM unsigned_bigint"
  caught unsigned_bigint
}
@test "values: decimal rounded" {
  arrived "12345678901234567890.123456789012345678901234567891" "SELECT v FROM decimal_rounded"
  caught decimal_rounded
}
@test "values: float printed short" {
  arrived "4b800000,40490fdb,4ceb79a3" "SELECT string_agg(encode(float4send(v), 'hex'), ',' ORDER BY id) FROM float_short"
  caught float_short
}
@test "values: double off by one ulp" {
  arrived "3fd3333333333334,44b52d02c7e14af6,0000000000000001" \
    "SELECT string_agg(encode(float8send(v), 'hex'), ',' ORDER BY id) FROM double_ulp"
  caught double_ulp minus_zero_2
}
@test "values: -0, NaN, infinities" {
  # MariaDB stores 0 for -0; neither server stores NaN or infinities.
  [ "$CG_SOURCE_NAME" = mysql ] && zero=8000000000000000 || zero=0000000000000000
  arrived "$zero,0000000000000000,7fefffffffffffff" "SELECT string_agg(encode(float8send(v), 'hex'), ',' ORDER BY id) FROM minus_zero"
  caught minus_zero not_a_number not_a_number_2
}
@test "values: boolean made of 2" {
  arrived "smallint|2" "SELECT pg_typeof(v), v FROM boolean_of_two WHERE id = 3"
  caught boolean_of_two
}
@test "values: BIT padded or reversed" {
  arrived "0000000110,1000000000" "SELECT string_agg(v::text, ',' ORDER BY id) FROM bits"
  caught bits bits_2
}
@test "values: negative or long TIME" {
  arrived "-3020398.999999,3020399.000000,86400.000000,-0.000001" "SELECT string_agg(extract(epoch FROM v)::text, ',' ORDER BY id) FROM long_time"
  caught long_time long_time_2
}
@test "values: YEAR 0" {
  arrived "0,2000,1901" "SELECT string_agg(v::text, ',' ORDER BY id) FROM year_zero"
  caught year_zero
}
@test "values: enum index 0" {
  arrived "t|" "SELECT v IS NULL, w FROM enum_index_zero WHERE id = 1"
  equals '["enum_invalid_to_null",1,"v"]' "$(jq -c '.tables[] | select(.source == "enum_index_zero") | .conversions[] | [.name, .count, .column]' "$BATS_FILE_TMPDIR/moved.json")"
  caught enum_index_zero
}
@test "values: set order or members lost" {
  arrived "{c,b,a} {} {a}" "SELECT string_agg(v::text, ' ' ORDER BY id) FROM set_members"
  caught set_members set_members_2
}
@test "values: JSON duplicate keys, big numbers, \\u0000" {
  arrived '12345678901234567890|\u0000' "SELECT (SELECT v ->> 'a' FROM json_documents WHERE id = 1), (SELECT v #>> '{}' FROM json_documents WHERE id = 3)"
  # MariaDB keeps what it was given; MySQL has resolved it before anybody reads it.
  [ "$CG_SOURCE_NAME" = mariadb ] && expected='["json_duplicate_key",1]' || expected=
  equals "$expected" "$(jq -c '.tables[] | select(.source == "json_documents") | .conversions[] | select(.name == "json_duplicate_key") | [.name, .count]' "$BATS_FILE_TMPDIR/moved.json")"
  caught json_documents json_documents_2
}
@test "values: CHAR padding" {
  arrived "ab|63640000" "SELECT v, encode(b, 'hex') FROM char_padding"
  equals 2 "$(target_do "$ways" "SELECT length(v) FROM char_padding")"
  caught char_padding char_padding_2
}
@test "values: trailing spaces and tabs" {
  arrived "spaces  ,tab	,  " "SELECT string_agg(v, ',' ORDER BY id) FROM trailing_blanks"
  caught trailing_blanks trailing_blanks_2
}
@test "values: '' and NULL confused" {
  arrived "f|t,t|f" "SELECT string_agg((v IS NULL)::text::char(1) || '|' || (b IS NULL)::text::char(1), ',' ORDER BY id) FROM empty_and_null"
  caught empty_and_null empty_and_null_2
}
@test "values: microseconds rounded or cut" {
  arrived "2024-12-31 23:59:59.999999|23:59:59.999999" "SELECT v, w FROM microseconds WHERE id = 1"
  caught microseconds microseconds_2
}
@test "values: BC and year above 9999" {
  arrived "0001-01-01|9999-12-31 23:59:59.999999" "SELECT min(v), max(w) FROM first_and_last_year"
  caught first_and_last_year first_and_last_year_2
}
@test "values: blob treated as text" {
  arrived "5c7830300027ffc3a4" "SELECT encode(v, 'hex') FROM blob_as_text WHERE id = 1"
  caught blob_as_text
}
@test "values: a blob cut at a limit" {
  arrived "65538,1200000" "SELECT string_agg(length(v)::text, ',' ORDER BY id) FROM blob_cut"
  caught blob_cut
}
@test "values: geometry SRID or axis order" {
  # EWKB: the bytes of x, then of y; longitude is x whatever the reference system's own order is.
  x=20 y=10
  [ "$CG_SOURCE_NAME" = mysql ] || x=10 y=20
  arrived "f83f|02c0|e6100000|$(printf '%s' "$x" | sed 's/20/3440/;s/10/2440/')" "SELECT encode(substr(one.v, 12, 2), 'hex'), encode(substr(one.v, 20, 2), 'hex'),
    encode(substr(two.v, 6, 4), 'hex'), encode(substr(two.v, 16, 2), 'hex') FROM geometry_axis one, geometry_axis two WHERE one.id = 1 AND two.id = 2"
  caught geometry_axis geometry_axis_2
}
@test "values: array element lost" {
  arrived "{m1,m2,m3}" "SELECT v FROM array_element"
  caught array_element
}

@test "rows: lost at a chunk boundary" {
  arrived "52|1378" "SELECT count(*), sum(id) FROM chunks"
  chunks=$(target_do "$ways" "SELECT count(*) FROM crossgrade.chunk JOIN crossgrade.run_table USING (table_id) WHERE source_table = 'chunks'")
  [ "$chunks" -ge 3 ] || fail "$chunks chunks: there is no boundary to lose rows at"
  caught chunks
}
@test "rows: lost above the signed maximum" {
  arrived "4|18446744073709551615" "SELECT count(*), max(id) FROM above_signed_maximum"
  caught above_signed_maximum
}
@test "rows: duplicated by a retry" {
  arrived 2 "SELECT count(*) FROM retried"
  caught retried
}
@test "rows: duplicates in a table without key collapsed" {
  arrived "3|2" "SELECT count(a), count(*) FILTER (WHERE a IS NULL) FROM collapsed"
  caught collapsed
}
@test "rows: case-insensitive unique keys collapsed" {
  arrived "ABC,abc,äbc" "SELECT string_agg(v, ',' ORDER BY v COLLATE \"C\") FROM unique_by_case"
  caught unique_by_case
}
@test "rows: rejected rows forgotten" {
  source_do '' "CREATE DATABASE cg_e2e_wrong_ways_own CHARACTER SET utf8mb4"
  source_do cg_e2e_wrong_ways_own "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9)); INSERT INTO t VALUES (1, 'a'), (2, CONCAT('b', CHAR(0 USING utf8mb4)))"
  make_target cg_e2e_wrong_ways_own
  cd "$BATS_TEST_TMPDIR"
  expect 1 migrate "$(source_uri cg_e2e_wrong_ways_own)" "$(target_uri cg_e2e_wrong_ways_own)" --on-error reject --quiet --report "$(report_file)"
  says row_rejected
  equals 1 "$(in_report '.tables[] | .conversions[] | select(.name == "row_rejected") | .count')"
  # The reject lies in its file; whoever compares the databases later is not told that all is well.
  expect 1 verify "$(source_uri cg_e2e_wrong_ways_own)" "$(target_uri cg_e2e_wrong_ways_own)" --quiet --report "$(report_file)"
  equals different "$(in_report '.tables[0].status')"
}
@test "rows: extra rows on the target" {
  arrived 1 "SELECT count(*) FROM extra_rows"
  caught extra_rows
}
@test "rows: stale rows" {
  arrived "2|2024-06-01 00:00:00" "SELECT v, changed FROM stale_rows"
  caught stale_rows
}
@test "rows: values swapped between columns or rows" {
  arrived "10|20" "SELECT a, b FROM swapped_columns WHERE id = 1"
  arrived "10,20" "SELECT string_agg(v::text, ',' ORDER BY id) FROM swapped_rows"
  caught swapped_columns swapped_rows
}
@test "rows: orphans let in while foreign keys were off" {
  source_do '' "CREATE DATABASE cg_e2e_wrong_ways_own CHARACTER SET utf8mb4"
  source_do cg_e2e_wrong_ways_own "CREATE TABLE p (id INT PRIMARY KEY); INSERT INTO p VALUES (1);
    CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id));
    SET foreign_key_checks = 0; INSERT INTO c VALUES (1, 1), (7, 99)"
  make_target cg_e2e_wrong_ways_own
  expect 1 migrate "$(source_uri cg_e2e_wrong_ways_own)" "$(target_uri cg_e2e_wrong_ways_own)" --quiet --report "$(report_file)"
  says c_p id=7
  arrived 2 "SELECT count(*) FROM let_in_orphans"
  caught let_in_orphans
}
