/* Chunks on PostgreSQL: rows and their ledger row live and die together; and what a target refuses to be. */
#include "tests/conformance/pg_fixture.h"

#include <pthread.h>

static int64_t table_id;

static void begin_run(void) {
    struct cg_ledger_run r = {"run-1", "mysql://s/d", "postgresql://t/d", "uuid", "jobs: 2", "0.1.0", "gtid 1"};
    must(cg_ledger_prepare(fixture.session, &trouble));
    must(cg_ledger_run_begin(fixture.session, &r, &trouble));
    must(cg_ledger_table_add(fixture.session, "run-1", "t", "t", &table_id, &trouble));
}

static int setup(void **state) {
    (void)state;
    fixture_make_database("cgload_rows", "ENCODING 'UTF8' TEMPLATE template0");
    fixture_open("public", "crossgrade");
    begin_run();
    run("CREATE TABLE public.t (id integer CHECK (id <> 13), name varchar(5))");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fixture_close();
    return 0;
}

static const char *const columns[] = {"id", "name"};

/* One row image (integer, text or NULL), added to the digest as well. */
static void put_row(struct cg_buffer *b, struct cg_chunk_result *result, uint32_t id, const char *name) {
    struct cg_error err = {0};
    size_t len = name ? strlen(name) : 0, start = b->len;
    assert_int_equal(cg_buffer_reserve(b, 14 + len, &err), 0);
    cg_put_u16(b, 2);
    cg_put_u32(b, 4);
    cg_put_u32(b, id);
    cg_put_u32(b, name ? (uint32_t)len : 0xFFFFFFFFu);
    cg_put_bytes(b, name, len);
    cg_digest_row(&result->digest, b->data + start, b->len - start);
    result->bytes += b->len - start;
}

static struct cg_chunk_id lease(int number) {
    struct cg_chunk_id chunk;
    must(cg_ledger_chunk_lease(fixture.session, table_id, number, cg_slice_text("`id` < 4"), &chunk, &trouble));
    return chunk;
}

/* Begins a chunk and writes rows 1 to n. */
static void write_rows(struct cg_chunk_id chunk, uint32_t n, struct cg_chunk_result *ret_result) {
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    *ret_result = (struct cg_chunk_result){0};
    for (uint32_t i = 1; i <= n; i++)
        put_row(&b, ret_result, i + (i >= 13), i % 2 ? "odd" : NULL);
    must(cg_chunk_begin(fixture.session, chunk, "t", columns, 2, &trouble));
    must(cg_chunk_write(fixture.session, cg_buffer_slice(&b), &trouble));
    cg_buffer_done(&b);
}

static void assert_chunk_untouched(void) {
    assert_value("SELECT count(*) FROM public.t", "0");
    assert_value("SELECT string_agg(state || epoch, ',') FROM crossgrade.chunk", "leased1");
}

/* ---- committing ---- */

static void a_chunk_commits_rows_and_ledger_row(void **state) {
    (void)state;
    struct cg_chunk_result result;
    write_rows(lease(0), 3000, &result);
    assert_chunk_untouched();
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    assert_value("SELECT count(*) || ' ' || count(name) FROM public.t", "3000 1500");
    assert_value("SELECT state || ' ' || row_count FROM crossgrade.chunk", "done 3000");
    struct cg_ledger_table_sum sum;
    must(cg_ledger_table_sum(fixture.session, table_id, &sum, &trouble));
    assert_true(cg_digest_equal(&sum.digest, &result.digest));
    assert_int_equal(sum.bytes, result.bytes);
    assert_int_equal(sum.chunks, 1);
    assert_int_equal(sum.chunks_done, 1);
}

static void an_empty_chunk_commits(void **state) {
    (void)state;
    struct cg_chunk_result result;
    write_rows(lease(0), 0, &result);
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    assert_value("SELECT state || ' ' || row_count || ' ' || digest FROM crossgrade.chunk", "done 0 0");
}

static void images_may_be_cut_anywhere(void **state) {
    (void)state;
    struct cg_chunk_result result = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 20);
    put_row(&b, &result, 1, "abc");
    put_row(&b, &result, 2, "def");
    must(cg_chunk_begin(fixture.session, lease(0), "t", columns, 2, &trouble));
    for (size_t i = 0; i < b.len; i++)
        must(cg_chunk_write(fixture.session, (struct cg_slice){b.data + i, 1}, &trouble));
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    cg_buffer_done(&b);
    assert_value("SELECT string_agg(id || name, ',' ORDER BY id) FROM public.t", "1abc,2def");
}

