#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Rows that cannot be converted or that the target refuses are set aside: whole, counted, with the reason, in a file and
# in the ledger; the verdict is NOT_SAFE until they are loaded or accepted by name (--on-error reject, retry-rejects).

load ../support/e2e
load ../support/gate

setup_file() {
  make_source cg_e2e_rejects "$BATS_TEST_DIRNAME/../fixtures/rejects.sql"
  make_target cg_e2e_rejects
  cat >"$BATS_FILE_TMPDIR/check.yaml" <<'YAML'
rules:
  - match: {table: one_in_many, column: v}
    target: integer
    check: "{column} <> 77777"
YAML
  cat >"$BATS_FILE_TMPDIR/allow.yaml" <<'YAML'
rules:
  - match: {type: varchar}
    target: varchar({length})
    allow: [nul_removed, charset_substituted]
  - match: {type: json}
    target: jsonb
    allow: [json_nul_removed]
YAML
  # One run that most tests look at.
  cd "$BATS_FILE_TMPDIR" || exit
  "$CROSSGRADE" migrate "$(source_uri cg_e2e_rejects)" "$(target_uri cg_e2e_rejects)" --on-error reject \
    --typemap check.yaml --jobs 2 --accept zero_date_to_null --accept generated_to_plain \
    --report run.json >run.log 2>&1 || echo $? >run.code
  jq -r .run_id run.json >run.id
}

teardown_file() {
  drop_source cg_e2e_rejects
  drop_target cg_e2e_rejects
}

setup() {
  rejects=cg_e2e_rejects
  own=cg_e2e_rejects_own
  shared=$BATS_FILE_TMPDIR
  shared_run=$(<"$shared/run.id")
  gate_process=''
  tool=''
  cd "$BATS_TEST_TMPDIR" || exit
}

teardown() {
  stop_run
  drop_source cg_e2e_rejects_own
  drop_target cg_e2e_rejects_own
}

# flat: the last output in one line, as if no terminal had broken it.
flat() { output=$(tr -s ' \n' ' ' <<<"$output"); }

# of_run JQ_FILTER: what the shared run's report holds.
of_run() { jq -r "$1" "$shared/run.json"; }

# own_source <SQL: a database of the test's own.
own_source() {
  make_source "$own"
  make_target "$own"
  source_sql "$own"
}

# csv_rows FILE: reads a file of rejected rows into the table `csv` of the shared target's schema `csv`, all text.
read_csv() {
  local columns
  columns=$(head -n 1 "$2" | tr -d '\r' | tr , '\n' | awk '{ print "c" NR " text" }' | paste -sd ,)
  target_do "$1" "DROP TABLE IF EXISTS public.csv; CREATE TABLE public.csv ($columns)"
  psql -X -q -d "$(target_uri "$1")" -c "\\copy public.csv FROM '$2' WITH (FORMAT csv, HEADER)"
}

