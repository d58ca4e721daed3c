/* Running a job for a subcommand: checks, display, signals, report, exit code. */
#ifndef CG_CLI_JOB_H
#define CG_CLI_JOB_H

#include "cli/cli.h"
#include "pipelines/pipeline.h"

/* Runs migrate or verify (command) with the call's options: refuses what is wrong, or prints the configuration
 * (--show-config) or the plan (--dry-run), or does the work and tells the report. Gives the exit code. */
int cli_job_run(struct cli_call *call, enum cg_command command);
/* Runs a job that gives text, and prints the text. */
int cli_job_print(struct cli_call *call, enum cg_command command,
                  int (*print)(const struct cg_job *, struct cg_buffer *, struct cg_error *));
/* Runs what is given as a job, with its display and its signals. 0, or -1 with err. */
CG_MUST_USE int cli_job_do(struct cli_call *call, enum cg_command command,
                           int (*work)(const struct cg_job *, void *context, struct cg_error *), void *context,
                           struct cg_error *err);

#endif