static void conversions_commit_with_the_chunk_and_add_up(void **state) {
    (void)state;
    for (int number = 0; number < 2; number++) {
        struct cg_chunk_result result;
        write_rows(lease(number), 1, &result);
        struct cg_conversion_count counts[] = {
            {CG_ZERO_DATE_TO_NULL, "na\"me", 7, {"id=1", "a'b\\\"{,}\nc", "\xff\xed\xa0\x80"}},
            {CG_NUL_REMOVED, "id", number ? 5 : 0, {"id=9"}},
        };
        must(cg_chunk_commit(fixture.session, &result, counts, 2, &trouble));
    }
    struct cg_conversion_count *counts;
    size_t count;
    must(cg_ledger_conversions(fixture.session, table_id, fixture.arena, &counts, &count, &trouble));
    assert_int_equal(count, 2);
    assert_int_equal(counts[0].conversion, CG_NUL_REMOVED);
    assert_int_equal(counts[0].count, 5);
    assert_int_equal(counts[1].count, 14);
    assert_string_equal(counts[1].column, "na\"me");
    assert_string_equal(counts[1].samples[1], "a'b\\\"{,}\nc");
    assert_string_equal(counts[1].samples[2], "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_string_equal(counts[1].samples[4], "a'b\\\"{,}\nc");
    assert_null(counts[0].samples[1]);
}

/* ---- not committing ---- */

static void end_backend_of_session(void) {
    run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid = (SELECT backend_pid FROM "
        "crossgrade.chunk)");
}

static void a_killed_backend_leaves_neither_rows_nor_ledger_row(void **state) {
    (void)state;
    struct cg_chunk_result result;
    write_rows(lease(0), 100, &result);
    end_backend_of_session();
    struct cg_error err = {0};
    assert_int_equal(cg_chunk_commit(fixture.session, &result, NULL, 0, &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    assert_chunk_untouched();
}

static void a_killed_backend_is_noticed_while_writing(void **state) {
    (void)state;
    struct cg_chunk_result result;
    write_rows(lease(0), 1, &result);
    end_backend_of_session();
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    put_row(&b, &result, 2, "x");
    struct cg_error err = {0};
    assert_int_equal(cg_chunk_write(fixture.session, cg_buffer_slice(&b), &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    cg_buffer_done(&b);
    assert_chunk_untouched();
}

static void two_runs_cannot_claim_one_schema(void **state) {
    (void)state;
    struct cg_target_session *other = NULL;
    struct cg_error err = {0};
    assert_int_equal(cg_target_session_open(fixture.target, &other, &err), 0);
    assert_int_equal(cg_target_claim(fixture.session, &err), 0);
    assert_int_equal(cg_target_claim(other, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CONFLICT);
    cg_target_session_close(other);
}

static void a_wrong_row_count_is_refused(void **state) {
    (void)state;
    struct cg_chunk_result result;
    write_rows(lease(0), 10, &result);
    result.digest.rows = 11;
    struct cg_error err = {0};
    assert_int_equal(cg_chunk_commit(fixture.session, &result, NULL, 0, &err), -1);
    assert_int_equal(err.cls, CG_ERR_DATA);
    assert_chunk_untouched();
}

static void an_aborted_chunk_leaves_nothing_and_the_session_usable(void **state) {
    (void)state;
    struct cg_chunk_id chunk = lease(0);
    struct cg_chunk_result result;
    write_rows(chunk, 10, &result);
    cg_chunk_abort(fixture.session);
    cg_chunk_abort(fixture.session);
    assert_chunk_untouched();
    write_rows(chunk, 10, &result);
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    assert_value("SELECT count(*) FROM public.t", "10");
}

static void a_refused_value_is_an_error_of_the_data_with_its_place(void **state) {
    (void)state;
    static const struct {
        uint32_t id;
        const char *name, *sqlstate;
    } rows[] = {{2, "toolong", "22001"}, {13, "x", "23514"}, {3, "\xff", "22021"}};
    struct cg_chunk_id chunk = lease(0);
    for (size_t i = 0; i < 3; i++) {
        struct cg_chunk_result result = {0};
        struct cg_buffer b;
        cg_buffer_init(&b, 1 << 20);
        put_row(&b, &result, 1, "ok");
        put_row(&b, &result, rows[i].id, rows[i].name);
        must(cg_chunk_begin(fixture.session, chunk, "t", columns, 2, &trouble));
        must(cg_chunk_write(fixture.session, cg_buffer_slice(&b), &trouble));
        cg_buffer_done(&b);
        struct cg_error err = {0};
        assert_int_equal(cg_chunk_commit(fixture.session, &result, NULL, 0, &err), -1);
        assert_int_equal(err.cls, CG_ERR_DATA);
        assert_string_equal(err.sqlstate, rows[i].sqlstate);
        assert_non_null(strstr(err.message, "line 2"));
        assert_non_null(strstr(err.object, "table public.t, chunk "));
        assert_chunk_untouched();
    }
}

static void an_error_is_noticed_before_the_end_of_the_data(void **state) {
    (void)state;
    struct cg_chunk_result result = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    put_row(&b, &result, 13, "x");
    for (uint32_t i = 0; i < 1000; i++)
        put_row(&b, &result, 1, "fill");
    must(cg_chunk_begin(fixture.session, lease(0), "t", columns, 2, &trouble));
    struct cg_error err = {0};
    int rc = 0;
    uint64_t writes = 0;
    /* The server refuses row 1; a writer that noticed only at the end would go on for ever. */
    for (; rc == 0 && writes < 20000; writes++)
        rc = cg_chunk_write(fixture.session, cg_buffer_slice(&b), &err);
    cg_buffer_done(&b);
    assert_int_equal(rc, -1);
    assert_true(writes < 20000);
    assert_int_equal(err.cls, CG_ERR_DATA);
    assert_string_equal(err.sqlstate, "23514");
    assert_chunk_untouched();
}

static void writing_without_a_chunk_is_a_defect(void **state) {
    (void)state;
    struct cg_error err = {0};
    struct cg_chunk_result result = {0};
    assert_int_equal(cg_chunk_write(fixture.session, cg_slice_text("x"), &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
    assert_int_equal(cg_chunk_commit(fixture.session, &result, NULL, 0, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
}

/* ---- R15, R17 ---- */

static void r15_a_chunk_of_another_epoch_or_already_done_is_refused(void **state) {
    (void)state;
    struct cg_chunk_id chunk = lease(0);
    run("UPDATE crossgrade.chunk SET epoch = 2");
    struct cg_error err = {0};
    assert_int_equal(cg_chunk_begin(fixture.session, chunk, "t", columns, 2, &err), -1);
    assert_non_null(strstr(err.message, "epoch"));
    run("UPDATE crossgrade.chunk SET epoch = 1");
    struct cg_chunk_result result;
    write_rows(chunk, 1, &result);
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    err = (struct cg_error){0};
    assert_int_equal(cg_chunk_begin(fixture.session, chunk, "t", columns, 2, &err), -1);
    assert_non_null(strstr(err.message, "done"));
    assert_value("SELECT count(*) FROM public.t", "1");
}

static void r15_taking_over_ends_the_lost_session_and_fences_it(void **state) {
    (void)state;
    struct cg_target_session *lost = fixture.session;
    struct cg_chunk_id chunk = lease(0), taken = chunk;
    struct cg_chunk_result result;
    write_rows(chunk, 100, &result);
    must(cg_target_session_open(fixture.target, &fixture.session, &trouble));
    bool done = true;
    must(cg_ledger_chunk_take_over(fixture.session, &taken, &done, &trouble));
    assert_false(done);
    assert_int_equal(taken.epoch, 2);
    struct cg_error err = {0};
    assert_int_equal(cg_chunk_commit(lost, &result, NULL, 0, &err), -1);
    cg_target_session_close(lost);
    assert_int_equal(cg_chunk_begin(fixture.session, chunk, "t", columns, 2, &err), -1);
    write_rows(taken, 7, &result);
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    assert_value("SELECT count(*) FROM public.t", "7");
    assert_value("SELECT state || epoch FROM crossgrade.chunk", "done2");
}

static void r15_taking_over_finds_a_chunk_that_was_committed(void **state) {
    (void)state;
    struct cg_chunk_id chunk = lease(0);
    struct cg_chunk_result result;
    write_rows(chunk, 3, &result);
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    bool done = false;
    must(cg_ledger_chunk_take_over(fixture.session, &chunk, &done, &trouble));
    assert_true(done);
    assert_value("SELECT state || epoch FROM crossgrade.chunk", "done1");
}

static void r17_the_verdict_commits_synchronously_and_chunks_do_not(void **state) {
    (void)state;
    run("CREATE TABLE public.seen (what text, setting text)");
    run("CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES "
        "(TG_TABLE_NAME, current_setting('synchronous_commit')); RETURN NULL; END $$");
    run("CREATE TRIGGER see AFTER UPDATE ON crossgrade.chunk FOR EACH STATEMENT EXECUTE FUNCTION public.see()");
    run("CREATE TRIGGER see AFTER INSERT ON crossgrade.verdict FOR EACH STATEMENT EXECUTE FUNCTION public.see()");
    struct cg_chunk_result result;
    write_rows(lease(0), 1, &result);
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    run("ALTER DATABASE cgload_rows SET synchronous_commit = off"); /* so that neither is what it is by default */
    cg_target_session_close(fixture.session);
    must(cg_target_session_open(fixture.target, &fixture.session, &trouble));
    must(cg_ledger_verdict(fixture.session, "run-1", "SAFE", "{}", &trouble));
    assert_value("SELECT string_agg(DISTINCT what || '=' || setting, ' ' ORDER BY what || '=' || setting) "
                 "FROM public.seen",
                 "chunk=off verdict=on");
}

/* ---- names, cancel, canaries ---- */

static void hostile_names_are_only_names(void **state) {
    (void)state;
    run("CREATE TABLE public.\"t\"\"; DROP TABLE public.t; --\" (\"a\"\"b\" integer, \"c\\d\n'e\" text)");
    static const char *const hostile[] = {"a\"b", "c\\d\n'e"};
    struct cg_chunk_result result = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 20);
    put_row(&b, &result, 5, "v");
    must(cg_chunk_begin(fixture.session, lease(0), "t\"; DROP TABLE public.t; --", hostile, 2, &trouble));
    must(cg_chunk_write(fixture.session, cg_buffer_slice(&b), &trouble));
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
    cg_buffer_done(&b);
    assert_value("SELECT \"a\"\"b\" FROM public.\"t\"\"; DROP TABLE public.t; --\"", "5");
    assert_value("SELECT count(*) FROM public.t", "0");
}

static void *cancel_when_waiting(void *target) {
    const char *waiting = "0";
    PGconn *conn = fixture_connect(fixture.database);
    while (strcmp(waiting, "0") == 0) { /* until the session is blocked, and never on a clock */
        PGresult *result = PQexec(conn, "SELECT count(*) FROM pg_locks WHERE NOT granted");
        waiting = PQgetvalue(result, 0, 0)[0] == '0' ? "0" : "1";
        PQclear(result);
    }
    cg_target_cancel(target);
    PQfinish(conn);
    return NULL;
}

static void cancel_ends_what_a_session_waits_for(void **state) {
    (void)state;
    run("BEGIN");
    run("LOCK TABLE public.t");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_waiting, fixture.target), 0);
    struct cg_error err = {0};
    int rc = cg_target_execute(fixture.session, "ALTER TABLE public.t ADD COLUMN extra integer", &err);
    pthread_join(thread, NULL);
    run("ROLLBACK");
    assert_int_equal(rc, -1);
    assert_int_equal(err.cls, CG_ERR_CANCELLED);
    must(cg_target_execute(fixture.session, "ALTER TABLE public.t ADD COLUMN extra integer", &trouble));
}

static void r16_a_lock_that_is_not_to_be_had_names_who_holds_it(void **state) {
    (void)state;
    must(cg_target_execute(fixture.session, "SET lock_timeout = '50ms'", &trouble));
    run("BEGIN");
    run("LOCK TABLE public.t");
    const char *pid = value("SELECT pg_backend_pid()");
    struct cg_error err = {0};
    assert_int_equal(cg_target_execute(fixture.session, "CREATE INDEX i ON public.t (id)", &err), -1);
    run("ROLLBACK");
    assert_int_equal(err.cls, CG_ERR_ENGINE);
    assert_true(err.retryable);
    assert_non_null(strstr(err.hint, pid));
}

static void a_refused_statement_is_an_error_of_its_object(void **state) {
    (void)state;
    struct cg_error err = {0};
    assert_int_equal(cg_target_execute(fixture.session, "CREATE TABLE public.t (id integer)", &err), -1);
    assert_int_equal(err.cls, CG_ERR_OBJECT);
    assert_string_equal(err.sqlstate, "42P07");
    must(cg_target_execute(fixture.session, "CREATE TABLE public.u (id integer)", &trouble));
}

static void canaries_come_back_as_text_and_as_the_same_image(void **state) {
    (void)state;
    run("CREATE TYPE public.\"e\"\"x\" AS ENUM ('a', 'b')");
    static const char *const types[] = {"integer", "varchar(5)", "boolean", "public.\"e\"\"x\""};
    struct cg_buffer b, back;
    cg_buffer_init(&b, 1 << 20);
    cg_buffer_init(&back, 1 << 20);
    must(cg_buffer_append(&b, "\0\4\0\0\0\4\0\0\0\7\377\377\377\377\0\0\0\1\1\0\0\0\1b", 24, &trouble));
    const char *texts[4];
    for (int again = 0; again < 2; again++) {
        must(cg_target_canary(fixture.session, types, 4, cg_buffer_slice(&b), fixture.arena, texts, &trouble));
        assert_string_equal(texts[0], "7");
        assert_null(texts[1]);
        assert_string_equal(texts[2], "t");
        assert_string_equal(texts[3], "b");
        must(cg_target_canary_image(fixture.session, &back, &trouble));
        assert_int_equal(back.len, b.len);
        assert_memory_equal(back.data, b.data, b.len);
    }
    struct cg_error err = {0};
    assert_int_equal(cg_target_canary(fixture.session, types, 4, cg_slice_text("garbage"), fixture.arena, texts, &err),
                     -1);
    must(cg_target_canary(fixture.session, types, 4, cg_buffer_slice(&b), fixture.arena, texts, &trouble));
    cg_buffer_done(&b);
    cg_buffer_done(&back);
}

/* ---- what a target must be ---- */

static void assert_refused(const char *uri, const char *ledger, enum cg_error_class cls, const char *words) {
    struct cg_target *target = NULL;
    struct cg_error err = {0};
    assert_int_equal(fixture_try_open(uri, "public", ledger, &target, &err), -1);
    assert_null(target);
    assert_int_equal(err.cls, cls);
    if (!strstr(err.message, words))
        fail_msg("%s does not say %s", err.message, words);
}

static void r19_a_database_that_is_not_utf8_is_refused(void **state) {
    (void)state;
    PGconn *conn = fixture_connect("postgres");
    run_on(conn, "DROP DATABASE IF EXISTS cgload_latin1");
    run_on(conn, "CREATE DATABASE cgload_latin1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    char uri[512];
    snprintf(uri, sizeof uri, "%s/cgload_latin1", fixture.server);
    assert_refused(uri, "crossgrade", CG_ERR_USAGE, "LATIN1");
    run_on(conn, "DROP DATABASE cgload_latin1");
    PQfinish(conn);
}

static void a_read_only_target_another_engine_and_a_shared_schema_are_refused(void **state) {
    (void)state;
    run("ALTER DATABASE cgload_rows SET default_transaction_read_only = on");
    assert_refused(fixture.uri, "crossgrade", CG_ERR_USAGE, "read-only");
    run("SET default_transaction_read_only = off; ALTER DATABASE cgload_rows RESET default_transaction_read_only");
    assert_refused("mysql://root@127.0.0.1/x", "crossgrade", CG_ERR_USAGE, "mysql");
    assert_refused(fixture.uri, "public", CG_ERR_USAGE, "share");
}

/* The URI of the test database for another user. */
static const char *uri_of(const char *user) {
    const char *host = strchr(fixture.uri, '@');
    assert_non_null(host);
    return cg_arena_printf(fixture.arena, "postgresql://%s%s", user, host);
}

static void missing_rights_name_the_grants(void **state) {
    (void)state;
    run("DROP ROLE IF EXISTS cgload_poor");
    run("CREATE ROLE cgload_poor LOGIN");
    run("CREATE SCHEMA locked; DROP SCHEMA crossgrade CASCADE");
    struct cg_target *target;
    struct cg_target_session *session;
    must(fixture_try_open(uri_of("cgload_poor"), "locked", "crossgrade", &target, &trouble));
    assert_true(cg_target_schema_exists(target));
    must(cg_target_session_open(target, &session, &trouble));
    struct cg_error err = {0};
    assert_int_equal(cg_target_check_rights(session, true, &err), -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    assert_non_null(strstr(err.hint, "GRANT CREATE ON DATABASE cgload_rows TO cgload_poor"));
    assert_non_null(strstr(err.hint, "GRANT USAGE, CREATE ON SCHEMA locked TO cgload_poor"));
    assert_int_equal(cg_ledger_prepare(session, &err), -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    assert_non_null(strstr(err.hint, "GRANT CREATE ON DATABASE"));
    assert_int_equal(cg_target_execute(session, "CREATE TABLE locked.x (id integer)", &err), -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    assert_non_null(strstr(err.hint, "ON SCHEMA locked"));
    run("GRANT CREATE ON DATABASE cgload_rows TO cgload_poor; GRANT USAGE, CREATE ON SCHEMA locked TO cgload_poor");
    must(cg_target_check_rights(session, true, &trouble));
    must(cg_ledger_prepare(session, &trouble));
    must(cg_target_execute(session, "CREATE TABLE locked.x (id integer)", &trouble));
    cg_target_session_close(session);
    cg_target_free(target);
    run("DROP OWNED BY cgload_poor; DROP ROLE cgload_poor");
}

static void types_of_extensions_are_found_in_any_schema(void **state) {
    (void)state;
    if (strcmp(value("SELECT count(*) FROM pg_available_extensions WHERE name = 'citext'"), "1") != 0)
        skip();
    run("CREATE SCHEMA \"ext \"\" s\"; CREATE EXTENSION citext SCHEMA \"ext \"\" s\"");
    struct cg_target *target;
    struct cg_target_session *session;
    must(fixture_try_open(fixture.uri, "public", "crossgrade", &target, &trouble));
    assert_true(cg_target_has_extension(target, "citext"));
    assert_false(cg_target_has_extension(target, "vector"));
    must(cg_target_session_open(target, &session, &trouble));
    must(cg_target_execute(session, "CREATE TABLE public.c (c citext)", &trouble));
    cg_target_session_close(session);
    cg_target_free(target);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_chunk_commits_rows_and_ledger_row),
        TEST(an_empty_chunk_commits),
        TEST(images_may_be_cut_anywhere),
        TEST(conversions_commit_with_the_chunk_and_add_up),
        TEST(a_killed_backend_leaves_neither_rows_nor_ledger_row),
        TEST(a_killed_backend_is_noticed_while_writing),
        TEST(two_runs_cannot_claim_one_schema),
        TEST(a_wrong_row_count_is_refused),
        TEST(an_aborted_chunk_leaves_nothing_and_the_session_usable),
        TEST(a_refused_value_is_an_error_of_the_data_with_its_place),
        TEST(an_error_is_noticed_before_the_end_of_the_data),
        TEST(writing_without_a_chunk_is_a_defect),
        TEST(r15_a_chunk_of_another_epoch_or_already_done_is_refused),
        TEST(r15_taking_over_ends_the_lost_session_and_fences_it),
        TEST(r15_taking_over_finds_a_chunk_that_was_committed),
        TEST(r17_the_verdict_commits_synchronously_and_chunks_do_not),
        TEST(hostile_names_are_only_names),
        TEST(cancel_ends_what_a_session_waits_for),
        TEST(r16_a_lock_that_is_not_to_be_had_names_who_holds_it),
        TEST(a_refused_statement_is_an_error_of_its_object),
        TEST(canaries_come_back_as_text_and_as_the_same_image),
        TEST(r19_a_database_that_is_not_utf8_is_refused),
        TEST(a_read_only_target_another_engine_and_a_shared_schema_are_refused),
        TEST(missing_rights_name_the_grants),
        TEST(types_of_extensions_are_found_in_any_schema),
    };
    return fixture_main("pg_load", tests, sizeof tests / sizeof *tests);
}
