/* The write side of an engine: sessions on the target, DDL as text, chunks of row images, the ledger beside them.
 *
 * A target session is one connection and belongs to one thread. cg_target_cancel may be called from any thread.
 * An engine is one struct cg_target_ops (load/postgresql/), registered in load/target.c. */
#ifndef CG_LOAD_TARGET_H
#define CG_LOAD_TARGET_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/conversions.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/uri.h"

#include <stdbool.h>

struct cg_target;
struct cg_target_session;

/* When a statement may run. Within one phase statements of different tables are independent; those of one table with
 * equal phase are too, except CG_DDL_KEY, which follow each other. */
enum cg_ddl_phase {
    CG_DDL_DROP,     /* --drop-existing */
    CG_DDL_TYPE,     /* schema, enum types, stand-alone sequences */
    CG_DDL_TABLE,    /* tables without keys; NOT NULL, defaults, CHECKs that belong to a type, identity, generation */
    CG_DDL_INDEX,    /* every index, unique ones and the primary key's included: may run in parallel on one table */
    CG_DDL_KEY,      /* ALTER TABLE ... ADD CONSTRAINT ... PRIMARY KEY / UNIQUE USING INDEX: one after the other */
    CG_DDL_FK,       /* ADD FOREIGN KEY ... NOT VALID: one after the other over all tables */
    CG_DDL_FK_CHECK, /* VALIDATE CONSTRAINT */
    CG_DDL_CHECK,    /* CHECKs of the source, NOT VALID: one after the other */
    CG_DDL_CHECK_VALIDATE,
    CG_DDL_SEQUENCE, /* setval past both sides' maxima */
    CG_DDL_TRIGGER,  /* functions, then triggers on them: one after the other */
    CG_DDL_VIEW,     /* one after the other: a view may read those before it */
    CG_DDL_COMMENT,
    CG_DDL_ANALYZE,
    CG_DDL_OWNER, /* --owner: the last, as it may take rights away from whoever made the things */
    CG_DDL_PHASES
};

struct cg_ddl {
    enum cg_ddl_phase phase;
    const char *kind; /* "table", "primary key", "unique", "index", "foreign key", "sequence", "type", ... */
    const char *name; /* unquoted, for reports: "orders.k_cust" */
    const struct cg_table *table;             /* NULL when it belongs to none */
    const char *sql;                          /* one statement, no trailing semicolon */
    const struct cg_foreign_key *foreign_key; /* the one it makes or validates; NULL for others */
    const struct cg_key *key;                 /* the one whose index it builds; NULL for others */
    bool optional;                            /* its failure is a note, not a blocker (ANALYZE, comments) */
};

struct cg_ddl_list {
    struct cg_ddl *items;
    size_t count;
};

struct cg_ddl_options {
    const char *engine; /* as cg_server.engine; NULL: "postgresql" */
    const char *schema; /* where the tables go */
    bool schema_exists; /* cg_target_schema_exists: no CREATE SCHEMA, whose right on the database may be missing */
    bool drop_existing;
    const char *owner;  /* the role that is to own what is made; NULL: whoever makes it */
    int server_version; /* as cg_server.version_number: some statements exist only from a version on; 0: the oldest */
};

/* uri: scheme chooses the engine. schema: where the tables go. ledger_schema: where the ledger lives; not the same.
 * Connects once and refuses (CG_ERR_USAGE) a target whose encoding is not UTF8 (R19), a server that is in recovery or
 * read-only or too old. Asks for no rights: see cg_target_check_rights. */
CG_MUST_USE int cg_target_open(const struct cg_uri *uri, const char *schema, const char *ledger_schema,
                               struct cg_target **ret_target, struct cg_error *err);
/* Accepts NULL. All sessions must be closed. */
void cg_target_free(struct cg_target *target);
/* What cg_target_open learned. Lives as long as the target. */
const struct cg_server *cg_target_server(const struct cg_target *target);
/* Is an extension installed in the target database ("postgis", "vector")? */
bool cg_target_has_extension(const struct cg_target *target, const char *name);

/* What a target may have or not. */
enum cg_target_feature {
    CG_TARGET_ICU,        /* collations of ICU */
    CG_TARGET_ALL_LETTERS /* lower() knows letters beyond ASCII in the database's own locale, and so does citext */
};
bool cg_target_has_feature(const struct cg_target *target, enum cg_target_feature feature);

/* Was the schema where the tables go there when the target was opened? */
bool cg_target_schema_exists(const struct cg_target *target);

CG_MUST_USE int cg_target_session_open(struct cg_target *target, struct cg_target_session **ret_session,
                                       struct cg_error *err);
