/* The command line: what its files share. Only this folder prints and chooses exit codes.
 *
 * Progress, notes and errors go to standard error; what was asked for (a report, DDL, a list, --help) to standard
 * output. */
#ifndef CG_CLI_CLI_H
#define CG_CLI_CLI_H

#include "core/options.h"
#include "core/slice.h"
#include "core/uri.h"

#include <stdio.h>

/* Exit codes; docs/manual.md. The others come out of cg_exit_code and cg_verdict_exit_code. */
enum { CLI_EXIT_OK = 0, CLI_EXIT_REFUSED = 3, CLI_EXIT_STOPPED = 5, CLI_EXIT_INTERNAL = 6 };

enum { CLI_MOST_OPERANDS = 4 };

/* One option as it was written. */
struct cli_setting {
    const struct cg_option *option;
    const char *value;
};

/* A command line taken apart: nothing is applied yet, since a pipeline file may come before. */
struct cli_arguments {
    const char *operands[CLI_MOST_OPERANDS];
    size_t operand_count;
    struct cli_setting *settings;
    size_t setting_count;
    bool help;
};

/* What a subcommand gets. */
struct cli_call {
    enum cg_command command;
    struct cg_arena *arena;
    const struct cli_arguments *arguments;
    struct cg_options options; /* set, except for `run`, which begins with its file */
};

/* One subcommand: the row of the table in main.c. */
struct cli_command {
    enum cg_command command;
    const char *operands; /* as usage shows them: "SOURCE TARGET" */
    size_t least, most;   /* number of operands */
    const char *summary;  /* half a line */
    const char *description;
    const char *examples;              /* whole lines */
    int (*run)(struct cli_call *call); /* gives the exit code; prints its own errors */
};

extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

int cmd_migrate(struct cli_call *call);
int cmd_verify(struct cli_call *call);
int cmd_schema(struct cli_call *call);
int cmd_run(struct cli_call *call);
int cmd_runs(struct cli_call *call);
int cmd_report(struct cli_call *call);
int cmd_forget(struct cli_call *call);
int cmd_retry_rejects(struct cli_call *call);

/* ---- arguments.c ---- */

/* Takes argv[0..argc) apart for one command; every string is copied into the arena. CG_ERR_USAGE. */
CG_MUST_USE int cli_arguments_parse(int argc, char **argv, enum cg_command command, struct cg_arena *arena,
                                    struct cli_arguments *ret_arguments, struct cg_error *err);
/* Applies the settings in order; the first of a list replaces what was in it. */
CG_MUST_USE int cli_settings_apply(const struct cli_arguments *arguments, enum cg_command command,
                                   struct cg_options *options, struct cg_error *err);

/* ---- validate.c ---- */

/* Everything that can be refused before any connection: URIs and their engines, names of conversions, files that must
 * be readable, folders that must be writable. CG_ERR_USAGE. */
CG_MUST_USE int cli_validate(const struct cg_options *options, enum cg_command command, struct cg_error *err);
/* Parses the URI of the one database that holds a ledger. */
CG_MUST_USE int cli_ledger_uri(const struct cg_options *options, struct cg_uri *ret_uri, struct cg_error *err);

/* ---- help.c ---- */

void cli_help_program(FILE *out);
void cli_help_command(const struct cli_command *command, FILE *out);
void cli_usage(FILE *out); /* a few lines, for a command line without a command */
void cli_version(FILE *out);

/* ---- output.c ---- */

/* Prints an error: "crossgrade: OBJECT: MESSAGE" and its hint, or a JSON object with log_format json. */
void cli_print_error(const struct cg_error *err, enum cg_log_format format);
/* Prints it and gives its exit code. */
int cli_fail(const struct cli_call *call, const struct cg_error *err);
/* Writes all bytes to standard output. CG_ERR_SYSTEM when they could not be written (a full disk, a closed pipe). */
CG_MUST_USE int cli_write_stdout(struct cg_slice bytes, struct cg_error *err);
/* Replaces a file as a whole: written beside it and renamed. Something that is no regular file is written to. */
CG_MUST_USE int cli_write_file(const char *path, struct cg_slice bytes, struct cg_error *err);

#endif
