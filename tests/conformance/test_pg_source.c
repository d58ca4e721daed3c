/* PostgreSQL as a source: one moment for all sessions (R21), ranges that hold every row once (R22), row images that are
 * what COPY BINARY takes back, and streams that end only when the server ended them (R1). */
#include "extract/postgresql/internal.h"
#include "tests/conformance/pg_fixture.h"

#include <pthread.h>

static struct cg_source *source;
static struct cg_catalog *catalog;
static struct cg_snapshot snapshot;
static struct cg_session *session;
static struct cg_error err;

static int setup(void **state) {
    (void)state;
    err = (struct cg_error){0};
    fixture_make_database("cg_pg_source", "");
    return 0;
}

static void close_source(void) {
    if (session)
        cg_source_release(source, session);
    session = NULL;
    cg_source_free(source);
    source = NULL;
}

static int teardown(void **state) {
    (void)state;
    close_source();
    fixture_close();
    return 0;
}

/* Opens the source as `user` (NULL: as ever), takes the snapshot and a session. */
static void open_as(const char *user, size_t sessions) {
    char text[640];
    struct cg_uri uri;
    snprintf(text, sizeof text, user ? "%s?user=%s" : "%s", fixture.uri, user);
    must(cg_uri_parse(text, fixture.arena, &uri, &trouble));
    must(cg_source_open(&uri, "public", "crossgrade", &source, &trouble));
    must(cg_source_snapshot(source, sessions, fixture.arena, &catalog, &snapshot, &trouble));
    must(cg_source_acquire(source, &session, &trouble));
}

static void open_source(size_t sessions) {
    open_as(NULL, sessions);
}

static const struct cg_table *table_of(const char *name) {
    const struct cg_table *table = cg_catalog_table(catalog, name);
    if (!table)
        fail_msg("no table %s", name);
    return table;
}

/* A read of all columns of a table; its array lives in the fixture's arena. */
static struct cg_read all_of(const char *name, const char *predicate) {
    const struct cg_table *table = table_of(name);
    const struct cg_column **columns = cg_arena_array(fixture.arena, table->column_count + 1, sizeof(void *));
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = &table->columns[i];
    return (struct cg_read){
        .table = table, .columns = columns, .column_count = table->column_count, .predicate = predicate};
}

typedef void see_row(const struct cg_source_row *row, void *context);

/* Reads to the end or to the error; rows in *ret_rows. */
static int read_rows(const struct cg_read *what, see_row *see, void *context, uint64_t *ret_rows) {
    struct cg_reader *reader = NULL;
    struct cg_source_row row;
    *ret_rows = 0;
    if (cg_reader_open(session, what, &reader, &err))
        return -1;
    int rc;
    while ((rc = cg_reader_next(reader, &row, &err)) == 1) {
        ++*ret_rows;
        if (see)
            see(&row, context);
    }
    if (rc == 0) /* an end stays an end */
        assert_int_equal(cg_reader_next(reader, &row, &err), 0);
    cg_reader_close(reader);
    return rc;
}

static uint64_t count_of(const char *table) {
    uint64_t rows = 0;
    must(cg_source_count(session, table_of(table), &rows, &trouble));
    return rows;
}

static uint64_t read_all(const char *table) {
    uint64_t rows = 0;
    struct cg_read what = all_of(table, "");
    if (read_rows(&what, NULL, NULL, &rows))
        fail_msg("%s: %s", table, err.message);
    return rows;
}

/* ---- one moment ---- */

static void all_sessions_see_the_moment_of_the_snapshot(void **state) {
    (void)state;
    run("CREATE TABLE t AS SELECT g AS id, 'x' AS v FROM generate_series(1, 100) g");
    open_source(3);
    assert_true(snapshot.consistent);
    assert_string_equal(snapshot.method, "pg_export_snapshot");
    assert_string_equal(snapshot.position.kind, "lsn");
    assert_non_null(strchr(snapshot.taken_at, 'T'));
    assert_int_equal(cg_source_session_count(source), 3);
    run("INSERT INTO t SELECT g, 'late' FROM generate_series(101, 150) g");
    run("DELETE FROM t WHERE id <= 10");
    run("UPDATE t SET v = 'changed' WHERE id <= 50");
    struct cg_session *first = session, *others[2];
    for (size_t i = 0; i < 2; i++)
        must(cg_source_acquire(source, &others[i], &trouble));
    struct cg_read unchanged = all_of("t", "v = 'x'");
    for (size_t i = 0; i < 3; i++) {
        uint64_t rows;
        session = i == 0 ? first : others[i - 1];
        assert_int_equal(count_of("t"), 100);
        assert_int_equal(read_rows(&unchanged, NULL, NULL, &rows), 0);
        assert_int_equal(rows, 100);
    }
    session = first;
    for (size_t i = 0; i < 2; i++)
        cg_source_release(source, others[i]);
}

