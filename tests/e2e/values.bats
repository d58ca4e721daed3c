#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Every type with its whole range, every character set with every character, every edge that we know of, moved between
# servers whose settings are as unkind as they can be, and compared by a program that shares nothing with crossgrade.

load ../support/e2e

# What a careless client would let into its results.
unkind_source() {
  source_do '' "SET GLOBAL time_zone = '+05:30', GLOBAL sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,IGNORE_SPACE,STRICT_ALL_TABLES$1',
    GLOBAL div_precision_increment = 0, GLOBAL group_concat_max_len = 4, GLOBAL character_set_connection = 'latin1'"
}
kind_source() {
  source_do '' "SET GLOBAL time_zone = DEFAULT, GLOBAL sql_mode = DEFAULT, GLOBAL div_precision_increment = DEFAULT,
    GLOBAL group_concat_max_len = DEFAULT, GLOBAL character_set_connection = DEFAULT"
}
unkind_target() {
  local setting
  for setting in "TimeZone = 'Asia/Kolkata'" "DateStyle = 'German, DMY'" "IntervalStyle = 'sql_standard'" \
    "extra_float_digits = -15" "bytea_output = 'escape'" "standard_conforming_strings = off" "client_encoding = 'LATIN1'" \
    "default_transaction_isolation = 'serializable'" "search_path = 'pg_catalog'" "array_nulls = off" \
    "escape_string_warning = off" "xmlbinary = 'hex'" "lc_monetary = 'C'"; do
    target_do postgres "ALTER DATABASE \"$1\" SET $setting"
  done
}

# make_values KIND
make_values() { "$repository/tests/support/make-values" "$CG_SOURCE_NAME" "$1"; }

setup_file() {
  local kind
  for kind in values stops; do
    make_source "cg_e2e_$kind"
    make_values "$kind" | source_sql "cg_e2e_$kind"
  done
  make_target cg_e2e_values
  make_target cg_e2e_stops
  unkind_target cg_e2e_values
  # MySQL 9 has no PAD_CHAR_TO_FULL_LENGTH any more.
  unkind_source ,PAD_CHAR_TO_FULL_LENGTH 2>/dev/null || unkind_source ''
  "$CROSSGRADE" migrate "$(source_uri cg_e2e_values)" "$(target_uri cg_e2e_values)" "${all_accepted[@]}" \
    --accept history_dropped --report "$BATS_FILE_TMPDIR/values.json" >"$BATS_FILE_TMPDIR/values.log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/values.code"
}

teardown_file() {
  kind_source
  drop_source cg_e2e_values
  drop_source cg_e2e_stops
  drop_target cg_e2e_values
  drop_target cg_e2e_stops
}

setup() {
  values=cg_e2e_values
  stops=cg_e2e_stops
}

teardown() { drop_target cg_e2e_values_own; }

# The report of the migration of all values.
values_report() { cp "$BATS_FILE_TMPDIR/values.json" "$(report_file)"; }

# compare TARGET [TABLE...]: the independent comparison; its words in $output, its exit code in $status.
compare() {
  local target=$1
  shift
  run "$repository/tests/support/compare-values" "$(source_uri "$values")" "$(target_uri "$target")" \
    --names "$BATS_FILE_TMPDIR/values.json" "$@"
}

