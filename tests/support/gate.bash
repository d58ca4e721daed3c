# shellcheck shell=bash
# A gate on the target that holds the load of one table until the test lets it pass, so that a test meets a run in its
# middle without waiting for time. An event trigger gives the table, as soon as the run makes it, a statement trigger
# that takes and gives back an advisory lock in shared mode; a psql of ours holds that lock. Needs e2e.bash.

gate_lock=4711

# on_creation DATABASE TABLE SQL: the target runs SQL as soon as a run makes the table. Needs the schema gate.
on_creation() {
  target_sql "$1" <<SQL
CREATE FUNCTION gate.created() RETURNS event_trigger LANGUAGE plpgsql AS \$created\$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.$2') THEN
    $3
  END IF;
END \$created\$;
CREATE EVENT TRIGGER gate ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION gate.created();
SQL
}

# close_gate DATABASE TABLE: from now on the table's rows do not get past here.
close_gate() {
  local answer
  target_sql "$1" <<SQL
CREATE SCHEMA gate;
CREATE FUNCTION gate.pass() RETURNS trigger LANGUAGE plpgsql AS \$pass\$
BEGIN
  PERFORM pg_advisory_lock_shared($gate_lock), pg_advisory_unlock_shared($gate_lock);
  RETURN NULL;
END \$pass\$;
SQL
  on_creation "$1" "$2" "CREATE TRIGGER gate BEFORE INSERT ON public.$2 EXECUTE FUNCTION gate.pass();"
  coproc GATE { PGAPPNAME=gate exec psql -X -q -A -t -d "$(target_uri "$1")" 3>&- 2>&1; }
  gate_process=$GATE_PID
  printf 'SELECT pg_advisory_lock(%s);\n\\echo closed\n' "$gate_lock" >&"${GATE[1]}"
  until [ "${answer:-}" = closed ]; do
    read -r answer <&"${GATE[0]}" || fail "the gate's session ended: ${answer:-}"
  done
}

open_gate() {
  [ -n "${gate_process:-}" ] || return 0
  printf '\\q\n' >&"${GATE[1]}"
  wait "$gate_process" || true
  gate_process=''
}

# at_gate DATABASE: a session waits there.
at_gate() {
  [ "$(target_do "$1" "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $gate_lock AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" -gt 0 ]
}

# start_run ARGUMENT...: crossgrade in the background; its output goes to a file.
start_run() {
  "$CROSSGRADE" "$@" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  tool=$!
}

# finish_run [SECONDS]: waits for its end; its exit code is in $code, its output in $output. It is a bug, not slowness,
# that makes it last longer than the limit.
# shellcheck disable=SC2120 # suites give the limit
finish_run() {
  code=0
  timeout "${1:-120}" tail --pid="$tool" -f /dev/null 3>&- || {
    kill -KILL "$tool"
    output=$(cat "$BATS_TEST_TMPDIR/log")
    fail "it does not end" "$output"
  }
  wait "$tool" || code=$?
  tool=''
  output=$(cat "$BATS_TEST_TMPDIR/log")
}

# ended_with CODE: after finish_run.
ended_with() { [ "$code" = "$1" ] || fail "exit code $code instead of $1" "$output"; }

# until_met WHAT COMMAND...: asks as long as the tool lives; fails when it ended without the command ever being true.
until_met() {
  until "${@:2}"; do
    kill -0 "$tool" 2>/dev/null || {
      finish_run 120
      fail "$1: never met; exit code $code" "$output"
    }
  done
}

# within SECONDS WHAT COMMAND...: asks until the command is true.
within() {
  local end=$((SECONDS + $1))
  until "${@:3}"; do
    [ "$SECONDS" -lt "$end" ] || fail "$2: not within $1 seconds"
  done
}

# Whatever a test left running; for teardown.
stop_run() {
  open_gate
  [ -z "${tool:-}" ] || {
    kill -KILL "$tool" 2>/dev/null || true
    wait "$tool" 2>/dev/null || true
  }
  tool=''
}