# The third thing beside source and target: what the ledger says is set aside.
in_ledger() { target_do "$1" "SELECT count(*) FROM crossgrade.reject j JOIN crossgrade.chunk c USING (chunk_id)
  JOIN crossgrade.run_table t USING (table_id) WHERE source_table = '$2' AND j.state = 'rejected'"; }

retry() { # CODE ARGUMENT...
  expect "$1" retry-rejects "$(source_uri "$own")" "$(target_uri "$own")" "${@:2}"
}

# ---- what a run makes of them ----

@test "rows without an image are set aside, all others arrive; NOT_SAFE, exit code 1, and it says what to do" {
  equals 1 "$(<"$shared/run.code")"
  equals NOT_SAFE "$(of_run .verdict)"
  output=$(<"$shared/run.log")
  flat
  says "Rows that were set aside" "nul_text: row_rejected, 2 rows, NOT accepted" "crossgrade retry-rejects" \
    "--accept" "'row_rejected:nul_text<=2'" "$shared_run/nul_text.csv"
  equals "1 4" "$(target_do "$rejects" "SELECT string_agg(id::text, ' ' ORDER BY id) FROM nul_text")"
  equals "1 3" "$(target_do "$rejects" "SELECT string_agg(id::text, ' ' ORDER BY id) FROM nul_json")"
  equals "1 2" "$(target_do "$rejects" "SELECT string_agg(id::text, ' ' ORDER BY id) FROM gbk")"
  equals "identical" "$(of_run '.tables[] | select(.source == "untouched") | .status')"
  equals "rows_rejected" "$(of_run '[.blockers[].code] | unique | .[]')"
}

@test "a date in a key that does not exist costs its row, not its table" {
  equals "2023-03-03d4 2024-02-29a1" \
    "$(target_do "$rejects" "SELECT string_agg(day::text || part || v, ' ' ORDER BY day) FROM bad_key")"
  equals "2" "$(of_run '.tables[] | select(.source == "bad_key") | .rows_rejected')"
}

@test "the target's refusal of one row in 100,000 costs one row" {
  equals "99999 0" "$(target_do "$rejects" "SELECT count(*) || ' ' || count(*) FILTER (WHERE v = 77777) FROM one_in_many")"
  equals "1 id=77777 target" \
    "$(of_run '.tables[] | select(.source == "one_in_many") | "\(.rows_rejected) \(.rejects[0].key) \(.rejects[0].refused_by)"')"
  output=$(of_run '.tables[] | select(.source == "one_in_many") | .rejects[0].reason')
  says "violates check constraint"
  equals "23514" "$(target_do "$rejects" "SELECT string_agg(sqlstate, ' ') FROM crossgrade.reject WHERE refused_by = 'target'")"
}

@test "a table all of whose rows are bad is empty on the target, and every row is accounted for" {
  equals 0 "$(target_do "$rejects" "SELECT count(*) FROM all_bad")"
  equals "300 0 300 different" \
    "$(of_run '.tables[] | select(.source == "all_bad") | "\(.rows_source) \(.rows_target) \(.rows_rejected) \(.status)"')"
}

@test "R2: rows on the target and rows set aside are the source's rows, in every table" {
  for table in nul_text bad_key nul_json ../x all_bad one_in_many gbk untouched; do
    in_source=$(source_do "$rejects" "SELECT COUNT(*) FROM \`$table\`")
    on_target=$(target_do "$rejects" "SELECT count(*) FROM \"$table\"")
    aside=$(in_ledger "$rejects" "$table")
    equals "$in_source" $((on_target + aside))
    equals "$on_target" "$(target_do "$rejects" "SELECT coalesce(sum(row_count), 0) FROM crossgrade.chunk JOIN crossgrade.run_table t
      USING (table_id) WHERE source_table = '$table'")"
  done
}

@test "the proof: digest of the source = digest of the target + digest of the rejected rows" {
  jq '[.tables[] | {source, digest_source, digest_target, digest_rejected}]' "$shared/run.json" >sums.json
  /usr/bin/python3 - sums.json <<'PYTHON'
import json, sys
tables = json.load(open(sys.argv[1], encoding="utf-8"))
assert len(tables) == 8
for t in tables:
    aside = int(t["digest_rejected"] or "0", 16)
    assert int(t["digest_source"], 16) == (int(t["digest_target"], 16) + aside) % 2**128, t
    assert (aside != 0) == (t["source"] != "untouched"), t
PYTHON
}

@test "the report with rejected rows follows docs/report.schema.json and is the ledger's" {
  cp "$shared/run.json" "$(report_file)"
  report_follows_schema
  expect 0 report "$(target_uri "$rejects")" "$shared_run" --format json --output again.json
  diff <(jq -S . "$shared/run.json") <(jq -S . again.json)
  expect 0 report "$(target_uri "$rejects")" "$shared_run"
  says "all_bad: row_rejected, 300 rows"
}

# ---- the files ----

@test "files: a table called ../x stays in its folder; nobody else may read them; none is partial" {
  equals "%2E.%2Fx.csv all_bad.csv bad_key.csv gbk.csv nul_json.csv nul_text.csv one_in_many.csv" \
    "$(find "$shared/rejects/$shared_run" -type f -printf '%f\n' | LC_ALL=C sort | paste -sd ' ')"
  equals "$shared_run" "$(ls "$shared/rejects")"
  equals "600" "$(stat -c %a "$shared"/rejects/*/*.csv | sort -u)"
  equals "700" "$(stat -c %a "$shared/rejects" "$shared/rejects/$shared_run" | sort -u)"
  [ ! -e "$shared/x.csv" ]
}

@test "files: psql reads them, NULL and '' told apart, bytes, quotes and line ends as they were" {
  read_csv "$rejects" "$shared/rejects/$shared_run/nul_text.csv"
  equals "id=2|body|2|\\x610062|\\x00ff22||0000-00-00" \
    "$(target_do "$rejects" "SELECT concat_ws('|', c2, c3, c5, c6, c7, c8, c9) FROM csv WHERE c5 = '2'")"
  equals "t t t" "$(target_do "$rejects" "SELECT concat_ws(' ', c8 = E'say \"hi\",\\r\\n\\\\x61', c7 IS NULL, c9 IS NULL) FROM csv WHERE c5 = '3'")"
  equals t "$(target_do "$rejects" "SELECT c8 = '' FROM csv WHERE c5 = '2'")"
  read_csv "$rejects" "$shared/rejects/$shared_run/one_in_many.csv"
  equals "77777|77777|row 77777|155554" "$(target_do "$rejects" "SELECT concat_ws('|', c5, c6, c7, c8) FROM csv")"
  read_csv "$rejects" "$shared/rejects/$shared_run/bad_key.csv"
  equals "2023-00-10|c 2023-02-31|b'\\" "$(target_do "$rejects" "SELECT string_agg(c5 || '|' || c6, ' ' ORDER BY c5) FROM csv")"
  read_csv "$rejects" "$shared/rejects/$shared_run/gbk.csv"
  equals "\\gbk:61fe5062" "$(target_do "$rejects" "SELECT c6 FROM csv")"
  read_csv "$rejects" "$shared/rejects/$shared_run/nul_json.csv"
  equals '18446744073709551615|{"a": "x\u0000y"}' "$(target_do "$rejects" "SELECT c5 || '|' || c6 FROM csv")"
  for file in "$shared/rejects/$shared_run"/*.csv; do
    read_csv "$rejects" "$file"
    table=$(basename "$file" .csv)
    [ "$table" != %2E.%2Fx ] || table=../x
    equals "$(in_ledger "$rejects" "$table")" "$(target_do "$rejects" "SELECT count(*) FROM csv")"
  done
  target_do "$rejects" "DROP TABLE csv"
}

@test "--rejects names another folder; --redact says that files hold values, and hides them everywhere else" {
  own_source <<<"CREATE TABLE t (id VARCHAR(9) PRIMARY KEY, c VARCHAR(20)); INSERT INTO t VALUES ('find-not', CONCAT('secret', CHAR(0)))"
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --rejects elsewhere --redact \
    --report "$(report_file)" --report r.txt
  says "elsewhere" "whatever --redact says" "row_rejected, 1 row"
  says_not find-not
  says_not secret
  for word in find-not secret; do
    run grep -c $word "$(report_file)" r.txt
    [[ "$output" != *:[1-9]* ]] || fail "$output"
  done
  grep -q find-not elsewhere/*/t.csv
  [ ! -e rejects ]
}

# ---- acceptance ----

@test "accepted by name they are SAFE_WITH_CONVERSIONS, exit code 0; one more than the limit is not" {
  own_source <<<"CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20)); INSERT INTO t VALUES (1, 'a'), (2, X'00'), (3, X'00')"
  expect 0 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --accept 'row_rejected:t<=2' --report "$(report_file)"
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals "converted 3 1 2 2" "$(in_report '.tables[] | "\(.status) \(.rows_source) \(.rows_target) \(.rows_rejected)
    \(.conversions[] | select(.name == "row_rejected" and .accepted) | .count)"' | tr -s '\n ' ' ' | sed 's/ $//')"
  flat
  says "t: row_rejected, 2 rows, accepted" "covered 1 of 1 tables, 2 of 2 columns, 1 of 3 rows"
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --accept 'row_rejected:t<=1' --drop-existing
  says "accepted up to 1" NOT_SAFE
}

# Done to the target between the rows and the second reading, with every rejected row accepted.
tampered() { # SQL STATUS
  printf '%s;\n' "$1" >tamper.sql
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --typemap map.yaml --accept row_rejected \
    --after-load tamper.sql --drop-existing --report "$(report_file)"
  equals "NOT_SAFE $2" "$(in_report '"\(.verdict) \(.tables[] | .status)"')"
}

@test "accepting rejected rows covers these rows alone: any other that is missing, and any that is not proved, is NOT_SAFE" {
  own_source <<<"CREATE TABLE t (id INT PRIMARY KEY, v INT, c VARCHAR(20)); INSERT INTO t VALUES (1, 1, 'a'), (2, 2, X'00'), (3, 3, 'c'), (4, 4, 'd')"
  cat >map.yaml <<'YAML'
rules:
  - match: {table: t, column: v}
    target: integer
    check: "{column} <> 4"
YAML
  expect 0 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --typemap map.yaml --accept row_rejected
  tampered "DELETE FROM t WHERE id = 3" different
  tampered "UPDATE t SET c = 'b' WHERE id = 3" different
  tampered "INSERT INTO t VALUES (2, 2, '')" different
  tampered "UPDATE crossgrade.reject SET digest = digest + 1 WHERE refused_by = 'crossgrade'" different
  tampered "UPDATE crossgrade.reject SET digest = digest + 1 WHERE refused_by = 'target'" different
  tampered "DELETE FROM crossgrade.reject WHERE refused_by = 'target'" different
  tampered "DELETE FROM crossgrade.reject" different
  tampered "INSERT INTO crossgrade.reject (chunk_id, refused_by, reason, digest) SELECT max(chunk_id), 'crossgrade', 'made up', 1 FROM crossgrade.chunk" different
}

@test "--max-rejects gives a table up that has one bad row more; nothing of it is called whole" {
  own_source <<'SQL'
CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20));
INSERT INTO t VALUES (1, X'00'), (2, X'00'), (3, X'00'), (4, 'fine');
CREATE TABLE refused (id INT PRIMARY KEY, v INT);
INSERT INTO refused VALUES (1, 1), (2, 2), (3, 3), (4, 4);
CREATE TABLE fine (id INT PRIMARY KEY);
INSERT INTO fine VALUES (1);
SQL
  cat >map.yaml <<'YAML'
