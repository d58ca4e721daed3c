/* A run's foreign keys and the rows that break them; see reference.h. */
#include "pipelines/reference.h"

#include <stdlib.h>
#include <string.h>

enum { IMAGES_AT_ONCE = 64 << 10 };

/* ---- which there are ---- */

static const char *target_name(const struct cg_table_plan *plan, const char *source_column) {
    for (size_t i = 0; i < plan->column_count; i++)
        if (strcmp(plan->columns[i].source->name, source_column) == 0)
            return plan->columns[i].target ? plan->columns[i].target->name : "";
    return "";
}

static size_t table_of(const struct cg_plan *plan, const char *target) {
    for (size_t i = 0; i < plan->table_count; i++)
        if (plan->tables[i].target && strcmp(plan->tables[i].target->name, target) == 0)
            return i;
    return plan->table_count;
}

const struct cg_foreign_key *cg_reference_source(const struct cg_plan *plan, const struct cg_table_plan *child,
                                                 const struct cg_foreign_key *target) {
    size_t parent = table_of(plan, target->ref_table);
    if (parent == plan->table_count)
        return NULL;
    const struct cg_table_plan *other = &plan->tables[parent];
    for (size_t f = 0; f < child->source->foreign_key_count; f++) {
        const struct cg_foreign_key *fk = &child->source->foreign_keys[f];
        size_t same = 0;
        if (fk->column_count != target->column_count || strcmp(fk->ref_table, other->source->name) != 0)
            continue;
        while (same < fk->column_count && strcmp(target_name(child, fk->columns[same]), target->columns[same]) == 0 &&
               strcmp(target_name(other, fk->ref_columns[same]), target->ref_columns[same]) == 0)
            same++;
        if (same == fk->column_count)
            return fk;
    }
    return NULL;
}

static int add_reference(const struct cg_run *run, size_t child, const struct cg_foreign_key *fk,
                         struct cg_run_references *all, struct cg_error *err) {
    size_t parent = table_of(run->plan, fk->ref_table);
    if (parent == run->table_count || !cg_run_table_moves(run, parent))
        return 0;
    const struct cg_foreign_key *source = cg_reference_source(run->plan, run->tables[child].plan, fk);
    if (!source)
        return cg_error_set(err, CG_ERR_INTERNAL, "foreign key %s.%s stands for none of the source's",
                            run->tables[child].plan->target->name, fk->name);
    struct cg_run_reference *items = cg_arena_push(run->arena, all->items, &all->count, sizeof *items);
    if (!items)
        return cg_error_memory(err);
    all->items = items;
    items[all->count - 1] = (struct cg_run_reference){
        .number = all->count - 1, .child = child, .parent = parent, .source = source, .target = fk};
    return 0;
}

int cg_references_make(const struct cg_run *run, struct cg_run_references *ret_references, struct cg_error *err) {
    struct cg_run_references all = {0};
    for (size_t t = 0; t < run->table_count; t++) {
        const struct cg_table *target = run->tables[t].plan->target;
        for (size_t f = 0; target && cg_run_table_moves(run, t) && f < target->foreign_key_count; f++)
            if (add_reference(run, t, &target->foreign_keys[f], &all, err) < 0)
                return -1;
    }
    *ret_references = all;
    return 0;
}

struct cg_orphan_place cg_reference_place(const struct cg_run *run, const struct cg_run_reference *reference) {
    return (struct cg_orphan_place){
        .child = run->tables[reference->child].plan->target, .fk = reference->target, .number = reference->number};
}

bool cg_reference_error_is_local(struct cg_run *run, const struct cg_error *err) {
    return err->cls != CG_ERR_NETWORK && err->cls != CG_ERR_INTERNAL && err->cls != CG_ERR_SYSTEM &&
           !cg_control_stopped(&run->control);
}

/* ---- counting ---- */

struct counting {
    struct cg_run *run;
    struct cg_run_reference *reference;
};

static void count_one(void *context, struct cg_target_session *session, const struct cg_error *why_not) {
    struct counting *counting = context;
    struct cg_run_reference *reference = counting->reference;
    const struct cg_orphan_place place = cg_reference_place(counting->run, reference);
    struct cg_error err = {0};
    if (!session)
        reference->why_not = *why_not;
    else if (cg_orphans_count(session, &place, &reference->broken, &err) < 0)
        reference->why_not = err;
    if (err.cls != CG_ERR_NONE && !cg_reference_error_is_local(counting->run, &err))
        cg_control_fail(&counting->run->control, &err);
    free(counting);
}

int cg_references_count(struct cg_run *run, struct cg_run_references *references, struct cg_error *err) {
    for (size_t i = 0; i < references->count; i++) {
        struct counting *counting = calloc(1, sizeof *counting);
        if (!counting) {
            cg_pool_wait(run->pool);
            return cg_error_memory(err);
        }
        *counting = (struct counting){run, &references->items[i]};
        if (cg_pool_submit(run->pool, count_one, counting, err) < 0) {
            free(counting);
            cg_pool_wait(run->pool);
            return -1;
        }
    }
    cg_pool_wait(run->pool);
    return cg_control_check(&run->control, err);
}

