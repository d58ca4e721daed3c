/* One column's default: there, and of the wanted value. See schema_internal.h.
 *
 * The wanted text is the plan's, the actual one is what PostgreSQL made of it: numbers, dates and arrays may be spelled
 * anew. Expressions, and types whose spelling only the server knows (json, interval, inet), are spelled by the server.
 */
#include "verify/schema_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- one value, two spellings ---- */

static bool same_text(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static bool same_padded(const char *a, const char *b) {
    size_t x = strlen(a), y = strlen(b);
    while (x && a[x - 1] == ' ')
        x--;
    while (y && b[y - 1] == ' ')
        y--;
    return x == y && memcmp(a, b, x) == 0;
}

static bool same_float(const char *a, const char *b) {
    return strtod(a, NULL) == strtod(b, NULL);
}

static bool same_real(const char *a, const char *b) {
    return strtof(a, NULL) == strtof(b, NULL);
}

static bool same_number(const char *a, const char *b) {
    return strpbrk(a, "eE") || strpbrk(b, "eE") ? same_float(a, b) : cg_schema_same_number(a, b);
}

/* The length without "+00", a time of midnight, and zeros at the end of a fraction. */
static size_t moment_len(const char *text) {
    static const char *const ends[] = {"+00", " 00:00:00"};
    size_t len = strlen(text);
    if (len > 3 && strcmp(text + len - 3, ends[0]) == 0)
        len -= 3;
    if (memchr(text, '.', len)) {
        while (text[len - 1] == '0')
            len--;
        len -= text[len - 1] == '.';
    }
    size_t midnight = strlen(ends[1]);
    return len > midnight && strncmp(text + len - midnight, ends[1], midnight) == 0 ? len - midnight : len;
}

/* Hours of one digit have a zero in PostgreSQL. */
static bool same_moment(const char *a, const char *b) {
    if (isdigit((unsigned char)a[0]) && a[1] == ':' && b[0] == '0')
        b++;
    size_t x = moment_len(a), y = moment_len(b);
    return x == y && memcmp(a, b, x) == 0;
}

/* The next character that counts: not a dash, and in lower case. */
static char next_digit(const char **at) {
    while (**at == '-')
        (*at)++;
    return **at ? (char)tolower((unsigned char)*(*at)++) : '\0';
}

static bool same_uuid(const char *a, const char *b) {
    for (;;) {
        char x = next_digit(&a), y = next_digit(&b);
        if (x != y)
            return false;
        if (!x)
            return true;
    }
}

/* The next character of an array's text with its quotes taken off; 1 and 2 stand for braces and commas, which an
 * element may hold as well. */
static int next_of_array(const char **at, bool *quoted) {
    while (**at == '"') {
        *quoted = !*quoted;
        (*at)++;
    }
    if (!**at)
        return '\0';
    char c = *(*at)++;
    if (!*quoted && (c == '{' || c == '}'))
        return 1;
    if (!*quoted && c == ',')
        return 2;
    return c == '\\' && **at ? *(*at)++ : c;
}

static bool same_array(const char *a, const char *b) {
    bool a_quoted = false, b_quoted = false;
    for (;;) {
        int x = next_of_array(&a, &a_quoted), y = next_of_array(&b, &b_quoted);
        if (x != y)
            return false;
        if (!x)
            return true;
    }
}

static const struct {
    const char *type;
    bool (*same)(const char *a, const char *b);
} spellings[] = {
    {"boolean", same_text},     {"smallint", same_number},
    {"integer", same_number},   {"bigint", same_number},
    {"numeric", same_number},   {"real", same_real},
    {"text", same_text},        {"double precision", same_float},
    {"varchar", same_text},     {"bpchar", same_padded},
    {"citext", same_text},      {"bytea", same_text},
    {"bit", same_text},         {"varbit", same_text},
    {"date", same_moment},      {"time", same_moment},
    {"timestamp", same_moment}, {"timestamptz", same_moment},
    {"uuid", same_uuid},
};

/* NULL for a type that only the server can spell. */
static bool (*comparison_of(const struct cg_type *type))(const char *a, const char *b) {
    if (type->array)
        return same_array;
    if (type->label_count)
        return same_text;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strcmp(spellings[i].type, type->name) == 0)
            return spellings[i].same;
    return NULL;
}

/* ---- the two defaults ---- */

