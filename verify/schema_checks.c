/* CHECKs of one table: there, in force for every row, and saying what the source's say. They are known by what they
 * say, not by their names; where that cannot be told, by their names. See schema_internal.h. */
#include "verify/schema_internal.h"

#include <string.h>

/* One table's on their way. */
struct work {
    const struct cg_schema_input *input;
    const struct cg_table_plan *plan;
    const struct cg_table *actual;
    bool *taken; /* of the actual ones */
    struct cg_error *err;
};

static int find_named(const struct work *w, const char *name) {
    for (size_t i = 0; i < w->actual->check_count; i++)
        if (!w->taken[i] && strcmp(w->actual->checks[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* The one that says what the wanted one says, its namesake first; *ret_found is -1 when there is none, and then *ret_as
 * is what is to be said of the namesake. */
static int find(const struct work *w, const struct cg_check *wanted, int *ret_found, enum cg_spelled *ret_as,
                const char **ret_why) {
    int named = find_named(w, wanted->name);
    *ret_found = -1;
    *ret_as = CG_SPELLED_OTHERWISE;
    *ret_why = NULL;
    for (size_t i = 0; i <= w->actual->check_count; i++) {
        int at = i == 0 ? named : (int)i - 1;
        enum cg_spelled as;
        const char *why;
        if (at < 0 || w->taken[at] || (i > 0 && at == named))
            continue;
        if (cg_schema_spelled(w->input, w->actual, NULL, wanted->expression, w->actual->checks[at].expression, &as,
                              &why, w->err) < 0)
            return -1;
        if (as == CG_SPELLED_ALIKE) {
            *ret_found = at;
            return 0;
        }
        if (at == named) {
            *ret_as = as;
            *ret_why = why;
        }
    }
    return 0;
}

/* Why one that says the same does less; NULL when it does not. */
static const char *weaker(const struct cg_check *wanted, const struct cg_check *actual) {
    if (actual->not_enforced && !wanted->not_enforced)
        return "it is NOT ENFORCED: rows may break it";
    if (actual->not_valid)
        return "it is NOT VALID: rows that were there before may break it";
    if (wanted->not_enforced && !actual->not_enforced)
        return "the source's is NOT ENFORCED, here it refuses rows";
    return NULL;
}

static int tell(const struct work *w, const char *name, enum cg_object_state state, const char *why) {
    return cg_schema_object(w->input, "check", w->actual->name, name, state, why, w->err);
}

/* There is one of that name, and it is not known to say the same. */
static int tell_namesake(const struct work *w, const struct cg_check *wanted, int named, enum cg_spelled as,
                         const char *why) {
    const struct cg_check *actual = &w->actual->checks[named];
    w->taken[named] = true;
    if (as == CG_SPELLED_OTHERWISE) {
        why = cg_arena_printf(w->input->arena, "it is CHECK (%s), the source's would be CHECK (%s)", actual->expression,
                              wanted->expression);
        return why ? tell(w, wanted->name, CG_STATE_CHANGED, why) : cg_error_memory(w->err);
    }
    const char *object = cg_arena_printf(w->input->arena, "%s.%s", w->actual->name, wanted->name);
    why = cg_arena_printf(w->input->arena, "whether the check says what the source's does cannot be told: %s", why);
    if (!object || !why)
        return cg_error_memory(w->err);
    return tell(w, wanted->name, CG_STATE_MAPPED, why) < 0 ? -1 : cg_schema_gap(w->input, object, why, w->err);
}

/* On a target that others filled nobody has tried the translation before: one that it refuses is none. */
static int tell_missing(const struct work *w, const struct cg_check *wanted) {
    const char *why = NULL;
    if (!w->input->of_run && cg_schema_refused(w->input, w->actual, wanted->expression, &why, w->err) < 0)
        return -1;
    if (!why)
        return tell(w, wanted->name, CG_STATE_MISSING, NULL);
    struct cg_loss loss = {.conversion = CG_CHECK_DROPPED,
                           .kind = "check",
                           .table = w->plan->source->name,
                           .name = cg_arena_printf(w->input->arena, "%s.%s", w->plan->source->name, wanted->name),
                           .text = wanted->expression,
                           .reason = why};
    return loss.name ? cg_schema_add_loss(&loss, w->input->arena, w->input->report, w->err) : cg_error_memory(w->err);
}

static int compare(const struct work *w, const struct cg_check *wanted) {
    int found, named;
    enum cg_spelled as;
    const char *why;
    if (find(w, wanted, &found, &as, &why) < 0)
        return -1;
    if (found >= 0) {
        w->taken[found] = true;
        why = weaker(wanted, &w->actual->checks[found]);
        return tell(w, wanted->name, why ? CG_STATE_CHANGED : CG_STATE_MAPPED, why);
    }
    if ((named = find_named(w, wanted->name)) >= 0)
        return tell_namesake(w, wanted, named, as, why);
    /* What our own map would put there with a type is nothing that the source has. */
    if (!wanted->after_rows && !w->input->of_run)
        return 0;
    return tell_missing(w, wanted);
}

/* One that stands, by its name, for one of the source's that has no translation: a person may have written it. */
static int tell_by_hand(const struct work *w) {
    for (size_t i = 0; i < w->plan->source->check_count; i++) {
        int named = find_named(w, w->plan->source->checks[i].name);
        if (named < 0)
            continue;
        w->taken[named] = true;
        const char *why =
            w->actual->checks[named].not_valid ? "it is NOT VALID: rows that were there before may break it" : NULL;
        if (tell(w, w->actual->checks[named].name, why ? CG_STATE_CHANGED : CG_STATE_MAPPED,
                 why ? why : "by its name; the source's has no translation to compare it with") < 0)
            return -1;
    }
    return 0;
}

/* ---- checks that say what a type says on the source ---- */

/* "a", "b": labels as SQL literals; NULL when memory is out. */
static const char *labels_text(const struct cg_type *type, struct cg_arena *arena) {
    const char *text = "";
    for (size_t i = 0; text && i < type->label_count; i++) {
        const char *label = cg_schema_literal(type->labels[i], arena);
        text = label ? cg_arena_printf(arena, "%s%s%s", text, i ? ", " : "", label) : NULL;
    }
    return text;
}

/* What the source's type refuses and the target's does not, as a CHECK would say it; NULL when there is nothing, or
 * memory is out. */
static const char *restatement(const struct work *w, const struct cg_column *from, const struct cg_column *to) {
    struct cg_arena *arena = w->input->arena;
    const char *name = cg_schema_quoted(to->name, arena);
    bool labels = from->type.label_count && !to->type.label_count;
    const char *texts = name && labels ? labels_text(&from->type, arena) : NULL;
    if (name && from->type.is_unsigned)
        return cg_arena_printf(arena, "%s >= 0", name);
    if (!texts)
        return NULL;
    return to->type.array ? cg_arena_printf(arena, "%s <@ ARRAY[%s]::text[]", name, texts)
                          : cg_arena_printf(arena, "%s IN (%s)", name, texts);
}

/* 1: the check says no more than the source's types do; 0; -1. */
static int restates_a_type(const struct work *w, const struct cg_check *actual) {
    for (size_t i = 0; i < w->plan->column_count; i++) {
        const struct cg_column *from = w->plan->columns[i].source;
        const struct cg_column *to = cg_table_column(w->actual, w->plan->columns[i].target->name);
        const char *text = to ? restatement(w, from, to) : NULL, *why;
        enum cg_spelled as;
        if (!text)
            continue;
        if (cg_schema_spelled(w->input, w->actual, NULL, text, actual->expression, &as, &why, w->err) < 0)
            return -1;
        if (as == CG_SPELLED_ALIKE)
            return 1;
    }
    return 0;
}

static int tell_rest(const struct work *w) {
    for (size_t i = 0; i < w->actual->check_count; i++) {
        const struct cg_check *check = &w->actual->checks[i];
        int restates = w->taken[i] ? 0 : restates_a_type(w, check);
        if (restates < 0 || (restates && tell(w, check->name, CG_STATE_MAPPED, NULL) < 0))
            return -1;
        if (!w->taken[i] && !restates &&
            tell(w, check->name, CG_STATE_EXTRA,
                 check->not_enforced ? "only the target has it; it is NOT ENFORCED"
                                     : "only the target has it: it refuses rows that the source takes") < 0)
            return -1;
    }
    return 0;
}

int cg_schema_checks(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                     const struct cg_table *actual, struct cg_error *err) {
    struct work w = {.input = input, .plan = plan, .actual = actual, .err = err};
    w.taken = cg_arena_array(input->arena, actual->check_count + 1, sizeof *w.taken);
    if (!w.taken)
        return cg_error_memory(err);
    for (size_t i = 0; i < plan->target->check_count; i++)
        if (compare(&w, &plan->target->checks[i]) < 0)
            return -1;
    return tell_by_hand(&w) < 0 ? -1 : tell_rest(&w);
}
