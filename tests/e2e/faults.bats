#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# What dies in the middle: readers killed, writers killed, the tool stopped, a source that moves on. Nothing of it may
# end as SAFE. A table big enough to be met in mid-copy takes the place of waiting: each fault is planted when the
# servers themselves say that rows are flowing.

load ../support/e2e

setup_file() {
  make_source cg_e2e_faults
  source_sql cg_e2e_faults <<'SQL'
CREATE TABLE d (d INT NOT NULL);
INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE big (id INT NOT NULL PRIMARY KEY, padding VARCHAR(2000) NOT NULL);
INSERT INTO big SELECT a.d * 10000 + b.d * 1000 + c.d * 100 + e.d * 10 + f.d, REPEAT(CHAR(97 + f.d), 2000)
  FROM d a, d b, d c, d e, d f;
CREATE TABLE small (id INT NOT NULL PRIMARY KEY, v VARCHAR(20));
INSERT INTO small VALUES (1, 'one'), (2, 'two');
DROP TABLE d;
CREATE TABLE moving (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6));
SQL
}

teardown_file() { drop_source cg_e2e_faults; }

setup() {
  faults=cg_e2e_faults
  make_target cg_e2e_faults
  tool=''
  helper=''
}

teardown() {
  for process in "$helper" "$tool"; do
    [ -z "$process" ] || kill "$process" 2>/dev/null || true
  done
  drop_target cg_e2e_faults
}

# Starts migrate in the background; the output goes to a file.
start_migrate() {
  "$CROSSGRADE" migrate "$(source_uri "$faults")" "$(target_uri "$faults")" --jobs 1 --report "$(report_file)" "$@" \
    >"$BATS_TEST_TMPDIR/log" 2>&1 &
  tool=$!
}

# Waits for its end; its exit code is in $code, its output in $output.
finish_migrate() {
  code=0
  wait "$tool" || code=$?
  tool=''
  output=$(cat "$BATS_TEST_TMPDIR/log")
  [ "$code" -le 6 ] || fail "exit code $code" "$output"
}

# until_met WHAT COMMAND: asks as long as the tool lives; fails when it ended without the command ever being true.
until_met() {
  until "${@:2}"; do
    kill -0 "$tool" 2>/dev/null || {
      finish_migrate
      fail "$1: never met; exit code $code" "$output"
    }
  done
}

rows_are_flowing() {
  [ "$(target_do "$faults" "SELECT count(*) FROM pg_stat_progress_copy WHERE datname = current_database() AND tuples_processed > 0")" -gt 0 ]
}

# Ids of the source's sessions that are in the middle of reading the big table.
reading_sessions() {
  source_do '' "SHOW FULL PROCESSLIST" | awk -F'\t' -v db="$faults" '$4 == db && $8 ~ /^ *[Ss][Ee][Ll][Ee][Cc][Tt].*big/ { print $1 }'
}

kill_a_reader() {
  local id
  id=$(reading_sessions | head -n 1)
  [ -n "$id" ] && source_do '' "KILL $1 $id" 2>/dev/null
}

# Neither exit code nor report say that all is well.
not_safe() {
  [ "$code" != 0 ] || fail "exit code 0" "$output"
  [ ! -s "$(report_file)" ] || [[ "$(in_report .verdict)" != SAFE* ]] || fail "verdict $(in_report .verdict)"
}

