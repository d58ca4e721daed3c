/* The pool of a source's sessions, without servers: the sessions here are nothing but their membership. */
#include "extract/pool.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct cg_session {
    struct cg_pool_member pooled;
};

enum { SESSIONS = 2 };

struct rig {
    struct cg_session_pool pool;
    struct cg_session sessions[SESSIONS];
};

static void setup(struct rig *rig) {
    cg_session_pool_init(&rig->pool);
    for (int i = 0; i < SESSIONS; i++)
        cg_session_pool_add(&rig->pool, &rig->sessions[i].pooled, &rig->sessions[i]);
}

static struct cg_session *acquire(struct rig *rig) {
    struct cg_session *session = NULL;
    struct cg_error err = {0};
    if (cg_session_pool_acquire(&rig->pool, 0, "db.example", &session, &err) < 0)
        fail_msg("%s", err.message);
    return session;
}

static void release(struct rig *rig, struct cg_session *session, bool lost) {
    cg_session_pool_release(&rig->pool, &session->pooled, lost);
}

static enum cg_error_class refusal(struct rig *rig, struct cg_error *ret_err) {
    struct cg_session *untouched = &rig->sessions[0], *session = untouched;
    assert_int_equal(cg_session_pool_acquire(&rig->pool, 0, "db.example", &session, ret_err), -1);
    assert_ptr_equal(session, untouched);
    return ret_err->cls;
}

static void each_session_is_given_to_one_at_a_time(void **state) {
    (void)state;
    struct rig rig;
    setup(&rig);
    struct cg_session *first = acquire(&rig), *second = acquire(&rig);
    assert_ptr_equal(first, &rig.sessions[0]);
    assert_ptr_equal(second, &rig.sessions[1]);
    release(&rig, second, false);
    assert_ptr_equal(acquire(&rig), second);
    cg_session_pool_done(&rig.pool);
}

static void a_lost_session_is_never_given_again_and_does_not_count(void **state) {
    (void)state;
    struct rig rig;
    struct cg_error err = {0};
    setup(&rig);
    release(&rig, acquire(&rig), true);
    assert_int_equal(cg_session_pool_count(&rig.pool), 1);
    struct cg_session *left = acquire(&rig);
    assert_ptr_equal(left, &rig.sessions[1]);
    release(&rig, left, true);
    assert_int_equal(cg_session_pool_count(&rig.pool), 0);
    assert_int_equal(refusal(&rig, &err), CG_ERR_NETWORK);
    assert_non_null(strstr(err.message, "db.example"));
    cg_session_pool_done(&rig.pool);
}

