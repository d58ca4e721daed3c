/* Rows that PostgreSQL refuses are set aside one by one, and the ledger keeps them with the chunk that they are of. */
#include "tests/conformance/pg_fixture.h"

static int64_t table_id;

static int setup(void **state) {
    (void)state;
    fixture_make_database("cgload_rejects", "ENCODING 'UTF8' TEMPLATE template0");
    fixture_open("public", "crossgrade");
    struct cg_ledger_run r = {"run-1", "mysql://s/d", "postgresql://t/d", "uuid", "jobs: 2", "0.1.0", "gtid 1"};
    must(cg_ledger_prepare(fixture.session, &trouble));
    must(cg_ledger_run_begin(fixture.session, &r, &trouble));
    must(cg_ledger_table_add(fixture.session, "run-1", "t", "t", &table_id, &trouble));
    run("CREATE TABLE public.t (id integer, name varchar(5), CONSTRAINT no_thirteen CHECK (id <> 13))");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fixture_close();
    return 0;
}

static const char *const columns[] = {"id", "name"};

static void put_row(struct cg_buffer *b, uint32_t id, const char *name) {
    struct cg_error err = {0};
    size_t len = name ? strlen(name) : 0;
    assert_int_equal(cg_buffer_reserve(b, 14 + len, &err), 0);
    cg_put_u16(b, 2);
    cg_put_u32(b, 4);
    cg_put_u32(b, id);
    cg_put_u32(b, name ? (uint32_t)len : 0xFFFFFFFFu);
    cg_put_bytes(b, name, len);
}

/* What was refused: ids in their order, SQLSTATEs, the last reason. */
struct refused {
    uint32_t ids[4096];
    size_t count, most; /* most: one more is an error; 0: none is too many */
    char sqlstate[6], reason[1024];
};

static int refuse(void *context, struct cg_slice image, const struct cg_error *why, struct cg_error *err) {
    struct refused *refused = context;
    assert_int_equal(why->cls, CG_ERR_DATA);
    assert_int_equal(cg_get_u16(image.data), 2);
    assert_true(refused->count < sizeof refused->ids / sizeof *refused->ids);
    refused->ids[refused->count++] = cg_get_u32(image.data + 6);
    snprintf(refused->sqlstate, sizeof refused->sqlstate, "%s", why->sqlstate);
    snprintf(refused->reason, sizeof refused->reason, "%s", why->message);
    if (refused->most && refused->count > refused->most)
        return cg_error_set(err, CG_ERR_DATA, "too many");
    return 0;
}

static struct cg_chunk_id begin(int number) {
    struct cg_chunk_id chunk;
    must(cg_ledger_chunk_lease(fixture.session, table_id, number, cg_slice_text("`id` < 4"), &chunk, &trouble));
    must(cg_chunk_begin_parts(fixture.session, chunk, "t", columns, 2, &trouble));
    return chunk;
}

/* One part of rows first to last; gives how many went in. */
static uint64_t write_part(uint32_t first, uint32_t last, struct refused *refused) {
    struct cg_buffer b;
    uint64_t rows = 0;
    cg_buffer_init(&b, 1 << 24);
    for (uint32_t i = first; i <= last; i++)
        put_row(&b, i, i % 2 ? "odd" : NULL);
    must(cg_chunk_write_part(fixture.session, cg_buffer_slice(&b), refuse, refused, &rows, &trouble));
    cg_buffer_done(&b);
    return rows;
}

static void commit(uint64_t rows) {
    struct cg_chunk_result result = {.digest = {.rows = rows, .low = 7}, .bytes = 10};
    must(cg_chunk_commit(fixture.session, &result, NULL, 0, &trouble));
}

/* ---- refusals ---- */

