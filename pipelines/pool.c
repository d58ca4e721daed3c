/* Worker threads with target sessions; see pool.h. A list under one mutex: tasks are whole statements, never rows. */
#include "pipelines/pool.h"

#include <stdlib.h>
#include <string.h>

struct task {
    struct task *next;
    cg_task *run;
    void *context;
};

struct cg_pool {
    struct cg_target *target;
    struct cg_control *control;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct task *first, **last;
    size_t waiting_or_running;
    bool ending;
    size_t thread_count;
    pthread_t threads[];
};

static struct task *take(struct cg_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    while (!pool->first && !pool->ending)
        pthread_cond_wait(&pool->changed, &pool->lock);
    struct task *task = pool->first;
    if (task && !(pool->first = task->next))
        pool->last = &pool->first;
    pthread_mutex_unlock(&pool->lock);
    return task;
}

static void finished(struct cg_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    if (--pool->waiting_or_running == 0)
        pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *argument) {
    struct cg_pool *pool = argument;
    struct cg_target_session *session = NULL;
    for (struct task *task; (task = take(pool));) {
        struct cg_error err = {0};
        bool ready = cg_control_check(pool->control, &err) == 0 &&
                     (session || cg_target_session_open(pool->target, &session, &err) == 0);
        task->run(task->context, ready ? session : NULL, ready ? NULL : &err);
        free(task);
        finished(pool);
    }
    cg_target_session_close(session);
    return NULL;
}

int cg_pool_new(size_t threads, struct cg_target *target, struct cg_control *control, struct cg_pool **ret_pool,
                struct cg_error *err) {
    struct cg_pool *pool = calloc(1, sizeof *pool + threads * sizeof *pool->threads);
    if (!pool)
        return cg_error_memory(err);
    pool->target = target;
    pool->control = control;
    pool->last = &pool->first;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    for (; pool->thread_count < threads; pool->thread_count++) {
        int failed = pthread_create(&pool->threads[pool->thread_count], NULL, work, pool);
        if (failed) {
            cg_pool_free(pool);
            return cg_error_set(err, CG_ERR_SYSTEM, "a thread cannot be started: %s", strerror(failed));
        }
    }
    *ret_pool = pool;
    return 0;
}

int cg_pool_submit(struct cg_pool *pool, cg_task *run, void *context, struct cg_error *err) {
    struct task *task = calloc(1, sizeof *task);
    if (!task)
        return cg_error_memory(err);
    task->run = run;
    task->context = context;
    pthread_mutex_lock(&pool->lock);
    *pool->last = task;
    pool->last = &task->next;
    pool->waiting_or_running++;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return 0;
}

void cg_pool_wait(struct cg_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    while (pool->waiting_or_running)
        pthread_cond_wait(&pool->changed, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void cg_pool_free(struct cg_pool *pool) {
    if (!pool)
        return;
    cg_pool_wait(pool);
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
