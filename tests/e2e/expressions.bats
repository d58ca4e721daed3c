#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Expressions and views arrive translated and do on the target what they did on the source; what cannot be translated,
# and what the target refuses, is listed with its text and why, and everything else is made.

load ../support/e2e
load ../support/gate

shop=cg_e2e_expressions
accepted=(
  --accept default_dropped:item.packed --accept generated_to_plain:item.digest --accept check_dropped:item
  --accept view_not_carried --accept unique_now_case_sensitive
)

setup_file() {
  make_source $shop "$BATS_TEST_DIRNAME/../fixtures/expressions.sql"
  make_target $shop
  "$CROSSGRADE" migrate "$(source_uri $shop)" "$(target_uri $shop)" "${accepted[@]}" --report "$BATS_FILE_TMPDIR/shop.json" \
    >"$BATS_FILE_TMPDIR/shop.log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/shop.code"
}

teardown_file() {
  drop_source $shop
  drop_target $shop
}

setup() {
  from=$(source_uri $shop)
  other=${shop}_$BATS_TEST_NUMBER
  ln -sf "$BATS_FILE_TMPDIR/shop.json" "$(report_file)"
}

teardown() { drop_target "$other"; }

# fresh_report: the test has a run of its own.
fresh_report() { rm -f "$(report_file)"; }

# state_of KIND NAME: of the report's object.
state_of() { in_report ".objects[] | select(.kind == \"$1\" and .name == \"$2\") | .state"; }
text_of() { in_report ".objects[] | select(.kind == \"$1\" and .name == \"$2\") | .$3"; }
# lost NAME OBJECT: reason and source text of the loss.
lost() { in_report ".losses[] | select(.name == \"$1\" and .object == \"$2\") | .reason + \" | \" + .text"; }

# refused DATABASE SQL: the target does not take it, and says so with that SQLSTATE.
refused() {
  local said
  said=$(PGTZ=UTC psql -X -q -v VERBOSITY=sqlstate -d "$(target_uri "$1")" -c "$2" 2>&1) && fail "taken: $2"
  [[ "$said" == *"$3"* ]] || fail "$2: $said"
}

# rows SELECT: the same on both sides, printed in one way.
same_rows() {
  local source target
  source=$(source_sql $shop --raw --execute="$1" | sed 's/\t/|/g')
  target=$(PGTZ=UTC psql -X -q -A -t -P null=NULL -v ON_ERROR_STOP=1 -d "$(target_uri "${2:-$shop}")" -c "$1")
  [ -n "$source" ] || fail "the source gives no row: $1"
  equals "$source" "$target"
}

is_mysql() { [ "$CG_SOURCE_NAME" = mysql ]; }
has_virtual() { [ "$CG_TARGET_NAME" = pg18 ]; }

@test "expressions: a migration that loses only what has no translation is SAFE_WITH_CONVERSIONS" {
  cat "$BATS_FILE_TMPDIR/shop.log"
  equals 0 "$(cat "$BATS_FILE_TMPDIR/shop.code")"
  equals SAFE_WITH_CONVERSIONS "$(in_report .verdict)"
  all_tables_settled
  report_follows_schema
  values_agree $shop $shop
}