rules:
  - match: {table: refused, column: v}
    target: integer
    check: "{column} > 3"
YAML
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --max-rejects 2 --typemap map.yaml --report "$(report_file)"
  flat
  says "more than 2 of its rows would have to be set aside (--max-rejects)" "raise --max-rejects"
  equals "fine identical,refused failed,t failed" "$(in_report '[.tables[] | "\(.source) \(.status)"] | join(",")')"
  equals "0 0 0" "$(target_do "$own" "SELECT (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM refused) || ' ' || (SELECT count(*) FROM crossgrade.reject)")"
  [ ! -e rejects ] || [ -z "$(find rejects -name '*.csv')" ]
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --max-rejects 3 --typemap map.yaml --drop-existing
  says "t: row_rejected, 3 rows" "refused: row_rejected, 3 rows"
}

@test "--on-error stop ends the run at the first bad row, stop-table (the default) at its table" {
  own_source <<'SQL'
CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20));
INSERT INTO t VALUES (1, 'a'), (2, X'00');
CREATE TABLE fine (id INT PRIMARY KEY);
INSERT INTO fine VALUES (1);
SQL
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --report "$(report_file)"
  equals "fine identical,t failed" "$(in_report '[.tables[] | "\(.source) \(.status)"] | join(",")')"
  says "table t, column c, key id=2" "allow nul_removed"
  rm "$(report_file)"
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error stop --drop-existing --report "$(report_file)"
  says "table t, column c, key id=2"
  equals "false" "$(in_report .complete)"
  equals "failed" "$(in_report '.tables[] | select(.source == "t") | .status')"
  equals "failed" "$(target_do "$own" "SELECT state FROM crossgrade.run ORDER BY started DESC LIMIT 1")"
  equals "0" "$(target_do "$own" "SELECT count(*) FROM crossgrade.verdict v JOIN crossgrade.run r USING (run_id)
    WHERE run_id = (SELECT max(run_id) FROM crossgrade.run)")"
  [ ! -e rejects ]
}

