#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Rules learned by trying (r2, r4, r5, ...), each from a user's seat. What happens in the middle of a run happens at a
# gate on the target: see support/gate.bash.

load ../support/e2e
load ../support/gate

rules=cg_e2e_rules
other=cg_e2e_rules_other

setup_file() {
  make_source $rules
  make_source $other
  source_do $other "CREATE TABLE elsewhere (id INT PRIMARY KEY)"
  # big has no key, so it is one chunk, and more than queues and sockets hold: its reader waits as its writer does.
  source_sql $rules <<'SQL'
CREATE TABLE d (d INT NOT NULL);
INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE big (id INT NOT NULL, padding VARCHAR(2000) NOT NULL);
INSERT INTO big SELECT a.d * 10000 + b.d * 1000 + c.d * 100 + e.d * 10 + f.d, REPEAT(CHAR(97 + f.d), 2000)
  FROM d a, d b, d c, d e, d f WHERE a.d < 3;
CREATE TABLE middle (id INT NOT NULL PRIMARY KEY, padding VARCHAR(2000) NOT NULL);
INSERT INTO middle SELECT id, padding FROM big WHERE id < 15000;
CREATE TABLE small (id INT NOT NULL PRIMARY KEY, v VARCHAR(20));
INSERT INTO small VALUES (1, 'one'), (2, 'two'), (3, 'three');
CREATE TABLE tiny (id INT NOT NULL PRIMARY KEY, v VARCHAR(20));
INSERT INTO tiny VALUES (1, 'uno');
DROP TABLE d;
ANALYZE TABLE big, middle, small, tiny;
SQL
}

teardown_file() {
  drop_source $rules
  drop_source $other
}

setup() {
  tool=''
  gate_process=''
  make_target $rules
  from=$(source_uri $rules)
  to=$(target_uri $rules)
}

teardown() {
  stop_run
  drop_target $rules
  source_do $rules "DROP TABLE IF EXISTS planted, counted"
}

# moves_to_gate TABLE [OPTION...]: a run whose rows of that table wait at the gate.
moves_to_gate() {
  close_gate $rules "$1"
  start_run migrate "$from" "$to" --jobs 1 --memory 64MiB --report "$(report_file)" "${@:2}"
  until_met "rows at the gate" at_gate $rules
}

status_of() { in_report ".tables[] | select(.source == \"$1\") | .status"; }
why_of() { in_report ".blockers[] | select(.object == \"$1\") | .message"; }

# What the ledger calls done is what the tables hold, table by table.
ledger_agrees() {
  local table rows
  while IFS='|' read -r table rows; do
    equals "$table $rows" "$table $(target_do $rules "SELECT count(*) FROM public.\"$table\"")"
  done < <(target_do $rules "
    SELECT target_table, coalesce(sum(row_count) FILTER (WHERE c.state = 'done'), 0)
    FROM crossgrade.run_table LEFT JOIN crossgrade.chunk c USING (table_id) GROUP BY 1")
  [ -n "$table" ] || [ "$(target_do $rules "SELECT count(*) FROM crossgrade.run_table")" -gt 0 ]
}

target_is_idle() {
  [ "$(target_do $rules "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name <> 'gate'")" = 0 ]
}
source_is_idle() {
  [ "$(source_do '' "SELECT count(*) FROM information_schema.processlist WHERE db = '$rules'")" = 0 ]
}
nothing_left_running() {
  within 20 "no session on the target" target_is_idle
  within 20 "no session on the source" source_is_idle
}

# The session of the source that is reading the rows of big.
reading_session() {
  source_do '' "SELECT id FROM information_schema.processlist WHERE db = '$rules' AND info LIKE 'SELECT%\`big\`%'"
}
is_reading() { [ -n "$(reading_session)" ]; }
kill_the_reader() {
  local id
  id=$(reading_session)
  [ -n "$id" ] && source_do '' "KILL $id"
}

