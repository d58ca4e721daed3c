/* Expressions of MySQL and MariaDB and what the translator makes of them, run over the same rows: each of those in
 * sql_expressions.h is selected on the source, made a view there, and the view's text as the server keeps it is
 * translated and selected on PostgreSQL 15 and 18. Values must be the same: texts and decimals to the character, whole
 * numbers, dates and bytes by value, doubles to the bit unless the entry says that the engines' libraries may differ in
 * the last one.
 *
 * An expression that is also translated for an index must be immutable in PostgreSQL's eyes. Every function of the
 * table must stand in an entry. */
#include "engine/mysql/catalog.h"
#include "mysql_fixture.h"
#include "transform/plan.h"
#include "transform/sql/translate_functions.h"

#include "sql_expressions.h"
#include "sql_rows.h"

#include <libpq-fe.h>
#include <math.h>

enum { TARGETS = 2, ROWS = 64 };

/* One source with its plan, and the targets that hold the same rows. */
static struct {
    struct server *server;
    struct cg_plan *plan;
    PGconn *targets[TARGETS];
} bench;
static size_t failures;
static bool *called; /* functions of the table, in a text as it was written or as a server keeps it */

static const char *const target_variables[TARGETS] = {"CG_TEST_PG15", "CG_TEST_PG18"};
static const char database[] = "cg_sql_translate";

/* ---- the tables ---- */

static void pg_run(PGconn *conn, const char *sql) {
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    PQclear(result);
}

static PGconn *open_target(const char *variable) {
    char uri[512];
    const char *base = getenv(variable);
    snprintf(uri, sizeof uri, "%s/postgres", base);
    PGconn *admin = PQconnectdb(uri);
    if (PQstatus(admin) != CONNECTION_OK)
        fail_msg("%s: %s", uri, PQerrorMessage(admin));
    pg_run(admin, "SET client_min_messages = error");
    pg_run(admin, "DROP DATABASE IF EXISTS cg_sql_translate WITH (FORCE)");
    pg_run(admin, "CREATE DATABASE cg_sql_translate");
    PQfinish(admin);
    snprintf(uri, sizeof uri, "%s/%s", base, database);
    PGconn *conn = PQconnectdb(uri);
    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s: %s", uri, PQerrorMessage(conn));
    pg_run(conn,
           "SET client_min_messages = error; SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE; SET DateStyle = ISO; "
           "SET IntervalStyle = postgres; SET extra_float_digits = 1; SET bytea_output = hex");
    return conn;
}

static const char *quoted(PGconn *conn, const char *name) {
    char *text = PQescapeIdentifier(conn, name, strlen(name));
    const char *kept = cg_arena_strdup(test_arena, text);
    PQfreemem(text);
    return kept;
}

/* Enumerations first, then the tables as the plan has them. */
static void make_tables(PGconn *conn) {
    const struct cg_catalog *target = bench.plan->target;
    for (size_t i = 0; i < target->enum_count; i++) {
        const char *sql = cg_arena_printf(test_arena, "CREATE TYPE %s AS ENUM (", quoted(conn, target->enums[i].name));
        for (size_t k = 0; k < target->enums[i].label_count; k++)
            sql = cg_arena_printf(test_arena, "%s%s'%s'", sql, k ? ", " : "", target->enums[i].labels[k]);
        pg_run(conn, cg_arena_printf(test_arena, "%s)", sql));
    }
    for (size_t i = 0; i < target->table_count; i++) {
        const struct cg_table *table = &target->tables[i];
        const char *sql = cg_arena_printf(test_arena, "CREATE TABLE %s (", quoted(conn, table->name));
        for (size_t k = 0; k < table->column_count; k++) {
            const struct cg_type *type = &table->columns[k].type;
            sql = cg_arena_printf(test_arena, "%s%s%s %s%s%s", sql, k ? ", " : "", quoted(conn, table->columns[k].name),
                                  type->schema ? quoted(conn, type->name) : type->full, type->array ? "" : "",
                                  table->columns[k].nullable ? "" : " NOT NULL");
        }
        struct cg_key *key = cg_table_primary_key(table);
        pg_run(conn, cg_arena_printf(test_arena, key ? "%s, PRIMARY KEY (%s))" : "%s)", sql,
                                     key ? quoted(conn, key->parts[0].column) : ""));
    }
    for (size_t i = 0; i < sizeof pg_rows / sizeof *pg_rows; i++)
        pg_run(conn, pg_rows[i]);
}

