/* Rates, shares and time left; see board.h. */
#include "cli/board.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds over which a rate is smoothed: long enough not to jump, short enough to follow a slower table. */
static const double smoothing = 4.0;
/* Rows come in batches: over less than this a batch would look like a rate. */
static const double shortest_sample = 0.1;

void cli_board_enter(struct cli_board *board, enum cg_phase phase, struct cg_progress_item *items, size_t count,
                     double now) {
    if (items && items == board->items && count == board->count && phase == CG_PHASE_KEYS) {
        board->phase = phase; /* the tables whose rows are there get their keys: the same lines go on */
        board->phase_began = now;
        return;
    }
    free(board->lines);
    *board = (struct cli_board){.phase = phase, .phase_began = now, .updated = now};
    board->total =
        (struct cli_line){.name = "total", .expected = -1, .state = CG_ITEM_ACTIVE, .began = now, .sampled = now};
    board->lines = items && count ? calloc(count, sizeof *board->lines) : NULL;
    if (board->lines) {
        board->items = items;
        board->count = count;
        cli_board_update(board, now);
    }
}

void cli_board_done(struct cli_board *board) {
    free(board->lines);
    *board = (struct cli_board){0};
}

/* A plain average while the line is young, a smoothed rate later. */
static double smooth(double rate, double sample, double seconds, double age) {
    double weight = 1 - exp(-seconds / smoothing);
    if (age <= seconds)
        weight = 1;
    else if (weight < seconds / age)
        weight = seconds / age;
    return rate + (sample - rate) * weight;
}

/* Takes new counters into a line; rates only when enough time has gone by to tell one. */
static void move_line(struct cli_line *line, uint64_t rows, uint64_t bytes, double now) {
    double seconds = now - line->sampled;
    line->rows = rows;
    line->bytes = bytes;
    if (line->began > 0 && seconds >= shortest_sample) {
        double age = now - line->began;
        line->row_rate = smooth(line->row_rate, (double)(rows - line->sampled_rows) / seconds, seconds, age);
        line->byte_rate = smooth(line->byte_rate, (double)(bytes - line->sampled_bytes) / seconds, seconds, age);
        line->sampled = now;
        line->sampled_rows = rows;
        line->sampled_bytes = bytes;
    }
}

static void update_line(struct cli_line *line, struct cg_progress_item *item, double now, double seconds) {
    uint64_t rows = atomic_load_explicit(&item->rows, memory_order_relaxed);
    uint64_t bytes = atomic_load_explicit(&item->bytes, memory_order_relaxed);
    line->name = item->name;
    line->expected = item->rows_expected;
    line->state = (enum cg_item_state)atomic_load(&item->state);
    bool began = line->state != CG_ITEM_WAITING || rows;
    if (began && line->began == 0)
        line->began = line->sampled = now - seconds;
    if ((line->state == CG_ITEM_DONE || line->state == CG_ITEM_FAILED) && line->ended == 0)
        line->ended = now;
    move_line(line, rows, bytes, now);
}

void cli_board_update(struct cli_board *board, double now) {
    double seconds = now - board->updated;
    uint64_t rows = 0, bytes = 0;
    int64_t expected = 0;
    board->finished = board->failed = 0;
    for (size_t i = 0; i < board->count; i++) {
        struct cli_line *line = &board->lines[i];
        update_line(line, &board->items[i], now, seconds);
        rows += line->rows;
        bytes += line->bytes;
        board->finished += line->state == CG_ITEM_DONE || line->state == CG_ITEM_SKIPPED;
        board->failed += line->state == CG_ITEM_FAILED;
        bool ended = line->state >= CG_ITEM_DONE;
        int64_t end = ended || (line->expected >= 0 && (uint64_t)line->expected < line->rows) ? (int64_t)line->rows
                                                                                              : line->expected;
        expected = expected < 0 || end < 0 ? -1 : expected + end;
    }
    move_line(&board->total, rows, bytes, now);
    board->total.expected = board->count ? expected : -1;
    if (board->count && board->finished + board->failed == board->count)
        board->total.state = CG_ITEM_DONE;
    board->updated = now;
}

int cli_line_percent(const struct cli_line *line) {
    if (line->state == CG_ITEM_DONE)
        return 100;
    if (line->expected < 0 || (line->expected == 0 && line->rows == 0))
        return line->expected < 0 ? -1 : 0;
    double share = line->expected ? 100.0 * (double)line->rows / (double)line->expected : 100;
    return share > 99 ? 99 : (int)share;
}

int64_t cli_board_seconds_left(const struct cli_board *board) {
    const struct cli_line *total = &board->total;
    double elapsed = board->updated - board->phase_began;
    if (total->expected < 0 || total->row_rate <= 0 || elapsed < 2)
        return -1;
    double left = (double)total->expected - (double)total->rows;
    double seconds = left <= 0 ? 0 : left / total->row_rate;
    return seconds < 1e7 ? (int64_t)ceil(seconds) : -1;
}

void cli_format_count(uint64_t n, char out[24]) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n), at = 0;
    if (len > 15) {
        cli_format_rate((double)n, out);
        return;
    }
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

void cli_format_rate(double per_second, char out[24]) {
    static const char units[] = " kMGTPE";
    size_t unit = 0;
    while (per_second >= 999.5 && unit < sizeof units - 2) {
        per_second /= 1000;
        unit++;
    }
    int decimals = unit == 0 || per_second >= 99.95 ? 0 : per_second >= 9.995 ? 1 : 2;
    snprintf(out, 24, "%.*f%.*s", decimals, per_second, unit > 0, units + unit);
}

void cli_format_megabytes(double bytes_per_second, char out[24]) {
    double megabytes = bytes_per_second / 1e6;
    snprintf(out, 24, "%.*f", megabytes >= 1000 ? 0 : 1, megabytes < 1e9 ? megabytes : 1e9);
}

void cli_format_duration(int64_t seconds, char out[24]) {
    int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;
    if (hours > 99999)
        hours = 99999;
    if (hours)
        snprintf(out, 24, "%d h %02d min", (int)hours, (int)minutes);
    else if (minutes)
        snprintf(out, 24, "%d min %02d s", (int)minutes, (int)(seconds % 60));
    else
        snprintf(out, 24, "%d s", (int)(seconds % 60));
}