static void only_the_row_that_is_refused_stays_out(void **state) {
    (void)state;
    struct refused refused = {.count = 0};
    begin(0);
    assert_int_equal(write_part(1, 10, &refused), 10);
    assert_int_equal(refused.count, 0);
    assert_int_equal(write_part(11, 1000, &refused), 989);
    assert_int_equal(write_part(1001, 1500, &refused), 500);
    assert_value("SELECT count(*) FROM public.t", "0");
    commit(1499);
    assert_int_equal(refused.count, 1);
    assert_int_equal(refused.ids[0], 13);
    assert_string_equal(refused.sqlstate, "23514");
    assert_non_null(strstr(refused.reason, "violates check constraint \"no_thirteen\""));
    assert_null(strstr(refused.reason, "COPY"));
    assert_value("SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || sum(id) FROM public.t", "1499 1499 1125737");
    assert_value("SELECT state || ' ' || row_count FROM crossgrade.chunk", "done 1499");
}

static void a_chunk_of_refused_rows_alone_is_done_with_none(void **state) {
    (void)state;
    struct refused refused = {.count = 0};
    run("ALTER TABLE public.t ADD CHECK (id > 5000)");
    begin(0);
    assert_int_equal(write_part(1, 500, &refused), 0);
    commit(0);
    assert_int_equal(refused.count, 500);
    for (uint32_t i = 0; i < 500; i++)
        assert_int_equal(refused.ids[i], i + 1);
    assert_value("SELECT state || ' ' || row_count FROM crossgrade.chunk", "done 0");
}

