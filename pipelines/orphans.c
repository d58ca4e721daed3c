/* Taking out rows without a parent, and refusing early where that cannot be; see orphans.h.
 *
 * The proof: the images of the rows are summed in the transaction that changes them, in the form in which the
 * comparison will hash the table. What was deleted is then exactly what the target lacks, or the table is different. A
 * row whose reference became NULL must be what it was, but for these columns; that is looked at here, before it is
 * committed. */
#include "pipelines/orphans.h"
#include "pipelines/reference.h"
#include "pipelines/scan_generated.h"

#include <inttypes.h>
#include <string.h>

enum { NULL_FIELD = 0xffffffff };

/* ---- refusing ---- */

/* Does one row of the source's child lack its parent? */
static int has_orphan(struct cg_run *run, struct cg_session *session, const struct cg_table *child,
                      const struct cg_foreign_key *fk, bool *ret_has, struct cg_error *err) {
    const struct cg_column *column = cg_table_column(child, fk->columns[0]);
    struct cg_read read = {.table = child, .columns = &column, .column_count = 1};
    struct cg_reader *reader = NULL;
    struct cg_source_row row;
    struct cg_buffer predicate;
    cg_buffer_init(&predicate, 1 << 20);
    int rc = cg_source_reference(run->source, child, fk, CG_REFERENCE_MISSING, 1, &predicate, err);
    if (rc == 0)
        rc = (read.predicate = cg_buffer_cstr(&predicate, err)) ? 0 : -1;
    if (rc == 0)
        rc = cg_reader_open(session, &read, &reader, err);
    int more = rc == 0 ? cg_reader_next(reader, &row, err) : -1;
    *ret_has = more > 0;
    if (more > 0)
        more = cg_reader_next(reader, &row, err); /* there is no second one: the session is free again */
    cg_reader_close(reader);
    cg_buffer_done(&predicate);
    return more < 0 ? -1 : 0;
}

/* The first of a key's columns that takes no NULL on the target; NULL when all do. */
static const char *strict_column(const struct cg_table *child, const struct cg_foreign_key *fk) {
    for (size_t i = 0; i < fk->column_count; i++) {
        const struct cg_column *column = cg_table_column(child, fk->columns[i]);
        if (!column || !column->nullable || column->generated != CG_NOT_GENERATED)
            return fk->columns[i];
    }
    return NULL;
}

static int refuse_key(struct cg_run *run, struct cg_session *session, const struct cg_table_plan *plan,
                      const struct cg_foreign_key *target, struct cg_error *err) {
    const struct cg_foreign_key *fk = cg_reference_source(run->plan, plan, target);
    const char *strict = strict_column(plan->target, target);
    bool has = false;
    if (!fk || !strict)
        return 0;
    if (has_orphan(run, session, plan->source, fk, &has, err) < 0)
        return -1;
    if (!has)
        return 0;
    cg_error_set(err, CG_ERR_CONFLICT,
                 "--orphans null: rows have no parent in %s by foreign key %s, but its column %s takes no NULL",
                 fk->ref_table, fk->name, strict);
    cg_error_object(err, "table %s", plan->source->name);
    cg_error_hint(err, "let the column be nullable by a rule of your own (nullable: true), choose --orphans delete, or "
                       "mend the source");
    return -1;
}

int cg_orphans_refuse(struct cg_run *run, struct cg_error *err) {
    struct cg_session *session = NULL;
    if (run->options->orphans != CG_ORPHANS_NULL)
        return 0;
    if (cg_source_acquire_now(run->source, &session, err) < 0)
        return -1;
    int rc = 0;
    for (size_t t = 0; t < run->plan->table_count; t++) {
        const struct cg_table_plan *plan = &run->plan->tables[t];
        for (size_t f = 0; rc == 0 && plan->target && f < plan->target->foreign_key_count; f++)
            rc = refuse_key(run, session, plan, &plan->target->foreign_keys[f], err);
    }
    cg_source_release(run->source, session);
    return rc;
}

/* ---- one key's rows ---- */

/* The sums of the rows that are being taken out. */
struct taking {
    const struct cg_scan_pair *pair;
    const bool *cleared; /* of the pair's columns: those that become NULL */
    struct cg_canonicaliser *canonicaliser;
    struct cg_scan_generated *generated[2]; /* before and after; NULL when the table generates nothing */
    struct cg_digest base[2], expected;     /* expected: of the rows as they must be afterwards */
    struct cg_buffer image;
};

