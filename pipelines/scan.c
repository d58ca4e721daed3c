/* Reading two databases at once; see scan.h. */
#include "pipelines/scan.h"
#include "pipelines/feed.h"
#include "pipelines/run.h"
#include "pipelines/scan_generated.h"

#include <stdlib.h>
#include <string.h>

enum { PROGRESS_ROWS = 4096 };

/* One side while it is being read. */
struct side {
    struct cg_scan *scan;
    enum cg_side which;
    struct cg_feed *feed;
    const struct cg_table **tables;
    _Atomic int spares;
    pthread_t *threads;
    int thread_count;
};

/* What one chunk gave. */
struct gathered {
    struct cg_digest digest, aside;
    uint64_t bytes, told; /* told: rows that the progress has seen */
};

/* What makes digests of one chunk's rows. */
struct hasher {
    struct cg_encoder *encoder;             /* the source's side */
    struct cg_canonicaliser *canonicaliser; /* the target's */
    struct cg_scan_generated *generated;    /* NULL where the target generates no column */
};

static int hasher_init(struct hasher *hasher, const struct cg_scan_pair *pair, enum cg_side which,
                       struct cg_error *err) {
    *hasher = (struct hasher){0};
    if (which == CG_SIDE_SOURCE)
        hasher->encoder = cg_encoder_new(pair->encoder, CG_ROW_BYTES_MAX);
    else
        hasher->canonicaliser = cg_canonicaliser_new(cg_encoder_canonical(pair->encoder), CG_ROW_BYTES_MAX);
    if (pair->generated_count)
        hasher->generated = cg_scan_generated_new(pair, which);
    bool whole = (hasher->encoder || hasher->canonicaliser) && (hasher->generated || !pair->generated_count);
    return whole ? 0 : cg_error_memory(err);
}

static void hasher_done(struct hasher *hasher) {
    cg_encoder_free(hasher->encoder);
    cg_canonicaliser_free(hasher->canonicaliser);
    cg_scan_generated_free(hasher->generated);
}

/* ---- adding to a pair ---- */

int cg_scan_add_tally(struct cg_scan_pair *pair, size_t column, enum cg_conversion conversion,
                      const struct cg_conversion_tally *tally, struct cg_error *err) {
    if (!tally || !tally->count)
        return 0;
    if (!pair->tallies)
        pair->tallies = calloc(pair->column_count * CG_CONVERSION_COUNT, sizeof *pair->tallies);
    if (!pair->tallies)
        return cg_error_memory(err);
    struct cg_conversion_tally *to = &pair->tallies[column * CG_CONVERSION_COUNT + conversion];
    to->count += tally->count;
    for (size_t k = 0; k < tally->sample_count && to->sample_count < CG_SAMPLE_KEYS; k++)
        memcpy(to->samples[to->sample_count++], tally->samples[k], CG_SAMPLE_KEY_SIZE);
    return 0;
}

static int add_conversions(struct cg_scan_pair *pair, const struct cg_encoder *encoder, struct cg_error *err) {
    for (size_t column = 0; column < pair->base_count; column++)
        for (size_t conversion = 0; conversion < CG_CONVERSION_COUNT; conversion++)
            if (cg_scan_add_tally(pair, column, (enum cg_conversion)conversion,
                                  cg_encoder_tally(encoder, column, (enum cg_conversion)conversion), err) < 0)
                return -1;
    size_t column = 0;
    const char *key = NULL;
    uint64_t misfits = cg_encoder_misfits(encoder, &column, &key);
    if (misfits && !pair->misfits) {
        pair->misfit_column = column;
        strncpy(pair->misfit_key, key ? key : "", sizeof pair->misfit_key - 1);
    }
    pair->misfits += misfits;
    return 0;
}

static void add_chunk(struct cg_scan_pair *pair, enum cg_side which, const struct gathered *gathered,
                      const struct hasher *hasher) {
    pthread_mutex_lock(&pair->lock);
    struct cg_scan_side *side = &pair->side[which];
    struct cg_error err = {0};
    cg_digest_add(&side->digest, &gathered->digest);
    cg_digest_add(&pair->aside_digest, &gathered->aside);
    side->bytes += gathered->bytes;
    side->chunks_done++;
    if ((hasher->encoder && add_conversions(pair, hasher->encoder, &err) < 0) ||
        (hasher->generated && cg_scan_generated_add(pair, which, hasher->generated, &err) < 0))
        side->error = err;
    pair->ended = cg_now();
    pthread_mutex_unlock(&pair->lock);
}

