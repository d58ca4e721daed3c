/* Setting rows aside; see rejects.h.
 *
 * Who owns what: a table's file, and the one session that reads chunks again, each have a lock; a writer holds the
 * table's from before the chunk is read again until it is committed, so that what it wrote to the file can be taken
 * back when it is not. Locks are taken in that order: a table's, then the session's. */
#include "pipelines/rejects.h"
#include "core/digest_set.h"
#include "pipelines/reject_file.h"
#include "pipelines/reject_row.h"

#include <stdlib.h>
#include <string.h>

struct table_rejects {
    struct cg_reject_row row;
    _Atomic int64_t met; /* rows that were counted, committed or not */
    pthread_mutex_t lock;
    struct cg_reject_file *file; /* under lock; NULL until the first row */
};

struct cg_rejects {
    struct table_rejects *tables; /* one for each of the run's; those that do not move are unused */
    size_t table_count;
    pthread_mutex_t lock;
    struct cg_session *session; /* under lock; NULL: lost, and no spare was left */
};

/* ---- life ---- */

int cg_rejects_new(struct cg_run *run, struct cg_error *err) {
    if (run->options->on_error != CG_ON_ERROR_REJECT)
        return 0;
    struct cg_rejects *rejects = cg_arena_alloc(run->arena, sizeof *rejects);
    struct table_rejects *tables = cg_arena_array(run->arena, run->table_count + 1, sizeof *tables);
    if (!rejects || !tables)
        return cg_error_memory(err);
    rejects->tables = tables;
    pthread_mutex_init(&rejects->lock, NULL);
    run->rejects = rejects;
    if (run->options->redact)
        cg_progress_note(run->progress, CG_NOTE_WARNING,
                         "rows that are set aside are written with all their values to %s, whatever --redact says",
                         run->options->rejects);
    for (; rejects->table_count < run->table_count; rejects->table_count++) {
        size_t i = rejects->table_count;
        pthread_mutex_init(&tables[i].lock, NULL);
        const struct cg_run_table *table = &run->tables[i];
        if (cg_run_table_moves(run, i) && cg_reject_row_init(run->source, table->plan->source, table->read_columns,
                                                             table->column_count, run->arena, &tables[i].row, err) < 0)
            return -1;
    }
    return cg_source_acquire_now(run->source, &rejects->session, err);
}

void cg_rejects_free(struct cg_run *run) {
    struct cg_rejects *rejects = run->rejects;
    if (!rejects)
        return;
    cg_source_release(run->source, rejects->session);
    for (size_t i = 0; i < rejects->table_count; i++) {
        cg_reject_file_close(rejects->tables[i].file);
        pthread_mutex_destroy(&rejects->tables[i].lock);
    }
    pthread_mutex_destroy(&rejects->lock);
    run->rejects = NULL;
}

int cg_rejects_count(struct cg_run *run, size_t table, const char *why, struct cg_error *err) {
    if (atomic_fetch_add(&run->rejects->tables[table].met, 1) < run->options->max_rejects)
        return 0;
    cg_error_set(err, CG_ERR_DATA, "more than %d of its rows would have to be set aside (--max-rejects); the last: %s",
                 run->options->max_rejects, why);
    cg_error_hint(err, "find what they have in common (crossgrade.reject in the target holds those that were met) and "
                       "let a type map allow it, or raise --max-rejects");
    return -1;
}

int cg_rejects_finish(struct cg_run *run, size_t table, struct cg_error *err) {
    if (!run->rejects)
        return 0;
    struct table_rejects *own = &run->rejects->tables[table];
    pthread_mutex_lock(&own->lock);
    int result = own->file ? cg_reject_file_finish(own->file, err) : 0;
    pthread_mutex_unlock(&own->lock);
    return result;
}

const char *cg_rejects_path(struct cg_run *run, size_t table, struct cg_arena *arena) {
    if (!run->rejects)
        return "";
    struct table_rejects *own = &run->rejects->tables[table];
    pthread_mutex_lock(&own->lock);
    const char *path = own->file ? cg_arena_strdup(arena, cg_reject_file_path(own->file)) : "";
    pthread_mutex_unlock(&own->lock);
    return path;
}

/* ---- what the target refused ---- */

struct refusal {
    char sqlstate[6];
    char *reason;
};

struct cg_refusals {
    struct cg_run *run;
    size_t table;
    struct cg_digest_set *images; /* the hashes of the images as they were sent */
    struct refusal *items;        /* by their numbers in the set */
    size_t count, capacity;
};

struct cg_refusals *cg_refusals_new(struct cg_run *run, size_t table) {
    struct cg_refusals *refusals = calloc(1, sizeof *refusals);
    if (!refusals)
        return NULL;
    refusals->run = run;
    refusals->table = table;
    refusals->images = cg_digest_set_new();
    if (refusals->images)
        return refusals;
    free(refusals);
    return NULL;
}

