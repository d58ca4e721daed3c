/* A feed cuts tables into chunks and hands them out: one thread walks the tables, largest first, with a session of its
 * own; any number of threads take chunks from the bounded queue between. The rows phase has one feed, verification one
 * for each side. */
#ifndef CG_PIPELINES_FEED_H
#define CG_PIPELINES_FEED_H

#include "core/queue.h"
#include "extract/source.h"
#include "pipelines/control.h"

struct cg_work {
    size_t table;    /* index into the feed's tables */
    int number;      /* of the chunk within its table, from 0 */
    char *predicate; /* SQL of the source; "" for the whole table */
    int64_t rows_expected;
};

struct cg_feed_input {
    struct cg_source *source;
    struct cg_control *control;
    const struct cg_table *const *tables; /* NULL: not to be read */
    size_t table_count;
    bool other_bounds; /* cut elsewhere than a feed without it does (R23) */
    void *context;
    /* Called by the feed's thread after a table's last chunk was handed out (chunks: how many), or when its walk
     * failed: then err is set, and chunks says how many were handed out before. */
    void (*walked)(void *context, size_t table, int chunks, const struct cg_error *err);
};

struct cg_feed;
/* input is copied; what it points to must stay until the feed is freed. */
CG_MUST_USE int cg_feed_start(const struct cg_feed_input *input, struct cg_feed **ret_feed, struct cg_error *err);
/* The next chunk, or NULL at the end or when the job was stopped. The caller frees it with cg_work_free. Any thread. */
struct cg_work *cg_feed_next(struct cg_feed *feed);
void cg_work_free(struct cg_work *work); /* accepts NULL */
/* Joins the feed's thread; whatever was not taken is dropped. Accepts NULL. */
void cg_feed_free(struct cg_feed *feed);

#endif
