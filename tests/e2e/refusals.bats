#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Bad input: one clear message that says what, where, why and what to do; the exit code that the interface gives it;
# nothing moved, nothing half done.

load ../support/e2e

setup_file() {
  make_source cg_e2e_refusals
  source_sql cg_e2e_refusals <<'SQL'
CREATE TABLE item (id INT NOT NULL PRIMARY KEY, v VARCHAR(20) NOT NULL);
INSERT INTO item VALUES (1, 'one'), (2, 'two');
SQL
  source_do '' "DROP USER IF EXISTS cg_e2e_nothing@'%'; CREATE USER cg_e2e_nothing@'%' IDENTIFIED BY 'right-secret'"
  target_sql postgres <<'SQL'
DROP ROLE IF EXISTS cg_e2e_nobody;
DO $$ BEGIN CREATE ROLE cg_password; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE ROLE cg_e2e_nobody LOGIN PASSWORD 'right-secret' IN ROLE cg_password;
SQL
}

teardown_file() {
  drop_source cg_e2e_refusals
  drop_target cg_e2e_refusals
  source_do '' "DROP USER IF EXISTS cg_e2e_nothing@'%'"
  target_do postgres "DROP ROLE IF EXISTS cg_e2e_nobody"
}

setup() {
  make_target cg_e2e_refusals
  from=$(source_uri cg_e2e_refusals)
  to=$(target_uri cg_e2e_refusals)
  source_as="mysql://cg_e2e_nothing:%s@127.0.0.1:$(source_port)/cg_e2e_refusals"
  target_as="postgresql://cg_e2e_nobody:%s@127.0.0.1:$(target_port)/cg_e2e_refusals"
}

nothing_moved() {
  equals 0 "$(target_do cg_e2e_refusals "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
}

# as URI_WITH_%s PASSWORD
as() { printf '%s' "${1/\%s/$2}"; }

@test "refused: an unknown option names the nearest, exit code 3" {
  expect 3 migrate "$from" "$to" --job 2
  says --job --jobs
}

@test "refused: an unknown command names the nearest, exit code 3" {
  expect 3 migrat "$from" "$to"
  says migrat 'did you mean migrate'
}

@test "refused: a missing operand, exit code 3" {
  expect 3 migrate "$from"
  says migrate
}

@test "refused: a value out of range names the option and what is allowed, exit code 3" {
  expect 3 migrate "$from" "$to" --jobs 0
  says --jobs
  expect 3 migrate "$from" "$to" --jobs many
  says --jobs many
  expect 3 migrate "$from" "$to" --memory lots
  says --memory lots
}

@test "refused: an unknown conversion in --accept, exit code 3" {
  expect 3 migrate "$from" "$to" --accept zero_dates
  says zero_dates zero_date_to_null
}

@test "refused: a malformed URI, exit code 3" {
  expect 3 migrate "mysql:/root@127.0.0.1" "$to"
  expect 3 migrate "$from" "postgresql://127.0.0.1:notaport/db"
  says port
  expect 3 migrate "oracle://127.0.0.1/db" "$to"
  says oracle
}

@test "refused: a report file of an unknown kind, before anything starts, exit code 3" {
  expect 3 migrate "$from" "$to" --report "$BATS_TEST_TMPDIR/report.pdf"
  says report.pdf
  nothing_moved
}

@test "refused: the wrong password on the source, never shown, exit code 3" {
  expect 3 migrate "$(as "$source_as" wrong-secret)" "$to"
  says cg_e2e_nothing
  says_not wrong-secret
}

@test "refused: the wrong password on the target, never shown, exit code 3" {
  expect 3 migrate "$from" "$(as "$target_as" wrong-secret)"
  says cg_e2e_nobody
  says_not wrong-secret
}

@test "refused: no rights on the source, exit code 3" {
  expect 3 migrate "$(as "$source_as" right-secret)" "$to"
  says cg_e2e_nothing
  says_not right-secret
  nothing_moved
}

@test "refused: no rights on the target, exit code 3" {
  target_do cg_e2e_refusals "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
  expect 3 migrate "$from" "$(as "$target_as" right-secret)"
  says_not right-secret
  nothing_moved
}

@test "refused: a missing database on either side, exit code 3" {
  expect 3 migrate "$(source_uri cg_e2e_not_there)" "$to"
  says cg_e2e_not_there
  expect 3 migrate "$from" "$(target_uri cg_e2e_not_there)"
  says cg_e2e_not_there
}

@test "failed: an unreachable server on either side, exit code 4" {
  expect 4 migrate "mysql://root@127.0.0.1:1/cg_e2e_refusals" "$to"
  says 127.0.0.1
  expect 4 migrate "$from" "postgresql://postgres@127.0.0.1:1/cg_e2e_refusals"
  says 127.0.0.1
  nothing_moved
}

