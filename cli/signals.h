/* Ctrl-C and its kin. One thread waits for SIGINT, SIGTERM and SIGHUP (sigwait; nothing runs inside a handler): the
 * first one asks the job to stop, the next one ends the process at once. Without a job the first one ends it. Exit code
 * 5 in each case. */
#ifndef CG_CLI_SIGNALS_H
#define CG_CLI_SIGNALS_H

#include <stdatomic.h>

/* Blocks the signals in the calling thread, so in every thread that it starts later, and starts the waiting thread;
 * SIGPIPE is ignored. Call before any other thread exists. 0 or -1. */
int cli_signals_start(void);
/* Ends the waiting thread. */
void cli_signals_stop(void);

/* From now on a signal asks a job to stop; on_stop(context, name of the signal) is called from the waiting thread. */
void cli_signals_job_begin(void (*on_stop)(void *context, const char *signal_name), void *context);
void cli_signals_job_end(void);
/* 1 once a signal has asked the job to stop; for cg_job.cancel. */
const _Atomic int *cli_signals_cancel(void);

#endif
