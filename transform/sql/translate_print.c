/* The printer: texts in the arena, names and literals in quotes, templates with arguments.
 *
 * Templates repeat arguments, and what is repeated may hold repetitions: a text beyond TR_MOST_TEXT is refused, and so
 * is what takes more than TR_MOST_ALL to put together, so that no expression of a few kilobytes becomes one of
 * gigabytes. */
#include "transform/sql/translate_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TR_MOST_TEXT = 256 * 1024, TR_MOST_ALL = 64 * 1024 * 1024, TR_MOST_FORMAT = 4096 };

int cg_tr_refuse(struct tr *t, const char *format, ...) {
    char text[600];
    va_list args;
    if (t->why)
        return -1;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    t->why = cg_arena_strdup(t->arena, text);
    if (!t->why)
        t->memory = true;
    return -1;
}

void cg_tr_note(struct tr *t, const char *format, ...) {
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (t->note && strstr(t->note, text))
        return;
    const char *note = t->note ? cg_arena_printf(t->arena, "%s; %s", t->note, text) : cg_arena_strdup(t->arena, text);
    if (note)
        t->note = note;
    else
        t->memory = true;
}

bool cg_tr_failed(const struct tr *t) {
    return t->why || t->memory;
}

void *cg_tr_alloc(struct tr *t, size_t count, size_t size) {
    void *memory = cg_arena_array(t->arena, count ? count : 1, size);
    if (!memory)
        t->memory = true;
    return memory;
}

void *cg_tr_push(struct tr *t, void *array, size_t *count, size_t size) {
    void *memory = cg_arena_push(t->arena, array, count, size);
    if (!memory)
        t->memory = true;
    return memory;
}

/* ---- function names ---- */

/* Words that may touch a parenthesis without being a function of pg_catalog. */
static const char *const syntax[] = {"coalesce", "nullif", "greatest", "least",     "extract",
                                     "row",      "exists", "grouping", "xmlelement"};

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_function(const char *word, size_t length, char before) {
    if (before && strchr(".:%$@\"", before))
        return false;
    if ((before >= 'A' && before <= 'Z') || (word[0] >= '0' && word[0] <= '9'))
        return false;
    for (size_t i = 0; i < sizeof syntax / sizeof *syntax; i++)
        if (strlen(syntax[i]) == length && strncmp(syntax[i], word, length) == 0)
            return false;
    return true;
}

/* The format with "pg_catalog." before each function; false when it does not fit. */
static bool qualify(const char *format, char ret_text[TR_MOST_FORMAT]) {
    static const char schema[] = "pg_catalog.";
    size_t at = 0;
    char before = '\0';
    for (const char *p = format; *p;) {
        size_t length = 0;
        while (is_word(p[length]))
            length++;
        bool function = length && p[length] == '(' && is_function(p, length, before);
        if (!length)
            length = 1;
        if (at + length + sizeof schema >= TR_MOST_FORMAT)
            return false;
        if (function) {
            memcpy(ret_text + at, schema, sizeof schema - 1);
            at += sizeof schema - 1;
        }
        memcpy(ret_text + at, p, length);
        at += length;
        p += length;
        before = p[-1];
    }
    ret_text[at] = '\0';
    return true;
}

/* Is there room for so many bytes more? */
static bool may_say(struct tr *t, int length, size_t so_far) {
    bool fits = length >= 0 && (size_t)length + so_far <= TR_MOST_TEXT && t->said <= TR_MOST_ALL;
    if (!fits)
        cg_tr_refuse(t, "its translation is too long");
    else
        t->said += (size_t)length;
    return fits;
}

const char *cg_tr_say(struct tr *t, const char *format, ...) {
    char qualified[TR_MOST_FORMAT], *text;
    va_list args;
    if (!qualify(format, qualified)) {
        cg_tr_refuse(t, "its translation is too long");
        return "";
    }
    va_start(args, format);
    int length = vsnprintf(NULL, 0, qualified, args);
    va_end(args);
    if (!may_say(t, length, 0))
        return "";
    text = cg_tr_alloc(t, (size_t)length + 1, 1);
    if (!text)
        return "";
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, qualified, args);
    va_end(args);
    return text;
}

static bool make_room(struct tr *t, struct tr_list *list, size_t more) {
    if (list->capacity - list->length > more)
        return true;
    size_t capacity = 2 * (list->length + more) + 64;
    char *text = cg_tr_alloc(t, capacity, 1);
    if (!text)
        return false;
    if (list->length)
        memcpy(text, list->text, list->length);
    list->text = text;
    list->capacity = capacity;
    return true;
}

void cg_tr_add(struct tr *t, struct tr_list *list, const char *separator, const char *format, ...) {
    char qualified[TR_MOST_FORMAT];
    size_t between = list->length ? strlen(separator) : 0;
    va_list args;
    if (!qualify(format, qualified)) {
        cg_tr_refuse(t, "its translation is too long");
        return;
    }
    va_start(args, format);
    int length = vsnprintf(NULL, 0, qualified, args);
    va_end(args);
    if (!may_say(t, length, list->length) || !make_room(t, list, between + (size_t)length))
        return;
    memcpy(list->text + list->length, separator, between);
    va_start(args, format);
    vsnprintf(list->text + list->length + between, (size_t)length + 1, qualified, args);
    va_end(args);
    list->length += between + (size_t)length;
}

