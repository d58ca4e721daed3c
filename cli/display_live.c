/* Progress as a few lines at the bottom of a terminal, redrawn in place: the phase, the tables that are being worked
 * on, the total. No line is wider than the terminal. What cannot be drawn for want of memory is left out. */
#include "cli/display.h"

#include <stdio.h>
#include <unistd.h>

enum { MOST_TABLES = 12, NAME_LEAST = 8, NAME_MOST = 30, BAR_LEAST = 6, BAR_MOST = 30, MOST_PIECES = 5 };

static const char *const bold = "\033[1m", *const yellow = "\033[33m", *const red = "\033[31m", *const plain = "\033[m";

/* Goes up over what was drawn and clears it. A terminal made narrower since then has wrapped the lines. */
static void erase(struct cli_screen *screen) {
    int up = 0;
    for (size_t i = 0; i < screen->drawn_count; i++)
        up += screen->drawn[i] ? (screen->drawn[i] + screen->terminal.width - 1) / screen->terminal.width : 1;
    size_t start = screen->out.len;
    screen->drawn_count = 0;
    if (up && cg_buffer_printf(&screen->out, NULL, "\r\033[%dA\033[J", up) < 0)
        screen->out.len = start;
}

/* One finished line. */
static void put_line(struct cli_screen *screen, const char *text, const char *colour) {
    int limit = screen->terminal.width - 1;
    size_t start = screen->out.len;
    bool coloured = colour && screen->terminal.colour;
    int columns = cli_text_columns(text, limit);
    if (screen->drawn_count == sizeof screen->drawn / sizeof *screen->drawn)
        return;
    if ((coloured && cg_buffer_text(&screen->out, colour, NULL) < 0) ||
        cli_put_text(&screen->out, text, limit, false, NULL) < 0 ||
        (coloured && cg_buffer_text(&screen->out, plain, NULL) < 0) || cg_buffer_text(&screen->out, "\n", NULL) < 0) {
        screen->out.len = start;
        return;
    }
    screen->drawn[screen->drawn_count++] = columns < limit ? columns : limit;
}

/* What stands behind the name, in order of weight: as many as fit are shown. */
struct pieces {
    char text[MOST_PIECES][40];
    size_t count;
};

static void add_piece(struct pieces *pieces, const char *format, const char *value) {
    if (pieces->count < MOST_PIECES)
        snprintf(pieces->text[pieces->count++], sizeof pieces->text[0], format, value);
}

/* Bytes are not counted in every phase. */
static void add_rates(struct pieces *pieces, const struct cli_line *line, bool bytes) {
    char text[24];
    cli_format_rate(line->row_rate, text);
    add_piece(pieces, "%5s rows/s", text);
    cli_format_megabytes(line->byte_rate, text);
    if (bytes)
        add_piece(pieces, "%6s MB/s", text);
}

static void add_percent(struct pieces *pieces, const struct cli_line *line) {
    char text[24] = "";
    int percent = cli_line_percent(line);
    if (percent >= 0)
        snprintf(text, sizeof text, "%d%%", percent);
    add_piece(pieces, "%4s", text);
}

/* "[#####.....]", or nothing when there is no room for it or no end in sight. */
static void format_bar(char *out, size_t cap, int width, int percent) {
    int inner = width - 3;
    out[0] = '\0';
    if (width < BAR_LEAST || (size_t)width >= cap)
        return;
    int filled = percent < 0 ? 0 : inner * percent / 100;
    out[0] = ' ';
    out[1] = '[';
    for (int i = 0; i < inner; i++)
        out[2 + i] = i < filled ? '#' : '.';
    out[2 + inner] = ']';
    out[3 + inner] = '\0';
}

/* Name, bar, pieces. name_width: columns for the name. */
static void put_row(struct cli_screen *screen, const struct cli_line *line, const struct pieces *pieces, int name_width,
                    const char *colour) {
    int room = screen->terminal.width - 1 - name_width;
    char tail[256] = "", bar[BAR_MOST + 8];
    size_t tail_len = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        int len = (int)strlen(pieces->text[i]) + 2;
        if (len > room)
            break;
        tail_len += (size_t)snprintf(tail + tail_len, sizeof tail - tail_len, "  %s", pieces->text[i]);
        room -= len;
    }
    format_bar(bar, sizeof bar, room < BAR_MOST ? room : BAR_MOST, cli_line_percent(line));
    struct cg_buffer text;
    cg_buffer_init(&text, 4096);
    const char *row = NULL;
    if (cli_put_text(&text, line->name, name_width, true, NULL) == 0 && cg_buffer_text(&text, bar, NULL) == 0 &&
        cg_buffer_text(&text, tail, NULL) == 0)
        row = cg_buffer_cstr(&text, NULL);
    if (row)
        put_line(screen, row, colour);
    cg_buffer_done(&text);
}

