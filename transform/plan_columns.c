/* Target columns: types, enum types, NOT NULL, the CHECKs of types, and what is lost on the way. What a column does is
 * in plan_behaviour.c. */
#include "core/buffer.h"
#include "transform/encoder.h"
#include "transform/plan_private.h"

#include <stdlib.h>
#include <string.h>

static const cg_conversion_set date_nulls = CG_CONVERSION_BIT(CG_ZERO_DATE_TO_NULL) |
                                            CG_CONVERSION_BIT(CG_PARTIAL_DATE_TO_NULL) |
                                            CG_CONVERSION_BIT(CG_INVALID_DATE_TO_NULL);

/* ---- types ---- */

static bool same_labels(const struct cg_type *a, const struct cg_type *b) {
    if (a->label_count != b->label_count)
        return false;
    for (size_t i = 0; i < a->label_count; i++)
        if (strcmp(a->labels[i], b->labels[i]) != 0)
            return false;
    return true;
}

/* The enum type of these labels: made by the first column that has them and named by it, shared by the others. */
static int enum_type(const struct column_work *w, const struct cg_type **ret_type) {
    struct cg_catalog *catalog = w->p->plan->target;
    const char *wanted = NULL, *schema = cg_plan_quote(w->p, w->p->schema, '"'), *name;
    for (size_t i = 0; i < catalog->enum_count; i++)
        if (same_labels(&catalog->enums[i], &w->choice->target)) {
            *ret_type = &catalog->enums[i];
            return 0;
        }
    struct cg_type *enums = cg_arena_push(w->p->arena, catalog->enums, &catalog->enum_count, sizeof *enums);
    if (!schema)
        return -1;
    if (!enums)
        return cg_error_memory(w->p->err);
    catalog->enums = enums;
    struct cg_type *type = &enums[catalog->enum_count - 1];
    *type = w->choice->target;
    type->schema = w->p->schema;
    if (cg_plan_text(w->p, &wanted, "%s_%s", w->table->source->name, w->source->name) < 0 ||
        cg_plan_spell(w->p, wanted, &wanted) < 0 || cg_plan_name(w->p, &w->p->names, wanted, &type->name) < 0 ||
        !(name = cg_plan_quote(w->p, type->name, '"')) || cg_plan_text(w->p, &type->full, "%s.%s", schema, name) < 0)
        return -1;
    *ret_type = type;
    return 0;
}

static int set_type(const struct column_work *w) {
    const struct cg_column *actual = cg_plan_actual_column(w);
    const struct cg_type *type = actual ? &actual->type : &w->choice->target;
    if (w->choice->special == CG_TARGET_ENUM && enum_type(w, &type) < 0)
        return -1;
    w->target->type = *type;
    return 0;
}

/* ---- CHECKs that come with a type ---- */

static int add_check(const struct column_work *w, const char *expression) {
    struct cg_table *table = w->table->target;
    struct cg_check *checks = cg_arena_push(w->p->arena, table->checks, &table->check_count, sizeof *checks);
    if (!checks)
        return cg_error_memory(w->p->err);
    table->checks = checks;
    struct cg_check *check = &checks[table->check_count - 1];
    check->expression = expression;
    /* The final name is given with those of the keys: constraints of one table share their names. */
    return cg_plan_text(w->p, &check->name, "%s_%s_check", table->name, w->target->name);
}

static int labels_text(const struct column_work *w, const char **ret_text) {
    struct cg_buffer text;
    int result = 0;
    cg_buffer_init(&text, (size_t)64 << 20);
    for (size_t i = 0; result == 0 && i < w->source->type.label_count; i++) {
        const char *label = cg_plan_quote(w->p, w->source->type.labels[i], '\'');
        result = label ? cg_buffer_printf(&text, w->p->err, "%s%s", i ? ", " : "", label) : -1;
    }
    if (result == 0)
        result = cg_plan_text(w->p, ret_text, "%.*s", (int)text.len, text.data ? (const char *)text.data : "");
    cg_buffer_done(&text);
    return result;
}

