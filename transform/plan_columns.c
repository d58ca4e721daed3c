/* Target columns: types, enum types, NOT NULL, defaults, identity, and what is lost on the way. */
#include "core/buffer.h"
#include "transform/encoder.h"
#include "transform/plan_private.h"

#include <stdlib.h>
#include <string.h>

static const cg_conversion_set date_nulls = CG_CONVERSION_BIT(CG_ZERO_DATE_TO_NULL) |
                                            CG_CONVERSION_BIT(CG_PARTIAL_DATE_TO_NULL) |
                                            CG_CONVERSION_BIT(CG_INVALID_DATE_TO_NULL);

/* One column on its way. */
struct work {
    struct planner *p;
    struct cg_table_plan *table;
    struct cg_column_plan *plan;
    const struct cg_column *source;
    struct cg_column *target;
    const struct column_choice *choice;
};

static int lose(const struct work *w, enum cg_conversion conversion, const char *kind, const char *text,
                const char *reason) {
    struct cg_loss loss = {
        .conversion = conversion,
        .kind = kind,
        .table = w->table->source->name,
        .column = w->source->name,
        .text = text,
        .reason = reason,
        .accepted_by_map = (w->plan->accepted & CG_CONVERSION_BIT(conversion)) != 0,
    };
    return cg_plan_lose(w->p, loss);
}

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
static int enum_type(const struct work *w, const struct cg_type **ret_type) {
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

/* The column on a target that is filled already. */
static const struct cg_column *actual_column(const struct work *w) {
    const struct cg_catalog *actual = w->p->in->actual;
    const struct cg_table *table = actual ? cg_catalog_table(actual, w->table->target->name) : NULL;
    return table ? cg_table_column(table, w->target->name) : NULL;
}

static int set_type(const struct work *w) {
    const struct cg_column *actual = actual_column(w);
    const struct cg_type *type = actual ? &actual->type : &w->choice->target;
    if (w->choice->special == CG_TARGET_ENUM && enum_type(w, &type) < 0)
        return -1;
    w->target->type = *type;
    return 0;
}

/* ---- CHECKs that come with a type ---- */

static int add_check(const struct work *w, const char *expression) {
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

static int labels_text(const struct work *w, const char **ret_text) {
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
static int template_text(const struct work *w, const char *column, const char **ret_text) {
    static const char mark[] = "{column}";
    const char *text = "", *at = w->choice->rule->check, *found;
    while ((found = strstr(at, mark))) {
        if (cg_plan_text(w->p, &text, "%s%.*s%s", text, (int)(found - at), at, column) < 0)
            return -1;
        at = found + strlen(mark);
    }
    return cg_plan_text(w->p, ret_text, "(%s%s)", text, at);
}

static int set_checks(const struct work *w) {
    const char *column = cg_plan_quote(w->p, w->target->name, '"'), *labels = NULL, *text = NULL;
    if (!column)
        return -1;
    if (w->choice->rule->check && (template_text(w, column, &text) < 0 || add_check(w, text) < 0))
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
static cg_conversion_set default_allows(const struct work *w) {
    const struct cg_typemap *map = w->p->in->map;
    for (size_t i = 0; i < map->count; i++)
        if (map->rules[i].origin == CG_RULE_DEFAULT && cg_rule_matches(&map->rules[i], w->table->source, w->source))
            return map->rules[i].allow;
    return 0;
}

static void set_allowed(const struct work *w) {
    const struct cg_rule *rule = w->choice->rule;
    cg_conversion_set allowed = rule->allow | default_allows(w), per_value = 0;
    for (int i = 0; i < CG_CONVERSION_COUNT; i++)
        if (cg_conversions[i].per_value)
            per_value |= CG_CONVERSION_BIT(i);
    if (!w->target->nullable) /* NULL would be refused anyway, with less to say about it */
        allowed &= ~(date_nulls | CG_CONVERSION_BIT(CG_ENUM_INVALID_TO_NULL));
    if (in_key(w->table->source, w->source->name)) /* R11 */
        allowed &= ~date_nulls;
    w->plan->allowed = allowed & per_value;
    w->plan->accepted = rule->origin == CG_RULE_DEFAULT ? 0 : rule->allow;
    if (w->plan->accepted & (date_nulls | CG_CONVERSION_BIT(CG_ENUM_INVALID_TO_NULL)))
        w->plan->accepted |= CG_CONVERSION_BIT(CG_NOT_NULL_DROPPED); /* it comes with them */
}

static int declare(const struct work *w) {
    cg_conversion_set set = w->choice->rule->declare | cg_encoder_declared(&w->source->type, &w->target->type);
    const char *reason = NULL;
    for (int i = 0; i < CG_CONVERSION_COUNT; i++) {
        if (!(set & CG_CONVERSION_BIT(i)))
            continue;
        if (cg_plan_text(w->p, &reason, "%s -> %s%s%s", w->source->type.full, w->target->type.full,
                         w->choice->rule->reason[0] ? ": " : "", w->choice->rule->reason) < 0 ||
            lose(w, (enum cg_conversion)i, "column", "", reason) < 0)
            return -1;
    }
    return 0;
}

/* ---- defaults, identity, generation ---- */

static bool is_any_of(const char *name, const char *const *names) {
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static int drop_default(const struct work *w, const char *text, const char *reason) {
    return lose(w, CG_DEFAULT_DROPPED, "default", text, reason);
}

static int set_now(const struct work *w) {
    static const char *const dated[] = {"date", "time", "timestamp", "timestamptz", NULL};
    const char *reason = NULL;
    if (is_any_of(w->target->type.name, dated) && !w->target->type.array) {
        w->target->default_kind = CG_DEFAULT_NOW;
        w->target->default_fraction = w->source->default_fraction;
        return 0;
    }
    if (cg_plan_text(w->p, &reason, "%s takes no time of day", w->target->type.full) < 0)
        return -1;
    return drop_default(w, "CURRENT_TIMESTAMP", reason);
}

static int set_literal(const struct work *w) {
    const char *text = NULL, *why = NULL;
    if (cg_plan_literal(w->p, w->source, &w->target->type, &text, &why) < 0)
        return -1;
    if (!text)
        return drop_default(w, w->source->default_text, why);
    w->target->default_kind = CG_DEFAULT_LITERAL;
    w->target->default_text = text;
    return 0;
}

static int set_default(const struct work *w) {
    switch (w->source->default_kind) {
    case CG_DEFAULT_NONE:
    case CG_DEFAULT_NULL: /* what a column without a default has in PostgreSQL */
        return 0;
    case CG_DEFAULT_LITERAL:
        return set_literal(w);
    case CG_DEFAULT_NOW:
        return set_now(w);
    case CG_DEFAULT_EXPRESSION:
        break;
    }
    return drop_default(w, w->source->default_text, "expressions are not translated");
}

static int set_identity(const struct work *w) {
    /* PostgreSQL has identity on whole numbers only; the DDL gives the others a sequence (R20). */
    static const char *const counters[] = {"smallint", "integer",          "bigint", "numeric",
                                           "real",     "double precision", NULL};
    const char *reason = NULL;
    w->target->auto_increment =
        w->source->auto_increment && is_any_of(w->target->type.name, counters) && !w->target->type.array;
    if (w->target->auto_increment)
        w->table->target->next_value = w->table->source->next_value;
    if (!w->source->auto_increment || w->target->auto_increment)
        return 0;
    if (cg_plan_text(w->p, &reason, "%s is nothing that PostgreSQL can count up", w->target->type.full) < 0)
        return -1;
    return drop_default(w, "AUTO_INCREMENT", reason);
}

/* One trigger function moves all such columns of a table (load/postgresql/ddl_triggers.c). */
static int set_on_update(const struct work *w) {
    static const char clause[] = "ON UPDATE CURRENT_TIMESTAMP";
    static const char *const moments[] = {"timestamp", "timestamptz", NULL};
    struct cg_table *table = w->table->target;
    struct cg_translation translation = {.kind = "trigger", .source = clause, .text = ""};
    const char *reason = "ON UPDATE CURRENT_TIMESTAMP: no trigger of the target's is known to stand for it", *wanted;
    if (w->p->in->actual)
        return lose(w, CG_TRIGGER_NOT_CARRIED, "trigger", clause, reason);
    if (!is_any_of(w->target->type.name, moments) || w->target->type.array)
        return cg_plan_text(w->p, &reason, "ON UPDATE CURRENT_TIMESTAMP: %s takes no time of day",
                            w->target->type.full) < 0
                   ? -1
                   : lose(w, CG_TRIGGER_NOT_CARRIED, "trigger", clause, reason);
    w->target->on_update_now = true;
    if (table->on_update_function)
        return 0;
    if (cg_plan_text(w->p, &wanted, "%s_on_update", table->name) < 0 ||
        cg_plan_name(w->p, &w->p->functions, wanted, &table->on_update_function) < 0 ||
        cg_plan_text(w->p, &translation.name, "%s.%s", table->name, CG_ON_UPDATE_TRIGGER) < 0)
        return -1;
    return cg_plan_translated(w->p, translation);
}

static int set_behaviour(const struct work *w) {
    if (w->source->generated != CG_NOT_GENERATED)
        return lose(w, CG_GENERATED_TO_PLAIN, "generated column", w->source->generation_text,
                    w->source->generated == CG_GENERATED_STORED
                        ? "STORED; it holds the values but no longer computes them"
                        : "VIRTUAL; it holds the values but no longer computes them");
    if (w->source->on_update_now && set_on_update(w) < 0)
        return -1;
    return set_default(w) < 0 ? -1 : set_identity(w);
}

/* ---- decisions ---- */

static int decide(const struct work *w) {
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

static int plan_column(const struct work *w) {
    if (set_type(w) < 0)
        return -1;
    w->target->comment = w->source->comment;
    w->target->nullable = w->source->nullable || w->choice->drop_not_null;
    set_allowed(w);
    if (w->choice->drop_not_null && lose(w, CG_NOT_NULL_DROPPED, "column", "NOT NULL", w->choice->drop_why) < 0)
        return -1;
    return set_checks(w) < 0 || declare(w) < 0 || set_behaviour(w) < 0 || decide(w) < 0 ? -1 : 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct cg_type *)a)->name, ((const struct cg_type *)b)->name);
}

int cg_plan_columns(struct planner *p) {
    for (size_t t = 0; t < p->plan->table_count; t++) {
        struct cg_table_plan *table = &p->plan->tables[t];
        for (size_t c = 0; table->target && c < table->column_count; c++) {
            struct work w = {p,
                             table,
                             &table->columns[c],
                             table->columns[c].source,
                             table->columns[c].target,
                             &p->tables[t].columns[c]};
            if (plan_column(&w) < 0)
                return -1;
        }
    }
    struct cg_catalog *target = p->plan->target;
    if (target->enum_count)
        qsort(target->enums, target->enum_count, sizeof *target->enums, by_name);
    return 0;
}