void cg_target_session_close(struct cg_target_session *session); /* accepts NULL */
/* Cancels what every session is doing. Any thread. */
void cg_target_cancel(struct cg_target *target);

/* May this user make the tables (makes_tables; else those that are there are filled) and the ledger? CG_ERR_RIGHTS
 * names the GRANTs that mend it. Called once, before other sessions are opened. */
CG_MUST_USE int cg_target_check_rights(struct cg_target_session *session, bool makes_tables, struct cg_error *err);
/* Can that role be made the owner of what is made, and does this user keep its rights then? CG_ERR_RIGHTS names the
 * statements that mend it. */
CG_MUST_USE int cg_target_check_owner(struct cg_target_session *session, const char *role, struct cg_error *err);
/* Claims the target schema for one run until the session closes, so that no two runs move into it at once.
 * CG_ERR_CONFLICT when another has it. */
CG_MUST_USE int cg_target_claim(struct cg_target_session *session, struct cg_error *err);

/* What would keep the DROPs of cg_target_ddl from working: whatever depends on the tables, enum types, stand-alone
 * sequences, views and trigger functions of the names in `wanted` and would not go with them, as the server describes
 * it ("view a", "constraint b on table c"), in the arena. */
CG_MUST_USE int cg_target_dependents(struct cg_target_session *session, const struct cg_catalog *wanted,
                                     struct cg_arena *arena, const char ***ret_names, size_t *ret_count,
                                     struct cg_error *err);

/* Runs one statement outside any transaction of ours. CG_ERR_OBJECT when the server refuses it, with its words;
 * CG_ERR_RIGHTS with the GRANT that mends it; CG_ERR_ENGINE (retryable) when a lock was not to be had, the sessions
 * that hold locks in the hint (R16); other classes when the server, not the statement, is at fault. */
CG_MUST_USE int cg_target_execute(struct cg_target_session *session, const char *sql, struct cg_error *err);

/* Runs a file of SQL as the user's own client would: with the settings of their role, the target's schema first in the
 * search_path, the whole in one transaction unless it has BEGIN and COMMIT. The session is for nothing else afterwards.
 * CG_ERR_OBJECT in the server's words when a statement is refused, *ret_line its line, from 1 on; 0: not known. */
CG_MUST_USE int cg_target_script(struct cg_target_session *session, const char *sql, size_t *ret_line,
                                 struct cg_error *err);

/* The first groups of rows that a unique key calls equal: "id=1 (login='ss') = id=7 (login='x')", in the arena; none
 * when it would hold. */
CG_MUST_USE int cg_target_duplicates(struct cg_target_session *session, const struct cg_table *table,
                                     const struct cg_key *key, struct cg_arena *arena, const char ***ret_samples,
                                     size_t *ret_count, struct cg_error *err);

/* The catalog of the target schema as it is now, read in a few set-wise queries. */
CG_MUST_USE int cg_target_catalog(struct cg_target_session *session, struct cg_arena *arena,
                                  struct cg_catalog **ret_catalog, struct cg_error *err);

/* The statements that make `wanted` (a plan's target catalog: types spelled in the target's words), in order of phase.
 * drop_existing adds DROPs for tables and enum types of those names, never CASCADE. next values of sequences come from
 * wanted's tables; the statements take the maximum with what the rows hold when they run. Pure: no connection. */
CG_MUST_USE int cg_target_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted,
                              struct cg_arena *arena, struct cg_ddl_list *ret_list, struct cg_error *err);

/* The schema of a plan that is only tried. */
#define CG_TRIAL_SCHEMA "pg_temp"

/* What came of trying a plan's translations. All of it lives in the arena. */
struct cg_trial {
    struct cg_refusal *refused; /* kinds and names as in struct cg_translation */
    size_t refused_count;
    const char *unproved; /* why not everything could be tried, as a sentence; NULL: it was */
};

/* Makes what `wanted` translates (generated columns, defaults, CHECKs, indexes over expressions, triggers, views), each
 * on its own, on empty tables of their own, and leaves nothing behind: one transaction in CG_TRIAL_SCHEMA, for which
 * `wanted` was planned. */
CG_MUST_USE int cg_target_trial(struct cg_target_session *session, const struct cg_catalog *wanted,
                                struct cg_arena *arena, struct cg_trial *ret_trial, struct cg_error *err);

/* ---- chunks: a transaction that holds a chunk's rows and its ledger row (design, R15) ---- */

struct cg_chunk_id {
    int64_t id; /* the ledger's */
    int epoch;
};

/* What a chunk turned out to be; goes into the ledger row. */
struct cg_chunk_result {
    struct cg_digest digest; /* rows included */
    uint64_t bytes;          /* of row images */
};

