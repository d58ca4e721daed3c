#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Every way in which a move really loses something of the schema: crossgrade carries it, or names it as a loss; and when
# something else has lost it, on a copy of the target, `crossgrade verify` names the object and ends with 1. What it cannot
# tell from a choice awaits acceptance by its name.
#
# One migration, one copy, one comparison, as in wrong_ways.bats.

load ../support/e2e

ways=cg_e2e_wrong_schema

setup_file() {
  make_source "$ways" "$BATS_TEST_DIRNAME/../fixtures/wrong_ways_schema.sql"
  # MySQL with a binary log takes no function whose harmlessness nobody vouches for.
  source_do "$ways" "CREATE FUNCTION routine_missing (n INT) RETURNS BIGINT DETERMINISTIC NO SQL RETURN n + 1"
  make_target "$ways"
  "$CROSSGRADE" migrate "$(source_uri "$ways")" "$(target_uri "$ways")" "${all_accepted[@]}" \
    --report "$BATS_FILE_TMPDIR/moved.json" >"$BATS_FILE_TMPDIR/moved.log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/moved.code"
  make_target cg_e2e_wrong_schema_planted "$ways"
  target_sql cg_e2e_wrong_schema_planted <"$BATS_TEST_DIRNAME/../fixtures/wrong_ways_schema_planted.sql" >/dev/null
  # Nothing is accepted here: what awaits acceptance is named, too.
  "$CROSSGRADE" verify "$(source_uri "$ways")" "$(target_uri cg_e2e_wrong_schema_planted)" \
    --report "$BATS_FILE_TMPDIR/planted.json" >"$BATS_FILE_TMPDIR/planted.log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/planted.code"
}

teardown_file() {
  drop_source "$ways"
  drop_target "$ways"
  drop_target cg_e2e_wrong_schema_planted
}

# arrived EXPECTED SELECT: so it is on the target that crossgrade made, where the migration is proved to be complete.
arrived() {
  equals 0 "$(cat "$BATS_FILE_TMPDIR/moved.code")"
  equals "$1" "$(target_do "$ways" "$2")"
}