@test "--data-only: what the tables that are there refuse is set aside, row by row, children of rejected parents too" {
  own_source <<'SQL'
CREATE TABLE parent (id INT PRIMARY KEY, c VARCHAR(9));
INSERT INTO parent VALUES (1, 'a'), (2, CONCAT('x', CHAR(0))), (3, 'c');
CREATE TABLE child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES parent (id));
INSERT INTO child VALUES (1, 1), (2, 2), (3, 3);
CREATE TABLE folded (id INT PRIMARY KEY, c VARCHAR(9) COLLATE utf8mb4_bin);
INSERT INTO folded VALUES (1, 'a'), (2, 'A'), (3, 'b'), (4, 'long');
SQL
  target_do "$own" "CREATE TABLE parent (id integer PRIMARY KEY, c varchar(9));
    CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent);
    CREATE TABLE folded (id integer PRIMARY KEY, c varchar(9) CHECK (length(c) < 4)); CREATE UNIQUE INDEX ON folded (lower(c))"
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --data-only --on-error reject --report "$(report_file)"
  equals "child 1,folded 2,parent 1" "$(in_report '[.tables[] | "\(.source) \(.rows_rejected)"] | join(",")')"
  equals "1 3|1 3|1 3" "$(target_do "$own" "SELECT (SELECT string_agg(id::text, ' ' ORDER BY id) FROM parent) || '|' ||
    (SELECT string_agg(id::text, ' ' ORDER BY id) FROM child) || '|' || (SELECT string_agg(id::text, ' ' ORDER BY id) FROM folded)")"
  run_id=$(in_report .run_id)
  retry 1 "$run_id" --typemap "$shared/allow.yaml"
  says "child: 1 loaded, 0 still set aside" "parent: 1 loaded, 0 still set aside" "folded: 0 loaded, 2 still set aside"
}

