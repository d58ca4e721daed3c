/* The sessions of a source, acquired and released by any thread; see pool.h. */
#include "extract/pool.h"

void cg_session_pool_init(struct cg_session_pool *pool) {
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    pool->first = NULL;
    pool->last = &pool->first;
    pool->size = 0;
    pool->cancelled = false;
}

void cg_session_pool_done(struct cg_session_pool *pool) {
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
}

void cg_session_pool_add(struct cg_session_pool *pool, struct cg_pool_member *member, struct cg_session *session) {
    *member = (struct cg_pool_member){.session = session};
    pthread_mutex_lock(&pool->lock);
    *pool->last = member;
    pool->last = &member->next;
    pool->size++;
    pthread_mutex_unlock(&pool->lock);
}

int cg_session_pool_empty(struct cg_session_pool *pool, struct cg_error *err) {
    bool busy = false;
    pthread_mutex_lock(&pool->lock);
    for (const struct cg_pool_member *member = pool->first; member; member = member->next)
        busy = busy || member->busy;
    if (!busy) {
        pool->first = NULL;
        pool->last = &pool->first;
        pool->size = 0;
    }
    pthread_mutex_unlock(&pool->lock);
    if (busy)
        return cg_error_set(err, CG_ERR_INTERNAL, "a new snapshot was asked for while sessions of the old are in use");
    return 0;
}

/* Under the lock. *ret_alive: sessions not retired. */
static struct cg_pool_member *free_member(struct cg_session_pool *pool, size_t *ret_alive) {
    struct cg_pool_member *found = NULL;
    size_t alive = 0;
    for (struct cg_pool_member *member = pool->first; member; member = member->next) {
        if (member->retired)
            continue;
        alive++;
        if (!found && !member->busy)
            found = member;
    }
    *ret_alive = alive;
    return found;
}

int cg_session_pool_acquire(struct cg_session_pool *pool, size_t kept, const char *where,
                            struct cg_session **ret_session, struct cg_error *err) {
    struct cg_pool_member *member = NULL;
    size_t alive = 0;
    pthread_mutex_lock(&pool->lock);
    while (!pool->cancelled && !(member = free_member(pool, &alive)) && alive > kept)
        pthread_cond_wait(&pool->changed, &pool->lock);
    bool cancelled = pool->cancelled;
    if (member && !cancelled)
        member->busy = true;
    pthread_mutex_unlock(&pool->lock);
    if (cancelled)
        return cg_error_set(err, CG_ERR_CANCELLED, "waiting for a session of the snapshot: cancelled");
    if (!member) {
        cg_error_set(err, CG_ERR_NETWORK,
                     alive ? "too many sessions of the snapshot on %s have been lost"
                           : "every session of the snapshot on %s has been lost",
                     where);
        cg_error_hint(err, "a lost session cannot re-enter its snapshot: start again, which takes a new one");
        return -1;
    }
    *ret_session = member->session;
    return 0;
}

void cg_session_pool_release(struct cg_session_pool *pool, struct cg_pool_member *member, bool lost) {
    pthread_mutex_lock(&pool->lock);
    member->busy = false;
    member->retired = lost;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

size_t cg_session_pool_count(struct cg_session_pool *pool) {
    size_t alive = 0;
    pthread_mutex_lock(&pool->lock);
    free_member(pool, &alive);
    pthread_mutex_unlock(&pool->lock);
    return alive;
}

void cg_session_pool_cancel(struct cg_session_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->cancelled = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}