@test "r2: a MyISAM table that is written to while another is copied fails: its rows are not those that were counted" {
  source_do $rules "CREATE TABLE counted (id INT PRIMARY KEY, flag TINYINT(1)) ENGINE=MyISAM;
    INSERT INTO counted VALUES (1, 0), (2, 1)"
  moves_to_gate big --include big --include counted
  source_do $rules "INSERT INTO counted VALUES (3, 1)"
  open_gate
  finish_run
  ended_with 1
  equals NOT_SAFE "$(in_report .verdict)"
  equals failed "$(status_of counted)"
  equals identical "$(status_of big)"
  says counted "3 rows were read" "COUNT(*)" "says 2" MyISAM
  ledger_agrees
}

@test "r4: the source is as it was: no new table, no changed row, nothing in its binary log" {
  state() {
    source_do '' "SELECT table_schema, table_name FROM information_schema.tables
      WHERE table_schema NOT IN ('information_schema', 'performance_schema') ORDER BY 1, 2"
    source_do $rules "CHECKSUM TABLE big, middle, small, tiny"
    source_do '' "SHOW MASTER STATUS" 2>/dev/null || source_do '' "SHOW BINARY LOG STATUS"
  }
  before=$(state)
  expect 0 migrate "$from" "$to" --report "$(report_file)"
  equals SAFE "$(in_report .verdict)"
  expect 0 verify "$from" "$to"
  equals "$before" "$(state)"
}

@test "r5: a column added to a table before its rows are read fails that table alone" {
  source_do $rules "CREATE TABLE planted (id INT PRIMARY KEY, v VARCHAR(10)); INSERT INTO planted VALUES (1, 'a'), (2, 'b')"
  moves_to_gate big
  source_do $rules "SET lock_wait_timeout = 10; ALTER TABLE planted ADD COLUMN late INT NOT NULL DEFAULT 7, ALGORITHM=INSTANT"
  open_gate
  finish_run
  ended_with 1
  equals NOT_SAFE "$(in_report .verdict)"
  equals failed "$(status_of planted)"
  [[ "$(why_of planted)" == *efinition* ]] || fail "$(why_of planted)"
  for table in big middle small tiny; do equals "$table identical" "$table $(status_of $table)"; done
}