static int malformed(const struct taking *taking, struct cg_error *err) {
    return cg_error_set(err, CG_ERR_INTERNAL, "a row image of %s is not one",
                        taking->pair->table[CG_SIDE_TARGET]->name);
}

/* The base image with the foreign key's columns NULL ("COPY", "Binary Format", "Tuples"). */
static int expect_cleared(struct taking *taking, struct cg_slice base, struct cg_error *err) {
    const unsigned char *at = base.data + 2, *end = base.data + base.len;
    taking->image.len = 0;
    if (base.len < 2 || cg_buffer_append(&taking->image, base.data, 2, err) < 0)
        return malformed(taking, err);
    for (size_t i = 0; i < taking->pair->base_count; i++) {
        if (end - at < 4)
            return malformed(taking, err);
        uint32_t length = cg_get_u32(at);
        size_t bytes = 4 + (length == NULL_FIELD ? 0 : (size_t)length);
        if (bytes > (size_t)(end - at))
            return malformed(taking, err);
        if (cg_buffer_reserve(&taking->image, bytes, err) < 0)
            return -1;
        if (taking->cleared[i])
            cg_put_u32(&taking->image, NULL_FIELD);
        else
            cg_put_bytes(&taking->image, at, bytes);
        at += bytes;
    }
    if (at != end)
        return malformed(taking, err);
    return cg_canonical_row(taking->canonicaliser, cg_buffer_slice(&taking->image), &taking->expected, err);
}

static int take_image(void *context, bool after, struct cg_slice image, struct cg_error *err) {
    struct taking *taking = context;
    struct cg_slice base = image;
    if (taking->generated[after] && cg_scan_generated_image(taking->generated[after], image, &base, err) < 0)
        return -1;
    if (cg_canonical_row(taking->canonicaliser, base, &taking->base[after], err) < 0)
        return -1;
    return taking->cleared && !after ? expect_cleared(taking, base, err) : 0;
}

static int tell_digests(void *context, struct cg_digest *ret_before, struct cg_digest *ret_after,
                        struct cg_error *err) {
    const struct taking *taking = context;
    *ret_before = taking->base[0];
    *ret_after = taking->base[1];
    if (!taking->cleared || cg_digest_equal(&taking->base[1], &taking->expected))
        return 0;
    cg_error_set(err, CG_ERR_OBJECT, "the rows differ in more than the columns that became NULL");
    cg_error_hint(err, "a trigger of the target's table changes them: remove it");
    return -1;
}

static int taking_init(struct taking *taking, const struct cg_scan_pair *pair, const bool *cleared,
                       struct cg_error *err) {
    *taking = (struct taking){.pair = pair, .cleared = cleared};
    cg_buffer_init(&taking->image, CG_ROW_BYTES_MAX);
    taking->canonicaliser = cg_canonicaliser_new(cg_encoder_canonical(pair->encoder), CG_ROW_BYTES_MAX);
    bool whole = taking->canonicaliser != NULL;
    for (int after = 0; after < 2 && pair->generated_count; after++)
        whole = (taking->generated[after] = cg_scan_generated_new(pair, CG_SIDE_TARGET)) && whole;
    return whole ? 0 : cg_error_memory(err);
}

static void taking_done(struct taking *taking) {
    for (int after = 0; after < 2; after++)
        cg_scan_generated_free(taking->generated[after]);
    cg_canonicaliser_free(taking->canonicaliser);
    cg_buffer_done(&taking->image);
}

/* ---- the change that is kept ---- */

static int keep_digests(const struct cg_run *run, const struct taking *taking, bool after,
                        struct cg_change_digests *digests, struct cg_error *err) {
    size_t count = taking->generated[after] ? taking->pair->generated_count : 0;
    if (count && !digests->generated) {
        digests->generated = cg_arena_array(run->arena, count, sizeof *digests->generated);
        if (!digests->generated)
            return cg_error_memory(err);
        digests->generated_count = count;
    }
    cg_digest_add(&digests->base, &taking->base[after]);
    for (size_t i = 0; i < count; i++)
        cg_digest_add(&digests->generated[i], cg_scan_generated_digest(taking->generated[after], i));
    return 0;
}

