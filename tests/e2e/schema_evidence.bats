#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# crossgrade verify accounts for every object of the schema: each test damages its own copy of a migrated database in
# one place, and leaves the rows as they are.

load ../support/e2e

database=cg_e2e_schema_evidence
copy=cg_e2e_schema_evidence_copy

# What this fixture needs, and no more.
accepted=(--accept unique_now_case_sensitive)

setup_file() {
  make_source "$database" "$BATS_TEST_DIRNAME/../fixtures/schema.sql"
  make_target "$database"
  "$CROSSGRADE" migrate "$(source_uri "$database")" "$(target_uri "$database")" "${accepted[@]}" \
    --exclude left_out --quiet
}

teardown_file() {
  drop_source "$database"
  drop_target "$database"
}

teardown() { drop_target "$copy"; }

verify() {
  run "$CROSSGRADE" verify "$(source_uri "$database")" "$(target_uri "$copy")" "${accepted[@]}" --exclude left_out \
    --report "$(report_file)" "$@"
}

# damaged SQL [OPTION...]: verify a copy after that SQL.
damaged() {
  make_target "$copy" "$database"
  target_do "$copy" "$1" >/dev/null
  verify "${@:2}"
}

# names KIND NAME STATE: exit code 1, and nothing but that object is not as it should be.
names() {
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals NOT_SAFE "$(in_report .verdict)"
  equals "$1 $2 $3" \
    "$(in_report '.objects[] | select(.state | IN("same", "mapped", "not_carried") | not) | .kind + " " + .name + " " + .state')"
  equals "$1 $2" "$(in_report '.blockers[].object')"
}

# only_told KIND NAME: exit code 0, and the report and the terminal tell of nothing else that only the target has.
only_told() {
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals "$1 $2" "$(in_report '[.objects[] | select(.state == "extra") | .kind + " " + .name] | join(",")')"
  says 'What only the target has' "$1 $2"
}

# The name that a constraint or index of the copy has: names of keys may differ from the source's.
constraint_of() {
  target_do "$database" "SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = '$1'::regclass AND contype = '$2'"
}

@test "schema: what is undamaged needs no more acceptance than the migration did" {
  make_target "$copy" "$database"
  verify
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals left_out "$(in_report '.tables[] | select(.status | IN("identical", "equivalent", "converted") | not) | .source')"
  report_follows_schema
  equals "" "$(in_report '.objects[] | select(.state | IN("same", "mapped", "not_carried") | not) | .kind + " " + .name + " " + .state')"
}

@test "schema: every key, foreign key, default and counter of the source is accounted for" {
  make_target "$copy" "$database"
  verify
  equals 6 "$(in_report '[.objects[] | select(.kind == "primary key")] | length')"
  equals 2 "$(in_report '[.objects[] | select(.kind == "unique")] | length')"
  equals 12 "$(in_report '[.objects[] | select(.kind == "index")] | length')"
  equals 3 "$(in_report '[.objects[] | select(.kind == "foreign key")] | length')"
  equals 3 "$(in_report '[.objects[] | select(.kind == "identity")] | length')"
  equals 20 "$(in_report '[.objects[] | select(.kind == "default")] | length')"
}

@test "schema: an index dropped" {
  damaged 'DROP INDEX by_rating'
  names index supplier.by_rating missing
}

@test "schema: one of two equal indexes dropped" {
  damaged 'DROP INDEX by_name_too'
  names index supplier.by_name_too missing
}

@test "schema: an index that does the same under another name is the index" {
  damaged 'ALTER INDEX by_rating RENAME TO another'
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
}

@test "schema: an index on other columns, in another order, or in the other direction is not the index" {
  damaged 'DROP INDEX by_rating; CREATE INDEX by_rating ON supplier (rating, name)'
  equals 'index supplier.by_rating' "$(in_report '.blockers[].object')"
  damaged 'DROP INDEX by_rating; CREATE INDEX by_rating ON supplier (name, rating DESC)'
  equals 'index supplier.by_rating' "$(in_report '.blockers[].object')"
}

@test "schema: an index that became partial is not the index" {
  damaged 'DROP INDEX by_rating; CREATE INDEX by_rating ON supplier (rating DESC, name) WHERE id > 1'
  names index supplier.by_rating missing
}

