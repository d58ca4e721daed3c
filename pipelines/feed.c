/* A feed cuts tables into chunks and hands them out; see feed.h. */
#include "pipelines/feed.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES = 20 << 20, /* what one transaction on the target should hold: large enough that its round trips vanish,
                               small enough that a lost one costs little */
    CHUNK_ROWS_MAX = 200000,
    CHUNK_ROWS_MIN = 16,
    CHUNK_ROWS_UNKNOWN = 50000,
    WAITING_CHUNKS = 64,
};

struct cg_feed {
    struct cg_feed_input input;
    struct cg_queue *queue;
    pthread_t thread;
    bool started;
    struct cg_session *session; /* the walker's; NULL: lost */
    size_t *order;
};

static void free_work(void *work) {
    cg_work_free(work);
}

void cg_work_free(struct cg_work *work) {
    if (!work)
        return;
    free(work->predicate);
    free(work);
}

static uint64_t rows_per_chunk(const struct cg_table *table) {
    if (table->row_estimate <= 0 || table->byte_estimate <= 0)
        return CHUNK_ROWS_UNKNOWN;
    uint64_t width = (uint64_t)table->byte_estimate / (uint64_t)table->row_estimate + 1;
    uint64_t rows = CHUNK_BYTES / width;
    return rows < CHUNK_ROWS_MIN ? CHUNK_ROWS_MIN : rows > CHUNK_ROWS_MAX ? CHUNK_ROWS_MAX : rows;
}

static int hand_out(struct cg_feed *feed, size_t table, int number, const struct cg_chunk *chunk,
                    struct cg_error *err) {
    struct cg_work *work = calloc(1, sizeof *work);
    if (!work || !(work->predicate = strdup(chunk->predicate))) {
        cg_work_free(work);
        return cg_error_memory(err);
    }
    work->table = table;
    work->number = number;
    work->rows_expected = chunk->rows_expected;
    if (cg_queue_push(feed->queue, work, 1) == CG_QUEUE_OK)
        return 0;
    cg_work_free(work);
    return cg_error_set(err, CG_ERR_CANCELLED, "stopped while tables were being cut into chunks");
}

static int walk_table(struct cg_feed *feed, struct cg_session *session, size_t index, int *ret_chunks,
                      struct cg_error *err) {
    const struct cg_table *table = feed->input.tables[index];
    uint64_t rows = rows_per_chunk(table), first = rows;
    if (feed->input.other_bounds) {
        rows = rows * 3 / 4 + 1;
        first = rows / 2 + 1;
    }
    struct cg_walk *walk;
    if (cg_walk_open(session, table, first, rows, &walk, err) < 0)
        return -1;
    struct cg_chunk chunk;
    int more;
    while ((more = cg_walk_next(walk, &chunk, err)) > 0) {
        more = hand_out(feed, index, *ret_chunks, &chunk, err);
        if (more < 0)
            break;
        ++*ret_chunks;
    }
    cg_walk_close(walk);
    return more;
}

/* The session is kept from table to table; one that was lost costs its table, and the next takes a spare. */
static int walk_with_session(struct cg_feed *feed, size_t index, int *ret_chunks, struct cg_error *err) {
    if (!feed->session && cg_source_acquire_now(feed->input.source, &feed->session, err) < 0)
        return -1;
    struct cg_error local = {0};
    int result = walk_table(feed, feed->session, index, ret_chunks, &local);
    if (result < 0 && local.cls == CG_ERR_NETWORK) {
        cg_source_release(feed->input.source, feed->session);
        feed->session = NULL;
    }
    if (result < 0)
        *err = local;
    return result;
}

static void *run(void *argument) {
    struct cg_feed *feed = argument;
    for (size_t i = 0; i < feed->input.table_count; i++) {
        size_t index = feed->order[i];
        if (!feed->input.tables[index] || cg_control_stopped(feed->input.control))
            continue;
        struct cg_error err = {0};
        int chunks = 0;
        bool failed = walk_with_session(feed, index, &chunks, &err) < 0;
        feed->input.walked(feed->input.context, index, chunks, failed ? &err : NULL);
    }
    cg_source_release(feed->input.source, feed->session);
    feed->session = NULL;
    cg_queue_close(feed->queue);
    return NULL;
}

static int by_size(const void *a, const void *b, void *context) {
    const struct cg_feed *feed = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    const struct cg_table *x = feed->input.tables[i], *y = feed->input.tables[j];
    int64_t x_bytes = x ? x->byte_estimate : -1, y_bytes = y ? y->byte_estimate : -1;
    if (x_bytes != y_bytes)
        return x_bytes > y_bytes ? -1 : 1;
    return i < j ? -1 : i > j;
}

static void abort_queue(void *queue) {
    cg_queue_abort(queue);
}

int cg_feed_start(const struct cg_feed_input *input, struct cg_feed **ret_feed, struct cg_error *err) {
    struct cg_feed *feed = calloc(1, sizeof *feed);
    if (!feed)
        return cg_error_memory(err);
    feed->input = *input;
    feed->queue = cg_queue_new(WAITING_CHUNKS, WAITING_CHUNKS, free_work);
    feed->order = calloc(input->table_count + 1, sizeof *feed->order);
    if (!feed->queue || !feed->order) {
        cg_error_memory(err);
        goto fail;
    }
    for (size_t i = 0; i < input->table_count; i++)
        feed->order[i] = i;
    qsort_r(feed->order, input->table_count, sizeof *feed->order, by_size, feed);
    if (cg_control_register(input->control, abort_queue, feed->queue, err) < 0)
        goto fail;
    /* Before those who wait for this feed take all that are left. */
    if (cg_source_acquire_now(input->source, &feed->session, err) < 0)
        goto fail;
    int failed = pthread_create(&feed->thread, NULL, run, feed);
    if (failed) {
        cg_source_release(input->source, feed->session);
        cg_error_set(err, CG_ERR_SYSTEM, "a thread cannot be started: %s", strerror(failed));
        goto fail;
    }
    feed->started = true;
    *ret_feed = feed;
    return 0;
fail:
    cg_feed_free(feed);
    return -1;
}

struct cg_work *cg_feed_next(struct cg_feed *feed) {
    void *work;
    return cg_queue_pop(feed->queue, &work) == CG_QUEUE_OK ? work : NULL;
}

void cg_feed_free(struct cg_feed *feed) {
    if (!feed)
        return;
    if (feed->queue) {
        cg_queue_abort(feed->queue);
        if (feed->started)
            pthread_join(feed->thread, NULL);
        cg_control_unregister(feed->input.control, feed->queue);
    }
    cg_queue_free(feed->queue);
    free(feed->order);
    free(feed);
}