static void side_failed(struct cg_scan_pair *pair, enum cg_side which, const struct cg_error *err) {
    pthread_mutex_lock(&pair->lock);
    if (pair->side[which].error.cls == CG_ERR_NONE)
        pair->side[which].error = *err;
    pthread_mutex_unlock(&pair->lock);
}

static bool pair_failed(struct cg_scan_pair *pair) {
    pthread_mutex_lock(&pair->lock);
    bool failed = pair->side[CG_SIDE_SOURCE].error.cls || pair->side[CG_SIDE_TARGET].error.cls;
    pthread_mutex_unlock(&pair->lock);
    return failed;
}

/* ---- reading one chunk ---- */

static void tell(struct side *side, size_t pair, struct gathered *gathered) {
    if (side->which != CG_SIDE_SOURCE)
        return;
    cg_progress_add(side->scan->progress, pair, gathered->digest.rows - gathered->told, 0);
    gathered->told = gathered->digest.rows;
}

/* One row of the source into the digests. One that was set aside counts apart, and its conversions not at all. */
static int digest_row(struct cg_digest_set *aside, const struct cg_value *values, struct cg_buffer *image,
                      const struct hasher *hasher, struct gathered *gathered, struct cg_error *err) {
    struct cg_digest row = {0};
    image->len = 0;
    if (cg_encoder_row(hasher->encoder, values, image, &row, err) < 0)
        return -1;
    if (aside && cg_digest_set_take(aside, &row) >= 0) {
        cg_encoder_take_back(hasher->encoder);
        cg_digest_add(&gathered->aside, &row);
        return 0;
    }
    cg_digest_add(&gathered->digest, &row);
    gathered->bytes += image->len;
    return hasher->generated ? cg_scan_generated_values(hasher->generated, values, err) : 0;
}

/* The source's values become images of the target's types; the images are only hashed. */
static int digest_values(struct side *side, size_t index, struct cg_reader *reader, const struct hasher *hasher,
                         struct gathered *gathered, struct cg_error *err) {
    struct cg_buffer image;
    cg_buffer_init(&image, CG_ROW_BYTES_MAX);
    struct cg_digest_set *aside = side->scan->pairs[index].aside;
    struct cg_source_row row;
    int more;
    while ((more = cg_reader_next(reader, &row, err)) > 0) {
        if (digest_row(aside, row.values, &image, hasher, gathered, err) < 0)
            break;
        if (gathered->digest.rows - gathered->told >= PROGRESS_ROWS)
            tell(side, index, gathered);
    }
    cg_buffer_done(&image);
    return more == 0 ? 0 : -1;
}

static int digest_images(struct cg_reader *reader, const struct hasher *hasher, struct gathered *gathered,
                         struct cg_error *err) {
    struct cg_source_row row;
    int more;
    while ((more = cg_reader_next(reader, &row, err)) > 0) {
        struct cg_slice base = row.image;
        if ((hasher->generated && cg_scan_generated_image(hasher->generated, row.image, &base, err) < 0) ||
            cg_canonical_row(hasher->canonicaliser, base, &gathered->digest, err) < 0)
            return -1;
        gathered->bytes += row.image.len;
    }
    return more;
}

static int read_chunk(struct side *side, struct cg_session *session, const struct cg_work *work, struct cg_error *err) {
    struct cg_scan_pair *pair = &side->scan->pairs[work->table];
    struct cg_read what = {.table = pair->table[side->which],
                           .columns = pair->columns[side->which],
                           .column_count = pair->column_count,
                           .predicate = work->predicate};
    struct gathered gathered = {0};
    struct hasher hasher;
    struct cg_reader *reader = NULL;
    int result = hasher_init(&hasher, pair, side->which, err);
    if (result == 0)
        result = cg_reader_open(session, &what, &reader, err);
    if (result == 0)
        result = hasher.encoder ? digest_values(side, work->table, reader, &hasher, &gathered, err)
                                : digest_images(reader, &hasher, &gathered, err);
    cg_reader_close(reader);
    if (result == 0) {
        tell(side, work->table, &gathered);
        add_chunk(pair, side->which, &gathered, &hasher);
    }
    hasher_done(&hasher);
    return result;
}

/* ---- threads ---- */

