/* --manage-constraints; see constraints.h. */
#include "pipelines/constraints.h"

#include <stdlib.h>
#include <string.h>

/* What the ledger calls things of this schema. */
static const char *prefix(struct cg_run *run) {
    return cg_arena_printf(run->arena, "%s: ", run->options->schema);
}

int cg_constraints_look(struct cg_run *run, struct cg_error *err) {
    const char *begins = prefix(run);
    if (!begins)
        return cg_error_memory(err);
    return cg_target_pending(run->main_session, begins, run->arena, &run->pending, &run->pending_count, err);
}

/* ---- the list of what is to be brought back ---- */

static int add_restore(struct cg_run *run, struct cg_run_restore restore, struct cg_error *err) {
    for (size_t i = 0; i < run->restore_count; i++)
        if (strcmp(run->restores[i].object, restore.object) == 0 && strcmp(run->restores[i].sql, restore.sql) == 0)
            return 0;
    struct cg_run_restore *all = cg_arena_push(run->arena, run->restores, &run->restore_count, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    run->restores = all;
    all[run->restore_count - 1] = restore;
    return 0;
}

static int add_constraint(struct cg_run *run, const struct cg_constraint *constraint, struct cg_error *err) {
    const char *object =
        cg_arena_printf(run->arena, "%s: %s %s", run->options->schema, constraint->kind, constraint->name);
    if (!object)
        return cg_error_memory(err);
    for (size_t i = 0; i < constraint->give_count; i++) {
        struct cg_run_restore restore = {.object = object,
                                         .kind = constraint->kind,
                                         .name = constraint->name,
                                         .sql = constraint->give[i],
                                         .checks = constraint->checks_last && i + 1 == constraint->give_count};
        if (add_restore(run, restore, err) < 0)
            return -1;
    }
    return 0;
}

/* "public: foreign key posts.fk" is of a kind and has a name. */
static int add_pending(struct cg_run *run, const struct cg_pending *pending, struct cg_error *err) {
    const char *begins = prefix(run);
    if (!begins)
        return cg_error_memory(err);
    const char *rest = pending->object + strlen(begins);
    bool trigger = strncmp(rest, "trigger ", 8) == 0, key = strncmp(rest, "foreign key ", 12) == 0;
    struct cg_run_restore restore = {.object = pending->object,
                                     .kind = trigger ? "trigger" : "foreign key",
                                     .name = trigger ? rest + 8
                                             : key   ? rest + 12
                                                     : rest,
                                     .sql = pending->sql,
                                     .checks = strstr(pending->sql, " VALIDATE CONSTRAINT ") != NULL,
                                     .recorded = true};
    return add_restore(run, restore, err);
}

/* ---- taking ---- */

static int record(struct cg_run *run, struct cg_target_session *session, const char *kind,
                  const struct cg_run_restore *restore, struct cg_error *err) {
    return cg_ledger_event(session, run->report->run_id, kind, restore->object, restore->sql, err);
}

/* Could it be brought back? Tried in a transaction that is rolled back, before it is gone. */
static int try_out(struct cg_run *run, const struct cg_constraint *constraint, struct cg_error *err) {
    const char *sql = cg_arena_printf(run->arena, "BEGIN; %s; %s; ROLLBACK", constraint->take, constraint->give[0]);
    return sql ? cg_target_execute(run->main_session, sql, err) : cg_error_memory(err);
}

static int take_one(struct cg_run *run, const struct cg_constraint *constraint, struct cg_error *err) {
    if (try_out(run, constraint, err) == 0 && cg_target_execute(run->main_session, constraint->take, err) == 0)
        return 0;
    if (err->cls == CG_ERR_OBJECT)
        err->cls = CG_ERR_CONFLICT; /* no row has moved */
    cg_error_object(err, "%s %s", constraint->kind, constraint->name);
    return -1;
}

static void tell_taken(struct cg_run *run, const struct cg_constraint *constraints, size_t count) {
    size_t keys = 0;
    for (size_t i = 0; i < count; i++)
        keys += strcmp(constraints[i].kind, "foreign key") == 0;
    if (count)
        cg_progress_note(run->progress, CG_NOTE_INFO,
                         "%zu foreign key%s dropped and %zu trigger%s switched off for the load; the ledger has the "
                         "statements that bring them back (events constraint.restore)",
                         keys, keys == 1 ? "" : "s", count - keys, count - keys == 1 ? "" : "s");
}

int cg_constraints_take(struct cg_run *run, struct cg_error *err) {
    struct cg_ddl_options options = {.schema = run->options->schema, .server_version = cg_run_server_version(run)};
    struct cg_constraint *constraints = NULL;
    size_t count = 0;
    if (cg_target_constraints(&options, run->existing, run->options->truncate, run->arena, &constraints, &count, err) <
        0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (add_constraint(run, &constraints[i], err) < 0)
            return -1;
    /* After this run's own: a key that is there NOT VALID, since a run ended early, is validated when it is back. */
    for (size_t i = 0; i < run->pending_count; i++)
        if (add_pending(run, &run->pending[i], err) < 0)
            return -1;
    for (size_t i = 0; i < run->restore_count; i++)
        if (!run->restores[i].recorded &&
            record(run, run->main_session, "constraint.restore", &run->restores[i], err) < 0)
            return -1;
    run->constraints_taken = true;
    for (size_t i = 0; i < count; i++)
        if (take_one(run, &constraints[i], err) < 0)
            return -1;
    tell_taken(run, constraints, count);
    return 0;
}

/* ---- giving back ---- */

static bool follows_a_failure(const struct cg_run *run, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (strcmp(run->restores[i].object, run->restores[index].object) == 0 && run->restores[i].failed)
            return true;
    return false;
}

/* What is there already, somebody brought back. */
static void give_one(struct cg_run *run, struct cg_target_session *session, size_t index) {
    struct cg_run_restore *restore = &run->restores[index];
    if (restore->done || follows_a_failure(run, index))
        return;
    restore->done =
        cg_target_execute(session, restore->sql, &restore->error) == 0 || strcmp(restore->error.sqlstate, "42710") == 0;
    restore->failed = !restore->done;
}

struct checking {
    struct cg_run *run;
    size_t index;
};

static void check_rows(void *context, struct cg_target_session *session, const struct cg_error *why_not) {
    struct checking *checking = context;
    struct cg_run_restore *restore = &checking->run->restores[checking->index];
    if (session) {
        give_one(checking->run, session, checking->index);
    } else {
        restore->failed = true;
        restore->error = *why_not;
    }
    free(checking);
}

/* VALIDATE, side by side where there are workers. */
static void check_all(struct cg_run *run, struct cg_target_session *session) {
    for (size_t i = 0; !run->pool && i < run->restore_count; i++)
        give_one(run, session, i);
    for (size_t i = 0; run->pool && i < run->restore_count; i++) {
        struct cg_run_restore *restore = &run->restores[i];
        struct checking *checking = restore->checks && !follows_a_failure(run, i) ? calloc(1, sizeof *checking) : NULL;
        if (!checking)
            continue; /* for want of memory it stays undone, and that is told */
        *checking = (struct checking){run, i};
        if (cg_pool_submit(run->pool, check_rows, checking, &restore->error) < 0)
            free(checking);
    }
    if (run->pool)
        cg_pool_wait(run->pool);
}

/* ---- telling ---- */

/* Every statement of an object that has not run, from one on. */
static const char *statements_left(struct cg_run *run, size_t from) {
    const char *sql = "";
    for (size_t i = from; i < run->restore_count && sql; i++)
        if (!run->restores[i].done && strcmp(run->restores[i].object, run->restores[from].object) == 0)
            sql = cg_arena_printf(run->arena, "%s%s%s", sql, *sql ? ";\n" : "", run->restores[i].sql);
    return sql;
}

/* One object of the report for each thing that is not wholly back; its first undone statement tells why. */
static int tell_one(struct cg_run *run, size_t index, bool ended_early, struct cg_error *err) {
    const struct cg_run_restore *restore = &run->restores[index];
    const char *why = restore->failed ? restore->error.message
                      : ended_early   ? "its rows were not checked, because the run ended early"
                                      : "it was not reached";
    const char *error = cg_arena_printf(
        run->arena, "%s: %s", restore->checks ? "it is back, but NOT VALID" : "it could not be brought back", why);
    struct cg_report_object object = {.kind = restore->kind,
                                      .name = restore->name,
                                      .state = restore->checks ? CG_STATE_CHANGED : CG_STATE_MISSING,
                                      .sql = statements_left(run, index),
                                      .error = error,
                                      .code = "object_failed",
                                      .action =
                                          "run its statements, which are in the report and in the ledger, or migrate "
                                          "again with --manage-constraints"};
    if (!object.sql || !error)
        return cg_error_memory(err);
    cg_progress_note(run->progress, CG_NOTE_ERROR, "%s %s: %s", object.kind, object.name, error);
    return cg_report_add_object(run->report, &object, run->arena, err);
}

static void tell_what_is_missing(struct cg_run *run, bool ended_early) {
    for (size_t i = 0; i < run->restore_count; i++) {
        struct cg_error err = {0};
        bool first = !run->restores[i].done;
        for (size_t k = 0; k < i && first; k++)
            first = run->restores[k].done || strcmp(run->restores[k].object, run->restores[i].object) != 0;
        if (first && tell_one(run, i, ended_early, &err) < 0)
            cg_progress_note(run->progress, CG_NOTE_ERROR, "%s: %s", run->restores[i].object, err.message);
    }
}

/* A statement that ran and of which the ledger could not be told runs once more when a later run finds it: that does no
 * harm. */
static void record_done(struct cg_run *run, struct cg_target_session *session) {
    struct cg_error err = {0};
    for (size_t i = 0; i < run->restore_count; i++)
        if (run->restores[i].done && record(run, session, "constraint.restored", &run->restores[i], &err) < 0) {
            cg_progress_note(run->progress, CG_NOTE_WARNING,
                             "the ledger could not be told that foreign keys and triggers are back: %s", err.message);
            return;
        }
}

void cg_constraints_give_back(struct cg_run *run, bool ended_early) {
    struct cg_target_session *session = NULL;
    struct cg_error err = {0};
    if (!run->constraints_taken)
        return;
    run->constraints_taken = false;
    /* The main session may be the one that was lost. */
    if (cg_target_session_open(run->target, &session, &err) < 0) {
        for (size_t i = 0; i < run->restore_count; i++) {
            run->restores[i].failed = true;
            run->restores[i].error = err;
        }
        tell_what_is_missing(run, ended_early);
        return;
    }
    for (size_t i = 0; i < run->restore_count; i++)
        if (!run->restores[i].checks)
            give_one(run, session, i);
    if (!ended_early)
        check_all(run, session);
    record_done(run, session);
    tell_what_is_missing(run, ended_early);
    cg_target_session_close(session);
}