static void r21_a_truncate_waits_for_us_and_takes_no_rows_away(void **state) {
    (void)state;
    run("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100) g");
    run("CREATE TABLE p (id integer) PARTITION BY HASH (id)");
    run("CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
    run("INSERT INTO p SELECT g FROM generate_series(1, 100) g");
    open_source(1);
    run("SET lock_timeout = '50ms'");
    static const char *const refused[] = {"TRUNCATE t", "DROP TABLE t", "ALTER TABLE t ADD x integer", "TRUNCATE p0"};
    for (size_t i = 0; i < 4; i++) {
        PGresult *result = PQexec(fixture.conn, refused[i]);
        const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        assert_string_equal(code ? code : "done", "55P03");
        PQclear(result);
    }
    run("INSERT INTO t VALUES (101)"); /* writers are not held up */
    assert_int_equal(count_of("t"), 100);
    assert_int_equal(read_all("t"), 100);
    assert_int_equal(read_all("p"), 100);
}

static void r21_a_reader_keeps_its_locks_when_the_control_session_dies(void **state) {
    (void)state;
    run("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100) g");
    open_source(1);
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 60000)", PQbackendPID(source->control.conn));
    run(sql);
    run("SET lock_timeout = '50ms'");
    PGresult *result = PQexec(fixture.conn, "TRUNCATE t");
    assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
    PQclear(result);
    assert_int_equal(read_all("t"), 100);
}

/* Where the server has no room for every session's locks: they are the control session's, and go with it. */
static void r21_without_locks_of_its_own_a_reading_fails_when_the_control_session_died(void **state) {
    (void)state;
    run("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100) g");
    open_source(1);
    session->locks = false;
    assert_int_equal(read_all("t"), 100);
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 60000)", PQbackendPID(source->control.conn));
    run(sql);
    struct cg_read what = all_of("t", "");
    uint64_t rows;
    assert_int_equal(read_rows(&what, NULL, NULL, &rows), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    assert_non_null(strstr(err.message, "TRUNCATE"));
}

static void an_alter_table_that_waits_for_us_blocks_no_reader(void **state) {
    (void)state;
    run("CREATE TABLE t (id serial PRIMARY KEY)");
    run("INSERT INTO t SELECT FROM generate_series(1, 100)");
    open_source(2);
    PGconn *alter = fixture_connect("cg_pg_source");
    assert_true(PQsendQuery(alter, "ALTER TABLE t ADD late text"));
    while (strcmp(value("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation "
                        "= 't'::regclass"),
                  "1") != 0)
        ;
    assert_int_equal(read_all("t"), 100);
    assert_int_equal(count_of("t"), 100);
    struct cg_table *now = NULL;
    must(cg_source_table_now(source, "t", fixture.arena, &now, &trouble));
    assert_int_equal(now->column_count, 1);
    close_source();
    PGresult *result = PQgetResult(alter);
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(alter);
}