static bool replace_session(struct side *side, struct cg_session **session) {
    struct cg_error err = {0};
    cg_source_release(side->scan->source[side->which], *session);
    *session = NULL;
    return atomic_fetch_sub(&side->spares, 1) > 0 &&
           cg_source_acquire_now(side->scan->source[side->which], session, &err) == 0;
}

static void *read_side(void *argument) {
    struct side *side = argument;
    struct cg_session *session = NULL;
    struct cg_error err = {0};
    bool alive = cg_source_acquire_now(side->scan->source[side->which], &session, &err) == 0;
    for (struct cg_work *work; alive && (work = cg_feed_next(side->feed)); cg_work_free(work)) {
        struct cg_scan_pair *pair = &side->scan->pairs[work->table];
        if (pair_failed(pair))
            continue;
        cg_progress_state(side->scan->progress, work->table, CG_ITEM_ACTIVE);
        if (read_chunk(side, session, work, &err) == 0)
            continue;
        side_failed(pair, side->which, &err);
        if (err.cls == CG_ERR_NETWORK)
            alive = replace_session(side, &session);
        alive = alive && !cg_control_stopped(side->scan->control);
    }
    cg_source_release(side->scan->source[side->which], session);
    return NULL;
}

static void table_walked(void *context, size_t index, int chunks, const struct cg_error *err) {
    struct side *side = context;
    struct cg_scan_pair *pair = &side->scan->pairs[index];
    if (err)
        side_failed(pair, side->which, err);
    pthread_mutex_lock(&pair->lock);
    pair->side[side->which].walked = !err;
    pair->side[side->which].chunks = chunks;
    pthread_mutex_unlock(&pair->lock);
}

static int side_start(struct side *side, struct cg_error *err) {
    struct cg_scan *scan = side->scan;
    side->tables = calloc(scan->pair_count + 1, sizeof *side->tables);
    side->threads = calloc((size_t)scan->jobs, sizeof *side->threads);
    if (!side->tables || !side->threads)
        return cg_error_memory(err);
    for (size_t i = 0; i < scan->pair_count; i++)
        side->tables[i] = scan->pairs[i].encoder ? scan->pairs[i].table[side->which] : NULL;
    atomic_store(&side->spares, 1);
    struct cg_feed_input input = {.source = scan->source[side->which],
                                  .control = scan->control,
                                  .tables = side->tables,
                                  .table_count = scan->pair_count,
                                  .other_bounds = true,
                                  .context = side,
                                  .walked = table_walked};
    if (cg_feed_start(&input, &side->feed, err) < 0)
        return -1;
    for (; side->thread_count < scan->jobs; side->thread_count++) {
        int failed = pthread_create(&side->threads[side->thread_count], NULL, read_side, side);
        if (failed)
            return cg_error_set(err, CG_ERR_SYSTEM, "a thread cannot be started: %s", strerror(failed));
    }
    return 0;
}

static void side_join(struct side *side) {
    for (int i = 0; i < side->thread_count; i++)
        pthread_join(side->threads[i], NULL);
    cg_feed_free(side->feed);
    free(side->threads);
    free(side->tables);
}

int cg_scan_run(struct cg_scan *scan, struct cg_error *err) {
    for (size_t i = 0; i < scan->pair_count; i++) {
        pthread_mutex_init(&scan->pairs[i].lock, NULL);
        scan->pairs[i].started = cg_now();
    }
    struct side sides[CG_SIDES] = {{.scan = scan, .which = CG_SIDE_SOURCE}, {.scan = scan, .which = CG_SIDE_TARGET}};
    int result = 0;
    for (int which = 0; which < CG_SIDES && result == 0; which++)
        result = side_start(&sides[which], err);
    if (result < 0)
        cg_control_fail(scan->control, err);
    for (int which = 0; which < CG_SIDES; which++)
        side_join(&sides[which]);
    for (size_t i = 0; i < scan->pair_count; i++)
        if (scan->pairs[i].encoder)
            cg_progress_state(scan->progress, i, pair_failed(&scan->pairs[i]) ? CG_ITEM_FAILED : CG_ITEM_DONE);
    return cg_control_check(scan->control, err);
}

bool cg_scan_side_complete(const struct cg_scan_side *side) {
    return side->walked && side->chunks > 0 && side->chunks_done == side->chunks && side->error.cls == CG_ERR_NONE;
}

void cg_scan_pair_done(struct cg_scan_pair *pair) {
    free(pair->tallies);
    pair->tallies = NULL;
    pthread_mutex_destroy(&pair->lock);
}
