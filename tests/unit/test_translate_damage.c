/* Expressions mixed up: names, functions, operators and literals of hundreds of expressions put in each other's places,
 * and nested as high as a tree may be. The translator says a translation or a reason, never both, never runs away, and
 * never reads beyond anything (AddressSanitizer watches). Always the same ones. */
#include "transform/sql/translate_functions.h"

#include "plan_fixture.h"
#include "tests/conformance/sql_expressions.h"

enum { ROUNDS = 12000, MOST_TEXT = 4000, MOST_WORDS = 400 };

static const char *const columns[][2] = {
    {"id", "int(11)"},
    {"grp", "int(11)"},
    {"ti", "tinyint(4)"},
    {"si", "smallint(6)"},
    {"i", "int(11)"},
    {"bi", "bigint(20)"},
    {"iu", "int(10) unsigned"},
    {"bu", "bigint(20) unsigned"},
    {"flag", "tinyint(1)"},
    {"d2", "decimal(10,2)"},
    {"d5", "decimal(20,5)"},
    {"f", "float"},
    {"g", "double"},
    {"ci", "varchar(60)"},
    {"bin", "varchar(60)"},
    {"tx", "text"},
    {"c", "char(10)"},
    {"num", "varchar(20)"},
    {"e", "enum('small','Medium','LARGE')"},
    {"s", "set('a','b','c')"},
    {"dd", "date"},
    {"dt", "datetime"},
    {"dt6", "datetime(6)"},
    {"ts", "timestamp"},
    {"tm", "time"},
    {"tl", "time(3)"},
    {"y", "year"},
    {"bt", "bit(1)"},
    {"b8", "bit(8)"},
    {"vb", "varbinary(20)"},
    {"js", "json"},
    {"geo", "point"},
};

static const char *const extra[] = {"NULL",
                                    "'a'",
                                    "''",
                                    "1",
                                    "0",
                                    "-1",
                                    "1.5",
                                    "1e3",
                                    "x'61'",
                                    "b'1'",
                                    "TRUE",
                                    "'2020-01-01'",
                                    "(",
                                    ")",
                                    ",",
                                    "+",
                                    "/",
                                    "=",
                                    "<=>",
                                    "AND",
                                    "IN",
                                    "LIKE",
                                    "IS",
                                    "NOT",
                                    "BETWEEN",
                                    "CASE",
                                    "WHEN",
                                    "INTERVAL",
                                    "DAY",
                                    "DISTINCT",
                                    "OVER",
                                    "->",
                                    "||",
                                    "COLLATE",
                                    "9999999999999999999999",
                                    "'%'",
                                    "@a",
                                    "*"};

static uint32_t state_of_random = 1;

static size_t below(size_t n) {
    state_of_random = state_of_random * 1664525u + 1013904223u;
    return (size_t)(state_of_random >> 8) % n;
}

struct bench {
    struct fx *fx;
    struct cg_plan *plan;
};

static struct bench bench_new(void) {
    struct bench b = {.fx = fx_new()};
    struct fx_table *t = fx_table(b.fx, "edge", 1), *o = fx_table(b.fx, "other", 1);
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
        struct cg_column *c = fx_column(b.fx, t, columns[k][0], columns[k][1]);
        c->type.case_insensitive = c->type.charset && strcmp(c->name, "bin") != 0;
    }
    fx_key(b.fx, t, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_column(b.fx, o, "id", "int(11)");
    fx_column(b.fx, o, "edge_id", "int(11)");
    fx_column(b.fx, o, "name", "varchar(20)");
    fx_column(b.fx, o, "price", "decimal(6,2)");
    fx_column(b.fx, o, "day", "date");
    b.plan = fx_plan(b.fx);
    return b;
}

/* ---- one text, everywhere ---- */

static size_t translated, refused;

static void sound(const struct cg_sql_result *r, const char *text) {
    if ((r->text != NULL) == (r->why != NULL))
        fail_msg("neither or both: %s", text);
    translated += r->text != NULL;
    refused += r->why != NULL;
}

static void translate(const struct bench *b, const char *text, bool mariadb) {
    struct cg_arena *arena = cg_arena_new();
    struct cg_error err = {0};
    struct cg_sql_result result;
    struct cg_sql_context context = {.plan = b->plan,
                                     .table = fx_table_plan(b->plan, "edge"),
                                     .schema = "public",
                                     .database = "shop",
                                     .dialect = {.mariadb = mariadb}};
    bool whole = strncmp(text, "SELECT", 6) == 0 || strncmp(text, "WITH", 4) == 0;
    for (int place = CG_SQL_IN_DEFAULT; place <= CG_SQL_IN_INDEX && !whole; place++) {
        context.place = (enum cg_sql_place)place;
        context.column =
            place == CG_SQL_IN_GENERATED ? &context.table->columns[below(context.table->column_count)] : NULL;
        if (cg_sql_translate_expression(&context, text, arena, &result, &err) < 0)
            fail_msg("%s: %s", text, err.message);
        sound(&result, text);
    }
    struct cg_sql_view view = {0};
    context.place = CG_SQL_IN_VIEW;
    context.table = NULL;
    context.column = NULL;
    const char *select = whole ? text : cg_arena_printf(arena, "SELECT %s AS v FROM edge GROUP BY id", text);
    if (cg_sql_translate_view(&context, select, NULL, 0, arena, &result, &view, &err) < 0)
        fail_msg("%s: %s", text, err.message);
    sound(&result, select);
    cg_arena_free(arena);
}

