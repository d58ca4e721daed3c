/* The table of target engines, and the thin wrappers through which everything else calls them; see target.h. */
#include "load/target.h"

#include "load/internal.h"

#include <string.h>

static const struct cg_target_ops *const engines[] = {&cg_pg_target_ops};
enum { ENGINE_COUNT = sizeof engines / sizeof *engines };

int cg_target_checked(int rc, const char *entry, struct cg_error *err) {
    if (rc != 0 && err && err->cls == CG_ERR_NONE)
        cg_error_set(err, CG_ERR_INTERNAL, "the target's %s failed without saying why", entry);
    return rc;
}

int cg_target_open(const struct cg_uri *uri, const char *schema, const char *ledger_schema,
                   struct cg_target **ret_target, struct cg_error *err) {
    for (size_t i = 0; i < ENGINE_COUNT; i++)
        if (strcmp(uri->scheme, engines[i]->scheme) == 0)
            return cg_target_checked(engines[i]->open(uri, schema, ledger_schema, ret_target, err), "open", err);
    cg_error_set(err, CG_ERR_USAGE, "a %s:// database cannot be the target", uri->scheme);
    cg_error_hint(err, "name a target like postgresql://USER@HOST:PORT/DATABASE");
    cg_error_object(err, "%s", uri->shown);
    return -1;
}

void cg_target_free(struct cg_target *target) {
    if (target)
        target->ops->free(target);
}

const struct cg_server *cg_target_server(const struct cg_target *target) {
    return target->ops->server(target);
}

bool cg_target_has_extension(const struct cg_target *target, const char *name) {
    return target->ops->has_extension(target, name);
}

bool cg_target_has_feature(const struct cg_target *target, enum cg_target_feature feature) {
    return target->ops->has_feature(target, feature);
}

bool cg_target_schema_exists(const struct cg_target *target) {
    return target->ops->schema_exists(target);
}

int cg_target_session_open(struct cg_target *target, struct cg_target_session **ret_session, struct cg_error *err) {
    return cg_target_checked(target->ops->session_open(target, ret_session, err), "session_open", err);
}

void cg_target_session_close(struct cg_target_session *session) {
    if (session)
        session->ops->session_close(session);
}

void cg_target_cancel(struct cg_target *target) {
    target->ops->cancel(target);
}

int cg_target_claim(struct cg_target_session *session, struct cg_error *err) {
    return cg_target_checked(session->ops->claim(session, err), "claim", err);
}

int cg_target_check_owner(struct cg_target_session *session, const char *role, struct cg_error *err) {
    return cg_target_checked(session->ops->check_owner(session, role, err), "check_owner", err);
}

int cg_target_check_rights(struct cg_target_session *session, bool makes_tables, struct cg_error *err) {
    return cg_target_checked(session->ops->check_rights(session, makes_tables, err), "check_rights", err);
}

int cg_target_dependents(struct cg_target_session *session, const struct cg_catalog *wanted, struct cg_arena *arena,
                         const char ***ret_names, size_t *ret_count, struct cg_error *err) {
    return cg_target_checked(session->ops->dependents(session, wanted, arena, ret_names, ret_count, err), "dependents",
                             err);
}

int cg_target_execute(struct cg_target_session *session, const char *sql, struct cg_error *err) {
    return cg_target_checked(session->ops->execute(session, sql, err), "execute", err);
}

int cg_target_script(struct cg_target_session *session, const char *sql, size_t *ret_line, struct cg_error *err) {
    return cg_target_checked(session->ops->script(session, sql, ret_line, err), "script", err);
}

int cg_target_duplicates(struct cg_target_session *session, const struct cg_table *table, const struct cg_key *key,
                         struct cg_arena *arena, const char ***ret_samples, size_t *ret_count, struct cg_error *err) {
    return cg_target_checked(session->ops->duplicates(session, table, key, arena, ret_samples, ret_count, err),
                             "duplicates", err);
}

int cg_target_catalog(struct cg_target_session *session, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                      struct cg_error *err) {
    return cg_target_checked(session->ops->catalog(session, arena, ret_catalog, err), "catalog", err);
}

int cg_target_existing(struct cg_target_session *session, const char *const *tables, size_t count, bool truncate,
                       struct cg_arena *arena, struct cg_existing **ret_existing, struct cg_error *err) {
    return cg_target_checked(session->ops->existing(session, tables, count, truncate, arena, ret_existing, err),
                             "existing", err);
}

int cg_target_holds_rows(struct cg_target_session *session, const char *table, bool *ret_rows, struct cg_error *err) {
    return cg_target_checked(session->ops->holds_rows(session, table, ret_rows, err), "holds_rows", err);
}

