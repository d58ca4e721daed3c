/* What a terminal can show; see terminal.h. */
#include "cli/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct cli_terminal cli_terminal_of(int fd) {
    struct cli_terminal terminal = {.width = 80, .height = 24};
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    if (!isatty(fd) || !term || !*term || strcmp(term, "dumb") == 0)
        return terminal;
    struct winsize size;
    terminal.is_terminal = true;
    terminal.colour = !no_color || !*no_color;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        terminal.width = size.ws_col;
        terminal.height = size.ws_row;
    }
    return terminal;
}

struct range {
    uint32_t from, to;
};

static bool in(const struct range *ranges, size_t count, uint32_t c) {
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

/* Columns of a character, independent of the locale: East Asian wide ones and pictures take two, marks that sit on the
 * character before them none. */
static int columns_of(uint32_t c) {
    static const struct range wide[] = {{0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xA960, 0xA97F},
                                        {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},  {0xFF00, 0xFF60},
                                        {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
    static const struct range marks[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
                                         {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0x302A, 0x302D},
                                         {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
    if (c < 0x300)
        return 1;
    if (in(marks, sizeof marks / sizeof *marks, c))
        return 0;
    return in(wide, sizeof wide / sizeof *wide, c) ? 2 : 1;
}

/* Control characters, and marks that change how what follows is written. */
static bool is_unsafe(uint32_t c) {
    static const struct range unsafe[] = {{0, 0x1F},        {0x7F, 0x9F},     {0x061C, 0x061C},
                                          {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x2069},
                                          {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
    return in(unsafe, sizeof unsafe / sizeof *unsafe, c);
}

/* One character off *at: its bytes, or an escape in their place. */
struct shown {
    char bytes[12];
    size_t len;
    int columns;
};

static struct shown escape(const char *format, unsigned value) {
    struct shown shown;
    shown.len = (size_t)snprintf(shown.bytes, sizeof shown.bytes, format, value);
    shown.columns = (int)shown.len;
    return shown;
}

static struct shown take(const char **at) {
    const unsigned char *p = (const unsigned char *)*at;
    size_t more = p[0] >= 0xF0 && p[0] < 0xF5 ? 3 : p[0] >= 0xE0 && p[0] < 0xF0 ? 2 : p[0] >= 0xC2 && p[0] < 0xE0;
    uint32_t c = more ? p[0] & (0x3Fu >> more) : p[0];
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *at += 1;
            return escape("\\x%02X", p[0]);
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000}; /* a character of that many bytes; less is overlong */
    bool stray = !more && p[0] >= 0x80;
    if (stray || c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        *at += 1;
        return escape("\\x%02X", p[0]);
    }
    *at += more + 1;
    if (is_unsafe(c))
        return escape(c < 0x100 ? "\\x%02X" : "\\u%04X", c);
    struct shown shown = {.len = more + 1, .columns = columns_of(c)};
    memcpy(shown.bytes, p, shown.len);
    return shown;
}

int cli_text_columns(const char *text, int limit) {
    int columns = 0;
    while (*text && columns <= limit)
        columns += take(&text).columns;
    return columns;
}

int cli_put_text(struct cg_buffer *out, const char *text, int width, bool pad, struct cg_error *err) {
    bool cut = cli_text_columns(text, width) > width;
    int columns = 0, room = cut ? width - 1 : width;
    while (*text) {
        struct shown shown = take(&text);
        if (columns + shown.columns > room)
            break;
        if (cg_buffer_append(out, shown.bytes, shown.len, err) < 0)
            return -1;
        columns += shown.columns;
    }
    if (cut && width > 0) {
        if (cg_buffer_text(out, "~", err) < 0)
            return -1;
        columns++;
    }
    return pad && columns < width ? cg_buffer_printf(out, err, "%*s", width - columns, "") : 0;
}

int cli_put_message(struct cg_buffer *out, const char *text, struct cg_error *err) {
    while (*text) {
        if (*text == '\n' || *text == '\t' || *text == '\r') {
            bool line_break = false;
            for (; *text == '\n' || *text == '\t' || *text == '\r' || *text == ' '; text++)
                line_break |= *text == '\n';
            if (*text && cg_buffer_text(out, line_break ? "\n  " : " ", err) < 0)
                return -1;
            continue;
        }
        struct shown shown = take(&text);
        if (cg_buffer_append(out, shown.bytes, shown.len, err) < 0)
            return -1;
    }
    return 0;
}
