/* DATE_FORMAT: its codes as to_char()'s, which always speaks English without the prefix TM; where the place wants an
 * immutable expression (to_char() is none) they are spelled with extract(). STR_TO_DATE of literals is read here. */
#include "transform/sql/translate_functions.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HOUR12       "((extract(hour from $1)::integer + 11) % 12 + 1)::text"
#define MONTHS                                                                                                         \
    "(ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', "        \
    "'November', 'December'])[extract(month from $1)::integer]"
#define DAYS                                                                                                           \
    "(ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[extract(isodow from "       \
    "$1)::integer]"

static const struct code {
    char letter;
    const char *pattern; /* to_char's; NULL: only the expression says it */
    const char *form;    /* of a DATE or DATETIME */
} codes[] = {
    {'Y', "YYYY", "lpad(extract(year from $1)::text, 4, '0')"},
    {'y', "YY", "right(lpad(extract(year from $1)::text, 4, '0'), 2)"},
    {'m', "MM", "lpad(extract(month from $1)::text, 2, '0')"},
    {'c', "FMMM", "extract(month from $1)::text"},
    {'d', "DD", "lpad(extract(day from $1)::text, 2, '0')"},
    {'e', "FMDD", "extract(day from $1)::text"},
    {'D', "FMDDth", NULL},
    {'j', "DDD", "lpad(extract(doy from $1)::text, 3, '0')"},
    {'M', "FMMonth", MONTHS},
    {'b', "Mon", "left(" MONTHS ", 3)"},
    {'W', "FMDay", DAYS},
    {'a', "Dy", "left(" DAYS ", 3)"},
    {'w', NULL, "extract(dow from $1)::text"},
    {'H', "HH24", "lpad(extract(hour from $1)::text, 2, '0')"},
    {'k', "FMHH24", "extract(hour from $1)::text"},
    {'h', "HH12", "lpad(" HOUR12 ", 2, '0')"},
    {'I', "HH12", "lpad(" HOUR12 ", 2, '0')"},
    {'l', "FMHH12", HOUR12},
    {'i', "MI", "lpad(extract(minute from $1)::text, 2, '0')"},
    {'s', "SS", "lpad(trunc(extract(second from $1))::text, 2, '0')"},
    {'S', "SS", "lpad(trunc(extract(second from $1))::text, 2, '0')"},
    {'f', "US", "lpad((extract(microseconds from $1)::integer % 1000000)::text, 6, '0')"},
    {'p', "AM", "CASE WHEN extract(hour from $1) < 12 THEN 'AM' ELSE 'PM' END"},
    {'T', "HH24:MI:SS", NULL},
    {'r', "HH12:MI:SS AM", NULL},
    {'v', "IW", "lpad(extract(week from $1)::text, 2, '0')"},
    {'x', "IYYY", "lpad(extract(isoyear from $1)::text, 4, '0')"},
    {'u', NULL, "lpad(((extract(doy from $1) + 10 - extract(isodow from $1))::integer / 7)::text, 2, '0')"},
    {'U', NULL, "lpad(((extract(doy from $1) + 6 - extract(dow from $1))::integer / 7)::text, 2, '0')"},
};

static const struct code *code_of(char letter) {
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].letter == letter)
            return &codes[i];
    return NULL;
}

/* What has been put together: finished pieces, then a run of to_char's patterns and of plain text. */
struct format {
    struct tr *t;
    const struct tr_value *value;
    const char *text;
    size_t pieces;
    char run[400]; /* to_char's pattern, or plain text */
    size_t length;
    bool patterns; /* the run holds patterns */
    bool coded;    /* any piece is of the date */
};

static void piece(struct format *f, const char *text) {
    f->text = cg_tr_say(f->t, f->pieces++ ? "%s || %s" : "%s%s", f->text, text);
}

/* The run as a piece. */
static void finish(struct format *f) {
    if (!f->length)
        return;
    f->run[f->length] = '\0';
    const char *quoted = cg_tr_quote(f->t, f->run, f->length);
    piece(f, f->patterns ? cg_tr_say(f->t, "to_char(%s, %s)", f->value->text, quoted) : quoted);
    f->length = 0;
    f->patterns = false;
}