static const struct cg_target_ops *ops_of_engine(const struct cg_ddl_options *options, struct cg_error *err) {
    const char *engine = options->engine ? options->engine : "postgresql";
    for (size_t i = 0; i < ENGINE_COUNT; i++)
        if (strcmp(engine, engines[i]->engine) == 0)
            return engines[i];
    cg_error_set(err, CG_ERR_USAGE, "no DDL can be printed for the engine %s", engine);
    return NULL;
}

int cg_target_existing_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted,
                           const struct cg_catalog *actual, bool truncate, struct cg_arena *arena,
                           struct cg_ddl_list *ret_list, struct cg_error *err) {
    const struct cg_target_ops *ops = ops_of_engine(options, err);
    if (!ops)
        return -1;
    return cg_target_checked(ops->existing_ddl(options, wanted, actual, truncate, arena, ret_list, err), "existing_ddl",
                             err);
}

int cg_target_constraints(const struct cg_ddl_options *options, const struct cg_existing *existing, bool truncate,
                          struct cg_arena *arena, struct cg_constraint **ret_constraints, size_t *ret_count,
                          struct cg_error *err) {
    const struct cg_target_ops *ops = ops_of_engine(options, err);
    if (!ops)
        return -1;
    return cg_target_checked(ops->constraints(options, existing, truncate, arena, ret_constraints, ret_count, err),
                             "constraints", err);
}

int cg_target_pending(struct cg_target_session *session, const char *prefix, struct cg_arena *arena,
                      struct cg_pending **ret_pending, size_t *ret_count, struct cg_error *err) {
    return cg_target_checked(session->ops->pending(session, prefix, arena, ret_pending, ret_count, err), "pending",
                             err);
}

int cg_target_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted, struct cg_arena *arena,
                  struct cg_ddl_list *ret_list, struct cg_error *err) {
    const struct cg_target_ops *ops = ops_of_engine(options, err);
    return ops ? cg_target_checked(ops->ddl(options, wanted, arena, ret_list, err), "ddl", err) : -1;
}

int cg_target_trial(struct cg_target_session *session, const struct cg_catalog *wanted, struct cg_arena *arena,
                    struct cg_trial *ret_trial, struct cg_error *err) {
    return cg_target_checked(session->ops->trial(session, wanted, arena, ret_trial, err), "trial", err);
}

int cg_chunk_begin(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                   const char *const *columns, size_t column_count, struct cg_error *err) {
    return cg_target_checked(session->ops->chunk_begin(session, chunk, table, columns, column_count, err),
                             "chunk_begin", err);
}

int cg_chunk_write(struct cg_target_session *session, struct cg_slice images, struct cg_error *err) {
    return cg_target_checked(session->ops->chunk_write(session, images, err), "chunk_write", err);
}

int cg_chunk_commit(struct cg_target_session *session, const struct cg_chunk_result *result,
                    const struct cg_conversion_count *conversions, size_t conversion_count, struct cg_error *err) {
    return cg_target_checked(session->ops->chunk_commit(session, result, conversions, conversion_count, err),
                             "chunk_commit", err);
}

void cg_chunk_abort(struct cg_target_session *session) {
    session->ops->chunk_abort(session);
}

int cg_chunk_begin_parts(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                         const char *const *columns, size_t column_count, struct cg_error *err) {
    return cg_target_checked(session->ops->chunk_begin_parts(session, chunk, table, columns, column_count, err),
                             "chunk_begin_parts", err);
}

int cg_chunk_write_part(struct cg_target_session *session, struct cg_slice images, cg_refused_fn *refused,
                        void *context, uint64_t *ret_rows, struct cg_error *err) {
    return cg_target_checked(session->ops->chunk_write_part(session, images, refused, context, ret_rows, err),
                             "chunk_write_part", err);
}

int cg_chunk_reject(struct cg_target_session *session, const struct cg_reject *rejects, size_t count,
                    struct cg_error *err) {
    return cg_target_checked(session->ops->chunk_reject(session, rejects, count, err), "chunk_reject", err);
}

int cg_target_canary(struct cg_target_session *session, const char *const *types, size_t count, struct cg_slice image,
                     struct cg_arena *arena, const char **ret_texts, struct cg_error *err) {
    return cg_target_checked(session->ops->canary(session, types, count, image, arena, ret_texts, err), "canary", err);
}

int cg_target_canary_image(struct cg_target_session *session, struct cg_buffer *image, struct cg_error *err) {
    return cg_target_checked(session->ops->canary_image(session, image, err), "canary_image", err);
}
