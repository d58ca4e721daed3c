/* A queue between threads, bounded in bytes and in items; it never drops.
 *
 * Protocol: any number of threads push and pop. close() says that nothing more will come: pops drain what is there and
 * then return CLOSED. abort() ends everything at once: every push and pop, also those waiting, returns ABORTED, and
 * what is inside is handed to the item destructor. An item larger than the byte bound is let in alone. */
#ifndef CG_CORE_QUEUE_H
#define CG_CORE_QUEUE_H

#include "core/error.h"

#include <stddef.h>

struct cg_queue;

enum cg_queue_result { CG_QUEUE_OK = 0, CG_QUEUE_CLOSED, CG_QUEUE_ABORTED };

/* max_items, max_bytes: the bounds. destroy: frees an item left inside at abort or free; may be NULL.
 * Returns NULL when memory is out. */
struct cg_queue *cg_queue_new(size_t max_items, size_t max_bytes, void (*destroy)(void *item));
/* No thread may be inside. Accepts NULL. */
void cg_queue_free(struct cg_queue *queue);
/* Waits for room. On CG_QUEUE_OK the queue owns the item; otherwise the caller keeps it. */
CG_MUST_USE enum cg_queue_result cg_queue_push(struct cg_queue *queue, void *item, size_t bytes);
/* Waits for an item. On CG_QUEUE_OK the caller owns *ret_item. */
CG_MUST_USE enum cg_queue_result cg_queue_pop(struct cg_queue *queue, void **ret_item);
void cg_queue_close(struct cg_queue *queue);
void cg_queue_abort(struct cg_queue *queue);

#endif
