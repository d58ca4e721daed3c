/* The bounded queue: order, bounds, closing, aborting, under several threads. */
#include "core/queue.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ITEMS = 20000, PUSHERS = 3, POPPERS = 3 };

static int numbers[ITEMS];

static void keeps_order_and_drains_after_close(void **state) {
    (void)state;
    struct cg_queue *queue = cg_queue_new(8, 1000, NULL);
    for (int i = 0; i < 5; i++)
        assert_int_equal(cg_queue_push(queue, &numbers[i], 10), CG_QUEUE_OK);
    cg_queue_close(queue);
    assert_int_equal(cg_queue_push(queue, &numbers[5], 10), CG_QUEUE_CLOSED);
    void *item;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(cg_queue_pop(queue, &item), CG_QUEUE_OK);
        assert_ptr_equal(item, &numbers[i]);
    }
    assert_int_equal(cg_queue_pop(queue, &item), CG_QUEUE_CLOSED);
    cg_queue_free(queue);
}

static void lets_an_oversized_item_in_alone(void **state) {
    (void)state;
    struct cg_queue *queue = cg_queue_new(8, 100, NULL);
    void *item;
    assert_int_equal(cg_queue_push(queue, &numbers[0], 5000), CG_QUEUE_OK);
    assert_int_equal(cg_queue_pop(queue, &item), CG_QUEUE_OK);
    cg_queue_free(queue);
}

static atomic_int destroyed;
static void count_destroyed(void *item) {
    (void)item;
    atomic_fetch_add(&destroyed, 1);
}

static void hands_what_is_inside_to_the_destructor_at_abort(void **state) {
    (void)state;
    struct cg_queue *queue = cg_queue_new(8, 1000, count_destroyed);
    destroyed = 0;
    assert_int_equal(cg_queue_push(queue, &numbers[0], 1), CG_QUEUE_OK);
    assert_int_equal(cg_queue_push(queue, &numbers[1], 1), CG_QUEUE_OK);
    cg_queue_abort(queue);
    assert_int_equal(destroyed, 2);
    void *item;
    assert_int_equal(cg_queue_push(queue, &numbers[0], 1), CG_QUEUE_ABORTED);
    assert_int_equal(cg_queue_pop(queue, &item), CG_QUEUE_ABORTED);
    cg_queue_free(queue);
}

static void *push_third(void *argument) {
    struct cg_queue *queue = argument;
    static atomic_int next;
    for (int i; (i = atomic_fetch_add(&next, 1)) < ITEMS;)
        if (cg_queue_push(queue, &numbers[i], (size_t)(i % 40)) != CG_QUEUE_OK)
            abort();
    return NULL;
}

static atomic_int seen[ITEMS];
static void *pop_all(void *argument) {
    struct cg_queue *queue = argument;
    void *item;
    while (cg_queue_pop(queue, &item) == CG_QUEUE_OK)
        atomic_fetch_add(&seen[(int *)item - numbers], 1);
    return NULL;
}

static void delivers_each_item_once_to_many_threads(void **state) {
    (void)state;
    struct cg_queue *queue = cg_queue_new(16, 300, NULL);
    pthread_t pushers[PUSHERS], poppers[POPPERS];
    for (int i = 0; i < POPPERS; i++)
        pthread_create(&poppers[i], NULL, pop_all, queue);
    for (int i = 0; i < PUSHERS; i++)
        pthread_create(&pushers[i], NULL, push_third, queue);
    for (int i = 0; i < PUSHERS; i++)
        pthread_join(pushers[i], NULL);
    cg_queue_close(queue);
    for (int i = 0; i < POPPERS; i++)
        pthread_join(poppers[i], NULL);
    for (int i = 0; i < ITEMS; i++)
        assert_int_equal(seen[i], 1);
    cg_queue_free(queue);
}

static void *push_until_aborted(void *argument) {
    enum cg_queue_result result;
    while ((result = cg_queue_push(argument, &numbers[0], 10)) == CG_QUEUE_OK)
        ;
    return result == CG_QUEUE_ABORTED ? argument : NULL;
}

static void abort_wakes_a_waiting_pusher(void **state) {
    (void)state;
    struct cg_queue *queue = cg_queue_new(2, 20, NULL);
    pthread_t pusher;
    pthread_create(&pusher, NULL, push_until_aborted, queue);
    cg_queue_abort(queue);
    void *result;
    pthread_join(pusher, &result);
    assert_ptr_equal(result, queue);
    cg_queue_free(queue);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_and_drains_after_close),
        cmocka_unit_test(lets_an_oversized_item_in_alone),
        cmocka_unit_test(hands_what_is_inside_to_the_destructor_at_abort),
        cmocka_unit_test(delivers_each_item_once_to_many_threads),
        cmocka_unit_test(abort_wakes_a_waiting_pusher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
