/* The ledger on PostgreSQL: what goes in comes out, what is not a ledger is left alone, and a run can be forgotten. */
#include "tests/conformance/pg_fixture.h"

#include <unistd.h>

#define LEDGER "led\"ger; --"

static int setup(void **state) {
    (void)state;
    fixture_make_database("cgload_ledger", "ENCODING 'UTF8' TEMPLATE template0");
    fixture_open("public", LEDGER);
    run("SET search_path = \"led\"\"ger; --\"");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fixture_close();
    return 0;
}

static void begin_run(const char *run_id) {
    struct cg_ledger_run r = {run_id, "mysql://s/d", "postgresql://t/d", "uuid", "jobs: '2'\n", "0.1.0", "gtid 1"};
    must(cg_ledger_run_begin(fixture.session, &r, &trouble));
}

static int64_t add_table(const char *run_id, const char *name) {
    int64_t id;
    must(cg_ledger_table_add(fixture.session, run_id, name, name, &id, &trouble));
    return id;
}

/* A chunk as a finished run would have left it. */
static void add_done_chunk(int64_t table, int number, const struct cg_digest *digest) {
    struct cg_chunk_id chunk;
    must(cg_ledger_chunk_lease(fixture.session, table, number, cg_slice_text(""), &chunk, &trouble));
    run("CREATE TABLE IF NOT EXISTS public.empty (id integer)");
    const char *column = "id";
    struct cg_chunk_result result = {.digest = *digest, .bytes = 10};
    struct cg_buffer rows;
    cg_buffer_init(&rows, 1 << 20);
    for (uint64_t i = 0; i < digest->rows; i++)
        must(cg_buffer_append(&rows, "\0\1\377\377\377\377", 6, &trouble));
    must(cg_chunk_begin(fixture.session, chunk, "empty", &column, 1, &trouble));
    must(cg_chunk_write(fixture.session, cg_buffer_slice(&rows), &trouble));
    struct cg_conversion_count count = {CG_NUL_REMOVED, "c", 1, {"id=1"}};
    must(cg_chunk_commit(fixture.session, &result, &count, 1, &trouble));
    cg_buffer_done(&rows);
}

/* ---- making ---- */

static void preparing_twice_or_from_two_sessions_makes_one_ledger(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    must(cg_ledger_prepare(fixture.session, &trouble));
    struct cg_target_session *other;
    must(cg_target_session_open(fixture.target, &other, &trouble));
    must(cg_ledger_prepare(other, &trouble));
    cg_target_session_close(other);
    assert_value("SELECT string_agg(product || version, ',' ORDER BY version) FROM ledger_version",
                 "crossgrade1,crossgrade2");
    assert_value("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                 "WHERE nspname = 'led\"ger; --' AND relkind = 'r' AND obj_description(c.oid) IS NULL",
                 "0");
}

static void an_empty_schema_of_that_name_is_taken(void **state) {
    (void)state;
    run("CREATE SCHEMA \"led\"\"ger; --\"");
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r");
}

static void a_schema_that_is_not_a_ledger_is_refused_and_untouched(void **state) {
    (void)state;
    run("CREATE SCHEMA \"led\"\"ger; --\"; CREATE TABLE ledger_version (mine integer); CREATE TABLE run (a integer)");
    struct cg_error err = {0};
    assert_int_equal(cg_ledger_prepare(fixture.session, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CONFLICT);
    assert_non_null(strstr(err.hint, "--ledger-schema"));
    assert_value("SELECT count(*) FROM pg_tables WHERE schemaname = 'led\"ger; --'", "2");
}

static void a_ledger_of_a_later_version_is_refused(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    run("INSERT INTO ledger_version (product, version) VALUES ('crossgrade', 99)");
    struct cg_target_session *session;
    must(cg_target_session_open(fixture.target, &session, &trouble));
    struct cg_error err = {0};
    struct cg_ledger_run_row *rows;
    size_t count;
    assert_int_equal(cg_ledger_prepare(session, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CONFLICT);
    assert_int_equal(cg_ledger_runs(session, fixture.arena, &rows, &count, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "version 99"));
    cg_target_session_close(session);
}

static void a_database_without_a_ledger_says_so(void **state) {
    (void)state;
    struct cg_error err = {0};
    struct cg_ledger_run_row *rows;
    size_t count;
    assert_int_equal(cg_ledger_runs(fixture.session, fixture.arena, &rows, &count, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "no ledger"));
}

/* ---- runs, tables, chunks ---- */

static void a_run_is_listed_with_its_state_verdict_tables_and_rows(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r-1");
    begin_run("r-2");
    struct cg_digest digest = {.low = 5, .high = 6, .rows = 3};
    add_done_chunk(add_table("r-1", "a"), 0, &digest);
    add_done_chunk(add_table("r-1", "b"), 0, &digest);
    must(cg_ledger_verdict(fixture.session, "r-1", "NOT_SAFE", "{}", &trouble));
    must(cg_ledger_verdict(fixture.session, "r-1", "SAFE", "{}", &trouble));
    must(cg_ledger_run_end(fixture.session, "r-1", "finished", &trouble));
    struct cg_ledger_run_row *rows;
    size_t count;
    must(cg_ledger_runs(fixture.session, fixture.arena, &rows, &count, &trouble));
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].run_id, "r-1");
    assert_string_equal(rows[0].state, "finished");
    assert_string_equal(rows[0].verdict, "SAFE");
    assert_string_equal(rows[0].source, "mysql://s/d");
    assert_int_equal(rows[0].tables, 2);
    assert_int_equal(rows[0].rows, 6);
    assert_true(strlen(rows[0].started) == 20 && strlen(rows[0].finished) == 20);
    assert_string_equal(rows[1].state, "running");
    assert_string_equal(rows[1].finished, "");
    assert_string_equal(rows[1].verdict, "");
    assert_int_equal(rows[1].rows, 0);
}

