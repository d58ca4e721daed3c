/* What an engine implements to be a target: one struct cg_target_ops, registered in load/target.c.
 *
 * Only load/ includes this. The functions of load/target.h, load/ledger.h and load/orphans.h are thin wrappers around
 * these entries, with the same contracts; they are the only callers. An engine's target and session structs begin with
 * the two structs below. */
#ifndef CG_LOAD_INTERNAL_H
#define CG_LOAD_INTERNAL_H

#include "load/existing.h"
#include "load/ledger.h"
#include "load/orphans.h"
#include "load/target.h"

struct cg_target {
    const struct cg_target_ops *ops;
};

struct cg_target_session {
    const struct cg_target_ops *ops;
};

struct cg_ledger_ops {
    int (*prepare)(struct cg_target_session *session, struct cg_error *err);
    int (*run_begin)(struct cg_target_session *session, const struct cg_ledger_run *run, struct cg_error *err);
    int (*run_end)(struct cg_target_session *session, const char *run_id, const char *state, struct cg_error *err);
    int (*table_add)(struct cg_target_session *session, const char *run_id, const char *source_table,
                     const char *target_table, int64_t *ret_id, struct cg_error *err);
    int (*table_state)(struct cg_target_session *session, int64_t table_id, const char *state, const char *message,
                       struct cg_error *err);
    int (*chunk_lease)(struct cg_target_session *session, int64_t table_id, int number, struct cg_slice predicate,
                       struct cg_chunk_id *ret_chunk, struct cg_error *err);
    int (*chunk_take_over)(struct cg_target_session *session, struct cg_chunk_id *chunk, bool *ret_done,
                           struct cg_error *err);
    int (*table_sum)(struct cg_target_session *session, int64_t table_id, struct cg_ledger_table_sum *ret_sum,
                     struct cg_error *err);
    int (*conversions)(struct cg_target_session *session, int64_t table_id, struct cg_arena *arena,
                       struct cg_conversion_count **ret_counts, size_t *ret_count, struct cg_error *err);
    int (*rejects)(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit,
                   struct cg_arena *arena, struct cg_reject **ret_rejects, size_t *ret_count, struct cg_error *err);
    int (*run_read)(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                    struct cg_ledger_run *ret_run, struct cg_error *err);
    int (*run_tables)(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                      struct cg_ledger_table_row **ret_tables, size_t *ret_count, struct cg_error *err);
    int (*retry_begin)(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit,
                       const char *table, const char *const *columns, size_t column_count, struct cg_arena *arena,
                       struct cg_reject **ret_rejects, size_t *ret_count, struct cg_error *err);
    int (*retry_commit)(struct cg_target_session *session, const struct cg_retry *outcomes, size_t count, uint64_t rows,
                        struct cg_error *err);
    int (*event)(struct cg_target_session *session, const char *run_id, const char *kind, const char *object,
                 const char *text, struct cg_error *err);
    int (*verdict)(struct cg_target_session *session, const char *run_id, const char *verdict, const char *report_json,
                   struct cg_error *err);
    int (*runs)(struct cg_target_session *session, struct cg_arena *arena, struct cg_ledger_run_row **ret_rows,
                size_t *ret_count, struct cg_error *err);
    int (*report)(struct cg_target_session *session, const char *run_id, struct cg_arena *arena, const char **ret_json,
                  struct cg_error *err);
    int (*forget)(struct cg_target_session *session, const char *run_id, struct cg_error *err);
};

struct cg_orphan_ops {
    int (*count)(struct cg_target_session *session, const struct cg_orphan_place *place, uint64_t *ret_count,
                 struct cg_error *err);
    int (*tell)(struct cg_target_session *session, const struct cg_orphan_place *place, enum cg_orphan_told which,
                cg_orphan_images *next, void *context, struct cg_error *err);
    int (*sort)(struct cg_target_session *session, const struct cg_orphan_place *place, struct cg_arena *arena,
                struct cg_orphans_found *ret_found, struct cg_error *err);
    int (*remove)(struct cg_target_session *session, const struct cg_orphan_place *place,
                  const struct cg_orphan_removal *removal, struct cg_arena *arena,
                  struct cg_orphans_removed *ret_removed, struct cg_error *err);
};