@test "values: one table per type and per edge, at least 300 columns, every character set that the server ships" {
  local columns charsets missing
  columns=$(source_do '' "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '$values'")
  [ "$columns" -ge 1900 ] || fail "only $columns columns"
  charsets=$(source_do '' "SELECT COUNT(*) FROM information_schema.CHARACTER_SETS")
  [ "$charsets" -ge 40 ] || fail "only $charsets character sets"
  missing=$(source_do '' "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS
    WHERE CHARACTER_SET_NAME <> 'binary' AND CHARACTER_SET_NAME NOT IN (SELECT CHARACTER_SET_NAME
      FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '$values' AND CHARACTER_SET_NAME IS NOT NULL)")
  equals "" "$missing"
  # An empty fixture would agree with anything.
  equals 5 "$(source_do "$values" "SELECT COUNT(*) FROM \`charset ascii\` WHERE id > 100000")"
  [ "$(source_do "$values" "SELECT COUNT(*) FROM \`charset gbk key\`")" -ge 1400 ]
  [ "$(source_do "$values" "SELECT SUM(CHAR_LENGTH(lt)) FROM \`charset euckr\` WHERE id < 100000")" -ge 17000 ]
}

@test "values: all tables arrive, exit code 0, whatever the servers' own settings are" {
  tail -40 "$BATS_FILE_TMPDIR/values.log"
  equals 0 "$(cat "$BATS_FILE_TMPDIR/values.code")"
  values_report
  all_tables_settled
  report_follows_schema
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals "$(source_do '' "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '$values'")" \
    "$(in_report '.tables | length')"
  equals +05:30 "$(source_do '' "SELECT @@GLOBAL.time_zone")"
  equals Asia/Kolkata "$(psql -X -A -t -d "$(target_uri "$values")" -c "SHOW TimeZone")"
}

@test "values: every value on the target is the source's, compared by plain SQL on both sides" {
  local expected table
  compare "$values"
  [ "$status" = 0 ] || fail "$output"
  values_report
  # tables, columns and values as the source counts them
  expected=$(source_do '' "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '$values'")
  says "$(in_report '.tables | length') tables, $expected columns, "
  expected=$(in_report '.tables[] | .rows_source * .columns' | awk '{ sum += $1 } END { print sum }')
  says " columns, $expected values, 0 differing rows"
  [ "$expected" -ge 80000 ] || fail "only $expected values were compared"
}

@test "values: the comparison finds damage of every kind, so that it can fail" {
  local damage=(
    "double|v = '1e-323' WHERE id = 20"
    "float|v = '16777218' WHERE id = 9"
    "decimal 65 30|v = v + 0.000000000000000000000000000001 WHERE id = 3"
    "bigint unsigned|v = v - 1 WHERE id = 8"
    "bit 9|v = ~v WHERE id = 3"
    "datetime 6|v = v + interval '1 microsecond' WHERE id = 3"
    "timestamp 0|v = v + interval '1 hour' WHERE id = 3"
    "time span 0|v = -v WHERE id = 3"
    "date|v = '0008-12-31' WHERE id = 3"
    "text tinytext|v = v || ' ' WHERE id = 4"
    "text text|v = normalize(v, NFC) WHERE v IS NOT NFC NORMALIZED"
    "charset big5|t = overlay(t PLACING 'x' FROM 7) WHERE id = 164"
    "charset cp1251|lt = convert_from(convert_to(lt, 'UTF8'), 'LATIN1') WHERE id = 0"
    "long blob|v = overlay(v PLACING '\\x01' FROM 65000) WHERE id = 65535"
    "long longtext|v = overlay(v PLACING 'z' FROM 16777216) WHERE id = 16777217"
    "bytes binary(4)|v = substr(v, 1, 3) WHERE id = 3"
    "enum|v = 'small' WHERE id = 3"
    "set of 64|v = v[2:] WHERE id = 3"
    "json|v = '[]' WHERE id = 1"
    "point|v = overlay(v PLACING '\\x01' FROM 12) WHERE id = 2"
    "names of columns|\"\$1\" = 7 WHERE xmin_ IS NOT NULL"
  )
  [ "$CG_SOURCE_NAME" = mysql ] || damage+=("inet6|v = '::2' WHERE id = 2" "uuid|v = '00000000-0000-0000-0000-000000000001' WHERE id = 1")
  [ "$CG_SOURCE_NAME" = mariadb ] || damage+=("vector of 3|v[2] = 0.10000001 WHERE id = 3")
  make_target cg_e2e_values_own "$values"
  local entry tables=()
  for entry in "${damage[@]}"; do
    target_do cg_e2e_values_own "UPDATE public.\"${entry%%|*}\" SET ${entry#*|}"
    tables+=("${entry%%|*}")
  done
  compare cg_e2e_values_own "${tables[@]}"
  equals 1 "$status"
  for entry in "${tables[@]}"; do
    says "$entry: "
  done
  says "${#tables[@]} tables"
}

@test "values: what is no date becomes NULL and is counted by its name, its neighbours stay" {
  local kind count
  values_report
  for kind in zero partial invalid; do
    count=$(source_do "$values" "SELECT COUNT(*) - 1 FROM \`dates $kind\`")
    equals "$count,$count,$count" \
      "$(in_report "[.tables[] | select(.source == \"dates $kind\") | .conversions[] | select(.name == \"${kind}_date_to_null\") | .count] | join(\",\")")"
    equals "$count|$count|$count|0" "$(target_do "$values" "SELECT count(*) - count(d), count(*) - count(dt), count(*) - count(dt6),
      count(*) - count(fine) FROM public.\"dates $kind\"")"
  done
}

@test "values: a table with a value of 2 in a TINYINT(1) column arrives as smallint, with the report's line; with only 0 and 1, as boolean" {
  make_target cg_e2e_values_own
  expect 0 migrate "$(source_uri "$values")" "$(target_uri cg_e2e_values_own)" --include 'tinyint1 two' \
    --include 'tinyint1 zero and one' --report "$(report_file)"
  says "tinyint1 two.v: tinyint(1) -> smallint: values 0 to 2 in 4 of 6 rows" \
    "tinyint1 zero and one.v: tinyint(1) -> boolean: values 0 to 1 in 3 of 5 rows"
  equals "smallint|2" "$(target_do cg_e2e_values_own "SELECT pg_typeof(v), v FROM \"tinyint1 two\" WHERE id = 3")"
  equals "boolean|t" "$(target_do cg_e2e_values_own "SELECT pg_typeof(v), v FROM \"tinyint1 zero and one\" WHERE id = 2")"
  equals smallint "$(in_report '.decisions[] | select(.table == "tinyint1 two" and .column == "v") | .target_type')"
}

@test "values: two names never become one, however long they are and however they are spelled" {
  values_report
  equals "" "$(in_report '[.tables[].target] | group_by(.) | map(select(length > 1)) | .[][0]')"
  equals "" "$(in_report '.tables[] | select(.target | utf8bytelength > 63) | .target')"
  equals "$(in_report '.tables | length')" "$(target_do "$values" "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")"
}

@test "values: with PostGIS geometry becomes geometry, with its SRID and its axes" {
  [ "$(target_do postgres "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")" = 1 ] || skip "no PostGIS on this server"
  local shapes=(point linestring polygon multipoint multilinestring multipolygon geometrycollection geometries place) table
  local only=()
  for table in "${shapes[@]}"; do only+=(--include "$table"); done
  make_target cg_e2e_values_own
  target_do cg_e2e_values_own "CREATE EXTENSION postgis"
  expect 0 migrate "$(source_uri "$values")" "$(target_uri cg_e2e_values_own)" "${only[@]}" --quiet
  equals "geometry|4326" "$(target_do cg_e2e_values_own "SELECT pg_typeof(g), ST_SRID(g) FROM place WHERE id = 1")"
  compare cg_e2e_values_own "${shapes[@]}"
  [ "$status" = 0 ] || fail "$output"
  says "9 tables"
}

@test "values: crossgrade verify finds the same, and nothing to complain of" {
  expect 0 verify "$(source_uri "$values")" "$(target_uri "$values")" "${all_accepted[@]}" --accept history_dropped --quiet
}

# What stops each table stands in its comment; a table without one must arrive.
@test "stops: values that PostgreSQL cannot hold, or the source cannot give away, stop their table by name" {
  local table reason said
  expect 1 migrate "$(source_uri "$stops")" "$(target_uri "$stops")" --report "$(report_file)" --quiet
  equals NOT_SAFE "$(in_report .verdict)"
  while IFS=$'\t' read -r table reason; do
    said=$(in_report ".blockers[] | select(.object == \"$table\") | .message + .action")
    if [ -n "$reason" ]; then
      [[ "$said" == *"$reason"* ]] || fail "$table does not say $reason: $said"
      equals failed "$(in_report ".tables[] | select(.source == \"$table\") | .status")"
    else
      equals identical "$(in_report ".tables[] | select(.source == \"$table\") | .status")"
      equals 0 "$(source_do "$stops" "SELECT COUNT(*) FROM \`$table\`")" # no trap in this character set
    fi
  done < <(source_do '' "SELECT TABLE_NAME, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = '$stops'")
  [ "$(in_report '.blockers | length')" -ge 40 ]
  equals "" "$(target_do "$stops" "SELECT c FROM \"trap gbk\" LIMIT 1")"
}

@test "stops: allowed by a rule, each character that a conversion loses is counted, and every other one arrives" {
  local table rows
  make_target cg_e2e_values_own
  printf 'rules:\n  - match: {type: varchar, table: "trap *"}\n    target: "varchar({length})"\n    allow: [charset_substituted]\n' \
    >"$BATS_TEST_TMPDIR/map.yaml"
  expect 0 migrate "$(source_uri "$stops")" "$(target_uri cg_e2e_values_own)" --include 'trap *' --quiet \
    --typemap "$BATS_TEST_TMPDIR/map.yaml" --report "$(report_file)"
  while IFS=$'\t' read -r table rows; do
    equals "$table $rows" "$table $(in_report "[.tables[] | select(.source == \"$table\") | .conversions[] | select(.name == \"charset_substituted\") | .count] | add // 0")"
  done < <(source_do "$stops" "SELECT CONCAT('SELECT ''', TABLE_NAME, ''', COUNT(*) FROM \`', TABLE_NAME, '\`')
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = '$stops' AND TABLE_NAME LIKE 'trap %'" | paste -sd'@' | sed 's/@/ UNION ALL /g' | source_sql "$stops")
}
