/* CHECKs of the source: translated, and added once the rows are in. Those that come with a column's type are in
 * plan_columns.c. */
#include "transform/plan_private.h"

enum { FIRST_NOT_ENFORCED = 180000 };

static int lose(struct planner *p, const struct cg_table *table, const struct cg_check *check, const char *reason) {
    struct cg_loss loss = {.conversion = CG_CHECK_DROPPED,
                           .kind = "check",
                           .table = table->name,
                           .text = check->expression,
                           .reason = reason};
    if (cg_plan_text(p, &loss.name, "%s.%s", table->name, check->name) < 0)
        return -1;
    return cg_plan_lose(p, loss);
}

static int carry(struct planner *p, struct cg_table *table, const struct cg_check *source, const char *name,
                 const char *expression) {
    struct cg_check *checks = cg_arena_push(p->arena, table->checks, &table->check_count, sizeof *checks);
    if (!checks)
        return cg_error_memory(p->err);
    table->checks = checks;
    checks[table->check_count - 1] = (struct cg_check){
        .name = name, .expression = expression, .not_enforced = source->not_enforced, .after_rows = true};
    return 0;
}

static int plan_check(struct planner *p, struct cg_table_plan *table, const struct cg_check *source,
                      struct name_set *constraints) {
    const char *name = NULL, *text = NULL, *why = NULL;
    struct plan_expression e = {
        .place = CG_SQL_IN_CHECK, .kind = "check", .table = table, .source = source->expression};
    if (source->not_enforced && p->in->server_version < FIRST_NOT_ENFORCED)
        return lose(
            p, table->source, source,
            "NOT ENFORCED: PostgreSQL has such checks from version 18 on, and an enforced one would be another");
    if (cg_plan_spell(p, source->name, &name) < 0 || cg_plan_name(p, constraints, name, &name) < 0 ||
        cg_plan_text(p, &e.name, "%s.%s", table->target->name, name) < 0 || cg_plan_express(p, &e, &text, &why) < 0)
        return -1;
    if (!text)
        return lose(p, table->source, source, why);
    return carry(p, table->target, source, name, text) < 0 ? -1 : cg_plan_carry(p, &e, text);
}

int cg_plan_checks(struct planner *p, struct cg_table_plan *table, struct name_set *constraints) {
    for (size_t i = 0; i < table->source->check_count; i++)
        if (plan_check(p, table, &table->source->checks[i], constraints) < 0)
            return -1;
    return 0;
}
