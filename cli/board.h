/* What a display shows, worked out of a run's counters: rates, shares, time left. No output, no clock of its own. */
#ifndef CG_CLI_BOARD_H
#define CG_CLI_BOARD_H

#include "core/progress.h"

/* One table, or the total. */
struct cli_line {
    const char *name;
    uint64_t rows, bytes;
    int64_t expected; /* rows; -1: unknown */
    enum cg_item_state state;
    double began, ended;        /* seconds of the caller's clock; 0: not yet */
    double row_rate, byte_rate; /* per second, smoothed */
    double sampled;             /* when the rates were last worked out, and from which counters */
    uint64_t sampled_rows, sampled_bytes;
    bool announced; /* a display's own mark: its end has been told */
};

struct cli_board {
    enum cg_phase phase;
    double phase_began, updated;
    struct cg_progress_item *items;
    struct cli_line *lines;
    size_t count, finished, failed;
    struct cli_line total;
};

/* Enters a phase with the items it walks; keys with the items of the rows go on with their lines. When memory is out
 * the phase shows no tables. */
void cli_board_enter(struct cli_board *board, enum cg_phase phase, struct cg_progress_item *items, size_t count,
                     double now);
/* Takes the counters as they are. */
void cli_board_update(struct cli_board *board, double now);
void cli_board_done(struct cli_board *board);

/* 0 to 100, 100 only when done; -1 when the end is not known. */
int cli_line_percent(const struct cli_line *line);
/* Seconds until the total is reached at the present rate; -1 when it cannot be told. */
int64_t cli_board_seconds_left(const struct cli_board *board);

/* Text for people: "1,234,567" (rows), "1.23M" (a rate), "118.3" (MB/s), "3 min 05 s". At most 24 bytes each. */
void cli_format_count(uint64_t n, char out[24]);
void cli_format_rate(double per_second, char out[24]);
void cli_format_megabytes(double bytes_per_second, char out[24]);
void cli_format_duration(int64_t seconds, char out[24]);

#endif