static void digests_come_back_and_add_up_modulo_2_to_the_128(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r");
    static const struct cg_digest digests[] = {
        {0, 0, 0},           {1, 0, 1}, {0, 1, 2}, {UINT64_MAX, UINT64_MAX, 3}, {UINT64_MAX, 0x7fffffffffffffff, 4},
        {12345, 67890, 200},
    };
    struct cg_digest sum = {0};
    int64_t all = add_table("r", "all");
    struct cg_ledger_table_sum got;
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
        char name[8];
        snprintf(name, sizeof name, "t%zu", i);
        int64_t one = add_table("r", name);
        add_done_chunk(one, 0, &digests[i]);
        must(cg_ledger_table_sum(fixture.session, one, &got, &trouble));
        assert_true(cg_digest_equal(&got.digest, &digests[i]));
        add_done_chunk(all, (int)i, &digests[i]);
        cg_digest_add(&sum, &digests[i]);
    }
    must(cg_ledger_table_sum(fixture.session, all, &got, &trouble));
    assert_true(cg_digest_equal(&got.digest, &sum));
    assert_int_equal(got.chunks, 6);
    assert_int_equal(got.chunks_done, 6);
    assert_int_equal(got.bytes, 60);
}

static void r17_a_leased_chunk_counts_for_nothing(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r");
    int64_t table = add_table("r", "t");
    struct cg_digest digest = {.low = 5, .high = 6, .rows = 3};
    add_done_chunk(table, 0, &digest);
    struct cg_chunk_id chunk;
    must(cg_ledger_chunk_lease(fixture.session, table, 1, cg_slice_text("`k` < 'it''s'"), &chunk, &trouble));
    struct cg_ledger_table_sum sum;
    must(cg_ledger_table_sum(fixture.session, table, &sum, &trouble));
    assert_int_equal(sum.chunks, 2);
    assert_int_equal(sum.chunks_done, 1);
    assert_int_equal(sum.digest.rows, 3);
    must(cg_ledger_table_sum(fixture.session, 4711, &sum, &trouble));
    assert_int_equal(sum.chunks, 0);
}

static void r15_a_lease_keeps_the_backend_and_the_exact_predicate(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r");
    struct cg_slice predicate = {(const unsigned char *)"`k` < '\xff\0\\'", 11};
    struct cg_chunk_id chunk;
    must(cg_ledger_chunk_lease(fixture.session, add_table("r", "t"), 0, predicate, &chunk, &trouble));
    assert_int_equal(chunk.epoch, 1);
    assert_value("SELECT encode(predicate, 'hex') FROM chunk", "606b60203c2027ff005c27");
    assert_value("SELECT a.pid <> pg_backend_pid() AND a.application_name = 'crossgrade' FROM chunk c "
                 "JOIN pg_stat_activity a ON a.pid = c.backend_pid AND a.backend_start = c.backend_start",
                 "t");
}