# The rows of the big table are those of the chunks that the ledger calls done.
whole_chunks_only() {
  local done_rows
  done_rows=$(target_do "$faults" "
    SELECT coalesce(sum(row_count), 0) FROM crossgrade.chunk c JOIN crossgrade.run_table t USING (table_id)
    WHERE target_table = 'big' AND c.state = 'done'")
  equals "$done_rows" "$(target_do "$faults" "SELECT count(*) FROM big")"
}

@test "fault: KILL of the reader's session in the middle of a table is never SAFE (R1)" {
  start_migrate
  until_met "rows in flight" rows_are_flowing
  until_met "a reading session" kill_a_reader CONNECTION
  finish_migrate
  not_safe
}

@test "fault: KILL QUERY of the reader in the middle of a table never ends as SAFE with rows missing (R1)" {
  start_migrate
  until_met "rows in flight" rows_are_flowing
  until_met "a reading session" kill_a_reader QUERY
  finish_migrate
  # The session and its snapshot live on, so reading the chunk again is right, too: then every row must be there.
  if [ "$code" = 0 ]; then
    values_agree "$faults" "$faults"
  else
    not_safe
  fi
}

terminate_a_writer() {
  [ "$(target_do "$faults" "
    SELECT count(*) FROM pg_stat_progress_copy WHERE datname = current_database() AND tuples_processed > 0
      AND pg_terminate_backend(pid)")" -gt 0 ]
}

@test "fault: a writer's backend terminated in the middle of COPY leaves no half chunk" {
  start_migrate
  until_met "a writer in COPY" terminate_a_writer
  finish_migrate
  whole_chunks_only
  # A chunk is one transaction, so sending it again is right, too: then every row must be there.
  if [ "$code" = 0 ]; then
    values_agree "$faults" "$faults"
  else
    not_safe
  fi
}

@test "fault: SIGINT stops cleanly with exit code 5, and the ledger knows what is there" {
  start_migrate
  until_met "rows in flight" rows_are_flowing
  kill -INT "$tool"
  finish_migrate
  equals 5 "$code"
  whole_chunks_only
  equals stopped "$(target_do "$faults" "SELECT state FROM crossgrade.run")"
  equals 0 "$(target_do "$faults" "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")"
}

# Inserts until the file named goes away.
keep_writing() {
  while [ -e "$BATS_TEST_TMPDIR/write" ]; do
    source_do "$faults" "INSERT INTO moving () VALUES ()"
  done
}

start_writing() {
  : >"$BATS_TEST_TMPDIR/write"
  keep_writing &
  helper=$!
}

stop_writing() {
  rm -f "$BATS_TEST_TMPDIR/write"
  wait "$helper"
  helper=''
}

@test "fault: a source that was written to after the snapshot is INCONCLUSIVE, exit code 2" {
  start_writing
  start_migrate --exclude big
  finish_migrate
  stop_writing
  equals 2 "$code"
  equals INCONCLUSIVE "$(in_report .verdict)"
  equals yes "$(in_report .source_moved)"
  says source_moved
}

@test "fault: the same, accepted for a rehearsal, is exit code 0, and the rows of the snapshot are whole" {
  start_writing
  start_migrate --exclude big --accept source_moved
  finish_migrate
  stop_writing
  equals 0 "$code"
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals yes "$(in_report .source_moved)"
  equals "$(in_report '.tables[] | select(.source == "moving") | .rows_source')" "$(target_do "$faults" "SELECT count(*) FROM moving")"
}

@test "nothing went wrong: the big table arrives whole and in bounded memory" {
  start_migrate
  finish_migrate
  equals 0 "$code"
  equals SAFE "$(in_report .verdict)"
  values_agree "$faults" "$faults"
}

@test "a table that the source's server cannot open fails alone: named with what to do, the others arrive; exit code 1" {
  local broken=cg_e2e_faults_broken
  make_source $broken
  make_target $broken
  source_do $broken "CREATE TABLE part (id INT PRIMARY KEY, flag TINYINT(1)) ENGINE = MyISAM;
    CREATE TABLE broken (id INT PRIMARY KEY, flag TINYINT(1)) ENGINE = MRG_MyISAM UNION = (part);
    DROP TABLE part;
    CREATE TABLE good (id INT PRIMARY KEY, flag TINYINT(1));
    INSERT INTO good VALUES (1, 1)"
  expect 1 migrate "$(source_uri $broken)" "$(target_uri $broken)" --report "$(report_file)"
  says broken "Unable to open underlying" "CHECK TABLE" --exclude
  equals NOT_SAFE "$(in_report .verdict)"
  equals identical "$(in_report '.tables[] | select(.source == "good") | .status')"
  equals t "$(target_do $broken "SELECT flag FROM good")"
  expect 0 migrate "$(source_uri $broken)" "$(target_uri $broken)" --drop-existing --exclude broken
  drop_source $broken
  drop_target $broken
}
