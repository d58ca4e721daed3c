/* Lines of text of a given width; see text_writer.h. */
#include "verify/text_writer.h"

#include <stdio.h>
#include <stdlib.h>

static void put(struct cg_text *t, const char *bytes, size_t len) {
    struct cg_error err;
    if (!t->failed && cg_buffer_append(t->out, bytes, len, &err) < 0)
        t->failed = true;
}

static void put_string(struct cg_text *t, const char *text) {
    put(t, text, strlen(text));
}

/* One character of text as it will be shown: how many bytes it takes, and its escape when it may not stand as it is. */
static size_t character(const char *at, char escape[8]) {
    unsigned char lead = (unsigned char)*at;
    *escape = '\0';
    if (lead >= 0x20 && lead < 0x7f)
        return 1;
    size_t length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)at[i] & 0xc0) != 0x80)
            length = 0;
    bool control = length == 2 && lead == 0xc2 && (unsigned char)at[1] < 0xa0;
    if (length && lead < 0xf5 && !control)
        return length;
    snprintf(escape, 8, "\\x%02x", lead);
    return 1;
}

/* Writes up to `limit` columns of text; returns the columns written, and in *ret_rest what did not fit. */
static int put_some(struct cg_text *t, const char *text, size_t len, int limit, const char **ret_rest) {
    int columns = 0;
    const char *at = text;
    while (at < text + len) {
        char escape[8];
        size_t length = character(at, escape);
        int wide = *escape ? (int)strlen(escape) : 1;
        if (columns + wide > limit)
            break;
        put(t, *escape ? escape : at, *escape ? strlen(escape) : length);
        columns += wide;
        at += length;
    }
    if (ret_rest)
        *ret_rest = at;
    return columns;
}

static int columns_of(const char *text, size_t len) {
    int columns = 0;
    for (const char *at = text; at < text + len;) {
        char escape[8];
        at += character(at, escape);
        columns += *escape ? (int)strlen(escape) : 1;
    }
    return columns;
}

static void blanks(struct cg_text *t, int count) {
    for (; count > 0; count--)
        put(t, " ", 1);
}

void cg_text_line(struct cg_text *t, const char *line) {
    put_string(t, line);
    put(t, "\n", 1);
}

void cg_text_heading(struct cg_text *t, const char *heading) {
    put(t, "\n", 1);
    cg_text_line(t, heading);
}

void cg_text_coloured(struct cg_text *t, const char *colour, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (t->colour && colour)
        put_string(t, colour);
    put_string(t, text);
    if (t->colour && colour)
        put_string(t, "\x1b[0m");
}

/* A word longer than a line is cut into lines. */
static int put_word(struct cg_text *t, const char *word, size_t len, int used, int indent) {
    const char *end = word + len;
    while (word < end) {
        used += put_some(t, word, (size_t)(end - word), t->width - used, &word);
        if (word < end) {
            put(t, "\n", 1);
            blanks(t, indent);
            used = indent;
        }
    }
    return used;
}

void cg_text_paragraph(struct cg_text *t, const char *indent, const char *text) {
    int margin = (int)strlen(indent), used = margin;
    bool first = true;
    put_string(t, indent);
    for (const char *at = text; *at;) {
        size_t gap = strspn(at, " \n\t\r");
        size_t len = strcspn(at + gap, " \n\t\r");
        const char *word = at + gap;
        int columns = columns_of(word, len), space = first ? 0 : (int)gap;
        at = word + len;
        if (!len)
            break;
        if (!first && used + space + columns > t->width) {
            put(t, "\n", 1);
            blanks(t, margin);
            used = margin;
            space = 0;
        }
        blanks(t, space);
        used = put_word(t, word, len, used + space, margin);
        first = false;
    }
    put(t, "\n", 1);
}

void cg_text_paragraph_printf(struct cg_text *t, const char *indent, const char *format, ...) {
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        t->failed = true;
        return;
    }
    cg_text_paragraph(t, indent, text);
    free(text);
}

static void put_right(struct cg_text *t, const char *text, int width) {
    blanks(t, width - columns_of(text, strlen(text)));
    put_string(t, text);
}

void cg_text_row(struct cg_text *t, const char *colour, int name_width, const char *name, const char *first,
                 const char *second, const char *last) {
    size_t len = strlen(name);
    bool cut = columns_of(name, len) > name_width;
    blanks(t, 2);
    int used = put_some(t, name, len, cut ? name_width - 1 : name_width, NULL);
    if (cut) {
        put_string(t, "\xe2\x80\xa6");
        used++;
    }
    blanks(t, name_width - used);
    put_right(t, first, 14);
    put_right(t, second, 14);
    blanks(t, 2);
    cg_text_coloured(t, colour, "%s", last);
    put(t, "\n", 1);
}

void cg_text_more(struct cg_text *t, size_t count, size_t shown) {
    if (count > shown)
        cg_text_paragraph_printf(t, "      ", "... and %zu more, all in the JSON report", count - shown);
}
