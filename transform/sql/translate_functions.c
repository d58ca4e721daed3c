/* Calls: a function's row is looked up, its arguments are made what the row takes, its template or maker does the rest.
 */
#include "transform/sql/translate_functions.h"

static const struct tr_function *function_of(const char *name) {
    for (size_t i = 0; i < cg_tr_function_count; i++)
        if (strcmp(cg_tr_functions[i].name, name) == 0)
            return &cg_tr_functions[i];
    return NULL;
}

static int no_function(struct tr *t, const struct cg_sql_expression *e) {
    for (size_t i = 0; i < cg_tr_refused_count; i++)
        if (strcmp(cg_tr_refused[i].name, e->name) == 0)
            return cg_tr_refuse(t, "%s(): %s", e->name, cg_tr_refused[i].why);
    return cg_tr_refuse(t, "the function %s has no translation", e->name);
}

/* ---- arguments ---- */

static int keep(struct tr *t, struct tr_value *value) {
    (void)t;
    (void)value;
    return 0;
}

static int integer(struct tr *t, struct tr_value *value) {
    return cg_tr_as_integer(t, value, "integer");
}

static int big(struct tr *t, struct tr_value *value) {
    return cg_tr_as_integer(t, value, NULL);
}

/* A TIME, or a literal of one: of a date it would be NULL. */
static int clock_only(struct tr *t, struct tr_value *value) {
    if (value->type.kind != TR_TIME && !cg_tr_is_string(value))
        return cg_tr_refuse(t, "it uses %s as a time to add", cg_tr_kind_name(value->type.kind));
    return cg_tr_as_time(t, value);
}

static int words_only(struct tr *t, struct tr_value *value) {
    return value->type.kind == TR_TEXT
               ? 0
               : cg_tr_refuse(t, "it quotes %s as a JSON text", cg_tr_kind_name(value->type.kind));
}

static const struct {
    char letter;
    int (*as)(struct tr *, struct tr_value *);
} takers[] = {
    {'x', keep},
    {'n', cg_tr_as_number},
    {'i', integer},
    {'b', big},
    {'f', cg_tr_as_float},
    {'t', cg_tr_as_text},
    {'c', cg_tr_as_condition},
    {'d', cg_tr_as_date},
    {'D', cg_tr_as_datetime},
    {'e', cg_tr_as_dated},
    {'T', cg_tr_as_time},
    {'j', cg_tr_as_json},
    {'y', cg_tr_as_bytes},
    {'C', clock_only},
    {'q', words_only},
};

static int take(struct tr *t, char letter, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (letter == '-')
        return 0;
    if (cg_tr_expression(t, e, ret) < 0)
        return -1;
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
        if (takers[i].letter == letter)
            return takers[i].as(t, ret);
    return cg_tr_refuse(t, "the table of functions is wrong");
}

static int arguments(struct tr *t, const struct tr_function *f, struct tr_call *call) {
    const char *letter = f->takes;
    call->count = call->node->operand_count;
    if (call->count < (size_t)f->least || (f->most >= 0 && call->count > (size_t)f->most))
        return cg_tr_refuse(t, "%s() with %zu arguments has no translation", f->name, call->count);
    call->arguments = cg_tr_alloc(t, call->count, sizeof *call->arguments);
    if (!call->arguments)
        return -1;
    for (size_t i = 0; i < call->count; i++) {
        if (take(t, *letter, call->node->operands[i], &call->arguments[i]) < 0)
            return -1;
        if (letter[1])
            letter++;
    }
    return 0;
}

/* ---- results ---- */

static struct tr_type text_of(const struct tr_call *call) {
    struct tr_type type = cg_tr_text();
    bool first = true;
    for (size_t i = 0; i < call->count; i++) {
        if (call->arguments[i].type.kind != TR_TEXT)
            continue;
        if (first)
            type = call->arguments[i].type;
        else
            cg_tr_merge_text(&type, &call->arguments[i].type);
        first = false;
    }
    type.kind = TR_TEXT;
    type.pg = "text";
    return type;
}

static struct tr_type result_of(const struct tr_function *f, const struct tr_call *call) {
    static const struct {
        const char *name, *pg;
        enum tr_kind kind;
        double bound;
        bool nonnegative;
    } results[] = {
        {"integer", "integer", TR_INTEGER, 2147483647.0, true},
        {"signed", "integer", TR_INTEGER, 2147483647.0, false},
        {"bigint", "bigint", TR_INTEGER, 9223372036854775807.0, false},
        {"count", "bigint", TR_INTEGER, 9223372036854775807.0, true},
        {"double", "double precision", TR_FLOAT, 0, false},
        {"boolean", "boolean", TR_BOOLEAN, 1, true},
        {"bytes", "bytea", TR_BYTES, 0, false},
        {"date", "date", TR_DATE, 0, false},
        {"datetime", "timestamp", TR_DATETIME, 0, false},
        {"time", "time", TR_TIME, 0, false},
        {"span", "interval", TR_TIME, 0, false},
        {"json", "jsonb", TR_JSON, 0, false},
    };
    if (strcmp(f->gives, "1") == 0) {
        struct tr_type type = call->arguments[0].type;
        return type;
    }
    if (strcmp(f->gives, "words") == 0)
        return cg_tr_text();
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (strcmp(results[i].name, f->gives) == 0) {
            struct tr_type type = cg_tr_type(results[i].kind, results[i].pg);
            type.bound = results[i].bound;
            type.nonnegative = results[i].nonnegative;
            return type;
        }
    return text_of(call);
}

/* ---- aggregates and windows ---- */

/* What is said inside an aggregate is said of the rows, not of the groups. */
static int enter(struct tr *t, const struct tr_function *f, const struct cg_sql_expression *e, bool *ret_inside) {
    *ret_inside = false;
    if (e->window && f->kind == TR_FUNCTION)
        return cg_tr_refuse(t, "%s() has no OVER", f->name);
    if (f->kind == TR_FUNCTION)
        return 0;
    if (!t->scope || !t->scope->allows_aggregates)
        return cg_tr_refuse(t, "the aggregate %s() stands where none may", f->name);
    if (e->window) {
        t->scope->has_window = true;
        return 0;
    }
    if (f->kind == TR_WINDOW)
        return cg_tr_refuse(t, "%s() without OVER", f->name);
    if (t->scope->aggregate)
        return cg_tr_refuse(t, "an aggregate stands within another");
    t->scope->has_aggregate = true;
    t->scope->aggregate++;
    *ret_inside = true;
    return 0;
}

int cg_tr_call(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    const struct tr_function *f = e->schema ? NULL : function_of(e->name);
    struct tr_call call = {.node = e};
    bool inside;
    if (e->schema)
        return cg_tr_refuse(t, "it calls the stored function %s.%s", e->schema, e->name);
    if (!f)
        return no_function(t, e);
    if (cg_tr_uses(t, f->volatility, cg_tr_say(t, "%s()", f->name)) < 0 || enter(t, f, e, &inside) < 0)
        return -1;
    struct tr_scope *scope = t->scope;
    int result = arguments(t, f, &call);
    if (result == 0) {
        *ret = (struct tr_value){.nullable = true};
        if (f->gives)
            ret->type = result_of(f, &call);
        result = f->make ? f->make(t, &call, ret) : cg_tr_form(t, f->form, call.arguments, call.count, ret);
    }
    if (inside)
        scope->aggregate--;
    if (result == 0 && f->volatility == TR_VOLATILE)
        ret->is_volatile = true;
    return result;
}
