/* Showing a run's progress on standard error.
 *
 * A display owns the run's struct cg_progress, is its sink, and has a thread that looks at the counters a few times per
 * second. How it looks is a style: live lines redrawn on a terminal, plain lines elsewhere, JSON lines, nothing. Every
 * function of a style is called under the display's lock, so that whole lines come out, whoever speaks. */
#ifndef CG_CLI_DISPLAY_H
#define CG_CLI_DISPLAY_H

#include "cli/board.h"
#include "cli/terminal.h"
#include "core/options.h"

struct cli_display;

/* Starts it; it lives until cli_display_stop. */
CG_MUST_USE int cli_display_start(const struct cg_options *options, struct cli_display **ret_display,
                                  struct cg_error *err);
/* The progress to hand to the job. */
struct cg_progress *cli_display_progress(struct cli_display *display);
/* Says something above whatever is shown. Any thread. */
void cli_display_note(struct cli_display *display, enum cg_note_level level, const char *text);
/* Shows the end of the last phase, ends the thread, leaves the cursor at the start of an empty line. Accepts NULL. */
void cli_display_stop(struct cli_display *display);

/* ---- for the styles ---- */

struct cli_screen {
    struct cli_terminal terminal;
    struct cli_board board;
    struct cg_buffer out; /* what the style writes; flushed to standard error in one piece after each call */
    int drawn[64];        /* live: columns of each line on the screen now */
    size_t drawn_count;
    double told; /* plain, JSON: when the last progress line was written */
};

struct cli_style {
    double interval; /* seconds between ticks */
    void (*note)(struct cli_screen *screen, enum cg_note_level level, const char *text);
    void (*phase)(struct cli_screen *screen);            /* the board has just entered it */
    void (*tick)(struct cli_screen *screen, double now); /* the board is up to date */
    void (*finish)(struct cli_screen *screen);           /* may be NULL */
};

extern const struct cli_style cli_style_live, cli_style_plain, cli_style_json, cli_style_quiet;

/* "moving rows": a phase in the words of a user. */
const char *cli_phase_title(enum cg_phase phase);

#endif