@test "schema: a prefix of another length, or of another column, is not the index" {
  damaged 'DROP INDEX by_note; CREATE INDEX by_note ON supplier ("left"(note, 2))'
  equals 'index supplier.by_note' "$(in_report '.blockers[].object')"
  damaged 'DROP INDEX by_note; CREATE INDEX by_note ON supplier ("left"(name, 12))'
  equals 'index supplier.by_note' "$(in_report '.blockers[].object')"
}

@test "schema: a full-text index dropped, and one that lacks a column" {
  damaged 'DROP INDEX in_words'
  names index supplier.in_words missing
  damaged "DROP INDEX in_words; CREATE INDEX in_words ON supplier USING gin (to_tsvector('simple', note))"
  equals 'index supplier.in_words' "$(in_report '.blockers[].object')"
}

@test "schema: an index left invalid" {
  damaged "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_rating'::regclass"
  names index supplier.by_rating changed
  says 'not valid'
}

@test "schema: a unique key dropped" {
  damaged 'ALTER TABLE supplier DROP CONSTRAINT uq_code'
  names unique supplier.uq_code missing
}

@test "schema: a unique key that became a plain index" {
  damaged 'ALTER TABLE supplier DROP CONSTRAINT uq_code; CREATE INDEX uq_code ON supplier (country, code)'
  equals 'unique supplier.uq_code' "$(in_report '.blockers[].object')"
}

@test "schema: a primary key dropped, and one that became a unique key" {
  damaged 'ALTER TABLE counter DROP CONSTRAINT counter_pkey'
  names 'primary key' counter.counter_pkey missing
  damaged 'ALTER TABLE counter DROP CONSTRAINT counter_pkey; ALTER TABLE counter ADD UNIQUE (id)'
  equals 'primary key counter.counter_pkey' "$(in_report '.blockers[].object')"
}

@test "schema: NOT NULL dropped" {
  damaged 'ALTER TABLE supplier ALTER name DROP NOT NULL'
  names column supplier.name changed
}

@test "schema: NOT NULL dropped where a bad date may have asked for it awaits acceptance" {
  damaged 'ALTER TABLE part ALTER bought DROP NOT NULL'
  [ "$status" = 2 ] || fail "exit code $status instead of 2" "$output"
  says not_null_dropped part.bought
  verify --accept not_null_dropped:supplier.bought
  [ "$status" = 2 ] || fail "exit code $status instead of 2" "$output"
  verify --accept not_null_dropped:part.bought
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
}

@test "schema: NOT NULL added" {
  damaged "ALTER TABLE mapped ALTER colour SET NOT NULL"
  names column mapped.colour changed
}

@test "schema: a foreign key dropped" {
  damaged 'ALTER TABLE part DROP CONSTRAINT part_of_part'
  names 'foreign key' part.part_of_part missing
}

@test "schema: a foreign key that was not validated" {
  damaged 'ALTER TABLE part DROP CONSTRAINT part_supplier; ALTER TABLE part ADD CONSTRAINT part_supplier FOREIGN KEY (supplier_id) REFERENCES supplier ON DELETE CASCADE NOT VALID'
  names 'foreign key' part.part_supplier changed
}

@test "schema: a foreign key with other actions" {
  damaged 'ALTER TABLE part DROP CONSTRAINT part_supplier; ALTER TABLE part ADD CONSTRAINT part_supplier FOREIGN KEY (supplier_id) REFERENCES supplier'
  names 'foreign key' part.part_supplier changed
  says 'ON DELETE NO ACTION'
}

@test "schema: a foreign key whose triggers are switched off" {
  damaged 'ALTER TABLE part DISABLE TRIGGER ALL'
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals 'foreign key part.part_of_part,foreign key part.part_supplier' "$(in_report '[.blockers[].object] | sort | join(",")')"
}

@test "schema: a counter far behind, and one behind by one" {
  damaged "SELECT setval(pg_get_serial_sequence('counter', 'id'), 1, false)"
  equals 'identity counter.id' "$(in_report '.blockers[].object')"
  damaged "SELECT setval(pg_get_serial_sequence('counter', 'id'), 3, false)"
  equals 'identity counter.id' "$(in_report '.blockers[].object')"
  damaged "SELECT setval(pg_get_serial_sequence('counter', 'id'), 3, true)"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
}

