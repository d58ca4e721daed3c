#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# --collation (R31): what case-insensitive text becomes, what its keys still mean, and what is told of the rest.

load ../support/e2e

db=cg_e2e_collations
accepted=(--accept unique_now_case_sensitive)

setup_file() {
  make_source $db "$BATS_TEST_DIRNAME/../fixtures/collations.sql"
  as_ci=utf8mb4_0900_as_ci
  [ "$CG_SOURCE_NAME" = mysql ] || as_ci=utf8mb4_uca1400_nopad_as_ci
  source_do $db "CREATE TABLE strict (v VARCHAR(10) COLLATE $as_ci PRIMARY KEY);
    SET NAMES utf8mb4; INSERT INTO strict VALUES ('Aa'), ('Aä')"
  for mode in plain icu citext; do
    make_target ${db}_$mode
    [ $mode != citext ] || target_do ${db}_$mode "CREATE EXTENSION citext"
    "$CROSSGRADE" migrate "$(source_uri $db)" "$(target_uri ${db}_$mode)" "${accepted[@]}" --exclude street \
      --collation $mode --report "$BATS_FILE_TMPDIR/$mode.json" >"$BATS_FILE_TMPDIR/$mode.log" 2>&1 && code=0 || code=$?
    echo "$code" >"$BATS_FILE_TMPDIR/$mode.code"
  done
}

teardown_file() {
  drop_source $db
  for mode in plain icu citext; do drop_target ${db}_$mode; done
}

setup() { to=${db}_$BATS_TEST_NUMBER; }
teardown() { drop_target "$to"; }

# use MODE: the assertions read that migration's report.
use() {
  ln -sf "$BATS_FILE_TMPDIR/$1.json" "$(report_file)"
  output=$(cat "$BATS_FILE_TMPDIR/$1.log")
}
ask() { target_do "${db}_$1" "$2"; }
# refused MODE CONSTRAINT SQL
refused() {
  run target_do "${db}_$1" "BEGIN; $3; ROLLBACK"
  [[ "$output" == *"$2"* ]] || fail "not refused by $2: $3" "$output"
}
taken() { target_do "${db}_$1" "BEGIN; $2; ROLLBACK"; }
remains() { in_report ".losses[] | select(.object == \"$1\") | .reason"; }

@test "r31: plain text: each unique key that admits more is named, other indexes and columns are notes" {
  use plain
  equals 2 "$(cat "$BATS_FILE_TMPDIR/plain.code")" # trip_land awaits fk_equal_by_collation
  [[ "$(remains account.account_login)" == *"only in case, accents or trailing spaces were equal there"* ]]
  [[ "$(remains word.exact)" == *"only in case or trailing spaces"* ]]
  [[ "$(remains strict.PRIMARY)" == *"only in case were"* ]]
  equals true "$(in_report '[.notes[] | select(.object == "index account.account_email" and (.text | test("email \\(utf8mb4_unicode_ci\\)")))] | length == 1')"
  equals false "$(in_report '[.notes[].object | test("account_size")] | any')"
  equals true "$(in_report '[.notes[] | select((.object | test("^[0-9]+ columns of [0-9]+ tables$")) and (.text | test("--collation icu")))] | length == 1')"
  report_follows_schema
}

@test "r31: plain text tells case apart" {
  equals "" "$(ask plain "SELECT id FROM account WHERE login = 'ANNA'")"
  equals f "$(ask plain "SELECT convalidated FROM pg_constraint WHERE conname = 'trip_land'")"
}

@test "r31: icu: searches, unique keys and foreign keys keep their meaning" {
  use icu
  equals 0 "$(cat "$BATS_FILE_TMPDIR/icu.code")"
  equals 1 "$(ask icu "SELECT id FROM account WHERE login = 'ANNA'")"
  equals 3 "$(ask icu "SELECT id FROM account WHERE login = 'emile'")"
  equals 1,4 "$(ask icu "SELECT string_agg(id::text, ',' ORDER BY id) FROM account WHERE email = 'ANNA@example.ORG'")"
  refused icu account_login "INSERT INTO account VALUES (9, 'ÁNNA', NULL, NULL, NULL, 1)"
  equals t "$(ask icu "SELECT convalidated FROM pg_constraint WHERE conname = 'trip_land'")"
  taken icu "INSERT INTO trip VALUES (9, 'aBc')"
  refused icu trip_land "INSERT INTO trip VALUES (9, 'abd')"
  values_agree $db ${db}_icu account word land trip strict
}

@test "r31: icu: letters of a language, and accents that are told apart, stay apart" {
  equals "å" "$(ask icu "SELECT word FROM word WHERE word = 'Å'")"
  equals "sv_ai_ci und_as_ci" "$(ask icu "SELECT string_agg(collname, ' ' ORDER BY attname DESC) FROM pg_attribute a
    JOIN pg_collation c ON c.oid = attcollation WHERE attrelid = 'word'::regclass")"
  taken icu "INSERT INTO strict VALUES ('Aå')"
  refused icu strict_pkey "INSERT INTO strict VALUES ('AÄ')"
}

