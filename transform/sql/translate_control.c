/* IF, COALESCE, NULLIF, GREATEST and the other functions that choose among their arguments. */
#include "transform/sql/translate_functions.h"

#include <stdio.h>

static bool any_volatile(const struct tr_value *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (values[i].is_volatile)
            return true;
    return false;
}

static bool any_nullable(const struct tr_value *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (values[i].nullable)
            return true;
    return false;
}

int cg_tr_make_coalesce(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_type type;
    if (cg_tr_unify(t, call->arguments, call->count, &type) < 0)
        return -1;
    ret->type = type;
    if (cg_tr_form(t, "coalesce($*)", call->arguments, call->count, ret) < 0)
        return -1;
    ret->nullable = true;
    for (size_t i = 0; i < call->count; i++)
        ret->nullable = ret->nullable && call->arguments[i].nullable;
    return 0;
}

int cg_tr_make_if(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_type type;
    if (cg_tr_unify_branches(t, call->arguments + 1, 2, &type) < 0)
        return -1;
    bool nullable = any_nullable(call->arguments + 1, 2);
    ret->type = type;
    if (cg_tr_form(t, "CASE WHEN $1 THEN $2 ELSE $3 END", call->arguments, 3, ret) < 0)
        return -1;
    ret->nullable = nullable;
    return 0;
}

int cg_tr_make_nullif(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *v = call->arguments, left = v[0], right = v[1], equal;
    if (cg_tr_match(t, &left, &right, false) < 0)
        return -1;
    ret->type = v[0].type;
    if (strcmp(left.text, v[0].text) == 0 && strcmp(left.type.pg, v[0].type.pg) == 0) {
        struct tr_value pair[2] = {left, right};
        return cg_tr_form(t, "nullif($1, $2)", pair, 2, ret);
    }
    if (cg_tr_compare(t, "=", &v[0], &v[1], &equal) < 0)
        return -1;
    struct tr_value pair[2] = {v[0], equal};
    if (v[0].is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    return cg_tr_form(t, "CASE WHEN $2 THEN NULL ELSE $1 END", pair, 2, ret);
}

int cg_tr_make_isnull(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *value = call->arguments;
    if (cg_tr_set(t, ret, cg_tr_say(t, "%s IS NULL", cg_tr_at(t, value, TR_RANGE)), TR_IS, cg_tr_boolean()) < 0)
        return -1;
    ret->nullable = false;
    return 0;
}

/* NULL if any is NULL: PostgreSQL's own pass over NULLs. Texts are compared by their keys, so they go as CASEs. */
int cg_tr_make_greatest(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    bool nullable = any_nullable(call->arguments, call->count);
    const char *function = strcmp(call->node->name, "least") == 0 ? "least" : "greatest";
    struct tr_type type;
    size_t texts = 0;
    char form[80];
    for (size_t i = 0; i < call->count; i++)
        texts += call->arguments[i].type.kind == TR_TEXT || call->arguments[i].type.kind == TR_NULL;
    if (cg_tr_unify(t, call->arguments, call->count, &type) < 0)
        return -1;
    if (type.kind == TR_TEXT && texts != call->count)
        return cg_tr_refuse(t, "%s() of texts and others goes by rules of its own", call->node->name);
    if (type.kind != TR_TEXT && !cg_tr_is_number(&type) && !cg_tr_is_dated(&type) && type.kind != TR_TIME)
        return cg_tr_refuse(t, "%s() of %s has no translation", call->node->name, cg_tr_kind_name(type.kind));
    if (type.kind == TR_TEXT && (type.folds || type.uca) && !type.kept)
        return cg_tr_refuse(t, "%s() of texts goes by the collation's order", call->node->name);
    ret->type = type;
    ret->type.column = false;
    if (type.kind == TR_TEXT)
        for (size_t i = 0; i < call->count; i++)
            if (cg_tr_sort_as(t, &call->arguments[i], &type) < 0)
                return -1;
    snprintf(form, sizeof form, nullable ? "CASE WHEN num_nulls($*) = 0 THEN %s($*) END" : "%s($*)", function);
    if (nullable && any_volatile(call->arguments, call->count))
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    if (cg_tr_form(t, form, call->arguments, call->count, ret) < 0)
        return -1;
    ret->nullable = nullable;
    return 0;
}

/* INTERVAL(n, a, b, ..): how many of the ascending a, b, .. are not above n; -1 for NULL. */
int cg_tr_make_interval(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *v = call->arguments, below;
    const char *text = cg_tr_say(t, "CASE WHEN %s IS NULL THEN -1", cg_tr_at(t, &v[0], TR_RANGE));
    if (v[0].is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    for (size_t i = 1; i < call->count; i++) {
        if (cg_tr_compare(t, "<", &v[0], &v[i], &below) < 0)
            return -1;
        text = cg_tr_say(t, "%s WHEN %s THEN %zu", text, below.text, i - 1);
    }
    text = cg_tr_say(t, "%s ELSE %zu END", text, call->count - 1);
    struct tr_type type = cg_tr_integer(127);
    return cg_tr_set(t, ret, text, TR_ATOM, type);
}

/* FIELD(x, a, b, ..): the position of the first that equals x, or 0. */
int cg_tr_make_field(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *v = call->arguments, equal;
    const char *text = "CASE";
    if (v[0].is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    for (size_t i = 1; i < call->count; i++) {
        if (cg_tr_compare(t, "=", &v[0], &v[i], &equal) < 0)
            return -1;
        text = cg_tr_say(t, "%s WHEN %s THEN %zu", text, equal.text, i);
    }
    ret->type.bound = (double)call->count;
    if (cg_tr_set(t, ret, cg_tr_say(t, "%s ELSE 0 END", text), TR_ATOM, ret->type) < 0)
        return -1;
    ret->nullable = false;
    return 0;
}

int cg_tr_make_elt(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_type type;
    const char *text = cg_tr_say(t, "CASE %s", call->arguments[0].text);
    if (cg_tr_unify(t, call->arguments + 1, call->count - 1, &type) < 0)
        return -1;
    for (size_t i = 1; i < call->count; i++)
        text = cg_tr_say(t, "%s WHEN %zu THEN %s", text, i, call->arguments[i].text);
    return cg_tr_set(t, ret, cg_tr_say(t, "%s END", text), TR_ATOM, type);
}

int cg_tr_make_strcmp(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *v = call->arguments, equal, below, above;
    if (cg_tr_compare(t, "=", &v[0], &v[1], &equal) < 0 || cg_tr_compare(t, "<", &v[0], &v[1], &below) < 0 ||
        cg_tr_compare(t, ">", &v[0], &v[1], &above) < 0)
        return -1;
    if (v[0].is_volatile || v[1].is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    struct tr_value three[3] = {equal, below, above};
    ret->type.bound = 1;
    return cg_tr_form(t, "CASE WHEN $1 THEN 0 WHEN $2 THEN -1 WHEN $3 THEN 1 END", three, 3, ret);
}
