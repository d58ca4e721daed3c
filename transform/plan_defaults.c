/* DEFAULT literals in the target's words. A literal that PostgreSQL could not hold, or that would mean something else
 * there, is not said at all: the caller makes it a named loss. */
#include "transform/plan_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

/* One literal on its way. A converter sets `text` (in the arena) or `why`; -1 only for want of memory. */
struct literal {
    struct planner *p;
    const struct cg_column *column;
    const struct cg_type *target;
    const char *given;
    const char *text, *why;
};

static int refuse(struct literal *l, const char *why) {
    l->why = why;
    return 0;
}

static int keep(struct literal *l, const char *text) {
    l->text = text;
    return 0;
}

static bool source_is(const struct literal *l, const char *const *names) {
    for (; *names; names++)
        if (strcmp(l->column->type.name, *names) == 0)
            return true;
    return false;
}

static const char *const numbers[] = {"tinyint", "smallint", "mediumint", "int",  "bigint",
                                      "decimal", "float",    "double",    "year", NULL};
static const char *const texts[] = {"char", "varchar", "tinytext", "text",  "mediumtext", "longtext", "enum",
                                    "set",  "json",    "uuid",     "inet4", "inet6",      NULL};
static const char *const binaries[] = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", NULL};

/* ---- numbers ---- */

static int to_boolean(struct literal *l) {
    bool bit = strcmp(l->column->type.name, "bit") == 0; /* its digits, 0 and 1 */
    if (!bit && !source_is(l, numbers))
        return refuse(l, "it is no truth value");
    size_t zeros = strspn(l->given, "0");
    const char *rest = l->given + zeros;
    if (zeros && !*rest)
        return keep(l, "false");
    if (strcmp(rest, "1") == 0)
        return keep(l, "true");
    return refuse(l, "it is neither 0 nor 1");
}

static int to_integer(struct literal *l) {
    static const struct {
        const char *name, *least, *most;
    } ranges[] = {{"smallint", "-32768", "32767"},
                  {"integer", "-2147483648", "2147483647"},
                  {"bigint", "-9223372036854775808", "9223372036854775807"}};
    size_t sign = l->given[0] == '-' || l->given[0] == '+';
    if (!source_is(l, numbers) || !l->given[sign] || strspn(l->given + sign, "0123456789") != strlen(l->given + sign))
        return refuse(l, "it is no whole number");
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (strcmp(ranges[i].name, l->target->name) == 0 &&
            (cg_decimal_compare(l->given, ranges[i].least) < 0 || cg_decimal_compare(l->given, ranges[i].most) > 0))
            return refuse(l, "it is out of the type's range");
    const char *digits = l->given + sign;
    while (*digits == '0' && digits[1]) /* ZEROFILL pads */
        digits++;
    return cg_plan_text(l->p, &l->text, "%s%s", l->given[0] == '-' && strcmp(digits, "0") != 0 ? "-" : "", digits);
}

static int to_number(struct literal *l) {
    char *end = NULL;
    if (!source_is(l, numbers) || strspn(l->given, "+-.0123456789eE") != strlen(l->given) || !*l->given)
        return refuse(l, "it is no number");
    (void)strtod(l->given, &end);
    return *end ? refuse(l, "it is no number") : keep(l, l->given);
}

/* ---- text ---- */

