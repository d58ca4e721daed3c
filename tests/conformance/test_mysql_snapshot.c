/* The lock window and the pool of sessions of the MySQL and MariaDB source (R3, R4, R5, R6, R7). */
#include "extract/mysql/internal.h"
#include "mysql_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { SESSIONS = 4 };

static int setup(void **state) {
    (void)state;
    test_arena = cg_arena_new();
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        server_begin(&servers[i], "cg_my_snapshot");
        run(servers[i].admin, "CREATE TABLE a (id INT PRIMARY KEY, v INT NOT NULL)");
        run(servers[i].admin, "CREATE TABLE b (id INT PRIMARY KEY, v INT NOT NULL)");
        run(servers[i].admin, "CREATE TABLE log_ (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        run(servers[i].admin, "INSERT INTO a VALUES (1, 0)");
        run(servers[i].admin, "INSERT INTO b VALUES (1, 0)");
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++)
        server_end(&servers[i]);
    cg_arena_free(test_arena);
    return 0;
}

/* ---- steps ---- */

struct taken {
    struct cg_source *source;
    struct cg_catalog *catalog;
    struct cg_snapshot snapshot;
    struct cg_session *sessions[SESSIONS];
    size_t count;
};

static struct cg_source *open_source(const char *uri_text) {
    struct cg_uri uri;
    struct cg_source *source = NULL;
    assert_ok(cg_uri_parse(uri_text, test_arena, &uri, &test_error));
    assert_ok(cg_source_open(&uri, NULL, NULL, &source, &test_error));
    return source;
}

/* A source with a snapshot of `count` sessions, all acquired. */
static struct taken take_snapshot(const char *uri_text, size_t count) {
    struct taken taken = {.source = open_source(uri_text), .count = count};
    assert_ok(cg_source_snapshot(taken.source, count, test_arena, &taken.catalog, &taken.snapshot, &test_error));
    assert_int_equal(cg_source_session_count(taken.source), count);
    for (size_t i = 0; i < count; i++)
        assert_ok(cg_source_acquire(taken.source, &taken.sessions[i], &test_error));
    return taken;
}

static void give_back(struct taken *taken) {
    for (size_t i = 0; i < taken->count; i++)
        cg_source_release(taken->source, taken->sessions[i]);
    cg_source_free(taken->source);
}

static long number_of(MYSQL *mysql, const char *sql) {
    const char *text = value_of(mysql, "%s", sql);
    assert_non_null(text);
    return strtol(text, NULL, 10);
}

static const char *primary_method(const struct server *server) {
    return server->mariadb ? "BACKUP STAGE BLOCK_COMMIT" : "FLUSH TABLES WITH READ LOCK";
}

/* ---- one moment ---- */

static void r6_all_sessions_see_one_moment_and_nothing_after_it(void **state) {
    struct server *server = *state;
    long rows = number_of(server->admin, "SELECT COUNT(*) FROM log_");
    struct taken taken = take_snapshot(server->uri, SESSIONS);
    run(server->admin, "INSERT INTO log_ (v) VALUES (1), (2), (3)");
    for (size_t i = 0; i < SESSIONS; i++)
        assert_int_equal(number_of(taken.sessions[i]->mysql, "SELECT COUNT(*) FROM log_"), rows);
    assert_true(taken.snapshot.consistent);
    assert_string_equal(taken.snapshot.method, primary_method(server));
    assert_true(taken.snapshot.lock_seconds > 0);
    assert_int_equal(strlen(taken.snapshot.taken_at), strlen("2024-02-29T12:34:56.123456Z"));
    give_back(&taken);
}

static void the_lock_is_gone_when_the_snapshot_is_taken(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, SESSIONS);
    run(server->admin, "SET SESSION lock_wait_timeout = 1");
    run(server->admin, "CREATE TABLE later (a INT)");
    run(server->admin, "DROP TABLE later");
    run(server->admin, "INSERT INTO log_ (v) VALUES (9)");
    give_back(&taken);
}

