/* What is no table: views of the source accounted for; and what only the target has, which may change or hide what is
 * stored there. See schema_internal.h. */
#include "verify/schema_internal.h"

#include <string.h>

/* ---- views ---- */

static const struct cg_object *find_object(const struct cg_catalog *catalog, enum cg_object_kind kind,
                                           const char *name) {
    for (size_t i = 0; i < catalog->object_count; i++)
        if (catalog->objects[i].kind == kind && strcmp(catalog->objects[i].name, name) == 0)
            return &catalog->objects[i];
    return NULL;
}

static int tell_view(const struct cg_schema_input *input, const struct cg_object *actual, struct cg_error *err) {
    bool stored = strncmp(actual->text, "CREATE MATERIALIZED", strlen("CREATE MATERIALIZED")) == 0;
    return cg_schema_object(input, "view", NULL, actual->name, stored ? CG_STATE_CHANGED : CG_STATE_MAPPED,
                            stored ? "it is a materialized view: it shows what was there when it was refreshed" : NULL,
                            err);
}

/* On a target that others filled nobody has tried the translation before: one that it refuses is none. */
static int tell_missing_view(const struct cg_schema_input *input, const struct cg_view *wanted, struct cg_error *err) {
    const char *query = cg_arena_printf(input->arena, "SELECT pg_catalog.count(*) FROM (%s\n) AS q", wanted->query);
    const char *why = NULL;
    if (!query)
        return cg_error_memory(err);
    if (!input->of_run && cg_schema_refused(input, NULL, query, &why, err) < 0)
        return -1;
    if (!why)
        return cg_schema_object(input, "view", NULL, wanted->name, CG_STATE_MISSING, NULL, err);
    struct cg_loss loss = {
        .conversion = CG_VIEW_NOT_CARRIED, .kind = "view", .name = wanted->name, .text = wanted->query, .reason = why};
    return cg_schema_add_loss(&loss, input->arena, input->report, err);
}