/* One entry for each column and conversion of a table, however many rounds it took. */
static struct cg_table_change *change_of(struct cg_run *run, const struct cg_run_reference *reference,
                                         enum cg_conversion conversion) {
    struct cg_table_changes *changes = &run->changes[reference->child];
    const char *column = reference->source->column_count == 1 ? reference->source->columns[0] : "";
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].conversion == conversion && strcmp(changes->items[i].column, column) == 0)
            return &changes->items[i];
    struct cg_table_change *items = cg_arena_push(run->arena, changes->items, &changes->count, sizeof *items);
    if (!items)
        return NULL;
    changes->items = items;
    items[changes->count - 1] = (struct cg_table_change){.conversion = conversion, .column = column};
    return &items[changes->count - 1];
}

static int keep_change(struct cg_run *run, const struct cg_run_reference *reference, const struct taking *taking,
                       const struct cg_orphans_removed *removed, struct cg_error *err) {
    struct cg_table_change *change = change_of(run, reference, taking->cleared ? CG_ORPHAN_NULLED : CG_ORPHAN_DELETED);
    if (!change)
        return cg_error_memory(err);
    change->count += removed->rows;
    for (size_t i = 0; i < CG_ORPHAN_SAMPLES && removed->samples[i] && change->sample_key_count < CG_SAMPLE_KEYS; i++)
        change->sample_keys[change->sample_key_count++] = removed->samples[i];
    if (keep_digests(run, taking, false, &change->removed, err) < 0)
        return -1;
    return taking->cleared ? keep_digests(run, taking, true, &change->added, err) : 0;
}

/* ---- acting ---- */

/* How the tables will be compared: columns and canonical forms. Its report is of no use. */
struct acting {
    struct cg_run *run;
    struct cg_run_references references;
    struct cg_comparison comparison;
    struct cg_report report;
    enum cg_orphan_action action;
};

static const bool *cleared_columns(const struct acting *a, const struct cg_run_reference *reference,
                                   const struct cg_scan_pair *pair) {
    bool *cleared = cg_arena_array(a->run->arena, pair->column_count + 1, sizeof *cleared);
    for (size_t i = 0; cleared && i < pair->base_count; i++)
        for (size_t k = 0; k < reference->target->column_count; k++)
            cleared[i] |= strcmp(pair->columns[CG_SIDE_TARGET][i]->name, reference->target->columns[k]) == 0;
    return cleared;
}

/* Takes out the rows that break one key now; *ret_rows: how many. Errors that are the key's own are left in why_not. */
static int act_on(struct acting *a, struct cg_run_reference *reference, uint64_t *ret_rows, struct cg_error *err) {
    struct cg_run *run = a->run;
    const struct cg_orphan_place place = cg_reference_place(run, reference);
    const struct cg_scan_pair *pair = &a->comparison.pairs[reference->child];
    bool set_null = a->action == CG_ORPHAN_SET_NULL;
    const bool *cleared = set_null ? cleared_columns(a, reference, pair) : NULL;
    const char **columns = cg_arena_array(run->arena, pair->column_count + 1, sizeof *columns);
    struct taking taking;
    struct cg_orphans_removed removed = {0};
    if (!columns || (set_null && !cleared))
        return cg_error_memory(err);
    for (size_t i = 0; i < pair->column_count; i++)
        columns[i] = pair->columns[CG_SIDE_TARGET][i]->name;
    const struct cg_orphan_removal removal = {.action = a->action,
                                              .table_id = run->tables[reference->child].ledger_id,
                                              .spare_by_collation = reference->sorted,
                                              .columns = columns,
                                              .column_count = pair->column_count,
                                              .image = take_image,
                                              .digests = tell_digests,
                                              .context = &taking};
    struct cg_error why = {0};
    int rc = taking_init(&taking, pair, cleared, &why);
    if (rc == 0)
        rc = cg_orphans_remove(run->main_session, &place, &removal, run->arena, &removed, &why);
    if (rc == 0 && removed.rows)
        rc = keep_change(run, reference, &taking, &removed, &why);
    taking_done(&taking);
    *ret_rows = rc == 0 ? removed.rows : 0;
    if (rc == 0)
        return 0;
    reference->why_not = why;
    if (cg_reference_error_is_local(run, &why))
        return 0;
    *err = why;
    return -1;
}