static void r3_the_sessions_of_a_snapshot_are_repeatable_read(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(value_of(taken.sessions[i]->mysql, "SELECT @@SESSION.%s",
                                     server->mariadb ? "tx_isolation" : "transaction_isolation"),
                            "REPEATABLE-READ");
        assert_string_equal(value_of(taken.sessions[i]->mysql, "SELECT @@SESSION.autocommit"), "0");
    }
    give_back(&taken);
}

static void r4_a_session_refuses_to_write(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 2);
    static const char *const writes[] = {"INSERT INTO a VALUES (99, 0)", "UPDATE a SET v = 1", "DELETE FROM a"};
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        struct cg_error err = {0};
        assert_int_equal(cg_mysql_execute(taken.sessions[0]->mysql, writes[i], &err), -1);
        assert_int_equal(err.vendor, 1792); /* cannot execute statement in a READ ONLY transaction */
    }
    give_back(&taken);
}

/* ---- the catalog ---- */

static void r5_a_change_of_a_table_after_the_window_is_seen_from_outside(void **state) {
    struct server *server = *state;
    run(server->admin, "CREATE TABLE changing (id INT PRIMARY KEY)");
    run(server->admin, "CREATE TABLE leaving (id INT PRIMARY KEY)");
    struct taken taken = take_snapshot(server->uri, 1);
    struct cg_table *before = cg_catalog_table(taken.catalog, "changing"), *after = NULL;
    assert_non_null(before);
    assert_ok(cg_source_table_now(taken.source, "changing", test_arena, &after, &test_error));
    assert_non_null(after);
    assert_null(cg_table_difference(before, after, test_arena));

    run(server->admin, "ALTER TABLE changing ADD COLUMN v INT");
    run(server->admin, "DROP TABLE leaving");
    assert_ok(cg_source_table_now(taken.source, "changing", test_arena, &after, &test_error));
    assert_non_null(cg_table_difference(before, after, test_arena));
    assert_ok(cg_source_table_now(taken.source, "leaving", test_arena, &after, &test_error));
    assert_null(after);
    give_back(&taken);
    run(server->admin, "DROP TABLE changing");
}

/* The looker's thread on the server: the newest one. */
static long long newest_thread(struct server *server) {
    return atoll(value_of(server->admin, "SELECT MAX(ID) FROM information_schema.PROCESSLIST"));
}

static void *drop_database(void *argument) {
    MYSQL *mysql = argument;
    mysql_query(mysql, "DROP DATABASE cg_my_snapshot_dropped");
    return NULL;
}

static bool drop_waits(struct server *server) {
    return atoi(value_of(server->admin, "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
                                        " WHERE INFO LIKE 'DROP DATABASE cg_my_snap%%' AND STATE LIKE 'Waiting%%'")) > 0;
}

/* The server lets nobody into a database that somebody waits to drop; the snapshot keeps the dropper waiting. */
static void r5_a_look_does_not_wait_for_ever_where_somebody_drops_the_database(void **state) {
    struct server *server = *state;
    char uri[256];
    run(server->admin, "DROP DATABASE IF EXISTS cg_my_snapshot_dropped");
    run(server->admin, "CREATE DATABASE cg_my_snapshot_dropped");
    run(server->admin, "CREATE TABLE cg_my_snapshot_dropped.held (id INT PRIMARY KEY)");
    snprintf(uri, sizeof uri, "%s/cg_my_snapshot_dropped", server->base);
    struct taken taken = take_snapshot(uri, 1);
    taken.source->read_lock_seconds = 1;
    uint64_t rows;
    assert_ok(cg_source_count(taken.sessions[0], cg_catalog_table(taken.catalog, "held"), &rows, &test_error));

    MYSQL *dropper = NULL;
    struct cg_uri parsed;
    assert_ok(cg_uri_parse(server->uri, test_arena, &parsed, &test_error));
    assert_ok(cg_mysql_connect(&parsed, &dropper, &test_error));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, drop_database, dropper), 0);
    while (!drop_waits(server))
        sched_yield();

    struct cg_table *table = NULL;
    struct cg_position position;
    struct cg_error why = {0};
    if (cg_source_table_now(taken.source, "held", test_arena, &table, &why) < 0)
        assert_int_equal(why.cls, CG_ERR_ENGINE); /* it gave up waiting */
    assert_ok(cg_source_position(taken.source, &position, &test_error));
    cg_source_cancel(taken.source);
    give_back(&taken);
    pthread_join(thread, NULL);
    mysql_close(dropper);
}

