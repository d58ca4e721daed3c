/* Every option that a run can have, once: the command line, pipeline files and --help are made from one table
 * (cg_option_table), so that a name, a default and a unit are the same everywhere. */
#ifndef CG_CORE_OPTIONS_H
#define CG_CORE_OPTIONS_H

#include "core/arena.h"
#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cg_strings {
    const char **items;
    size_t count;
};

enum cg_probe_mode { CG_PROBE_FULL };
enum cg_on_error { CG_ON_ERROR_STOP_TABLE, CG_ON_ERROR_STOP };
enum cg_log_format { CG_LOG_TEXT, CG_LOG_JSON };
enum cg_report_format { CG_REPORT_TEXT, CG_REPORT_JSON };

struct cg_options {
    struct cg_arena *arena; /* owns every string below */
    const char *source;     /* URI or NULL */
    const char *target;
    const char *run_id; /* of report and forget */
    int jobs;
    const char *schema;
    struct cg_strings include, exclude; /* globs over table names */
    const char *typemap;                /* file or NULL */
    struct cg_strings map_columns;      /* "table.column=type" */
    const char *write_map;              /* file or NULL */
    enum cg_probe_mode probe;
    struct cg_strings accept; /* "NAME[:TABLE[.COLUMN]][<=COUNT]" */
    enum cg_on_error on_error;
    bool drop_existing, dry_run, show_config, redact, quiet;
    uint64_t memory; /* bytes */
    const char *ledger_schema;
    const char *ledger;        /* verify: URI of a database whose ledger takes the verdict, or NULL */
    struct cg_strings reports; /* files */
    enum cg_log_format log_format;
    const char *section;          /* schema: "pre-data", "post-data", "pre-data,post-data" */
    enum cg_report_format format; /* report */
    const char *output;           /* report: file or NULL for standard output */
};

enum cg_command {
    CG_CMD_MIGRATE = 1 << 0,
    CG_CMD_VERIFY = 1 << 1,
    CG_CMD_SCHEMA = 1 << 2,
    CG_CMD_RUN = 1 << 3,
    CG_CMD_RUNS = 1 << 4,
    CG_CMD_REPORT = 1 << 5,
    CG_CMD_FORGET = 1 << 6,
};

struct cg_option {
    const char *name;     /* without the dashes: "drop-existing"; the same in a pipeline file */
    const char *argument; /* NULL for a flag; else as --help shows it: "N", "FILE", "full" */
    const char *fallback; /* the default as text for --help and --show-config; "" for none */
    unsigned commands;    /* which commands take it: a set of enum cg_command */
    bool repeatable;
    const char *help; /* one or two sentences, with the unit */
    /* Takes one value (for a flag "true" or "false"); says in err what is allowed. */
    int (*set)(struct cg_options *options, const char *value, struct cg_error *err);
    /* Writes the value in force as text into the arena, for --show-config; one string per line when repeatable. */
    const char *(*show)(const struct cg_options *options, struct cg_arena *arena);
};

extern const struct cg_option cg_option_table[];
extern const size_t cg_option_count;

/* Defaults; strings set later are copied into the arena, which must outlive the options. */
void cg_options_init(struct cg_options *options, struct cg_arena *arena);
/* The option of that name for that command, or NULL; *ret_nearest (may be NULL) gets the nearest name of the command
 * for a "did you mean", or NULL. */
const struct cg_option *cg_option_find(const char *name, enum cg_command command, const char **ret_nearest);
/* Sets one option by name. CG_ERR_USAGE for an unknown name or a value out of range; the message names the option, the
 * value and what is allowed. */
CG_MUST_USE int cg_options_set(struct cg_options *options, enum cg_command command, const char *name, const char *value,
                               struct cg_error *err);
/* "64KiB", "256MiB", "1GiB", "1000000" to bytes. */
CG_MUST_USE int cg_size_parse(const char *text, uint64_t *ret_bytes, struct cg_error *err);
/* fnmatch-style: *, ?, [set]; case matters. */
bool cg_glob_match(const char *glob, const char *text);
/* Is a table in scope? Excluded wins over included; no include means all. */
bool cg_options_table_included(const struct cg_options *options, const char *table);

#endif