static size_t characters(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static int to_text(struct literal *l) {
    bool dated = cg_type_is_dated(&l->column->type) || strcmp(l->column->type.name, "time") == 0;
    if (!dated && !source_is(l, texts) && !source_is(l, numbers))
        return refuse(l, "it is no text");
    if (l->target->length >= 0 && characters(l->given) > (size_t)l->target->length)
        return refuse(l, "it is longer than the type");
    return keep(l, l->given);
}

static int to_enum(struct literal *l) {
    for (size_t i = 0; i < l->target->label_count; i++)
        if (strcmp(l->target->labels[i], l->given) == 0)
            return keep(l, l->given);
    return refuse(l, "it is none of the labels");
}

/* "a,c" of a SET -> {"a","c"}. Members hold no commas. */
static int to_array(struct literal *l) {
    if (strcmp(l->column->type.name, "set") != 0 || strcmp(l->target->name, "text") != 0)
        return refuse(l, "it has no form as an array");
    char *text = cg_arena_alloc(l->p->arena, strlen(l->given) * 4 + 8), *to = text;
    if (!text)
        return cg_error_memory(l->p->err);
    *to++ = '{';
    for (const char *from = l->given; *from;) {
        *to++ = '"';
        for (; *from && *from != ','; from++) {
            if (*from == '"' || *from == '\\')
                *to++ = '\\';
            *to++ = *from;
        }
        *to++ = '"';
        if (*from == ',')
            *to++ = *from++;
    }
    *to = '}';
    return keep(l, text);
}

static int to_json(struct literal *l) {
    yajl_handle parser = yajl_alloc(NULL, NULL, NULL);
    if (!parser)
        return cg_error_memory(l->p->err);
    bool valid = yajl_parse(parser, (const unsigned char *)l->given, strlen(l->given)) == yajl_status_ok &&
                 yajl_complete_parse(parser) == yajl_status_ok;
    yajl_free(parser);
    return valid && source_is(l, texts) && !strstr(l->given, "\\u0000") ? keep(l, l->given)
                                                                        : refuse(l, "it is no JSON");
}

static int to_uuid(struct literal *l) {
    size_t digits = 0, len = strlen(l->given);
    for (size_t i = 0; i < len; i++)
        digits += isxdigit((unsigned char)l->given[i]) != 0;
    bool dashed = len == 36 && l->given[8] == '-' && l->given[13] == '-' && l->given[18] == '-' && l->given[23] == '-';
    return source_is(l, texts) && digits == 32 && (len == 32 || dashed) ? keep(l, l->given)
                                                                        : refuse(l, "it is no UUID");
}

static int to_inet(struct literal *l) {
    static const char *const addresses[] = {"inet4", "inet6", NULL};
    return source_is(l, addresses) ? keep(l, l->given) : refuse(l, "it is no address");
}

/* ---- bytes and bits ---- */

/* 101 into bit(8): 00000101. */
static int to_bit(struct literal *l) {
    const char *digits = l->given;
    size_t len = strspn(digits, "01");
    if (strcmp(l->column->type.name, "bit") != 0 || !len || digits[len])
        return refuse(l, "it is no bit string");
    size_t width = l->target->length > 0 ? (size_t)l->target->length : len;
    while (len > width && *digits == '0') {
        digits++;
        len--;
    }
    if (len > width)
        return refuse(l, "it is longer than the type");
    return cg_plan_text(l->p, &l->text, "%0*d%.*s", (int)(width - len), 0, (int)len, digits) < 0 ? -1
           : width == len ? keep(l, l->text + 1) /* printf writes at least one zero */
                          : 0;
}

static int hex_text(struct literal *l, const char *hex, size_t digits) {
    size_t least = strcmp(l->column->type.name, "binary") == 0 && l->column->type.length > 0
                       ? (size_t)l->column->type.length * 2
                       : digits;
    char *text = cg_arena_alloc(l->p->arena, (least > digits ? least : digits) + 3);
    if (!text)
        return cg_error_memory(l->p->err);
    text[0] = '\\';
    text[1] = 'x';
    for (size_t i = 0; i < digits; i++)
        text[i + 2] = (char)tolower((unsigned char)hex[i]);
    for (size_t i = digits; i < least; i++) /* BINARY(n) is padded with zero bytes */
        text[i + 2] = '0';
    return keep(l, text);
}

/* MySQL tells a binary default as 0x6162. MariaDB tells it as text, with a question mark for what is none: such a text
 * cannot be trusted. */
static int to_bytea(struct literal *l) {
    size_t len = strlen(l->given);
    if (!source_is(l, binaries))
        return refuse(l, "it is no byte string");
    if (!len)
        return hex_text(l, "", 0);
    if (strncmp(l->given, "0x", 2) != 0 || len % 2 || strspn(l->given + 2, "0123456789abcdefABCDEF") != len - 2)
        return refuse(l, "the server does not tell its bytes exactly");
    return hex_text(l, l->given + 2, len - 2);
}

/* ---- dates and times ---- */

static bool take_number(const char **at, size_t least, size_t most, unsigned *ret_number) {
    size_t len = strspn(*at, "0123456789");
    if (len < least || len > most)
        return false;
    *ret_number = (unsigned)strtoul(*at, NULL, 10);
    *at += len;
    return true;
}

static bool take_char(const char **at, char c) {
    return **at == c && ((*at)++, true);
}

static bool take_clock(const char **at, unsigned most_hours, unsigned *ret_seconds) {
    unsigned h, m, s;
    if (!take_number(at, 1, 3, &h) || !take_char(at, ':') || !take_number(at, 2, 2, &m) || !take_char(at, ':') ||
        !take_number(at, 2, 2, &s) || h > most_hours || m > 59 || s > 59)
        return false;
    *ret_seconds = h * 3600 + m * 60 + s;
    unsigned fraction = 0;
    if (take_char(at, '.') && !take_number(at, 0, 6, &fraction))
        return false;
    if (fraction) /* so that 24:00:00.5 counts as beyond the day */
        *ret_seconds += 1;
    return true;
}

static unsigned days_in(unsigned year, unsigned month) {
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* YYYY-MM-DD; 1 when it is a date, 0 when it is zero, partial or does not exist, -1 when it is none. */
static int take_date(const char **at) {
    unsigned y, m, d;
    if (!take_number(at, 4, 4, &y) || !take_char(at, '-') || !take_number(at, 2, 2, &m) || !take_char(at, '-') ||
        !take_number(at, 2, 2, &d))
        return -1;
    return y >= 1 && m >= 1 && m <= 12 && d >= 1 && d <= days_in(y, m);
}

static int to_date_time(struct literal *l) {
    const char *at = l->given, *suffix = strcmp(l->target->name, "timestamptz") == 0 ? "+00" : "";
    bool wants_time = strcmp(l->target->name, "date") != 0;
    unsigned seconds;
    int date = cg_type_is_dated(&l->column->type) ? take_date(&at) : -1;
    if (date < 0)
        return refuse(l, "it is no date");
    if (date == 0)
        return refuse(l, "PostgreSQL has no such date");
    if (*at && (!take_char(&at, ' ') || !take_clock(&at, 23, &seconds) || *at || !wants_time))
        return refuse(l, "it is no date");
    return cg_plan_text(l->p, &l->text, "%s%s", l->given, suffix);
}

static int to_time(struct literal *l) {
    const char *at = l->given;
    unsigned seconds;
    bool interval = strcmp(l->target->name, "interval") == 0, negative = take_char(&at, '-');
    if (strcmp(l->column->type.name, "time") != 0 || !take_clock(&at, 838, &seconds) || *at)
        return refuse(l, "it is no time");
    if (!interval && (negative || seconds > 24 * 3600))
        return refuse(l, "it lies outside 00:00 to 24:00");
    return keep(l, l->given);
}

/* ---- */

static const struct {
    const char *target;
    int (*convert)(struct literal *);
} converters[] = {
    {"boolean", to_boolean},
    {"smallint", to_integer},
    {"integer", to_integer},
    {"bigint", to_integer},
    {"numeric", to_number},
    {"real", to_number},
    {"double precision", to_number},
    {"text", to_text},
    {"varchar", to_text},
    {"bpchar", to_text},
    {"citext", to_text},
    {"json", to_json},
    {"jsonb", to_json},
    {"uuid", to_uuid},
    {"inet", to_inet},
    {"bit", to_bit},
    {"varbit", to_bit},
    {"bytea", to_bytea},
    {"date", to_date_time},
    {"timestamp", to_date_time},
    {"timestamptz", to_date_time},
    {"time", to_time},
    {"interval", to_time},
};

int cg_plan_literal(struct planner *p, const struct cg_column *column, const struct cg_type *target,
                    const char **ret_text, const char **ret_why) {
    struct literal l = {p, column, target, column->default_text, NULL, "it has no form in the target's type"};
    int result = 0;
    if (target->array)
        result = to_array(&l);
    else if (target->label_count)
        result = to_enum(&l);
    for (size_t i = 0; !target->array && !target->label_count && i < sizeof converters / sizeof *converters; i++)
        if (strcmp(converters[i].target, target->name) == 0)
            result = converters[i].convert(&l);
    *ret_text = l.text;
    *ret_why = l.why;
    return result;
}
