/* Progress as lines that are never redrawn: for log files, pipes, terminals without a cursor; and as JSON lines; and
 * not at all. What cannot be written for want of memory is left out: a display never stops a run. */
#include "cli/display.h"
#include "cli/events.h"

#include <inttypes.h>

static const double progress_every = 5; /* seconds */

static const char *const level_words[] = {
    [CG_NOTE_INFO] = "", [CG_NOTE_WARNING] = "warning: ", [CG_NOTE_ERROR] = "error: "};
static const char *const level_names[] = {
    [CG_NOTE_INFO] = "info", [CG_NOTE_WARNING] = "warning", [CG_NOTE_ERROR] = "error"};

/* Ends a line that was written whole, takes back one that was not. */
static void end_line(struct cg_buffer *out, size_t start, int written) {
    if (written < 0 || cg_buffer_text(out, "\n", NULL) < 0)
        out->len = start;
}

static void plain_note(struct cli_screen *screen, enum cg_note_level level, const char *text) {
    struct cg_buffer *out = &screen->out;
    size_t start = out->len;
    int written = cg_buffer_text(out, level_words[level], NULL);
    end_line(out, start, written < 0 ? -1 : cli_put_message(out, text, NULL));
}

static void plain_phase(struct cli_screen *screen) {
    struct cli_board *board = &screen->board;
    struct cg_buffer *out = &screen->out;
    size_t start = out->len;
    screen->told = board->phase_began;
    if (board->phase == CG_PHASE_CONNECT) /* the notes say to what */
        return;
    int written = cg_buffer_text(out, cli_phase_title(board->phase), NULL);
    if (written == 0 && board->count)
        written = cg_buffer_printf(out, NULL, " (%zu %s)", board->count, board->count == 1 ? "table" : "tables");
    end_line(out, start, written);
}

static void plain_end_of(struct cli_screen *screen, const struct cli_line *line) {
    struct cg_buffer *out = &screen->out;
    size_t start = out->len;
    char rows[24], rate[24];
    double seconds = line->ended - line->began;
    if (screen->board.phase == CG_PHASE_PROBE && line->rows == 0)
        return; /* nothing had to be read */
    cli_format_count(line->rows, rows);
    cli_format_rate(seconds > 0 ? (double)line->rows / seconds : 0, rate);
    int written = cg_buffer_text(out, "  ", NULL);
    if (written == 0)
        written = cli_put_text(out, line->name, 200, false, NULL);
    if (written == 0)
        written = cg_buffer_printf(out, NULL, ": %s, %s rows in %.1f s",
                                   line->state == CG_ITEM_DONE ? "done" : "failed", rows, seconds);
    if (written == 0 && seconds >= 0.1 && line->rows)
        written = cg_buffer_printf(out, NULL, ", %s rows/s", rate);
    end_line(out, start, written);
}

static void plain_progress(struct cli_screen *screen) {
    const struct cli_board *board = &screen->board;
    struct cg_buffer *out = &screen->out;
    size_t start = out->len;
    char rows[24], rate[24], megabytes[24], left[24];
    int percent = cli_line_percent(&board->total);
    int64_t seconds_left = cli_board_seconds_left(board);
    cli_format_count(board->total.rows, rows);
    cli_format_rate(board->total.row_rate, rate);
    cli_format_megabytes(board->total.byte_rate, megabytes);
    cli_format_duration(seconds_left, left);
    int written = cg_buffer_printf(out, NULL, "  %zu of %zu tables, %s rows", board->finished + board->failed,
                                   board->count, rows);
    if (written == 0 && percent >= 0)
        written = cg_buffer_printf(out, NULL, ", %d%%", percent);
    if (written == 0)
        written = cg_buffer_printf(out, NULL, ", %s rows/s", rate);
    if (written == 0 && board->total.bytes)
        written = cg_buffer_printf(out, NULL, ", %s MB/s", megabytes);
    if (written == 0 && seconds_left >= 0)
        written = cg_buffer_printf(out, NULL, ", %s left", left);
    end_line(out, start, written);
}

