/* A database of its own on one of the two servers, and a session on it without a snapshot: for the tests of what reads
 * MySQL and MariaDB. Every step asserts; a failure prints the error's message. */
#ifndef CG_TESTS_MYSQL_PLACE_H
#define CG_TESTS_MYSQL_PLACE_H

#include "extract/mysql/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct place {
    const char *variable; /* of the environment: the server's base URI */
    const char *database;
    MYSQL *admin; /* writes */
    struct cg_arena *arena;
    struct cg_catalog *catalog;
    struct cg_source source;
    struct cg_session session; /* reads */
};

static inline void ok_at(int rc, const struct cg_error *err, const char *file, int line) {
    if (rc < 0) {
        print_error("%s: %s\n", err->object, err->message);
        _fail(file, line);
    }
}
#define ok(rc, err) ok_at(rc, err, __FILE__, __LINE__)

static inline void place_sql(struct place *place, const char *sql) {
    if (mysql_query(place->admin, sql) != 0) {
        print_error("%s\n%s\n", sql, mysql_error(place->admin));
        fail();
    }
    do {
        mysql_free_result(mysql_store_result(place->admin));
    } while (mysql_next_result(place->admin) == 0);
}

static inline MYSQL *place_connect(struct place *place, const char *database) {
    char text[512];
    struct cg_uri uri;
    struct cg_error err = {0};
    MYSQL *mysql;
    snprintf(text, sizeof text, "%s/%s", getenv(place->variable), database);
    ok(cg_uri_parse(text, place->arena, &uri, &err), &err);
    ok(cg_mysql_connect(&uri, &mysql, &err), &err);
    return mysql;
}

/* Connects anew: after a test has lost its session. */
static inline void place_session(struct place *place) {
    cg_mysql_close(place->session.mysql);
    place->session = (struct cg_session){.source = &place->source, .mysql = place_connect(place, place->database)};
    place->session.thread_id = mysql_thread_id(place->session.mysql);
}

static inline int place_renew(void **state) {
    place_session(*state);
    return 0;
}

/* The same test once for each server, each on a session of its own. */
#define ON_BOTH(test)                                                                                                  \
    {#test " (MariaDB)", test, place_renew, NULL, &places[0]}, {                                                       \
#test " (MySQL)", test, place_renew, NULL, &places[1]                                                          \
    }

static inline void place_open(struct place *place, const char *database) {
    char sql[256];
    place->database = database;
    place->arena = cg_arena_new();
    assert_non_null(place->arena);
    place->admin = place_connect(place, "information_schema");
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS `%s`", database);
    place_sql(place, sql);
    snprintf(sql, sizeof sql, "CREATE DATABASE `%s` CHARACTER SET utf8mb4", database);
    place_sql(place, sql);
    assert_int_equal(mysql_select_db(place->admin, database), 0);
    place_sql(place, "SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'");
    struct cg_uri uri;
    struct cg_error err = {0};
    ok(cg_uri_parse(getenv(place->variable), place->arena, &uri, &err), &err);
    ok(cg_mysql_server(place->admin, &uri, place->arena, &place->source.server, &err), &err);
    place->source.mariadb = strcmp(place->source.server.engine, "mariadb") == 0;
}

static inline void place_close(struct place *place) {
    char sql[256];
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS `%s`", place->database);
    place_sql(place, sql);
    cg_mysql_close(place->session.mysql);
    cg_mysql_close(place->admin);
    cg_arena_free(place->arena);
}

/* Exits with 77 unless both servers are there. */
static inline void places_needed(struct place places[2]) {
    for (int i = 0; i < 2; i++)
        if (!getenv(places[i].variable)) {
            printf("skipped: %s not set\n", places[i].variable);
            exit(77);
        }
}

/* The table as the catalog tells it now. */
static inline struct cg_table *place_table(struct place *place, const char *name) {
    struct cg_error err = {0};
    ok(cg_mysql_catalog(place->admin, &place->source.server, place->database, name, place->arena, &place->catalog,
                        &err),
       &err);
    struct cg_table *table = cg_catalog_table(place->catalog, name);
    assert_non_null(table);
    return table;
}

/* Opens a reader of all columns. The list lives in the arena. */
static inline struct cg_reader *place_read(struct place *place, const struct cg_table *table, const char *predicate) {
    struct cg_error err = {0};
    struct cg_reader *reader;
    const struct cg_column **columns =
        cg_arena_array(place->arena, table->column_count, sizeof(const struct cg_column *));
    assert_non_null(columns);
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = &table->columns[i];
    struct cg_read what = {
        .table = table, .columns = columns, .column_count = table->column_count, .predicate = predicate};
    ok(cg_mysql_reader_open(&place->session, &what, &reader, &err), &err);
    return reader;
}

/* The next row, which must be there. */
static inline const struct cg_value *next_row(struct cg_reader *reader) {
    struct cg_error err = {0};
    struct cg_source_row row;
    int rc = cg_mysql_reader_next(reader, &row, &err);
    ok(rc, &err);
    assert_int_equal(rc, 1);
    assert_non_null(row.values);
    return row.values;
}

/* The end, which must be there. */
static inline void no_row(struct cg_reader *reader) {
    struct cg_error err = {0};
    struct cg_source_row row;
    int rc = cg_mysql_reader_next(reader, &row, &err);
    ok(rc, &err);
    assert_int_equal(rc, 0);
}

#define assert_value_bytes(value, wanted, text, size)                                                                  \
    do {                                                                                                               \
        const struct cg_value got = (value);                                                                           \
        assert_int_equal(got.kind, wanted);                                                                            \
        assert_int_equal(got.bytes.len, size);                                                                         \
        assert_memory_equal(got.bytes.data, text, size);                                                               \
    } while (0)
#define assert_value_text(value, wanted, text) assert_value_bytes(value, wanted, text, strlen(text))

static inline void assert_civil(struct cg_value value, enum cg_value_kind kind, struct cg_civil civil) {
    assert_int_equal(value.kind, kind);
    assert_int_equal(value.civil.year, civil.year);
    assert_int_equal(value.civil.month, civil.month);
    assert_int_equal(value.civil.day, civil.day);
    assert_int_equal(value.civil.hour, civil.hour);
    assert_int_equal(value.civil.minute, civil.minute);
    assert_int_equal(value.civil.second, civil.second);
    assert_int_equal(value.civil.microsecond, civil.microsecond);
    assert_int_equal(value.civil.negative, civil.negative);
}

#endif