struct cg_target_ops {
    const char *scheme; /* of URIs */
    const char *engine; /* as cg_server.engine */
    int (*open)(const struct cg_uri *uri, const char *schema, const char *ledger_schema, struct cg_target **ret_target,
                struct cg_error *err);
    void (*free)(struct cg_target *target);
    const struct cg_server *(*server)(const struct cg_target *target);
    bool (*has_extension)(const struct cg_target *target, const char *name);
    bool (*has_feature)(const struct cg_target *target, enum cg_target_feature feature);
    bool (*schema_exists)(const struct cg_target *target);
    int (*session_open)(struct cg_target *target, struct cg_target_session **ret_session, struct cg_error *err);
    void (*session_close)(struct cg_target_session *session);
    void (*cancel)(struct cg_target *target);
    int (*check_rights)(struct cg_target_session *session, bool makes_tables, struct cg_error *err);
    int (*check_owner)(struct cg_target_session *session, const char *role, struct cg_error *err);
    int (*claim)(struct cg_target_session *session, struct cg_error *err);
    int (*dependents)(struct cg_target_session *session, const struct cg_catalog *wanted, struct cg_arena *arena,
                      const char ***ret_names, size_t *ret_count, struct cg_error *err);
    int (*existing)(struct cg_target_session *session, const char *const *tables, size_t count, bool truncate,
                    struct cg_arena *arena, struct cg_existing **ret_existing, struct cg_error *err);
    int (*holds_rows)(struct cg_target_session *session, const char *table, bool *ret_rows, struct cg_error *err);
    int (*existing_ddl)(const struct cg_ddl_options *options, const struct cg_catalog *wanted,
                        const struct cg_catalog *actual, bool truncate, struct cg_arena *arena,
                        struct cg_ddl_list *ret_list, struct cg_error *err);
    int (*constraints)(const struct cg_ddl_options *options, const struct cg_existing *existing, bool truncate,
                       struct cg_arena *arena, struct cg_constraint **ret_constraints, size_t *ret_count,
                       struct cg_error *err);
    int (*pending)(struct cg_target_session *session, const char *prefix, struct cg_arena *arena,
                   struct cg_pending **ret_pending, size_t *ret_count, struct cg_error *err);
    int (*execute)(struct cg_target_session *session, const char *sql, struct cg_error *err);
    int (*script)(struct cg_target_session *session, const char *sql, size_t *ret_line, struct cg_error *err);
    int (*duplicates)(struct cg_target_session *session, const struct cg_table *table, const struct cg_key *key,
                      struct cg_arena *arena, const char ***ret_samples, size_t *ret_count, struct cg_error *err);
    int (*catalog)(struct cg_target_session *session, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                   struct cg_error *err);
    int (*ddl)(const struct cg_ddl_options *options, const struct cg_catalog *wanted, struct cg_arena *arena,
               struct cg_ddl_list *ret_list, struct cg_error *err);
    int (*trial)(struct cg_target_session *session, const struct cg_catalog *wanted, struct cg_arena *arena,
                 struct cg_trial *ret_trial, struct cg_error *err);
    int (*chunk_begin)(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                       const char *const *columns, size_t column_count, struct cg_error *err);
    int (*chunk_write)(struct cg_target_session *session, struct cg_slice images, struct cg_error *err);
    int (*chunk_commit)(struct cg_target_session *session, const struct cg_chunk_result *result,
                        const struct cg_conversion_count *conversions, size_t conversion_count, struct cg_error *err);
    void (*chunk_abort)(struct cg_target_session *session);
    int (*chunk_begin_parts)(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                             const char *const *columns, size_t column_count, struct cg_error *err);
    int (*chunk_write_part)(struct cg_target_session *session, struct cg_slice images, cg_refused_fn *refused,
                            void *context, uint64_t *ret_rows, struct cg_error *err);
    int (*chunk_reject)(struct cg_target_session *session, const struct cg_reject *rejects, size_t count,
                        struct cg_error *err);
    int (*canary)(struct cg_target_session *session, const char *const *types, size_t count, struct cg_slice image,
                  struct cg_arena *arena, const char **ret_texts, struct cg_error *err);
    int (*canary_image)(struct cg_target_session *session, struct cg_buffer *image, struct cg_error *err);
    const struct cg_ledger_ops *ledger;
    const struct cg_orphan_ops *orphans;
};

extern const struct cg_target_ops cg_pg_target_ops; /* load/postgresql/ */

/* Returns rc; a failure that filled no error becomes a defect that names the entry. err may be NULL. */
int cg_target_checked(int rc, const char *entry, struct cg_error *err);

#endif