static void make_plan(void) {
    static const char *const map[] = {"edge.flag=boolean", "edge.tm=time(0)", "edge.t3=time(3)", "edge.bq=bigint"};
    struct cg_options options = {.schema = "public"};
    struct cg_catalog *catalog;
    struct cg_typemap *typemap;
    struct cg_server about;
    struct cg_uri uri;
    assert_ok(cg_uri_parse(bench.server->uri, test_arena, &uri, &test_error));
    assert_ok(cg_mysql_server(bench.server->admin, &uri, test_arena, &about, &test_error));
    assert_ok(
        cg_mysql_catalog(bench.server->admin, &about, bench.server->name, NULL, test_arena, &catalog, &test_error));
    assert_ok(cg_typemap_load(about.engine, "postgresql", NULL, map, sizeof map / sizeof *map, test_arena, &typemap,
                              &test_error));
    struct cg_plan_input input = {.source = catalog, .map = typemap, .options = &options};
    assert_ok(cg_plan_make(&input, test_arena, &bench.plan, &test_error));
    for (size_t i = 0; i < bench.plan->table_count; i++)
        if (bench.plan->tables[i].failed)
            fail_msg("%s", bench.plan->tables[i].failed);
}

static void begin(struct server *server) {
    bench.server = server;
    server_begin(server, database);
    run(server->admin, "SET time_zone = '+02:00', group_concat_max_len = 100000");
    run(server->admin, server->mariadb ? "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci"
                                       : "SET NAMES utf8mb4 COLLATE utf8mb4_0900_ai_ci");
    for (size_t i = 0; i < sizeof my_tables / sizeof *my_tables; i++)
        assert_ok(cg_mysql_execute(server->admin, my_tables[i], &test_error));
    make_plan();
    for (size_t i = 0; i < TARGETS; i++) {
        bench.targets[i] = open_target(target_variables[i]);
        make_tables(bench.targets[i]);
    }
}

static void end(void) {
    for (size_t i = 0; i < TARGETS; i++)
        PQfinish(bench.targets[i]);
    server_end(bench.server);
}

/* ---- values ---- */

struct values {
    size_t count;
    const char *texts[ROWS]; /* NULL for NULL */
    bool binary;             /* MySQL: bytes */
};