/* The rule's template with every {column} replaced. */
static int template_text(const struct column_work *w, const char *column, const char **ret_text) {
    static const char mark[] = "{column}";
    const char *text = "", *at = w->choice->rule->check, *found;
    while ((found = strstr(at, mark))) {
        if (cg_plan_text(w->p, &text, "%s%.*s%s", text, (int)(found - at), at, column) < 0)
            return -1;
        at = found + strlen(mark);
    }
    return cg_plan_text(w->p, ret_text, "(%s%s)", text, at);
}

static int set_checks(const struct column_work *w) {
    const char *column = cg_plan_quote(w->p, w->target->name, '"'), *labels = NULL, *text = NULL;
    if (!column)
        return -1;
    if (w->choice->rule->check && (template_text(w, column, &text) < 0 || add_check(w, text) < 0))
        return -1;
    if (w->choice->citext_length > 0 && (cg_plan_text(w->p, &text, "(char_length((%s)::text) <= %lld)", column,
                                                      (long long)w->choice->citext_length) < 0 ||
                                         add_check(w, text) < 0))
        return -1;
    if (w->choice->special != CG_TARGET_TEXT_CHECK && w->choice->special != CG_TARGET_ARRAY_CHECK)
        return 0;
    if (labels_text(w, &labels) < 0)
        return -1;
    if ((w->choice->special == CG_TARGET_TEXT_CHECK
             ? cg_plan_text(w->p, &text, "(%s IN (%s))", column, labels)
             : cg_plan_text(w->p, &text, "(%s <@ ARRAY[%s]::text[])", column, labels)) < 0)
        return -1;
    return add_check(w, text);
}

/* ---- what a rule allows ---- */

static bool in_key(const struct cg_table *table, const char *column) {
    for (size_t i = 0; i < table->key_count; i++)
        if ((table->keys[i].kind == CG_KEY_PRIMARY || table->keys[i].kind == CG_KEY_UNIQUE) &&
            cg_key_has_column(&table->keys[i], column))
            return true;
    return false;
}

/* A rule of the user's adds to what the default map allows for such a column, it takes nothing away. */
static cg_conversion_set default_allows(const struct column_work *w) {
    const struct cg_typemap *map = w->p->in->map;
    for (size_t i = 0; i < map->count; i++)
        if (map->rules[i].origin == CG_RULE_DEFAULT && cg_rule_matches(&map->rules[i], w->table->source, w->source))
            return map->rules[i].allow;
    return 0;
}

/* On a target that is there no rule chooses a type, but those of the user's say what may be done to values. */
static cg_conversion_set user_allows(const struct column_work *w) {
    const struct cg_typemap *map = w->p->in->map;
    for (size_t i = 0; w->p->in->actual && i < map->count; i++)
        if (map->rules[i].origin != CG_RULE_DEFAULT && cg_rule_matches(&map->rules[i], w->table->source, w->source))
            return map->rules[i].allow;
    return 0;
}

static void set_allowed(const struct column_work *w) {
    const struct cg_rule *rule = w->choice->rule;
    const struct cg_column *actual = cg_plan_actual_column(w);
    cg_conversion_set mine = rule->origin == CG_RULE_DEFAULT ? user_allows(w) : rule->allow;
    cg_conversion_set allowed = rule->allow | mine | default_allows(w), per_value = 0;
    for (int i = 0; i < CG_CONVERSION_COUNT; i++)
        if (cg_conversions[i].per_value)
            per_value |= CG_CONVERSION_BIT(i);
    if (!(actual ? actual : w->target)->nullable) /* NULL would be refused anyway, with less to say about it */
        allowed &= ~(date_nulls | CG_CONVERSION_BIT(CG_ENUM_INVALID_TO_NULL));
    if (in_key(w->table->source, w->source->name)) /* R11 */
        allowed &= ~date_nulls;
    w->plan->allowed = allowed & per_value;
    w->plan->accepted = mine;
    if (w->plan->accepted & (date_nulls | CG_CONVERSION_BIT(CG_ENUM_INVALID_TO_NULL)))
        w->plan->accepted |= CG_CONVERSION_BIT(CG_NOT_NULL_DROPPED); /* it comes with them */
}