static void without_waiting_a_pool_with_none_free_refuses_at_once(void **state) {
    (void)state;
    struct rig rig;
    struct cg_session *session = NULL;
    struct cg_error err = {0};
    setup(&rig);
    (void)acquire(&rig);
    struct cg_session *second = acquire(&rig);
    assert_int_equal(cg_session_pool_acquire(&rig.pool, SIZE_MAX, "db.example", &session, &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    release(&rig, second, false);
    assert_int_equal(cg_session_pool_acquire(&rig.pool, SIZE_MAX, "db.example", &session, &err), 0);
    assert_ptr_equal(session, second);
    cg_session_pool_done(&rig.pool);
}

static void who_does_not_wait_is_told_at_once_that_sessions_are_missing(void **state) {
    (void)state;
    struct rig rig;
    struct cg_error err = {0};
    setup(&rig);
    struct cg_session *kept = acquire(&rig), *session = kept;
    release(&rig, acquire(&rig), true);
    assert_int_equal(cg_session_pool_acquire(&rig.pool, SIZE_MAX, "db.example", &session, &err), -1);
    assert_ptr_equal(session, kept);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    assert_non_null(strstr(err.message, "db.example"));
    release(&rig, kept, false);
    assert_int_equal(cg_session_pool_acquire(&rig.pool, SIZE_MAX, "db.example", &session, &err), 0);
    assert_ptr_equal(session, kept);
    cg_session_pool_done(&rig.pool);
}

static void a_pool_is_not_emptied_while_a_session_is_in_use(void **state) {
    (void)state;
    struct rig rig;
    struct cg_error err = {0};
    setup(&rig);
    struct cg_session *session = acquire(&rig);
    assert_int_equal(cg_session_pool_empty(&rig.pool, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
    assert_int_equal(cg_session_pool_count(&rig.pool), SESSIONS);
    release(&rig, session, false);
    assert_int_equal(cg_session_pool_empty(&rig.pool, &err), 0);
    assert_int_equal(cg_session_pool_count(&rig.pool), 0);
    cg_session_pool_done(&rig.pool);
}

/* ---- waiting: whether the waiter comes before or after what it waits for, it must get the same ---- */

struct waiter {
    struct rig *rig;
    size_t kept;
    struct cg_session *session;
    struct cg_error err;
    int rc;
};

static void *wait_for_session(void *argument) {
    struct waiter *w = argument;
    w->rc = cg_session_pool_acquire(&w->rig->pool, w->kept, "db.example", &w->session, &w->err);
    return NULL;
}

static void start(struct waiter *w, struct rig *rig, pthread_t *ret_thread) {
    *w = (struct waiter){.rig = rig};
    assert_int_equal(pthread_create(ret_thread, NULL, wait_for_session, w), 0);
}

static void a_waiter_gets_the_session_that_comes_back(void **state) {
    (void)state;
    struct rig rig;
    struct waiter waiter;
    pthread_t thread;
    setup(&rig);
    struct cg_session *first = acquire(&rig);
    (void)acquire(&rig);
    start(&waiter, &rig, &thread);
    release(&rig, first, false);
    pthread_join(thread, NULL);
    assert_int_equal(waiter.rc, 0);
    assert_ptr_equal(waiter.session, first);
    cg_session_pool_done(&rig.pool);
}

static void a_waiter_is_told_when_the_last_session_is_lost(void **state) {
    (void)state;
    struct rig rig;
    struct waiter waiter;
    pthread_t thread;
    setup(&rig);
    struct cg_session *first = acquire(&rig), *second = acquire(&rig);
    start(&waiter, &rig, &thread);
    release(&rig, first, true);
    release(&rig, second, true);
    pthread_join(thread, NULL);
    assert_int_equal(waiter.rc, -1);
    assert_int_equal(waiter.err.cls, CG_ERR_NETWORK);
    cg_session_pool_done(&rig.pool);
}

static void a_waiter_is_told_when_only_the_sessions_that_others_keep_are_left(void **state) {
    (void)state;
    struct rig rig;
    struct waiter waiter = {.rig = &rig, .kept = 1};
    pthread_t thread;
    setup(&rig);
    struct cg_session *kept = acquire(&rig), *other = acquire(&rig);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_session, &waiter), 0);
    release(&rig, other, true);
    pthread_join(thread, NULL);
    assert_int_equal(waiter.rc, -1);
    assert_int_equal(waiter.err.cls, CG_ERR_NETWORK);
    release(&rig, kept, false); /* it comes back all the same: then it is given */
    wait_for_session(&waiter);
    assert_int_equal(waiter.rc, 0);
    assert_ptr_equal(waiter.session, kept);
    cg_session_pool_done(&rig.pool);
}

static void cancelling_wakes_a_waiter_and_gives_no_session_any_more(void **state) {
    (void)state;
    struct rig rig;
    struct waiter waiter;
    struct cg_error err = {0};
    pthread_t thread;
    setup(&rig);
    struct cg_session *first = acquire(&rig);
    (void)acquire(&rig);
    start(&waiter, &rig, &thread);
    cg_session_pool_cancel(&rig.pool);
    pthread_join(thread, NULL);
    assert_int_equal(waiter.err.cls, CG_ERR_CANCELLED);
    release(&rig, first, false);
    assert_int_equal(refusal(&rig, &err), CG_ERR_CANCELLED);
    cg_session_pool_done(&rig.pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_session_is_given_to_one_at_a_time),
        cmocka_unit_test(a_lost_session_is_never_given_again_and_does_not_count),
        cmocka_unit_test(without_waiting_a_pool_with_none_free_refuses_at_once),
        cmocka_unit_test(who_does_not_wait_is_told_at_once_that_sessions_are_missing),
        cmocka_unit_test(a_pool_is_not_emptied_while_a_session_is_in_use),
        cmocka_unit_test(a_waiter_gets_the_session_that_comes_back),
        cmocka_unit_test(a_waiter_is_told_when_the_last_session_is_lost),
        cmocka_unit_test(a_waiter_is_told_when_only_the_sessions_that_others_keep_are_left),
        cmocka_unit_test(cancelling_wakes_a_waiter_and_gives_no_session_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