static void every_kind_of_refusal_is_a_row_s(void **state) {
    (void)state;
    static const struct {
        const char *object, *sqlstate, *reason;
    } kinds[] = {
        {"CREATE DOMAIN public.small AS integer CHECK (VALUE <> 3); ALTER TABLE public.t ALTER id TYPE public.small",
         "23514", "violates check constraint"},
        {"CREATE UNIQUE INDEX u ON public.t ((id % 2)) WHERE id IN (1, 3)", "23505", "duplicate key"},
        {"ALTER TABLE public.t ADD UNIQUE (id); INSERT INTO public.t VALUES (3, 'there')", "23505", "duplicate key"},
        {"CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 3 THEN RAISE EXCEPTION "
         "'not three'; END IF; RETURN NEW; END $$; CREATE TRIGGER f BEFORE INSERT ON public.t FOR EACH ROW EXECUTE "
         "FUNCTION public.f()",
         "P0001", "not three"},
        {"CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 3 THEN RETURN NULL; END "
         "IF; RETURN NEW; END $$; CREATE TRIGGER f BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
         "09000", "a trigger of the table drops it"},
        {"CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 / (NEW.id - 3); RETURN "
         "NEW; END $$; CREATE TRIGGER f AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
         "22012", "division by zero"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct refused refused = {.count = 0};
        run("DROP TABLE IF EXISTS public.t; DROP FUNCTION IF EXISTS public.f; DROP DOMAIN IF EXISTS public.small; "
            "CREATE TABLE public.t (id integer, name varchar(5))");
        run(kinds[i].object);
        begin((int)i);
        assert_int_equal(write_part(1, 6, &refused), 5);
        commit(5);
        assert_int_equal(refused.count, 1);
        assert_int_equal(refused.ids[0], 3);
        assert_string_equal(refused.sqlstate, kinds[i].sqlstate);
        assert_non_null(strstr(refused.reason, kinds[i].reason));
    }
}

static int keep_sqlstate(void *context, struct cg_slice image, const struct cg_error *why, struct cg_error *err) {
    (void)image;
    (void)err;
    memcpy(context, why->sqlstate, sizeof why->sqlstate);
    return 0;
}

static void a_row_too_large_for_a_page_is_refused(void **state) {
    (void)state;
    enum { WIDE = 1200 };
    struct cg_buffer sql, rows;
    static char names[WIDE][8];
    static const char *list[WIDE];
    cg_buffer_init(&sql, 1 << 20);
    cg_buffer_init(&rows, 1 << 20);
    must(cg_buffer_text(&sql, "CREATE TABLE public.wide (", &trouble));
    for (int i = 0; i < WIDE; i++) {
        snprintf(names[i], sizeof names[i], "c%d", i);
        list[i] = names[i];
        must(cg_buffer_printf(&sql, &trouble, "%sc%d bigint", i ? ", " : "", i));
    }
    must(cg_buffer_text(&sql, ")", &trouble));
    run(cg_buffer_cstr(&sql, &trouble));
    for (uint32_t row = 0; row < 3; row++) { /* the second has a value in each column: 9,600 bytes of 8,160 */
        must(cg_buffer_reserve(&rows, 2 + WIDE * 12, &trouble));
        cg_put_u16(&rows, WIDE);
        for (int i = 0; i < WIDE; i++) {
            bool null = row != 1 && i > 0;
            cg_put_u32(&rows, null ? 0xFFFFFFFFu : 8);
            if (!null)
                cg_put_u64(&rows, row);
        }
    }
    struct cg_chunk_id chunk;
    char sqlstate[6] = "";
    uint64_t taken = 0;
    must(cg_ledger_chunk_lease(fixture.session, table_id, 0, cg_slice_text(""), &chunk, &trouble));
    must(cg_chunk_begin_parts(fixture.session, chunk, "wide", list, WIDE, &trouble));
    must(cg_chunk_write_part(fixture.session, cg_buffer_slice(&rows), keep_sqlstate, sqlstate, &taken, &trouble));
    assert_int_equal(taken, 2);
    assert_string_equal(sqlstate, "54000");
    commit(2);
    assert_value("SELECT string_agg(c0::text, ',') FROM public.wide", "0,2");
    cg_buffer_done(&sql);
    cg_buffer_done(&rows);
}

static void what_a_trigger_did_for_a_refused_row_is_undone(void **state) {
    (void)state;
    struct refused refused = {.count = 0};
    run("CREATE TABLE public.log (id integer); CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO public.log VALUES (NEW.id); RETURN NEW; END $$; CREATE TRIGGER f BEFORE INSERT ON public.t FOR "
        "EACH ROW EXECUTE FUNCTION public.f()");
    begin(0);
    assert_int_equal(write_part(1, 100, &refused), 99);
    commit(99);
    assert_value("SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || sum((id = 13)::int) FROM public.log",
                 "99 99 0");
}

static void of_two_rows_that_exclude_each_other_the_first_stays(void **state) {
    (void)state;
    struct refused refused = {.count = 0};
    run("CREATE UNIQUE INDEX ON public.t ((id / 10))");
    begin(0);
    assert_int_equal(write_part(20, 39, &refused), 2);
    assert_int_equal(write_part(30, 45, &refused), 1);
    commit(3);
    assert_int_equal(refused.count, 33);
    assert_value("SELECT string_agg(id::text, ',' ORDER BY id) FROM public.t", "20,30,40");
}

/* ---- what is not a row's fault ---- */

static void trouble_of_the_server_s_is_an_error_and_no_refusal(void **state) {
    (void)state;
    static const char *const states[] = {"53100", "42501", "40P01", "57014", "XX000", "55000", "25006"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        char sql[512];
        snprintf(sql, sizeof sql,
                 "CREATE OR REPLACE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                 "'trouble' USING ERRCODE = '%s'; END $$; CREATE OR REPLACE TRIGGER f BEFORE INSERT ON public.t FOR "
                 "EACH ROW WHEN (NEW.id = 7) EXECUTE FUNCTION public.f()",
                 states[i]);
        run(sql);
        struct refused refused = {.count = 0};
        struct cg_buffer b;
        struct cg_error err = {0};
        uint64_t rows = 99;
        cg_buffer_init(&b, 1 << 20);
        for (uint32_t id = 1; id <= 20; id++)
            put_row(&b, id, NULL);
        begin((int)i);
        assert_int_equal(cg_chunk_write_part(fixture.session, cg_buffer_slice(&b), refuse, &refused, &rows, &err), -1);
        assert_string_equal(err.sqlstate, states[i]);
        assert_int_not_equal(err.cls, CG_ERR_DATA);
        assert_int_equal(refused.count, 0);
        assert_int_equal(rows, 99);
        cg_buffer_done(&b);
    }
    assert_value("SELECT count(*) FROM public.t", "0");
    assert_value("SELECT count(*) FILTER (WHERE state = 'leased') FROM crossgrade.chunk", "7");
    struct refused refused = {.count = 0};
    run("DROP TRIGGER f ON public.t");
    begin(99); /* the session is as good as new */
    assert_int_equal(write_part(1, 5, &refused), 5);
    commit(5);
}

static void who_takes_refused_rows_may_end_the_chunk(void **state) {
    (void)state;
    struct refused refused = {.most = 3};
    struct cg_buffer b;
    struct cg_error err = {0};
    uint64_t rows;
    run("ALTER TABLE public.t ADD CHECK (id > 100)");
    cg_buffer_init(&b, 1 << 20);
    for (uint32_t id = 1; id <= 200; id++)
        put_row(&b, id, NULL);
    begin(0);
    assert_int_equal(cg_chunk_write_part(fixture.session, cg_buffer_slice(&b), refuse, &refused, &rows, &err), -1);
    assert_string_equal(err.message, "too many");
    assert_int_equal(refused.count, 4);
    assert_value("SELECT count(*) FROM public.t", "0");
    assert_value("SELECT state FROM crossgrade.chunk", "leased");
    cg_buffer_done(&b);
}

static void a_part_that_ends_inside_a_row_is_a_defect(void **state) {
    (void)state;
    struct refused refused = {.count = 0};
    struct cg_buffer b;
    struct cg_error err = {0};
    uint64_t rows;
    cg_buffer_init(&b, 1 << 20);
    put_row(&b, 1, "odd");
    put_row(&b, 2, "odd");
    begin(0);
    b.len--;
    assert_int_equal(cg_chunk_write_part(fixture.session, cg_buffer_slice(&b), refuse, &refused, &rows, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
    cg_buffer_done(&b);
}

/* ---- the ledger ---- */

static const struct cg_reject by_us = {.key = "id=1, name='\xff'",
                                       .where = {(const unsigned char *)"`id` = 1 AND x = '\xff\0'", 21},
                                       .column = "name",
                                       .reason = "a NUL byte",
                                       .digest = {.low = 5, .high = UINT64_MAX, .rows = 1}};
static const struct cg_reject by_target = {.by_target = true,
                                           .sqlstate = "23514",
                                           .reason = "violates no_thirteen",
                                           .digest = {.low = 6, .high = 1, .rows = 1}};

static void reject_both(void) {
    const struct cg_reject rejects[] = {by_us, by_target};
    must(cg_chunk_reject(fixture.session, rejects, 2, &trouble));
}

static void rejected_rows_are_in_the_ledger_when_their_chunk_is(void **state) {
    (void)state;
    struct refused refused = {.count = 0};
    begin(0);
    (void)write_part(10, 20, &refused);
    reject_both();
    cg_chunk_abort(fixture.session);
    assert_value("SELECT count(*) FROM crossgrade.reject", "0");
    begin(1);
    (void)write_part(10, 20, &refused); /* ends with rows that went in behind a refusal */
    reject_both();
    assert_value("SELECT count(*) FROM crossgrade.reject", "0");
    commit(10);
    assert_value(
        "SELECT string_agg(concat_ws('|', row_key, convert_from(substr(predicate, 1, 8), 'UTF8'), column_name, "
        "refused_by, sqlstate, reason, state), E'\\n' ORDER BY reject_id) FROM crossgrade.reject",
        "id=1, name='\xef\xbf\xbd'|`id` = 1|name|crossgrade|a NUL byte|rejected\n"
        "target|23514|violates no_thirteen|rejected");
    struct cg_ledger_table_sum sum;
    must(cg_ledger_table_sum(fixture.session, table_id, &sum, &trouble));
    assert_int_equal(sum.chunks, 2);
    assert_int_equal(sum.chunks_done, 1);
    assert_int_equal(sum.digest.rows, 10);
    assert_int_equal(sum.rejected.rows, 2);
    assert_int_equal(sum.rejected.low, 11);
    assert_true(sum.rejected.high == 0); /* modulo 2^128 */
    struct cg_reject *rejects;
    size_t count;
    must(cg_ledger_rejects(fixture.session, table_id, 0, 10, fixture.arena, &rejects, &count, &trouble));
    assert_int_equal(count, 2);
    assert_int_equal(rejects[0].where.len, by_us.where.len);
    assert_memory_equal(rejects[0].where.data, by_us.where.data, by_us.where.len);
    assert_string_equal(rejects[0].column, "name");
    assert_false(rejects[0].by_target);
    assert_null(rejects[0].sqlstate);
    assert_true(cg_digest_equal(&rejects[0].digest, &by_us.digest));
    assert_null(rejects[1].key);
    assert_null(rejects[1].where.data);
    assert_null(rejects[1].column);
    assert_true(rejects[1].by_target);
    must(cg_ledger_rejects(fixture.session, table_id, rejects[0].id, 10, fixture.arena, &rejects, &count, &trouble));
    assert_int_equal(count, 1);
    assert_string_equal(rejects[0].sqlstate, "23514");
    must(cg_ledger_rejects(fixture.session, table_id, 0, 1, fixture.arena, &rejects, &count, &trouble));
    assert_int_equal(count, 1);
}

static void a_thousand_rejects_go_in_at_once(void **state) {
    (void)state;
    static struct cg_reject rejects[1000];
    for (size_t i = 0; i < 1000; i++)
        rejects[i] = by_us;
    begin(0);
    must(cg_chunk_reject(fixture.session, rejects, 1000, &trouble));
    must(cg_chunk_reject(fixture.session, rejects, 0, &trouble));
    commit(0);
    assert_value("SELECT count(*) FROM crossgrade.reject", "1000");
}

static void forgetting_a_run_forgets_its_rejected_rows(void **state) {
    (void)state;
    begin(0);
    reject_both();
    commit(0);
    must(cg_ledger_forget(fixture.session, "run-1", &trouble));
    assert_value("SELECT count(*) FROM crossgrade.reject", "0");
}

static void a_ledger_of_version_1_is_read_as_it_is_and_raised_by_the_next_run(void **state) {
    (void)state;
    run("DROP TABLE crossgrade.reject, crossgrade.orphans; DELETE FROM crossgrade.ledger_version WHERE version = 2");
    struct cg_target_session *session;
    struct cg_ledger_run_row *runs;
    size_t count;
    must(cg_target_session_open(fixture.target, &session, &trouble));
    must(cg_ledger_runs(session, fixture.arena, &runs, &count, &trouble));
    assert_int_equal(count, 1);
    assert_value("SELECT max(version) FROM crossgrade.ledger_version", "1");
    must(cg_ledger_prepare(session, &trouble));
    assert_value("SELECT max(version) FROM crossgrade.ledger_version", "2");
    assert_value("SELECT count(*) FROM crossgrade.reject", "0");
    assert_value("SELECT count(*) FROM crossgrade.run", "1");
    cg_target_session_close(session);
}

/* ---- once more ---- */

static void retry_begin(struct cg_reject **ret_rejects, size_t *ret_count) {
    must(cg_retry_begin(fixture.session, table_id, 0, 100, "t", columns, 2, fixture.arena, ret_rejects, ret_count,
                        &trouble));
}

static void a_rejected_row_is_loaded_once_and_the_others_keep_their_reasons(void **state) {
    (void)state;
    struct cg_reject *rejects;
    size_t count;
    const struct cg_reject three[] = {by_us, by_target, by_us};
    const struct cg_conversion_count before = {CG_NUL_REMOVED, "name", 4, {"id=6", "id=7"}};
    const struct cg_chunk_result nothing = {.bytes = 0};
    begin(0);
    must(cg_chunk_reject(fixture.session, three, 3, &trouble));
    must(cg_chunk_commit(fixture.session, &nothing, &before, 1, &trouble));

    retry_begin(&rejects, &count);
    assert_int_equal(count, 3);
    struct refused refused = {.count = 0};
    assert_int_equal(write_part(1, 1, &refused), 1);
    const struct cg_conversion_count converted[] = {{CG_NUL_REMOVED, "name", 1, {"id=1"}},
                                                    {CG_ZERO_DATE_TO_NULL, "day", 1, {"id=1"}}};
    struct cg_retry outcomes[] = {
        {.state = CG_RETRY_LOADED, .reject = rejects[0], .conversions = converted, .conversion_count = 2},
        {.state = CG_RETRY_REJECTED, .reject = rejects[1], .conversions = converted, .conversion_count = 1},
        {.state = CG_RETRY_GONE, .reject = rejects[2]}};
    outcomes[1].reject.reason = "still thirteen";
    cg_chunk_abort(fixture.session); /* nothing of it stays */
    assert_value("SELECT count(*) || ' ' || (SELECT count(*) FROM public.t) FROM crossgrade.reject "
                 "WHERE state = 'rejected' AND reason <> 'still thirteen'",
                 "3 0");

    retry_begin(&rejects, &count);
    assert_int_equal(write_part(1, 1, &refused), 1);
    must(cg_retry_commit(fixture.session, outcomes, 3, 1, &trouble));
    assert_value("SELECT string_agg(state || ' ' || reason, ', ' ORDER BY reject_id) FROM crossgrade.reject",
                 "loaded a NUL byte, rejected still thirteen, gone a NUL byte");
    assert_value("SELECT count(*) FROM public.t", "1");
    assert_value("SELECT string_agg(concat_ws(' ', conversion, column_name, value_count, samples), ', ' ORDER BY "
                 "conversion) FROM crossgrade.conversion",
                 "nul_removed name 5 {id=6,id=7,id=1}, zero_date_to_null day 1 {id=1}");

    retry_begin(&rejects, &count);
    assert_int_equal(count, 1);
    assert_string_equal(rejects[0].reason, "still thirteen");
    cg_chunk_abort(fixture.session);

    struct cg_ledger_table_row *tables;
    must(cg_ledger_run_tables(fixture.session, "run-1", fixture.arena, &tables, &count, &trouble));
    assert_int_equal(count, 1);
    assert_string_equal(tables[0].source, "t");
    assert_int_equal(tables[0].rejected, 1);
    assert_int_equal(tables[0].loaded, 1);
    assert_int_equal(tables[0].gone, 1);
}

static void outcomes_that_do_not_match_the_rows_that_went_in_are_a_defect(void **state) {
    (void)state;
    struct cg_reject *rejects;
    size_t count;
    begin(0);
    reject_both();
    commit(0);
    retry_begin(&rejects, &count);
    const struct cg_retry outcome = {.state = CG_RETRY_LOADED, .reject = rejects[0]};
    struct cg_error err = {0};
    assert_int_equal(cg_retry_commit(fixture.session, &outcome, 1, 1, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
    assert_value("SELECT count(*) FROM crossgrade.reject WHERE state = 'rejected'", "2");
}

static void a_run_is_read_as_it_was_entered(void **state) {
    (void)state;
    struct cg_ledger_run r;
    must(cg_ledger_run_read(fixture.session, "run-1", fixture.arena, &r, &trouble));
    assert_string_equal(r.run_id, "run-1");
    assert_string_equal(r.source, "mysql://s/d");
    assert_string_equal(r.source_identity, "uuid");
    assert_string_equal(r.position, "gtid 1");
    struct cg_error err = {0};
    assert_int_equal(cg_ledger_run_read(fixture.session, "run-2", fixture.arena, &r, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "run-1"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(only_the_row_that_is_refused_stays_out),
        TEST(a_chunk_of_refused_rows_alone_is_done_with_none),
        TEST(every_kind_of_refusal_is_a_row_s),
        TEST(a_row_too_large_for_a_page_is_refused),
        TEST(what_a_trigger_did_for_a_refused_row_is_undone),
        TEST(of_two_rows_that_exclude_each_other_the_first_stays),
        TEST(trouble_of_the_server_s_is_an_error_and_no_refusal),
        TEST(who_takes_refused_rows_may_end_the_chunk),
        TEST(a_part_that_ends_inside_a_row_is_a_defect),
        TEST(rejected_rows_are_in_the_ledger_when_their_chunk_is),
        TEST(a_thousand_rejects_go_in_at_once),
        TEST(forgetting_a_run_forgets_its_rejected_rows),
        TEST(a_ledger_of_version_1_is_read_as_it_is_and_raised_by_the_next_run),
        TEST(a_rejected_row_is_loaded_once_and_the_others_keep_their_reasons),
        TEST(outcomes_that_do_not_match_the_rows_that_went_in_are_a_defect),
        TEST(a_run_is_read_as_it_was_entered),
    };
    return fixture_main("rejected rows", tests, sizeof tests / sizeof *tests);
}
