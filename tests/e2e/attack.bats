#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to the support files, which load hides
# What once went wrong from a user's seat. Each test is one defect that was found by trying.
load ../support/e2e
load ../support/gate

db=cg_e2e_attack

setup() {
  make_source $db
  make_target $db
}
teardown() {
  drop_source $db
  drop_target $db
}

# Moves $db with the report written; the exit code must be as told.
moves() {
  local code=$1
  shift
  expect "$code" migrate "$(source_uri $db)" "$(target_uri $db)" --report "$(report_file)" --accept source_moved "$@"
}

lock_held() {
  [ "$(source_do '' "SELECT count(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'")" = 1 ]
}
walker_waits() {
  [ "$(source_do '' "SELECT count(*) FROM information_schema.processlist
    WHERE db = '$db' AND state = 'Waiting for table metadata lock'")" -gt 0 ]
}

@test "the self-test of a JSON column holds on a server that drops redundant digits" {
  source_do $db "CREATE TABLE t (id int PRIMARY KEY, j json); INSERT INTO t VALUES (1, '{\"a\": 2.50}')"
  moves 0
  equals "passed" "$(in_report '.self_test.types[] | select(.target_type == "jsonb").result')"
}

@test "columns that hold no characters at all do not fail the self-test" {
  source_do $db "CREATE TABLE t (id int PRIMARY KEY, c char(0), v varchar(0), b binary(0), w varbinary(0));
    INSERT INTO t VALUES (1, '', '', '', ''), (2, NULL, NULL, NULL, NULL)"
  moves 0
}

@test "an UNLOGGED table of the target is not safe: a crash would empty it" {
  source_do $db "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)"
  moves 0
  expect 0 verify "$(source_uri $db)" "$(target_uri $db)" --accept source_moved
  target_do $db "ALTER TABLE t SET UNLOGGED"
  expect 1 verify "$(source_uri $db)" "$(target_uri $db)" --accept source_moved
  says "table t" "UNLOGGED"
}

@test "no row goes into a table of the same name that somebody else makes in the meantime" {
  source_do $db "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);
    INSERT INTO a VALUES (1); INSERT INTO b VALUES (1), (2)"
  target_do $db "CREATE SCHEMA gate"
  on_creation $db a "CREATE TABLE public.b (id int); INSERT INTO public.b VALUES (77);"
  moves 1
  says "already exists"
  equals "77" "$(target_do $db "SELECT string_agg(id::text, ',') FROM b")"
  equals "1" "$(target_do $db "SELECT string_agg(id::text, ',') FROM a")"
}

# The walker waits for the largest table, which a session of ours locks while the run waits at the gate; the lane has
# nothing to do yet. So it is the walker that meets the dead sessions, one after another.
@test "a run all of whose source sessions are killed ends with 4 instead of waiting for one that never comes" {
  local id
  source_do $db "CREATE TABLE big (id int PRIMARY KEY, v varchar(200));
    INSERT INTO big WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
      SELECT i, repeat('x', 200) FROM n; ANALYZE TABLE big"
  for id in 1 2 3 4 5 6; do source_do $db "CREATE TABLE t$id (id int PRIMARY KEY); INSERT INTO t$id VALUES (1)"; done
  close_gate $db none
  target_do $db "DROP EVENT TRIGGER gate; DROP FUNCTION gate.created"
  on_creation $db t6 "PERFORM pg_advisory_lock_shared($gate_lock), pg_advisory_unlock_shared($gate_lock);"
  start_run migrate "$(source_uri $db)" "$(target_uri $db)" --jobs 1
  until_met "a table at the gate" at_gate $db
  source_do '' "LOCK TABLES $db.big WRITE; SELECT SLEEP(60)" 3>&- &
  until_met "a locked table" lock_held
  open_gate
  until_met "a walker that waits" walker_waits
  for id in $(source_do '' "SELECT id FROM information_schema.processlist WHERE db = '$db'"); do
    source_do '' "KILL $id" || true
  done
  finish_run 60
  for id in $(source_do '' "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'"); do
    source_do '' "KILL $id"
  done
  ended_with 4
}