static int append(struct format *f, const char *text) {
    size_t length = strlen(text);
    if (f->length + length + 2 >= sizeof f->run)
        return cg_tr_refuse(f->t, "its format is too long");
    memcpy(f->run + f->length, text, length);
    f->length += length;
    return 0;
}

/* One character of plain text; between patterns it goes in double quotes. */
static int plain(struct format *f, char c, bool immutable) {
    char quoted[5] = {'"', c, '"', '\0'}, escaped[5] = {'"', '\\', c, '"', '\0'}, bare[2] = {c, '\0'};
    if (immutable)
        return append(f, bare);
    bool punctuation = strchr(" -/:.,", c) != NULL;
    return append(f, punctuation ? bare : c == '"' || c == '\\' ? escaped : quoted);
}

static int coded(struct format *f, char letter, bool immutable) {
    const struct code *code = code_of(letter);
    struct tr_value one = {.type = cg_tr_text()};
    if (!code && strchr("VX", letter))
        return cg_tr_refuse(f->t, "%%%c of DATE_FORMAT() has no translation", letter);
    if (!code) /* any other letter stands for itself */
        return plain(f, letter, immutable);
    f->coded = true;
    if (code->pattern && !immutable) {
        f->patterns = true;
        return append(f, code->pattern);
    }
    if (!code->form)
        return cg_tr_uses(f->t, TR_STABLE, cg_tr_say(f->t, "%%%c of DATE_FORMAT()", letter));
    if (cg_tr_form(f->t, code->form, f->value, 1, &one) < 0)
        return -1;
    finish(f);
    piece(f, cg_tr_at(f->t, &one, TR_CAST));
    return 0;
}

/* A run that holds no pattern is plain text, and is not to be quoted as a pattern's. */
static bool any_pattern(const char *format, size_t length) {
    for (size_t i = 0; i + 1 < length; i++)
        if (format[i] == '%') {
            const struct code *code = code_of(format[++i]);
            if (code && code->pattern)
                return true;
        }
    return false;
}