/* One named conversion of one column within a chunk. */
struct cg_conversion_count {
    enum cg_conversion conversion;
    const char *column;
    uint64_t count;
    const char *samples[5]; /* keys as text: "id=17"; NULL when there are fewer */
};

/* BEGIN; the lease row must be ours; COPY table (columns) FROM STDIN BINARY, header sent. columns: the base columns in
 * image order, unquoted. On failure the transaction is rolled back and the session usable unless the connection is
 * gone. */
CG_MUST_USE int cg_chunk_begin(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                               const char *const *columns, size_t column_count, struct cg_error *err);
/* Whole row images, one after the other. An error of the server's is noticed by the next call, not only at the end;
 * after a failure the chunk is over, as after cg_chunk_abort. CG_ERR_DATA: the server refuses a row or value, its
 * "line" counts the chunk's rows from 1. */
CG_MUST_USE int cg_chunk_write(struct cg_target_session *session, struct cg_slice images, struct cg_error *err);
/* Ends the COPY, checks that the server took result->digest.rows rows (in parts: all together), adds the conversions,
 * sets the chunk done, COMMIT. On failure as after cg_chunk_abort, but when the connection breaks while committing
 * nobody knows: the message says so, and cg_ledger_chunk_take_over settles it (R15). */
CG_MUST_USE int cg_chunk_commit(struct cg_target_session *session, const struct cg_chunk_result *result,
                                const struct cg_conversion_count *conversions, size_t conversion_count,
                                struct cg_error *err);
/* Ends the COPY with an error and rolls back; the ledger row is as before. Does nothing when no chunk is open. */
void cg_chunk_abort(struct cg_target_session *session);

/* ---- rows that are set aside (--on-error reject; docs/rejects.md) ---- */

/* A row that did not get into its table, as the ledger keeps it. Texts are UTF-8. */
struct cg_reject {
    int64_t id;            /* the ledger's; 0 before it is there */
    const char *key;       /* "id=17"; NULL: the table has no key */
    struct cg_slice where; /* SQL of the source that selects the row, byte for byte; data NULL: there is none */
    const char *column;    /* the source's; NULL: the row as a whole */
    bool by_target;        /* the target refused it; else it could not be converted */
    const char *sqlstate;  /* of the target's refusal; NULL: it could not be converted */
    const char *reason;
    struct cg_digest digest; /* of this row alone, in canonical form (or as CG_MISFIT_DIFFER has it) */
};

/* Takes a row that the target refuses. why: CG_ERR_DATA with the SQLSTATE and the server's words. Not 0 ends the chunk
 * with err. The image is the caller's, the error is valid until the function returns. */
typedef int cg_refused_fn(void *context, struct cg_slice image, const struct cg_error *why, struct cg_error *err);

/* As cg_chunk_begin, for a chunk whose refused rows are set aside: its rows come by cg_chunk_write_part. */
CG_MUST_USE int cg_chunk_begin_parts(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                                     const char *const *columns, size_t column_count, struct cg_error *err);
/* Whole row images, one after the other. Rows that the server refuses for what they are (a value, a constraint, a
 * domain, a trigger, a limit: by SQLSTATE's class) go to `refused` in their order; all others are in the table when the
 * chunk commits. Each call is one COPY behind a savepoint; one that fails is halved until a row is alone, so what a
 * trigger did for a row that is refused is undone. Any other error ends the chunk. *ret_rows: how many went in. */
CG_MUST_USE int cg_chunk_write_part(struct cg_target_session *session, struct cg_slice images, cg_refused_fn *refused,
                                    void *context, uint64_t *ret_rows, struct cg_error *err);
/* Enters rows into the ledger as set aside, in the chunk's transaction. A failure ends the chunk. */
CG_MUST_USE int cg_chunk_reject(struct cg_target_session *session, const struct cg_reject *rejects, size_t count,
                                struct cg_error *err);

/* ---- canaries: a temporary table on the target (R25, R26) ---- */

/* CREATE TEMP TABLE with one column per type text (as it stands in DDL: an enum's qualified and quoted), loads one row
 * image, reads each column back as the server's own text. ret_texts[count] live in the arena (NULL for NULL). The table
 * stays until the session ends: `pg_temp.crossgrade_canary`. */
CG_MUST_USE int cg_target_canary(struct cg_target_session *session, const char *const *types, size_t count,
                                 struct cg_slice image, struct cg_arena *arena, const char **ret_texts,
                                 struct cg_error *err);
/* The row image of the canary table as the server gives it back, into `image` (cleared first). */
CG_MUST_USE int cg_target_canary_image(struct cg_target_session *session, struct cg_buffer *image,
                                       struct cg_error *err);

#endif
