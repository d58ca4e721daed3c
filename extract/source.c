/* The thin wrappers of source.h: the one place that knows which engines there are and that checks what they promise. */
#include "extract/source.h"

#include <string.h>

/* The registration table. */
static const struct cg_source_ops *const engines[] = {&cg_mysql_source_ops, &cg_postgresql_source_ops};

static const struct cg_source_ops *ops_of(const void *object) {
    return ((const struct cg_source_base *)object)->ops;
}

/* A fresh error for the engine to fill. Only the class is cleared: rows come this way, and the rest is large. */
struct guard {
    struct cg_error error;
};

static struct cg_error *watch(struct guard *guard) {
    guard->error.cls = CG_ERR_NONE;
    return &guard->error;
}

/* Hands on the engine's answer: 0, or 1 where `most` is 1; a failure must have told why. */
static int checked(const struct cg_source_ops *ops, const char *call, int rc, int most, struct guard *guard,
                   struct cg_error *err) {
    if (rc >= 0 && rc <= most)
        return rc;
    if (rc != -1)
        return cg_error_set(err, CG_ERR_INTERNAL, "source %s answered %s with %d", ops->schemes[0], call, rc);
    if (guard->error.cls == CG_ERR_NONE)
        return cg_error_set(err, CG_ERR_INTERNAL, "source %s returned an error without a reason (%s)", ops->schemes[0],
                            call);
    if (err)
        *err = guard->error;
    return -1;
}

static int left_empty(const struct cg_source_ops *ops, const char *call, struct cg_error *err) {
    return cg_error_set(err, CG_ERR_INTERNAL, "source %s succeeded in %s but gave nothing", ops->schemes[0], call);
}

static const struct cg_source_ops *engine_for(const char *scheme) {
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        for (const char *const *known = engines[i]->schemes; *known; known++)
            if (strcmp(*known, scheme) == 0)
                return engines[i];
    return NULL;
}

int cg_source_open(const struct cg_uri *uri, const char *schema, const char *hidden_schema,
                   struct cg_source **ret_source, struct cg_error *err) {
    const struct cg_source_ops *ops = engine_for(uri->scheme);
    struct guard guard;
    struct cg_source *source = NULL;
    if (!ops) {
        cg_error_set(err, CG_ERR_USAGE, "no source reads %s:// databases (%s)", uri->scheme, uri->shown);
        cg_error_hint(err, "write mysql://, mariadb:// or postgresql://");
        return -1;
    }
    if (checked(ops, "open", ops->open(uri, schema, hidden_schema, &source, watch(&guard)), 0, &guard, err) < 0)
        return -1;
    if (!source || ops_of(source) != ops)
        return left_empty(ops, "open", err);
    *ret_source = source;
    return 0;
}

void cg_source_free(struct cg_source *source) {
    if (source)
        ops_of(source)->free(source);
}

int cg_source_snapshot(struct cg_source *source, size_t sessions, struct cg_arena *arena,
                       struct cg_catalog **ret_catalog, struct cg_snapshot *ret_snapshot, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    struct cg_catalog *catalog = NULL;
    struct cg_snapshot snapshot = {0};
    int rc = ops->snapshot(source, sessions, arena, &catalog, &snapshot, watch(&guard));
    if (checked(ops, "snapshot", rc, 0, &guard, err) < 0)
        return -1;
    if (!catalog || !snapshot.method[0] || !snapshot.position.kind[0])
        return left_empty(ops, "snapshot", err);
    *ret_catalog = catalog;
    *ret_snapshot = snapshot;
    return 0;
}

static int acquire(struct cg_source *source, size_t kept, struct cg_session **ret_session, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    struct cg_session *session = NULL;
    if (checked(ops, "acquire", ops->acquire(source, kept, &session, watch(&guard)), 0, &guard, err) < 0)
        return -1;
    if (!session)
        return left_empty(ops, "acquire", err);
    *ret_session = session;
    return 0;
}

