/* What the tests of the PostgreSQL target share: a database of their own on each server, and a plain libpq connection
 * beside the code under test, to look at what it did. Each test file runs its whole group on PostgreSQL 15 and on 18.
 */
#ifndef CG_TESTS_PG_FIXTURE_H
#define CG_TESTS_PG_FIXTURE_H

#include "load/ledger.h"
#include "load/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>

static struct {
    const char *server; /* URI without database */
    char uri[512];      /* of the test database */
    const char *database;
    PGconn *conn; /* beside the code under test */
    struct cg_arena *arena;
    struct cg_target *target;
    struct cg_target_session *session;
} fixture;

static inline PGconn *fixture_connect(const char *database) {
    char uri[512];
    snprintf(uri, sizeof uri, "%s/%s", fixture.server, database);
    PGconn *conn = PQconnectdb(uri);
    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s: %s", uri, PQerrorMessage(conn));
    PQclear(PQexec(conn, "SET client_min_messages = error"));
    return conn;
}

static inline void run_on(PGconn *conn, const char *sql) {
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    PQclear(result);
}

/* Runs SQL beside the code under test. */
static inline void run(const char *sql) {
    run_on(fixture.conn, sql);
}

/* The first value of a query, in the arena; "(null)" for NULL, "(none)" when there is no row. */
static inline const char *value(const char *sql) {
    PGresult *result = PQexec(fixture.conn, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(fixture.conn));
    const char *text = PQntuples(result) == 0      ? "(none)"
                       : PQgetisnull(result, 0, 0) ? "(null)"
                                                   : cg_arena_strdup(fixture.arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    return text;
}

#define assert_value(sql, expected) assert_string_equal(value(sql), expected)

/* Fails the test with the error's text. The call fills `trouble`. */
static struct cg_error trouble;
#define must(call)                                                                                                     \
    do {                                                                                                               \
        trouble = (struct cg_error){0};                                                                                \
        if ((call) != 0)                                                                                               \
            fail_msg("%s: %s: %s", #call, trouble.object, trouble.message);                                            \
    } while (0)

static inline int fixture_drop_database(void) {
    PGconn *conn = fixture_connect("postgres");
    char sql[256];
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", fixture.database);
    run_on(conn, sql);
    PQfinish(conn);
    return 0;
}

/* A fresh database of the test's own; options: what follows CREATE DATABASE name. */
static inline void fixture_make_database(const char *name, const char *options) {
    fixture.database = name;
    fixture_drop_database();
    PGconn *conn = fixture_connect("postgres");
    char sql[256];
    snprintf(sql, sizeof sql, "CREATE DATABASE %s %s", name, options);
    run_on(conn, sql);
    PQfinish(conn);
    fixture.conn = fixture_connect(name);
    snprintf(fixture.uri, sizeof fixture.uri, "%s/%s", fixture.server, name);
    fixture.arena = cg_arena_new();
    assert_non_null(fixture.arena);
}

static inline int fixture_try_open(const char *uri_text, const char *schema, const char *ledger,
                                   struct cg_target **ret_target, struct cg_error *err) {
    struct cg_uri uri;
    if (cg_uri_parse(uri_text, fixture.arena, &uri, err))
        return -1;
    return cg_target_open(&uri, schema, ledger, ret_target, err);
}

static inline void fixture_open(const char *schema, const char *ledger) {
    must(fixture_try_open(fixture.uri, schema, ledger, &fixture.target, &trouble));
    must(cg_target_session_open(fixture.target, &fixture.session, &trouble));
}

static inline void fixture_close(void) {
    cg_target_session_close(fixture.session);
    fixture.session = NULL;
    cg_target_free(fixture.target);
    fixture.target = NULL;
    PQfinish(fixture.conn);
    fixture.conn = NULL;
    cg_arena_free(fixture.arena);
    fixture.arena = NULL;
    fixture_drop_database();
}

/* Runs tests on every server; the exit code of the program. */
static inline int fixture_main(const char *name, const struct CMUnitTest *tests, size_t count) {
    static const char *const variables[] = {"CG_TEST_PG15", "CG_TEST_PG18"};
    int failed = 0;
    for (size_t i = 0; i < 2; i++)
        if (!getenv(variables[i])) {
            printf("skipped: %s not set\n", variables[i]);
            return 77;
        }
    for (size_t i = 0; i < 2; i++) {
        char group[128];
        snprintf(group, sizeof group, "%s on %s", name, variables[i] + 8);
        fixture.server = getenv(variables[i]);
        failed += _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    }
    return failed ? 1 : 0;
}

#endif
