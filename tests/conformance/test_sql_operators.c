/* Operators bind in the parser as they do in MariaDB and MySQL: random expressions without parentheses give the same
 * value as with those that the tree puts around everything. */
#include "mysql_fixture.h"
#include "sql_print.h"
#include "transform/sql/parse.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int begin_all(void **state) {
    (void)state;
    test_arena = cg_arena_new();
    for (size_t i = 0; i < SERVER_COUNT; i++)
        server_begin(&servers[i], "cg_sql_operators");
    return 0;
}

static int end_all(void **state) {
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++)
        server_end(&servers[i]);
    cg_arena_free(test_arena);
    return 0;
}

static size_t failures;

static const char *text_of(struct cg_buffer *b) {
    const char *text = cg_arena_strdup(test_arena, cg_buffer_cstr(b, NULL));
    cg_buffer_done(b);
    assert_non_null(text);
    return text;
}

static unsigned random_state;

static unsigned random_below(unsigned n) {
    random_state = random_state * 1103515245u + 12345u;
    return (random_state >> 16) % n;
}

static const char *pick(const char *const *from, size_t count) {
    return from[random_below((unsigned)count)];
}

/* Operands with operators between them, and prefixes and suffixes here and there; many are no expression at all. */
static void put_random(struct cg_buffer *b, int depth) {
    static const char *const prefixes[] = {"-", "~", "!", "not ", "binary ", "+"};
    static const char *const operands[] = {"0", "1", "2", "3", "5", "NULL", "'1'", "'a'", "1.5", "true"};
    static const char *const operators[] = {
        "or",         "||", "xor", "and", "&&", "=",   "<=>", "<>",  "<", ">=",   "|",      "&",        "<<",
        ">>",         "+",  "-",   "*",   "/",  "div", "%",   "mod", "^", "like", "regexp", "not like", "between 1 and",
        "sounds like"};
    static const char *const suffixes[] = {
        " is null",   " is not true",     " in (1, 2)",           " not in (0, 3)", " is unknown",
        " like '1%'", " between 0 and 1", " not between 1 and 2", " is false",      " like '1' escape '|'"};
    for (unsigned n = 1 + random_below(4); n; n--) {
        if (random_below(4) == 0)
            out(b, pick(prefixes, COUNT(prefixes)));
        if (depth && random_below(6) == 0) {
            out(b, "(");
            put_random(b, depth - 1);
            out(b, ")");
        } else {
            out(b, pick(operands, COUNT(operands)));
        }
        if (random_below(5) == 0)
            out(b, pick(suffixes, COUNT(suffixes)));
        if (n > 1) {
            out(b, " ");
            out(b, pick(operators, COUNT(operators)));
            out(b, " ");
        }
    }
}

/* SELECT text: false when the server does not take it. */
static bool value_is(struct server *server, const char *text, const char **ret_value) {
    struct cg_error err = {0};
    const char *sql = cg_arena_printf(test_arena, "SELECT %s", text);
    return cg_mysql_scalar(server->admin, sql, test_arena, ret_value, &err) == 0;
}

/* One random expression; returns whether the server took it. */
static bool check_operators(struct server *server, const struct cg_sql_dialect *dialect) {
    struct cg_buffer b;
    struct cg_sql_expression *expression = NULL;
    const char *value = NULL, *again = NULL;
    cg_buffer_init(&b, 1 << 20);
    put_random(&b, 2);
    const char *text = text_of(&b);
    if (!value_is(server, text, &value))
        return false;
    if (cg_sql_parse_expression(text, dialect, test_arena, &expression, &test_error) < 0) {
        print_error("%s\n  %s\n", text, test_error.message);
        failures++;
        return true;
    }
    cg_buffer_init(&b, 1 << 20);
    print_expression(&b, expression);
    const char *printed = text_of(&b);
    if (!value_is(server, printed, &again) || !value == !!again || (value && strcmp(value, again) != 0)) {
        print_error("%s is %s\n  %s is %s\n", text, value ? value : "NULL", printed, again ? again : "NULL");
        failures++;
    }
    return true;
}

static void operators_bind_as_on_the_server(void **state) {
    enum { EXPRESSIONS = 1500 };
    static const struct {
        const char *mode;
        bool concat, high_not;
    } modes[] = {{"", false, false}, {"PIPES_AS_CONCAT", true, false}, {"HIGH_NOT_PRECEDENCE", false, true}};
    struct server *server = *state;
    failures = 0;
    random_state = 4711;
    for (size_t m = 0; m < COUNT(modes); m++) {
        size_t taken = 0;
        struct cg_sql_dialect dialect = {
            .mariadb = server->mariadb, .pipes_as_concat = modes[m].concat, .high_not_precedence = modes[m].high_not};
        run(server->admin, "SET SESSION sql_mode = '%s'", modes[m].mode);
        for (int i = 0; i < EXPRESSIONS; i++)
            taken += check_operators(server, &dialect);
        assert_in_range(taken, EXPRESSIONS / 4, EXPRESSIONS);
    }
    run(server->admin, "SET SESSION sql_mode = ''");
    assert_int_equal(failures, 0);
}

int main(void) {
    servers_or_skip();
    const struct CMUnitTest tests[] = {EACH(operators_bind_as_on_the_server)};
    return cmocka_run_group_tests(tests, begin_all, end_all);
}
