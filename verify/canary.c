/* Which value is the canary of a pair of types; see canary.h. One row of a table for each source type: a value where
 * the type has limits worth trying, and one expected text for each target type that the default map or a common rule
 * gives. */
#include "verify/canary.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct fixed {
    const char *source;
    bool is_unsigned;
    const char *target; /* PostgreSQL's name */
    const char *json, *expected;
};

/* Values that do not depend on length, scale or labels. */
static const struct fixed fixed_canaries[] = {
    {"tinyint", false, "boolean", "1", "t"},
    {"tinyint", false, "smallint", "-128", "-128"},
    {"tinyint", true, "smallint", "255", "255"},
    {"smallint", false, "smallint", "-32768", "-32768"},
    {"smallint", true, "integer", "65535", "65535"},
    {"mediumint", false, "integer", "-8388608", "-8388608"},
    {"mediumint", true, "integer", "16777215", "16777215"},
    {"int", false, "integer", "-2147483648", "-2147483648"},
    {"int", true, "bigint", "4294967295", "4294967295"},
    {"bigint", false, "bigint", "\"-9223372036854775808\"", "-9223372036854775808"},
    {"bigint", true, "bigint", "\"9223372036854775807\"", "9223372036854775807"},
    {"bigint", true, "numeric", "\"18446744073709551615\"", "18446744073709551615"},
    {"float", false, "real", "16777216", "1.6777216e+07"},
    {"float", true, "real", "16777216", "1.6777216e+07"},
    {"float", false, "double precision", "16777216", "16777216"},
    {"double", false, "double precision", "-0.1", "-0.1"},
    {"double", true, "double precision", "0.1", "0.1"},
    {"year", false, "smallint", "2024", "2024"},
    {"year", true, "smallint", "2024", "2024"},
    {"date", false, "date", "\"2024-02-29\"", "2024-02-29"},
    /* No redundant digits: MySQL drops them before it stores the document. */
    {"json", false, "jsonb", "{\"b\": [1, 2.25], \"a\": \"\\u00e9\"}", "{\"a\": \"\xc3\xa9\", \"b\": [1, 2.25]}"},
    {"uuid", false, "uuid", "\"550e8400-e29b-41d4-a716-446655440000\"", "550e8400-e29b-41d4-a716-446655440000"},
    {"inet4", false, "inet", "\"192.0.2.1\"", "192.0.2.1"},
    {"inet6", false, "inet", "\"2001:db8::1\"", "2001:db8::1"},
};

struct canary_arguments {
    const struct cg_type *source, *target;
    struct cg_arena *arena;
    struct cg_canary_value *value;
};

/* ---- values made to measure: each returns 1, or 0 when this pair has none ---- */

static int finish(const struct canary_arguments *a, const char *json, const char *expected) {
    *a->value = (struct cg_canary_value){json, expected};
    return json && expected ? 1 : -1;
}

/* All digits in use, the last one odd, so that rounding and cutting show. */
static int decimal(const struct canary_arguments *a) {
    int whole = a->source->precision - a->source->scale, scale = a->source->scale;
    if (strcmp(a->target->name, "numeric") != 0 || a->source->precision < 1 || whole < 0 || a->target->scale > scale ||
        (a->target->precision >= 0 && a->target->scale < scale))
        return 0;
    char digits[160];
    size_t n = 0;
    if (!a->source->is_unsigned)
        digits[n++] = '-';
    if (!whole)
        digits[n++] = '0';
    for (int i = 0; i < whole; i++)
        digits[n++] = (char)('1' + i % 9);
    if (scale)
        digits[n++] = '.';
    for (int i = 0; i < scale; i++)
        digits[n++] = (char)('1' + (scale - 1 - i) * 2 % 9);
    digits[n] = '\0';
    return finish(a, cg_arena_printf(a->arena, "\"%s\"", digits), cg_arena_strdup(a->arena, digits));
}

static int fraction_of(const struct cg_type *type) {
    return type->fraction > 0 ? type->fraction : 0;
}

/* "HH:MM:SS" and as many of .654321 as the type holds. */
static const char *clock_text(const struct canary_arguments *a, const char *start) {
    int digits = fraction_of(a->source);
    return cg_arena_printf(a->arena, "%s%s%.*s", start, digits ? "." : "", digits, "654321");
}

static bool fraction_fits(const struct canary_arguments *a) {
    return a->target->fraction < 0 || a->target->fraction >= fraction_of(a->source);
}

static int timestamp(const struct canary_arguments *a) {
    bool zoned = strcmp(a->target->name, "timestamptz") == 0;
    if ((!zoned && strcmp(a->target->name, "timestamp") != 0) || !fraction_fits(a))
        return 0;
    const char *text = clock_text(a, "2024-02-29 23:59:58");
    if (!text)
        return -1;
    return finish(a, cg_arena_printf(a->arena, "\"%s\"", text),
                  cg_arena_printf(a->arena, "%s%s", text, zoned ? "+00" : ""));
}

static int time_of_day(const struct canary_arguments *a) {
    bool interval = strcmp(a->target->name, "interval") == 0;
    if ((!interval && strcmp(a->target->name, "time") != 0) || !fraction_fits(a))
        return 0;
    const char *text = clock_text(a, interval ? "-838:59:58" : "23:59:58");
    return text ? finish(a, cg_arena_printf(a->arena, "\"%s\"", text), text) : -1;
}