/* ---- mixing ---- */

/* The text's words, literals and signs; pointers into text, lengths beside. */
static size_t words_of(const char *text, const char **ret_words, size_t *ret_lengths) {
    size_t count = 0;
    for (const char *p = text; *p && count < MOST_WORDS;) {
        size_t length = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
        if (*p == '\'') {
            const char *end = strchr(p + 1, '\'');
            length = end ? (size_t)(end - p) + 1 : strlen(p);
        }
        length = length ? length : 1;
        if (*p != ' ') {
            ret_words[count] = p;
            ret_lengths[count++] = length;
        }
        p += length;
    }
    return count;
}

static const char *some_expression(void) {
    return sql_expressions[below(sizeof sql_expressions / sizeof *sql_expressions)].sql;
}

/* A word from anywhere. */
static size_t some_word(char *out, size_t room) {
    const char *words[MOST_WORDS];
    size_t lengths[MOST_WORDS];
    switch (below(4)) {
    case 0:
        return (size_t)snprintf(out, room, "%s", columns[below(sizeof columns / sizeof *columns)][0]);
    case 1:
        return (size_t)snprintf(out, room, "%s", extra[below(sizeof extra / sizeof *extra)]);
    case 2:
        return (size_t)snprintf(out, room, "%s", cg_tr_functions[below(cg_tr_function_count)].name);
    default:
        break;
    }
    size_t count = words_of(some_expression(), words, lengths), at = below(count);
    return (size_t)snprintf(out, room, "%.*s", (int)lengths[at], words[at]);
}

static void mix(char *out) {
    const char *words[MOST_WORDS];
    size_t lengths[MOST_WORDS], count = words_of(some_expression(), words, lengths), at = 0;
    size_t changed = below(count), another = below(3) ? count : below(count);
    for (size_t i = 0; i < count && at + 300 < MOST_TEXT; i++) {
        if (i == changed || i == another)
            at += below(8) ? some_word(out + at, 200) : (size_t)snprintf(out + at, 250, "(%s)", some_expression());
        else
            at += (size_t)snprintf(out + at, 250, "%.*s", (int)lengths[i], words[i]);
        if (at && i + 1 < count && strncmp(words[i + 1], "(", 1) != 0)
            out[at++] = ' ';
        out[at] = '\0';
    }
}

static void expressions_mixed_up_are_translated_or_refused(void **state) {
    (void)state;
    struct bench b = bench_new();
    char text[MOST_TEXT + 600];
    for (size_t round = 0; round < ROUNDS; round++) {
        mix(text);
        translate(&b, text, round % 2 != 0);
    }
    assert_true(translated > 1000 && refused > 1000);
    fx_free(b.fx);
}

/* ---- height ---- */

static char *nested(size_t times, const char *before, const char *inner, const char *after) {
    char *text = calloc(1, times * (strlen(before) + strlen(after)) + strlen(inner) + 1), *at = text;
    for (size_t i = 0; i < times; i++)
        at += sprintf(at, "%s", before);
    at += sprintf(at, "%s", inner);
    for (size_t i = 0; i < times; i++)
        at += sprintf(at, "%s", after);
    return text;
}

static void what_is_nested_as_high_as_may_be_is_translated_or_refused(void **state) {
    (void)state;
    static const char *const shapes[][3] = {
        {"ABS(", "i", ")"},
        {"NOT (", "i", ")"},
        {"-(", "i", ")"},
        {"(", "i", " + 1)"},
        {"i = (", "i", ")"},
        {"CONCAT(ci, ", "ci", ")"},
        {"IF(i, ", "i", ", 0)"},
        {"CASE WHEN ", "i", " THEN 1 END"},
        {"i IN (1, ", "2", ")"},
        {"i BETWEEN 1 AND (", "2", ")"},
        {"LEFT(", "ci", ", i)"},
        {"SUBSTRING(", "ci", ", i, i)"},
        {"ci LIKE (", "ci", ")"},
        {"CAST(", "i", " AS CHAR)"},
        {"(SELECT ", "1", ")"},
        {"i IN (SELECT id FROM other WHERE ", "id = 1", ")"},
        {"JSON_EXTRACT(", "js", ", '$[0]')"},
        {"GREATEST(i, ", "i", ")"},
        {"DATE_ADD(", "dd", ", INTERVAL 1 DAY)"},
        {"d2 / (", "d2", ")"},
    };
    struct bench b = bench_new();
    static const size_t times[] = {5, 30, 200, 480, 990};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        for (size_t n = 0; n < sizeof times / sizeof *times; n++) {
            char *text = nested(times[n], shapes[k][0], shapes[k][1], shapes[k][2]);
            translate(&b, text, n % 2 != 0);
            free(text);
        }
    char *select = nested(480, "SELECT x.id FROM (", "SELECT id FROM edge", ") x");
    translate(&b, select, false);
    free(select);
    fx_free(b.fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_mixed_up_are_translated_or_refused),
        cmocka_unit_test(what_is_nested_as_high_as_may_be_is_translated_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
