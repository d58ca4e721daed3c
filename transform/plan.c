/* The plan: the order in which it is made, and the small things its parts share; see plan.h. */
#include "transform/plan.h"

#include "transform/plan_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cg_plan_lose(struct planner *p, struct cg_loss loss) {
    struct cg_plan *plan = p->plan;
    if (!loss.name &&
        cg_plan_text(p, &loss.name, "%s%s%s", loss.table, loss.column ? "." : "", loss.column ? loss.column : "") < 0)
        return -1;
    if (!loss.text)
        loss.text = "";
    if (!loss.reason)
        loss.reason = "";
    struct cg_loss *losses = cg_arena_push(p->arena, plan->losses, &plan->loss_count, sizeof *losses);
    if (!losses)
        return cg_error_memory(p->err);
    plan->losses = losses;
    losses[plan->loss_count - 1] = loss;
    return 0;
}

int cg_plan_decide(struct planner *p, struct cg_decision decision) {
    struct cg_plan *plan = p->plan;
    struct cg_decision *all = cg_arena_push(p->arena, plan->decisions, &plan->decision_count, sizeof *all);
    if (!all)
        return cg_error_memory(p->err);
    plan->decisions = all;
    all[plan->decision_count - 1] = decision;
    return 0;
}

int cg_plan_translated(struct planner *p, struct cg_translation translation) {
    struct cg_plan *plan = p->plan;
    struct cg_translation *all = cg_arena_push(p->arena, plan->translations, &plan->translation_count, sizeof *all);
    if (!all)
        return cg_error_memory(p->err);
    plan->translations = all;
    all[plan->translation_count - 1] = translation;
    return 0;
}

int cg_plan_note(struct planner *p, const char *object, const char *text) {
    struct cg_plan *plan = p->plan;
    struct cg_plan_note *all = cg_arena_push(p->arena, plan->notes, &plan->note_count, sizeof *all);
    if (!all)
        return cg_error_memory(p->err);
    plan->notes = all;
    all[plan->note_count - 1] = (struct cg_plan_note){object, text};
    return 0;
}

int cg_plan_text(struct planner *p, const char **ret_text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : cg_arena_alloc(p->arena, (size_t)len + 1);
    if (text)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    if (!text)
        return cg_error_memory(p->err);
    *ret_text = text;
    return 0;
}

struct cg_table_plan *cg_plan_table(struct planner *p, const char *source_name) {
    const struct cg_table *table = cg_catalog_table(p->source, source_name);
    return table ? &p->plan->tables[table - p->source->tables] : NULL;
}

const struct cg_column_plan *cg_plan_column(const struct cg_table_plan *table, const char *source_name) {
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].source->name, source_name) == 0)
            return &table->columns[i];
    return NULL;
}

static int start(struct planner *p) {
    p->plan = cg_arena_alloc(p->arena, sizeof *p->plan);
    struct cg_catalog *target = cg_arena_alloc(p->arena, sizeof *target);
    if (!p->plan || !target)
        return cg_error_memory(p->err);
    target->server.engine = "postgresql";
    target->server.version = target->server.host = target->server.identity = "";
    target->database = "";
    target->schema = p->schema;
    target->charset = "UTF8";
    target->collation = "";
    p->plan->target = target;
    return 0;
}

int cg_plan_make(const struct cg_plan_input *input, struct cg_arena *arena, struct cg_plan **ret_plan,
                 struct cg_error *err) {
    struct planner p = {
        .in = input,
        .source = input->source,
        .arena = arena,
        .err = err,
        .schema = input->options->schema ? input->options->schema : "public",
    };
    if (start(&p) < 0 || cg_plan_types(&p) < 0 || cg_plan_tables(&p) < 0 || cg_plan_columns(&p) < 0 ||
        cg_plan_keys(&p) < 0 || cg_plan_note_collations(&p) < 0 || cg_plan_partitions(&p) < 0 ||
        cg_plan_objects(&p) < 0)
        return -1;
    *ret_plan = p.plan;
    return 0;
}