# altering_waits: an ALTER of ours waits for the run's hold on the table.
altering_waits() {
  [ "$(source_do '' "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE big%' AND state LIKE 'Waiting for table metadata lock%'")" = 1 ]
}

@test "r5: an ALTER that waits for the reader does not hold the run up for ever, and loses nothing" {
  moves_to_gate big
  until_met "a reading session" is_reading
  source_do $rules "SET lock_wait_timeout = 100000; ALTER TABLE big ADD COLUMN late INT NOT NULL DEFAULT 7, ALGORITHM=INSTANT" 3>&- &
  helper=$!
  until_met "ALTER waits" altering_waits
  open_gate
  finish_run
  wait "$helper"
  source_do $rules "ALTER TABLE big DROP COLUMN late"
  ended_with 4
  [[ "$(status_of big)" =~ ^(failed|not_compared)$ ]] || fail "$(status_of big)"
  for table in middle small tiny; do equals "$table identical" "$table $(status_of $table)"; done
}

@test "r5: a table dropped before its rows are read fails that table alone, by name" {
  source_do $rules "CREATE TABLE planted (id INT PRIMARY KEY, v VARCHAR(10)); INSERT INTO planted VALUES (1, 'a')"
  moves_to_gate big
  source_do $rules "SET lock_wait_timeout = 10; DROP TABLE planted"
  open_gate
  finish_run
  ended_with 1
  equals failed "$(status_of planted)"
  [[ "$(why_of planted)" == *planted* ]] || fail "$(why_of planted)"
  for table in big middle small tiny; do equals "$table identical" "$table $(status_of $table)"; done
}

@test "r6: when a reader's session is killed its table fails, and a spare moves and verifies the others" {
  moves_to_gate big
  until_met "a reading session" kill_the_reader
  open_gate
  finish_run
  ended_with 4
  equals failed "$(status_of big)"
  [[ "$(in_report .verdict)" != SAFE* ]]
  says "spare"
  for table in middle small tiny; do equals "$table identical" "$table $(status_of $table)"; done
  ledger_agrees
}

@test "r15 r17: the ledger's chunks add up to the rows of each table, and to their digests" {
  expect 0 migrate "$from" "$to" --jobs 2 --report "$(report_file)"
  [ "$(target_do $rules "SELECT count(*) FROM crossgrade.chunk JOIN crossgrade.run_table USING (table_id) WHERE target_table = 'middle'")" -gt 1 ]
  equals 0 "$(target_do $rules "SELECT count(*) FROM crossgrade.chunk WHERE state <> 'done'")"
  equals 4 "$(target_do $rules "SELECT count(*) FROM crossgrade.run_table WHERE state = 'done'")"
  ledger_agrees
  equals 45004 "$(target_do $rules "SELECT sum(row_count) FROM crossgrade.chunk")"
  while IFS='|' read -r table digest; do
    equals "$table $digest" "$table $(/usr/bin/python3 -c 'import sys; print(int(sys.argv[1], 16))' \
      "$(in_report ".tables[] | select(.source == \"$table\") | .digest_source")")"
  done < <(target_do $rules "SELECT target_table, mod(sum(digest), 2::numeric ^ 128)::numeric(39)
    FROM crossgrade.chunk JOIN crossgrade.run_table USING (table_id) GROUP BY 1")
}

# plant_generated: a table with a stored and a virtual column.
plant_generated() {
  source_do $rules "CREATE TABLE planted (id INT PRIMARY KEY, a INT, kept INT AS (a * 2) STORED, shown VARCHAR(30) AS (CONCAT('no. ', a)) VIRTUAL);
    INSERT INTO planted (id, a) VALUES (1, 10), (2, 20), (3, NULL)"
}
planted_rows() { target_do $rules "SELECT id, a, kept, shown FROM planted ORDER BY id" | tr '\n' ' ' | sed 's/ $//'; }

@test "r18: generated columns are generated again, and one that computes otherwise is found" {
  plant_generated
  expect 0 migrate "$from" "$to" --include planted --report "$(report_file)"
  equals SAFE "$(in_report .verdict)"
  equals "1|10|20|no. 10 2|20|40|no. 20 3|||" "$(planted_rows)"
  expect 0 verify "$from" "$to" --include planted
  for wrong in "kept integer GENERATED ALWAYS AS (a * 2 + CASE WHEN id = 2 THEN 1 ELSE 0 END)" \
    "shown varchar(30) GENERATED ALWAYS AS ('no. ' || coalesce(a, 0))"; do
    target_do $rules "ALTER TABLE planted DROP COLUMN ${wrong%% *}, ADD COLUMN $wrong STORED"
    expect 1 verify "$from" "$to" --include planted --report "$(report_file)"
    equals different "$(status_of planted)"
    equals "generated_different planted.${wrong%% *}" "$(in_report '.blockers[] | .code + " " + .object')"
    target_do $rules "ALTER TABLE planted DROP COLUMN kept, DROP COLUMN shown, ADD COLUMN kept integer GENERATED ALWAYS AS (a * 2) STORED,
      ADD COLUMN shown varchar(30) GENERATED ALWAYS AS ('no. ' || a) STORED"
  done
  expect 0 verify "$from" "$to" --include planted
}

@test "r18: generated columns that a rule makes plain arrive with their values, and a wrong one is found" {
  plant_generated
  printf '%s\n' 'target: postgresql' 'rules:' '  - match: {table: planted, column: kept}' '    target: integer' \
    '    allow: [generated_to_plain]' '  - match: {table: planted, column: shown}' '    target: text' \
    '    allow: [generated_to_plain]' >"$BATS_TEST_TMPDIR/plain.yaml"
  expect 0 migrate "$from" "$to" --include planted --typemap "$BATS_TEST_TMPDIR/plain.yaml" --report "$(report_file)"
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals "1|10|20|no. 10 2|20|40|no. 20 3|||" "$(planted_rows)"
  expect 0 verify "$from" "$to" --include planted --accept generated_to_plain
  for damage in "kept = 41" "shown = 'no. 21'" "kept = NULL"; do
    target_do $rules "UPDATE planted SET $damage WHERE id = 2"
    expect 1 verify "$from" "$to" --include planted --accept generated_to_plain --report "$(report_file)"
    equals different "$(status_of planted)"
    target_do $rules "UPDATE planted SET kept = 40, shown = 'no. 20' WHERE id = 2"
  done
  expect 0 verify "$from" "$to" --include planted --accept generated_to_plain
}

# on_each_row TABLE BODY: what the target does to the table's rows on their way in.
on_each_row() {
  target_sql $rules <<SQL
CREATE SCHEMA gate;
CREATE FUNCTION gate.row() RETURNS trigger LANGUAGE plpgsql AS \$row\$ BEGIN $2 RETURN NEW; END \$row\$;
SQL
  on_creation $rules "$1" "CREATE TRIGGER meddler BEFORE INSERT ON public.$1 FOR EACH ROW EXECUTE FUNCTION gate.row();"
}

@test "r23: a value changed on its way in is found by the second reading, though all rows were counted and committed" {
  on_each_row small "IF NEW.id = 2 THEN NEW.v := 'tow'; END IF;"
  expect 1 migrate "$from" "$to" --exclude big --report "$(report_file)"
  equals NOT_SAFE "$(in_report .verdict)"
  equals different "$(status_of small)"
  equals 3 "$(in_report '.tables[] | select(.source == "small") | .rows_target')"
  equals "done" "$(target_do $rules "SELECT state FROM crossgrade.run_table WHERE target_table = 'small'")"
  equals identical "$(status_of middle)"
}

@test "r23: a row dropped on its way in never makes SAFE" {
  on_each_row small "IF NEW.id = 2 THEN RETURN NULL; END IF;"
  run "$CROSSGRADE" migrate "$from" "$to" --exclude big --report "$(report_file)"
  [ "$status" = 1 ] || fail "exit code $status" "$output"
  equals NOT_SAFE "$(in_report .verdict)"
  [[ "$(status_of small)" =~ ^(failed|different)$ ]] || fail "$(status_of small)"
  says small "2 rows"
  ledger_agrees
}

@test "r31: a unique key over case-insensitive text is named with its columns, and awaits acceptance" {
  source_do $rules "CREATE TABLE planted (id INT PRIMARY KEY, mail VARCHAR(50) COLLATE utf8mb4_general_ci, site VARBINARY(10), UNIQUE KEY by_mail (mail, site));
    INSERT INTO planted VALUES (1, 'Ann', 'x')"
  expect 2 migrate "$from" "$to" --include planted --report "$(report_file)"
  equals INCONCLUSIVE "$(in_report .verdict)"
  says unique_now_case_sensitive by_mail
  loss='.losses[] | select(.name == "unique_now_case_sensitive")'
  equals 1 "$(in_report "[$loss] | length")"
  [[ "$(in_report "$loss | tostring")" == *by_mail* ]]
  [[ "$(in_report "$loss | tostring")" == *mail* ]]
  expect 0 migrate "$from" "$to" --include planted --drop-existing --accept unique_now_case_sensitive --report "$(report_file)"
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals true "$(in_report "$loss | .accepted")"
}

@test "r32: what the data decided is written down, and repeated when the data is gone or different" {
  source_do $rules "CREATE TABLE planted (id INT PRIMARY KEY, flag TINYINT(1) NOT NULL DEFAULT 0, big BIGINT UNSIGNED);
    INSERT INTO planted VALUES (1, 1, 5), (2, 0, 6)"
  ddl() { "$CROSSGRADE" schema "$from" --include planted "$@" 2>"$BATS_TEST_TMPDIR/errors" || cat "$BATS_TEST_TMPDIR/errors"; }
  rehearsed=$(ddl)
  expect 0 migrate "$from" "$to" --include planted --write-map "$BATS_TEST_TMPDIR/map.yaml"
  [[ "$rehearsed" == *boolean* ]] || fail "$rehearsed"
  for change in "DELETE FROM planted" "INSERT INTO planted VALUES (1, 5, 18446744073709551615)"; do
    source_do $rules "$change"
    [ "$rehearsed" != "$(ddl)" ] || fail "the data decides nothing: $rehearsed"
    equals "$rehearsed" "$(ddl --typemap "$BATS_TEST_TMPDIR/map.yaml")"
  done
}

@test "source_moved: a row written anywhere on the source makes the run INCONCLUSIVE, as of a position, with both named" {
  moves_to_gate small
  source_do $other "INSERT INTO elsewhere VALUES (1)"
  open_gate
  finish_run
  ended_with 2
  equals INCONCLUSIVE "$(in_report .verdict)"
  equals yes "$(in_report .source_moved)"
  says source_moved "stop its writers"
  then=$(in_report .as_of)
  detail=$(in_report .source_moved_detail)
  [[ -n "$then" && "$detail" == "$then -> "?* && "$detail" != "$then -> $then" ]] || fail "$then / $detail"
  says "$then" "${detail#*-> }"
  for table in big middle small tiny; do equals "$table identical" "$table $(status_of $table)"; done
}

@test "source_moved: accepted, the same is SAFE_WITH_CONVERSIONS" {
  moves_to_gate small --accept source_moved
  source_do $other "INSERT INTO elsewhere VALUES (2)"
  open_gate
  finish_run
  ended_with 0
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals yes "$(in_report .source_moved)"
  all_tables_settled
}

@test "stop: SIGINT while the target holds a statement up ends at once with 5; ledger and rows agree" {
  moves_to_gate middle
  kill -INT "$tool"
  finish_run 20
  ended_with 5
  nothing_left_running
  equals stopped "$(target_do $rules "SELECT state FROM crossgrade.run")"
  equals 30000 "$(target_do $rules "SELECT count(*) FROM big")"
  equals 0 "$(target_do $rules "SELECT count(*) FROM middle")"
  ledger_agrees
}

@test "stop: SIGINT while the source's reader waits ends at once with 5; ledger and rows agree" {
  moves_to_gate big
  until_met "a reading session" is_reading
  kill -INT "$tool"
  finish_run 20
  ended_with 5
  nothing_left_running
  equals stopped "$(target_do $rules "SELECT state FROM crossgrade.run")"
  ledger_agrees
}

@test "stop: SIGKILL leaves a ledger that agrees with the rows, and nothing running" {
  moves_to_gate middle
  kill -KILL "$tool"
  finish_run 20
  ended_with 137
  open_gate # a backend that waits for a lock does not look after its client
  nothing_left_running
  equals running "$(target_do $rules "SELECT state FROM crossgrade.run")"
  equals 30000 "$(target_do $rules "SELECT count(*) FROM big")"
  equals 0 "$(target_do $rules "SELECT count(*) FROM middle")"
  ledger_agrees
}

@test "stop: a terminated backend of the target ends the run with 4 and its reason; ledger and rows agree" {
  moves_to_gate middle
  equals t "$(target_do $rules "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $gate_lock AND NOT granted")"
  finish_run 60
  ended_with 4
  says middle "terminating connection"
  nothing_left_running
  equals failed "$(target_do $rules "SELECT state FROM crossgrade.run")"
  ledger_agrees
}