/* Tells each table's end once, and every few seconds how far the whole is. */
static void tell(struct cli_screen *screen, double now, void (*end_of)(struct cli_screen *, const struct cli_line *),
                 void (*progress)(struct cli_screen *)) {
    struct cli_board *board = &screen->board;
    for (size_t i = 0; i < board->count; i++) {
        struct cli_line *line = &board->lines[i];
        if (line->ended > 0 && !line->announced) {
            line->announced = true;
            end_of(screen, line);
        }
    }
    if (board->count && board->finished + board->failed < board->count && now - screen->told >= progress_every) {
        progress(screen);
        screen->told = now;
    }
}

static void plain_tick(struct cli_screen *screen, double now) {
    tell(screen, now, plain_end_of, plain_progress);
}

const struct cli_style cli_style_plain = {0.25, plain_note, plain_phase, plain_tick, NULL};

/* ---- JSON lines ---- */

static void json_end(struct cli_screen *screen, struct cli_event *event) {
    size_t start = screen->out.len;
    if (cli_event_end(event, &screen->out, NULL) < 0)
        screen->out.len = start;
}

static void json_note(struct cli_screen *screen, enum cg_note_level level, const char *text) {
    struct cli_event event;
    if (cli_event_begin(&event, "note") < 0)
        return;
    cli_event_text(&event, "level", level_names[level]);
    cli_event_text(&event, "text", text);
    json_end(screen, &event);
}

static void json_phase(struct cli_screen *screen) {
    struct cli_event event;
    screen->told = screen->board.phase_began;
    if (cli_event_begin(&event, "phase") < 0)
        return;
    cli_event_text(&event, "phase", cg_phase_name(screen->board.phase));
    cli_event_number(&event, "tables", (int64_t)screen->board.count);
    json_end(screen, &event);
}

static void json_end_of(struct cli_screen *screen, const struct cli_line *line) {
    struct cli_event event;
    if (cli_event_begin(&event, "table") < 0)
        return;
    cli_event_text(&event, "phase", cg_phase_name(screen->board.phase));
    cli_event_text(&event, "table", line->name);
    cli_event_text(&event, "state", line->state == CG_ITEM_DONE ? "done" : "failed");
    cli_event_number(&event, "rows", (int64_t)line->rows);
    cli_event_number(&event, "bytes", (int64_t)line->bytes);
    cli_event_real(&event, "seconds", line->ended - line->began);
    json_end(screen, &event);
}

static void json_progress(struct cli_screen *screen) {
    const struct cli_board *board = &screen->board;
    struct cli_event event;
    if (cli_event_begin(&event, "progress") < 0)
        return;
    cli_event_text(&event, "phase", cg_phase_name(board->phase));
    cli_event_number(&event, "tables_done", (int64_t)(board->finished + board->failed));
    cli_event_number(&event, "tables", (int64_t)board->count);
    cli_event_number(&event, "rows", (int64_t)board->total.rows);
    cli_event_number(&event, "rows_expected", board->total.expected);
    cli_event_number(&event, "bytes", (int64_t)board->total.bytes);
    cli_event_real(&event, "rows_per_second", board->total.row_rate);
    cli_event_real(&event, "bytes_per_second", board->total.byte_rate);
    cli_event_number(&event, "seconds_left", cli_board_seconds_left(board));
    json_end(screen, &event);
}

static void json_tick(struct cli_screen *screen, double now) {
    tell(screen, now, json_end_of, json_progress);
}

const struct cli_style cli_style_json = {0.25, json_note, json_phase, json_tick, NULL};

/* ---- nothing ---- */

static void quiet_note(struct cli_screen *screen, enum cg_note_level level, const char *text) {
    (void)screen;
    (void)level;
    (void)text;
}

static void quiet_phase(struct cli_screen *screen) {
    (void)screen;
}

static void quiet_tick(struct cli_screen *screen, double now) {
    (void)screen;
    (void)now;
}

const struct cli_style cli_style_quiet = {60, quiet_note, quiet_phase, quiet_tick, NULL};