static void states_are_checked(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r");
    int64_t table = add_table("r", "t");
    must(cg_ledger_table_state(fixture.session, table, "failed", "why \"so\"; \xff", &trouble));
    assert_value("SELECT state || ': ' || message FROM run_table", "failed: why \"so\"; \xEF\xBF\xBD");
    must(cg_ledger_table_state(fixture.session, table, "rows", NULL, &trouble));
    assert_value("SELECT message IS NULL FROM run_table", "t");
    struct cg_error err = {0};
    assert_int_equal(cg_ledger_table_state(fixture.session, table, "lost", NULL, &err), -1);
    assert_string_equal(err.sqlstate, "23514");
    assert_int_equal(cg_ledger_run_end(fixture.session, "r", "lost", &err), -1);
    assert_int_equal(cg_ledger_verdict(fixture.session, "r", "MAYBE", "{}", &err), -1);
    assert_int_equal(cg_ledger_verdict(fixture.session, "r", "SAFE", "not json", &err), -1);
    assert_int_equal(cg_ledger_table_state(fixture.session, 4711, "rows", NULL, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
    assert_int_equal(cg_ledger_run_end(fixture.session, "no", "failed", &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
}

static void an_event_tells_who_where_and_when(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r");
    must(cg_ledger_event(fixture.session, "r", "table.failed", "t'\"", "x'); DROP TABLE event; --", &trouble));
    must(cg_ledger_event(fixture.session, NULL, "ledger.look", NULL, "no run", &trouble));
    char pid[32];
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    assert_value("SELECT pid FROM event WHERE run_id = 'r'", pid);
    assert_value("SELECT kind || object || message FROM event WHERE run_id = 'r'",
                 "table.failedt'\"x'); DROP TABLE event; --");
    assert_value("SELECT bool_and(os_user <> '' AND host <> '' AND happened BETWEEN now() - interval '1 hour' "
                 "AND clock_timestamp()) FROM event",
                 "t");
}

/* ---- reports, forgetting ---- */

static void the_last_verdicts_report_comes_back_byte_for_byte(void **state) {
    (void)state;
    static const char json[] = "{\"b\": 1.0,\n \"a\":\"\\u0000 \xC3\xA9\", \"a\": 2}";
    must(cg_ledger_prepare(fixture.session, &trouble));
    begin_run("r");
    const char *got = NULL;
    struct cg_error err = {0};
    assert_int_equal(cg_ledger_report(fixture.session, "r", fixture.arena, &got, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "no verdict"));
    must(cg_ledger_verdict(fixture.session, "r", "NOT_SAFE", "{}", &trouble));
    must(cg_ledger_verdict(fixture.session, "r", "SAFE", json, &trouble));
    must(cg_ledger_report(fixture.session, "r", fixture.arena, &got, &trouble));
    assert_string_equal(got, json);
    assert_int_equal(cg_ledger_report(fixture.session, "q", fixture.arena, &got, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "it holds r"));
}

static void a_forgotten_run_leaves_nothing_and_its_rows_stay(void **state) {
    (void)state;
    must(cg_ledger_prepare(fixture.session, &trouble));
    struct cg_digest digest = {.low = 5, .high = 6, .rows = 3};
    for (int i = 0; i < 2; i++) {
        const char *run_id = i ? "keep" : "gone";
        begin_run(run_id);
        add_done_chunk(add_table(run_id, "t"), 0, &digest);
        must(cg_ledger_event(fixture.session, run_id, "k", NULL, "m", &trouble));
        must(cg_ledger_verdict(fixture.session, run_id, "SAFE", "{}", &trouble));
    }
    must(cg_ledger_forget(fixture.session, "gone", &trouble));
    assert_value("SELECT concat_ws(' ', (SELECT string_agg(run_id, ',') FROM run), (SELECT count(*) FROM run_table), "
                 "(SELECT count(*) FROM chunk), (SELECT count(*) FROM conversion), (SELECT count(*) FROM event), "
                 "(SELECT count(*) FROM verdict), (SELECT count(*) FROM public.empty))",
                 "keep 1 1 1 1 1 6");
    struct cg_error err = {0};
    assert_int_equal(cg_ledger_forget(fixture.session, "gone", &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "keep"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(preparing_twice_or_from_two_sessions_makes_one_ledger),
        TEST(an_empty_schema_of_that_name_is_taken),
        TEST(a_schema_that_is_not_a_ledger_is_refused_and_untouched),
        TEST(a_ledger_of_a_later_version_is_refused),
        TEST(a_database_without_a_ledger_says_so),
        TEST(a_run_is_listed_with_its_state_verdict_tables_and_rows),
        TEST(digests_come_back_and_add_up_modulo_2_to_the_128),
        TEST(r17_a_leased_chunk_counts_for_nothing),
        TEST(r15_a_lease_keeps_the_backend_and_the_exact_predicate),
        TEST(states_are_checked),
        TEST(an_event_tells_who_where_and_when),
        TEST(the_last_verdicts_report_comes_back_byte_for_byte),
        TEST(a_forgotten_run_leaves_nothing_and_its_rows_stay),
    };
    return fixture_main("ledger", tests, sizeof tests / sizeof *tests);
}
