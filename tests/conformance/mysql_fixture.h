/* What the tests of the MySQL and MariaDB half share: the two servers' URIs, an administrator's connection, a database
 * of the test's own on each. A test runs once for every server: its state is a struct server. */
#ifndef CG_TESTS_MYSQL_FIXTURE_H
#define CG_TESTS_MYSQL_FIXTURE_H

#include "engine/mysql/connection.h"
#include "extract/source.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct server {
    const char *variable; /* environment */
    bool mariadb;
    const char *base;        /* mysql://root@127.0.0.1:13306 */
    char name[96], uri[256]; /* this test program's database */
    MYSQL *admin;
    struct cg_catalog *catalog; /* where a test wants one */
};

static struct server servers[] = {{.variable = "CG_TEST_MARIADB", .mariadb = true}, {.variable = "CG_TEST_MYSQL"}};
enum { SERVER_COUNT = 2 };

/* Fails the test with the error's text. */
#define assert_ok(call)                                                                                                \
    do {                                                                                                               \
        struct cg_error *e_ = &test_error;                                                                             \
        if ((call) < 0)                                                                                                \
            fail_msg("%s: %s", cg_error_class_name(e_->cls), e_->message);                                             \
    } while (0)
static struct cg_error test_error;

static struct cg_arena *test_arena;

static inline MYSQL *connect_to(const char *uri_text) {
    struct cg_uri uri;
    MYSQL *mysql = NULL;
    assert_ok(cg_uri_parse(uri_text, test_arena, &uri, &test_error));
    assert_ok(cg_mysql_connect(&uri, &mysql, &test_error));
    return mysql;
}

static inline void run(MYSQL *mysql, const char *format, ...) CG_PRINTF(2, 3);
static inline void run(MYSQL *mysql, const char *format, ...) {
    char sql[8192];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    assert_true(len > 0 && (size_t)len < sizeof sql);
    assert_ok(cg_mysql_execute(mysql, sql, &test_error));
}

static inline const char *value_of(MYSQL *mysql, const char *format, ...) CG_PRINTF(2, 3);
static inline const char *value_of(MYSQL *mysql, const char *format, ...) {
    char sql[2048];
    const char *text = NULL;
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    assert_ok(cg_mysql_scalar(mysql, sql, test_arena, &text, &test_error));
    return text;
}

/* A name as a URI writes it. */
static inline const char *percent_encoded(const char *name) {
    char *out = cg_arena_alloc(test_arena, 3 * strlen(name) + 1), *at = out;
    for (; *name; name++)
        at += sprintf(at, isalnum((unsigned char)*name) || *name == '_' ? "%c" : "%%%02X", (unsigned char)*name);
    return out;
}

/* The URI of another user, database or parameter on this server: "mysql://USER@HOST:PORT/DATABASE". */
static inline const char *uri_as(const struct server *server, const char *user, const char *parameters) {
    struct cg_uri base;
    assert_ok(cg_uri_parse(server->base, test_arena, &base, &test_error));
    return cg_arena_printf(test_arena, "mysql://%s@%s:%d/%s%s", user, base.host, base.port,
                           percent_encoded(server->name), parameters);
}

/* An empty database called `name` and the administrator's connection to it. */
static inline void server_begin(struct server *server, const char *name) {
    MYSQL *first = connect_to(cg_arena_printf(test_arena, "%s/information_schema", server->base));
    snprintf(server->name, sizeof server->name, "%s", name);
    snprintf(server->uri, sizeof server->uri, "%s/%s", server->base, percent_encoded(name));
    run(first, "DROP DATABASE IF EXISTS `%s`", name);
    run(first, "CREATE DATABASE `%s` CHARACTER SET utf8mb4", name);
    mysql_close(first);
    server->admin = connect_to(server->uri);
}

static inline void server_end(struct server *server) {
    if (!server->admin)
        return;
    run(server->admin, "DROP DATABASE IF EXISTS `%s`", server->name);
    mysql_close(server->admin);
}

/* The user anew, without any right; TCP from anywhere, and the socket. */
static inline void make_user(struct server *server, const char *user, const char *identified) {
    run(server->admin, "DROP USER IF EXISTS '%s'@'%%', '%s'@'localhost'", user, user);
    run(server->admin, "CREATE USER '%s'@'%%' %s", user, identified);
    run(server->admin, "CREATE USER '%s'@'localhost' %s", user, identified);
}

static inline void drop_user(struct server *server, const char *user) {
    run(server->admin, "DROP USER IF EXISTS '%s'@'%%', '%s'@'localhost'", user, user);
}

/* GRANT ... TO the user, wherever it comes from; on: "*.*" or NULL for this database. */
static inline void grant(struct server *server, const char *rights, const char *on, const char *user) {
    char here[200];
    snprintf(here, sizeof here, "`%s`.*", server->name);
    run(server->admin, "GRANT %s ON %s TO '%s'@'%%', '%s'@'localhost'", rights, on ? on : here, user, user);
}

/* Exits with 77 when a server is missing. */
static inline void servers_or_skip(void) {
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        servers[i].base = getenv(servers[i].variable);
        if (!servers[i].base) {
            printf("skipped: %s not set\n", servers[i].variable);
            exit(77);
        }
    }
}

/* One test for each server, or for one of them. */
#define ON_MARIADB(test)                                                                                               \
    { #test " (MariaDB)", test, NULL, NULL, &servers[0] }
#define ON_MYSQL(test)                                                                                                 \
    { #test " (MySQL)", test, NULL, NULL, &servers[1] }
#define EACH(test) ON_MARIADB(test), ON_MYSQL(test)

#endif
