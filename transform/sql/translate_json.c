/* Functions of JSON, on jsonb. Paths are literals: members and array positions, each one step of ->. In MySQL [0] of
 * what is no array is the value itself, and JSON's null unquoted is the text 'null': both are written out. */
#include "transform/sql/translate_functions.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static struct tr_type jsonb(void) {
    return cg_tr_type(TR_JSON, "jsonb");
}

/* ---- paths ---- */

/* One step off the path: a member's name (in the arena) or a position; 0, or -1 when it is neither. */
static int step(struct tr *t, const char **path, const char **ret_name, long *ret_index) {
    const char *at = *path, *start;
    char *end;
    *ret_name = NULL;
    while (*at == ' ')
        at++;
    if (*at == '[' && isdigit((unsigned char)at[1])) {
        *ret_index = strtol(at + 1, &end, 10);
        *path = end + 1;
        return *end == ']' && *ret_index < 100000 ? 0 : -1;
    }
    if (*at++ != '.')
        return -1;
    bool quoted = *at == '"';
    start = at += quoted;
    while (*at && (quoted ? *at != '"' : isalnum((unsigned char)*at) || *at == '_' || *at == '$' || (*at & 0x80)))
        at++;
    size_t length = (size_t)(at - start);
    if ((quoted && *at++ != '"') || memchr(start, '\\', length) || (!quoted && !length))
        return -1;
    *ret_name = cg_arena_strndup(t->arena, start, length);
    *path = at;
    return *ret_name ? 0 : -1;
}