@test "one table that cannot be moved leaves all others moved, verified and reported; exit code 1; it says what to do" {
  own_source <<'SQL'
SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE at_plan (day DATE PRIMARY KEY);
INSERT INTO at_plan VALUES ('2023-02-31');
CREATE TABLE at_create (id INT PRIMARY KEY, v INT);
INSERT INTO at_create VALUES (1, 1);
CREATE TABLE at_rows (id INT PRIMARY KEY, c VARCHAR(20));
INSERT INTO at_rows VALUES (1, 'fine'), (2, X'00');
CREATE TABLE parent (id INT PRIMARY KEY, c VARCHAR(20));
INSERT INTO parent VALUES (1, 'one'), (2, NULL);
CREATE TABLE child (id INT PRIMARY KEY, parent INT, at_rows INT, FOREIGN KEY (parent) REFERENCES parent (id),
  CONSTRAINT to_failed FOREIGN KEY (at_rows) REFERENCES at_rows (id));
INSERT INTO child VALUES (1, 1, 1), (2, 2, 2);
SQL
  cat >map.yaml <<'YAML'
rules:
  - match: {table: at_create, column: v}
    target: integer
    check: "no_such_function({column})"
YAML
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --typemap map.yaml --report "$(report_file)"
  equals "at_create failed,at_plan failed,at_rows failed,child identical,parent identical" \
    "$(in_report '[.tables[] | "\(.source) \(.status)"] | join(",")')"
  equals "2 2" "$(in_report '[.tables[] | select(.status == "identical") | .rows_target] | join(" ")')"
  # Every blocker of a table says why and what to do now.
  equals 3 "$(in_report '[.blockers[] | select(.code == "table_failed")] | length')"
  equals "" "$(in_report '.blockers[] | select(.code == "table_failed" and ((.message | length) == 0 or (.action | length) == 0)) | .object')"
  flat
  says "nothing is made NULL" "--map-column 'at_plan.day=text'" "no_such_function" \
    "at_rows, column c, key id=2" "allow nul_removed for at_rows.c in a type map"
  equals NOT_SAFE "$(in_report .verdict)"
  equals "1one 2" "$(target_do "$own" "SELECT string_agg(concat(id, c), ' ' ORDER BY id) FROM parent")"
  equals "t" "$(target_do "$own" "SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'f'")"
  equals not_carried "$(in_report '[.objects[] | select(.kind == "foreign key" and (.name | contains("to_failed"))) | .state] | unique | join(",")')"
}

# ---- many chunks, many lanes ----