@test "expressions: each is an object of the report, with what was made and what it was" {
  for object in "default item.amount" "default item.label" "default item.bought" "generated column item.total" \
    "generated column item.dozens" "generated column item.shown" "generated column booking.day" "check item.price_is_positive" \
    "check item.amount_is_sane" "view valuable" "view best" "view cheap" "view busy" "trigger item.on_update_now" \
    "trigger log.on_update_now"; do
    kind=${object% *} name=${object##* }
    [[ "$(state_of "$kind" "$name")" =~ ^(same|mapped)$ ]] || fail "$object: $(state_of "$kind" "$name")"
    [ -n "$(text_of "$kind" "$name" sql)" ] || fail "$object: without its SQL"
    [ -n "$(text_of "$kind" "$name" source)" ] || fail "$object: without its source"
  done
  [[ "$(text_of view best sql)" == 'CREATE VIEW "public"."best" AS'* ]]
  [[ "$(text_of view best source)" == *'group_concat'* ]]
  [[ "$(text_of check item.price_is_positive source)" == *"\`price\` > 0"* ]]
  equals 0 "$(in_report '.blockers | length')"
}

@test "expressions: defaults are computed" {
  equals "6|no label|t||" "$(target_do $shop "INSERT INTO item (id, code, price) VALUES (77, 'x', 1)
    RETURNING amount, label, bought = (now() AT TIME ZONE 'UTC')::date, packed, digest")"
  target_do $shop "DELETE FROM item WHERE id = 77"
}

@test "expressions: generated columns follow their rows, and nobody else writes them" {
  same_rows "SELECT id, total, dozens, shown FROM item ORDER BY id"
  equals "150.00|2|b: new" "$(target_do $shop "BEGIN; UPDATE item SET price = 6, amount = 25, label = 'new' WHERE id = 2;
    SELECT total, dozens, shown FROM item WHERE id = 2; ROLLBACK")"
  refused $shop "UPDATE item SET total = 5" 428C9
}

@test "expressions: a VIRTUAL column is virtual where the target has such columns, else STORED, and that is told" {
  how=s
  has_virtual && how=v
  equals "$how $how" "$(target_do $shop "SELECT string_agg(attgenerated, ' ' ORDER BY attname) FROM pg_attribute
    WHERE attrelid = 'item'::regclass AND attname IN ('dozens', 'shown')")"
  equals s "$(target_do $shop "SELECT attgenerated FROM pg_attribute WHERE attrelid = 'booking'::regclass AND attname = 'hour'")"
  decided() { in_report ".decisions[] | select(.table == \"$1\" and .column == \"$2\") | .target_type"; }
  equals STORED "$(decided booking hour)"
  has_virtual || equals STORED "$(decided item dozens)"
}

@test "expressions: generated columns in keys keep them: unique, primary, referred to" {
  refused $shop "INSERT INTO booking (room, start) VALUES (1, '2024-05-06 22:00')" 23505
  refused $shop "INSERT INTO guest VALUES (9, 1, '2024-05-08')" 23503
  equals t "$(target_do $shop "SELECT convalidated FROM pg_constraint WHERE contype = 'f' AND conrelid = 'guest'::regclass")"
  is_mysql || return 0
  equals "square|4 9 16" "$(target_do $shop "SELECT (SELECT attname FROM pg_index i JOIN pg_attribute a ON attrelid = indrelid
    AND attnum = indkey[0] WHERE indisprimary AND indrelid = 'keyed'::regclass), (SELECT string_agg(square::text, ' ' ORDER BY square) FROM keyed)")"
  refused $shop "INSERT INTO keyed (n) VALUES (4)" 23505
}

@test "expressions: CHECKs hold, for the rows that came and for new ones" {
  equals "amount_is_sane t, price_is_positive t" "$(target_do $shop "SELECT string_agg(conname || ' ' || left(convalidated::text, 1), ', '
    ORDER BY conname) FROM pg_constraint WHERE contype = 'c' AND conrelid = 'item'::regclass AND conname <> 'loose'")"
  for row in "0, 1, 'x'" "1, -1, 'x'" "1, 1001, 'x'" "1, 1, ''"; do
    refused $shop "INSERT INTO item (code, price, amount, label) VALUES ('y', $row)" 23514
  done
  target_do $shop "BEGIN; INSERT INTO item (id, code, price, amount, label) VALUES (78, 'y', 1, 1, NULL); ROLLBACK"
}

@test "expressions: a CHECK that is NOT ENFORCED stays so, or is a loss; it never becomes another" {
  is_mysql || skip "MariaDB has no such checks"
  if has_virtual; then
    equals f "$(target_do $shop "SELECT conenforced FROM pg_constraint WHERE conname = 'loose'")"
  else
    [[ "$(lost check_dropped item.loose)" == *"NOT ENFORCED"*"amount"* ]]
  fi
  equals 1 "$(target_do $shop "SELECT count(*) FROM item WHERE amount = 13")"
}

@test "expressions: indexes over expressions are there, unique ones bind" {
  is_mysql || skip "MariaDB has no such indexes"
  [[ "$(state_of unique item.by_lower)" =~ ^(same|mapped)$ ]] || fail "$(state_of unique item.by_lower)"
  [[ "$(state_of index item.by_value)" =~ ^(same|mapped)$ ]] || fail "$(state_of index item.by_value)"
  refused $shop "INSERT INTO item (code, price) VALUES ('A', 1)" 23505
  equals t "$(target_do $shop "SELECT indexdef LIKE '%((price * %amount%), id)' FROM pg_indexes WHERE indexname = 'by_value'")"
}

@test "expressions: ON UPDATE CURRENT_TIMESTAMP moves what a statement does not set, as on the source" {
  recent="BETWEEN localtimestamp - interval '1 hour' AND localtimestamp + interval '1 minute'"
  on_row() { target_do $shop "BEGIN; UPDATE log SET $1 WHERE id = 1; SELECT seen $recent, again $recent FROM log WHERE id = 1; ROLLBACK"; }
  equals "t|t" "$(on_row "note = 'other'")"
  equals "f|t" "$(on_row "note = 'other', seen = '2010-01-01'")"
  equals "f|f" "$(on_row "note = 'other', seen = seen, again = again")"
  equals "f|f" "$(on_row "note = note")"
  equals "f|t" "$(on_row "seen = '2010-01-01'")"
  # What MySQL does, by itself.
  source_do $shop "UPDATE log SET note = 'other', seen = seen WHERE id = 1"
  equals "0	1" "$(source_do $shop "SELECT seen > '2020-01-01', again > '2020-01-01' FROM log WHERE id = 1")"
  source_do $shop "UPDATE log SET note = 'one', seen = '2001-02-03 04:05:06.789', again = '2001-02-03 04:05:06' WHERE id = 1"
}

@test "expressions: views give the same rows, also those that read views" {
  same_rows "SELECT id, code, total, kind FROM valuable ORDER BY id"
  same_rows "SELECT kind, items, worth, codes FROM best ORDER BY kind"
  same_rows "SELECT id, price FROM cheap ORDER BY id"
  same_rows "SELECT room, guests FROM busy ORDER BY room"
  refused $shop "INSERT INTO cheap (id, price) VALUES (90, 6)" 23502
  equals "security_invoker=true,check_option=cascaded" "$(target_do $shop "SELECT array_to_string(reloptions, ',') FROM pg_class WHERE relname = 'cheap'")"
}

@test "expressions: what has no translation is listed with its text and why" {
  [[ "$(lost view_not_carried packed_items)" == *uncompress*"|"*"VIEW \`packed_items\` AS select"* ]] || fail "$(lost view_not_carried packed_items)"
  [[ "$(lost view_not_carried all_packed)" == *packed_items*"|"*"VIEW \`all_packed\` AS select"* ]] || fail "$(lost view_not_carried all_packed)"
  [[ "$(lost default_dropped item.packed)" == *compress*"|"*compress* ]] || fail "$(lost default_dropped item.packed)"
  [[ "$(lost generated_to_plain item.digest)" == *compress*"|"*compress* ]] || fail "$(lost generated_to_plain item.digest)"
  [[ "$(lost check_dropped item.code_packs)" == *compress*"|"*compress* ]] || fail "$(lost check_dropped item.code_packs)"
  equals not_carried "$(state_of view packed_items)"
  equals 5 "$(target_do $shop "SELECT count(digest) FROM item")"
}

@test "expressions: what the target refuses is known before anything is made, told in its words, and alone in that" {
  make_target "$other"
  target_sql "$other" <<'SQL'
CREATE SCHEMA gate;
CREATE FUNCTION gate.mind() RETURNS event_trigger LANGUAGE plpgsql AS $mind$
BEGIN
  IF current_query() ~ 'CREATE VIEW [^ ]*"valuable"|CHECK [^;]*price|ADD COLUMN "total"[^;]*GENERATED|"total"[^,]*GENERATED' THEN
    RAISE EXCEPTION 'not in this house' USING ERRCODE = 'P0815';
  END IF;
END $mind$;
CREATE EVENT TRIGGER mind ON ddl_command_start EXECUTE FUNCTION gate.mind();
SQL
  fresh_report
  expect 2 migrate "$from" "$(target_uri "$other")" --report "$(report_file)"
  equals INCONCLUSIVE "$(in_report .verdict)"
  equals 0 "$(in_report '.blockers | length')"
  for loss in "view_not_carried valuable" "check_dropped item.price_is_positive" "generated_to_plain item.total"; do
    why=$(lost "${loss% *}" "${loss##* }")
    [[ "$why" == *"SQLSTATE P0815: not in this house"*"the translation: "*" | "* ]] || fail "$loss: $why"
  done
  [[ "$(lost view_not_carried best)" == *valuable* ]] || fail "$(lost view_not_carried best)"
  all_tables_settled
  same_rows "SELECT id, total FROM item ORDER BY id" "$other"
  same_rows "SELECT room, guests FROM busy ORDER BY room" "$other"
  equals t "$(target_do "$other" "SELECT convalidated FROM pg_constraint WHERE conname = 'amount_is_sane'")"
}

@test "expressions: a row that breaks a CHECK on the target is a blocker that names it, and everything else is made" {
  make_target "$other"
  target_sql "$other" <<'SQL'
CREATE SCHEMA gate;
CREATE FUNCTION gate.row() RETURNS trigger LANGUAGE plpgsql AS $row$ BEGIN IF NEW.id = 2 THEN NEW.price := -1; END IF; RETURN NEW; END $row$;
SQL
  on_creation "$other" item "CREATE TRIGGER meddler BEFORE INSERT ON public.item FOR EACH ROW EXECUTE FUNCTION gate.row();"
  fresh_report
  expect 1 migrate "$from" "$(target_uri "$other")" "${accepted[@]}" --report "$(report_file)"
  equals NOT_SAFE "$(in_report .verdict)"
  blocker='.blockers[] | select(.object == "check item.price_is_positive")'
  [[ "$(in_report "$blocker | .message")" == *price_is_positive* ]] || fail "$(in_report .blockers)"
  [ -n "$(in_report "$blocker | .action")" ]
  equals f "$(target_do "$other" "SELECT convalidated FROM pg_constraint WHERE conname = 'price_is_positive'")"
  equals t "$(target_do "$other" "SELECT convalidated FROM pg_constraint WHERE conname = 'amount_is_sane'")"
  equals 4 "$(target_do "$other" "SELECT count(*) FROM pg_views WHERE schemaname = 'public'")"
}

@test "expressions: schema prints what psql takes, in two sections that together are all of it" {
  make_target "$other"
  expect 0 schema "$from" "$(target_uri "$other")" --quiet
  says "view_not_carried: packed_items" uncompress
  equals "" "$(target_do "$other" "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
  "$CROSSGRADE" schema "$from" "$(target_uri "$other")" --quiet --section pre-data >"$BATS_TEST_TMPDIR/pre.sql"
  "$CROSSGRADE" schema "$from" "$(target_uri "$other")" --quiet --section post-data >"$BATS_TEST_TMPDIR/post.sql"
  grep -q "GENERATED ALWAYS AS" "$BATS_TEST_TMPDIR/pre.sql"
  ! grep -q "CREATE VIEW\|CREATE TRIGGER\|ADD CONSTRAINT" "$BATS_TEST_TMPDIR/pre.sql" || fail "too early"
  ! grep -q "CREATE TABLE" "$BATS_TEST_TMPDIR/post.sql" || fail "too late"
  target_sql "$other" <"$BATS_TEST_TMPDIR/pre.sql"
  target_do "$other" "INSERT INTO item (code, price) VALUES ('first', 2)"
  target_sql "$other" <"$BATS_TEST_TMPDIR/post.sql"
  equals "first|12.00" "$(target_do "$other" "SELECT code, total FROM valuable")"
  refused "$other" "INSERT INTO item (code, price) VALUES ('x', 0)" 23514
}

@test "expressions: schema without a target says that nothing of it is proved" {
  expect 0 schema "$from" --quiet
  says "not proved" "CREATE VIEW"
  make_target "$other"
  expect 0 schema "$from" "$(target_uri "$other")" --quiet
  says_not "not proved"
}

@test "expressions: a dry run tells what would be lost, proves the rest, and leaves nothing" {
  make_target "$other"
  target_do "$other" "CREATE SCHEMA gate"
  target_sql "$other" <<'SQL'
CREATE FUNCTION gate.mind() RETURNS event_trigger LANGUAGE plpgsql AS $mind$
BEGIN IF current_query() ~ 'CREATE VIEW [^ ]*"busy"' THEN RAISE EXCEPTION 'not in this house'; END IF; END $mind$;
CREATE EVENT TRIGGER mind ON ddl_command_start EXECUTE FUNCTION gate.mind();
SQL
  expect 0 migrate "$from" "$(target_uri "$other")" --dry-run
  says "view_not_carried (needs --accept): view busy" "not in this house" "view packed_items" "Translated:" "  view best"
  says_not "view_not_carried (needs --accept): view best"
  equals "" "$(target_do "$other" "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
}

@test "expressions: a user who may make nothing temporary is told that the translations are unproved" {
  make_target "$other"
  target_do "$other" "DROP ROLE IF EXISTS cg_e2e_untried; CREATE ROLE cg_e2e_untried LOGIN;
    REVOKE TEMPORARY ON DATABASE \"$other\" FROM PUBLIC; GRANT CREATE ON DATABASE \"$other\" TO cg_e2e_untried;
    GRANT CREATE ON SCHEMA public TO cg_e2e_untried"
  run "$CROSSGRADE" migrate "$from" "$(target_uri "$other")?user=cg_e2e_untried" "${accepted[@]}"
  drop_target "$other"
  target_do postgres "DROP ROLE cg_e2e_untried"
  [ "$status" = 0 ] || [ "$status" = 2 ] || fail "exit code $status" "$output"
  says "did not prove" temporary
}

@test "expressions: --drop-existing replaces views and trigger functions with their tables; without it they are refused" {
  make_target "$other"
  to=$(target_uri "$other")
  expect 0 migrate "$from" "$to" "${accepted[@]}" --quiet
  expect 3 migrate "$from" "$to" "${accepted[@]}" --quiet
  expect 0 migrate "$from" "$to" "${accepted[@]}" --quiet --drop-existing
  target_do "$other" "DROP VIEW best, valuable, cheap, busy; DROP TABLE item, guest, booking, log; DROP TABLE IF EXISTS keyed"
  expect 3 migrate "$from" "$to" "${accepted[@]}" --quiet
  says item_on_update
}

@test "expressions: a rule of the user's makes a generated column plain" {
  make_target "$other"
  cat >"$BATS_TEST_TMPDIR/map.yaml" <<'YAML'
target: postgresql
rules:
  - match: {table: item, column: total}
    target: "numeric({precision},{scale})"
    allow: [generated_to_plain]
YAML
  fresh_report
  expect 0 migrate "$from" "$(target_uri "$other")" --typemap "$BATS_TEST_TMPDIR/map.yaml" "${accepted[@]}" --report "$(report_file)"
  equals "" "$(target_do "$other" "SELECT attgenerated FROM pg_attribute WHERE attrelid = 'item'::regclass AND attname = 'total'")"
  [[ "$(lost generated_to_plain item.total)" == *"rule of the user's"* ]]
  same_rows "SELECT id, total FROM item ORDER BY id" "$other"
}

@test "expressions: a value that the target cannot generate stops its table, with the rule that helps" {
  source_do $shop "CREATE TABLE clipped (id INT PRIMARY KEY, a INT, b INT AS (a + 1) STORED)"
  source_do $shop "SET sql_mode = ''; INSERT INTO clipped (id, a) VALUES (1, 1), (2, 2147483647)"
  make_target "$other"
  fresh_report
  expect 1 migrate "$from" "$(target_uri "$other")" --include clipped --report "$(report_file)"
  source_do $shop "DROP TABLE clipped"
  [[ "$(in_report '.blockers[] | select(.code == "table_failed") | .action')" == *"column b generates"*generated_to_plain* ]] ||
    fail "$(in_report .blockers)"
}

@test "expressions: a move in two steps carries them as well, and computes what it is to" {
  make_target "$other"
  to=$(target_uri "$other")
  expect 2 migrate "$from" "$to" --schema-only --quiet "${accepted[@]}" # no row was compared
  equals 0 "$(target_do "$other" "SELECT count(*) FROM item")"
  fresh_report
  expect 0 migrate "$from" "$to" --data-only --manage-constraints --quiet "${accepted[@]}" --report "$(report_file)"
  equals 0 "$(in_report '.blockers | length')"
  same_rows "SELECT id, total, dozens, shown FROM item ORDER BY id" "$other"
  same_rows "SELECT kind, items, worth, codes FROM best ORDER BY kind" "$other"
}

@test "expressions: verify agrees with what the migration said" {
  expect 0 verify "$from" "$(target_uri $shop)" "${accepted[@]}"
  expect 2 verify "$from" "$(target_uri $shop)"
}
