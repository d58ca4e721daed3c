/* Stopping a job; see control.h. */
#include "pipelines/control.h"

#include <string.h>
#include <time.h>

enum { WATCH_MILLISECONDS = 100, AGAIN_TICKS = 10 };

static void stop_everything(struct cg_control *control) { /* lock held */
    for (size_t i = 0; i < CG_CONTROL_HOOKS; i++)
        if (control->hooks[i].stop)
            control->hooks[i].stop(control->hooks[i].object);
}

static void stop_with(struct cg_control *control, const struct cg_error *err) { /* lock held */
    if (atomic_load(&control->stopped))
        return;
    control->error = *err;
    atomic_store(&control->stopped, true);
    stop_everything(control);
}

/* Looks for the signal, and stops everything again and again until all have ended: a request to cancel meets only what
 * a session is doing just then, and a thread may have been about to send its next statement. */
static void *watch(void *argument) {
    struct cg_control *control = argument;
    int ticks = 0;
    pthread_mutex_lock(&control->lock);
    while (!control->ending) {
        if (!atomic_load(&control->stopped) && atomic_load(control->cancel)) {
            struct cg_error err = {0};
            cg_error_set(&err, CG_ERR_CANCELLED, "stopped by a signal");
            stop_with(control, &err);
        } else if (atomic_load(&control->stopped) && ++ticks % AGAIN_TICKS == 0) {
            stop_everything(control);
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += WATCH_MILLISECONDS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&control->changed, &control->lock, &until);
    }
    pthread_mutex_unlock(&control->lock);
    return NULL;
}

int cg_control_init(struct cg_control *control, const _Atomic int *cancel, struct cg_error *err) {
    memset(control, 0, sizeof *control);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&control->lock, NULL);
    pthread_cond_init(&control->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    control->cancel = cancel;
    if (!cancel)
        return 0;
    int failed = pthread_create(&control->watcher, NULL, watch, control);
    if (failed)
        return cg_error_set(err, CG_ERR_SYSTEM, "a thread cannot be started: %s", strerror(failed));
    control->watching = true;
    return 0;
}

void cg_control_done(struct cg_control *control) {
    if (!control->watching)
        return;
    pthread_mutex_lock(&control->lock);
    control->ending = true;
    pthread_cond_signal(&control->changed);
    pthread_mutex_unlock(&control->lock);
    pthread_join(control->watcher, NULL);
    control->watching = false;
}

int cg_control_register(struct cg_control *control, void (*stop)(void *object), void *object, struct cg_error *err) {
    int result = cg_error_set(err, CG_ERR_INTERNAL, "more than %d things to stop", CG_CONTROL_HOOKS);
    pthread_mutex_lock(&control->lock);
    for (size_t i = 0; i < CG_CONTROL_HOOKS && result < 0; i++)
        if (!control->hooks[i].stop) {
            control->hooks[i] = (struct cg_control_hook){stop, object};
            result = 0;
        }
    if (result == 0 && atomic_load(&control->stopped))
        stop(object);
    pthread_mutex_unlock(&control->lock);
    if (result == 0 && err)
        memset(err, 0, sizeof *err);
    return result;
}

void cg_control_unregister(struct cg_control *control, void *object) {
    pthread_mutex_lock(&control->lock);
    for (size_t i = 0; i < CG_CONTROL_HOOKS; i++)
        if (control->hooks[i].object == object)
            control->hooks[i] = (struct cg_control_hook){0};
    pthread_mutex_unlock(&control->lock);
}

void cg_control_fail(struct cg_control *control, const struct cg_error *err) {
    pthread_mutex_lock(&control->lock);
    stop_with(control, err);
    pthread_mutex_unlock(&control->lock);
}

bool cg_control_stopped(struct cg_control *control) {
    return atomic_load(&control->stopped);
}

int cg_control_check(struct cg_control *control, struct cg_error *err) {
    if (!atomic_load(&control->stopped))
        return 0;
    pthread_mutex_lock(&control->lock);
    if (err)
        *err = control->error;
    pthread_mutex_unlock(&control->lock);
    return -1;
}