const char *cg_tr_listed(const struct tr_list *list) {
    return list->text ? list->text : "";
}

const char *cg_tr_at(struct tr *t, const struct tr_value *value, enum tr_level level) {
    return value->level < level ? cg_tr_say(t, "(%s)", value->text) : value->text;
}

/* ---- quotes ---- */

/* Doubles each `quote`, and each backslash if `backslash`. */
static const char *doubled(struct tr *t, const char *text, size_t length, char quote, bool backslash,
                           const char *opening) {
    size_t start = strlen(opening);
    char *out = cg_tr_alloc(t, start + 2 * length + 2, 1), *at = out;
    if (!out)
        return "";
    memcpy(at, opening, start);
    at += start;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == quote || (backslash && text[i] == '\\'))
            *at++ = text[i];
        *at++ = text[i];
    }
    *at = quote;
    return out;
}

const char *cg_tr_name(struct tr *t, const char *name) {
    return doubled(t, name, strlen(name), '"', false, "\"");
}

const char *cg_tr_quote(struct tr *t, const char *text, size_t length) {
    bool backslash = memchr(text, '\\', length) != NULL;
    if (length > TR_MOST_TEXT || memchr(text, '\0', length))
        cg_tr_refuse(t, length > TR_MOST_TEXT ? "its translation is too long"
                                              : "it holds a text with a NUL byte, which PostgreSQL has not");
    return cg_tr_failed(t) ? "''" : doubled(t, text, length, '\'', backslash, backslash ? "E'" : "'");
}

/* ---- templates ---- */

/* A template's outermost operator: words apart bind loosely, a cast binds tightly, a call or CASE .. END not at all. */
static enum tr_level level_of(const char *form) {
    int depth = 0;
    bool cast = false, quoted = false;
    size_t length = strlen(form);
    if (strncmp(form, "CASE ", 5) == 0 && length > 4 && strcmp(form + length - 4, " END") == 0)
        return TR_ATOM;
    for (const char *p = form; *p; p++) {
        if (*p == '\'')
            quoted = !quoted;
        if (quoted)
            continue;
        depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
        if (!depth && *p == ' ')
            return TR_LOOSE;
        cast = cast || (!depth && *p == ':');
    }
    return form[0] == '-' ? TR_UNARY : cast ? TR_CAST : TR_ATOM;
}

static const char *all_of(struct tr *t, const struct tr_value *arguments, size_t count) {
    struct tr_list list = {0};
    for (size_t i = 0; i < count; i++)
        cg_tr_add(t, &list, ", ", "%s", arguments[i].text);
    return cg_tr_listed(&list);
}

static bool stands_twice(const char *form, size_t index) {
    size_t seen = 0;
    for (const char *p = form; *p; p++)
        seen += (*p == '$' || *p == '@') && p[1] == (char)('1' + index);
    return seen > 1;
}

int cg_tr_form(struct tr *t, const char *form, const struct tr_value *arguments, size_t count, struct tr_value *ret) {
    char qualified[TR_MOST_FORMAT];
    const char *from = qualified;
    struct tr_list list = {0};
    if (!qualify(form, qualified))
        return cg_tr_refuse(t, "its translation is too long");
    for (size_t i = 0; i < count; i++)
        if (arguments[i].is_volatile && stands_twice(form, i))
            return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    for (const char *p = qualified; *p; p++) {
        bool all = *p == '$' && p[1] == '*';
        size_t index = (size_t)(p[1] - '1');
        if (!all && ((*p != '$' && *p != '@') || p[1] < '1' || index >= count))
            continue;
        const char *argument = all         ? all_of(t, arguments, count)
                               : *p == '$' ? arguments[index].text
                                           : cg_tr_at(t, &arguments[index], TR_ATOM);
        cg_tr_add(t, &list, "", "%.*s%s", (int)(p - from), from, argument);
        from = p + 2;
        p++;
    }
    cg_tr_add(t, &list, "", "%s", from);
    struct tr_type type = ret->type;
    *ret = (struct tr_value){.text = cg_tr_listed(&list), .level = level_of(form), .nullable = true};
    ret->type = type;
    for (size_t i = 0; i < count; i++)
        ret->is_volatile = ret->is_volatile || arguments[i].is_volatile;
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_set(struct tr *t, struct tr_value *ret, const char *text, enum tr_level level, struct tr_type type) {
    *ret = (struct tr_value){.text = text, .level = level, .type = type, .nullable = true};
    return cg_tr_failed(t) ? -1 : 0;
}

/* ---- places ---- */

bool cg_tr_wants_immutable(const struct tr *t) {
    return t->context->place == CG_SQL_IN_GENERATED || t->context->place == CG_SQL_IN_INDEX;
}

int cg_tr_uses(struct tr *t, enum tr_volatility volatility, const char *what) {
    if (!cg_tr_wants_immutable(t) || volatility == TR_IMMUTABLE)
        return 0;
    const char *where = t->context->place == CG_SQL_IN_INDEX ? "an index" : "a generated column";
    return cg_tr_refuse(t, "%s %s, and PostgreSQL takes only what is immutable in %s", what,
                        volatility == TR_STABLE ? "depends on the session's settings" : "may differ at each call",
                        where);
}