# caught KIND NAME STATE: the comparison with the planted copy ended with 1, and says so of that object; it said nothing
# of the kind about the copy that nobody touched.
caught() {
  equals 1 "$(cat "$BATS_FILE_TMPDIR/planted.code")"
  cp "$BATS_FILE_TMPDIR/planted.json" "$(report_file)"
  equals "$1 $2 $3" "$1 $2 $(in_report "[.objects[] | select(.kind == \"$1\" and .name == \"$2\") | .state] | unique | join(\",\")")"
  equals true "$(in_report "any(.blockers[]; .object == \"$1 $2\")")"
  equals 0 "$(jq "[.objects[] | select(.kind == \"$1\" and .name == \"$2\" and .state == \"$3\")] | length" "$BATS_FILE_TMPDIR/moved.json")"
}

# awaits NAME OBJECT: named as a loss that nobody has accepted.
awaits() {
  cp "$BATS_FILE_TMPDIR/planted.json" "$(report_file)"
  equals true "$(in_report "any(.reasons[]; test(\"^$1: .*$2\"))")"
}

@test "schema: what nobody touched needs no more than the migration did" {
  equals 0 "$(cat "$BATS_FILE_TMPDIR/moved.code")"
  expect 0 verify "$(source_uri "$ways")" "$(target_uri "$ways")" "${all_accepted[@]}" --quiet
}

@test "schema: sequence not past the maximum" {
  arrived 101 "SELECT nextval(pg_get_serial_sequence('sequence_behind', 'id'))"
  caught identity sequence_behind.id changed
}
@test "schema: default lost" {
  arrived "7|it's|6162" "INSERT INTO default_lost (id) VALUES (9); SELECT n, t, encode(b, 'hex') FROM default_lost WHERE id = 9"
  target_do "$ways" "DELETE FROM default_lost WHERE id = 9"
  caught default default_lost.n missing
  caught default default_lost.t changed
  caught default default_lost.b missing
}
@test "schema: ON UPDATE lost" {
  arrived t "BEGIN; UPDATE on_update_lost SET v = 2; SELECT changed > '2021-01-01' FROM on_update_lost; ROLLBACK"
  caught trigger "on_update_lost.ON UPDATE of changed" missing
}
@test "schema: NOT NULL lost" {
  arrived t "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'not_null_lost'::regclass AND attname = 'v'"
  caught column not_null_lost.v changed
}
@test "schema: index lost" {
  arrived 4 "SELECT count(*) FROM pg_index WHERE indrelid = 'index_lost'::regclass"
  caught index index_lost.plain_index missing
  caught index index_lost.prefix_index missing
  caught unique index_lost.unique_index missing
}
@test "schema: CHECK lost" {
  run target_do "$ways" "INSERT INTO check_lost VALUES (1, 0)"
  [ "$status" != 0 ]
  caught check check_lost.v_is_positive missing
}
@test "schema: CHECK left NOT VALID" {
  arrived t "SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
  caught check check_not_valid.v_is_small changed
}
@test "schema: CHECK with another meaning" {
  run target_do "$ways" "INSERT INTO check_changed VALUES (1, 10)"
  [ "$status" != 0 ]
  caught check check_changed.v_is_between changed
}
@test "schema: foreign key lost, left NOT VALID or with other actions" {
  arrived "3|t" "SELECT count(*), bool_and(convalidated) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
  arrived "c|c" "SELECT confdeltype, confupdtype FROM pg_constraint WHERE conname = 'fk_actions'"
  caught "foreign key" key_lost.fk_lost missing
  caught "foreign key" key_not_valid.fk_not_valid changed
  caught "foreign key" key_actions.fk_actions changed
}
@test "schema: generated column made plain" {
  arrived s "SELECT attgenerated FROM pg_attribute WHERE attrelid = 'made_plain'::regclass AND attname = 'total'"
  awaits generated_to_plain made_plain.total
}
@test "schema: invisible column skipped" {
  arrived "10|100" "SELECT hidden, seen FROM invisible_skipped"
  caught column invisible_skipped.hidden missing
}
@test "schema: collation or case semantics changed" {
  arrived "A,a" "SELECT string_agg(v, ',' ORDER BY v COLLATE \"C\") FROM case_matters"
  caught column case_ignored.v changed
}
@test "schema: view missing" {
  target_do "$ways" "SELECT id, v FROM view_missing"
  caught view view_missing missing
}
@test "schema: trigger, routine missing" {
  awaits trigger_not_carried with_trigger.trigger_missing
  awaits routine_not_carried routine_missing
  equals "not_carried,not_carried" "$(in_report '[.objects[] | select(.kind == "trigger" or .kind == "routine") | select(.name | test("_missing$")) | .state] | join(",")')"
  in_report '.objects[] | select(.kind == "trigger" and .name == "with_trigger.trigger_missing") | .sql' | grep -F "NEW.v + 1"
}
@test "schema: partition missing" {
  arrived "p0,p1,p2" "SELECT string_agg(right(inhrelid::regclass::text, 2), ',' ORDER BY inhrelid) FROM pg_inherits WHERE inhparent = 'partition_missing'::regclass"
  arrived "1,25" "SELECT string_agg(id::text, ',' ORDER BY id) FROM partition_missing"
  target_do "$ways" "BEGIN; INSERT INTO partition_missing VALUES (15, 3), (99, 4); ROLLBACK"
  caught partition partition_missing changed
}
@test "schema: identifiers folded" {
  arrived "1|x" "SELECT \"Id\", \"UserName\" FROM \"FoldedName\""
  arrived "2|y" "SELECT \"Id\", \"UserName\" FROM foldedname"
  caught column FoldedName.UserName missing
  caught column FoldedName.username extra
}
@test "schema: identifiers clashing at 63 bytes" {
  arrived "2|t" "SELECT count(*), bool_and(length(relname::text) <= 63) FROM pg_class WHERE relname LIKE 'clashing_name%' AND relkind = 'r'"
  cp "$BATS_FILE_TMPDIR/planted.json" "$(report_file)"
  equals 1 "$(in_report '[.objects[] | select(.kind == "table" and .state == "missing" and (.name | test("^clashing_name")))] | length')"
  equals 1 "$(in_report '[.blockers[] | select(.object | test("^table clashing_name"))] | length')"
}
# What an upgrade of the target leaves behind; two PostgreSQL servers side by side have their tests where they are compared.
@test "schema: after a version upgrade: indexes on changed collations" {
  caught index upgraded.outdated_index changed
  [[ "$(in_report '.blockers[] | select(.object == "index upgraded.outdated_index") | .message')" == *"version 1.0"*"REFRESH VERSION"* ]]
}
@test "schema: after a version upgrade: extension versions" {
  caught extension citext changed
  [[ "$(in_report '.blockers[] | select(.object == "extension citext") | .message')" == *"version 0.9 is installed"*"UPDATE"* ]]
}
@test "schema: after a version upgrade: large objects" {
  cp "$BATS_FILE_TMPDIR/planted.json" "$(report_file)"
  equals "2 extra" "$(in_report '.objects[] | select(.kind == "large objects") | .name + " " + .state')"
}
@test "schema: after a version upgrade: unlogged tables" {
  arrived p "SELECT relpersistence FROM pg_class WHERE relname = 'unlogged_left'"
  caught table unlogged_left changed
}
@test "schema: after a version upgrade: identity and sequence state" {
  arrived 8 "BEGIN; INSERT INTO identity_lost DEFAULT VALUES RETURNING id; ROLLBACK"
  caught identity identity_lost.id missing
}
