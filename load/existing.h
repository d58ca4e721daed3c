/* Tables that are there already and get rows (--data-only): what would keep rows out of them, or change them on their
 * way, and the statements around the load.
 *
 * Everything is told of the tables asked for, which are those of the target schema that a run loads. */
#ifndef CG_LOAD_EXISTING_H
#define CG_LOAD_EXISTING_H

#include "load/target.h"

struct cg_existing_table {
    const char *name;
    bool partitioned;
    bool has_children; /* tables inherit from it: their rows count as its own */
    bool row_security; /* applies to this user, so that COPY is refused */
    bool owned;        /* this user may alter it */
    const char *grant; /* the right that is missing, as the statement that gives it; NULL: none */
    const char *rules; /* names of rules ON INSERT, which COPY does not run; NULL: none */
};

/* One whose child or parent was asked for. */
struct cg_existing_foreign_key {
    const char *child, *parent;             /* qualified and quoted, for people and SQL */
    const char *child_table, *parent_table; /* the names asked for; NULL: it was not */
    const char *name;
    const char *definition; /* as ALTER TABLE ... ADD CONSTRAINT takes it */
    const char *comment;    /* NULL: none */
    bool validated;
    bool enforced; /* rows of the child are checked when they come in */
    bool child_partitioned, child_owned;
    const char
        *grant; /* the right on the parent that re-making it takes and this user lacks, as a statement; or NULL */
};

/* A user's trigger of such a table or of one of its partitions, parents first. */
struct cg_existing_trigger {
    const char *table;    /* the name asked for */
    const char *relation; /* where it hangs, qualified and quoted */
    const char *name, *definition;
    char state; /* pg_trigger.tgenabled: O and A fire for us; R and D do not */
    bool on_insert, on_truncate;
    bool owned;
};

struct cg_existing {
    struct cg_existing_table *tables;
    size_t table_count;
    struct cg_existing_foreign_key *foreign_keys;
    size_t foreign_key_count;
    struct cg_existing_trigger *triggers;
    size_t trigger_count;
    bool replica; /* session_replication_role is not origin: foreign keys and triggers do not count */
};

/* Looks at tables of the target schema; one that is not there is not in *ret_existing. truncate: rights are looked at
 * for TRUNCATE too. Lives in the arena. */
CG_MUST_USE int cg_target_existing(struct cg_target_session *session, const char *const *tables, size_t count,
                                   bool truncate, struct cg_arena *arena, struct cg_existing **ret_existing,
                                   struct cg_error *err);
/* Does the table, or one that inherits from it, hold rows? */
CG_MUST_USE int cg_target_holds_rows(struct cg_target_session *session, const char *table, bool *ret_rows,
                                     struct cg_error *err);

/* The statements around a load into tables that are there: with `truncate` one TRUNCATE of exactly the tables of
 * `wanted` (CG_DDL_DROP); the sequences behind columns set past what the source would give, what the rows hold and what
 * they would give themselves (CG_DDL_SEQUENCE); ANALYZE. wanted: a plan's catalog; actual: the target's own. Pure. */
CG_MUST_USE int cg_target_existing_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted,
                                       const struct cg_catalog *actual, bool truncate, struct cg_arena *arena,
                                       struct cg_ddl_list *ret_list, struct cg_error *err);

/* Will it fire for rows that come in by COPY, or with `truncate` for TRUNCATE? */
bool cg_existing_trigger_fires(const struct cg_existing_trigger *trigger, bool truncate);
/* Are rows checked by it that come into a table that was asked for? */
bool cg_existing_foreign_key_checks(const struct cg_existing_foreign_key *key);

/* ---- taking them out of the way, and bringing them back (--manage-constraints) ---- */

enum { CG_CONSTRAINT_STEPS = 3 };

struct cg_constraint {
    const char *kind;                      /* "foreign key", "trigger" */
    const char *table;                     /* the name asked for */
    const char *name;                      /* for people: "posts.fk_posts_users" */
    const char *take;                      /* the statement that drops or disables it */
    const char *give[CG_CONSTRAINT_STEPS]; /* those that bring it back as it was, in order */
    size_t give_count;
    bool
        checks_last; /* the last one checks the rows that are there: it may take long, and may fail for what they are */
};

/* For every foreign key that checks rows of these tables and every trigger that would fire for them. Pure. */
CG_MUST_USE int cg_target_constraints(const struct cg_ddl_options *options, const struct cg_existing *existing,
                                      bool truncate, struct cg_arena *arena, struct cg_constraint **ret_constraints,
                                      size_t *ret_count, struct cg_error *err);

/* A statement that some run was to bring something back with and has not run: an event "constraint.restore" of the
 * ledger, with the same object and message as no later "constraint.restored". */
struct cg_pending {
    const char *run_id, *object, *sql;
};
/* Those whose object begins with prefix, in the order in which they are to be run; none when there is no ledger. */
CG_MUST_USE int cg_target_pending(struct cg_target_session *session, const char *prefix, struct cg_arena *arena,
                                  struct cg_pending **ret_pending, size_t *ret_count, struct cg_error *err);

#endif