int cg_source_acquire(struct cg_source *source, struct cg_session **ret_session, struct cg_error *err) {
    return acquire(source, 0, ret_session, err);
}

int cg_source_acquire_now(struct cg_source *source, struct cg_session **ret_session, struct cg_error *err) {
    return acquire(source, SIZE_MAX, ret_session, err);
}

int cg_source_acquire_beyond(struct cg_source *source, size_t kept, struct cg_session **ret_session,
                             struct cg_error *err) {
    return acquire(source, kept, ret_session, err);
}

void cg_source_release(struct cg_source *source, struct cg_session *session) {
    if (session)
        ops_of(source)->release(source, session);
}

size_t cg_source_session_count(struct cg_source *source) {
    return ops_of(source)->session_count(source);
}

void cg_source_cancel(struct cg_source *source) {
    ops_of(source)->cancel(source);
}

int cg_source_probe(struct cg_session *session, const struct cg_table *table, const bool *want, uint64_t sample,
                    struct cg_column_facts *facts, uint64_t *ret_rows, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(session);
    struct guard guard;
    if (!ops->probe) { /* nothing is known of its data, which `probed` says */
        if (cg_source_count(session, table, ret_rows, err) < 0)
            return -1;
        memset(facts, 0, table->column_count * sizeof *facts);
        return 0;
    }
    return checked(ops, "probe", ops->probe(session, table, want, sample, facts, ret_rows, watch(&guard)), 0, &guard,
                   err);
}

int cg_source_check_filter(struct cg_session *session, const struct cg_table *table, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(session);
    struct guard guard;
    if (!ops->check_filter)
        return cg_error_set(err, CG_ERR_USAGE, "this source cannot leave out rows by a condition");
    return checked(ops, "check_filter", ops->check_filter(session, table, watch(&guard)), 0, &guard, err);
}

int cg_source_count(struct cg_session *session, const struct cg_table *table, uint64_t *ret_rows,
                    struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(session);
    struct guard guard;
    return checked(ops, "count", ops->count(session, table, ret_rows, watch(&guard)), 0, &guard, err);
}

int cg_walk_open(struct cg_session *session, const struct cg_table *table, uint64_t first_rows, uint64_t rows_per_chunk,
                 struct cg_walk **ret_walk, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(session);
    struct guard guard;
    struct cg_walk *walk = NULL;
    int rc = ops->walk_open(session, table, first_rows, rows_per_chunk, &walk, watch(&guard));
    if (checked(ops, "walk_open", rc, 0, &guard, err) < 0)
        return -1;
    if (!walk || ops_of(walk) != ops)
        return left_empty(ops, "walk_open", err);
    *ret_walk = walk;
    return 0;
}

int cg_walk_next(struct cg_walk *walk, struct cg_chunk *ret_chunk, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(walk);
    struct guard guard;
    struct cg_chunk chunk = {0};
    int rc = checked(ops, "walk_next", ops->walk_next(walk, &chunk, watch(&guard)), 1, &guard, err);
    if (rc == 1 && !chunk.predicate)
        return left_empty(ops, "walk_next", err);
    if (rc == 1)
        *ret_chunk = chunk;
    return rc;
}

void cg_walk_close(struct cg_walk *walk) {
    if (walk)
        ops_of(walk)->walk_close(walk);
}

int cg_reader_open(struct cg_session *session, const struct cg_read *what, struct cg_reader **ret_reader,
                   struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(session);
    struct guard guard;
    struct cg_reader *reader = NULL;
    if (checked(ops, "reader_open", ops->reader_open(session, what, &reader, watch(&guard)), 0, &guard, err) < 0)
        return -1;
    if (!reader || ops_of(reader) != ops)
        return left_empty(ops, "reader_open", err);
    *ret_reader = reader;
    return 0;
}

