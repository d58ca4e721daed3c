/* What a target column does by itself: its default, identity, ON UPDATE CURRENT_TIMESTAMP, generation. */
#include "transform/plan_private.h"

#include <string.h>

enum { FIRST_VIRTUAL = 180000 };

int cg_plan_lose_column(const struct column_work *w, enum cg_conversion conversion, const char *kind, const char *text,
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

const struct cg_column *cg_plan_actual_column(const struct column_work *w) {
    const struct cg_catalog *actual = w->p->in->actual;
    const struct cg_table *table = actual ? cg_catalog_table(actual, w->table->target->name) : NULL;
    return table ? cg_table_column(table, w->target->name) : NULL;
}

/* ---- defaults ---- */

static bool is_any_of(const char *name, const char *const *names) {
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static int drop_default(const struct column_work *w, const char *text, const char *reason) {
    return cg_plan_lose_column(w, CG_DEFAULT_DROPPED, "default", text, reason);
}

static int set_now(const struct column_work *w) {
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

static int set_literal(const struct column_work *w) {
    const char *text = NULL, *why = NULL;
    if (cg_plan_literal(w->p, w->source, &w->target->type, &text, &why) < 0)
        return -1;
    if (!text)
        return drop_default(w, w->source->default_text, why);
    w->target->default_kind = CG_DEFAULT_LITERAL;
    w->target->default_text = text;
    return 0;
}

/* "table.column", by the target's names. */
static int target_place(const struct column_work *w, const char **ret_name) {
    return cg_plan_text(w->p, ret_name, "%s.%s", w->table->target->name, w->target->name);
}

/* Is it on a target that is filled already, so that there is something to compare the translation with? Without one it
 * is a loss, whoever decided that: PostgreSQL may have refused it. */
static bool stands_there(const struct column_work *w, bool generated) {
    const struct cg_column *actual = cg_plan_actual_column(w);
    if (!w->p->in->actual || !actual)
        return true; /* a missing column is told as that */
    return generated ? actual->generated != CG_NOT_GENERATED
                     : actual->default_kind != CG_DEFAULT_NONE && actual->default_kind != CG_DEFAULT_NULL;
}

static int set_expression(const struct column_work *w) {
    const char *text = NULL, *why = NULL;
    struct plan_expression e = {.place = CG_SQL_IN_DEFAULT,
                                .kind = "default",
                                .table = w->table,
                                .column = w->plan,
                                .source = w->source->default_text};
    if (target_place(w, &e.name) < 0 || cg_plan_express(w->p, &e, &text, &why) < 0)
        return -1;
    if (!text || !stands_there(w, false))
        return drop_default(w, e.source, text ? "the target's column has none" : why);
    w->target->default_kind = CG_DEFAULT_EXPRESSION;
    w->target->default_text = text;
    return cg_plan_carry(w->p, &e, text);
}

static int set_default(const struct column_work *w) {
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
    return set_expression(w);
}

static int set_identity(const struct column_work *w) {
    /* PostgreSQL has identity on whole numbers only; the DDL gives the others a sequence (R20). */
    static const char *const counters[] = {"smallint", "integer",          "bigint", "numeric",
                                           "real",     "double precision", NULL};
    const char *reason = NULL, *next = w->source->auto_increment ? w->table->source->next_value : NULL;
    w->target->auto_increment = false;
    if (next && !w->p->in->actual && cg_decimal_compare(next, "9223372036854775807") == 1) {
        if (cg_plan_text(w->p, &reason,
                         "its next value is %s, and PostgreSQL's sequences end at 9223372036854775807: give new rows "
                         "their keys by a default of your own",
                         next) < 0)
            return -1;
        return drop_default(w, "AUTO_INCREMENT", reason);
    }
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

/* One trigger function moves all such columns of a table (load/postgresql/ddl_objects.c). */
static int set_on_update(const struct column_work *w) {
    static const char clause[] = "ON UPDATE CURRENT_TIMESTAMP";
    static const char *const moments[] = {"timestamp", "timestamptz", NULL};
    struct cg_table *table = w->table->target;
    struct cg_translation translation = {.kind = "trigger", .source = clause, .text = ""};
    const char *reason = NULL, *wanted;
    if (!is_any_of(w->target->type.name, moments) || w->target->type.array)
        return cg_plan_text(w->p, &reason, "ON UPDATE CURRENT_TIMESTAMP: %s takes no time of day",
                            w->target->type.full) < 0
                   ? -1
                   : cg_plan_lose_column(w, CG_TRIGGER_NOT_CARRIED, "trigger", clause, reason);
    if (cg_plan_text(w->p, &translation.name, "%s.%s", table->name, CG_ON_UPDATE_TRIGGER) < 0)
        return -1;
    if (cg_plan_refusals(w->p, translation.kind, translation.name, &reason))
        return cg_plan_text(w->p, &reason, "PostgreSQL refuses the trigger: %s", reason) < 0
                   ? -1
                   : cg_plan_lose_column(w, CG_TRIGGER_NOT_CARRIED, "trigger", clause, reason);
    w->target->on_update_now = true;
    if (table->on_update_function)
        return 0;
    if (cg_plan_text(w->p, &wanted, "%s_on_update", table->name) < 0 ||
        cg_plan_name(w->p, &w->p->functions, wanted, &table->on_update_function) < 0)
        return -1;
    return cg_plan_translated(w->p, translation);
}

/* ---- generated columns ---- */

static bool in_any_key(const struct cg_table *table, const char *column) {
    for (size_t i = 0; i < table->key_count; i++)
        if (cg_key_has_column(&table->keys[i], column))
            return true;
    for (size_t i = 0; i < table->foreign_key_count; i++)
        for (size_t c = 0; c < table->foreign_keys[i].column_count; c++)
            if (strcmp(table->foreign_keys[i].columns[c], column) == 0)
                return true;
    return false;
}

/* Why a column that is VIRTUAL in the source cannot be that in PostgreSQL; NULL when it can, as far as one knows before
 * it was tried. */
static const char *why_stored(const struct column_work *w) {
    if (w->p->in->server_version < FIRST_VIRTUAL)
        return "PostgreSQL has virtual columns from version 18 on";
    if (in_any_key(w->table->source, w->source->name))
        return "PostgreSQL has no keys over virtual columns";
    if (w->target->type.schema || w->target->type.label_count)
        return "PostgreSQL has no virtual columns of a type that a user made";
    return NULL;
}

/* A VIRTUAL column that has to be STORED holds the same values. */
static int tell_stored(const struct column_work *w, const char *why) {
    return cg_plan_decide(w->p, (struct cg_decision){.table = w->table->source->name,
                                                     .column = w->source->name,
                                                     .source_type = "VIRTUAL",
                                                     .target_type = "STORED",
                                                     .reason = why});
}

static int make_plain(const struct column_work *w, const char *why) {
    const char *reason = NULL;
    bool stored = w->source->generated == CG_GENERATED_STORED;
    if (cg_plan_text(w->p, &reason, "%s; it holds the values but no longer computes them: %s",
                     stored ? "STORED" : "VIRTUAL", why) < 0)
        return -1;
    return cg_plan_lose_column(w, CG_GENERATED_TO_PLAIN, "generated column", w->source->generation_text, reason);
}

static int set_generated(const struct column_work *w) {
    const char *text = NULL, *why = NULL, *refusal = NULL;
    const char *stored = w->source->generated == CG_GENERATED_VIRTUAL ? why_stored(w) : NULL;
    bool may_be_virtual = w->source->generated == CG_GENERATED_VIRTUAL && !stored;
    struct plan_expression e = {.place = CG_SQL_IN_GENERATED,
                                .kind = "generated column",
                                .table = w->table,
                                .column = w->plan,
                                .source = w->source->generation_text,
                                .tries = may_be_virtual ? 2 : 1};
    if (w->plan->accepted & CG_CONVERSION_BIT(CG_GENERATED_TO_PLAIN))
        return make_plain(w, "a rule of the user's makes it plain");
    if (target_place(w, &e.name) < 0 || cg_plan_express(w->p, &e, &text, &why) < 0)
        return -1;
    if (!text)
        return make_plain(w, why);
    if (!stands_there(w, true))
        return make_plain(w, "the target's column is a plain one");
    if (may_be_virtual && cg_plan_refusals(w->p, e.kind, e.name, &refusal))
        stored = refusal;
    w->target->generated = may_be_virtual && !stored ? CG_GENERATED_VIRTUAL : CG_GENERATED_STORED;
    w->target->generation_text = text;
    return (stored && tell_stored(w, stored) < 0) ? -1 : cg_plan_carry(w->p, &e, text);
}

int cg_plan_behaviour(const struct column_work *w) {
    if (w->source->generated != CG_NOT_GENERATED)
        return set_generated(w);
    if (w->source->on_update_now && set_on_update(w) < 0)
        return -1;
    return set_default(w) < 0 ? -1 : set_identity(w);
}
