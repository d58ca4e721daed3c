#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Rows that break a foreign key (R31): reported with their keys, taken out of the target only when asked, told from rows
# that are equal to their parent by collation, and accounted for to the last digest.

load ../support/e2e

db=cg_e2e_orphans
keys_accepted=(--accept fk_equal_by_collation --accept unique_now_case_sensitive)

setup_file() {
  make_source $db "$BATS_TEST_DIRNAME/../fixtures/orphans.sql"
  for mode in report delete; do
    make_target ${db}_$mode
    "$CROSSGRADE" migrate "$(source_uri $db)" "$(target_uri ${db}_$mode)" "${keys_accepted[@]}" \
      --accept orphan_deleted --orphans $mode --report "$BATS_FILE_TMPDIR/$mode.json" \
      >"$BATS_FILE_TMPDIR/$mode.log" 2>&1 && code=0 || code=$?
    echo "$code" >"$BATS_FILE_TMPDIR/$mode.code"
  done
}

teardown_file() {
  drop_source $db
  for mode in report delete; do drop_target ${db}_$mode; done
}

setup() { to=${db}_$BATS_TEST_NUMBER; }
teardown() { drop_target "$to"; }

# use MODE: the assertions read that migration's report.
use() {
  ln -sf "$BATS_FILE_TMPDIR/$1.json" "$(report_file)"
  output=$(cat "$BATS_FILE_TMPDIR/$1.log")
}
blocker() { in_report ".blockers[] | select(.object == \"foreign key $1\") | .$2"; }
deleted() { in_report ".tables[] | select(.source == \"$1\") | .conversions[] | select(.name == \"orphan_deleted\") | .$2"; }
# rows TABLE QUERY: is the target's table as the query on the source tells it?
rows() { equals "$(source_do $db "SELECT GROUP_CONCAT(id ORDER BY id) FROM $2")" "$(target_do "$1" "SELECT string_agg(id::text, ',' ORDER BY id) FROM $3")"; }

@test "r31: by default orphans are reported with their keys and nothing is touched" {
  use report
  equals 1 "$(cat "$BATS_FILE_TMPDIR/report.code")"
  equals NOT_SAFE "$(in_report .verdict)"
  equals orphans "$(blocker child.child_parent code)"
  [[ "$(blocker child.child_parent message)" == *"2 rows of child without a parent in parent: id=4 (parent_id=98), id=5 (parent_id=99)"* ]]
  [[ "$(blocker visit.visit_place message)" == *"1 row of visit without a parent in place: id=4 (region='de', code=7)"* ]]
  [[ "$(blocker child.child_parent action)" == *"--orphans delete --accept orphan_deleted:child"*"--orphans null --accept orphan_nulled:child"* ]]
  for table in child grandchild node team player visit person trip; do rows ${db}_report $table $table; done
  all_tables_settled
}

@test "r31: a constraint that rows break stays NOT VALID, one that none breaks is valid" {
  use report
  equals "child_parent node_up person_land team_captain trip_land visit_place" "$(target_do ${db}_report "
    SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated")"
  equals "grandchild_child player_team sound_parent" "$(target_do ${db}_report "
    SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint
    WHERE contype = 'f' AND convalidated AND connamespace = 'public'::regnamespace")"
  equals changed "$(in_report '.objects[] | select(.kind == "foreign key" and .name == "child.child_parent") | .state')"
}

@test "r31: children that only the collation calls equal are no orphans" {
  use report
  [[ "$(blocker person.person_land message)" == *"1 row of person without a parent in land: id=6 (land='zz')"* ]]
  [[ "$(blocker person.person_land message)" == *"3 rows of person equal only by the source's collation to rows of land: id=2 (land='abc'), id=3 (land='abc '), id=7 (land='DE')"* ]]
  equals "" "$(blocker trip.trip_land code)"
  equals mapped "$(in_report '.objects[] | select(.kind == "foreign key" and .name == "trip.trip_land") | .state')"
  equals trip.trip_land "$(in_report '.losses[] | select(.name == "fk_equal_by_collation") | .object')"
}

@test "r31: a key that fails by collation only awaits acceptance, and then checks new rows" {
  make_target "$to"
  expect 2 migrate "$(source_uri $db)" "$(target_uri "$to")" --include land --include trip \
    --accept unique_now_case_sensitive --report "$(report_file)"
  equals INCONCLUSIVE "$(in_report .verdict)"
  equals true "$(in_report '[.reasons[] | test("fk_equal_by_collation.*accept with --accept fk_equal_by_collation")] | any')"
  equals true "$(in_report '[.losses[] | select(.name == "fk_equal_by_collation") | .reason | test("NOT VALID")] | all')"
  expect 0 migrate "$(source_uri $db)" "$(target_uri "$to")" --include land --include trip --drop-existing \
    "${keys_accepted[@]}"
  run target_do "$to" "INSERT INTO trip VALUES (9, 'abc')"
  [[ "$output" == *trip_land* ]]
  target_do "$to" "INSERT INTO trip VALUES (9, 'ABC')"
}