@test "bad rows in several chunks, of several lanes, met by both sides: each is found once" {
  own_source <<'SQL'
CREATE TABLE d (d INT NOT NULL);
INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE wide (id INT PRIMARY KEY, v INT NOT NULL, padding VARCHAR(16000) CHARACTER SET latin1, shipped DATE);
SET sql_mode = '';
INSERT INTO wide SELECT a.d * 1000 + b.d * 100 + c.d * 10 + e.d, a.d * 1000 + b.d * 100 + c.d * 10 + e.d,
  IF(b.d = 5 AND c.d = 0 AND e.d = 0, CONCAT('x', CHAR(0)), REPEAT(CHAR(97 + e.d), 12000)), IF(e.d = 7, '0000-00-00', '2024-01-01')
  FROM d a, d b, d c, d e WHERE a.d < 5;
ANALYZE TABLE wide;
DROP TABLE d;
SQL
  cat >map.yaml <<'YAML'
rules:
  - match: {table: wide, column: v}
    target: integer
    check: "{column} % 1000 <> 777"
YAML
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --typemap map.yaml --jobs 2 --report "$(report_file)" \
    --accept zero_date_to_null
  equals "5000 4990 10" "$(in_report '.tables[] | "\(.rows_source) \(.rows_target) \(.rows_rejected)"')"
  [ "$(target_do "$own" "SELECT count(DISTINCT chunk_id) FROM crossgrade.reject")" -gt 1 ]
  equals "5 5" "$(target_do "$own" "SELECT count(*) FILTER (WHERE refused_by = 'target') || ' ' || count(*) FILTER (WHERE column_name = 'padding') FROM crossgrade.reject")"
  equals "0" "$(target_do "$own" "SELECT count(*) FROM wide WHERE id % 1000 IN (500, 777)")"
  # id % 1000 = 777 has a zero date as well: what is set aside is not counted as converted, in the report and the ledger.
  equals 495 "$(in_report '.tables[].conversions[] | select(.name == "zero_date_to_null") | .count')"
  equals 495 "$(target_do "$own" "SELECT sum(value_count) FROM crossgrade.conversion")"
  read_csv "$own" "$(echo rejects/*/wide.csv)"
  equals "10 10" "$(target_do "$own" "SELECT count(*) || ' ' || count(DISTINCT c5) FROM csv")"
  equals "t" "$(target_do "$own" "SELECT c7 = repeat('h', 12000) FROM csv WHERE c5 = '777'")"
}

# ---- what dies in the middle ----

@test "the source's sessions are killed before a chunk with rejected rows is settled: nothing is claimed" {
  own_source <<<"CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20)); INSERT INTO t VALUES (1, 'a'), (2, X'00')"
  close_gate "$own" t
  start_run migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --jobs 1 --report "$(report_file)"
  until_met "the table's rows at the gate" at_gate "$own"
  source_do '' "SHOW FULL PROCESSLIST" | awk -F'\t' -v db="$own" '$4 == db { print "KILL " $1 ";" }' | source_sql '' --force 2>/dev/null
  open_gate
  finish_run
  ended_with 4
  equals "leased 0 0" "$(target_do "$own" "SELECT state || ' ' || (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM crossgrade.reject) FROM crossgrade.chunk")"
  [ -z "$(find rejects -name '*.csv')" ]
  run cat rejects/*/t.csv.partial
  says_not '"2"'
}

# Holds a lock on the ledger's table of rejected rows, where a settled chunk waits just before it commits.
hold_ledger() {
  local answer
  coproc GATE { PGAPPNAME=gate exec psql -X -q -A -t -d "$(target_uri "$1")" 3>&- 2>&1; }
  gate_process=$GATE_PID
  printf 'BEGIN; LOCK TABLE crossgrade.reject IN ACCESS EXCLUSIVE MODE;\n\\echo closed\n' >&"${GATE[1]}"
  until [ "${answer:-}" = closed ]; do
    read -r answer <&"${GATE[0]}" || fail "the session ended: ${answer:-}"
  done
}
at_ledger() {
  [ "$(target_do "$1" "SELECT count(*) FROM pg_locks WHERE relation = 'crossgrade.reject'::regclass AND NOT granted")" -gt 0 ]
}

@test "killed while its rejected rows are being settled, a run leaves a file that calls itself partial, and no claim" {
  own_source <<<"CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20)); INSERT INTO t VALUES (1, 'a'), (2, X'00'); CREATE TABLE first (id INT)"
  expect 0 migrate "$(source_uri "$own")" "$(target_uri "$own")" --include first
  hold_ledger "$own"
  start_run migrate "$(source_uri "$own")" "$(target_uri "$own")" --include t --on-error reject
  until_met "the ledger's rows in flight" at_ledger "$own"
  kill -KILL "$tool"
  finish_run
  open_gate
  equals "leased 0 0" "$(target_do "$own" "SELECT c.state || ' ' || (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM crossgrade.reject)
    FROM crossgrade.chunk c JOIN crossgrade.run_table t USING (table_id) WHERE source_table = 't'")"
  equals "t.csv.partial" "$(ls rejects/*)"
}

@test "SIGINT while rejected rows are being settled: exit code 5, rolled back, the file is cut back" {
  own_source <<<"CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20)); INSERT INTO t VALUES (1, 'a'), (2, X'00'); CREATE TABLE first (id INT)"
  expect 0 migrate "$(source_uri "$own")" "$(target_uri "$own")" --include first
  hold_ledger "$own"
  start_run migrate "$(source_uri "$own")" "$(target_uri "$own")" --include t --on-error reject
  until_met "the ledger's rows in flight" at_ledger "$own"
  kill -INT "$tool"
  finish_run
  open_gate
  ended_with 5
  equals "leased 0 0" "$(target_do "$own" "SELECT c.state || ' ' || (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM crossgrade.reject)
    FROM crossgrade.chunk c JOIN crossgrade.run_table t USING (table_id) WHERE source_table = 't'")"
  run grep -c '"id=2"' "$(echo rejects/*/t.csv.partial)"
  equals 0 "$output"
}

