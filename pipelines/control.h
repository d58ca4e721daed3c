/* Stopping a job: the first fatal error wins, wakes everybody, and every thread is joined.
 *
 * One control per job. Its watcher thread looks at the job's cancel flag; whoever meets a fatal error calls
 * cg_control_fail. Both lead to the same: what was registered is cancelled (servers stop what they run for us) or
 * aborted (queues wake), again and again until all have ended, and cg_control_stopped is true from then on. */
#ifndef CG_PIPELINES_CONTROL_H
#define CG_PIPELINES_CONTROL_H

#include "core/error.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CG_CONTROL_HOOKS = 128 };

struct cg_control_hook {
    void (*stop)(void *object);
    void *object;
};

struct cg_control {
    const _Atomic int *cancel; /* the job's; may be NULL */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t watcher;
    bool watching, ending;
    _Atomic bool stopped;
    struct cg_error error; /* the first; guarded by lock until stopped */
    struct cg_control_hook hooks[CG_CONTROL_HOOKS];
};

/* Starts the watcher. */
CG_MUST_USE int cg_control_init(struct cg_control *control, const _Atomic int *cancel, struct cg_error *err);
/* Ends the watcher. Accepts a zeroed struct. */
void cg_control_done(struct cg_control *control);
/* stop(object) will be called, from any thread, if the job is stopped; at once if it already is, and again from time to
 * time until it is unregistered or cg_control_done is called. Fails when all places are taken. */
CG_MUST_USE int cg_control_register(struct cg_control *control, void (*stop)(void *object), void *object,
                                    struct cg_error *err);
/* Must be called before the object is freed; when it returns, stop is not running and will not be called. */
void cg_control_unregister(struct cg_control *control, void *object);
/* Stops the job because of err, which is copied; later ones are ignored. */
void cg_control_fail(struct cg_control *control, const struct cg_error *err);
bool cg_control_stopped(struct cg_control *control);
/* 0 while the job goes on, else -1 with the first error. */
CG_MUST_USE int cg_control_check(struct cg_control *control, struct cg_error *err);

#endif
