#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# --data-only: rows into tables that somebody else made. What would keep them out, or change them, is found first.

load ../support/e2e
load ../support/gate

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

teardown() { stop_run; }

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
  for option in --schema-only --drop-existing --map-column=users.id=text --write-map=x --owner=postgres --probe=off --orphans=delete --collation=icu; do
    expect 3 migrate "$from" "$to" --data-only "$option"
    says --data-only exclude "${option%%=*}"
  done
  expect 3 migrate "$from" "$to" --truncate
  says "--truncate needs --data-only"
}

# ---- --manage-constraints ----

# Everything about foreign keys and triggers that has to be as it was.
constraints() {
  target_do "$blog" "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated, obj_description(oid, 'pg_constraint')
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2;
    SELECT tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
}

alone() {
  [ "$(target_do "$blog" "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")" = 0 ]
}

# A row of the table gets in only when the gate is open.
gate_rows() {
  close_gate "$blog" no_such_table
  target_do "$blog" "CREATE FUNCTION gate.hold() RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_lock_shared($gate_lock), pg_advisory_unlock_shared($gate_lock); RETURN true; END';
    ALTER TABLE $1 ADD CONSTRAINT gate CHECK (gate.hold())"
}

@test "--manage-constraints: circles, triggers and keys that are checked at commit are out of the way for the load and back as they were" {
  django_target
  target_do "$blog" "CREATE TRIGGER always BEFORE INSERT ON blog_category FOR EACH ROW EXECUTE FUNCTION index_entry();
    ALTER TABLE blog_category ENABLE ALWAYS TRIGGER always;
    CREATE TRIGGER never BEFORE INSERT ON blog_category FOR EACH ROW EXECUTE FUNCTION index_entry();
    ALTER TABLE blog_category DISABLE TRIGGER never;
    CREATE TRIGGER replica BEFORE INSERT ON blog_category FOR EACH ROW EXECUTE FUNCTION index_entry();
    ALTER TABLE blog_category ENABLE REPLICA TRIGGER replica"
  before=$(constraints)
  expect 2 migrate "$from" "$to" "${django[@]}" "${own[@]}" "${all_accepted[@]}" --data-only --manage-constraints --report "$(report_file)"
  says "3 foreign keys dropped and 2 triggers switched off"
  equals "$before" "$(constraints)"
  settled
  is "SELECT string_agg(headline || searchable, ',' ORDER BY id) FROM blog_entry" "It begins,It ends"
  is "SELECT count(*) FILTER (WHERE kind = 'constraint.restore') || ' ' || count(*) FILTER (WHERE kind = 'constraint.restored') FROM crossgrade.event" "9 9"
}

@test "--manage-constraints: what a foreign key does not let back in is a blocker with its statement; the rest is back, exit code 1" {
  rails_target
  expect 1 migrate "$from" "$to" --include users --include posts --where users=id=1 "${all_accepted[@]}" --data-only \
    --manage-constraints --report "$(report_file)"
  equals "foreign key posts.fk_posts_users" "$(in_report '.blockers[].object')"
  equals true "$(in_report '.objects[] | select(.name == "posts.fk_posts_users") | .sql | startswith("ALTER TABLE public.posts VALIDATE CONSTRAINT")')"
  is "SELECT convalidated FROM pg_constraint WHERE conname = 'fk_posts_users'" f
  is "SELECT count(*) FROM posts" 3
}

@test "--manage-constraints: a table that fails does not keep foreign keys and triggers from coming back" {
  rails_target
  target_do "$blog" "ALTER TABLE posts ALTER title TYPE varchar(6);
    CREATE TRIGGER touch_new BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION touch()"
  before=$(constraints)
  expect 1 migrate "$from" "$to" --include users --include posts "${all_accepted[@]}" --data-only --manage-constraints --report "$(report_file)"
  equals "table_failed posts" "$(in_report '.blockers[] | .code + " " + .object')"
  equals "$before" "$(constraints)"
}

@test "--manage-constraints: a run that is killed leaves the statements in the ledger; the next one brings everything back" {
  django_target
  before=$(constraints)
  gate_rows blog_entry
  start_run migrate "$from" "$to" "${django[@]}" "${own[@]}" "${all_accepted[@]}" --data-only --manage-constraints
  until_met "rows at the gate" at_gate "$blog"
  kill -KILL "$tool"
  finish_run
  open_gate
  is "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace" 0
  is "SELECT count(*) > 0 FROM crossgrade.event WHERE kind = 'constraint.restore' AND message LIKE 'ALTER TABLE public.blog_entry ADD CONSTRAINT%'" t
  target_do "$blog" "ALTER TABLE blog_entry DROP CONSTRAINT gate"
  within 30 "the killed run's sessions end" alone
  expect 3 migrate "$from" "$to" "${django[@]}" "${own[@]}" --data-only --truncate
  says "took it away and did not bring it back" --manage-constraints
  expect 2 migrate "$from" "$to" "${django[@]}" "${own[@]}" "${all_accepted[@]}" --data-only --truncate --manage-constraints
  equals "$before" "$(constraints)"
  expect 3 migrate "$from" "$to" "${django[@]}" "${own[@]}" --data-only
  says_not "did not bring it back"
}

@test "--manage-constraints: Ctrl-C brings foreign keys back NOT VALID and triggers on; the next run validates them" {
  django_target
  before=$(constraints)
  gate_rows blog_entry
  start_run migrate "$from" "$to" "${django[@]}" "${own[@]}" "${all_accepted[@]}" --data-only --manage-constraints --report "$(report_file)"
  until_met "rows at the gate" at_gate "$blog"
  kill -INT "$tool"
  finish_run
  open_gate
  ended_with 5
  says "NOT VALID" --truncate
  is "SELECT count(*) || ' ' || count(*) FILTER (WHERE convalidated) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace" "3 0"
  is "SELECT tgenabled FROM pg_trigger WHERE tgname = 'index_entry'" O
  target_do "$blog" "ALTER TABLE blog_entry DROP CONSTRAINT gate"
  expect 2 migrate "$from" "$to" "${django[@]}" "${own[@]}" "${all_accepted[@]}" --data-only --truncate --manage-constraints
  equals "$before" "$(constraints)"
}

@test "--manage-constraints: refused when the user does not own the tables, before anything is taken away" {
  target_do postgres "DROP ROLE IF EXISTS cg_e2e_dataonly_user; CREATE ROLE cg_e2e_dataonly_user LOGIN" 2>/dev/null
  rails_target
  target_do "$blog" "GRANT CREATE ON DATABASE $blog TO cg_e2e_dataonly_user; GRANT ALL ON ALL TABLES IN SCHEMA public TO cg_e2e_dataonly_user"
  before=$(constraints)
  expect 3 migrate "$from" "postgresql://cg_e2e_dataonly_user@127.0.0.1:$(target_port)/$blog" --include users --include posts --data-only --manage-constraints
  says "foreign key fk_posts_users cannot be taken out of the way by this user"
  equals "$before" "$(constraints)"
  nothing_moved
  drop_target "$blog"
}
