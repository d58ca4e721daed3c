/* Views: translated in an order in which each one's views come before it, and carried in that order. A view that reads
 * one that is not carried is not carried either. */
#include "transform/plan_private.h"

#include <string.h>

enum { FIRST_INVOKER = 150000, NAME_BYTES = 63 };

/* One view on its way. */
struct view {
    const struct cg_object *source;
    const char *name; /* the target's */
    const char *why;  /* why it cannot be translated, as of the last try */
    bool settled;
};

struct work {
    struct planner *p;
    struct view *views;
    size_t count;
    struct cg_sql_view *translated;
    size_t translated_count;
};

static int lose(struct planner *p, const struct cg_object *view, const char *reason) {
    return cg_plan_lose(p, (struct cg_loss){.conversion = CG_VIEW_NOT_CARRIED,
                                            .kind = cg_object_kind_name(CG_OBJECT_VIEW),
                                            .name = view->name,
                                            .text = view->text ? view->text : "",
                                            .reason = reason});
}

/* ---- names ---- */

int cg_plan_name_views(struct planner *p) {
    p->view_names = cg_arena_array(p->arena, p->source->object_count + 1, sizeof *p->view_names);
    if (!p->view_names)
        return cg_error_memory(p->err);
    for (size_t i = 0; i < p->source->object_count; i++) {
        const char *wanted = NULL;
        if (p->source->objects[i].kind == CG_OBJECT_VIEW &&
            (cg_plan_spell(p, p->source->objects[i].name, &wanted) < 0 ||
             cg_plan_name(p, &p->names, wanted, &p->view_names[i]) < 0))
            return -1;
    }
    return 0;
}

static int tell_name(struct planner *p, const struct view *view) {
    struct cg_loss loss = {
        .conversion = CG_NAME_SHORTENED, .kind = "view", .name = view->source->name, .text = view->source->name};
    const char *wanted = NULL;
    if (cg_plan_spell(p, view->source->name, &wanted) < 0)
        return -1;
    if (strcmp(wanted, view->name) == 0)
        return 0;
    if (cg_plan_text(p, &loss.reason, "PostgreSQL's names end at 63 bytes, each once; it is named %s there",
                     view->name) < 0)
        return -1;
    return cg_plan_lose(p, loss);
}

/* A column whose name PostgreSQL would cut; NULL when there is none. */
static const char *long_column(const struct cg_sql_view *view) {
    for (size_t i = 0; i < view->column_count; i++)
        if (strlen(view->columns[i]) > NAME_BYTES)
            return view->columns[i];
    return NULL;
}

/* ---- carrying ---- */

/* Before 15 a view always reads with its owner's rights: who may ask it may see what it shows. */
static int tell_invoker(struct planner *p, const struct view *view) {
    return cg_plan_decide(p, (struct cg_decision){.table = view->source->name,
                                                  .column = "",
                                                  .source_type = "SQL SECURITY INVOKER",
                                                  .target_type = "the owner's rights",
                                                  .reason = "PostgreSQL has views with the rights of whoever asks from "
                                                            "version 15 on: grant SELECT on it accordingly"});
}

static int carry(struct work *w, const struct view *view, const struct cg_sql_view *made,
                 const struct cg_sql_result *result) {
    struct cg_catalog *target = w->p->plan->target;
    const struct cg_object *source = view->source;
    bool invoker = source->invoker && w->p->in->server_version >= FIRST_INVOKER;
    struct cg_view *views = cg_arena_push(w->p->arena, target->views, &target->view_count, sizeof *views);
    if (!views)
        return cg_error_memory(w->p->err);
    target->views = views;
    views[target->view_count - 1] = (struct cg_view){.name = view->name,
                                                     .query = result->text,
                                                     .columns = made->renamed ? made->columns : NULL,
                                                     .column_count = made->renamed ? made->column_count : 0,
                                                     .check_option = source->check_option ? source->check_option : "",
                                                     .invoker = invoker};
    w->translated[w->translated_count] = *made;
    w->translated[w->translated_count].source_name = source->name;
    w->translated[w->translated_count++].target_name = view->name;
    if ((source->invoker && !invoker && tell_invoker(w->p, view) < 0) || tell_name(w->p, view) < 0)
        return -1;
    return cg_plan_translated(
        w->p,
        (struct cg_translation){
            .kind = "view", .name = view->name, .source = source->text, .text = result->text, .note = result->note});
}

/* *ret_done: it was carried; else view->why tells why not, which may change once others were. */
static int translate(struct work *w, struct view *view, bool *ret_done) {
    struct cg_sql_context context = cg_plan_sql(w->p, CG_SQL_IN_VIEW);
    struct cg_sql_result result = {0};
    struct cg_sql_view made = {0};
    const char *error = NULL, *column = NULL;
    *ret_done = false;
    if (cg_sql_translate_view(&context, view->source->query, w->translated, w->translated_count, w->p->arena, &result,
                              &made, w->p->err) < 0)
        return -1;
    view->why = result.why;
    if (!result.text)
        return 0;
    if (cg_plan_refusals(w->p, "view", view->name, &error))
        return cg_plan_refused(w->p, result.text, error, &view->why);
    if ((column = long_column(&made)))
        return cg_plan_text(w->p, &view->why, "PostgreSQL's names end at 63 bytes: its column %s", column);
    *ret_done = true;
    return carry(w, view, &made, &result);
}

static int gather(struct work *w) {
    size_t most = w->p->source->object_count;
    w->views = cg_arena_array(w->p->arena, most + 1, sizeof *w->views);
    w->translated = cg_arena_array(w->p->arena, most + 1, sizeof *w->translated);
    if (!w->views || !w->translated)
        return cg_error_memory(w->p->err);
    for (size_t i = 0; i < most; i++) {
        const struct cg_object *object = &w->p->source->objects[i];
        if (object->kind != CG_OBJECT_VIEW)
            continue;
        struct view *view = &w->views[w->count++];
        *view = (struct view){.source = object, .name = w->p->view_names[i]};
        if (!object->query)
            view->why = "its text is not visible to the user: grant SHOW VIEW";
        view->settled = view->why != NULL;
    }
    return 0;
}

int cg_plan_views(struct planner *p) {
    struct work w = {.p = p};
    if (gather(&w) < 0)
        return -1;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < w.count; i++) {
            bool done = false;
            if (w.views[i].settled)
                continue;
            if (translate(&w, &w.views[i], &done) < 0)
                return -1;
            w.views[i].settled = done;
            more |= done;
        }
    }
    for (size_t i = 0; i < w.count; i++)
        if (w.views[i].why && lose(p, w.views[i].source, w.views[i].why) < 0)
            return -1;
    return 0;
}
