/* One type of many: what MySQL gives a CASE, an IF, a COALESCE or a UNION of values of several types. */
#include "transform/sql/translate_internal.h"

#define BIT(kind) (1u << (kind))

static const unsigned numbers = BIT(TR_BOOLEAN) | BIT(TR_INTEGER) | BIT(TR_EXACT) | BIT(TR_FLOAT);
static const unsigned dates = BIT(TR_DATE) | BIT(TR_DATETIME) | BIT(TR_TIMESTAMP);
static const unsigned words = BIT(TR_TEXT) | BIT(TR_ENUM) | BIT(TR_SET);
static const unsigned spelled = BIT(TR_TEXT) | BIT(TR_ENUM) | BIT(TR_SET) | BIT(TR_INTEGER) | BIT(TR_EXACT) |
                                BIT(TR_BOOLEAN) | BIT(TR_DATE) | BIT(TR_DATETIME) | BIT(TR_TIMESTAMP) | BIT(TR_TIME) |
                                BIT(TR_UUID) | BIT(TR_INET);

static bool only(unsigned kinds, unsigned of) {
    return (kinds & ~of) == 0;
}

/* Converts each value that is not NULL. */
static int each(struct tr *t, struct tr_value *values, size_t count, int (*as)(struct tr *, struct tr_value *)) {
    for (size_t i = 0; i < count; i++)
        if (values[i].type.kind != TR_NULL && as(t, &values[i]) < 0)
            return -1;
    return 0;
}

/* ---- numbers ---- */

static bool is_truth(const struct tr_value *value) {
    long long number;
    return value->type.kind == TR_BOOLEAN || value->type.kind == TR_NULL ||
           (cg_tr_is_integer(value, &number) && (number == 0 || number == 1));
}

/* Columns that became boolean stay so where 0 and 1 are all that stands beside them. */
static bool stay_boolean(const struct tr_value *values, size_t count) {
    bool column = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_truth(&values[i]))
            return false;
        column = column || (values[i].type.kind == TR_BOOLEAN && values[i].type.column);
    }
    return column;
}

/* The wider of two of PostgreSQL's. */
static const char *wider(const char *a, const char *b) {
    static const char *const ladder[] = {"smallint", "integer", "bigint", "numeric", "real", "double precision"};
    for (size_t i = sizeof ladder / sizeof *ladder; i-- > 0;)
        if (strcmp(a, ladder[i]) == 0 || strcmp(b, ladder[i]) == 0)
            return ladder[i];
    return a;
}

static void widen(struct tr_type *into, const struct tr_type *from) {
    into->ragged = into->ragged || from->ragged || into->scale != from->scale;
    into->pg = wider(into->pg, from->pg);
    into->scale = into->scale > from->scale ? into->scale : from->scale;
    into->bound = into->bound > from->bound ? into->bound : from->bound;
    into->is_unsigned = into->is_unsigned && from->is_unsigned;
    into->nonnegative = into->nonnegative && from->nonnegative;
    into->year = into->year && from->year;
    into->width = into->width == from->width ? into->width : into->width ? into->width : from->width;
    if (from->kind == TR_EXACT)
        into->kind = TR_EXACT;
}

/* FLOATs stay FLOAT beside whole numbers, in MariaDB beside small ones only; everything else makes them DOUBLE. */
static int unify_floats(struct tr *t, struct tr_value *values, size_t count, unsigned kinds, struct tr_type *ret) {
    bool real = !(kinds & BIT(TR_EXACT)), small = t->context->dialect.mariadb;
    *ret = cg_tr_float();
    for (size_t i = 0; i < count; i++) {
        const char *pg = values[i].type.pg;
        if (values[i].type.kind == TR_FLOAT)
            real = real && strcmp(pg, "real") == 0;
        else if (values[i].type.kind != TR_NULL)
            real = real && (!small || values[i].type.kind == TR_BOOLEAN || strcmp(pg, "smallint") == 0);
        if (values[i].type.kind == TR_FLOAT && values[i].type.width < 0)
            ret->width = -1;
    }
    if (!real)
        return each(t, values, count, cg_tr_as_float);
    ret->pg = "real";
    for (size_t i = 0; i < count; i++)
        if (values[i].type.kind != TR_NULL &&
            (cg_tr_as_number(t, &values[i]) < 0 || cg_tr_cast(t, &values[i], "real") < 0))
            return -1;
    return 0;
}

static int unify_numbers(struct tr *t, struct tr_value *values, size_t count, unsigned kinds, struct tr_type *ret) {
    bool first = true;
    if (kinds & BIT(TR_FLOAT))
        return unify_floats(t, values, count, kinds, ret);
    if (stay_boolean(values, count)) {
        *ret = cg_tr_boolean();
        ret->column = true;
        return each(t, values, count, cg_tr_as_condition);
    }
    if (kinds == BIT(TR_BOOLEAN)) {
        *ret = cg_tr_boolean();
        return 0;
    }
    if (each(t, values, count, cg_tr_as_number) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (values[i].type.kind == TR_NULL)
            continue;
        if (first)
            *ret = values[i].type;
        else
            widen(ret, &values[i].type);
        first = false;
    }
    return 0;
}

