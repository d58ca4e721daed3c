#!/usr/bin/env bats
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

@test "a run all of whose source sessions are killed ends with 4 instead of waiting for one that never comes" {
  source_do $db "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);
    CREATE TABLE c (id int PRIMARY KEY); CREATE TABLE d (id int PRIMARY KEY);
    INSERT INTO a VALUES (1); INSERT INTO b VALUES (1), (2); INSERT INTO c VALUES (1); INSERT INTO d VALUES (1)"
  close_gate $db a
  start_run migrate "$(source_uri $db)" "$(target_uri $db)" --jobs 2
  until_met "rows at the gate" at_gate $db
  local id
  for id in $(source_do '' "SELECT id FROM information_schema.processlist WHERE db = '$db'"); do
    source_do '' "KILL $id" || true
  done
  open_gate
  finish_run
  ended_with 4
}