@test "schema: an identity dropped" {
  damaged 'ALTER TABLE supplier ALTER id DROP IDENTITY'
  names identity supplier.id missing
}

@test "schema: a counter may be a sequence of another's, as long as it is ahead" {
  damaged "ALTER TABLE supplier ALTER id DROP IDENTITY; CREATE SEQUENCE mine START 4; ALTER TABLE supplier ALTER id SET DEFAULT nextval('mine')"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  target_do "$copy" "SELECT setval('mine', 2)"
  verify
  names identity supplier.id changed
}

@test "schema: a text column made shorter, though every value fits" {
  damaged 'ALTER TABLE mapped ALTER label TYPE varchar(10)'
  names column mapped.label changed
  damaged 'ALTER TABLE supplier ALTER note TYPE varchar(60)'
  equals 'column supplier.note' "$(in_report '.blockers[] | select(.object | startswith("column")) | .object')"
}

@test "schema: a number made smaller, though every value fits" {
  damaged 'ALTER TABLE supplier ALTER rating TYPE numeric(5, 2)'
  names column supplier.rating changed
  damaged 'ALTER TABLE counter ALTER amount TYPE integer'
  names column counter.amount changed
}

@test "schema: fewer digits of a second, though every value fits" {
  damaged "ALTER TABLE supplier ALTER changed TYPE timestamp(0)"
  says supplier.changed
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
}

@test "schema: wider types and other families are the user's choice" {
  damaged "ALTER TABLE mapped ALTER label TYPE text; ALTER TABLE counter ALTER serial_number TYPE bigint; ALTER TABLE supplier ALTER rating TYPE numeric; ALTER TABLE mapped ALTER count_of DROP DEFAULT, ALTER count_of TYPE text, ALTER count_of SET DEFAULT '5'"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
}

@test "schema: a label of an enum missing that no row uses, and labels in another order" {
  damaged "ALTER TABLE supplier ALTER kind DROP DEFAULT; CREATE TYPE k AS ENUM ('parts', 'tools'); ALTER TABLE supplier ALTER kind TYPE k USING kind::text::k; ALTER TABLE supplier ALTER kind SET DEFAULT 'parts'"
  names column supplier.kind changed
  says 'never used'
  damaged "ALTER TABLE supplier ALTER kind DROP DEFAULT; CREATE TYPE k AS ENUM ('tools', 'parts', 'never used'); ALTER TABLE supplier ALTER kind TYPE k USING kind::text::k; ALTER TABLE supplier ALTER kind SET DEFAULT 'parts'"
  names column supplier.kind changed
}

@test "schema: a column dropped" {
  damaged 'ALTER TABLE supplier DROP discount'
  names column supplier.discount missing
}

@test "schema: a column added" {
  damaged 'ALTER TABLE supplier ADD more integer'
  names column supplier.more extra
}

@test "schema: a table added, unless it is left out" {
  damaged 'CREATE TABLE added (id integer)'
  names table added extra
  verify --exclude added
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
}

@test "schema: a table dropped" {
  damaged 'DROP TABLE part'
  names table part missing
}

@test "schema: a table renamed" {
  damaged 'ALTER TABLE counter RENAME TO counters'
  [ "$status" = 1 ]
  equals 'table counter,table counters' "$(in_report '[.blockers[].object] | sort | join(",")')"
}

@test "schema: defaults dropped, each kind" {
  damaged "ALTER TABLE supplier ALTER country DROP DEFAULT, ALTER rating DROP DEFAULT, ALTER since DROP DEFAULT, ALTER changed DROP DEFAULT, ALTER active DROP DEFAULT, ALTER kind DROP DEFAULT, ALTER ways DROP DEFAULT, ALTER flags DROP DEFAULT"
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals "active changed country flags kind rating since ways" \
    "$(in_report '[.objects[] | select(.kind == "default" and .state == "missing") | .name | ltrimstr("supplier.")] | sort | join(" ")')"
  equals 8 "$(in_report '.blockers | length')"
}

