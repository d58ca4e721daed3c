/* A rule's target: the text with its placeholders, and PostgreSQL's types as people write them. */
#include "core/buffer.h"
#include "core/options.h"
#include "transform/typemap_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- PostgreSQL's types ---- */

enum modifier { MOD_NONE, MOD_LENGTH, MOD_NUMERIC, MOD_FRACTION, MOD_DIMENSIONS, MOD_FREE };

struct pg_type_name {
    const char *written, *name;
    const char *before, *after; /* as PostgreSQL prints it: before and after the modifier */
    enum modifier modifier;
    int64_t least, most; /* of the modifier */
    int64_t implied;     /* the length that is meant when none is written; -1: none */
};

#define NO_LIMIT 10485760

static const struct pg_type_name pg_types[] = {
    {"boolean", "boolean", "boolean", "", MOD_NONE, 0, 0, -1},
    {"bool", "boolean", "boolean", "", MOD_NONE, 0, 0, -1},
    {"smallint", "smallint", "smallint", "", MOD_NONE, 0, 0, -1},
    {"int2", "smallint", "smallint", "", MOD_NONE, 0, 0, -1},
    {"integer", "integer", "integer", "", MOD_NONE, 0, 0, -1},
    {"int", "integer", "integer", "", MOD_NONE, 0, 0, -1},
    {"int4", "integer", "integer", "", MOD_NONE, 0, 0, -1},
    {"bigint", "bigint", "bigint", "", MOD_NONE, 0, 0, -1},
    {"int8", "bigint", "bigint", "", MOD_NONE, 0, 0, -1},
    {"numeric", "numeric", "numeric", "", MOD_NUMERIC, 1, 1000, -1},
    {"decimal", "numeric", "numeric", "", MOD_NUMERIC, 1, 1000, -1},
    {"real", "real", "real", "", MOD_NONE, 0, 0, -1},
    {"float4", "real", "real", "", MOD_NONE, 0, 0, -1},
    {"double precision", "double precision", "double precision", "", MOD_NONE, 0, 0, -1},
    {"float8", "double precision", "double precision", "", MOD_NONE, 0, 0, -1},
    {"text", "text", "text", "", MOD_NONE, 0, 0, -1},
    {"citext", "citext", "citext", "", MOD_NONE, 0, 0, -1},
    {"varchar", "varchar", "character varying", "", MOD_LENGTH, 1, NO_LIMIT, -1},
    {"character varying", "varchar", "character varying", "", MOD_LENGTH, 1, NO_LIMIT, -1},
    {"char", "bpchar", "character", "", MOD_LENGTH, 1, NO_LIMIT, 1},
    {"character", "bpchar", "character", "", MOD_LENGTH, 1, NO_LIMIT, 1},
    {"bpchar", "bpchar", "character", "", MOD_LENGTH, 1, NO_LIMIT, 1},
    {"bytea", "bytea", "bytea", "", MOD_NONE, 0, 0, -1},
    {"bit", "bit", "bit", "", MOD_LENGTH, 1, NO_LIMIT * 8, 1},
    {"varbit", "varbit", "bit varying", "", MOD_LENGTH, 1, NO_LIMIT * 8, -1},
    {"bit varying", "varbit", "bit varying", "", MOD_LENGTH, 1, NO_LIMIT * 8, -1},
    {"date", "date", "date", "", MOD_NONE, 0, 0, -1},
    {"time", "time", "time", " without time zone", MOD_FRACTION, 0, 6, -1},
    {"time without time zone", "time", "time", " without time zone", MOD_FRACTION, 0, 6, -1},
    {"timetz", "timetz", "time", " with time zone", MOD_FRACTION, 0, 6, -1},
    {"time with time zone", "timetz", "time", " with time zone", MOD_FRACTION, 0, 6, -1},
    {"timestamp", "timestamp", "timestamp", " without time zone", MOD_FRACTION, 0, 6, -1},
    {"timestamp without time zone", "timestamp", "timestamp", " without time zone", MOD_FRACTION, 0, 6, -1},
    {"timestamptz", "timestamptz", "timestamp", " with time zone", MOD_FRACTION, 0, 6, -1},
    {"timestamp with time zone", "timestamptz", "timestamp", " with time zone", MOD_FRACTION, 0, 6, -1},
    {"interval", "interval", "interval", "", MOD_FRACTION, 0, 6, -1},
    {"uuid", "uuid", "uuid", "", MOD_NONE, 0, 0, -1},
    {"inet", "inet", "inet", "", MOD_NONE, 0, 0, -1},
    {"json", "json", "json", "", MOD_NONE, 0, 0, -1},
    {"jsonb", "jsonb", "jsonb", "", MOD_NONE, 0, 0, -1},
    {"geometry", "geometry", "geometry", "", MOD_FREE, 0, 0, -1},
    {"vector", "vector", "vector", "", MOD_DIMENSIONS, 1, 16000, -1},
};
enum { PG_TYPES = sizeof pg_types / sizeof *pg_types };

/* The text taken apart: "Timestamp (3) with time zone[]" -> base "timestamp with time zone", modifier "3", array. */
struct written_type {
    char base[64], modifier[64];
    bool has_modifier, array;
};