@test "r31: --orphans delete takes out orphans, their children, chains and circles, and nothing else" {
  use delete
  equals 0 "$(cat "$BATS_FILE_TMPDIR/delete.code")"
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  equals 2 "$(deleted child count)"
  equals "id=4 (parent_id=98),id=5 (parent_id=99)" "$(deleted child 'sample_keys | join(",")')"
  equals 2 "$(deleted grandchild count)"
  equals 4 "$(deleted node count)"
  equals 2 "$(deleted team count)"
  equals 1 "$(deleted player count)"
  equals 1 "$(deleted visit count)"
  equals 1 "$(deleted person count)"
  rows ${db}_delete "child WHERE id NOT IN (4, 5)" child
  rows ${db}_delete "grandchild WHERE child_id NOT IN (4, 5)" grandchild
  rows ${db}_delete "node WHERE id < 20" node
  rows ${db}_delete "team WHERE id NOT IN (2, 4)" team
  rows ${db}_delete "player WHERE id <> 5" player
  rows ${db}_delete "visit WHERE id <> 4" visit
  rows ${db}_delete "person WHERE id <> 6" person
  rows ${db}_delete trip trip
  rows ${db}_delete sound sound
}

@test "r31: after --orphans delete the keys are valid, but for those that fail by collation" {
  use delete
  equals "person_land trip_land" "$(target_do ${db}_delete "
    SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated")"
}

@test "r31: what was deleted accounts for the difference of the digests, to the last bit" {
  use delete
  equals converted "$(in_report '.tables[] | select(.source == "child") | .status')"
  equals identical "$(in_report '.tables[] | select(.source == "sound") | .status')"
  /usr/bin/python3 - "$(report_file)" <<'PYTHON'
import json, sys
changed = 0
for table in json.load(open(sys.argv[1], encoding="utf-8"))["tables"]:
    n = {k: int(table["digest_" + k] or "0", 16) for k in ("source", "target", "removed", "added")}
    assert (n["target"] + n["removed"] - n["source"] - n["added"]) % 2**128 == 0, table["source"]
    assert table["rows_changed"] == (n["source"] != n["target"]), table["source"]
    gone = sum(c["count"] for c in table["conversions"] if c["name"] == "orphan_deleted")
    assert table["rows_target"] + gone == table["rows_source"], table["source"]
    changed += table["rows_changed"]
assert changed == 7, changed
PYTHON
  report_follows_schema
}

@test "r31: the ledger keeps what was deleted, with the digest of the rows as they had arrived" {
  use delete
  equals "$(in_report '.tables[] | select(.source == "node") | .digest_removed')" "$(target_do ${db}_delete "
    SELECT mod(sum(digest_before), 2::numeric ^ 128) FROM crossgrade.orphans JOIN crossgrade.run_table USING (table_id)
    WHERE source_table = 'node'" | /usr/bin/python3 -c 'print("%032x" % int(input().partition(".")[0]))')"
  equals 4 "$(target_do ${db}_delete "SELECT sum(row_count) FROM crossgrade.orphans JOIN crossgrade.run_table
    USING (table_id) WHERE source_table = 'node' AND action = 'delete'")"
}

@test "r31: without acceptance deleted rows leave the verdict open" {
  make_target "$to"
  expect 2 migrate "$(source_uri $db)" "$(target_uri "$to")" --include parent --include child --orphans delete \
    --report "$(report_file)"
  equals INCONCLUSIVE "$(in_report .verdict)"
  equals "orphan_deleted: 2 rows in child.parent_id; accept with --accept orphan_deleted:child.parent_id" \
    "$(in_report '.reasons[1]')"
}

@test "r31: an acceptance covers no more rows than it says" {
  make_target "$to"
  expect 2 migrate "$(source_uri $db)" "$(target_uri "$to")" --include parent --include child --orphans delete \
    --accept 'orphan_deleted<=1'
  says "accepted up to 1" "found 2"
}

@test "r31: --orphans null makes the references NULL and changes nothing else" {
  make_target "$to"
  expect 0 migrate "$(source_uri $db)" "$(target_uri "$to")" --exclude grandchild --orphans null \
    --accept orphan_nulled "${keys_accepted[@]}" --report "$(report_file)"
  equals "4:NULL 5:NULL" "$(target_do "$to" "SELECT string_agg(id || ':' || coalesce(parent_id::text, 'NULL'), ' ' ORDER BY id)
    FROM child WHERE note = 'orphan'")"
  equals "4:NULL:NULL" "$(target_do "$to" "SELECT concat_ws(':', id, coalesce(region, 'NULL'), coalesce(code::text, 'NULL')) FROM visit WHERE id = 4")"
  equals "NULL 20 21 22" "$(target_do "$to" "SELECT string_agg(coalesce(up_id::text, 'NULL'), ' ' ORDER BY id) FROM node WHERE id >= 20")"
  equals 5 "$(in_report '[.tables[] | select(.status == "converted")] | length')"
  source_do $db "CREATE TABLE copy_of_child AS SELECT id, IF(parent_id > 90, NULL, parent_id) parent_id, note, seen FROM child"
  equals "$(source_do $db "SELECT * FROM copy_of_child ORDER BY id" | tr '\t' '|' | sed 's/NULL//g')" \
    "$(target_do "$to" "SELECT id, parent_id, note, to_char(seen, 'YYYY-MM-DD HH24:MI:SS.MS') FROM child ORDER BY id")"
  source_do $db "DROP TABLE copy_of_child"
}