@test "r31: icu: nothing is lost but trailing blanks, and what such text cannot do is told" {
  use icu
  [[ "$(remains account.account_login)" == *"only in trailing spaces were equal"* ]]
  equals "" "$(remains strict.PRIMARY)"
  equals "" "$(in_report '.losses[] | select(.name == "fk_equal_by_collation") | .object')"
  equals true "$(in_report '[.notes[].text | test("egular expressions")] | any')"
  equals "" "$(in_report '.objects[] | select(.state == "changed" or .state == "missing") | .name')"
  report_follows_schema
}

@test "r31: icu: verify finds the same, and nothing to complain of" {
  expect 0 verify "$(source_uri $db)" "$(target_uri ${db}_icu)" --exclude street "${accepted[@]}" --report "$(report_file)"
  [[ "$(remains account.account_login)" == *"only in trailing spaces were equal"* ]]
}

@test "r31: icu: prefix, several-column, fulltext and bytewise columns are what they were" {
  equals "" "$(ask icu "SELECT id FROM account WHERE secret = 'AA'")"
  equals 1,2 "$(ask icu "SELECT string_agg(id::text, ',' ORDER BY id) FROM account
    WHERE to_tsvector('simple', coalesce(bio::text, '')) @@ to_tsquery('simple', 'likes | like')")"
  equals 1,2 "$(ask icu "SELECT string_agg(id::text, ',' ORDER BY id) FROM account WHERE \"left\"(bio, 4) = 'like'")"
  equals Neu "$(ask icu "BEGIN; INSERT INTO account (id) VALUES (77) RETURNING login; ROLLBACK")"
}

@test "r31: a unique key that ICU breaks is a blocker with its rows, and everything else arrives" {
  make_target "$to"
  expect 1 migrate "$(source_uri $db)" "$(target_uri "$to")" --collation icu "${accepted[@]}" --report "$(report_file)"
  equals 1 "$(in_report '.blockers | length')"
  equals unique_broken "$(in_report '.blockers[0].code')"
  equals "unique street.street_name" "$(in_report '.blockers[0].object')"
  equals "rows are equal by it: id=1 (name='Strasse') = id=2 (name='Straße')" "$(in_report '.blockers[0].message')"
  [[ "$(in_report '.blockers[0].action')" == *"--map-column 'street.name=varchar(20)'" ]]
  all_tables_settled
  equals 3 "$(target_do "$to" "SELECT count(*) FROM street")"
  expect 0 migrate "$(source_uri $db)" "$(target_uri "$to")" --collation icu "${accepted[@]}" --drop-existing \
    --map-column 'street.name=varchar(20)'
}

@test "r31: icu: a collation of that name that does something else is refused before anything is made" {
  make_target "$to"
  target_do "$to" "CREATE COLLATION und_ai_ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
  expect 3 migrate "$(source_uri $db)" "$(target_uri "$to")" --collation icu
  says "collation und_ai_ci is there" "und-u-ks-level1"
  equals 0 "$(target_do "$to" "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
}

@test "r31: the DDL of --collation icu is what psql takes" {
  make_target "$to"
  run --separate-stderr "$CROSSGRADE" schema "$(source_uri $db)" "$(target_uri "$to")" --collation icu
  equals 0 "$status"
  target_sql "$to" <<<"$output"
  equals t "$(target_do "$to" "SELECT NOT collisdeterministic FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation
    WHERE attrelid = 'account'::regclass AND attname = 'login'")"
}

@test "r31: citext is refused with the statement that is missing" {
  make_target "$to"
  expect 3 migrate "$(source_uri $db)" "$(target_uri "$to")" --collation citext
  says "CREATE EXTENSION citext"
}

@test "r31: citext: case is ignored in searches, unique keys, prefixes and foreign keys; accents are told" {
  use citext
  equals 0 "$(cat "$BATS_FILE_TMPDIR/citext.code")"
  equals 1 "$(ask citext "SELECT id FROM account WHERE login = 'ANNA'")"
  equals "" "$(ask citext "SELECT id FROM account WHERE login = 'emile'")"
  refused citext account_login "INSERT INTO account VALUES (9, 'ANNA', NULL, NULL, NULL, 1)"
  equals t "$(ask citext "SELECT convalidated FROM pg_constraint WHERE conname = 'trip_land'")"
  taken citext "INSERT INTO trip VALUES (9, 'aBc')"
  equals t "$(ask citext "SELECT pg_get_indexdef('account_bio'::regclass) LIKE '%::citext%'")"
  [[ "$(remains account.account_login)" == *"only in accents or trailing spaces"* ]]
  values_agree $db ${db}_citext account word land trip strict
  equals "" "$(in_report '.objects[] | select(.state == "changed" or .state == "missing") | .name')"
}

@test "r31: citext: the length of a column is still its limit" {
  taken citext "INSERT INTO account (id, login) VALUES (9, repeat('ä', 20))"
  refused citext account_login_check "INSERT INTO account (id, login) VALUES (9, repeat('ä', 21))"
}