int cg_schema_views(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->plan->target->view_count; i++) {
        const struct cg_view *wanted = &input->plan->target->views[i];
        const struct cg_object *actual = find_object(input->target, CG_OBJECT_VIEW, wanted->name);
        if ((actual ? tell_view(input, actual, err) : tell_missing_view(input, wanted, err)) < 0)
            return -1;
    }
    /* Those without a translation that somebody wrote by hand; when there is none it is a named loss. */
    for (size_t i = 0; i < input->source->object_count; i++) {
        const struct cg_object *source = &input->source->objects[i];
        const struct cg_object *actual =
            source->kind == CG_OBJECT_VIEW ? find_object(input->target, CG_OBJECT_VIEW, source->name) : NULL;
        if (actual && !input->of_run && tell_view(input, actual, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- what only the target has ---- */

/* What it may do to a table's rows; NULL: it is no part of a table. */
static const struct effect {
    enum cg_object_kind kind;
    const char *word; /* of UNKNOWN */
    const char *kind_text, *effect;
} effects[] = {
    {CG_OBJECT_TRIGGER, NULL, "trigger", "only the target has it: it may change or refuse what is written"},
    {CG_OBJECT_UNKNOWN, "rule", "rule", "only the target has it: it turns statements on the table into others"},
    {CG_OBJECT_UNKNOWN, "policy", "policy",
     "only the target has it: it limits what roles see of the table and may write"},
    {CG_OBJECT_UNKNOWN, "partial index", "index", "only the target has it, over a part of the rows"},
    {CG_OBJECT_UNKNOWN, "exclusion constraint", "exclusion constraint",
     "only the target has it: it refuses rows that the source takes"},
    {CG_OBJECT_VIEW, NULL, "view", "the source has no such view"},
    {CG_OBJECT_ROUTINE, NULL, "routine", "the source has no such routine"},
    {CG_OBJECT_UNKNOWN, NULL, NULL, "the source has nothing of the kind"},
};

static const struct effect *effect_of(const struct cg_object *object) {
    size_t last = sizeof effects / sizeof *effects - 1;
    for (size_t i = 0; i < last; i++)
        if (effects[i].kind == object->kind &&
            (!effects[i].word || (object->word && strcmp(effects[i].word, object->word) == 0)))
            return &effects[i];
    return &effects[last];
}

/* The plan of the table that a table of the target stands for; NULL when there is none. */
static const struct cg_table_plan *plan_of(const struct cg_schema_input *input, const char *target_table) {
    for (size_t i = 0; i < input->plan->table_count; i++) {
        const struct cg_table_plan *plan = &input->plan->tables[i];
        if (plan->target && strcmp(plan->target->name, target_table) == 0)
            return plan;
    }
    return NULL;
}

/* A trigger of the source's under its name, or one of ours. */
static bool is_wanted_trigger(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                              const struct cg_object *trigger) {
    if (plan->target->on_update_function && strstr(trigger->text, plan->target->on_update_function))
        return true;
    for (size_t i = 0; i < input->source->object_count; i++) {
        const struct cg_object *source = &input->source->objects[i];
        if (source->kind == CG_OBJECT_TRIGGER && source->table && strcmp(source->table, plan->source->name) == 0 &&
            strcmp(source->name, trigger->name) == 0)
            return true;
    }
    return false;
}

/* A routine of the source's under its name (the target tells arguments too), or the function of a trigger. */
static bool is_wanted_routine(const struct cg_schema_input *input, const struct cg_object *routine) {
    size_t len = strcspn(routine->name, "(");
    for (size_t i = 0; i < input->source->object_count; i++) {
        const struct cg_object *source = &input->source->objects[i];
        if (source->kind == CG_OBJECT_ROUTINE && strlen(source->name) == len &&
            strncmp(source->name, routine->name, len) == 0)
            return true;
    }
    return strstr(routine->text, "RETURNS trigger") != NULL;
}

static bool is_wanted_view(const struct cg_schema_input *input, const struct cg_object *view) {
    for (size_t i = 0; i < input->plan->target->view_count; i++)
        if (strcmp(input->plan->target->views[i].name, view->name) == 0)
            return true;
    return find_object(input->source, CG_OBJECT_VIEW, view->name) != NULL;
}

/* A migration may go into a schema that has objects of its own: only those of its own tables are told. What belongs to
 * a table that only the target has is told with that table. */
static bool is_told(const struct cg_schema_input *input, const struct cg_object *object) {
    if (object->table) {
        const struct cg_table_plan *plan = plan_of(input, object->table);
        return plan && !plan->excluded &&
               (object->kind != CG_OBJECT_TRIGGER || !is_wanted_trigger(input, plan, object));
    }
    if (input->of_run)
        return false;
    return object->kind == CG_OBJECT_VIEW      ? !is_wanted_view(input, object)
           : object->kind == CG_OBJECT_ROUTINE ? !is_wanted_routine(input, object)
                                               : true;
}

static int tell_extra(const struct cg_schema_input *input, const struct cg_object *object, struct cg_error *err) {
    const struct effect *effect = effect_of(object);
    const char *kind = effect->kind_text ? effect->kind_text : object->word ? object->word : "object";
    const char *why = effect->effect;
    size_t before = input->report->object_count;
    if (object->disabled)
        why = cg_arena_printf(input->arena, "%s; it is switched off", why);
    if (!why)
        return cg_error_memory(err);
    if (cg_schema_object(input, kind, object->table, object->name, CG_STATE_EXTRA, why, err) < 0)
        return -1;
    if (input->report->object_count > before)
        input->report->objects[before].sql = object->text;
    return 0;
}

int cg_schema_extra_objects(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->target->table_count; i++) {
        const struct cg_table *table = &input->target->tables[i];
        const struct cg_table_plan *plan = plan_of(input, table->name);
        if (table->row_security && plan && !plan->excluded &&
            cg_schema_object(input, "row security", NULL, table->name, CG_STATE_EXTRA,
                             "it is on: roles see and may write only what the table's policies say", err) < 0)
            return -1;
    }
    for (size_t i = 0; i < input->target->object_count; i++)
        if (is_told(input, &input->target->objects[i]) && tell_extra(input, &input->target->objects[i], err) < 0)
            return -1;
    return 0;
}