# ---- once more ----

@test "retry-rejects: rows are loaded once the map allows them or the source was mended, never twice; then verify is SAFE" {
  own_source <<'SQL'
CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20));
INSERT INTO t VALUES (1, 'a'), (2, CONCAT('b', CHAR(0))), (3, CONCAT('c', CHAR(0))), (4, CONCAT('d', CHAR(0)));
CREATE TABLE no_key (c VARCHAR(20));
INSERT INTO no_key VALUES ('a'), (X'00');
SQL
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --report "$(report_file)"
  run_id=$(in_report .run_id)
  flat
  says "mend it at the source and migrate the table again (it has no key to find it by)"
  retry 1 "$run_id"
  says "t: 0 loaded, 3 still set aside" "at id=2: " "no_key: 0 loaded, 1 still set aside" "its table has no key to find it by"
  source_do "$own" "UPDATE t SET c = 'mended' WHERE id = 2; DELETE FROM t WHERE id = 3"
  retry 1 "$run_id"
  says "t: 1 loaded, 1 no longer in the source, 1 still set aside"
  retry 1 "$run_id" --typemap "$shared/allow.yaml"
  says "t: 1 loaded, 0 still set aside" "nul_removed in 1 row, column c"
  equals "1a 2mended 4d" "$(target_do "$own" "SELECT string_agg(id || c, ' ' ORDER BY id) FROM t")"
  retry 1 "$run_id" --typemap "$shared/allow.yaml"
  says_not " t: "
  equals "1a 2mended 4d" "$(target_do "$own" "SELECT string_agg(id || c, ' ' ORDER BY id) FROM t")"
  equals "loaded gone loaded" "$(target_do "$own" "SELECT string_agg(j.state, ' ' ORDER BY reject_id) FROM crossgrade.reject j
    JOIN crossgrade.chunk USING (chunk_id) JOIN crossgrade.run_table t USING (table_id) WHERE source_table = 't'")"
  equals "nul_removed 1 {id=4}" "$(target_do "$own" "SELECT conversion || ' ' || value_count || ' ' || samples::text FROM crossgrade.conversion")"
  # What was loaded is right: the source's row of id 4 is told from it by name only.
  expect 0 verify "$(source_uri "$own")" "$(target_uri "$own")" --include t --accept nul_removed --report "$(report_file)"
  equals "converted 3 3" "$(in_report '.tables[] | select(.source == "t") | "\(.status) \(.rows_source) \(.rows_target)"')"
  source_do "$own" "DELETE FROM no_key WHERE c <> 'a'; UPDATE t SET c = 'd' WHERE id = 4"
  expect 0 verify "$(source_uri "$own")" "$(target_uri "$own")" --report "$(report_file)"
  equals SAFE "$(in_report .verdict)"
}