/* ---- others ---- */

static int unify_dates(struct tr *t, struct tr_value *values, size_t count, unsigned kinds, struct tr_type *ret) {
    int fraction = 0;
    for (size_t i = 0; i < count; i++)
        fraction = values[i].type.fraction > fraction ? values[i].type.fraction : fraction;
    if (kinds == BIT(TR_DATE) || kinds == BIT(TR_TIMESTAMP)) {
        *ret = kinds == BIT(TR_DATE) ? cg_tr_type(TR_DATE, "date") : cg_tr_type(TR_TIMESTAMP, "timestamptz");
        ret->fraction = fraction;
        return 0;
    }
    *ret = cg_tr_datetime(fraction);
    return each(t, values, count, cg_tr_as_datetime);
}

/* Columns of one type that ignores case on the target, and literals: they stay what they are. */
static bool all_kept(const struct tr_value *values, size_t count) {
    const char *pg = NULL;
    for (size_t i = 0; i < count; i++) {
        if (values[i].type.kind == TR_NULL || cg_tr_is_string(&values[i]))
            continue;
        if (!values[i].type.kept || (pg && strcmp(pg, values[i].type.pg) != 0))
            return false;
        pg = values[i].type.pg;
    }
    return pg != NULL;
}

static int unify_texts(struct tr *t, struct tr_value *values, size_t count, struct tr_type *ret) {
    bool first = true;
    if (!all_kept(values, count) && each(t, values, count, cg_tr_as_text) < 0)
        return -1;
    *ret = cg_tr_text();
    for (size_t i = 0; i < count; i++) {
        if (values[i].type.kind == TR_NULL)
            continue;
        if (first)
            *ret = values[i].type;
        else
            cg_tr_merge_text(ret, &values[i].type);
        first = false;
    }
    if (!ret->kept)
        ret->pg = "text";
    return 0;
}

/* All of one kind, and of one type of the target's. */
static int unify_same(struct tr *t, struct tr_value *values, size_t count, struct tr_type *ret) {
    const struct tr_value *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (values[i].type.kind == TR_NULL)
            continue;
        if (!first)
            first = &values[i];
        if (strcmp(first->type.pg, values[i].type.pg) != 0 && cg_tr_cast(t, &values[i], first->type.pg) < 0)
            return -1;
        if (values[i].type.fraction > first->type.fraction)
            return cg_tr_refuse(t, "it mixes times of different precision");
    }
    *ret = first->type;
    return 0;
}

int cg_tr_unify(struct tr *t, struct tr_value *values, size_t count, struct tr_type *ret_type) {
    unsigned kinds = 0;
    for (size_t i = 0; i < count; i++) {
        kinds |= BIT(values[i].type.kind);
        if (values[i].type.kind == TR_BOOLEAN && values[i].type.bits && count > 1)
            return cg_tr_refuse(t, "it chooses among values one of which is a BIT");
    }
    kinds &= ~BIT(TR_NULL);
    *ret_type = (struct tr_type){.kind = TR_NULL, .pg = "text"};
    if (!kinds)
        return 0;
    if (only(kinds, numbers))
        return unify_numbers(t, values, count, kinds, ret_type);
    if (only(kinds, dates))
        return unify_dates(t, values, count, kinds, ret_type);
    if (only(kinds, words))
        return unify_texts(t, values, count, ret_type);
    if ((kinds & (kinds - 1)) == 0)
        return unify_same(t, values, count, ret_type);
    if ((kinds & BIT(TR_TIME)) && (kinds & dates))
        return cg_tr_refuse(t, "it mixes dates and times");
    if (only(kinds, spelled))
        return unify_texts(t, values, count, ret_type);
    for (size_t i = 1; i < count; i++)
        if (values[i].type.kind != values[0].type.kind)
            return cg_tr_refuse(t, "it mixes %s and %s", cg_tr_kind_name(values[0].type.kind),
                                cg_tr_kind_name(values[i].type.kind));
    return 0;
}

int cg_tr_unify_branches(struct tr *t, struct tr_value *values, size_t count, struct tr_type *ret_type) {
    if (cg_tr_unify(t, values, count, ret_type) < 0)
        return -1;
    if (t->context->dialect.mariadb || ret_type->kind != TR_EXACT)
        return 0;
    for (size_t i = 0; i < count; i++)
        if (cg_tr_as_shown(t, &values[i]) < 0)
            return -1;
    ret_type->ragged = false;
    return 0;
}