/* ---- asking the source ---- */

/* The child's keys as they are read: the foreign key's columns, as images of the target's types. */
struct asking {
    struct cg_reader *reader;
    struct cg_encoder *encoder;
    struct cg_digest digest; /* of no use here; the encoder wants one */
};

static int next_images(void *context, struct cg_buffer *images, uint64_t *ret_rows, struct cg_error *err) {
    struct asking *asking = context;
    struct cg_source_row row;
    *ret_rows = 0;
    while (images->len < IMAGES_AT_ONCE) {
        int more = cg_reader_next(asking->reader, &row, err);
        if (more <= 0)
            return more;
        if (cg_encoder_row(asking->encoder, row.values, images, &asking->digest, err) < 0)
            return -1;
        ++*ret_rows;
    }
    return 1;
}

/* What to read, and how each column becomes an image of the type that the child has on the target. */
static int prepare_reading(const struct cg_run *run, const struct cg_run_reference *reference, struct cg_read *read,
                           struct cg_encoder_plan **ret_plan, struct cg_error *err) {
    const struct cg_run_table *child = &run->tables[reference->child];
    size_t count = reference->source->column_count;
    const struct cg_column **columns = cg_arena_array(run->arena, count, sizeof *columns);
    struct cg_encode_column *encode = cg_arena_array(run->arena, count, sizeof *encode);
    if (!columns || !encode)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++) {
        columns[i] = cg_table_column(child->plan->source, reference->source->columns[i]);
        const struct cg_column *target = cg_table_column(child->target, reference->target->columns[i]);
        if (!columns[i] || !target)
            return cg_error_set(err, CG_ERR_OBJECT, "its columns are not all on the target");
        encode[i] = (struct cg_encode_column){.source = columns[i], .target = target};
    }
    *read = (struct cg_read){.table = child->plan->source, .columns = columns, .column_count = count};
    return cg_encoder_compile(child->plan->source->name, encode, count, NULL, 0, CG_MISFIT_DIFFER, run->arena, ret_plan,
                              NULL, err);
}

/* Reads such rows of the source and keeps their keys on the target. */
static int ask(struct cg_run *run, const struct cg_run_reference *reference, struct cg_session *session,
               enum cg_reference which, enum cg_orphan_told told, struct cg_error *err) {
    const struct cg_orphan_place place = cg_reference_place(run, reference);
    struct asking asking = {0};
    struct cg_encoder_plan *plan = NULL;
    struct cg_read read;
    struct cg_buffer predicate;
    cg_buffer_init(&predicate, 1 << 20);
    int rc = prepare_reading(run, reference, &read, &plan, err);
    if (rc == 0)
        rc = cg_source_reference(run->source, read.table, reference->source, which, 0, &predicate, err);
    if (rc == 0)
        rc = (read.predicate = cg_buffer_cstr(&predicate, err)) ? 0 : -1;
    if (rc == 0)
        rc = (asking.encoder = cg_encoder_new(plan, CG_ROW_BYTES_MAX)) ? 0 : cg_error_memory(err);
    if (rc == 0)
        rc = cg_reader_open(session, &read, &asking.reader, err);
    if (rc == 0)
        rc = cg_orphans_tell(run->main_session, &place, told, next_images, &asking, err);
    cg_reader_close(asking.reader);
    cg_encoder_free(asking.encoder);
    cg_buffer_done(&predicate);
    return rc;
}

static int ask_and_sort(struct cg_run *run, struct cg_run_reference *reference, struct cg_error *err) {
    const struct cg_orphan_place place = cg_reference_place(run, reference);
    struct cg_session *session = NULL;
    if (cg_source_acquire_now(run->source, &session, err) < 0)
        return -1;
    int rc = ask(run, reference, session, CG_REFERENCE_MISSING, CG_ORPHAN_TOLD_MISSING, err);
    if (rc == 0)
        rc = ask(run, reference, session, CG_REFERENCE_BY_COLLATION, CG_ORPHAN_TOLD_BY_COLLATION, err);
    cg_source_release(run->source, session);
    return rc < 0 ? -1 : cg_orphans_sort(run->main_session, &place, run->arena, &reference->found, err);
}

int cg_reference_sort(struct cg_run *run, struct cg_run_reference *reference, struct cg_error *err) {
    struct cg_error why = {0};
    reference->sorted = ask_and_sort(run, reference, &why) == 0;
    reference->why_not = why;
    if (reference->sorted)
        return 0;
    /* A session of the source that was lost is one key's loss; should the target's be lost, the next statement tells.
     */
    if (why.cls == CG_ERR_NETWORK && !cg_control_stopped(&run->control))
        return 0;
    if (cg_reference_error_is_local(run, &why))
        return 0;
    *err = why;
    return -1;
}
