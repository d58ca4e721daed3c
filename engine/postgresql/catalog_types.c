/* PostgreSQL's type names and typmods as the catalog model has them, and what a default's text means. */
#include "engine/postgresql/catalog_internal.h"

#include <ctype.h>
#include <stdlib.h>

/* ---- types ---- */

/* How a typmod is read. */
enum typmod_kind { TYPMOD_NONE, TYPMOD_LENGTH_4, TYPMOD_LENGTH, TYPMOD_NUMERIC, TYPMOD_FRACTION, TYPMOD_INTERVAL };

static const struct {
    const char *typname, *name; /* name: NULL when it is typname */
    enum typmod_kind typmod;
    bool pad_space;
} types[] = {
    {"bool", "boolean", TYPMOD_NONE, false},       {"int2", "smallint", TYPMOD_NONE, false},
    {"int4", "integer", TYPMOD_NONE, false},       {"int8", "bigint", TYPMOD_NONE, false},
    {"float4", "real", TYPMOD_NONE, false},        {"float8", "double precision", TYPMOD_NONE, false},
    {"char", "\"char\"", TYPMOD_NONE, false}, /* the one-byte type; char(n) is bpchar */
    {"numeric", NULL, TYPMOD_NUMERIC, false},      {"varchar", NULL, TYPMOD_LENGTH_4, false},
    {"bpchar", NULL, TYPMOD_LENGTH_4, true},       {"bit", NULL, TYPMOD_LENGTH, false},
    {"varbit", NULL, TYPMOD_LENGTH, false},        {"time", NULL, TYPMOD_FRACTION, false},
    {"timetz", NULL, TYPMOD_FRACTION, false},      {"timestamp", NULL, TYPMOD_FRACTION, false},
    {"timestamptz", NULL, TYPMOD_FRACTION, false}, {"interval", NULL, TYPMOD_INTERVAL, false},
    {"vector", NULL, TYPMOD_LENGTH, false},
};

enum { MICROSECONDS = 6, VARIABLE_HEADER = 4 };

static void decode_typmod(struct cg_type *type, enum typmod_kind kind, int typmod) {
    switch (kind) {
    case TYPMOD_NONE:
        break;
    case TYPMOD_LENGTH_4:
        type->length = typmod < VARIABLE_HEADER ? -1 : typmod - VARIABLE_HEADER;
        break;
    case TYPMOD_LENGTH:
        type->length = typmod;
        break;
    case TYPMOD_NUMERIC:
        if (typmod < VARIABLE_HEADER)
            break;
        type->precision = ((typmod - VARIABLE_HEADER) >> 16) & 0xFFFF;
        type->scale = (((typmod - VARIABLE_HEADER) & 0x7FF) ^ 1024) - 1024; /* may be negative from 15 on */
        break;
    case TYPMOD_FRACTION:
        type->fraction = typmod < 0 ? MICROSECONDS : typmod;
        break;
    case TYPMOD_INTERVAL: /* the high half restricts the fields; that stays in `full` */
        type->fraction = typmod < 0 || (typmod & 0xFFFF) == 0xFFFF ? MICROSECONDS : typmod & 0xFFFF;
        break;
    }
}

void cg_pg_decode_type(struct cg_type *type, const char *typname, int typmod) {
    type->name = typname;
    type->length = type->precision = type->scale = type->fraction = type->display_width = -1;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].typname, typname) != 0)
            continue;
        if (types[i].name)
            type->name = types[i].name;
        type->pad_space = types[i].pad_space;
        decode_typmod(type, types[i].typmod, typmod);
        return;
    }
}

/* ---- defaults ---- */

static const char *const now_words[] = {"now()", "transaction_timestamp()", "statement_timestamp()",
                                        "('now'::text)::timestamp without time zone",
                                        "('now'::text)::timestamp with time zone"};

/* CURRENT_TIMESTAMP, LOCALTIMESTAMP, each with or without (n), and the functions that give the same. */
static bool is_now(const char *text, int *ret_fraction) {
    static const char *const keywords[] = {"CURRENT_TIMESTAMP", "LOCALTIMESTAMP"};
    for (size_t i = 0; i < sizeof now_words / sizeof *now_words; i++)
        if (strcmp(text, now_words[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        size_t len = strlen(keywords[i]);
        if (strncmp(text, keywords[i], len) != 0)
            continue;
        if (text[len] == '\0')
            return true;
        if (text[len] == '(' && isdigit((unsigned char)text[len + 1]) && strcmp(text + len + 2, ")") == 0) {
            *ret_fraction = text[len + 1] - '0';
            return true;
        }
    }
    return false;
}

/* Is the rest nothing but casts: "::name", "::schema.\"Name\"(10,2)[]"? */
static bool only_casts(const char *text) {
    while (*text) {
        if (strncmp(text, "::", 2) != 0)
            return false;
        text += 2;
        bool quoted = false;
        for (; *text && (quoted || strncmp(text, "::", 2) != 0); text++) {
            if (*text == '"')
                quoted = !quoted;
            else if (!quoted && !isalnum((unsigned char)*text) && !strchr("_ .,()[]$", *text) &&
                     (unsigned char)*text < 0x80)
                return false;
        }
    }
    return true;
}

/* -12, 3.5, 1e-7, also in parentheses: the number, else NULL. */
static const char *number_of(const char *text, struct cg_arena *arena) {
    size_t len = strlen(text);
    if (len > 2 && text[0] == '(' && text[len - 1] == ')') {
        text++;
        len -= 2;
    }
    size_t sign = text[0] == '-';
    if (len <= sign || !(isdigit((unsigned char)text[sign]) || text[sign] == '.') ||
        strspn(text + sign, "0123456789.eE+-") < len - sign)
        return NULL;
    return cg_arena_strndup(arena, text, len);
}

/* The value of 'it''s'::type, B'101'::"bit", 12, true; *ret_text is NULL when the text is more than a literal. */
static int literal_of(const char *text, struct cg_arena *arena, const char **ret_text, struct cg_error *err) {
    *ret_text = NULL;
    const char *at = text[0] == 'B' && text[1] == '\'' ? text + 1 : text;
    if (*at != '\'') {
        bool word = strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
        *ret_text = word ? cg_arena_strdup(arena, text) : number_of(text, arena);
        return 0;
    }
    char *value = cg_arena_alloc(arena, strlen(at));
    if (!value)
        return cg_error_memory(err);
    size_t len = 0;
    for (at++; *at && (*at != '\'' || at[1] == '\''); at++) {
        if (*at == '\'')
            at++;
        value[len++] = *at;
    }
    if (*at == '\'' && only_casts(at + 1))
        *ret_text = value;
    return 0;
}

int cg_pg_decode_default(struct cg_column *column, const char *expression, struct cg_arena *arena,
                         struct cg_error *err) {
    int fraction = column->type.fraction >= 0 ? column->type.fraction : MICROSECONDS;
    if (!expression || strncmp(expression, "NULL::", 6) == 0) {
        column->default_kind = column->nullable || expression ? CG_DEFAULT_NULL : CG_DEFAULT_NONE;
        return 0;
    }
    if (is_now(expression, &fraction)) {
        column->default_kind = CG_DEFAULT_NOW;
        column->default_fraction = fraction;
        return 0;
    }
    const char *value;
    if (literal_of(expression, arena, &value, err))
        return -1;
    column->default_kind = value ? CG_DEFAULT_LITERAL : CG_DEFAULT_EXPRESSION;
    column->default_text = value ? value : expression;
    return 0;
}
