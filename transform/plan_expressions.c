/* What the parts of the plan ask of the translator: an expression of the source in the target's words, unless the
 * target has refused it when it was tried (cg_plan_input.refused). */
#include "transform/plan_private.h"

#include <string.h>

/* Canonical text of the catalogs: names in backquotes, || told as or and concat(), whatever the sql_mode was. */
struct cg_sql_context cg_plan_sql(struct planner *p, enum cg_sql_place place) {
    return (struct cg_sql_context){.plan = p->plan,
                                   .schema = p->schema,
                                   .database = p->source->database,
                                   .dialect = {.mariadb = strcmp(p->source->server.engine, "mariadb") == 0},
                                   .place = place,
                                   .citext = p->in->options->collation != CG_COLLATION_PLAIN};
}

size_t cg_plan_refusals(const struct planner *p, const char *kind, const char *name, const char **ret_error) {
    size_t count = 0;
    for (size_t i = 0; i < p->in->refused_count; i++) {
        const struct cg_refusal *refusal = &p->in->refused[i];
        if (strcmp(refusal->kind, kind) != 0 || strcmp(refusal->name, name) != 0)
            continue;
        *ret_error = refusal->error;
        count++;
    }
    return count;
}

int cg_plan_refused(struct planner *p, const char *text, const char *error, const char **ret_why) {
    return cg_plan_text(p, ret_why, "PostgreSQL refuses its translation: %s; the translation: %s", error, text);
}

int cg_plan_express(struct planner *p, struct plan_expression *e, const char **ret_text, const char **ret_why) {
    struct cg_sql_context context = cg_plan_sql(p, e->place);
    struct cg_sql_result result = {0};
    const char *error = NULL;
    *ret_text = *ret_why = NULL;
    context.table = e->table;
    context.column = e->column;
    if (!e->source)
        return cg_plan_text(p, ret_why, "its text is not visible");
    if (cg_sql_translate_expression(&context, e->source, p->arena, &result, p->err) < 0)
        return -1;
    if (!result.text) {
        *ret_why = result.why;
        return 0;
    }
    if (cg_plan_refusals(p, e->kind, e->name, &error) >= (e->tries ? e->tries : 1))
        return cg_plan_refused(p, result.text, error, ret_why);
    *ret_text = result.text;
    e->note = result.note;
    return 0;
}

int cg_plan_carry(struct planner *p, const struct plan_expression *e, const char *text) {
    return cg_plan_translated(
        p,
        (struct cg_translation){.kind = e->kind, .name = e->name, .source = e->source, .text = text, .note = e->note});
}
