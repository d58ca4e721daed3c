/* Ctrl-C and its kin; see signals.h. */
#include "cli/signals.h"

#include "cli/cli.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A process has one set of signals, hence one of these. The lock guards on_stop and context; cancel is the job's. */
static struct {
    pthread_t thread;
    pthread_mutex_t lock;
    sigset_t set;
    void (*on_stop)(void *context, const char *signal_name);
    void *context;
    _Atomic int cancel, ending;
} watch = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char *name_of(int number) {
    return number == SIGINT ? "Ctrl-C" : number == SIGTERM ? "SIGTERM" : "SIGHUP";
}

/* Tells the job; ends the process when there is none or it was told before. The lock keeps the job's display alive
 * while it is used. */
static void handle(int number) {
    if (atomic_load(&watch.cancel))
        _exit(CLI_EXIT_STOPPED);
    pthread_mutex_lock(&watch.lock);
    if (!watch.on_stop)
        _exit(CLI_EXIT_STOPPED);
    atomic_store(&watch.cancel, 1);
    watch.on_stop(watch.context, name_of(number));
    pthread_mutex_unlock(&watch.lock);
}

static void *wait_for_signals(void *unused) {
    (void)unused;
    while (!atomic_load(&watch.ending)) {
        int number = sigwaitinfo(&watch.set, NULL);
        if (number > 0 && !atomic_load(&watch.ending))
            handle(number);
    }
    return NULL;
}

int cli_signals_start(void) {
    struct sigaction hangup;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&watch.set);
    sigaddset(&watch.set, SIGINT);
    sigaddset(&watch.set, SIGTERM);
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) /* nohup means it */
        sigaddset(&watch.set, SIGHUP);
    if (pthread_sigmask(SIG_BLOCK, &watch.set, NULL) != 0)
        return -1;
    return pthread_create(&watch.thread, NULL, wait_for_signals, NULL) == 0 ? 0 : -1;
}

void cli_signals_stop(void) {
    atomic_store(&watch.ending, 1);
    pthread_kill(watch.thread, SIGTERM); /* to that thread alone, to wake it */
    pthread_join(watch.thread, NULL);
}

void cli_signals_job_begin(void (*on_stop)(void *context, const char *signal_name), void *context) {
    pthread_mutex_lock(&watch.lock);
    watch.on_stop = on_stop;
    watch.context = context;
    pthread_mutex_unlock(&watch.lock);
}

void cli_signals_job_end(void) {
    cli_signals_job_begin(NULL, NULL);
}

const _Atomic int *cli_signals_cancel(void) {
    return &watch.cancel;
}
