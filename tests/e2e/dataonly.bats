#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# --data-only: rows into tables that somebody else made. What would keep them out, or change them, is found first.

load ../support/e2e

blog=cg_e2e_dataonly
rails=(--include users --include posts --include comments --include schema_migrations --include ar_internal_metadata)
django=(--include 'blog_*' --include django_migrations)
own=(--exclude schema_migrations --exclude ar_internal_metadata --exclude django_migrations)

setup_file() { make_source cg_e2e_dataonly "$BATS_TEST_DIRNAME/../fixtures/framework.sql"; }

teardown_file() {
  drop_source "$blog"
  drop_target "$blog"
  target_do postgres "DROP ROLE IF EXISTS cg_e2e_dataonly_user" 2>/dev/null
}

setup() {
  make_target "$blog"
  from=$(source_uri "$blog")
  to=$(target_uri "$blog")
}

is() { equals "$2" "$(target_do "$blog" "$1")"; }
rails_target() { target_sql "$blog" <"$BATS_TEST_DIRNAME/../fixtures/rails_target.sql"; }
django_target() { target_sql "$blog" <"$BATS_TEST_DIRNAME/../fixtures/django_target.sql"; }
nothing_moved() { is "SELECT count(*) FROM pg_namespace WHERE nspname = 'crossgrade'" 0; }
settled() { equals "" "$(in_report '.tables[] | select(.status | IN("identical", "equivalent", "converted", "excluded") | not) | .source + " " + .status')"; }

@test "two steps: pre-data by psql, --data-only, post-data by psql, and verify says SAFE" {
  "$CROSSGRADE" schema "$from" "$to" --section pre-data --quiet >"$BATS_TEST_TMPDIR/pre.sql"
  "$CROSSGRADE" schema "$from" "$to" --section post-data --quiet >"$BATS_TEST_TMPDIR/post.sql"
  target_sql "$blog" <"$BATS_TEST_TMPDIR/pre.sql"
  expect 2 migrate "$from" "$to" "${all_accepted[@]}" --data-only --report "$(report_file)"
  says "which this run did not make (--data-only)"
  report_follows_schema
  equals "data-only INCONCLUSIVE 0" "$(in_report '.mode + " " + .verdict + " " + (.blockers | length | tostring)')"
  settled
  values_agree "$blog" "$blog"
  target_sql "$blog" <"$BATS_TEST_TMPDIR/post.sql" >/dev/null
  expect 0 verify "$from" "$to" "${all_accepted[@]}"
  says SAFE
  all_foreign_keys_valid "$blog" 6
  sequences_are_ahead "$blog"
}

@test "Rails: rows go into its tables, parents first, with its types; what only they have keeps its defaults" {
  rails_target
  expect 0 migrate "$from" "$to" "${rails[@]}" "${own[@]}" "${all_accepted[@]}" --data-only --jobs 3 --report "$(report_file)"
  settled
  says "column users.nickname is the target's alone: in the rows that are moved it is NULL" "lock_version" "gets its default" \
    "column posts.words is computed by the target" "trigger touch_posts of public.posts does not fire" \
    "table posts: while rows come in, foreign keys are checked: fk_posts_users; indexes are kept up: posts_pkey, index_posts_on_user_id"
  is "SELECT string_agg(DISTINCT concat(nickname, lock_version), ',') FROM users" 0
  is "SELECT updated_at FROM posts WHERE id = 1" "2024-01-02 00:00:00"
  sequences_are_ahead "$blog"
  equals true "$(in_report '[.objects[] | select(.kind == "column" and .state == "extra") | .name] == ["users.nickname", "users.lock_version"]')"
  equals 0 "$(in_report '.blockers | length')"
  is "SELECT value FROM ar_internal_metadata" staging
  target_do "$blog" "ALTER TABLE users DROP nickname, DROP lock_version"
  values_agree "$blog" "$blog" users posts comments
}

@test "tables that hold rows, a framework's own among them, are refused by name before anything is done; --exclude and --truncate are named" {
  rails_target
  expect 3 migrate "$from" "$to" "${rails[@]}" --data-only
  says "table schema_migrations holds rows" "table ar_internal_metadata holds rows" --truncate --exclude
  nothing_moved
  is "SELECT count(*) FROM users" 0
}