static const char *type_name(const void *context, size_t i) {
    (void)context;
    return pg_types[i].written;
}

/* Appends one character to a small text, blanks collapsed; false when it is full. */
static bool add(char *to, size_t size, char c) {
    size_t len = strlen(to);
    if (c == ' ' && (len == 0 || to[len - 1] == ' '))
        return true;
    if (len + 1 >= size)
        return false;
    to[len] = c;
    to[len + 1] = '\0';
    return true;
}

static void trim_end(char *text) {
    size_t len = strlen(text);
    while (len && text[len - 1] == ' ')
        text[--len] = '\0';
}

static bool take_apart(const char *text, struct written_type *w) {
    int depth = 0;
    memset(w, 0, sizeof *w);
    for (const char *p = text; *p; p++) {
        char c = isspace((unsigned char)*p) ? ' ' : (char)tolower((unsigned char)*p);
        if (w->array && c != ' ')
            return false;
        if (c == '(' && depth == 0 && !w->has_modifier) {
            depth = 1;
            w->has_modifier = true;
            if (!add(w->base, sizeof w->base, ' '))
                return false;
        } else if (c == ')' && depth == 1) {
            depth = 0;
        } else if (c == '[' && depth == 0 && p[1] == ']') {
            w->array = true;
            p++;
        } else if (c == '(' || c == ')' || c == '[' || c == ']') {
            return false;
        } else if (depth) {
            /* PostGIS's modifiers are words: "Point,4326" keeps its case */
            if (c != ' ' && !add(w->modifier, sizeof w->modifier, *p))
                return false;
        } else if (!add(w->base, sizeof w->base, c)) {
            return false;
        }
    }
    trim_end(w->base);
    return depth == 0;
}

static const struct pg_type_name *find_type(const char *base) {
    for (size_t i = 0; i < PG_TYPES; i++)
        if (strcmp(pg_types[i].written, base) == 0)
            return &pg_types[i];
    return NULL;
}

static bool parse_number(const char **at, int64_t *ret_number) {
    char *end = NULL;
    if (!isdigit((unsigned char)**at))
        return false;
    *ret_number = strtoll(*at, &end, 10);
    if (end - *at > 9)
        return false;
    *at = end;
    return true;
}

/* Fills what the modifier says; false when it is none for this type. */
static bool apply_modifier(const struct pg_type_name *known, const struct written_type *w, struct cg_type *type) {
    int64_t first = 0, second = 0;
    const char *at = w->modifier;
    if (known->modifier == MOD_FREE)
        return w->modifier[0] != '\0' && strspn(w->modifier, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,"
                                                             "0123456789") == strlen(w->modifier);
    if (known->modifier == MOD_NONE || !parse_number(&at, &first) || first < known->least || first > known->most)
        return false;
    if (known->modifier == MOD_NUMERIC) {
        if (*at == ',' && (at++, !parse_number(&at, &second)))
            return false;
        if (second > 1000)
            return false;
        type->precision = (int)first;
        type->scale = (int)second;
    } else if (known->modifier == MOD_FRACTION) {
        type->fraction = (int)first;
    } else {
        type->length = first;
    }
    return *at == '\0';
}

static const char *print_type(const struct pg_type_name *known, const struct cg_type *type, const char *free_modifier,
                              struct cg_arena *arena) {
    const char *modifier = "";
    if (known->modifier == MOD_FREE && free_modifier[0])
        modifier = cg_arena_printf(arena, "(%s)", free_modifier);
    else if (type->precision >= 0)
        modifier = cg_arena_printf(arena, "(%d,%d)", type->precision, type->scale);
    else if (type->fraction >= 0)
        modifier = cg_arena_printf(arena, "(%d)", type->fraction);
    else if (type->length >= 0)
        modifier = cg_arena_printf(arena, "(%lld)", (long long)type->length);
    return modifier ? cg_arena_printf(arena, "%s%s%s%s", known->before, modifier, known->after, type->array ? "[]" : "")
                    : NULL;
}

int cg_pg_type_parse(const char *text, struct cg_arena *arena, struct cg_type *ret_type, struct cg_error *err) {
    struct written_type w;
    struct cg_type type = {.length = -1, .precision = -1, .scale = -1, .fraction = -1, .display_width = -1};
    const struct pg_type_name *known = take_apart(text, &w) ? find_type(w.base) : NULL;
    if (!known) {
        cg_error_set(err, CG_ERR_USAGE, "\"%.100s\" is no type that crossgrade can write", text);
        const char *near = cg_nearest(w.base, PG_TYPES, type_name, NULL);
        if (near)
            cg_error_hint(err, "did you mean %s?", near);
        return -1;
    }
    type.name = known->name;
    type.array = w.array;
    type.length = w.has_modifier ? -1 : known->implied;
    if (w.has_modifier && !apply_modifier(known, &w, &type))
        return cg_error_set(err, CG_ERR_USAGE, "\"%.100s\": (%s) is nothing that %s can have", text, w.modifier,
                            known->written);
    type.full = print_type(known, &type, w.modifier, arena);
    if (!type.full)
        return cg_error_memory(err);
    *ret_type = type;
    return 0;
}

