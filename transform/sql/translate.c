/* The entries: one expression, one view. */
#include "transform/sql/translate_select.h"

/* What came of it: a refusal is a result, want of memory an error. */
static int finish(struct tr *t, int result, const char *text, struct cg_sql_result *ret, struct cg_error *err) {
    if (t->memory)
        return cg_error_memory(err);
    if (result < 0 || t->why)
        *ret = (struct cg_sql_result){.why = t->why ? t->why : "it has no translation"};
    else
        *ret = (struct cg_sql_result){.text = text, .note = t->note};
    return 0;
}

/* A text that could not be parsed is refused with the parser's words. */
static int not_understood(struct tr *t, const struct cg_error *err) {
    if (err->cls == CG_ERR_SYSTEM) {
        t->memory = true;
        return -1;
    }
    return cg_tr_refuse(t, "%s", err->message);
}

/* As the place and the column want it. */
static int suit(struct tr *t, struct tr_value *value) {
    if (t->context->place == CG_SQL_IN_CHECK)
        return cg_tr_as_condition(t, value);
    if (t->context->column)
        return cg_tr_as_column(t, value, t->context->column);
    return cg_tr_as_shown(t, value);
}

static int table_scope(struct tr *t, struct tr_scope *scope, struct tr_relation *relation) {
    const struct cg_table_plan *table = t->context->table;
    if (!table || !table->target || t->context->place == CG_SQL_IN_DEFAULT)
        return 0;
    *relation = (struct tr_relation){.alias = table->source->name, .column_count = table->column_count, .table = table};
    scope->relations = relation;
    scope->relation_count = 1;
    return cg_tr_table_columns(t, table, &relation->columns);
}

int cg_sql_translate_expression(const struct cg_sql_context *context, const char *text, struct cg_arena *arena,
                                struct cg_sql_result *ret_result, struct cg_error *err) {
    struct tr t = {.context = context, .arena = arena, .source = text};
    struct tr_scope scope = {0};
    struct tr_relation relation;
    struct cg_sql_expression *e;
    struct cg_error parse = {0};
    struct tr_value value = {0};
    int result;
    if (cg_sql_parse_expression(text, &context->dialect, arena, &e, &parse) < 0)
        result = not_understood(&t, &parse);
    else
        result = table_scope(&t, &scope, &relation);
    t.scope = &scope;
    if (result == 0)
        result = cg_tr_expression(&t, e, &value) < 0 ? -1 : suit(&t, &value);
    return finish(&t, result, value.text, ret_result, err);
}

static int describe(struct tr *t, const struct cg_sql_select *select, struct tr_column *columns, size_t count,
                    struct cg_sql_view *ret) {
    if (select->column_count && select->column_count != count)
        return cg_tr_refuse(t, "it names %zu columns, its SELECT has %zu", select->column_count, count);
    ret->columns = cg_tr_alloc(t, count, sizeof *ret->columns);
    ret->types = cg_tr_alloc(t, count, sizeof *ret->types);
    if (!ret->columns || !ret->types)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (select->column_count)
            columns[i].name = columns[i].target = select->columns[i];
        ret->columns[i] = columns[i].name;
        ret->types[i] = cg_tr_catalog_type(&columns[i].type);
        columns[i].scope = NULL;
    }
    ret->column_count = count;
    ret->renamed = select->column_count > 0;
    ret->details = columns;
    return 0;
}

int cg_sql_translate_view(const struct cg_sql_context *context, const char *text, const struct cg_sql_view *views,
                          size_t view_count, struct cg_arena *arena, struct cg_sql_result *ret_result,
                          struct cg_sql_view *ret_view, struct cg_error *err) {
    struct tr t = {.context = context, .arena = arena, .views = views, .view_count = view_count, .source = text};
    struct cg_sql_select *select;
    struct tr_column *columns = NULL;
    struct cg_error parse = {0};
    size_t count = 0;
    const char *translated = NULL;
    int result;
    if (cg_sql_parse_select(text, &context->dialect, arena, &select, &parse) < 0) {
        result = not_understood(&t, &parse);
    } else {
        result = cg_tr_select(&t, select, &translated, &columns, &count);
    }
    if (result == 0)
        result = describe(&t, select, columns, count, ret_view);
    return finish(&t, result, translated, ret_result, err);
}
