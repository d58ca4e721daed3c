/* A bounded queue between threads; see queue.h for the protocol. One mutex, one condition for each direction; the items
 * lie in a ring of max_items places. */
#include "core/queue.h"

#include <pthread.h>
#include <stdlib.h>

struct item {
    void *value;
    size_t bytes;
};

struct cg_queue {
    pthread_mutex_t lock;
    pthread_cond_t can_push, can_pop;
    void (*destroy)(void *);
    size_t max_items, max_bytes;
    size_t first, count, bytes;
    bool closed, aborted;
    struct item ring[];
};

struct cg_queue *cg_queue_new(size_t max_items, size_t max_bytes, void (*destroy)(void *item)) {
    struct cg_queue *queue = calloc(1, sizeof *queue + max_items * sizeof *queue->ring);
    if (!queue)
        return NULL;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->can_push, NULL);
    pthread_cond_init(&queue->can_pop, NULL);
    queue->destroy = destroy;
    queue->max_items = max_items;
    queue->max_bytes = max_bytes;
    return queue;
}

static struct item take_first(struct cg_queue *queue) {
    struct item item = queue->ring[queue->first];
    queue->first = (queue->first + 1) % queue->max_items;
    queue->count--;
    queue->bytes -= item.bytes;
    return item;
}

static void destroy_items(struct cg_queue *queue) {
    while (queue->count) {
        struct item item = take_first(queue);
        if (queue->destroy)
            queue->destroy(item.value);
    }
}

void cg_queue_free(struct cg_queue *queue) {
    if (!queue)
        return;
    destroy_items(queue);
    pthread_cond_destroy(&queue->can_pop);
    pthread_cond_destroy(&queue->can_push);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

static bool has_room(const struct cg_queue *queue, size_t bytes) {
    if (queue->count == 0)
        return true; /* an item over the byte bound goes alone */
    return queue->count < queue->max_items && queue->bytes + bytes <= queue->max_bytes;
}

enum cg_queue_result cg_queue_push(struct cg_queue *queue, void *item, size_t bytes) {
    pthread_mutex_lock(&queue->lock);
    while (!queue->aborted && !queue->closed && !has_room(queue, bytes))
        pthread_cond_wait(&queue->can_push, &queue->lock);
    enum cg_queue_result result = CG_QUEUE_OK;
    if (queue->aborted) {
        result = CG_QUEUE_ABORTED;
    } else if (queue->closed) {
        result = CG_QUEUE_CLOSED;
    } else {
        queue->ring[(queue->first + queue->count) % queue->max_items] = (struct item){item, bytes};
        queue->count++;
        queue->bytes += bytes;
        pthread_cond_signal(&queue->can_pop);
    }
    pthread_mutex_unlock(&queue->lock);
    return result;
}

enum cg_queue_result cg_queue_pop(struct cg_queue *queue, void **ret_item) {
    pthread_mutex_lock(&queue->lock);
    while (!queue->aborted && !queue->closed && queue->count == 0)
        pthread_cond_wait(&queue->can_pop, &queue->lock);
    enum cg_queue_result result = CG_QUEUE_OK;
    if (queue->aborted) {
        result = CG_QUEUE_ABORTED;
    } else if (queue->count == 0) {
        result = CG_QUEUE_CLOSED;
    } else {
        *ret_item = take_first(queue).value;
        pthread_cond_broadcast(&queue->can_push); /* one large item may make room for several pushers */
    }
    pthread_mutex_unlock(&queue->lock);
    return result;
}

void cg_queue_close(struct cg_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->can_pop);
    pthread_cond_broadcast(&queue->can_push);
    pthread_mutex_unlock(&queue->lock);
}

void cg_queue_abort(struct cg_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->aborted = true;
    destroy_items(queue);
    pthread_cond_broadcast(&queue->can_pop);
    pthread_cond_broadcast(&queue->can_push);
    pthread_mutex_unlock(&queue->lock);
}