@test "--truncate empties exactly the tables that are loaded; the statement is in the ledger" {
  rails_target
  target_do "$blog" "INSERT INTO users VALUES (77, 'old', true, 1, 0, now(), now()); CREATE TABLE bystander AS SELECT 1 AS n;
    SELECT setval('users_id_seq', 500)" >/dev/null
  expect 0 migrate "$from" "$to" "${rails[@]}" "${all_accepted[@]}" --data-only --truncate --report "$(report_file)"
  settled
  target_do "$blog" "ALTER TABLE users DROP nickname, DROP lock_version"
  values_agree "$blog" "$blog" users posts comments schema_migrations ar_internal_metadata
  is "SELECT count(*) FROM bystander" 1
  is "SELECT nextval('users_id_seq')" 501
  is "SELECT message LIKE 'TRUNCATE TABLE ONLY %' FROM crossgrade.event WHERE kind = 'truncate'" t
}

@test "--truncate is refused when a table outside refers to one of them, which is named; nothing is emptied" {
  rails_target
  target_do "$blog" "INSERT INTO users VALUES (77, 'old', true, 1, 0, now(), now());
    CREATE TABLE likes (user_id bigint CONSTRAINT liked REFERENCES users); INSERT INTO likes VALUES (77)"
  expect 3 migrate "$from" "$to" "${rails[@]}" --data-only --truncate
  says "public.likes refers to it by foreign key liked"
  is "SELECT count(*) FROM users" 1
  nothing_moved
}

@test "everything that stands in the way is listed at once, before any row moves: tables, columns, types, NOT NULL" {
  rails_target
  target_do "$blog" "DROP TABLE comments; ALTER TABLE posts DROP COLUMN published_on;
    ALTER TABLE users ALTER age TYPE inet USING NULL, ADD tenant integer NOT NULL;
    ALTER TABLE users RENAME TO \"Users\""
  expect 3 migrate "$from" "$to" "${rails[@]}" "${own[@]}" --data-only
  says "the target has no table comments" "the target has no table users but Users" "the target's table has no column published_on"
  target_do "$blog" "ALTER TABLE \"Users\" RENAME TO users"
  expect 3 migrate "$from" "$to" "${rails[@]}" "${own[@]}" --data-only
  says "column users.age: there is no way from int" "to inet" "column users.tenant is NOT NULL, has no default"
  nothing_moved
  expect 0 migrate "$from" "$to" "${rails[@]}" "${own[@]}" --data-only --dry-run
  says "In the way of the rows" "column users.tenant is NOT NULL" "published_on" "-> nothing"
  expect 3 migrate "$from" "$to" --data-only --schema nowhere
  says "no schema nowhere"
}

@test "narrower types are fine until a value does not fit: then its table fails, the others are moved" {
  rails_target
  target_do "$blog" "ALTER TABLE posts ALTER title TYPE varchar(7)"
  expect 0 migrate "$from" "$to" "${rails[@]}" "${own[@]}" "${all_accepted[@]}" --data-only
  target_do "$blog" "TRUNCATE users, posts, comments; ALTER TABLE posts ALTER title TYPE varchar(6)"
  expect 1 migrate "$from" "$to" --include users --include posts "${all_accepted[@]}" --data-only --report "$(report_file)"
  equals failed "$(in_report '.tables[] | select(.source == "posts") | .status')"
  equals true "$(in_report '.tables[] | select(.source == "users") | .status | IN("identical", "equivalent")')"
  is "SELECT count(*) FROM posts" 0
}

@test "triggers that fire on INSERT are refused: they could change what is loaded" {
  django_target
  expect 3 migrate "$from" "$to" "${django[@]}" "${own[@]}" --data-only
  says "trigger index_entry of public.blog_entry fires on INSERT"
  nothing_moved
}

@test "foreign keys in a circle, or of a table to itself, are refused by name" {
  django_target
  expect 3 migrate "$from" "$to" "${django[@]}" "${own[@]}" --data-only
  says "table blog_category: rows refer to rows of the same table by foreign key blog_category_parent_fk" \
    "foreign key blog_category_cover_fk is part of a circle" "foreign key blog_entry_category_fk is part of a circle"
  nothing_moved
  target_do "$blog" "ALTER TABLE blog_category DROP CONSTRAINT blog_category_parent_fk, DROP CONSTRAINT blog_category_cover_fk;
    ALTER TABLE blog_entry DISABLE TRIGGER index_entry"
  expect 2 migrate "$from" "$to" "${django[@]}" "${own[@]}" "${all_accepted[@]}" --data-only --report "$(report_file)"
  settled
  is "SELECT count(*) FROM blog_entry WHERE searchable <> ''" 0
  target_do "$blog" "ALTER TABLE blog_entry DROP searchable"
  values_agree "$blog" "$blog" blog_category blog_entry
}

