/* Every option that a run can have, once: the command line, pipeline files and --help are made from one table
 * (cg_option_table), so that a name, a default and a unit are the same everywhere.
 *
 * A row of the table says where in struct cg_options its value lies and how it is spelt; one setter and one printer
 * serve all rows. What only a later version will take (an option, or a value of an option) is refused by name. */
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

enum cg_probe_mode { CG_PROBE_FULL, CG_PROBE_SAMPLE, CG_PROBE_OFF };
enum cg_name_style { CG_NAMES_KEEP, CG_NAMES_LOWER, CG_NAMES_SNAKE };
enum cg_on_error { CG_ON_ERROR_STOP_TABLE, CG_ON_ERROR_REJECT, CG_ON_ERROR_STOP };
enum cg_collation_mode { CG_COLLATION_PLAIN, CG_COLLATION_ICU, CG_COLLATION_CITEXT };
enum cg_orphans { CG_ORPHANS_REPORT, CG_ORPHANS_DELETE, CG_ORPHANS_NULL };
enum cg_log_format { CG_LOG_TEXT, CG_LOG_JSON };
enum cg_report_format { CG_REPORT_TEXT, CG_REPORT_JSON };

struct cg_options {
    struct cg_arena *arena; /* owns every string below */
    const char *source;     /* URI or NULL */
    const char *target;
    const char *run_id; /* of report, forget and retry-rejects */
    int jobs;
    const char *schema;
    struct cg_strings include, exclude;        /* globs over table names */
    struct cg_strings before_load, after_load; /* files of SQL */
    struct cg_strings where;                   /* "table=condition" */
    const char *typemap;                       /* file or NULL */
    struct cg_strings map_columns;             /* "table.column=type" */
    const char *owner;                         /* role that is to own what is made, or NULL */
    const char *write_map;                     /* file or NULL */
    enum cg_name_style names;
    enum cg_probe_mode probe;
    struct cg_strings accept; /* "NAME[:TABLE[.COLUMN]][<=COUNT]" */
    enum cg_on_error on_error;
    enum cg_orphans orphans;
    const char *rejects; /* folder for files of rejected rows */
    int max_rejects;     /* of a table */
    enum cg_collation_mode collation;
    bool drop_existing, schema_only, data_only, truncate, manage_constraints, dry_run, show_config, redact, quiet;
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
    CG_CMD_RETRY_REJECTS = 1 << 7,
};

enum cg_option_kind {
    CG_OPTION_FLAG,   /* bool */
    CG_OPTION_TEXT,   /* const char * */
    CG_OPTION_LIST,   /* struct cg_strings; repeatable on the command line, a list in a file */
    CG_OPTION_NUMBER, /* int */
    CG_OPTION_SIZE,   /* uint64_t, bytes */
    CG_OPTION_CHOICE, /* an enum: the index into choices */
};

enum cg_option_group { CG_GROUP_SCOPE, CG_GROUP_VALUES, CG_GROUP_CONDUCT, CG_GROUP_OUTPUT, CG_GROUP_COUNT };

struct cg_option {
    const char *name;     /* without the dashes: "drop-existing"; the same in a pipeline file */
    const char *argument; /* NULL for a flag; else as --help shows it: "N", "FILE", "full" */
    const char *fallback; /* the default as text for --help; "" for none */
    unsigned commands;    /* which commands take it: a set of enum cg_command */
    enum cg_option_group group;
    const char *help; /* one or two sentences, with the unit */
    enum cg_option_kind kind;
    size_t field;               /* offset of the value in struct cg_options */
    uint64_t minimum, maximum;  /* NUMBER and SIZE */
    const char *const *choices; /* CHOICE: ends with NULL */
    const char *const *planned; /* values that a later version will take; ends with NULL, or NULL for none */
    /* TEXT and LIST: refuses a malformed value, may replace it by its canonical spelling. NULL: anything but "". */
    int (*check)(const char **value, struct cg_error *err);
};

extern const struct cg_option cg_option_table[];
extern const size_t cg_option_count;

/* Defaults; strings set later are copied into the arena, which must outlive the options. */
void cg_options_init(struct cg_options *options, struct cg_arena *arena);

/* The option of that name for that command, or NULL; *ret_nearest (may be NULL) gets the nearest name of the command
 * for a "did you mean", or NULL. */
const struct cg_option *cg_option_find(const char *name, enum cg_command command, const char **ret_nearest);
/* Is this the name of an option that a later version will have? */
bool cg_option_is_planned(const char *name);
/* "migrate", "verify", ...: the name of one command. */
const char *cg_command_name(enum cg_command command);
/* The command of that name, or 0. */
enum cg_command cg_command_by_name(const char *name);

/* Sets one option by name. CG_ERR_USAGE for an unknown name or a value out of range; object names the option, the
 * message the value and what is allowed. */
CG_MUST_USE int cg_options_set(struct cg_options *options, enum cg_command command, const char *name, const char *value,
                               struct cg_error *err);
/* Refuses a name that cg_option_find did not know for that command: planned, another command's, or unknown (then the
 * hint has the nearest). prefix: "--" for the command line, "" for a file. Returns -1. */
int cg_option_refuse(const char *name, enum cg_command command, const char *prefix, struct cg_error *err);
/* Sets one option (a list gets one more item; a flag takes true, false, yes, no, on, off). CG_ERR_USAGE with the value
 * and what is allowed; the object is left to the caller, who knows where the value was written. */
CG_MUST_USE int cg_option_set(const struct cg_option *option, struct cg_options *options, const char *value,
                              struct cg_error *err);
/* Empties a list, so that the command line's replaces the file's. Does nothing to other kinds. */
void cg_option_clear(const struct cg_option *option, struct cg_options *options);
/* The items of a list option, NULL for other kinds. */
const struct cg_strings *cg_option_list(const struct cg_option *option, const struct cg_options *options);
/* The value in force as text that cg_option_set takes again; one item per line for a list; "" when there is none. NULL
 * when memory is out. */
const char *cg_option_show(const struct cg_option *option, const struct cg_options *options, struct cg_arena *arena);

/* Was it given? Something else than the default is in force; sizes and numbers have none that means "not given". */
bool cg_option_given(const struct cg_option *option, const struct cg_options *options);
/* CG_ERR_USAGE for options that exclude each other, and for one without which another means nothing. */
CG_MUST_USE int cg_options_check(const struct cg_options *options, struct cg_error *err);

/* "64KiB", "256MiB", "1GiB", "1000000" to bytes. */
CG_MUST_USE int cg_size_parse(const char *text, uint64_t *ret_bytes, struct cg_error *err);
/* *, ?, [set], [!set], \ before a character that is meant as it is; case matters; ? and a set stand for one UTF-8
 * character. */
bool cg_glob_match(const char *glob, const char *text);
/* Is a table in scope? Excluded wins over included; no include means all. */
bool cg_options_table_included(const struct cg_options *options, const char *table);

/* The candidate nearest to a mistyped word: few edits away, or the only one that begins with it. NULL when none is
 * near. candidate(context, i) gives the i-th name, NULL to skip it. */
const char *cg_nearest(const char *word, size_t count, const char *(*candidate)(const void *context, size_t i),
                       const void *context);

#endif
