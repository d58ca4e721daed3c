#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# A small migration through every thread there is, for the ThreadSanitizer build: lanes, index workers, the verifier,
# an interrupt. A race shows as exit code 99.

load ../support/e2e

setup_file() { make_source cg_e2e_threads "$BATS_TEST_DIRNAME/../fixtures/hire.sql"; }

teardown_file() {
  drop_source cg_e2e_threads
  drop_target cg_e2e_threads
}

setup() { make_target cg_e2e_threads; }

@test "threads: several lanes, then verify, without a race" {
  expect 0 migrate "$(source_uri cg_e2e_threads)" "$(target_uri cg_e2e_threads)" --jobs 4 "${all_accepted[@]}"
  expect 0 verify "$(source_uri cg_e2e_threads)" "$(target_uri cg_e2e_threads)" --jobs 4 "${all_accepted[@]}"
}

@test "threads: a table that fails beside others, without a race" {
  source_do cg_e2e_threads "CREATE TABLE broken (id INT PRIMARY KEY, t VARCHAR(9)); INSERT INTO broken VALUES (1, CHAR(0))"
  run "$CROSSGRADE" migrate "$(source_uri cg_e2e_threads)" "$(target_uri cg_e2e_threads)" --jobs 4 "${all_accepted[@]}"
  source_do cg_e2e_threads "DROP TABLE broken"
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
}

@test "threads: a signal in the middle, without a race" {
  "$CROSSGRADE" migrate "$(source_uri cg_e2e_threads)" "$(target_uri cg_e2e_threads)" --jobs 4 "${all_accepted[@]}" \
    >"$BATS_TEST_TMPDIR/log" 2>&1 &
  tool=$!
  until [ "$(target_do cg_e2e_threads "SELECT to_regclass('crossgrade.run') IS NOT NULL")" = t ] || ! kill -0 "$tool" 2>/dev/null; do :; done
  kill -INT "$tool" 2>/dev/null || true
  code=0
  wait "$tool" || code=$?
  [ "$code" = 5 ] || [ "$code" = 0 ] || fail "exit code $code" "$(cat "$BATS_TEST_TMPDIR/log")"
}