static void r5_looks_from_outside_share_a_connection_and_outlive_its_loss(void **state) {
    struct server *server = *state;
    run(server->admin, "CREATE TABLE looked_at (id INT PRIMARY KEY)");
    struct taken taken = take_snapshot(server->uri, 1);
    struct cg_table *table = NULL;
    assert_ok(cg_source_table_now(taken.source, "looked_at", test_arena, &table, &test_error));
    long long looker = newest_thread(server);
    for (int i = 0; i < 3; i++)
        assert_ok(cg_source_table_now(taken.source, "looked_at", test_arena, &table, &test_error));
    assert_int_equal(newest_thread(server), looker);
    run(server->admin, "KILL %lld", looker);
    table = NULL;
    assert_ok(cg_source_table_now(taken.source, "looked_at", test_arena, &table, &test_error));
    assert_non_null(table);
    give_back(&taken);
    run(server->admin, "DROP TABLE looked_at");
}

static void a_truncated_table_is_a_change_and_no_empty_table(void **state) {
    struct server *server = *state;
    run(server->admin, "CREATE TABLE emptied (id INT PRIMARY KEY)");
    run(server->admin, "INSERT INTO emptied VALUES (1)");
    struct taken taken = take_snapshot(server->uri, 1);
    run(server->admin, "TRUNCATE TABLE emptied");
    struct cg_error err = {0};
    MYSQL_RES *result = NULL;
    assert_int_equal(cg_mysql_query(taken.sessions[0]->mysql, "SELECT * FROM emptied", &result, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CHANGED);
    give_back(&taken);
    run(server->admin, "DROP TABLE emptied");
}

/* An ALTER TABLE that waits for one of the run's sessions would otherwise keep the others waiting for a day. */
static void a_session_does_not_wait_for_a_locked_table_for_ever(void **state) {
    struct server *server = *state;
    struct cg_catalog *catalog;
    struct cg_snapshot snapshot;
    struct cg_session *session;
    struct cg_source *source = open_source(server->uri);
    assert_in_range(source->read_lock_seconds, 1, 60);
    source->read_lock_seconds = 1;
    assert_ok(cg_source_snapshot(source, 1, test_arena, &catalog, &snapshot, &test_error));
    assert_ok(cg_source_acquire(source, &session, &test_error));
    run(server->admin, "LOCK TABLES a WRITE");
    struct cg_error err = {0};
    MYSQL_RES *result = NULL;
    assert_int_equal(cg_mysql_query(session->mysql, "SELECT * FROM a", &result, &err), -1);
    assert_int_equal(err.vendor, 1205);
    assert_true(*err.hint);
    run(server->admin, "UNLOCK TABLES");
    cg_source_release(source, session);
    cg_source_free(source);
}

/* ---- positions ---- */

/* Nobody can write while the administrator holds the lock: so nothing but our own doing could move the position. */
static void our_own_sessions_do_not_move_the_position(void **state) {
    struct server *server = *state;
    struct cg_position before, after;
    struct cg_source *source = open_source(server->uri);
    run(server->admin, "FLUSH TABLES WITH READ LOCK");
    assert_ok(cg_source_position(source, &before, &test_error));
    MYSQL *reader = connect_to(server->uri);
    run(reader, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    value_of(reader, "SELECT COUNT(*) FROM a");
    run(reader, "ROLLBACK");
    mysql_close(reader);
    struct cg_table *table = NULL;
    assert_ok(cg_source_table_now(source, "a", test_arena, &table, &test_error));
    assert_ok(cg_source_position(source, &after, &test_error));
    run(server->admin, "UNLOCK TABLES");
    assert_string_not_equal(before.kind, "none");
    assert_string_equal(before.kind, after.kind);
    assert_string_equal(before.text, after.text);
    cg_source_free(source);
}

static void a_write_moves_the_position(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 2);
    struct cg_position after;
    run(server->admin, "INSERT INTO log_ (v) VALUES (7)");
    assert_ok(cg_source_position(taken.source, &after, &test_error));
    assert_string_equal(taken.snapshot.position.kind, after.kind);
    assert_string_equal(after.kind, server->mariadb ? "binlog" : "gtid");
    assert_string_not_equal(taken.snapshot.position.text, after.text);
    assert_true(taken.snapshot.position.text[0]);
    give_back(&taken);
}

/* ---- while others write ---- */

struct writer {
    const char *uri;
    MYSQL *mysql;
    pthread_t thread;
    atomic_bool stop;
    atomic_ulong commits;
};

/* Keeps a.v equal to b.v in every committed state. */
static void *write_all_the_time(void *arg) {
    struct writer *writer = arg;
    cg_mysql_thread_begin();
    while (!writer->stop) {
        if (mysql_query(writer->mysql, "START TRANSACTION") || mysql_query(writer->mysql, "UPDATE a SET v = v + 1") ||
            mysql_query(writer->mysql, "UPDATE b SET v = v + 1") || mysql_query(writer->mysql, "COMMIT"))
            mysql_query(writer->mysql, "ROLLBACK"); /* a lock was waited for in vain */
        else
            writer->commits++;
    }
    cg_mysql_thread_end();
    return NULL;
}

static void start_writing(struct writer *writer, const struct server *server) {
    writer->mysql = connect_to(server->uri);
    writer->stop = false;
    writer->commits = 0;
    assert_int_equal(pthread_create(&writer->thread, NULL, write_all_the_time, writer), 0);
    while (!writer->commits)
        sched_yield();
}

static void stop_writing(struct writer *writer) {
    writer->stop = true;
    pthread_join(writer->thread, NULL);
    mysql_close(writer->mysql);
}

static bool sessions_agree(const struct taken *taken) {
    long first = number_of(taken->sessions[0]->mysql, "SELECT v FROM a");
    bool agree = true;
    for (size_t i = 0; i < taken->count; i++) {
        long a = number_of(taken->sessions[i]->mysql, "SELECT v FROM a");
        assert_int_equal(number_of(taken->sessions[i]->mysql, "SELECT v FROM b"), a); /* each is one moment */
        agree = agree && a == first;
    }
    return agree;
}

/* Takes snapshots as that user while others write; returns how many were called consistent. */
static size_t consistent_snapshots(struct server *server, const char *uri, size_t times, const char *method) {
    struct writer writer = {0};
    size_t consistent = 0;
    start_writing(&writer, server);
    for (size_t i = 0; i < times; i++) {
        struct taken taken = take_snapshot(uri, SESSIONS);
        if (method)
            assert_string_equal(taken.snapshot.method, method);
        if (taken.snapshot.consistent) {
            consistent++;
            assert_true(sessions_agree(&taken));
        }
        give_back(&taken);
    }
    stop_writing(&writer);
    return consistent;
}

static void r6_sessions_agree_while_others_write(void **state) {
    struct server *server = *state;
    assert_int_equal(consistent_snapshots(server, server->uri, 10, primary_method(server)), 10);
}

static void r7_with_lock_tables_alone_sessions_agree_while_others_write(void **state) {
    struct server *server = *state;
    make_user(server, "cg_my_locker", "");
    grant(server, "SELECT, LOCK TABLES", NULL, "cg_my_locker");
    assert_int_equal(consistent_snapshots(server, uri_as(server, "cg_my_locker", ""), 5, "LOCK TABLES"), 5);
    drop_user(server, "cg_my_locker");
}

/* MariaDB's sessions know their own place in the binary log: equal places never lie. */
static void r7_without_a_lock_what_is_called_consistent_is(void **state) {
    struct server *server = *state;
    make_user(server, "cg_my_reader", "");
    grant(server, "SELECT", NULL, "cg_my_reader");
    consistent_snapshots(server, uri_as(server, "cg_my_reader", ""), 20, NULL);
    drop_user(server, "cg_my_reader");
}

/* ---- few rights ---- */

/* The administrator's lock keeps everybody from writing, so that "unchanged" is certain. */
static void r7_without_any_lock_right_an_unmoved_position_serves_and_says_what_it_assumes(void **state) {
    struct server *server = *state;
    make_user(server, "cg_my_reader", "");
    grant(server, "SELECT", NULL, "cg_my_reader");
    struct cg_source *source = open_source(uri_as(server, "cg_my_reader", ""));
    struct cg_catalog *catalog = NULL;
    struct cg_snapshot snapshot;
    run(server->admin, "FLUSH TABLES WITH READ LOCK");
    int rc = cg_source_snapshot(source, SESSIONS, test_arena, &catalog, &snapshot, &test_error);
    run(server->admin, "UNLOCK TABLES");
    assert_ok(rc);
    assert_string_equal(snapshot.method, "position unchanged");
    assert_true(snapshot.consistent);
    assert_non_null(strstr(snapshot.assumes, "sql_log_bin=0"));
    assert_non_null(strstr(snapshot.assumes, primary_method(server)));
    assert_string_not_equal(snapshot.position.kind, "none");
    assert_true(snapshot.lock_seconds == 0);
    cg_source_free(source);
    drop_user(server, "cg_my_reader");
}

static void a_user_who_may_flush_takes_the_short_lock(void **state) {
    struct server *server = *state;
    make_user(server, "cg_my_flusher", "");
    grant(server, "SELECT", NULL, "cg_my_flusher");
    grant(server, "RELOAD", "*.*", "cg_my_flusher");
    struct taken taken = take_snapshot(uri_as(server, "cg_my_flusher", ""), 2);
    assert_string_equal(taken.snapshot.method, primary_method(server));
    assert_string_not_equal(taken.snapshot.position.kind, "none");
    give_back(&taken);
    drop_user(server, "cg_my_flusher");
}

/* Somebody holds a table: our locks are given up after their seconds, the snapshot comes all the same. */
static void a_lock_that_cannot_be_had_is_given_up(void **state) {
    struct server *server = *state;
    run(server->admin, "LOCK TABLES a WRITE");
    struct cg_source *source = open_source(server->uri);
    source->lock_seconds = 1;
    struct cg_catalog *catalog = NULL;
    struct cg_snapshot snapshot;
    int rc = cg_source_snapshot(source, 1, test_arena, &catalog, &snapshot, &test_error);
    run(server->admin, "UNLOCK TABLES");
    assert_ok(rc);
    assert_string_not_equal(snapshot.method, "LOCK TABLES");
    assert_true(snapshot.consistent); /* one session is one moment, however it came */
    cg_source_free(source);
}

/* ---- the pool ---- */

static void kill_and_notice(struct server *server, struct cg_session *session) {
    struct cg_error err = {0};
    run(server->admin, "KILL %lu", session->thread_id);
    while (mysql_query(session->mysql, "DO 1") == 0) /* until the server has carried it out */
        ;
    assert_int_equal(cg_mysql_session_error(session, NULL, "reading", &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    assert_true(session->lost);
}

static void r6_a_lost_session_retires_and_the_others_go_on(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 2);
    kill_and_notice(server, taken.sessions[0]);
    cg_source_release(taken.source, taken.sessions[0]);
    assert_int_equal(cg_source_session_count(taken.source), 1);
    cg_source_release(taken.source, taken.sessions[1]);
    struct cg_session *session = NULL;
    assert_ok(cg_source_acquire(taken.source, &session, &test_error));
    assert_ptr_equal(session, taken.sessions[1]);
    assert_int_equal(number_of(session->mysql, "SELECT COUNT(*) FROM a"), 1);

    kill_and_notice(server, session);
    cg_source_release(taken.source, session);
    struct cg_error err = {0};
    assert_int_equal(cg_source_acquire(taken.source, &session, &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    cg_source_free(taken.source);
}

struct waiter {
    struct cg_source *source;
    struct cg_session *session;
    struct cg_error err;
    int rc;
    atomic_bool begun;
};

static void *wait_for_session(void *arg) {
    struct waiter *waiter = arg;
    waiter->begun = true;
    waiter->rc = cg_source_acquire(waiter->source, &waiter->session, &waiter->err);
    cg_mysql_thread_end();
    return NULL;
}

static pthread_t start_waiter(struct waiter *waiter) {
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_session, waiter), 0);
    while (!waiter->begun)
        sched_yield();
    return thread;
}

static void acquire_waits_for_a_release(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 1);
    struct waiter waiter = {.source = taken.source};
    pthread_t thread = start_waiter(&waiter);
    cg_source_release(taken.source, taken.sessions[0]);
    pthread_join(thread, NULL);
    assert_int_equal(waiter.rc, 0);
    assert_ptr_equal(waiter.session, taken.sessions[0]);
    give_back(&taken);
}

static void who_waits_learns_that_the_last_session_was_lost(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 1);
    struct waiter waiter = {.source = taken.source};
    pthread_t thread = start_waiter(&waiter);
    kill_and_notice(server, taken.sessions[0]);
    cg_source_release(taken.source, taken.sessions[0]);
    pthread_join(thread, NULL);
    assert_int_equal(waiter.rc, -1);
    assert_int_equal(waiter.err.cls, CG_ERR_NETWORK);
    cg_source_free(taken.source);
}

