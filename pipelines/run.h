/* The state of one migration, shared by its stages (migrate.c runs them in order; each stage is a file of its own).
 *
 * Who may touch what: fields without a note are written by the stages' main thread only, before threads start or after
 * they were joined; a table's `lock` guards what is said to be under it. */
#ifndef CG_PIPELINES_RUN_H
#define CG_PIPELINES_RUN_H

#include "core/clock.h"
#include "extract/source.h"
#include "load/existing.h"
#include "load/ledger.h"
#include "load/target.h"
#include "pipelines/change.h"
#include "pipelines/control.h"
#include "pipelines/pipeline.h"
#include "pipelines/pool.h"
#include "transform/encoder.h"
#include "transform/plan.h"
#include "verify/verdict.h"

enum { CG_SPARE_SESSIONS = 2 };

struct cg_run_table {
    const struct cg_table_plan *plan;
    const struct cg_table *target; /* as the target's own catalog has it; NULL when it is not there */
    struct cg_encoder_plan *encoder;
    const struct cg_column **read_columns; /* source columns in image order: the base image (R18) */
    const char **write_columns;
    size_t column_count;
    int64_t ledger_id;
    int64_t rows_counted; /* COUNT(*) in the snapshot; -1: not counted yet */

    size_t wave; /* tables of a wave are loaded when those of the waves before it are */

    pthread_mutex_t lock;
    bool failed;                                 /* under lock; once set nothing more is done for the table */
    struct cg_error error;                       /* under lock */
    bool walked;                                 /* under lock: all its chunks were handed out */
    int chunks, chunks_done;                     /* under lock: handed out (once walked); committed or given up */
    uint64_t bytes;                              /* under lock: committed */
    uint64_t rows;                               /* under lock: committed */
    uint64_t rejected;                           /* under lock: set aside, by chunks that were committed */
    int indexes_left;                            /* under lock */
    double rows_started, rows_ended, keys_ended; /* under lock: seconds on cg_now's clock; 0: not yet */
    struct cg_conversion_count
        *conversions; /* read back from the ledger; written by the thread that settles the table */
    size_t conversion_count;
};

/* One statement of the DDL and how it went. */
struct cg_run_ddl {
    const struct cg_ddl *ddl;
    bool done, failed; /* written by the one thread that runs it */
    bool blocked;      /* not run, because its table failed */
    struct cg_error error;
};

/* A file of --before-load or --after-load, as it was when the run began. */
struct cg_script {
    const char *file, *text;
    size_t bytes;
    char digest[33]; /* XXH3-128 of the text, in hexadecimal digits */
};

struct cg_scripts {
    struct cg_script *items;
    size_t count;
};

/* --data-only: a foreign key that the target checks row by row, between two tables of the run. */
struct cg_run_link {
    size_t child, parent; /* indexes into the plan's tables */
    const char *name;
};

/* --manage-constraints: a statement that brings something back. */
struct cg_run_restore {
    const char *object;      /* as the ledger calls the thing: "public: foreign key posts.fk_posts_users" */
    const char *kind, *name; /* as the report does */
    const char *sql;
    bool checks;       /* it does nothing but check the rows that are there */
    bool recorded;     /* the ledger has it from an earlier run */
    bool done, failed; /* by whoever runs it */
    struct cg_error error;
};

struct cg_run_links {
    struct cg_run_link *items;
    size_t count;
};

struct cg_run {
    const struct cg_job *job;
    const struct cg_options *options;
    struct cg_arena *arena;
    struct cg_progress *progress;
    struct cg_control control;
    bool writes;    /* the target will be written to: rights are checked before anything starts */
    bool run_known; /* the ledger has a row of report->run_id */

    struct cg_uri source_uri, target_uri;
    struct cg_source *source;
    struct cg_target *target;
    struct cg_target_session *main_session; /* the main thread's */
    struct cg_catalog *source_catalog, *target_catalog;
    struct cg_snapshot snapshot;
    struct cg_session **verifier_sessions; /* kept from the loader until verification (R23) */
    size_t verifier_session_count;
    _Atomic int spares;

    struct cg_scripts before_load, after_load;
    struct cg_existing *existing;        /* --data-only: what the target's tables are like */
    struct cg_strings problems, remarks; /* --data-only: what stands in the way of the rows; what one should know */
    struct cg_pending *pending;          /* what earlier runs took away and did not bring back */
    size_t pending_count;
    struct cg_run_restore *restores;
    size_t restore_count;
    bool constraints_taken; /* and not yet brought back */
    struct cg_run_links links;
    size_t waves; /* 0 or 1: all tables at once */
    struct cg_table_facts *facts;
    struct cg_refusal *refused; /* translations that the target does not take */
    size_t refused_count;
    const char *unproved; /* why not all translations were tried; NULL: they were */
    struct cg_plan *plan;
    struct cg_ddl_list ddl;
    struct cg_run_ddl *ddl_states;
    struct cg_run_table *tables; /* one for each of plan->tables */
    size_t table_count;
    struct cg_progress_item *items;
    struct cg_pool *pool; /* index builders */
    struct cg_lane *lanes;
    size_t lane_count;
    struct cg_rejects *rejects; /* --on-error reject; NULL otherwise */

    struct cg_table_changes *changes; /* one for each table: what --orphans did to its rows; or NULL */
    struct cg_acceptances acceptances;
    struct cg_report *report;
};

/* Marks a table as failed (the first error stays), tells the progress, and stops the job under --on-error=stop. Any
 * thread. */
void cg_run_table_fail(struct cg_run *run, size_t table, const struct cg_error *err);
bool cg_run_table_failed(struct cg_run *run, size_t table);
/* Is there anything to move for that table? */
bool cg_run_table_moves(const struct cg_run *run, size_t table);
/* Of the target; without one, the oldest that is tested. */
int cg_run_server_version(const struct cg_run *run);
/* Which of the columns name a row in messages: those of the primary key, else of the first unique one. ret_key: room for
 * count. Returns how many. */
size_t cg_run_key_columns(const struct cg_table *table, const struct cg_column *const *columns, size_t count,
                          size_t *ret_key);
/* A run for a job, with nothing opened yet and an empty report; NULL when memory is out. */
struct cg_run *cg_run_new(const struct cg_job *job, const char *command);
/* Closes everything that is open. */
void cg_run_done(struct cg_run *run);

/* ---- the stages, each in the file of its name ---- */

/* prepare.c: connects, opens the snapshot, probes, plans. */
CG_MUST_USE int cg_stage_prepare(struct cg_run *run, struct cg_error *err);
/* create.c: refuses existing tables, begins the run in the ledger, makes types and tables, compiles the encoders. */
CG_MUST_USE int cg_stage_create(struct cg_run *run, struct cg_error *err);
/* The plan's DDL into run->ddl and run->ddl_states; touches no server. */
CG_MUST_USE int cg_run_ddl(struct cg_run *run, struct cg_error *err);
/* lanes.c: moves the rows; keys.c's work on a table begins as soon as its last chunk is in. */
CG_MUST_USE int cg_stage_rows(struct cg_run *run, struct cg_error *err);
void cg_lanes_free(struct cg_run *run);
/* keys.c: cg_keys_table_complete: from any thread, when a table's last chunk was committed or given up: checks its rows
 * (R2, R5, R17), builds its indexes and keys. cg_stage_keys: waits for those, then foreign keys, sequences, comments,
 * ANALYZE. */
void cg_keys_table_complete(struct cg_run *run, size_t table);
CG_MUST_USE int cg_stage_keys(struct cg_run *run, struct cg_error *err);

#endif
