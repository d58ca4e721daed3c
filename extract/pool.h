/* The pool that an engine's source keeps its sessions in: who has one, who waits for one, which are retired. It knows
 * nothing of connections; the engine opens, closes and interrupts them.
 *
 * `lock` guards the list, its size and every `busy` and `retired`. An engine may hold it itself to look at the sessions
 * that are in use; everything else goes through the functions below, any thread. */
#ifndef CG_EXTRACT_POOL_H
#define CG_EXTRACT_POOL_H

#include "extract/source.h"

#include <pthread.h>
#include <stdatomic.h>

/* Part of each engine's struct cg_session. */
struct cg_pool_member {
    struct cg_session *session; /* the one it is part of */
    struct cg_pool_member *next;
    bool busy;    /* acquired */
    bool retired; /* never acquired again */
};

struct cg_session_pool {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a session came back, or the source was cancelled */
    struct cg_pool_member *first, **last;
    size_t size;            /* of the list, retired sessions and all */
    _Atomic bool cancelled; /* set once, never cleared */
};

void cg_session_pool_init(struct cg_session_pool *pool);
/* The sessions stay the engine's to close. */
void cg_session_pool_done(struct cg_session_pool *pool);

/* Puts a session in, to be acquired after those that are in already. It stays where it is until the pool is emptied. */
void cg_session_pool_add(struct cg_session_pool *pool, struct cg_pool_member *member, struct cg_session *session);
/* Takes every session out. CG_ERR_INTERNAL, and all stay in, when one is in use. */
CG_MUST_USE int cg_session_pool_empty(struct cg_session_pool *pool, struct cg_error *err);

/* cg_source_acquire_beyond; kept SIZE_MAX: without waiting, cg_source_acquire_now. where: the server, for the message.
 */
CG_MUST_USE int cg_session_pool_acquire(struct cg_session_pool *pool, size_t kept, const char *where,
                                        struct cg_session **ret_session, struct cg_error *err);
/* Takes a session back; a lost one is retired, and its connection must be closed by now. */
void cg_session_pool_release(struct cg_session_pool *pool, struct cg_pool_member *member, bool lost);
/* Sessions not retired. */
size_t cg_session_pool_count(struct cg_session_pool *pool);
/* From here on nobody gets a session; who waits for one is woken. */
void cg_session_pool_cancel(struct cg_session_pool *pool);

#endif