static void r21_row_security_is_an_error_not_fewer_rows(void **state) {
    (void)state;
    run("DROP ROLE IF EXISTS cg_source_guest");
    run("CREATE ROLE cg_source_guest LOGIN");
    run("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100) g");
    run("GRANT SELECT ON t TO cg_source_guest");
    run("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
    run("CREATE POLICY few ON t USING (id < 10)");
    open_as("cg_source_guest", 1);
    struct cg_read what = all_of("t", "");
    uint64_t rows = 0;
    assert_int_equal(read_rows(&what, NULL, NULL, &rows), -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    assert_non_null(strstr(err.hint, "BYPASSRLS"));
    assert_int_equal(cg_source_count(session, table_of("t"), &rows, &err), -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    close_source();
    run("DROP OWNED BY cg_source_guest; DROP ROLE cg_source_guest");
}

static void a_table_that_may_not_be_read_costs_only_itself(void **state) {
    (void)state;
    run("DROP ROLE IF EXISTS cg_source_guest");
    run("CREATE ROLE cg_source_guest LOGIN");
    run("CREATE TABLE secret (id integer)");
    run("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100) g");
    run("GRANT SELECT ON t TO cg_source_guest");
    open_as("cg_source_guest", 1);
    struct cg_read what = all_of("secret", "");
    uint64_t rows = 0;
    assert_int_equal(read_rows(&what, NULL, NULL, &rows), -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    assert_non_null(strstr(err.hint, "GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"cg_source_guest\""));
    assert_int_equal(read_all("t"), 100);
    close_source();
    run("DROP OWNED BY cg_source_guest; DROP ROLE cg_source_guest");
}

static void a_second_snapshot_is_a_new_moment(void **state) {
    (void)state;
    run("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100) g");
    open_source(2);
    run("INSERT INTO t VALUES (101)");
    assert_int_equal(count_of("t"), 100);
    cg_source_release(source, session);
    must(cg_source_snapshot(source, 2, fixture.arena, &catalog, &snapshot, &trouble));
    must(cg_source_acquire(source, &session, &trouble));
    assert_int_equal(count_of("t"), 101);
    assert_int_equal(cg_source_session_count(source), 2);
}

/* ---- ranges ---- */

struct seen {
    unsigned char *times; /* by id */
    size_t ids;
};

/* The first field is an integer: the id. */
static void see_id(const struct cg_source_row *row, void *context) {
    struct seen *seen = context;
    assert_int_equal(cg_get_u32(row->image.data + 2), 4);
    uint32_t id = cg_get_u32(row->image.data + 6);
    assert_true(id < seen->ids);
    seen->times[id]++;
}

/* Walks a table and reads every range; asserts that ids 1 to `ids` came once each. Returns the ranges. */
static size_t walk_table(const char *name, uint64_t first_rows, uint64_t rows, size_t ids, char *ret_first,
                         size_t size) {
    struct seen seen = {.times = calloc(ids + 1, 1), .ids = ids + 1};
    struct cg_walk *walk = NULL;
    struct cg_chunk chunk;
    size_t ranges = 0;
    must(cg_walk_open(session, table_of(name), first_rows, rows, &walk, &trouble));
    int rc;
    while ((rc = cg_walk_next(walk, &chunk, &err)) == 1) {
        char predicate[512];
        uint64_t read;
        snprintf(predicate, sizeof predicate, "%s", chunk.predicate);
        if (ranges++ == 0 && ret_first)
            snprintf(ret_first, size, "%s", predicate);
        struct cg_read what = all_of(name, predicate);
        if (read_rows(&what, see_id, &seen, &read))
            fail_msg("%s: %s", predicate, err.message);
    }
    assert_int_equal(rc, 0);
    assert_int_equal(cg_walk_next(walk, &chunk, &err), 0);
    cg_walk_close(walk);
    for (size_t i = 1; i <= ids; i++)
        if (seen.times[i] != 1)
            fail_msg("%s: id %zu came %d times", name, i, seen.times[i]);
    assert_int_equal(seen.times[0], 0);
    free(seen.times);
    return ranges;
}

static void r22_ranges_hold_every_row_once_while_the_table_grows_and_changes(void **state) {
    (void)state;
    run("CREATE TABLE t AS SELECT g AS id, repeat('x', 100) AS v FROM generate_series(1, 20000) g");
    run("ANALYZE t");
    open_source(1);
    run("UPDATE t SET v = 'moved' WHERE id % 3 = 0"); /* new versions go behind the end */
    run("INSERT INTO t SELECT g, 'late' FROM generate_series(20001, 40000) g");
    run("DELETE FROM t WHERE id % 7 = 0");
    run("VACUUM t");
    char first[128], second[128];
    assert_true(walk_table("t", 1000, 1000, 20000, first, sizeof first) > 10);
    assert_true(walk_table("t", 350, 3000, 20000, second, sizeof second) > 5);
    assert_string_not_equal(first, second);
}

static void r22_a_table_without_statistics_is_cut_too(void **state) {
    (void)state;
    run("CREATE TABLE t (id integer, v text) WITH (autovacuum_enabled = off)");
    run("INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 80000) g"); /* 90 MB */
    open_source(1);
    assert_int_equal(table_of("t")->row_estimate, -1);
    assert_true(walk_table("t", 100000, 100000, 80000, NULL, 0) >= 3);
}

static void r22_an_empty_table_is_one_range_without_rows(void **state) {
    (void)state;
    run("CREATE TABLE t (id integer)");
    open_source(1);
    run("INSERT INTO t SELECT g FROM generate_series(1, 1000) g"); /* not of this snapshot */
    assert_int_equal(walk_table("t", 10, 10, 0, NULL, 0) > 0, 1);
    assert_int_equal(count_of("t"), 0);
}

static void r22_partitions_are_cut_one_by_one(void **state) {
    (void)state;
    run("CREATE TABLE p (id integer, v text) PARTITION BY RANGE (id)");
    run("CREATE TABLE \"p'1.\"\"x\" PARTITION OF p FOR VALUES FROM (1) TO (5000)");
    run("CREATE TABLE p_none PARTITION OF p FOR VALUES FROM (100000) TO (100001)");
    run("CREATE TABLE p_2 (v text, gone integer, id integer)"); /* its columns stand in another order */
    run("ALTER TABLE p_2 DROP gone");
    run("ALTER TABLE p ATTACH PARTITION p_2 FOR VALUES FROM (5000) TO (20001)");
    run("INSERT INTO p SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g");
    run("ANALYZE \"p'1.\"\"x\"; ANALYZE p_2");
    open_source(1);
    run("INSERT INTO p SELECT g, 'late' FROM generate_series(1, 10000) g");
    char first[128];
    assert_true(walk_table("p", 1000, 1000, 20000, first, sizeof first) > 15);
    assert_non_null(strstr(first, "tableoid = 'public.\"p''1.\"\"x\"'::regclass"));
    assert_int_equal(count_of("p"), 20000);
    assert_int_equal(read_all("p"), 20000);
    /* The reader goes to the partition itself; through the parent the predicate must mean the same. */
    struct cg_read what = all_of("p", first);
    uint64_t rows;
    assert_int_equal(read_rows(&what, NULL, NULL, &rows), 0);
    char sql[512], expected[32];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM p WHERE v <> 'late' AND %s", first);
    snprintf(expected, sizeof expected, "%llu", (unsigned long long)rows);
    assert_value(sql, expected);
}

static void r22_partitions_that_may_not_be_read_by_themselves_are_read_through_the_parent(void **state) {
    (void)state;
    run("DROP ROLE IF EXISTS cg_source_guest");
    run("CREATE ROLE cg_source_guest LOGIN");
    run("CREATE TABLE p (id integer) PARTITION BY HASH (id)");
    run("CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0)");
    run("CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
    run("INSERT INTO p SELECT g FROM generate_series(1, 5000) g");
    run("GRANT SELECT ON p, p0 TO cg_source_guest");
    open_as("cg_source_guest", 1);
    char first[128];
    assert_int_equal(walk_table("p", 100, 100, 5000, first, sizeof first), 1);
    assert_string_equal(first, "");
    close_source();
    run("DROP OWNED BY cg_source_guest; DROP ROLE cg_source_guest");
}

static void children_that_inherit_are_not_read_with_their_parent(void **state) {
    (void)state;
    run("CREATE TABLE parent (id integer)");
    run("CREATE TABLE child () INHERITS (parent)");
    run("INSERT INTO parent SELECT g FROM generate_series(1, 10) g");
    run("INSERT INTO child SELECT g FROM generate_series(1, 5) g");
    open_source(1);
    assert_int_equal(count_of("parent"), 10);
    assert_int_equal(walk_table("parent", 5, 5, 10, NULL, 0), 1);
    assert_int_equal(walk_table("child", 5, 5, 5, NULL, 0), 1);
}

/* ---- images ---- */

static void copy_row(const struct cg_source_row *row, void *context) {
    assert_null(row->values);
    if (PQputCopyData(context, (const char *)row->image.data, (int)row->image.len) != 1)
        fail_msg("%s", PQerrorMessage(context));
}

/* Sends what the reader gives of a table into another by COPY BINARY. */
static uint64_t copy_table(const struct cg_read *what, const char *copy) {
    static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
    PGresult *result = PQexec(fixture.conn, copy);
    assert_int_equal(PQresultStatus(result), PGRES_COPY_IN);
    PQclear(result);
    assert_int_equal(PQputCopyData(fixture.conn, header, 19), 1);
    uint64_t rows;
    if (read_rows(what, copy_row, fixture.conn, &rows))
        fail_msg("%s", err.message);
    assert_int_equal(PQputCopyData(fixture.conn, "\377\377", 2), 1);
    assert_int_equal(PQputCopyEnd(fixture.conn, NULL), 1);
    while ((result = PQgetResult(fixture.conn))) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail_msg("%s", PQresultErrorMessage(result));
        PQclear(result);
    }
    return rows;
}

static void images_of_every_type_load_as_the_same_rows(void **state) {
    (void)state;
    run("CREATE TYPE mood AS ENUM ('sad', 'it''s ok')");
    run("CREATE DOMAIN posint AS integer CHECK (VALUE > 0)");
    run("CREATE TYPE comp AS (a integer, b text)");
    run("CREATE TABLE every (a boolean, b smallint, c integer, d bigint, e real, f double precision, g numeric, h "
        "numeric(10,2),"
        " i text, j varchar(9), k char(5), l bytea, m bit(5), n bit varying(9), o date, p time, q timetz, r timestamp,"
        " s timestamptz, t interval, u uuid, v inet, w cidr, x macaddr, y json, z jsonb, aa xml, ab mood, ac mood[],"
        " ad integer[], ae text[], af posint, ag comp, ah int4range, ai point, aj polygon, ak tsvector, al money,"
        " am \"char\", an name, ao oid, ap jsonpath, aq macaddr8, ar tsquery, at_ pg_lsn, au box, av int8multirange)");
    run("INSERT INTO every VALUES (true, -32768, 2147483647, -9223372036854775808, 1e-45, '-0', 'NaN', -99999999.99, "
        "E'a\\tü€😀', '  x  ',"
        " 'ab', '\\x00ff', B'10101', B'1', '4713-01-01 BC', '24:00', '12:00+05:30', 'infinity', '-infinity', '-1 mon 3 "
        "days -4 us',"
        " 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '::1/64', '10.0.0.0/8', '08:00:2b:01:02:03', '{\"b\" : 1, \"a\":  "
        "2}', '{\"b\" : 1e400}',"
        " '<a>x</a>', 'it''s ok', '{sad,\"it''s ok\",NULL}', '{{1,2},{3,NULL}}', '{\"\",\"a,b\"}', 7, '(1,\"x y\")', "
        "'[1,5)', '(1,2)',"
        " '((0,0),(1,1),(2,0))', 'a:1 fat:2A', 12.34, 'x', 'nm', 4294967295, '$.a[*]', '08:00:2b:01:02:03:04:05', 'a & "
        "b', '0/16B3748',"
        " '((0,0),(1,1))', '{[1,3),[5,8)}')");
    run("INSERT INTO every DEFAULT VALUES");
    run("INSERT INTO every (i, l) VALUES (repeat('long', 1000000), decode(repeat('00ff', 1000000), 'hex'))");
    run("CREATE TABLE copy (LIKE every)");
    open_source(1);
    struct cg_read what = all_of("every", "");
    assert_int_equal(copy_table(&what, "COPY copy FROM STDIN (FORMAT binary)"), 3);
    assert_value("SELECT count(*) FROM (SELECT every::text FROM every EXCEPT ALL SELECT copy::text FROM copy) x", "0");
    assert_value("SELECT count(*) FROM copy", "3");
}

static void columns_come_in_the_order_asked_for_and_as_text_on_request(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer, \"B\"\"x\" text, c integer GENERATED ALWAYS AS (a * 2) STORED, d inet)");
    run("INSERT INTO t VALUES (21, 'text', DEFAULT, '10.0.0.1')");
    run("CREATE TABLE copy (c integer, d text, b text)");
    open_source(1);
    const struct cg_table *table = table_of("t");
    const struct cg_column *columns[] = {&table->columns[2], &table->columns[3], &table->columns[1]};
    const char *const as_text[] = {NULL, "host(d)", NULL};
    struct cg_read what = {.table = table, .columns = columns, .column_count = 3, .predicate = "", .as_text = as_text};
    assert_int_equal(copy_table(&what, "COPY copy FROM STDIN (FORMAT binary)"), 1);
    assert_value("SELECT copy::text FROM copy", "(42,10.0.0.1,text)");
}

static void tables_with_odd_names_and_without_columns_are_read(void **state) {
    (void)state;
    char sql[512], longest[64];
    memset(longest, 'n', 63);
    longest[63] = '\0';
    const char *const names[] = {longest, "dot.ted", "quo\"ted'", "UPPER", "select", "ünï", "$1", "a b"};
    size_t count = sizeof names / sizeof *names;
    for (size_t i = 0; i < count; i++) {
        char *quoted = PQescapeIdentifier(fixture.conn, names[i], strlen(names[i]));
        snprintf(sql, sizeof sql, "CREATE TABLE %s (%s integer)", quoted, quoted);
        run(sql);
        snprintf(sql, sizeof sql, "INSERT INTO %s SELECT g FROM generate_series(1, 100) g", quoted);
        run(sql);
        PQfreemem(quoted);
    }
    run("CREATE TABLE bare ()");
    run("INSERT INTO bare DEFAULT VALUES");
    run("INSERT INTO bare DEFAULT VALUES");
    open_source(1);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(walk_table(names[i], 10, 10, 100, NULL, 0), 1);
    assert_int_equal(read_all("bare"), 2);
}

static void duplicate_rows_come_as_often_as_they_are_there(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer, b text)");
    run("INSERT INTO t SELECT 1, NULL FROM generate_series(1, 1000)");
    open_source(1);
    assert_int_equal(read_all("t"), 1000);
}

/* ---- streams that do not end well ---- */

/* More than sockets hold, so that the server is still sending when it is interrupted. */
static void make_big_table(void) {
    run("CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 30) AS v FROM generate_series(1, 60000) g");
}

/* Starts reading the big table, runs `interrupt` on the reader's backend after a few rows, reads on. */
static int read_interrupted(const char *interrupt, uint64_t *ret_rows) {
    struct cg_read what = all_of("big", "");
    struct cg_reader *reader = NULL;
    struct cg_source_row row;
    char sql[128];
    must(cg_reader_open(session, &what, &reader, &trouble));
    for (*ret_rows = 0; *ret_rows < 10; ++*ret_rows)
        assert_int_equal(cg_reader_next(reader, &row, &err), 1);
    snprintf(sql, sizeof sql, interrupt, PQbackendPID(session->conn));
    run(sql);
    int rc;
    while ((rc = cg_reader_next(reader, &row, &err)) == 1)
        ++*ret_rows;
    struct cg_error again;
    if (rc < 0) /* an error never turns into an end */
        assert_int_equal(cg_reader_next(reader, &row, &again), -1);
    cg_reader_close(reader);
    return rc;
}

static void r1_a_terminated_reader_never_looks_like_the_end(void **state) {
    (void)state;
    make_big_table();
    open_source(2);
    uint64_t rows;
    assert_int_equal(read_interrupted("SELECT pg_terminate_backend(%d)", &rows), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    assert_true(rows < 60000);
    cg_source_release(source, session);
    assert_int_equal(cg_source_session_count(source), 1);
    must(cg_source_acquire(source, &session, &trouble));
    assert_int_equal(read_all("big"), 60000);
}

static void r1_a_reader_cancelled_by_somebody_else_is_an_error_and_no_stop_of_ours(void **state) {
    (void)state;
    make_big_table();
    open_source(1);
    uint64_t rows;
    assert_int_equal(read_interrupted("SELECT pg_cancel_backend(%d)", &rows), -1);
    assert_int_equal(err.cls, CG_ERR_ENGINE);
    assert_true(err.retryable);
    assert_string_equal(err.sqlstate, "57014");
    assert_true(rows < 60000);
    assert_int_equal(read_all("big"), 60000); /* the snapshot is still there */
}

static void r1_an_error_in_the_middle_is_an_error_and_the_session_goes_on(void **state) {
    (void)state;
    run("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 1000) g");
    open_source(1);
    run("INSERT INTO t VALUES (1001)");
    struct cg_read what = all_of("t", "1 / (id - 900) < 2");
    uint64_t rows;
    assert_int_equal(read_rows(&what, NULL, NULL, &rows), -1);
    assert_string_equal(err.sqlstate, "22012");
    assert_non_null(strstr(err.message, "reading public.t"));
    assert_int_equal(read_all("t"), 1000);
}

static void a_reader_closed_in_the_middle_leaves_its_session_in_the_snapshot(void **state) {
    (void)state;
    make_big_table();
    open_source(1);
    run("DELETE FROM big");
    for (int i = 0; i < 3; i++) {
        struct cg_read what = all_of("big", "");
        struct cg_reader *reader = NULL;
        struct cg_source_row row;
        must(cg_reader_open(session, &what, &reader, &trouble));
        for (int r = 0; r < i; r++)
            assert_int_equal(cg_reader_next(reader, &row, &err), 1);
        cg_reader_close(reader);
    }
    assert_int_equal(count_of("big"), 60000);
    cg_source_release(source, session);
    assert_int_equal(cg_source_session_count(source), 1);
    must(cg_source_acquire(source, &session, &trouble));
}

/* ---- cancelling, waiting, losing ---- */

struct reading {
    struct cg_read what;
    int result;
};

static void *read_forever(void *argument) {
    struct reading *reading = argument;
    uint64_t rows;
    reading->result = read_rows(&reading->what, NULL, NULL, &rows);
    return NULL;
}

static void a_cancelled_source_stops_its_readers_and_waiters(void **state) {
    (void)state;
    run("CREATE TABLE t (id integer)");
    run("INSERT INTO t VALUES (1)");
    open_source(1);
    struct reading reading = {.what = all_of("t", "pg_sleep(3600) IS NOT NULL"), .result = 7};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_forever, &reading), 0);
    cg_source_cancel(source);
    pthread_join(thread, NULL);
    assert_int_equal(reading.result, -1);
    assert_int_equal(err.cls, CG_ERR_CANCELLED);
    struct cg_session *other = NULL;
    assert_int_equal(cg_source_acquire(source, &other, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CANCELLED);
    uint64_t rows;
    assert_int_equal(cg_source_count(session, table_of("t"), &rows, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CANCELLED);
}

static void a_cancel_reaches_a_server_that_is_busy(void **state) {
    (void)state;
    run("CREATE TABLE t (id integer)");
    run("INSERT INTO t VALUES (1)");
    open_source(1);
    struct reading reading = {.what = all_of("t", "pg_sleep(3600) IS NOT NULL"), .result = 7};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_forever, &reading), 0);
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT wait_event FROM pg_stat_activity WHERE pid = %d", PQbackendPID(session->conn));
    while (strcmp(value(sql), "PgSleep") != 0)
        ;
    cg_source_cancel(source);
    pthread_join(thread, NULL);
    assert_int_equal(reading.result, -1);
    assert_int_equal(err.cls, CG_ERR_CANCELLED);
}

static void *acquire_another(void *ret_session) {
    struct cg_error why;
    if (cg_source_acquire(source, ret_session, &why))
        *(void **)ret_session = NULL;
    return NULL;
}

static void whoever_waits_for_a_session_gets_the_one_released(void **state) {
    (void)state;
    open_source(1);
    struct cg_session *mine = session, *theirs = NULL;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, acquire_another, &theirs), 0);
    cg_source_release(source, session);
    pthread_join(thread, NULL);
    assert_ptr_equal(theirs, mine);
}