void cg_refusals_free(struct cg_refusals *refusals) {
    if (!refusals)
        return;
    for (size_t i = 0; i < refusals->count; i++)
        free(refusals->items[i].reason);
    free(refusals->items);
    cg_digest_set_free(refusals->images);
    free(refusals);
}

static struct cg_digest hash_of(struct cg_slice image) {
    struct cg_digest hash = {0};
    cg_digest_row(&hash, image.data, image.len);
    return hash;
}

/* A row whose parent is missing may be as good as any: its parent may come later. Not so with --data-only, which loads
 * parents first: there the parent was rejected, or never was. */
static int refuse_order(const struct cg_error *why, struct cg_error *err) {
    *err = *why;
    cg_error_hint(err, "the rows that it refers to may come later: a table that is there already must not have foreign "
                       "keys while rows are loaded");
    return -1;
}

int cg_refusals_add(void *context, struct cg_slice image, const struct cg_error *why, struct cg_error *err) {
    struct cg_refusals *refusals = context;
    if (strcmp(why->sqlstate, "23503") == 0 && !refusals->run->options->data_only)
        return refuse_order(why, err);
    if (cg_rejects_count(refusals->run, refusals->table, why->message, err) < 0)
        return -1;
    if (refusals->count == refusals->capacity) {
        size_t capacity = refusals->capacity ? 2 * refusals->capacity : 16;
        struct refusal *items = realloc(refusals->items, capacity * sizeof *items);
        if (!items)
            return cg_error_memory(err);
        refusals->items = items;
        refusals->capacity = capacity;
    }
    struct cg_digest hash = hash_of(image);
    struct refusal *one = &refusals->items[refusals->count];
    memcpy(one->sqlstate, why->sqlstate, sizeof one->sqlstate);
    one->reason = strdup(why->message);
    if (!one->reason)
        return cg_error_memory(err);
    refusals->count++;
    return cg_digest_set_add(refusals->images, &hash, err);
}

uint64_t cg_reject_chunk_rows(const struct cg_reject_chunk *chunk) {
    return chunk->misfits + (chunk->refusals ? chunk->refusals->count : 0);
}

bool cg_reject_chunk_any(const struct cg_reject_chunk *chunk) {
    return cg_reject_chunk_rows(chunk) > 0;
}

/* ---- reading a chunk again ---- */

enum { LEDGER_ROWS = 128 }; /* that go to the ledger at once */

/* A chunk while it is read again. */
struct settling {
    struct cg_run *run;
    struct cg_target_session *session;
    struct cg_reject_chunk *chunk;
    struct table_rejects *own;
    struct cg_encoder *encoder;
    struct cg_buffer image, where;
    struct cg_value *values; /* of the file's columns */
    struct cg_slice *stored;
    struct cg_digest kept, refused; /* refused: by the target alone */
    uint64_t kept_bytes, misfits;
    struct cg_arena *arena; /* of the rows that wait for the ledger */
    struct cg_reject waiting[LEDGER_ROWS];
    size_t waiting_count;
    bool target_failed;
};

static int to_ledger(struct settling *s, struct cg_error *err) {
    int result = cg_chunk_reject(s->session, s->waiting, s->waiting_count, err);
    s->target_failed = result < 0;
    s->waiting_count = 0;
    cg_arena_free(s->arena);
    s->arena = NULL;
    return result;
}

/* "it is not valid UTF-8 at byte 3 (0xff)", and the rule that would have helped. */
static const char *misfit_reason(const struct cg_misfit *misfit, struct cg_arena *arena) {
    if (misfit->would_allow < 0)
        return cg_arena_strdup(arena, misfit->why);
    return cg_arena_printf(arena, "%s (a rule that allows %s would let it pass)", misfit->why,
                           cg_conversions[misfit->would_allow].name);
}

/* Fills one reject from the row at hand; misfit is NULL when the target refused it. */
static int describe(struct settling *s, const struct cg_value *read, const struct cg_misfit *misfit,
                    const struct refusal *refusal, const struct cg_digest *digest, struct cg_reject *ret_reject,
                    struct cg_error *err) {
    const struct cg_run_table *table = &s->run->tables[s->chunk->work->table];
    char key[CG_SAMPLE_KEY_SIZE];
    struct cg_reject reject = {.by_target = !misfit, .digest = *digest};
    if (cg_encoder_key(s->encoder, read, key) && !(reject.key = cg_arena_strdup(s->arena, key)))
        return cg_error_memory(err);
    reject.reason = misfit ? misfit_reason(misfit, s->arena) : cg_arena_strdup(s->arena, refusal->reason);
    if (!misfit)
        reject.sqlstate = cg_arena_strdup(s->arena, refusal->sqlstate);
    if (misfit && misfit->column != CG_WHOLE_ROW)
        reject.column = table->read_columns[misfit->column]->name;
    if (!reject.reason || (!misfit && !reject.sqlstate))
        return cg_error_memory(err);
    s->where.len = 0;
    if (cg_reject_row_predicate(&s->own->row, s->run->source, read, &s->where, err) < 0)
        return -1;
    if (s->own->row.key.count) {
        const char *where = cg_arena_strndup(s->arena, (const char *)s->where.data, s->where.len);
        if (!where)
            return cg_error_memory(err);
        reject.where = (struct cg_slice){(const unsigned char *)where, s->where.len};
    }
    *ret_reject = reject;
    return 0;
}

