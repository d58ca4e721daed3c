# shellcheck shell=bash
# What the end-to-end suites share: databases on both sides, running the binary, reading its report. run-suite sets
# CROSSGRADE, CG_SOURCE_NAME, CG_SOURCE_BASE (mysql://root@127.0.0.1:PORT), CG_TARGET_NAME and CG_TARGET_BASE.
#
# A suite uses databases whose names begin with cg_e2e_ and its own name; they are dropped before and after.

bats_require_minimum_version 1.5.0

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

source_uri() { printf '%s/%s' "$CG_SOURCE_BASE" "$1"; }
target_uri() { printf '%s/%s' "$CG_TARGET_BASE" "$1"; }

source_port() { printf '%s' "${CG_SOURCE_BASE##*:}"; }
target_port() { printf '%s' "${CG_TARGET_BASE##*:}"; }

# source_sql DATABASE [CLIENT OPTION...] <SQL
source_sql() {
  local database=$1
  shift
  mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --port="$(source_port)" --user=root \
    --default-character-set=utf8mb4 --batch --skip-column-names --max-allowed-packet=1G "$@" "$database"
}
source_do() { source_sql "$1" --execute="$2"; }

# target_sql DATABASE <SQL; target_do DATABASE SQL
target_sql() { PGTZ=UTC psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$(target_uri "$1")"; }
target_do() { target_sql "$1" <<<"$2"; }

drop_source() { source_do '' "DROP DATABASE IF EXISTS \`$1\`"; }
drop_target() { target_do postgres "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" 2>/dev/null; }

# make_source DATABASE FIXTURE_FILE: afresh.
make_source() {
  drop_source "$1"
  source_do '' "CREATE DATABASE \`$1\` CHARACTER SET utf8mb4"
  [ $# = 1 ] || source_sql "$1" <"$2"
}

# make_target DATABASE [TEMPLATE]: afresh.
make_target() {
  drop_target "$1"
  target_do postgres "CREATE DATABASE \"$1\" ${2:+TEMPLATE \"$2\"}"
}

# Everything that the fixtures lose on their way, and the zero dates.
# shellcheck disable=SC2034
all_accepted=(
  --accept zero_date_to_null --accept partial_date_to_null --accept invalid_date_to_null --accept not_null_dropped
  --accept enum_invalid_to_null --accept generated_to_plain --accept default_dropped --accept check_dropped
  --accept index_dropped --accept view_not_carried --accept trigger_not_carried --accept routine_not_carried
  --accept event_not_carried --accept grant_not_carried --accept unique_now_case_sensitive
  --accept fk_equal_by_collation --accept json_duplicate_key --accept json_number_changed
)

fail() {
  printf '%s\n' "$@" >&2
  return 1
}

# expect CODE COMMAND [ARGUMENT...]: runs crossgrade and demands the exit code. Its output is in $output.
expect() {
  local code=$1
  shift
  run "$CROSSGRADE" "$@"
  # shellcheck disable=SC2154 # bats sets status and output
  [ "$status" = "$code" ] || fail "exit code $status instead of $code: crossgrade $*" "$output"
}

# says TEXT...: each is part of the last output.
says() {
  local text
  for text in "$@"; do
    [[ "$output" == *"$text"* ]] || fail "the output does not say '$text':" "$output"
  done
}
says_not() {
  [[ "$output" != *"$1"* ]] || fail "the output says '$1':" "$output"
}

# Each test's own report file.
report_file() { printf '%s/report.json' "$BATS_TEST_TMPDIR"; }
# in_report JQ_FILTER: prints what the last report holds.
in_report() { jq -r "$1" "$(report_file)"; }
# equals EXPECTED ACTUAL
equals() { [ "$1" = "$2" ] || fail "expected: $1" "but got:  $2"; }

# Every table of the report is the same on both sides, as far as its status tells.
all_tables_settled() {
  local rest
  rest=$(in_report '.tables[] | select(.status | IN("identical", "equivalent", "converted") | not) | .source + " " + .status')
  [ -z "$rest" ] || fail "not settled: $rest"
  [ "$(in_report '.tables | length')" -gt 0 ] || fail "no tables in the report"
}

report_follows_schema() {
  /usr/bin/python3 - "$(report_file)" "$repository/docs/report.schema.json" <<'PYTHON'
import json, sys
import jsonschema
report, schema = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
jsonschema.validators.validator_for(schema).check_schema(schema)
jsonschema.validate(report, schema)
PYTHON
}

# An independent comparison of all values: shares nothing with crossgrade.
values_agree() { "$repository/tests/support/compare-values" "$(source_uri "$1")" "$(target_uri "$2")" "${@:3}"; }

all_foreign_keys_valid() {
  local expected=$2
  equals "" "$(target_do "$1" "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated")"
  equals "$expected" "$(target_do "$1" \
    "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0")"
}

# Every identity or serial column of the schema gives a number that no row has.
sequences_are_ahead() {
  local line behind=
  while IFS='|' read -r table column sequence; do
    line=$(target_do "$1" "SELECT (SELECT coalesce(max($column), 0) FROM $table) < nextval('$sequence')")
    [ "$line" = t ] || behind="$behind $table.$column"
  done < <(target_do "$1" "
    SELECT a.attrelid::regclass, quote_ident(attname), pg_get_serial_sequence(a.attrelid::regclass::text, attname)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
      AND pg_get_serial_sequence(a.attrelid::regclass::text, attname) IS NOT NULL")
  [ -z "$behind" ] || fail "behind their maximum:$behind"
}