/* ---- cancelling ---- */

struct sleeper {
    struct cg_session *session;
    struct cg_error err;
    int rc;
};

static void *sleep_long(void *arg) {
    struct sleeper *sleeper = arg;
    MYSQL_RES *result = NULL;
    cg_mysql_thread_begin();
    sleeper->rc = mysql_query(sleeper->session->mysql, "SELECT COUNT(*), SLEEP(3600) FROM a");
    if (sleeper->rc == 0 && (result = mysql_store_result(sleeper->session->mysql)) == NULL)
        sleeper->rc = -1;
    /* MySQL lets an interrupted SLEEP end with 1 instead of an error: then the next statement meets the flag. */
    if (result)
        mysql_free_result(result);
    cg_mysql_session_error(sleeper->session, NULL, "sleeping", &sleeper->err);
    cg_mysql_thread_end();
    return NULL;
}

static void cancelling_stops_statements_in_flight_and_those_who_wait(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 1);
    struct sleeper sleeper = {.session = taken.sessions[0]};
    struct waiter waiter = {.source = taken.source};
    pthread_t sleeping, waiting = start_waiter(&waiter);
    assert_int_equal(pthread_create(&sleeping, NULL, sleep_long, &sleeper), 0);
    while (!value_of(server->admin,
                     "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %lu AND INFO LIKE '%%SLEEP(3600)%%'",
                     taken.sessions[0]->thread_id)) /* until it sleeps */
        ;
    cg_source_cancel(taken.source);
    pthread_join(sleeping, NULL);
    pthread_join(waiting, NULL);
    assert_int_equal(sleeper.err.cls, CG_ERR_CANCELLED);
    assert_int_equal(waiter.rc, -1);
    assert_int_equal(waiter.err.cls, CG_ERR_CANCELLED);

    struct cg_session *session = NULL;
    struct cg_error err = {0};
    assert_int_equal(cg_source_acquire(taken.source, &session, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CANCELLED);
    give_back(&taken);
}