static int format_date(struct tr *t, const struct tr_value *value, const char *format, size_t length,
                       struct tr_value *ret) {
    struct format f = {.t = t, .value = value, .text = ""};
    bool immutable = cg_tr_wants_immutable(t) || !any_pattern(format, length);
    if (value->is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    for (size_t i = 0; i < length; i++) {
        if (format[i] != '%' || i + 1 == length) {
            if ((unsigned char)format[i] > 127)
                return cg_tr_refuse(t, "its format holds more than ASCII");
            if (plain(&f, format[i], immutable) < 0)
                return -1;
            f.patterns = f.patterns || !immutable;
        } else if (coded(&f, format[++i], immutable) < 0) {
            return -1;
        }
    }
    finish(&f);
    if (!f.pieces)
        return cg_tr_refuse(t, "an empty format is NULL to one of the servers");
    if (!f.coded) /* NULL of NULL, though the date does not show */
        return cg_tr_set(t, ret,
                         cg_tr_say(t, "CASE WHEN %s IS NOT NULL THEN %s END", cg_tr_at(t, value, TR_RANGE), f.text),
                         TR_ATOM, cg_tr_text());
    return cg_tr_set(t, ret, f.text, f.pieces > 1 ? TR_OPERATOR : TR_ATOM, cg_tr_text());
}

/* DATE_FORMAT(d, f), TIME_FORMAT(t, f), MONTHNAME(d), DAYNAME(d) */
int cg_tr_make_date_format(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value = call->arguments[0];
    const char *name = call->node->name;
    if (strcmp(name, "monthname") == 0 || strcmp(name, "dayname") == 0)
        return (cg_tr_wants_immutable(t) ? cg_tr_as_dated(t, &value) : cg_tr_as_datetime(t, &value)) < 0
                   ? -1
                   : format_date(t, &value, name[0] == 'm' ? "%M" : "%W", 2, ret);
    if (!cg_tr_is_string(&call->arguments[1]))
        return cg_tr_refuse(t, "%s() with a format that is no literal", name);
    const struct cg_sql_expression *format = call->arguments[1].literal;
    if (strcmp(name, "time_format") == 0) {
        if (cg_tr_as_time(t, &value) < 0)
            return -1;
        for (size_t i = 0; i < format->length; i++)
            if (format->text[i] == '%' && !strchr("HkisSfT%", format->text[++i]))
                return cg_tr_refuse(t, "%%%c of TIME_FORMAT() has no translation", format->text[i]);
        if (strcmp(value.type.pg, "interval") == 0)
            return cg_tr_refuse(t, "TIME_FORMAT() of a time beyond 24 hours");
    } else if (cg_tr_as_datetime(t, &value) < 0) {
        return -1;
    }
    bool nullable = value.nullable;
    if (format_date(t, &value, format->text, format->length, ret) < 0)
        return -1;
    ret->nullable = nullable;
    return 0;
}

/* ---- STR_TO_DATE ---- */

struct fields {
    int year, month, day, hour, minute, second;
    bool dated, timed;
};

static bool read_field(char letter, const char **at, const char *end, struct fields *f) {
    static const struct {
        char letter;
        size_t digits, offset;
        bool time;
    } fields[] = {
        {'Y', 4, offsetof(struct fields, year), false},  {'m', 2, offsetof(struct fields, month), false},
        {'c', 2, offsetof(struct fields, month), false}, {'d', 2, offsetof(struct fields, day), false},
        {'e', 2, offsetof(struct fields, day), false},   {'H', 2, offsetof(struct fields, hour), true},
        {'k', 2, offsetof(struct fields, hour), true},   {'i', 2, offsetof(struct fields, minute), true},
        {'s', 2, offsetof(struct fields, second), true}, {'S', 2, offsetof(struct fields, second), true},
    };
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (fields[i].letter != letter)
            continue;
        int value = 0;
        size_t count = 0;
        for (; *at < end && **at >= '0' && **at <= '9' && count < fields[i].digits; (*at)++, count++)
            value = value * 10 + (**at - '0');
        memcpy((char *)f + fields[i].offset, &value, sizeof value);
        f->dated = f->dated || !fields[i].time;
        f->timed = f->timed || fields[i].time;
        return count > 0 && (letter != 'Y' || count == 4);
    }
    return false;
}

int cg_tr_make_str_to_date(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const struct tr_value *text = &call->arguments[0], *format = &call->arguments[1];
    struct fields f = {.year = -1, .month = -1, .day = -1};
    char printed[80];
    if (!cg_tr_is_string(text) || !cg_tr_is_string(format))
        return cg_tr_refuse(t, "STR_TO_DATE() of what is no literal: where the text is no date MySQL gives NULL and "
                               "PostgreSQL an error");
    const char *at = text->literal->text, *end = at + text->literal->length;
    bool good = true;
    for (const char *p = format->literal->text; *p && good; p++) {
        if (*p == '%' && p[1])
            good = read_field(*++p, &at, end, &f);
        else
            good = at < end && *at++ == *p;
    }
    if (!good || at != end || !f.dated || f.year < 0 || f.month < 0 || f.day < 0)
        return cg_tr_refuse(t, "STR_TO_DATE() of '%s' by '%s' is not understood", text->literal->text,
                            format->literal->text);
    int length = f.timed ? snprintf(printed, sizeof printed, "%04d-%02d-%02d %02d:%02d:%02d", f.year, f.month, f.day,
                                    f.hour, f.minute, f.second)
                         : snprintf(printed, sizeof printed, "%04d-%02d-%02d", f.year, f.month, f.day);
    if (!cg_tr_read_temporal(t, printed, (size_t)length, TR_DATETIME, ret))
        return cg_tr_refuse(t, "STR_TO_DATE() of '%s', which is no date", text->literal->text);
    return 0;
}