static void failed(const struct sql_expression *e, const char *format, ...) CG_PRINTF(2, 3);
static void failed(const struct sql_expression *e, const char *format, ...) {
    va_list args;
    if (failures++ > 60)
        return;
    printf("%s: %s: ", bench.server->mariadb ? "MariaDB" : "MySQL", e->sql);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

/* The last column of each row; bytes as \x and hexadecimal digits. */
static bool source_values(const struct sql_expression *e, const char *sql, struct values *ret) {
    MYSQL *mysql = bench.server->admin;
    *ret = (struct values){0};
    if (mysql_query(mysql, sql) != 0) {
        failed(e, "the source says %s", mysql_error(mysql));
        return false;
    }
    MYSQL_RES *result = mysql_store_result(mysql);
    if (!result) {
        failed(e, "the source says %s", mysql_error(mysql));
        return false;
    }
    unsigned last = mysql_num_fields(result) - 1;
    const MYSQL_FIELD *field = mysql_fetch_field_direct(result, last);
    bool text =
        field->type == MYSQL_TYPE_STRING || field->type == MYSQL_TYPE_VAR_STRING || field->type == MYSQL_TYPE_BLOB;
    ret->binary = (text && field->charsetnr == 63) || field->type == MYSQL_TYPE_BIT;
    for (MYSQL_ROW row; (row = mysql_fetch_row(result)) && ret->count < ROWS;) {
        const unsigned char *bytes = (const unsigned char *)row[last];
        unsigned long length = mysql_fetch_lengths(result)[last];
        char *kept = bytes ? cg_arena_alloc(test_arena, 2 * length + 3) : NULL;
        if (bytes && ret->binary) {
            strcpy(kept, "\\x");
            for (unsigned long i = 0; i < length; i++)
                sprintf(kept + 2 + 2 * i, "%02x", bytes[i]);
        } else if (bytes) {
            memcpy(kept, bytes, length);
        }
        ret->texts[ret->count++] = kept;
    }
    mysql_free_result(result);
    return true;
}

/* One spelling of what both engines spell in their own ways. */
static const char *without_zeros(const char *text) {
    char *copy = cg_arena_strdup(test_arena, text), *point = strrchr(copy, '.');
    size_t length = strlen(copy);
    while (point && length && copy[length - 1] == '0')
        copy[--length] = '\0';
    if (point && length && copy[length - 1] == '.')
        copy[length - 1] = '\0';
    return copy;
}

/* As PostgreSQL compares them: white space, order of members and zeros behind the point do not count. */
static bool same_json(const char *a, const char *b) {
    const char *both[2] = {a, b};
    PGresult *result = PQexecParams(bench.targets[0], "SELECT $1::jsonb = $2::jsonb", 2, NULL, both, NULL, NULL, 0);
    bool equal = PQresultStatus(result) == PGRES_TUPLES_OK && *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    return equal;
}

enum oids {
    BOOL = 16,
    BYTEA = 17,
    INT8 = 20,
    INT2 = 21,
    INT4 = 23,
    TEXT = 25,
    JSONB = 3802,
    FLOAT4 = 700,
    FLOAT8 = 701,
    NUMERIC = 1700,
    DATE = 1082,
    TIME = 1083,
    TIMESTAMP = 1114,
    TIMESTAMPTZ = 1184,
    INTERVAL = 1186,
    TEXTS = 1009
};

static bool same_float(const char *a, const char *b, Oid type, double tolerance) {
    double x = strtod(a, NULL), y = strtod(b, NULL);
    if (type == FLOAT4)
        return (float)x == (float)y;
    return x == y || (tolerance > 0 && fabs(x - y) <= tolerance * fmax(fabs(x), fabs(y)));
}

static bool same(const struct sql_expression *e, const char *source, const char *target, Oid type) {
    if (!source || !target)
        return source == target;
    switch (type) {
    case BOOL:
        return strcmp(source, *target == 't' ? "1" : "0") == 0 ||
               strcmp(source, *target == 't' ? "\\x01" : "\\x00") == 0;
    case FLOAT4:
    case FLOAT8:
        return same_float(source, target, type, e->how == '~' ? 1e-14 : e->how == 'r' ? 1e-6 : 0);
    case TIMESTAMPTZ: { /* 2020-01-01 10:00:00+02 */
        char *copy = cg_arena_strdup(test_arena, target), *zone = strrchr(copy, '+');
        if (zone)
            *zone = '\0';
        return strcmp(without_zeros(source), without_zeros(copy)) == 0;
    }
    case TIME:
    case TIMESTAMP:
    case INTERVAL:
        return strcmp(without_zeros(source), without_zeros(target)) == 0;
    case JSONB:
        return same_json(source, target);
    case TEXTS: {
        const char *braced = cg_arena_printf(test_arena, "{%s}", source);
        return strcmp(braced, target) == 0;
    }
    case NUMERIC:
        return e->how == '#' ? strcmp(without_zeros(source), without_zeros(target)) == 0 : strcmp(source, target) == 0;
    default:
        return strcmp(source, target) == 0;
    }
}

static void compare(const struct sql_expression *e, const char *sql, const struct values *source) {
    for (size_t i = 0; i < TARGETS; i++) {
        PGresult *result = PQexec(bench.targets[i], sql);
        if (PQresultStatus(result) != PGRES_TUPLES_OK) {
            failed(e, "%s\n    %s", PQerrorMessage(bench.targets[i]), sql);
        } else if ((size_t)PQntuples(result) != source->count) {
            failed(e, "%d rows instead of %zu\n    %s", PQntuples(result), source->count, sql);
        } else {
            int last = PQnfields(result) - 1;
            for (int row = 0; row < PQntuples(result); row++) {
                const char *value = PQgetisnull(result, row, last) ? NULL : PQgetvalue(result, row, last);
                if (same(e, source->texts[row], value, PQftype(result, last)))
                    continue;
                failed(e, "row %d is %s instead of %s\n    %s", row, value ? value : "NULL",
                       source->texts[row] ? source->texts[row] : "NULL", sql);
                break;
            }
        }
        PQclear(result);
        if (i + 1 < TARGETS && failures > 60)
            return;
    }
}

/* ---- translating ---- */

static struct cg_sql_context context_of(enum cg_sql_place place) {
    return (struct cg_sql_context){.plan = bench.plan,
                                   .schema = "public",
                                   .database = bench.server->name,
                                   .dialect = {.mariadb = bench.server->mariadb},
                                   .place = place};
}

static const char *translated(const struct sql_expression *e, const char *sql) {
    struct cg_sql_context context = context_of(CG_SQL_IN_VIEW);
    struct cg_sql_result result;
    struct cg_sql_view view;
    assert_ok(cg_sql_translate_view(&context, sql, NULL, 0, test_arena, &result, &view, &test_error));
    if (!result.text)
        failed(e, "refused: %s", result.why);
    return result.text;
}

/* What is taken for an index, or a generated column, is immutable; it may be spelled otherwise than in a view. */
static void check_index(const struct sql_expression *e, const struct values *source) {
    struct cg_sql_context context = context_of(CG_SQL_IN_INDEX);
    struct cg_sql_result result;
    for (size_t i = 0; i < bench.plan->table_count; i++)
        if (strcmp(bench.plan->tables[i].source->name, "edge") == 0)
            context.table = &bench.plan->tables[i];
    assert_ok(cg_sql_translate_expression(&context, e->sql, test_arena, &result, &test_error));
    if (!result.text)
        return;
    for (size_t i = 0; i < TARGETS; i++) {
        PGconn *conn = bench.targets[i];
        PGresult *made =
            PQexec(conn, cg_arena_printf(test_arena, "BEGIN; CREATE INDEX ON edge ((%s)); ROLLBACK", result.text));
        const char *message = PQerrorMessage(conn);
        if (PQresultStatus(made) != PGRES_COMMAND_OK && strstr(message, "immutable"))
            failed(e, "as an index: %s    %s", message, result.text);
        PQclear(made);
        pg_run(conn, "ROLLBACK");
    }
    compare(e, cg_arena_printf(test_arena, "SELECT id, (%s) FROM edge ORDER BY edge.id", result.text), source);
}

static const char *view_text(const struct sql_expression *e, const char *sql) {
    MYSQL *mysql = bench.server->admin;
    const char *create = cg_arena_printf(test_arena, "CREATE OR REPLACE VIEW v AS %s", sql);
    if (mysql_query(mysql, create) != 0) {
        failed(e, "as a view: %s", mysql_error(mysql));
        return NULL;
    }
    return value_of(mysql, "SELECT VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() AND "
                           "TABLE_NAME = 'v'");
}

static bool calls(const char *sql, const char *name) {
    size_t length = strlen(name);
    for (const char *p = sql; *p; p++)
        if (strncasecmp(p, name, length) == 0 && p[length] == '(' &&
            (p == sql || (!isalnum((unsigned char)p[-1]) && p[-1] != '_')))
            return true;
    return false;
}

static void mark_calls(const char *sql) {
    for (size_t i = 0; sql && i < cg_tr_function_count; i++)
        called[i] = called[i] || calls(sql, cg_tr_functions[i].name);
}

static void check(const struct sql_expression *e) {
    bool whole = strncmp(e->sql, "SELECT", 6) == 0 || strncmp(e->sql, "WITH", 4) == 0;
    struct values source;
    if (e->on != 'b' && e->on != (bench.server->mariadb ? 'm' : 'y'))
        return;
    const char *sql =
        whole ? e->sql : cg_arena_printf(test_arena, "SELECT id, (%s) AS v FROM edge ORDER BY id", e->sql);
    if (!source_values(e, sql, &source))
        return;
    const char *direct = translated(e, sql), *kept = view_text(e, sql), *again = kept ? translated(e, kept) : NULL;
    mark_calls(e->sql);
    mark_calls(kept);
    if (direct)
        compare(e, direct, &source);
    if (again && (!direct || strcmp(direct, again) != 0))
        compare(e, again, &source);
    if (!whole)
        check_index(e, &source);
}

static void expressions_mean_the_same(void **state) {
    failures = 0;
    begin(*state);
    const char *only = getenv("CG_TEST_EXPRESSION");
    for (size_t i = 0; i < sizeof sql_expressions / sizeof *sql_expressions; i++)
        if (!only || strstr(sql_expressions[i].sql, only))
            check(&sql_expressions[i]);
    end();
    if (failures)
        fail_msg("%zu expressions do not mean the same", failures);
}

/* ---- completeness ---- */

static void every_function_was_called(void **state) {
    (void)state;
    size_t missing = 0;
    for (size_t i = 0; i < cg_tr_function_count; i++)
        if (!called[i]) {
            printf("no expression calls %s\n", cg_tr_functions[i].name);
            missing++;
        }
    assert_int_equal(missing, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        EACH(expressions_mean_the_same),
        cmocka_unit_test(every_function_was_called),
    };
    servers_or_skip();
    for (size_t i = 0; i < TARGETS; i++)
        if (!getenv(target_variables[i])) {
            printf("skipped: %s not set\n", target_variables[i]);
            return 77;
        }
    test_arena = cg_arena_new();
    called = cg_arena_array(test_arena, cg_tr_function_count, sizeof *called);
    int result = cmocka_run_group_tests(tests, NULL, NULL);
    cg_arena_free(test_arena);
    return result;
}