static int set_aside(struct settling *s, const struct cg_value *read, const struct cg_misfit *misfit,
                     const struct refusal *refusal, const struct cg_digest *digest, struct cg_error *err) {
    if (!s->arena && !(s->arena = cg_arena_new()))
        return cg_error_memory(err);
    struct cg_reject *reject = &s->waiting[s->waiting_count];
    if (describe(s, read, misfit, refusal, digest, reject, err) < 0)
        return -1;
    s->waiting_count++;
    const struct cg_reject_note note = {s->chunk->work->number, reject->key, reject->column, reject->reason};
    cg_reject_row_shown(&s->own->row, read, s->values, s->stored);
    if (cg_reject_file_row(s->own->file, &note, s->values, s->stored, err) < 0)
        return -1;
    cg_encoder_take_back(s->encoder); /* last: what says why lies in it */
    return s->waiting_count == LEDGER_ROWS ? to_ledger(s, err) : 0;
}

static int settle_row(struct settling *s, const struct cg_value *read, struct cg_error *err) {
    struct cg_digest digest = {0};
    s->image.len = 0;
    if (cg_encoder_row(s->encoder, read, &s->image, &digest, err) < 0)
        return -1;
    const struct cg_misfit *misfit = cg_encoder_last_misfit(s->encoder);
    if (misfit) {
        s->misfits++;
        return set_aside(s, read, misfit, NULL, &digest, err);
    }
    struct cg_refusals *refusals = s->chunk->refusals;
    if (refusals && refusals->count) {
        struct cg_digest hash = hash_of(cg_buffer_slice(&s->image));
        int64_t number = cg_digest_set_take(refusals->images, &hash);
        if (number >= 0) {
            cg_digest_add(&s->refused, &digest);
            return set_aside(s, read, NULL, &refusals->items[number], &digest, err);
        }
    }
    cg_digest_add(&s->kept, &digest);
    s->kept_bytes += s->image.len;
    return 0;
}

static int read_again(struct settling *s, struct cg_session *session, struct cg_error *err) {
    struct cg_read what = s->own->row.what;
    what.predicate = s->chunk->work->predicate;
    struct cg_reader *reader = NULL;
    struct cg_source_row row;
    if (cg_reader_open(session, &what, &reader, err) < 0)
        return -1;
    int more;
    while ((more = cg_reader_next(reader, &row, err)) > 0)
        if (settle_row(s, row.values, err) < 0)
            break;
    cg_reader_close(reader);
    return more == 0 ? 0 : -1;
}

/* What is kept and what is set aside must be what was read the first time: the same rows, to the last bit. */
static int check_sum(const struct settling *s, struct cg_error *err) {
    struct cg_digest sum = s->kept;
    cg_digest_add(&sum, &s->refused);
    size_t left = s->chunk->refusals ? cg_digest_set_left(s->chunk->refusals->images) : 0;
    if (left == 0 && s->misfits == s->chunk->misfits && cg_digest_equal(&sum, &s->chunk->result.digest))
        return 0;
    cg_error_set(err, CG_ERR_CHANGED, "a second reading of the chunk, for its rejected rows, gave other rows");
    if (!s->own->row.table->snapshot_capable)
        cg_error_hint(err,
                      "its engine %s has no snapshots and it was written to: stop its writers and migrate it again",
                      s->own->row.table->storage);
    return -1;
}

/* ---- the session that reads again ---- */

/* A spare takes the place of a lost one, for the tables that follow (R6). */
static void replace_session(struct cg_run *run) {
    struct cg_error err = {0};
    cg_source_release(run->source, run->rejects->session);
    run->rejects->session = NULL;
    if (atomic_fetch_sub(&run->spares, 1) > 0 && cg_source_acquire_now(run->source, &run->rejects->session, &err) == 0)
        cg_progress_note(run->progress, CG_NOTE_WARNING,
                         "a source session was lost; a spare of the same snapshot takes its place");
}

