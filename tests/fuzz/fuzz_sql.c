/* MySQL's and MariaDB's SQL: tokenizer, parser and translator. The first byte says in which dialect and as what the
 * rest is read, the second where it stands. What the parser takes is walked through: a tree never has more levels than
 * it may. What is translated is one text or one reason. */
#include "fuzz.h"
#include "tests/unit/plan_fixture.h"
#include "tests/unit/sql_tree.h"
#include "transform/sql/translate.h"

/* The tables that names may mean: t has a column of every kind of type, u some of the same names. */
static const char *const types[] = {
    "int",          "int unsigned", "bigint", "tinyint(1)",  "decimal(10,2)", "double",       "varchar(20)",
    "text",         "char(3)",      "date",   "datetime(6)", "timestamp",     "time(3)",      "year",
    "varbinary(9)", "blob",         "bit(8)", "json",        "enum('a','b')", "set('x','y')", "point"};
static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k",
                                    "l", "m", "n", "o", "p", "q", "r", "s", "v", "w"};
enum { TYPES = sizeof types / sizeof *types };
static struct fx *fx;
static const struct cg_plan *plan;

static void end(void) {
    fx_free(fx);
}

static void begin(void) {
    fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1), *u = fx_table(fx, "u", 1);
    for (size_t i = 0; i < TYPES; i++)
        fx_column(fx, t, names[i], types[i]);
    for (size_t i = 0; i < TYPES; i += 3)
        fx_column(fx, u, names[i], types[i]);
    plan = fx_plan(fx);
    atexit(end);
}

static void check_result(const struct cg_sql_result *result) {
    fuzz_require(!result->text != !result->why);
    fuzz_require(!result->text || result->text[0]);
}

static void take_expression(const struct cg_sql_context *context, const char *text, struct cg_arena *arena) {
    struct cg_sql_expression *expression = NULL;
    struct cg_sql_result result = {0};
    struct cg_error err = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, SIZE_MAX / 2);
    if (cg_sql_parse_expression(text, &context->dialect, arena, &expression, &err) == 0) {
        fuzz_require(expression && expression->height >= 1 && expression->height <= CG_SQL_HEIGHT);
        put_expression(&b, expression);
    } else {
        fuzz_require(!expression && err.cls == CG_ERR_DATA && err.message[0]);
    }
    cg_buffer_done(&b);
    fuzz_require(cg_sql_translate_expression(context, text, arena, &result, &err) == 0);
    check_result(&result);
}

static void take_select(const struct cg_sql_context *context, const char *text, struct cg_arena *arena) {
    struct cg_sql_select *select = NULL;
    struct cg_sql_result result = {0};
    struct cg_sql_view view = {0};
    struct cg_error err = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, SIZE_MAX / 2);
    if (cg_sql_parse_select(text, &context->dialect, arena, &select, &err) == 0) {
        fuzz_require(select && select->height >= 1 && select->height <= CG_SQL_HEIGHT);
        put_select(&b, select);
    } else {
        fuzz_require(!select && err.cls == CG_ERR_DATA && err.message[0]);
    }
    cg_buffer_done(&b);
    fuzz_require(cg_sql_translate_view(context, text, NULL, 0, arena, &result, &view, &err) == 0);
    check_result(&result);
    fuzz_require(!result.text || view.column_count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    if (!fx)
        begin();
    uint64_t flags = fuzz_number(&input, 1);
    size_t place = fuzz_below(&input, CG_SQL_IN_VIEW + 1), column = fuzz_below(&input, TYPES + 1);
    struct cg_sql_context context = {.plan = plan,
                                     .table = place == CG_SQL_IN_VIEW ? NULL : fx_table_plan(plan, "t"),
                                     .schema = "public",
                                     .database = "shop",
                                     .dialect = {.mariadb = flags & 1,
                                                 .ansi_quotes = flags & 2,
                                                 .no_backslash_escapes = flags & 4,
                                                 .high_not_precedence = flags & 8,
                                                 .pipes_as_concat = flags & 16},
                                     .place = (enum cg_sql_place)place,
                                     .citext = flags & 32};
    if (place == CG_SQL_IN_DEFAULT || place == CG_SQL_IN_GENERATED)
        context.column = column < TYPES ? fx_column_plan(plan, "t", names[column]) : NULL;
    char *text = fuzz_text(fuzz_bytes(&input, SIZE_MAX));
    struct cg_arena *arena = cg_arena_new();
    fuzz_require(arena);
    if (place == CG_SQL_IN_VIEW)
        take_select(&context, text, arena);
    else
        take_expression(&context, text, arena);
    cg_arena_free(arena);
    free(text);
    return 0;
}
