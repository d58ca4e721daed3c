/* Rows that are set aside, read from the ledger; see aside.h. */
#include "pipelines/aside.h"

enum { PAGE = 5000, SAMPLES = 5 };

static int sample(const struct cg_reject *reject, struct cg_report_table *table, struct cg_arena *arena,
                  struct cg_error *err) {
    struct cg_report_reject *all = cg_arena_push(arena, table->rejects, &table->reject_count, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    table->rejects = all;
    struct cg_report_reject *one = &all[table->reject_count - 1];
    *one = (struct cg_report_reject){.key = cg_arena_strdup(arena, reject->key ? reject->key : "no key"),
                                     .column = cg_arena_strdup(arena, reject->column ? reject->column : ""),
                                     .reason = cg_arena_strdup(arena, reject->reason),
                                     .can_be_retried = reject->where.data != NULL,
                                     .refused_by = reject->by_target ? "target" : "crossgrade"};
    return one->key && one->column && one->reason ? 0 : cg_error_memory(err);
}

static int take_page(const struct cg_reject *rejects, size_t count, struct cg_digest_set *set,
                     struct cg_report_table *table, struct cg_arena *arena, struct cg_error *err) {
    for (size_t i = 0; i < count; i++) {
        if (cg_digest_set_add(set, &rejects[i].digest, err) < 0)
            return -1;
        if (table->reject_count < SAMPLES && sample(&rejects[i], table, arena, err) < 0)
            return -1;
    }
    return 0;
}

/* One page at a time, so that reasons and predicates of many rows are never held together. */
static int read_pages(struct cg_target_session *session, int64_t ledger_table, struct cg_digest_set *set,
                      struct cg_report_table *table, struct cg_arena *arena, struct cg_error *err) {
    int64_t after = 0;
    int result = 0;
    size_t count = PAGE;
    while (result == 0 && count == PAGE) {
        struct cg_arena *page = cg_arena_new();
        struct cg_reject *rejects = NULL;
        result = page ? cg_ledger_rejects(session, ledger_table, after, PAGE, page, &rejects, &count, err)
                      : cg_error_memory(err);
        if (result == 0)
            result = take_page(rejects, count, set, table, arena, err);
        if (result == 0 && count)
            after = rejects[count - 1].id;
        cg_arena_free(page);
    }
    return result;
}

int cg_aside_read(struct cg_target_session *session, int64_t ledger_table, struct cg_report_table *table,
                  struct cg_arena *arena, struct cg_digest_set **ret_set, struct cg_error *err) {
    struct cg_digest_set *set = cg_digest_set_new();
    if (!set)
        return cg_error_memory(err);
    if (read_pages(session, ledger_table, set, table, arena, err) < 0) {
        cg_digest_set_free(set);
        return -1;
    }
    if (!cg_digest_set_count(set)) {
        cg_digest_set_free(set);
        set = NULL;
    }
    *ret_set = set;
    return 0;
}