/* As many characters as the column holds: a four-byte one where the charset has them. */
static int text(const struct canary_arguments *a) {
    static const char *const wide[] = {"\xf0\x9f\x98\x80", "\xe2\x82\xac", "l", "'", "Z"};
    static const char *const three[] = {"\xe2\x82\xac", "\xc5\xbd", "l", "'", "Z"};
    static const char *const narrow[] = {"Z", "'", "l", "u", "x"};
    const char *charset = a->source->charset ? a->source->charset : "";
    const char *const *letters = strcmp(charset, "utf8mb4") == 0                                   ? wide
                                 : strcmp(charset, "utf8mb3") == 0 || strcmp(charset, "utf8") == 0 ? three
                                                                                                   : narrow;
    if (strcmp(a->target->name, "varchar") != 0 && strcmp(a->target->name, "text") != 0 &&
        strcmp(a->target->name, "citext") != 0)
        return 0;
    /* CHAR(0) holds nothing that could be damaged. */
    if (a->source->length == 0)
        return 0;
    int64_t length = a->source->length < 0 || a->source->length > 5 ? 5 : a->source->length;
    char out[32] = "";
    for (int64_t i = 0; i < length; i++)
        strcat(out, letters[i]);
    return finish(a, cg_arena_printf(a->arena, "\"%s\"", out), cg_arena_strdup(a->arena, out));
}

/* Text bytes, since JSON holds nothing else; BINARY(n) is padded with zero bytes. */
static int bytes(const struct canary_arguments *a) {
    static const char content[] = "Ab\xc3\xa9";
    if (strcmp(a->target->name, "bytea") != 0)
        return 0;
    bool padded = strcmp(a->source->name, "binary") == 0;
    if (a->source->length == 0)
        return 0;
    int64_t limit = a->source->length < 0 ? 4 : a->source->length;
    int64_t used = limit >= 4 ? 4 : limit < 2 ? limit : 2, total = padded ? limit : used;
    char *hex = cg_arena_alloc(a->arena, 3 + 2 * (size_t)total);
    if (!hex)
        return -1;
    size_t n = (size_t)sprintf(hex, "\\x");
    for (int64_t i = 0; i < total; i++)
        n += (size_t)sprintf(hex + n, "%02x", i < used ? (unsigned char)content[i] : 0);
    return finish(a, cg_arena_printf(a->arena, "\"%.*s\"", (int)used, content), hex);
}

static int bits(const struct canary_arguments *a) {
    if (strcmp(a->target->name, "boolean") == 0)
        return finish(a, "1", "t");
    if (strcmp(a->target->name, "bit") != 0 || a->source->length < 1 || a->source->length != a->target->length)
        return 0;
    char digits[65] = "";
    for (int64_t i = 0; i < a->source->length; i++)
        digits[i] = '0';
    digits[a->source->length - 1] = '1';
    return finish(a, "1", cg_arena_strdup(a->arena, digits));
}

/* A label that needs no quoting in an array's text or in JSON. */
static const char *plain_label(const struct cg_type *type) {
    for (size_t i = type->label_count; i-- > 0;) {
        const char *label = type->labels[i];
        if (*label &&
            strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == strlen(label) &&
            strcasecmp(label, "null") != 0)
            return label;
    }
    return NULL;
}

static int label(const struct canary_arguments *a) {
    const char *chosen = plain_label(a->source);
    if (!chosen)
        return 0;
    bool array = a->target->array;
    return finish(a, cg_arena_printf(a->arena, "\"%s\"", chosen),
                  array ? cg_arena_printf(a->arena, "{%s}", chosen) : cg_arena_strdup(a->arena, chosen));
}

/* POINT(1 2) without an SRID, as EWKB. */
static int geometry(const struct canary_arguments *a) {
    if (strcmp(a->target->name, "bytea") != 0)
        return 0;
    if (strcmp(a->source->name, "geometry") != 0 && strcmp(a->source->name, "point") != 0)
        return 0;
    return finish(a, "\"POINT(1 2)\"", "\\x0101000000000000000000f03f0000000000000040");
}

static const struct {
    const char *source;
    int (*make)(const struct canary_arguments *);
} made_canaries[] = {
    {"decimal", decimal}, {"datetime", timestamp}, {"timestamp", timestamp}, {"time", time_of_day},
    {"char", text},       {"varchar", text},       {"tinytext", text},       {"text", text},
    {"mediumtext", text}, {"longtext", text},      {"binary", bytes},        {"varbinary", bytes},
    {"tinyblob", bytes},  {"blob", bytes},         {"mediumblob", bytes},    {"longblob", bytes},
    {"bit", bits},        {"enum", label},         {"set", label},           {"geometry", geometry},
    {"point", geometry},
};

int cg_canary_choose(const struct cg_type *source, const struct cg_type *target, struct cg_arena *arena,
                     struct cg_canary_value *ret_value, const char **ret_why, struct cg_error *err) {
    for (size_t i = 0; i < sizeof fixed_canaries / sizeof *fixed_canaries; i++) {
        const struct fixed *canary = &fixed_canaries[i];
        if (strcmp(canary->source, source->name) != 0 || canary->is_unsigned != source->is_unsigned ||
            strcmp(canary->target, target->name) != 0 || target->array)
            continue;
        *ret_value = (struct cg_canary_value){canary->json, canary->expected};
        return 1;
    }
    for (size_t i = 0; i < sizeof made_canaries / sizeof *made_canaries; i++) {
        if (strcmp(made_canaries[i].source, source->name) != 0)
            continue;
        struct canary_arguments arguments = {source, target, arena, ret_value};
        int made = made_canaries[i].make(&arguments);
        if (made < 0)
            return cg_error_memory(err);
        if (made > 0)
            return 1;
    }
    *ret_why = cg_arena_printf(arena, "no canary is written down for %s as %s", source->full, target->full);
    return *ret_why ? 0 : cg_error_memory(err);
}