static int declare(const struct column_work *w) {
    cg_conversion_set set = w->choice->rule->declare | cg_encoder_declared(&w->source->type, &w->target->type);
    const char *reason = NULL;
    for (int i = 0; i < CG_CONVERSION_COUNT; i++) {
        if (!(set & CG_CONVERSION_BIT(i)))
            continue;
        if (cg_plan_text(w->p, &reason, "%s -> %s%s%s", w->source->type.full, w->target->type.full,
                         w->choice->rule->reason[0] ? ": " : "", w->choice->rule->reason) < 0 ||
            cg_plan_lose_column(w, (enum cg_conversion)i, "column", "", reason) < 0)
            return -1;
    }
    return 0;
}

/* ---- decisions ---- */

static int decide(const struct column_work *w) {
    struct cg_decision d = {
        .table = w->table->source->name,
        .column = w->source->name,
        .source_type = w->source->type.full,
        .target_type = w->target->type.full,
        .pin = w->choice->rule->target,
        .check = w->choice->rule->check,
        .nullable = w->choice->drop_not_null,
    };
    if (w->choice->asked) {
        d.reason = w->choice->why;
        if (d.nullable && cg_plan_text(w->p, &d.reason, "%s; NOT NULL dropped: %s", d.reason, w->choice->drop_why) < 0)
            return -1;
        if (cg_plan_decide(w->p, d) < 0)
            return -1;
    } else if (d.nullable && !w->choice->rule->target_nullable) {
        if (cg_plan_text(w->p, &d.reason, "NOT NULL dropped: %s", w->choice->drop_why) < 0 ||
            cg_plan_decide(w->p, d) < 0)
            return -1;
    }
    if (!w->source->invisible)
        return 0;
    d.pin = d.check = NULL;
    d.reason = "INVISIBLE in the source; PostgreSQL has no such columns, it is a visible one there";
    return cg_plan_decide(w->p, d);
}

/* What a column is made of; what it does, cg_plan_behaviour tells once all of the table's are known: an expression may
 * name any of them. */
static int plan_column(const struct column_work *w) {
    if (set_type(w) < 0)
        return -1;
    w->target->comment = w->source->comment;
    w->target->nullable = w->source->nullable || w->choice->drop_not_null;
    set_allowed(w);
    if (w->choice->drop_not_null &&
        cg_plan_lose_column(w, CG_NOT_NULL_DROPPED, "column", "NOT NULL", w->choice->drop_why) < 0)
        return -1;
    return set_checks(w) < 0 || declare(w) < 0 || decide(w) < 0 ? -1 : 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct cg_type *)a)->name, ((const struct cg_type *)b)->name);
}

static int each_column(struct planner *p, struct cg_table_plan *table, int (*plan)(const struct column_work *)) {
    const struct column_choice *choices = p->tables[table - p->plan->tables].columns;
    for (size_t c = 0; table->target && c < table->column_count; c++) {
        struct cg_column_plan *column = &table->columns[c];
        struct column_work w = {p, table, column, column->source, column->target, &choices[c]};
        if (plan(&w) < 0)
            return -1;
    }
    return 0;
}

int cg_plan_columns(struct planner *p) {
    for (size_t t = 0; t < p->plan->table_count; t++)
        if (each_column(p, &p->plan->tables[t], plan_column) < 0)
            return -1;
    for (size_t t = 0; t < p->plan->table_count; t++)
        if (each_column(p, &p->plan->tables[t], cg_plan_behaviour) < 0)
            return -1;
    struct cg_catalog *target = p->plan->target;
    if (target->enum_count)
        qsort(target->enums, target->enum_count, sizeof *target->enums, by_name);
    return 0;
}