/* ---- placeholders ---- */

/* The number of a source's "vector(3)". */
static int64_t dimensions_of(const struct cg_type *type) {
    const char *open = type->full ? strchr(type->full, '(') : NULL;
    return open ? strtoll(open + 1, NULL, 10) : -1;
}

struct placeholder {
    const char *name;
    enum { OF_PRECISION, OF_SCALE, OF_LENGTH, OF_FRACTION, OF_DIMENSIONS } what;
};
static const struct placeholder placeholders[] = {
    {"{precision}", OF_PRECISION}, {"{scale}", OF_SCALE},           {"{length}", OF_LENGTH},
    {"{fraction}", OF_FRACTION},   {"{dimensions}", OF_DIMENSIONS},
};

static int64_t placeholder_value(const struct placeholder *p, const struct cg_type *type) {
    switch (p->what) {
    case OF_PRECISION:
        return type->precision;
    case OF_SCALE:
        return type->scale < 0 ? 0 : type->scale;
    case OF_LENGTH:
        return type->length;
    case OF_FRACTION:
        return type->fraction < 0 ? 0 : type->fraction;
    case OF_DIMENSIONS:
        return dimensions_of(type);
    }
    return -1;
}

static const struct placeholder *placeholder_at(const char *text) {
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++)
        if (strncmp(text, placeholders[i].name, strlen(placeholders[i].name)) == 0)
            return &placeholders[i];
    return NULL;
}

/* The target with its placeholders filled from the type; type NULL: each becomes 1, to see whether the rest is right.
 */
static int fill_in(const char *target, const struct cg_type *type, struct cg_arena *arena, const char **ret_text,
                   struct cg_error *err) {
    const char *text = "";
    for (const char *p = target; *p && text;) {
        const struct placeholder *known = *p == '{' ? placeholder_at(p) : NULL;
        if (*p == '{' && !known)
            return cg_error_set(err, CG_ERR_USAGE,
                                "\"%.100s\": the placeholders are {precision}, {scale}, {length}, {fraction} and "
                                "{dimensions}",
                                target);
        if (!known) {
            text = cg_arena_printf(arena, "%s%c", text, *p++);
            continue;
        }
        int64_t value = type ? placeholder_value(known, type) : 1;
        if (value < 0)
            return cg_error_set(err, CG_ERR_USAGE, "\"%.100s\": %s has no %.*s", target, type->full,
                                (int)strlen(known->name) - 2, known->name + 1);
        text = cg_arena_printf(arena, "%s%lld", text, (long long)value);
        p += strlen(known->name);
    }
    if (!text)
        return cg_error_memory(err);
    *ret_text = text;
    return 0;
}

/* ---- special targets ---- */

struct special {
    const char *written, *source_type;
    enum cg_target_special special;
    const char *name, *full;
    bool array;
};
static const struct special specials[] = {
    {"enum", "enum", CG_TARGET_ENUM, "", "", false},
    {"text+check", "enum", CG_TARGET_TEXT_CHECK, "text", "text", false},
    {"text[]+check", "set", CG_TARGET_ARRAY_CHECK, "text", "text[]", true},
};

static const struct special *special_of(const char *target) {
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strcmp(specials[i].written, target) == 0)
            return &specials[i];
    return NULL;
}

int cg_target_check(const char *target, struct cg_arena *arena, const char **ret_name, struct cg_error *err) {
    const struct special *special = special_of(target);
    struct cg_type type;
    const char *text = NULL;
    if (special) {
        *ret_name = special->special == CG_TARGET_ENUM ? "enum" : special->name;
        return 0;
    }
    if (strlen(target) > 200)
        return cg_error_set(err, CG_ERR_USAGE, "\"%.40s...\" is too long for a type", target);
    if (fill_in(target, NULL, arena, &text, err) < 0 || cg_pg_type_parse(text, arena, &type, err) < 0)
        return -1;
    *ret_name = type.name;
    return 0;
}

int cg_target_type(const char *target, const struct cg_column *column, struct cg_arena *arena, struct cg_type *ret_type,
                   enum cg_target_special *ret_special, struct cg_error *err) {
    const struct special *special = special_of(target);
    const char *text = NULL;
    if (!special) {
        if (fill_in(target, &column->type, arena, &text, err) < 0 || cg_pg_type_parse(text, arena, ret_type, err) < 0)
            return -1;
        *ret_special = CG_TARGET_PLAIN;
        return 0;
    }
    if (strcmp(column->type.name, special->source_type) != 0 || column->type.label_count == 0)
        return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is a target for %s columns only, this one is %s", target,
                            special->source_type, column->type.full);
    *ret_type = (struct cg_type){.name = special->name,
                                 .full = special->full,
                                 .length = -1,
                                 .precision = -1,
                                 .scale = -1,
                                 .fraction = -1,
                                 .display_width = -1,
                                 .array = special->array};
    if (special->special == CG_TARGET_ENUM) {
        ret_type->labels = column->type.labels;
        ret_type->label_count = column->type.label_count;
    }
    *ret_special = special->special;
    return 0;
}
