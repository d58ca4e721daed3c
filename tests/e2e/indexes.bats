#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Indexes of every kind, what is too much for PostgreSQL's (R20), foreign keys to unique keys, and columns whose type
# foreign keys unite (R32).

load ../support/e2e

db=cg_e2e_indexes
accepted=(--accept index_dropped --accept unique_now_case_sensitive --accept default_dropped)

setup_file() {
  make_source $db "$BATS_TEST_DIRNAME/../fixtures/indexes.sql"
  source_do $db "CREATE TABLE counter (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT);
    INSERT INTO counter VALUES (9223372036854775810, 1), (5, 2);
    CREATE TABLE book (id INT PRIMARY KEY, t LONGTEXT COLLATE utf8mb4_bin, FULLTEXT KEY words (t)) CHARACTER SET utf8mb4"
  # More different words than a document of PostgreSQL's full-text search holds.
  /usr/bin/python3 -c 'print("INSERT INTO book VALUES (1, \"%s\")" % " ".join("word%07d" % i for i in range(90000)))' |
    source_sql $db
  make_target $db
  "$CROSSGRADE" migrate "$(source_uri $db)" "$(target_uri $db)" "${accepted[@]}" --report "$BATS_FILE_TMPDIR/report.json" \
    >"$BATS_FILE_TMPDIR/log" 2>&1 && code=0 || code=$?
  echo "$code" >"$BATS_FILE_TMPDIR/code"
}

teardown_file() {
  drop_source $db
  drop_target $db
}

setup() {
  ln -sf "$BATS_FILE_TMPDIR/report.json" "$(report_file)"
  output=$(cat "$BATS_FILE_TMPDIR/log")
}

index() { target_do $db "SELECT pg_get_indexdef('$1'::regclass)"; }
lost() { in_report ".losses[] | select(.name == \"$1\" and .object == \"$2\") | .reason"; }
refused() {
  run target_do $db "BEGIN; $2; ROLLBACK"
  [[ "$output" == *"$1"* ]] || fail "not refused by $1: $2" "$output"
}
taken() { target_do $db "BEGIN; $1; ROLLBACK"; }

@test "indexes: everything arrives, and what cannot is accepted by name" {
  equals 0 "$(cat "$BATS_FILE_TMPDIR/code")"
  all_tables_settled
  equals "" "$(in_report '.objects[] | select(.state == "changed" or .state == "missing") | .name')"
  report_follows_schema
}

@test "indexes: descending, prefixes of text and of bytes, several columns of words" {
  [[ "$(index down)" == *"(a DESC, b)" ]]
  [[ "$(index begins)" == *"left"*"d, 10)"* ]]
  [[ "$(index bytes)" == *"substring"*"(c, 1, 4)"* ]]
  [[ "$(index two_words)" == *"USING gin"*"to_tsvector('simple'"*"(b)"*"COALESCE(d"* ]]
  equals 1,4 "$(target_do $db "SELECT string_agg(id::text, ',' ORDER BY id) FROM kinds
    WHERE to_tsvector('simple', coalesce(b::text, '') || ' ' || coalesce(d::text, '')) @@ to_tsquery('simple', 'fox')")"
}

@test "indexes: a unique key takes any number of NULLs" {
  taken "INSERT INTO kinds (id, a, b) VALUES (8, NULL, 'x'), (9, 1, NULL)"
  refused several_nulls "INSERT INTO kinds (id, a, b) VALUES (8, 5, 'x'), (9, 5, 'x')"
}

@test "r20: a primary key over a prefix is a unique index, and said to be" {
  [[ "$(lost index_dropped begins_with.PRIMARY)" == *"no primary key over a prefix"* ]]
  refused begins_with_pkey "INSERT INTO begins_with VALUES ('abcxyz')"
}

@test "indexes: a spatial one without PostGIS is named" {
  [ "$(target_do $db "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")" = 0 ] || skip "PostGIS is there"
  [[ "$(lost index_dropped shape.g)" == *PostGIS* ]]
}

@test "r20: an entry over 2,704 bytes costs its index, by name and with advice, and no other" {
  [[ "$(lost index_dropped wide.wide_v)" == *"maximum 2704"*"sha256"* ]]
  [[ "$(lost index_dropped wide.wide_w)" == *"maximum 2704"*"left(column, 600)"* ]]
  equals "wide_id wide_pkey" "$(target_do $db "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'wide'")"
  equals not_carried "$(in_report '.objects[] | select(.name == "wide.wide_v") | .state')"
}

@test "r20: a document over 1 MB costs its full-text index, by name and with advice" {
  [[ "$(lost index_dropped book.words)" == *"tsvector"*"left(column"* ]]
}

@test "r20: AUTO_INCREMENT beyond what a sequence counts is a loss that says so, and no wrong counter" {
  [[ "$(lost default_dropped counter.id)" == *9223372036854775811*9223372036854775807* ]]
  equals "" "$(target_do $db "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'counter'::regclass")"
  equals "5,9223372036854775810" "$(target_do $db "SELECT string_agg(id::text, ',' ORDER BY id) FROM counter")"
}

@test "indexes: without acceptance what is lost leaves the verdict open" {
  make_target ${db}_strict
  expect 2 migrate "$(source_uri $db)" "$(target_uri ${db}_strict)" --include wide --accept unique_now_case_sensitive
  drop_target ${db}_strict
  says "index_dropped" "--accept index_dropped"
}

@test "r32: columns that foreign keys link have one type, decided by what all of them hold" {
  equals "smallint smallint" "$(target_do $db "SELECT string_agg(format_type(atttypid, atttypmod), ' ') FROM pg_attribute
    WHERE attname = 'flag' AND attrelid IN ('parent'::regclass, 'child'::regclass)")"
  equals "numeric(20,0) numeric(20,0)" "$(target_do $db "SELECT string_agg(format_type(atttypid, atttypmod), ' ') FROM pg_attribute
    WHERE attname = 'big' AND attrelid IN ('parent'::regclass, 'child'::regclass)")"
  equals 1 "$(target_do $db "SELECT count(DISTINCT atttypid) FROM pg_attribute
    WHERE attname = 'size' AND attrelid IN ('parent'::regclass, 'child'::regclass)")"
}

@test "indexes: foreign keys to unique keys that are not the primary one hold" {
  all_foreign_keys_valid_of_schema=$(target_do $db "SELECT count(*) FROM pg_constraint
    WHERE contype = 'f' AND convalidated AND conrelid = 'child'::regclass")
  equals 4 "$all_foreign_keys_valid_of_schema"
  refused child_flag "INSERT INTO child (id, flag) VALUES (9, 1)"
  refused child_big "INSERT INTO child (id, big) VALUES (9, 2)"
  taken "INSERT INTO child (id, flag, big, size) VALUES (9, 2, 18446744073709551615, 'large')"
}