static bool is_there(const struct cg_column *column) {
    return column->default_kind != CG_DEFAULT_NONE && column->default_kind != CG_DEFAULT_NULL;
}

/* What the catalog does not call NOW: the day and the time of day. */
static bool is_now(const struct cg_column *column) {
    static const char *const words[] = {"CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "('now'::text)::"};
    if (column->default_kind != CG_DEFAULT_EXPRESSION)
        return column->default_kind == CG_DEFAULT_NOW;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(column->default_text, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* As it stands in SQL; NULL when memory is out. */
static const char *as_sql(const struct cg_column *column, struct cg_arena *arena) {
    return column->default_kind == CG_DEFAULT_EXPRESSION ? column->default_text
                                                         : cg_schema_literal(column->default_text, arena);
}

static int same_default(const struct cg_schema_input *input, const struct cg_column *wanted,
                        const struct cg_column *actual, enum cg_spelled *ret_as, const char **ret_why,
                        struct cg_error *err) {
    bool literals = wanted->default_kind == CG_DEFAULT_LITERAL && actual->default_kind == CG_DEFAULT_LITERAL;
    bool (*same)(const char *a, const char *b) = literals ? comparison_of(&actual->type) : NULL;
    *ret_why = NULL;
    if (wanted->default_kind == CG_DEFAULT_NOW || actual->default_kind == CG_DEFAULT_NOW) {
        *ret_as = wanted->default_kind == CG_DEFAULT_NOW && is_now(actual) ? CG_SPELLED_ALIKE : CG_SPELLED_OTHERWISE;
        return 0;
    }
    if (same) {
        *ret_as = same(wanted->default_text, actual->default_text) ? CG_SPELLED_ALIKE : CG_SPELLED_OTHERWISE;
        return 0;
    }
    const char *a = as_sql(wanted, input->arena), *b = as_sql(actual, input->arena);
    if (!a || !b)
        return cg_error_memory(err);
    return cg_schema_spelled(input, NULL, &actual->type, a, b, ret_as, ret_why, err);
}

static const char *told(const struct cg_column *column) {
    return column->default_kind == CG_DEFAULT_NOW ? "CURRENT_TIMESTAMP" : column->default_text;
}

int cg_schema_default(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column,
                      const struct cg_table *actual, const struct cg_column *to, struct cg_error *err) {
    const struct cg_column *from = &plan->source->columns[column], *wanted = plan->columns[column].target;
    const char *why = NULL;
    if (!wanted || from->generated || to->generated)
        return 0;
    if (!is_there(from)) {
        if (!is_there(to))
            return 0;
        why = cg_arena_printf(input->arena, "it is %s, the source has none", told(to));
        return cg_schema_object(input, "default", actual->name, to->name, CG_STATE_CHANGED, why, err);
    }
    if (!is_there(wanted)) /* a named loss, unless somebody wrote one by hand */
        return is_there(to) ? cg_schema_object(input, "default", actual->name, to->name, CG_STATE_MAPPED, NULL, err)
                            : 0;
    if (!is_there(to))
        return cg_schema_object(input, "default", actual->name, to->name, CG_STATE_MISSING, NULL, err);
    enum cg_spelled as;
    if (same_default(input, wanted, to, &as, &why, err) < 0)
        return -1;
    if (as == CG_SPELLED_UNKNOWN || as == CG_SPELLED_REFUSED) {
        const char *object = cg_arena_printf(input->arena, "%s.%s", actual->name, to->name);
        why = cg_arena_printf(input->arena, "whether its default is the source's cannot be told: %s", why);
        if (!object || !why)
            return cg_error_memory(err);
        return cg_schema_object(input, "default", actual->name, to->name, CG_STATE_MAPPED, why, err) < 0
                   ? -1
                   : cg_schema_gap(input, object, why, err);
    }
    if (as == CG_SPELLED_OTHERWISE)
        why = cg_arena_printf(input->arena, "it is %s, the source's %s", told(to), told(wanted));
    enum cg_object_state state = as == CG_SPELLED_OTHERWISE                      ? CG_STATE_CHANGED
                                 : wanted->default_kind == CG_DEFAULT_EXPRESSION ? CG_STATE_MAPPED
                                                                                 : CG_STATE_SAME;
    return cg_schema_object(input, "default", actual->name, to->name, state, why, err);
}