/* What the path leads to, as jsonb and as text. */
static int follow(struct tr *t, const struct tr_value *document, const struct tr_value *path, struct tr_value *ret,
                  const char **ret_text) {
    struct tr_value value = *document;
    *ret_text = NULL;
    if (!cg_tr_is_string(path) || path->literal->text[0] != '$')
        return cg_tr_refuse(t, "it goes into JSON by a path that is no literal");
    for (const char *at = path->literal->text + 1; *at;) {
        const char *name;
        long index;
        if (step(t, &at, &name, &index) < 0)
            return cg_tr_refuse(t, "the JSON path %s is more than members and positions", path->literal->text);
        const char *key = name ? cg_tr_quote(t, name, strlen(name)) : cg_tr_say(t, "%ld", index), *on;
        if (!name && index == 0) {
            if (value.is_volatile)
                return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
            value.text = cg_tr_say(t, "CASE jsonb_typeof(%s) WHEN 'array' THEN %s -> 0 ELSE %s END", value.text,
                                   cg_tr_at(t, &value, TR_OPERATOR), value.text);
            value.level = TR_ATOM;
            *ret_text = NULL;
            continue;
        }
        on = cg_tr_at(t, &value, TR_OPERATOR);
        *ret_text = cg_tr_say(t, "%s ->> %s", on, key);
        value.text = cg_tr_say(t, "%s -> %s", on, key);
        value.level = TR_OPERATOR;
    }
    if (!*ret_text)
        *ret_text = cg_tr_say(t, "%s #>> '{}'", cg_tr_at(t, &value, TR_SUM));
    value.type = jsonb();
    value.literal = NULL;
    value.nullable = true;
    *ret = value;
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_make_json_extract(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const char *text;
    if (cg_tr_as_json(t, &call->arguments[0]) < 0)
        return -1;
    return follow(t, &call->arguments[0], &call->arguments[1], ret, &text);
}

/* ---- texts of JSON ---- */

static int unquoted(struct tr *t, const struct tr_value *value, const char *text, struct tr_value *ret) {
    if (value->is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    cg_tr_note(t, "a JSON value as a text is spelled as PostgreSQL spells it");
    struct tr_type type = cg_tr_text();
    type.folds = type.other_bytes = false; /* utf8mb4_bin */
    type.strong = true;
    type.collation = "utf8mb4_bin";
    return cg_tr_set(t, ret,
                     cg_tr_say(t, "CASE jsonb_typeof(%s) WHEN 'null' THEN 'null' ELSE %s END", value->text, text),
                     TR_ATOM, type);
}

/* JSON_UNQUOTE(x); of JSON_EXTRACT(doc, path) it is one ->>. */
int cg_tr_make_json_unquote(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const struct cg_sql_expression *inner = call->node->operands[0];
    struct tr_value value = {0}, path;
    const char *text;
    bool extract = inner->kind == CG_SQL_CALL && strcmp(inner->name, "json_extract") == 0 && inner->operand_count == 2;
    bool arrow = inner->kind == CG_SQL_BINARY && strcmp(inner->name, "->") == 0;
    if (extract || arrow) {
        if (cg_tr_expression(t, inner->operands[0], &value) < 0 || cg_tr_as_json(t, &value) < 0 ||
            cg_tr_expression(t, inner->operands[1], &path) < 0 || follow(t, &value, &path, &value, &text) < 0)
            return -1;
        return unquoted(t, &value, text, ret);
    }
    if (cg_tr_expression(t, inner, &value) < 0)
        return -1;
    if (value.type.kind != TR_JSON)
        return cg_tr_refuse(t, "JSON_UNQUOTE() of %s", cg_tr_kind_name(value.type.kind));
    if (cg_tr_as_json(t, &value) < 0)
        return -1;
    return unquoted(t, &value, cg_tr_say(t, "%s #>> '{}'", cg_tr_at(t, &value, TR_SUM)), ret);
}

/* JSON_VALUE(doc, path): NULL for what is no scalar. */
int cg_tr_make_json_value(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value;
    const char *text;
    const struct cg_sql_cast *cast = &call->node->cast; /* CHAR(512) is what MySQL keeps for none */
    if (cast->name && (strcmp(cast->name, "char") != 0 || cast->length != 512))
        return cg_tr_refuse(t, "JSON_VALUE() with RETURNING");
    if (cg_tr_as_json(t, &call->arguments[0]) < 0 ||
        follow(t, &call->arguments[0], &call->arguments[1], &value, &text) < 0)
        return -1;
    cg_tr_note(t, "a JSON value as a text is spelled as PostgreSQL spells it");
    const char *truth =
        t->context->dialect.mariadb ? cg_tr_say(t, " WHEN 'boolean' THEN (%s)::boolean::integer::text", text) : "";
    return cg_tr_set(t, ret,
                     cg_tr_say(t, "CASE jsonb_typeof(%s) WHEN 'object' THEN NULL WHEN 'array' THEN NULL%s ELSE %s END",
                               value.text, truth, text),
                     TR_ATOM, ret->type);
}

/* ---- making JSON ---- */

/* A value as MySQL puts it into JSON. */
static int member(struct tr *t, struct tr_value *value) {
    switch (value->type.kind) {
    case TR_NULL:
        return cg_tr_cast(t, value, "text");
    case TR_JSON:
        return cg_tr_as_json(t, value);
    case TR_BOOLEAN:
        if (value->literal)
            return 0;
        if (value->type.bits)
            return cg_tr_refuse(t, "it puts a BIT into JSON");
        return value->type.column ? cg_tr_as_number(t, value) : cg_tr_refuse(t, "it puts a condition into JSON");
    case TR_INTEGER:
        return 0;
    case TR_EXACT:
        return cg_tr_as_shown(t, value);
    case TR_FLOAT:
        return cg_tr_as_float(t, value);
    case TR_DATETIME:
    case TR_TIMESTAMP:
    case TR_TIME:
        if (!t->context->dialect.mariadb) /* always with six digits */
            value->type.fraction = 6;
        return cg_tr_as_text(t, value);
    default:
        return cg_tr_as_text(t, value);
    }
}

int cg_tr_make_json_object(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (call->count % 2)
        return cg_tr_refuse(t, "JSON_OBJECT() with a key that has no value");
    for (size_t i = 0; i < call->count; i++)
        if ((i % 2 ? member(t, &call->arguments[i]) : cg_tr_as_text(t, &call->arguments[i])) < 0)
            return -1;
    return cg_tr_form(t, "jsonb_build_object($*)", call->arguments, call->count, ret);
}

int cg_tr_make_json_array(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    for (size_t i = 0; i < call->count; i++)
        if (member(t, &call->arguments[i]) < 0)
            return -1;
    return cg_tr_form(t, "jsonb_build_array($*)", call->arguments, call->count, ret);
}

/* ---- looking into JSON ---- */

/* The document, or what a path in argument `at` leads to. */
static int document(struct tr *t, const struct tr_call *call, size_t at, struct tr_value *ret) {
    const char *text;
    *ret = call->arguments[0];
    if (cg_tr_as_json(t, ret) < 0)
        return -1;
    return call->count > at ? follow(t, ret, &call->arguments[at], ret, &text) : 0;
}

int cg_tr_make_json_length(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value;
    if (t->context->place != CG_SQL_IN_VIEW)
        return cg_tr_refuse(t, "JSON_LENGTH() needs a subquery, which PostgreSQL takes in views only");
    if (document(t, call, 1, &value) < 0)
        return -1;
    return cg_tr_form(t,
                      "CASE jsonb_typeof($1) WHEN 'array' THEN jsonb_array_length($1) WHEN 'object' THEN (SELECT "
                      "count(*) FROM jsonb_object_keys($1))::integer ELSE CASE WHEN @1 IS NOT NULL THEN 1 END END",
                      &value, 1, ret);
}

int cg_tr_make_json_contains(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value pair[2];
    if (document(t, call, 2, &pair[0]) < 0)
        return -1;
    pair[1] = call->arguments[1];
    if (cg_tr_as_json(t, &pair[1]) < 0)
        return -1;
    cg_tr_note(t, "JSON_CONTAINS() looks into arrays within arrays on the source, and not here");
    if (!t->context->dialect.mariadb || call->count < 3)
        return cg_tr_form(t, "@1 @> @2", pair, 2, ret);
    struct tr_value three[3] = {pair[0], pair[1], call->arguments[0]}; /* no such path: 0 there, NULL in MySQL */
    return cg_tr_form(t, "CASE WHEN @3 IS NOT NULL AND @2 IS NOT NULL THEN coalesce(@1 @> @2, false) END", three, 3,
                      ret);
}

/* What is jsonb already is valid. */
int cg_tr_make_json_valid(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (call->arguments[0].type.kind != TR_JSON)
        return cg_tr_refuse(t, "JSON_VALID() of a text has no counterpart before PostgreSQL 16");
    return cg_tr_form(t, "@1 IS NOT NULL OR NULL", call->arguments, 1, ret);
}

int cg_tr_make_json_keys(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value;
    if (t->context->place != CG_SQL_IN_VIEW)
        return cg_tr_refuse(t, "JSON_KEYS() needs a subquery, which PostgreSQL takes in views only");
    if (document(t, call, 1, &value) < 0)
        return -1;
    if (t->context->dialect.mariadb)
        cg_tr_note(t, "JSON_KEYS() gives the keys in the order of jsonb");
    return cg_tr_form(t,
                      "CASE jsonb_typeof($1) WHEN 'object' THEN (SELECT coalesce(jsonb_agg(\"k\"), '[]'::jsonb) FROM "
                      "jsonb_object_keys($1) AS \"k\") END",
                      &value, 1, ret);
}
