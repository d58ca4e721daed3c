/* Whatever is no table: sequences are carried; partitions, histories, triggers, routines, events and grants are
 * named losses with their source text; what crossgrade does not know is a problem (R13). */
#include "core/options.h"
#include "transform/plan_private.h"

#include <string.h>

static int add_problem(struct planner *p, struct cg_plan_problem problem) {
    struct cg_plan *plan = p->plan;
    struct cg_plan_problem *all = cg_arena_push(p->arena, plan->problems, &plan->problem_count, sizeof *all);
    if (!all)
        return cg_error_memory(p->err);
    plan->problems = all;
    all[plan->problem_count - 1] = problem;
    return 0;
}

/* ---- sequences ---- */

static bool fits_bigint(const char *number) {
    return cg_decimal_compare(number, "-9223372036854775808") >= 0 &&
           cg_decimal_compare(number, "9223372036854775807") <= 0;
}

static int carry_sequence(struct planner *p, const struct cg_sequence *source) {
    struct cg_catalog *target = p->plan->target;
    struct cg_sequence *all = cg_arena_push(p->arena, target->sequences, &target->sequence_count, sizeof *all);
    if (!all)
        return cg_error_memory(p->err);
    target->sequences = all;
    struct cg_sequence *sequence = &all[target->sequence_count - 1];
    *sequence = *source;
    sequence->schema = p->schema;
    sequence->name = p->sequence_names[source - p->source->sequences];
    if (sequence->name)
        return 0;
    struct cg_loss loss = {
        .conversion = CG_NAME_SHORTENED, .kind = "sequence", .name = source->name, .text = source->name};
    const char *wanted = NULL;
    if (cg_plan_spell(p, source->name, &wanted) < 0 || cg_plan_name(p, &p->names, wanted, &sequence->name) < 0 ||
        cg_plan_text(p, &loss.reason, "PostgreSQL's names end at 63 bytes, each once; it is named %s there",
                     sequence->name) < 0)
        return -1;
    return cg_plan_lose(p, loss);
}

static int plan_sequence(struct planner *p, const struct cg_sequence *source) {
    const char *const numbers[] = {source->start, source->increment, source->minimum, source->maximum, source->next};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!fits_bigint(numbers[i])) {
            struct cg_plan_problem problem = {"sequence", source->name, numbers[i],
                                              "PostgreSQL's sequences count in 64 bits with a sign"};
            return add_problem(p, problem);
        }
    return carry_sequence(p, source);
}

/* ---- what belongs to a table ---- */

static int lose_of_table(struct planner *p, enum cg_conversion conversion, const char *kind, const char *table,
                         const char *text, const char *reason) {
    struct cg_loss loss = {conversion, kind, table, NULL, table, text, reason, false};
    return cg_plan_lose(p, loss);
}

static int plan_table_objects(struct planner *p, const struct cg_table *source) {
    if ((source->history || source->kind == CG_TABLE_SYSTEM_VERSIONED) &&
        lose_of_table(p, CG_HISTORY_DROPPED, "history", source->name, "WITH SYSTEM VERSIONING",
                      "only the current rows are moved") < 0)
        return -1;
    return 0;
}

/* ---- triggers, routines, events, grants, and the unknown ---- */

static const struct {
    enum cg_object_kind kind;
    enum cg_conversion conversion;
} object_losses[] = {
    {CG_OBJECT_TRIGGER, CG_TRIGGER_NOT_CARRIED},
    {CG_OBJECT_ROUTINE, CG_ROUTINE_NOT_CARRIED},
    {CG_OBJECT_EVENT, CG_EVENT_NOT_CARRIED},
    {CG_OBJECT_GRANT, CG_GRANT_NOT_CARRIED},
};

static int plan_unreadable(struct planner *p, const struct cg_object *object) {
    struct cg_plan_problem problem = {.kind = "table", .name = object->name, .text = ""};
    if (cg_plan_text(p, &problem.reason,
                     "the source's server cannot open it: %s; mend it there (CHECK TABLE, REPAIR TABLE) or leave it "
                     "out with --exclude",
                     object->text ? object->text : "it does not say why") < 0)
        return -1;
    return add_problem(p, problem);
}

static int plan_object(struct planner *p, const struct cg_object *object) {
    if (object->kind == CG_OBJECT_UNREADABLE)
        return plan_unreadable(p, object);

    struct cg_loss loss = {.kind = cg_object_kind_name(object->kind),
                           .table = object->table,
                           .name = object->name,
                           .text = object->text ? object->text : "",
                           .reason = "it is for a person to port"};
    if (object->table && cg_plan_text(p, &loss.name, "%s.%s", object->table, object->name) < 0)
        return -1;
    for (size_t i = 0; i < sizeof object_losses / sizeof *object_losses; i++)
        if (object_losses[i].kind == object->kind) {
            loss.conversion = object_losses[i].conversion;
            return cg_plan_lose(p, loss);
        }
    struct cg_plan_problem problem = {"unknown", loss.name, loss.text, "crossgrade does not know this kind of object"};
    return add_problem(p, problem);
}

int cg_plan_objects(struct planner *p) {
    for (size_t s = 0; s < p->source->sequence_count; s++)
        if (plan_sequence(p, &p->source->sequences[s]) < 0)
            return -1;
    for (size_t t = 0; t < p->plan->table_count; t++)
        if (p->plan->tables[t].target && plan_table_objects(p, p->plan->tables[t].source) < 0)
            return -1;
    for (size_t o = 0; o < p->source->object_count; o++) {
        const struct cg_object *object = &p->source->objects[o];
        bool in_scope = !object->table || cg_options_table_included(p->in->options, object->table);
        if (object->kind != CG_OBJECT_VIEW && in_scope && plan_object(p, object) < 0)
            return -1;
    }
    return cg_plan_views(p);
}