static void a_snapshot_after_cancelling_is_cancelled(void **state) {
    struct server *server = *state;
    struct cg_source *source = open_source(server->uri);
    struct cg_catalog *catalog = NULL;
    struct cg_snapshot snapshot;
    struct cg_error err = {0};
    cg_source_cancel(source);
    assert_int_equal(cg_source_snapshot(source, 2, test_arena, &catalog, &snapshot, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CANCELLED);
    cg_source_free(source);
}

static void a_second_snapshot_begins_a_new_epoch(void **state) {
    struct server *server = *state;
    struct taken taken = take_snapshot(server->uri, 1);
    struct cg_error err = {0};
    long rows = number_of(taken.sessions[0]->mysql, "SELECT COUNT(*) FROM log_");
    run(server->admin, "INSERT INTO log_ (v) VALUES (1)");
    assert_int_equal(cg_source_snapshot(taken.source, 2, test_arena, &taken.catalog, &taken.snapshot, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL); /* a session of the old one is in use */
    cg_source_release(taken.source, taken.sessions[0]);
    assert_ok(cg_source_snapshot(taken.source, 2, test_arena, &taken.catalog, &taken.snapshot, &test_error));
    assert_int_equal(cg_source_session_count(taken.source), 2);
    assert_ok(cg_source_acquire(taken.source, &taken.sessions[0], &test_error));
    assert_int_equal(number_of(taken.sessions[0]->mysql, "SELECT COUNT(*) FROM log_"), rows + 1);
    give_back(&taken);
}

static void a_scheme_that_nobody_reads_is_refused(void **state) {
    (void)state;
    struct cg_uri uri;
    struct cg_source *source = NULL;
    struct cg_error err = {0};
    uri = (struct cg_uri){.scheme = "oracle", .text = "oracle://x/y", .shown = "oracle://x/y"};
    assert_int_equal(cg_source_open(&uri, NULL, NULL, &source, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "oracle"));
}

int main(void) {
    servers_or_skip();
    const struct CMUnitTest tests[] = {
        EACH(r6_all_sessions_see_one_moment_and_nothing_after_it),
        EACH(the_lock_is_gone_when_the_snapshot_is_taken),
        EACH(r3_the_sessions_of_a_snapshot_are_repeatable_read),
        EACH(r4_a_session_refuses_to_write),
        EACH(r5_a_change_of_a_table_after_the_window_is_seen_from_outside),
        EACH(r5_looks_from_outside_share_a_connection_and_outlive_its_loss),
        EACH(r5_a_look_does_not_wait_for_ever_where_somebody_drops_the_database),
        EACH(a_truncated_table_is_a_change_and_no_empty_table),
        EACH(a_session_does_not_wait_for_a_locked_table_for_ever),
        EACH(our_own_sessions_do_not_move_the_position),
        EACH(a_write_moves_the_position),
        EACH(r6_sessions_agree_while_others_write),
        EACH(r7_with_lock_tables_alone_sessions_agree_while_others_write),
        ON_MARIADB(r7_without_a_lock_what_is_called_consistent_is),
        EACH(r7_without_any_lock_right_an_unmoved_position_serves_and_says_what_it_assumes),
        EACH(a_user_who_may_flush_takes_the_short_lock),
        EACH(a_lock_that_cannot_be_had_is_given_up),
        EACH(r6_a_lost_session_retires_and_the_others_go_on),
        EACH(acquire_waits_for_a_release),
        EACH(who_waits_learns_that_the_last_session_was_lost),
        EACH(cancelling_stops_statements_in_flight_and_those_who_wait),
        EACH(a_snapshot_after_cancelling_is_cancelled),
        EACH(a_second_snapshot_begins_a_new_epoch),
        cmocka_unit_test(a_scheme_that_nobody_reads_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