@test "refused: target tables that exist, and they stay as they were, exit code 3" {
  target_do cg_e2e_refusals "CREATE TABLE item (mine INT); INSERT INTO item VALUES (42)"
  expect 3 migrate "$from" "$to"
  says item --drop-existing
  equals 42 "$(target_do cg_e2e_refusals "SELECT mine FROM item")"
}

@test "--drop-existing replaces them" {
  target_do cg_e2e_refusals "CREATE TABLE item (mine INT); INSERT INTO item VALUES (42)"
  expect 0 migrate "$from" "$to" --drop-existing --quiet
  equals 2 "$(target_do cg_e2e_refusals "SELECT count(*) FROM item")"
  expect 0 migrate "$from" "$to" --drop-existing --quiet
}

# Nothing is entered in the ledger before it is known that the run can go on.
no_ledger() { equals 0 "$(target_do cg_e2e_refusals "SELECT count(*) FROM pg_namespace WHERE nspname = 'crossgrade'")"; }

@test "refused: --drop-existing when a view depends on a table, before anything is dropped, exit code 3" {
  target_do cg_e2e_refusals "CREATE TABLE item (id INT PRIMARY KEY); CREATE VIEW precious AS SELECT id FROM item;
    CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM item"
  expect 3 migrate "$from" "$to" --drop-existing
  says "view public.precious" "materialized view public.kept"
  equals 1 "$(target_do cg_e2e_refusals "SELECT count(*) FROM pg_views WHERE viewname = 'precious'")"
  no_ledger
}

@test "refused: --drop-existing when a table outside refers to one, which is named; CASCADE is not advised; exit code 3" {
  target_do cg_e2e_refusals "CREATE TABLE item (id INT PRIMARY KEY); CREATE TABLE outside (id INT REFERENCES item (id))"
  expect 3 migrate "$from" "$to" --drop-existing
  says "constraint outside_id_fkey on table public.outside"
  says_not CASCADE
  equals 2 "$(target_do cg_e2e_refusals "SELECT count(*) FROM pg_tables WHERE tablename IN ('item', 'outside')")"
  no_ledger
}

@test "--drop-existing drops tables that refer to each other and to themselves, with their sequences and types" {
  target_do cg_e2e_refusals "CREATE TYPE item_kind AS ENUM ('a');
    CREATE TABLE item (id SERIAL PRIMARY KEY, up INT REFERENCES item (id), kind item_kind)"
  expect 0 migrate "$from" "$to" --drop-existing --quiet
}

@test "refused: a view that has a table's name, exit code 3" {
  target_do cg_e2e_refusals "CREATE VIEW item AS SELECT 1"
  for option in --quiet --drop-existing; do
    expect 3 migrate "$from" "$to" "$option"
    says item "name of a view"
  done
}

@test "refused before the data is read: tables that exist, columns that --map-column names and nothing has" {
  target_do cg_e2e_refusals "CREATE TABLE item (mine INT)"
  expect 3 migrate "$from" "$to" --log-format json
  says '"phase":"snapshot"'
  says_not '"phase":"probe"'
  expect 3 migrate "$from" "$to" --log-format json --drop-existing --map-column item.nothing=text
  says item.nothing
  says_not '"phase":"probe"'
  equals 0 "$(target_do cg_e2e_refusals "SELECT count(*) FROM item")"
  no_ledger
}

@test "refused: a pattern that matches no table, by migrate, schema and verify, exit code 3" {
  for command in migrate schema verify; do
    expect 3 "$command" "$from" "$to" --include item --exclude 'itme*'
    says "--exclude itme*"
  done
}

@test "--dry-run says which tables are there already" {
  target_do cg_e2e_refusals "CREATE TABLE item (mine INT)"
  expect 0 migrate "$from" "$to" --dry-run
  says "exists already" --drop-existing
}

@test "refused: a map that cannot be read or is wrong names file and line, exit code 3" {
  expect 3 migrate "$from" "$to" --typemap "$BATS_TEST_TMPDIR/none.yaml"
  says none.yaml
  printf 'rules:\n  - match: {type: int}\n    targt: bigint\n' >"$BATS_TEST_TMPDIR/wrong.yaml"
  expect 3 migrate "$from" "$to" --typemap "$BATS_TEST_TMPDIR/wrong.yaml"
  says wrong.yaml targt
  nothing_moved
}

@test "refused: --map-column for a column that is not there, exit code 3" {
  expect 3 migrate "$from" "$to" --map-column 'item.nothing=text'
  says item.nothing
  nothing_moved
}

@test "a type that cannot take the column's values stops its table, and says so; exit code 1" {
  expect 1 migrate "$from" "$to" --map-column 'item.v=varchar(2)'
  says item
}

@test "refused: verify of a database that is not there, exit code 3; unreachable, exit code 4" {
  expect 3 verify "$from" "$(target_uri cg_e2e_not_there)"
  expect 4 verify "$from" "postgresql://postgres@127.0.0.1:1/x"
}