static void put_table(struct cli_screen *screen, const struct cli_line *line, int name_width) {
    struct pieces pieces = {.count = 0};
    char rows[24];
    add_percent(&pieces, line);
    add_rates(&pieces, line, screen->board.total.bytes > 0);
    cli_format_count(line->rows, rows);
    add_piece(&pieces, "%11s rows", rows);
    put_row(screen, line, &pieces, name_width, NULL);
}

static void put_total(struct cli_screen *screen, int name_width) {
    const struct cli_board *board = &screen->board;
    struct pieces pieces = {.count = 0};
    char text[24];
    int64_t left = cli_board_seconds_left(board);
    add_percent(&pieces, &board->total);
    add_rates(&pieces, &board->total, board->total.bytes > 0);
    cli_format_duration(left, text);
    if (left >= 0)
        add_piece(&pieces, "%11s left", text);
    put_row(screen, &board->total, &pieces, name_width, bold);
}

static void put_head(struct cli_screen *screen, double now) {
    const struct cli_board *board = &screen->board;
    char text[160], elapsed[24], failed[48] = "";
    cli_format_duration((int64_t)(now - board->phase_began), elapsed);
    if (board->failed)
        snprintf(failed, sizeof failed, ", %zu failed", board->failed);
    const char *tables = board->count == 1 ? "table" : "tables";
    if (board->count && board->phase == CG_PHASE_KEYS && board->finished + board->failed == board->count)
        snprintf(text, sizeof text, "%s: %zu %s%s, %s", cli_phase_title(board->phase), board->count, tables, failed,
                 elapsed); /* their rows and indexes are done, the rest is not */
    else if (board->count)
        snprintf(text, sizeof text, "%s: %zu of %zu %s done%s, %s", cli_phase_title(board->phase), board->finished,
                 board->count, tables, failed, elapsed);
    else
        snprintf(text, sizeof text, "%s, %s", cli_phase_title(board->phase), elapsed);
    put_line(screen, text, bold);
}

/* The tables being worked on, as many as the terminal has lines for. */
static void put_tables(struct cli_screen *screen, int name_width) {
    const struct cli_board *board = &screen->board;
    int most = screen->terminal.height - 4 < MOST_TABLES ? screen->terminal.height - 4 : MOST_TABLES;
    int shown = 0, active = 0;
    for (size_t i = 0; i < board->count; i++) {
        if (board->lines[i].state != CG_ITEM_ACTIVE)
            continue;
        if (active++ < most) {
            put_table(screen, &board->lines[i], name_width);
            shown++;
        }
    }
    if (active > shown) {
        char text[48];
        snprintf(text, sizeof text, "and %d more", active - shown);
        put_line(screen, text, NULL);
    }
}

static int name_width_of(const struct cli_screen *screen) {
    const struct cli_board *board = &screen->board;
    int most = screen->terminal.width / 4 < NAME_MOST ? screen->terminal.width / 4 : NAME_MOST, width = NAME_LEAST;
    for (size_t i = 0; i < board->count; i++) {
        int columns = board->lines[i].state == CG_ITEM_ACTIVE ? cli_text_columns(board->lines[i].name, most) : 0;
        width = columns > width ? columns : width;
    }
    return width < most ? width : most;
}

static void draw(struct cli_screen *screen, double now) {
    int name_width = name_width_of(screen);
    put_head(screen, now);
    if (screen->board.count) {
        put_tables(screen, name_width);
        if (screen->board.phase != CG_PHASE_KEYS) /* the rows are there: 100 % and no time left would be a lie */
            put_total(screen, name_width);
    }
}

static void live_tick(struct cli_screen *screen, double now) {
    struct cli_terminal size = cli_terminal_of(STDERR_FILENO);
    if (size.is_terminal)
        screen->terminal = size;
    erase(screen);
    draw(screen, now);
}

static void live_note(struct cli_screen *screen, enum cg_note_level level, const char *text) {
    static const char *const words[] = {
        [CG_NOTE_INFO] = "", [CG_NOTE_WARNING] = "warning: ", [CG_NOTE_ERROR] = "error: "};
    const char *colour = level == CG_NOTE_WARNING ? yellow : level == CG_NOTE_ERROR ? red : NULL;
    bool coloured = colour && screen->terminal.colour, had_lines = screen->drawn_count > 0;
    erase(screen);
    size_t start = screen->out.len;
    if ((coloured && cg_buffer_text(&screen->out, colour, NULL) < 0) ||
        cg_buffer_text(&screen->out, words[level], NULL) < 0 ||
        (coloured && cg_buffer_text(&screen->out, plain, NULL) < 0) || cli_put_message(&screen->out, text, NULL) < 0 ||
        cg_buffer_text(&screen->out, "\n", NULL) < 0)
        screen->out.len = start;
    if (had_lines)
        draw(screen, screen->board.updated);
}

static void live_phase(struct cli_screen *screen) {
    erase(screen);
    draw(screen, screen->board.phase_began);
}

const struct cli_style cli_style_live = {0.15, live_note, live_phase, live_tick, erase};