@test "retry-rejects: what the target refused goes in once the target was mended; parents before children, whatever their order" {
  own_source <<'SQL'
CREATE TABLE a_child (id INT PRIMARY KEY, parent INT NOT NULL, c VARCHAR(9));
CREATE TABLE b_parent (id INT PRIMARY KEY, v INT);
INSERT INTO b_parent VALUES (1, 1), (13, 13);
INSERT INTO a_child VALUES (1, 1, 'x'), (2, 13, CONCAT('y', CHAR(0)));
SQL
  cat >map.yaml <<'YAML'
rules:
  - match: {table: b_parent, column: v}
    target: integer
    check: "{column} <> 13"
YAML
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --typemap map.yaml --report "$(report_file)"
  run_id=$(in_report .run_id)
  target_do "$own" "ALTER TABLE a_child ADD FOREIGN KEY (parent) REFERENCES b_parent"
  retry 1 "$run_id" --typemap "$shared/allow.yaml"
  says "a_child: 0 loaded, 1 still set aside" "violates foreign key constraint" "b_parent: 0 loaded, 1 still set aside" "violates check constraint"
  equals "23503 23514" "$(target_do "$own" "SELECT string_agg(sqlstate, ' ' ORDER BY sqlstate) FROM crossgrade.reject")"
  target_do "$own" "ALTER TABLE b_parent DROP CONSTRAINT b_parent_v_check"
  retry 0 "$run_id" --typemap "$shared/allow.yaml" --log-format json
  equals "a_child 1 0 b_parent 1 0" "$(grep -v '^{"time"' <<<"$output" | jq -r '[.tables[] | "\(.source) \(.loaded) \(.rejected)"] | join(" ")')"
  equals "1x 2y" "$(target_do "$own" "SELECT string_agg(id || c, ' ' ORDER BY id) FROM a_child")"
  retry 0 "$run_id"
  says "has no rows that are set aside"
}

@test "retry-rejects: a row with a key that no literal can be compared with is found again" {
  make_target "$own"
  make_source "$own"
  source_sql "$own" <<'SQL'
SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE bad_key (day DATE, part VARCHAR(9) CHARACTER SET latin1, v INT, PRIMARY KEY (day, part));
INSERT INTO bad_key VALUES ('2023-02-31', 'b''\\', 2), ('2023-00-10', 'c', 3), ('2023-03-03', 'b''\\', 4);
SQL
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --report "$(report_file)"
  run_id=$(in_report .run_id)
  equals "2 of 3" "$(in_report '.tables[] | "\(.rows_rejected) of \(.rows_source)"')"
  target_do "$own" "ALTER TABLE bad_key DROP CONSTRAINT IF EXISTS bad_key_pkey; ALTER TABLE bad_key ALTER day DROP NOT NULL, ALTER day TYPE text"
  retry 0 "$run_id"
  equals "2023-00-10c3 2023-02-31b'\\2 2023-03-03b'\\4" "$(target_do "$own" "SELECT string_agg(day || part || v, ' ' ORDER BY day) FROM bad_key")"
}

@test "retry-rejects refuses another source, a run that is not there, and is refused with too few arguments; exit code 3" {
  own_source <<<"CREATE TABLE nul_text (id INT PRIMARY KEY)"
  expect 3 retry-rejects "$(source_uri "$own")" "$(target_uri "$rejects")" "$shared_run"
  says "moved database $rejects, not $own"
  expect 3 retry-rejects "$(source_uri "$rejects")" "$(target_uri "$rejects")" 20000101-000000-000000
  says "the ledger holds no run 20000101-000000-000000" "$shared_run"
  expect 3 retry-rejects "$(source_uri "$rejects")" "$(target_uri "$rejects")"
  expect 3 retry-rejects "$(source_uri "$rejects")" "$(target_uri "$own")" "$shared_run"
  says "has no ledger"
  equals 310 "$(target_do "$rejects" "SELECT count(*) FROM crossgrade.reject WHERE state = 'rejected'")"
}

@test "forget takes the rejected rows out of the ledger" {
  own_source <<<"CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20)); INSERT INTO t VALUES (1, X'00')"
  expect 1 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --report "$(report_file)"
  equals 1 "$(target_do "$own" "SELECT count(*) FROM crossgrade.reject")"
  expect 0 forget "$(target_uri "$own")" "$(in_report .run_id)"
  equals 0 "$(target_do "$own" "SELECT count(*) FROM crossgrade.reject")"
}

@test "refused before anything starts: a folder for rejected rows that cannot be written, exit code 3" {
  own_source <<<"CREATE TABLE t (id INT PRIMARY KEY)"
  touch file
  expect 3 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --rejects file
  says "option --rejects" "is not a folder"
  expect 3 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --rejects missing/folder
  says "option --rejects"
  expect 3 migrate "$(source_uri "$own")" "$(target_uri "$own")" --on-error reject --max-rejects 0
  says "max-rejects"
  equals "" "$(target_do "$own" "SELECT nspname FROM pg_namespace WHERE nspname = 'crossgrade'")"
}