@test "r31: --orphans null refuses a column that takes no NULL before anything is made" {
  make_target "$to"
  source_do $db "CREATE TABLE strict_child (id INT PRIMARY KEY, parent_id INT NOT NULL,
    CONSTRAINT strict_parent FOREIGN KEY (parent_id) REFERENCES parent (id));
    SET foreign_key_checks = 0; INSERT INTO strict_child VALUES (1, 1), (2, 55)"
  run "$CROSSGRADE" migrate "$(source_uri $db)" "$(target_uri "$to")" --orphans null
  source_do $db "DROP TABLE strict_child"
  equals 3 "$status"
  says strict_child strict_parent parent_id "takes no NULL" "--orphans delete"
  equals 0 "$(target_do "$to" "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
}

@test "r31: when the parents could not be moved no child is taken for an orphan" {
  make_target "$to"
  source_do $db "CREATE TABLE bad_parent (id INT PRIMARY KEY, v VARCHAR(10)) ENGINE=InnoDB;
    CREATE TABLE bad_child (id INT PRIMARY KEY, parent_id INT,
      CONSTRAINT bad_key FOREIGN KEY (parent_id) REFERENCES bad_parent (id));
    INSERT INTO bad_parent VALUES (1, 'x\0y'); INSERT INTO bad_child VALUES (1, 1), (2, 1)"
  run "$CROSSGRADE" migrate "$(source_uri $db)" "$(target_uri "$to")" --include 'bad_*' --orphans delete \
    --accept orphan_deleted --report "$(report_file)"
  source_do $db "DROP TABLE bad_child; DROP TABLE bad_parent"
  equals 1 "$status"
  equals 2 "$(target_do "$to" "SELECT count(*) FROM bad_child")"
  equals identical "$(in_report '.tables[] | select(.source == "bad_child") | .status')"
  equals "not made, because the table that it refers to failed" \
    "$(in_report '.objects[] | select(.kind == "foreign key") | .error')"
}

@test "r31: columns that the target computes, and rows without a key that are there twice, are accounted for too" {
  make_target "$to"
  source_do $db "CREATE TABLE made_child (id INT PRIMARY KEY, parent_id INT, twice INT AS (parent_id * 2) STORED,
      CONSTRAINT made_parent FOREIGN KEY (parent_id) REFERENCES parent (id));
    CREATE TABLE keyless (a INT, parent_id INT, twice INT AS (a * 2) STORED,
      CONSTRAINT keyless_parent FOREIGN KEY (parent_id) REFERENCES parent (id));
    SET foreign_key_checks = 0; INSERT INTO made_child (id, parent_id) VALUES (1, 1), (2, 77), (3, NULL);
    INSERT INTO keyless (a, parent_id) VALUES (1, 1), (2, 77), (2, 77), (3, 1)"
  scope=(--include parent --include made_child --include keyless --report "$(report_file)")
  run "$CROSSGRADE" migrate "$(source_uri $db)" "$(target_uri "$to")" "${scope[@]}" --orphans null --accept orphan_nulled
  nulled=$status left=$(target_do "$to" "SELECT count(*) FROM keyless WHERE parent_id IS NULL AND twice = 4")
  computed=$(target_do "$to" "SELECT twice IS NULL FROM made_child WHERE id = 2")
  generated=$(in_report '[.tables[].generated[]] | length')
  run "$CROSSGRADE" migrate "$(source_uri $db)" "$(target_uri "$to")" "${scope[@]}" --drop-existing --orphans delete \
    --accept orphan_deleted
  source_do $db "DROP TABLE made_child, keyless"
  equals "0 2 t 2" "$nulled $left $computed $generated"
  equals 0 "$status"
  equals "1 3" "$(target_do "$to" "SELECT string_agg(a::text, ' ' ORDER BY a) FROM keyless")"
  equals 2 "$(in_report '[.tables[] | select(.status == "converted")] | length')"
}

@test "r31: a row whose parent only the target lacks is no orphan, and its key is left alone" {
  make_target "$to"
  expect 1 migrate "$(source_uri $db)" "$(target_uri "$to")" --include parent --include child --where 'parent=id <> 2' \
    --orphans delete --accept orphan_deleted --report "$(report_file)"
  rows "$to" child child
  [[ "$(blocker child.child_parent message)" == *"1 row of child whose parent the source has, but the target not, in parent: id=2 (parent_id=2)"* ]]
}

@test "r31: the source keeps its orphans" {
  equals 2 "$(source_do $db "SELECT COUNT(*) FROM child WHERE parent_id > 90")"
}
