/* The display's thread, lock and sink; see display.h. */
#include "cli/display.h"
#include "core/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* lock guards screen and stopping; progress has its own atomics. */
struct cli_display {
    struct cg_progress progress;
    const struct cli_style *style;
    struct cli_screen screen;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool stopping;
};

const char *cli_phase_title(enum cg_phase phase) {
    static const char *const titles[CG_PHASE_COUNT] = {
        [CG_PHASE_CONNECT] = "connecting",
        [CG_PHASE_SNAPSHOT] = "taking the snapshot",
        [CG_PHASE_PROBE] = "reading what the data holds",
        [CG_PHASE_SCHEMA] = "making the tables",
        [CG_PHASE_ROWS] = "moving rows",
        [CG_PHASE_KEYS] = "making keys, indexes, foreign keys, sequences",
        [CG_PHASE_VERIFY] = "verifying: reading both sides again",
        [CG_PHASE_VERDICT] = "reaching the verdict",
    };
    return (unsigned)phase < CG_PHASE_COUNT ? titles[phase] : "working";
}

/* One write per piece keeps redrawing free of flicker. What standard error does not take is lost: nobody to tell. */
static void flush(struct cli_screen *screen) {
    for (size_t done = 0; done < screen->out.len;) {
        ssize_t n = write(STDERR_FILENO, screen->out.data + done, screen->out.len - done);
        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    screen->out.len = 0;
}

static void on_note(void *context, enum cg_note_level level, const char *text) {
    struct cli_display *display = context;
    pthread_mutex_lock(&display->lock);
    display->style->note(&display->screen, level, text);
    flush(&display->screen);
    pthread_mutex_unlock(&display->lock);
}

/* The items that were walked until now are looked at a last time, so that the end of each is told. */
static void on_phase(void *context, enum cg_phase phase) {
    struct cli_display *display = context;
    struct cg_progress_item *items = atomic_load(&display->progress.items);
    size_t count = atomic_load(&display->progress.item_count);
    pthread_mutex_lock(&display->lock);
    double now = cg_now();
    cli_board_update(&display->screen.board, now);
    display->style->tick(&display->screen, now);
    cli_board_enter(&display->screen.board, phase, items, count, now);
    display->style->phase(&display->screen);
    flush(&display->screen);
    pthread_mutex_unlock(&display->lock);
}

static void *tick_until_stopped(void *context) {
    struct cli_display *display = context;
    pthread_mutex_lock(&display->lock);
    while (!display->stopping) {
        double now = cg_now(), next = now + display->style->interval;
        struct timespec until = {.tv_sec = (time_t)next, .tv_nsec = (long)((next - (double)(time_t)next) * 1e9)};
        if (pthread_cond_timedwait(&display->wake, &display->lock, &until) == 0)
            continue;
        now = cg_now();
        cli_board_update(&display->screen.board, now);
        display->style->tick(&display->screen, now);
        flush(&display->screen);
    }
    pthread_mutex_unlock(&display->lock);
    return NULL;
}

static const struct cli_style *choose_style(const struct cg_options *options, struct cli_terminal terminal) {
    if (options->quiet)
        return &cli_style_quiet;
    if (options->log_format == CG_LOG_JSON)
        return &cli_style_json;
    return terminal.is_terminal ? &cli_style_live : &cli_style_plain;
}

static int init_wake(pthread_cond_t *wake) {
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return -1;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int result = pthread_cond_init(wake, &attributes);
    pthread_condattr_destroy(&attributes);
    return result == 0 ? 0 : -1;
}

int cli_display_start(const struct cg_options *options, struct cli_display **ret_display, struct cg_error *err) {
    struct cli_display *display = calloc(1, sizeof *display);
    if (!display)
        return cg_error_memory(err);
    display->screen.terminal = cli_terminal_of(STDERR_FILENO);
    display->style = choose_style(options, display->screen.terminal);
    display->screen.told = cg_now();
    cg_buffer_init(&display->screen.out, (size_t)1 << 20);
    cg_progress_init(&display->progress,
                     &(struct cg_progress_sink){.context = display, .phase = on_phase, .note = on_note});
    pthread_mutex_init(&display->lock, NULL);
    cli_board_enter(&display->screen.board, CG_PHASE_CONNECT, NULL, 0, display->screen.told);
    if (init_wake(&display->wake) < 0) {
        free(display);
        return cg_error_set(err, CG_ERR_SYSTEM, "the display could not be started");
    }
    if (pthread_create(&display->thread, NULL, tick_until_stopped, display) != 0) {
        pthread_cond_destroy(&display->wake);
        cg_buffer_done(&display->screen.out);
        free(display);
        return cg_error_set(err, CG_ERR_SYSTEM, "the display's thread could not be started");
    }
    *ret_display = display;
    return 0;
}

struct cg_progress *cli_display_progress(struct cli_display *display) {
    return &display->progress;
}

void cli_display_note(struct cli_display *display, enum cg_note_level level, const char *text) {
    on_note(display, level, text);
}

void cli_display_stop(struct cli_display *display) {
    if (!display)
        return;
    pthread_mutex_lock(&display->lock);
    display->stopping = true;
    pthread_cond_signal(&display->wake);
    pthread_mutex_unlock(&display->lock);
    pthread_join(display->thread, NULL);
    double now = cg_now();
    cli_board_update(&display->screen.board, now);
    display->style->tick(&display->screen, now);
    if (display->style->finish)
        display->style->finish(&display->screen);
    flush(&display->screen);
    cli_board_done(&display->screen.board);
    cg_buffer_done(&display->screen.out);
    pthread_cond_destroy(&display->wake);
    pthread_mutex_destroy(&display->lock);
    free(display);
}