static int read_again_alone(struct settling *s, struct cg_error *err) {
    struct cg_rejects *rejects = s->run->rejects;
    struct cg_error local = {0};
    int result = -1;
    pthread_mutex_lock(&rejects->lock);
    if (rejects->session)
        result = read_again(s, rejects->session, &local);
    else
        cg_error_set(&local, CG_ERR_NETWORK, "the source session that reads rejected rows was lost");
    if (result < 0 && !s->target_failed && local.cls == CG_ERR_NETWORK && rejects->session)
        replace_session(s->run);
    pthread_mutex_unlock(&rejects->lock);
    if (result < 0)
        *err = local;
    return result;
}

/* ---- committing ---- */

static int settling_init(struct settling *s, struct cg_error *err) {
    const struct cg_run_table *table = &s->run->tables[s->chunk->work->table];
    const struct cg_reject_row *row = &s->own->row;
    cg_buffer_init(&s->image, CG_ROW_BYTES_MAX);
    cg_buffer_init(&s->where, (size_t)16 << 20);
    s->encoder = cg_encoder_new(table->encoder, CG_ROW_BYTES_MAX);
    s->values = calloc(row->shown_count + 1, sizeof *s->values);
    s->stored = calloc(row->shown_count + 1, sizeof *s->stored);
    if (!s->encoder || !s->values || !s->stored)
        return cg_error_memory(err);
    if (s->own->file)
        return 0;
    return cg_reject_file_open(s->run->options->rejects, s->run->report->run_id, table->plan->source->name, row->shown,
                               row->shown_count, &s->own->file, err);
}

static void settling_done(struct settling *s) {
    cg_buffer_done(&s->image);
    cg_buffer_done(&s->where);
    cg_encoder_free(s->encoder);
    cg_arena_free(s->arena);
    free(s->values);
    free(s->stored);
}

/* Everything but the commit: the file has the rows on disk, the transaction has them in the ledger. */
static int settle(struct settling *s, struct cg_conversion_counts *ret_counts, struct cg_error *err) {
    const struct cg_run_table *table = &s->run->tables[s->chunk->work->table];
    if (settling_init(s, err) < 0 || read_again_alone(s, err) < 0 || check_sum(s, err) < 0)
        return -1;
    if (s->waiting_count && to_ledger(s, err) < 0)
        return -1;
    if (cg_reject_file_sync(s->own->file, err) < 0)
        return -1;
    return cg_conversion_counts_take(s->encoder, table->read_columns, table->column_count, ret_counts, err);
}

static int settle_and_commit(struct settling *s, struct cg_error *err) {
    struct cg_conversion_counts counts = {0};
    int result = settle(s, &counts, err);
    if (result == 0) {
        struct cg_chunk_result kept = {.digest = s->kept, .bytes = s->kept_bytes};
        result = cg_chunk_commit(s->session, &kept, counts.items, counts.count, err);
        s->target_failed = result < 0;
        if (result == 0)
            s->chunk->result = kept;
    }
    cg_conversion_counts_done(&counts);
    return result;
}

/* What the chunk wrote stays if it committed, or if nobody knows whether it did: rather rows too many than too few. */
static void settle_file(struct settling *s, bool committed, const struct cg_error *why) {
    struct cg_error err = {0};
    if (!s->own->file)
        return;
    if (committed || (s->target_failed && why->cls == CG_ERR_NETWORK))
        cg_reject_file_keep(s->own->file);
    else if (cg_reject_file_undo(s->own->file, &err) < 0)
        cg_progress_note(s->run->progress, CG_NOTE_WARNING, "%s: %s", err.object, err.message);
}

enum cg_reject_outcome cg_reject_chunk_commit(struct cg_run *run, struct cg_target_session *session,
                                              struct cg_reject_chunk *chunk, struct cg_error *err) {
    size_t table = chunk->work->table;
    struct settling *s = calloc(1, sizeof *s);
    if (!s) {
        cg_error_memory(err);
        return CG_REJECT_FAILED;
    }
    s->run = run;
    s->session = session;
    s->chunk = chunk;
    s->own = &run->rejects->tables[table];
    struct cg_error local = {0};
    pthread_mutex_lock(&s->own->lock);
    int result = settle_and_commit(s, &local);
    settle_file(s, result == 0, &local);
    pthread_mutex_unlock(&s->own->lock);
    enum cg_reject_outcome outcome = result == 0        ? CG_REJECT_COMMITTED
                                     : s->target_failed ? CG_REJECT_FAILED
                                                        : CG_REJECT_GIVEN_UP;
    if (outcome == CG_REJECT_GIVEN_UP) {
        cg_chunk_abort(session);
        cg_error_object(&local, "table %s, chunk %d", run->tables[table].plan->source->name, chunk->work->number);
        if (!cg_control_stopped(&run->control))
            cg_run_table_fail(run, table, &local);
    } else if (outcome == CG_REJECT_FAILED) {
        *err = local;
    }
    settling_done(s);
    free(s);
    return outcome;
}