static void when_every_session_is_lost_the_source_says_so(void **state) {
    (void)state;
    run("CREATE TABLE t (id integer)");
    open_source(1);
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 60000)", PQbackendPID(session->conn));
    run(sql);
    uint64_t rows;
    assert_int_equal(cg_source_count(session, table_of("t"), &rows, &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    cg_source_release(source, session);
    session = NULL;
    assert_int_equal(cg_source_session_count(source), 0);
    assert_int_equal(cg_source_acquire(source, &session, &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    session = NULL;
}

/* ---- now ---- */

static void the_definition_of_now_is_not_that_of_the_snapshot(void **state) {
    (void)state;
    run("CREATE TABLE t (id integer)");
    open_source(1);
    struct cg_table *now = (struct cg_table *)&now;
    must(cg_source_table_now(source, "later", fixture.arena, &now, &trouble));
    assert_null(now);
    run("CREATE TABLE later (a integer, b text)");
    must(cg_source_table_now(source, "later", fixture.arena, &now, &trouble));
    assert_int_equal(now->column_count, 2);
    run("TRUNCATE later; ALTER TABLE later ADD c date");
    must(cg_source_table_now(source, "later", fixture.arena, &now, &trouble));
    assert_int_equal(now->column_count, 3);
}

static void the_position_moves_when_something_is_written(void **state) {
    (void)state;
    run("CREATE TABLE t (id integer)");
    open_source(1);
    run("INSERT INTO t VALUES (1)");
    struct cg_position position;
    must(cg_source_position(source, &position, &trouble));
    assert_string_equal(position.kind, "lsn");
    char sql[2200];
    snprintf(sql, sizeof sql, "SELECT pg_lsn '%s' > pg_lsn '%s'", position.text, snapshot.position.text);
    assert_value(sql, "t");
}

static void the_now_connection_is_made_again_when_it_was_lost(void **state) {
    (void)state;
    open_source(1);
    struct cg_position position;
    must(cg_source_position(source, &position, &trouble));
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 60000)", PQbackendPID(source->now));
    run(sql);
    must(cg_source_position(source, &position, &trouble));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(all_sessions_see_the_moment_of_the_snapshot),
        TEST(r21_a_truncate_waits_for_us_and_takes_no_rows_away),
        TEST(r21_a_reader_keeps_its_locks_when_the_control_session_dies),
        TEST(r21_without_locks_of_its_own_a_reading_fails_when_the_control_session_died),
        TEST(an_alter_table_that_waits_for_us_blocks_no_reader),
        TEST(r21_row_security_is_an_error_not_fewer_rows),
        TEST(a_table_that_may_not_be_read_costs_only_itself),
        TEST(a_second_snapshot_is_a_new_moment),
        TEST(r22_ranges_hold_every_row_once_while_the_table_grows_and_changes),
        TEST(r22_a_table_without_statistics_is_cut_too),
        TEST(r22_an_empty_table_is_one_range_without_rows),
        TEST(r22_partitions_are_cut_one_by_one),
        TEST(r22_partitions_that_may_not_be_read_by_themselves_are_read_through_the_parent),
        TEST(children_that_inherit_are_not_read_with_their_parent),
        TEST(images_of_every_type_load_as_the_same_rows),
        TEST(columns_come_in_the_order_asked_for_and_as_text_on_request),
        TEST(tables_with_odd_names_and_without_columns_are_read),
        TEST(duplicate_rows_come_as_often_as_they_are_there),
        TEST(r1_a_terminated_reader_never_looks_like_the_end),
        TEST(r1_a_reader_cancelled_by_somebody_else_is_an_error_and_no_stop_of_ours),
        TEST(r1_an_error_in_the_middle_is_an_error_and_the_session_goes_on),
        TEST(a_reader_closed_in_the_middle_leaves_its_session_in_the_snapshot),
        TEST(a_cancelled_source_stops_its_readers_and_waiters),
        TEST(a_cancel_reaches_a_server_that_is_busy),
        TEST(whoever_waits_for_a_session_gets_the_one_released),
        TEST(when_every_session_is_lost_the_source_says_so),
        TEST(the_definition_of_now_is_not_that_of_the_snapshot),
        TEST(the_position_moves_when_something_is_written),
        TEST(the_now_connection_is_made_again_when_it_was_lost),
    };
    return fixture_main("PostgreSQL as a source", tests, sizeof tests / sizeof *tests);
}