int cg_reader_next(struct cg_reader *reader, struct cg_source_row *ret_row, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(reader);
    struct guard guard;
    struct cg_source_row row = {0};
    int rc = checked(ops, "reader_next", ops->reader_next(reader, &row, watch(&guard)), 1, &guard, err);
    if (rc == 1 && !row.values && !row.image.data)
        return left_empty(ops, "reader_next", err);
    if (rc == 1)
        *ret_row = row;
    return rc;
}

void cg_reader_close(struct cg_reader *reader) {
    if (reader)
        ops_of(reader)->reader_close(reader);
}

int cg_source_table_now(struct cg_source *source, const char *table, struct cg_arena *arena,
                        struct cg_table **ret_table, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    return checked(ops, "table_now", ops->table_now(source, table, arena, ret_table, watch(&guard)), 0, &guard, err);
}

int cg_source_position(struct cg_source *source, struct cg_position *ret_position, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    return checked(ops, "position", ops->position(source, ret_position, watch(&guard)), 0, &guard, err);
}

int cg_source_canaries(struct cg_session *session, const struct cg_canary *canaries, size_t count,
                       struct cg_reader **ret_reader, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(session);
    struct guard guard;
    struct cg_reader *reader = NULL;
    if (!ops->canaries)
        return cg_error_set(err, CG_ERR_ENGINE, "source %s makes no canaries", ops->schemes[0]);
    int rc = ops->canaries(session, canaries, count, &reader, watch(&guard));
    if (checked(ops, "canaries", rc, 0, &guard, err) < 0)
        return -1;
    if (!reader || ops_of(reader) != ops)
        return left_empty(ops, "canaries", err);
    *ret_reader = reader;
    return 0;
}

int cg_source_reference(struct cg_source *source, const struct cg_table *child, const struct cg_foreign_key *fk,
                        enum cg_reference which, uint64_t most, struct cg_buffer *predicate, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    if (!ops->reference)
        return cg_error_set(err, CG_ERR_USAGE, "source %s does not tell which rows break a foreign key",
                            ops->schemes[0]);
    int rc = ops->reference(child, fk, which, most, predicate, watch(&guard));
    return checked(ops, "reference", rc, 0, &guard, err);
}

int cg_source_spell(struct cg_session *session, const struct cg_table *table, const struct cg_type *type,
                    const char *const *texts, size_t count, struct cg_arena *arena, const char **ret_texts,
                    struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(session);
    struct guard guard;
    if (!ops->spell)
        return cg_error_set(err, CG_ERR_USAGE, "source %s does not tell how it spells expressions", ops->schemes[0]);
    int rc = ops->spell(session, table, type, texts, count, arena, ret_texts, watch(&guard));
    return checked(ops, "spell", rc, 0, &guard, err);
}

int cg_source_row_key(struct cg_source *source, const struct cg_table *table, struct cg_arena *arena,
                      struct cg_row_key *ret_key, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    struct cg_row_key key = {0};
    if (ops->row_key && checked(ops, "row_key", ops->row_key(table, arena, &key, watch(&guard)), 0, &guard, err) < 0)
        return -1;
    *ret_key = key;
    return 0;
}

int cg_source_row_predicate(struct cg_source *source, const struct cg_table *table, const struct cg_row_key *key,
                            const struct cg_slice *texts, struct cg_buffer *out, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    if (!ops->row_predicate || !key->count)
        return cg_error_set(err, CG_ERR_INTERNAL, "a row of table %s was to be named, which has no key", table->name);
    int rc = ops->row_predicate(table, key, texts, out, watch(&guard));
    return checked(ops, "row_predicate", rc, 0, &guard, err);
}

int cg_source_stored_bytes(struct cg_source *source, const struct cg_column *column, struct cg_arena *arena,
                           const char **ret_expression, struct cg_error *err) {
    const struct cg_source_ops *ops = ops_of(source);
    struct guard guard;
    const char *expression = NULL;
    if (ops->stored_bytes &&
        checked(ops, "stored_bytes", ops->stored_bytes(column, arena, &expression, watch(&guard)), 0, &guard, err) < 0)
        return -1;
    *ret_expression = expression;
    return 0;
}
