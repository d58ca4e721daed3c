/* Worker threads, each with a target session of its own, that run tasks in the order they were submitted. Tasks may
 * submit tasks. A task that meets an error keeps it itself: the pool knows none. */
#ifndef CG_PIPELINES_POOL_H
#define CG_PIPELINES_POOL_H

#include "load/target.h"
#include "pipelines/control.h"

struct cg_pool;

/* session: the worker's own, open; NULL when the job was stopped or no session could be had (err says why): the task
 * then must record that its work was not done. */
typedef void cg_task(void *context, struct cg_target_session *session, const struct cg_error *err);

CG_MUST_USE int cg_pool_new(size_t threads, struct cg_target *target, struct cg_control *control,
                            struct cg_pool **ret_pool, struct cg_error *err);
/* Never blocks. -1 only for want of memory. */
CG_MUST_USE int cg_pool_submit(struct cg_pool *pool, cg_task *task, void *context, struct cg_error *err);
/* Waits until every task that was submitted, also by tasks, has ended. */
void cg_pool_wait(struct cg_pool *pool);
/* Waits, then joins. Accepts NULL. */
void cg_pool_free(struct cg_pool *pool);

#endif