/* Whether anything may be done for a key that rows break, or why not. */
static int prepare_key(struct acting *a, struct cg_run_reference *reference, struct cg_error *err) {
    if (!reference->broken || reference->why_not.cls != CG_ERR_NONE)
        return 0;
    if (cg_reference_sort(a->run, reference, err) < 0)
        return -1;
    reference->due = reference->sorted && !reference->found.count[CG_ORPHAN_UNEXPLAINED] &&
                     reference->found.count[CG_ORPHAN_TRUE] > 0;
    return 0;
}

static bool may_act(const struct acting *a, const struct cg_run_reference *reference) {
    if (reference->why_not.cls != CG_ERR_NONE || reference->found.count[CG_ORPHAN_UNEXPLAINED])
        return false;
    return a->action == CG_ORPHAN_DELETE ||
           !strict_column(a->run->tables[reference->child].plan->target, reference->target);
}

/* How the child will be compared; where it cannot be, nothing could be proved of it, and nothing is done. */
static int pair_child(struct acting *a, const struct cg_run_reference *reference, bool *ret_paired,
                      struct cg_error *err) {
    struct cg_scan_pair *pair = &a->comparison.pairs[reference->child];
    if (!pair->table[CG_SIDE_SOURCE] && cg_comparison_pair(&a->comparison, reference->child, err) < 0)
        return -1;
    *ret_paired = pair->encoder != NULL;
    return 0;
}

/* Every key whose parents lost rows, or keys, may be broken now. */
static void mark_dependents(struct acting *a, size_t table) {
    for (size_t i = 0; i < a->references.count; i++)
        if (a->references.items[i].parent == table)
            a->references.items[i].due = true;
}

static int settle(struct acting *a, struct cg_error *err) {
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < a->references.count; i++) {
            struct cg_run_reference *reference = &a->references.items[i];
            uint64_t rows = 0;
            if (!reference->due)
                continue;
            reference->due = false;
            bool may = may_act(a, reference);
            if (may && pair_child(a, reference, &may, err) < 0)
                return -1;
            if (may && act_on(a, reference, &rows, err) < 0)
                return -1;
            if (rows)
                mark_dependents(a, reference->child);
            again = again || rows;
            if (cg_control_check(&a->run->control, err) < 0)
                return -1;
        }
    }
    return 0;
}

static int prepare_comparison(struct acting *a, struct cg_error *err) {
    struct cg_run *run = a->run;
    a->comparison = (struct cg_comparison){.options = run->options,
                                           .arena = run->arena,
                                           .source_catalog = run->source_catalog,
                                           .target_catalog = run->target_catalog,
                                           .plan = run->plan,
                                           .report = &a->report};
    return cg_comparison_tables(&a->comparison, err);
}

static void tell_progress(const struct acting *a) {
    uint64_t rows = 0;
    for (size_t t = 0; t < a->run->table_count; t++)
        for (size_t i = 0; i < a->run->changes[t].count; i++)
            rows += a->run->changes[t].items[i].count;
    if (rows)
        cg_progress_note(a->run->progress, CG_NOTE_WARNING,
                         a->action == CG_ORPHAN_DELETE ? "--orphans delete: %" PRIu64 " rows without a parent deleted"
                                                       : "--orphans null: %" PRIu64 " references without a parent "
                                                         "became NULL",
                         rows);
}

int cg_orphans_act(struct cg_run *run, struct cg_error *err) {
    if (run->options->orphans == CG_ORPHANS_REPORT)
        return 0;
    struct acting *a = cg_arena_alloc(run->arena, sizeof *a);
    run->changes = cg_arena_array(run->arena, run->table_count + 1, sizeof *run->changes);
    if (!a || !run->changes)
        return cg_error_memory(err);
    a->run = run;
    a->action = run->options->orphans == CG_ORPHANS_DELETE ? CG_ORPHAN_DELETE : CG_ORPHAN_SET_NULL;
    if (cg_references_make(run, &a->references, err) < 0 || cg_references_count(run, &a->references, err) < 0)
        return -1;
    for (size_t i = 0; i < a->references.count; i++)
        if (prepare_key(a, &a->references.items[i], err) < 0)
            return -1;
    if (prepare_comparison(a, err) < 0)
        return -1;
    int rc = settle(a, err);
    tell_progress(a);
    return rc;
}