@test "a foreign key whose parents are not there fails its table in the server's words, and nothing else" {
  rails_target
  expect 1 migrate "$from" "$to" --include users --include posts --where users=id=1 "${all_accepted[@]}" --data-only --report "$(report_file)"
  equals "failed posts" "$(in_report '.tables[] | select(.status == "failed") | .status + " " + .source')"
  says fk_posts_users
}

@test "row security, missing rights and inheritance are refused; rights that are enough are enough" {
  target_do postgres "DROP ROLE IF EXISTS cg_e2e_dataonly_user; CREATE ROLE cg_e2e_dataonly_user LOGIN" 2>/dev/null
  rails_target
  target_do "$blog" "GRANT CREATE ON DATABASE $blog TO cg_e2e_dataonly_user; GRANT SELECT ON ALL TABLES IN SCHEMA public TO cg_e2e_dataonly_user;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC"
  user_uri="postgresql://cg_e2e_dataonly_user@127.0.0.1:$(target_port)/$blog"
  expect 3 migrate "$from" "$user_uri" --include users --data-only --truncate
  says "GRANT SELECT, INSERT, TRUNCATE ON public.users TO cg_e2e_dataonly_user"
  target_do "$blog" "GRANT INSERT ON users TO cg_e2e_dataonly_user; ALTER TABLE users ENABLE ROW LEVEL SECURITY"
  expect 3 migrate "$from" "$user_uri" --include users --data-only
  says "row security applies to this user"
  target_do "$blog" "ALTER TABLE users DISABLE ROW LEVEL SECURITY; CREATE TABLE staff () INHERITS (users)"
  expect 3 migrate "$from" "$user_uri" --include users --data-only
  says "tables inherit from it"
  nothing_moved
  target_do "$blog" "DROP TABLE staff; GRANT USAGE, SELECT, UPDATE ON SEQUENCE users_id_seq TO cg_e2e_dataonly_user"
  expect 0 migrate "$from" "$user_uri" --include users "${all_accepted[@]}" --data-only
  is "SELECT count(*) FROM users" 3
  is "SELECT nextval('users_id_seq')" 10
  drop_target "$blog"
}

@test "a rule of the user's map allows conversions, and --accept what the default map allows" {
  source_do "$blog" "CREATE TABLE odd (id INT PRIMARY KEY, t VARCHAR(20) NOT NULL, d DATE NOT NULL)"
  source_sql "$blog" <<<"SET sql_mode = ''; INSERT INTO odd VALUES (1, 'a\\0b', '2024-01-01'), (2, 'c', '0000-00-00');"
  target_do "$blog" "CREATE TABLE odd (id int PRIMARY KEY, t varchar(20) NOT NULL, d date)"
  expect 1 migrate "$from" "$to" --include odd --data-only
  says "odd"
  target_do "$blog" "TRUNCATE odd"
  printf 'rules:\n  - match: {table: odd, column: t}\n    target: text\n    allow: [nul_removed]\n' >"$BATS_TEST_TMPDIR/map.yaml"
  expect 0 migrate "$from" "$to" --include odd --data-only --typemap "$BATS_TEST_TMPDIR/map.yaml" \
    --accept zero_date_to_null --accept not_null_dropped --report "$(report_file)"
  equals "nul_removed:1,zero_date_to_null:1" "$(in_report '[.tables[] | select(.source == "odd") | .conversions[] | "\(.name):\(.count)"] | sort | join(",")')"
  is "SELECT string_agg(concat(id, t, d), ' ' ORDER BY id) FROM odd" "1ab2024-01-01 2c"
  source_do "$blog" "DROP TABLE odd"
}

@test "--before-load: what it puts in the way is found before a row moves" {
  rails_target
  echo "INSERT INTO users VALUES (77, 'old', true, 1, 0, now(), now())" >"$BATS_TEST_TMPDIR/fill.sql"
  expect 3 migrate "$from" "$to" --include users --data-only --before-load "$BATS_TEST_TMPDIR/fill.sql"
  says "table users holds rows"
  is "SELECT state FROM crossgrade.run" failed
}

@test "options that make no sense beside --data-only are refused" {
  for option in --schema-only --drop-existing --map-column=users.id=text --write-map=x --owner=postgres --probe=off --orphans=delete; do
    expect 3 migrate "$from" "$to" --data-only "$option"
    says --data-only exclude "${option%%=*}"
  done
  expect 3 migrate "$from" "$to" --truncate
  says "--truncate needs --data-only"
}