@test "schema: defaults changed, each kind" {
  damaged "ALTER TABLE supplier ALTER country SET DEFAULT 'FR', ALTER rating SET DEFAULT 1.501, ALTER since SET DEFAULT '2001-02-04', ALTER opens SET DEFAULT '09:00:01', ALTER changed SET DEFAULT '2020-01-01', ALTER seen SET DEFAULT '2020-01-01 01:00:00+00', ALTER active SET DEFAULT false, ALTER kind SET DEFAULT 'tools', ALTER ways SET DEFAULT '{road}', ALTER flags SET DEFAULT '0100', ALTER weight SET DEFAULT 1.2, ALTER share SET DEFAULT 0.2, ALTER big SET DEFAULT 5, ALTER discount SET DEFAULT 3"
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals "active big changed country discount flags kind opens rating seen share since ways weight" \
    "$(in_report '[.objects[] | select(.kind == "default" and .state == "changed") | .name | ltrimstr("supplier.")] | sort | join(" ")')"
}

@test "schema: damage to what had to be renamed is found too" {
  long=$(target_do "$database" "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'a\\_table\\_whose%'")
  damaged "ALTER TABLE $long ALTER parent SET NOT NULL" || true
  foreign=$(constraint_of "$long" f)
  damaged "ALTER TABLE $long DROP CONSTRAINT $foreign"
  names 'foreign key' "$long.$foreign" missing
  damaged "DELETE FROM $long WHERE parent = 1"
  [ "$status" = 1 ] || fail "exit code $status instead of 1" "$output"
  equals different "$(in_report '.tables[] | select(.source | startswith("a_table_whose")) | .status')"
  damaged 'ALTER TABLE "Odd Näme ""x""" DROP CONSTRAINT system_name'
  names unique 'Odd Näme "x".system_name' missing
  damaged 'DROP INDEX "Odd Index ""y"""'
  names index 'Odd Näme "x".Odd Index "y"' missing
}

@test "schema: types from the user's own map raise no alarm, alone or with the migration's plan" {
  make_target "$copy"
  maps=(--map-column 'mapped.flag=smallint' --map-column 'mapped.token=uuid' --map-column 'mapped.count_of=text'
    --map-column 'mapped.label=text' --map-column 'mapped.document=json' --map-column 'mapped.colour=text'
    --map-column 'supplier.ways=text' --map-column 'supplier.big=numeric(20)' --map-column 'supplier.rating=text')
  expect 0 migrate "$(source_uri "$database")" "$(target_uri "$copy")" "${accepted[@]}" --exclude left_out "${maps[@]}"
  verify
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
}

@test "schema: a narrower type is the migration's own choice, but a later comparison tells of it" {
  make_target "$copy"
  expect 0 migrate "$(source_uri "$database")" "$(target_uri "$copy")" "${accepted[@]}" --exclude left_out \
    --map-column 'mapped.label=varchar(10)'
  verify
  names column mapped.label changed
}

@test "schema: what only the target has and may change or refuse what is written there is told" {
  damaged "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER meddler BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION meddle()"
  only_told trigger part.meddler
  damaged "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER meddler BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION meddle(); ALTER TABLE part DISABLE TRIGGER meddler"
  only_told trigger part.meddler
  says 'switched off'
  damaged "CREATE RULE swallow AS ON INSERT TO part DO INSTEAD NOTHING"
  only_told rule part.swallow
  damaged "ALTER TABLE counter ADD CONSTRAINT small CHECK (amount < 1000000)"
  only_told check counter.small
  damaged "ALTER TABLE supplier ADD UNIQUE (note)"
  only_told unique supplier.supplier_note_key
  damaged "CREATE UNIQUE INDEX a_few ON supplier (note) WHERE id > 1"
  only_told index supplier.a_few
  damaged "CREATE VIEW suppliers AS SELECT name FROM supplier"
  only_told view suppliers
  damaged "CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * \$1'"
  only_told routine 'twice(integer)'
}

@test "schema: row security of the target is told, its policies too" {
  damaged "ALTER TABLE counter ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON counter USING (id < 3)"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals "row security counter,policy counter.few" "$(in_report '[.objects[] | select(.state == "extra") | .kind + " " + .name] | join(",")')"
}

@test "schema: a check that restates the source's type is no check of the target's own" {
  damaged "ALTER TABLE counter ADD CONSTRAINT again CHECK (small >= 0)"
  [ "$status" = 0 ] || fail "exit code $status instead of 0" "$output"
  equals mapped "$(in_report '.objects[] | select(.kind == "check" and .name == "counter.again") | .state')"
}
