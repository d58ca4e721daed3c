/* Types: what a column of the plan is to MySQL and on the target, and what expressions give. */
#include "transform/sql/translate_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const double most_integer = 2147483648.0, most_bigint = 9223372036854775808.0;

struct tr_type cg_tr_type(enum tr_kind kind, const char *pg) {
    return (struct tr_type){.kind = kind, .pg = pg};
}

struct tr_type cg_tr_boolean(void) {
    struct tr_type type = cg_tr_type(TR_BOOLEAN, "boolean");
    type.bound = 1;
    type.nonnegative = true;
    return type;
}

struct tr_type cg_tr_integer(double bound) {
    struct tr_type type = cg_tr_type(TR_INTEGER, bound < most_integer  ? "integer"
                                                 : bound < most_bigint ? "bigint"
                                                                       : "numeric");
    type.bound = bound;
    return type;
}

struct tr_type cg_tr_exact(int scale, double bound) {
    struct tr_type type = cg_tr_type(TR_EXACT, "numeric");
    type.scale = scale;
    type.bound = bound;
    return type;
}

struct tr_type cg_tr_float(void) {
    return cg_tr_type(TR_FLOAT, "double precision");
}

/* Literals compare as the connection does, and every server's default folds case. */
struct tr_type cg_tr_text(void) {
    struct tr_type type = cg_tr_type(TR_TEXT, "text");
    type.folds = true;
    return type;
}

struct tr_type cg_tr_datetime(int fraction) {
    struct tr_type type = cg_tr_type(TR_DATETIME, "timestamp");
    type.fraction = fraction;
    return type;
}

static const char *const kind_names[TR_KINDS] = {
    [TR_NULL] = "NULL",
    [TR_BOOLEAN] = "a truth value",
    [TR_INTEGER] = "a whole number",
    [TR_EXACT] = "a decimal",
    [TR_FLOAT] = "a floating-point number",
    [TR_TEXT] = "a text",
    [TR_BYTES] = "a byte string",
    [TR_BITS] = "a bit string",
    [TR_DATE] = "a date",
    [TR_DATETIME] = "a datetime",
    [TR_TIMESTAMP] = "a timestamp",
    [TR_TIME] = "a time",
    [TR_JSON] = "a JSON value",
    [TR_ENUM] = "an ENUM value",
    [TR_SET] = "a SET value",
    [TR_UUID] = "a UUID",
    [TR_INET] = "an address",
    [TR_OTHER] = "a value of its type",
};

const char *cg_tr_kind_name(enum tr_kind kind) {
    return kind_names[kind];
}

bool cg_tr_is_number(const struct tr_type *type) {
    return type->kind == TR_INTEGER || type->kind == TR_EXACT || type->kind == TR_FLOAT || type->kind == TR_BOOLEAN;
}

bool cg_tr_is_dated(const struct tr_type *type) {
    return type->kind == TR_DATE || type->kind == TR_DATETIME || type->kind == TR_TIMESTAMP;
}

void cg_tr_merge_text(struct tr_type *into, const struct tr_type *from) {
    bool other_bytes = into->other_bytes || from->other_bytes;
    if (from->strong && !into->strong) {
        into->collation = from->collation;
        into->strong = true;
        into->folds = from->folds;
        into->kept = from->kept;
        into->pads = from->pads;
        into->uca = from->uca;
    } else if (from->strong && into->strong && from->folds != into->folds) { /* _bin wins over the others */
        if (!from->folds) {
            into->collation = from->collation;
            into->folds = into->kept = into->uca = false;
            into->pads = from->pads;
        }
    } else if (from->strong == into->strong) {
        into->folds = into->folds || from->folds;
        into->kept = into->kept || from->kept;
        into->pads = into->pads || from->pads;
        into->uca = into->uca || from->uca;
    }
    into->other_bytes = other_bytes;
}

/* ---- columns ---- */

static bool named(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *const integers[] = {"smallint", "integer", "bigint", "numeric"};
static const char *const texts[] = {"text", "varchar", "bpchar", "citext"};
static const char *const floats[] = {"real", "double precision"};

/* Of a column's source type: no value is further from 0. */
static double bound_of(const struct cg_type *type) {
    static const struct {
        const char *name;
        double bits;
    } sizes[] = {{"tinyint", 8}, {"smallint", 16}, {"mediumint", 24}, {"int", 32}, {"bigint", 64}};
    if (strcmp(type->name, "year") == 0)
        return 2155;
    if (strcmp(type->name, "decimal") == 0)
        return pow(10, (type->precision > 0 ? type->precision : 10) - (type->scale > 0 ? type->scale : 0));
    for (size_t i = 0; i < COUNT(sizes); i++)
        if (strcmp(type->name, sizes[i].name) == 0)
            return pow(2, sizes[i].bits - (type->is_unsigned ? 0 : 1));
    return most_bigint;
}

static bool uses_uca(const char *collation) {
    static const char *const unicode[] = {"utf8", "ucs2", "utf16", "utf32", "uca1400"};
    if (!collation || strstr(collation, "_bin"))
        return false;
    if (strstr(collation, "_cs")) /* of the other character sets, too: their letters go by the alphabet */
        return true;
    if (strstr(collation, "general"))
        return false;
    for (size_t i = 0; i < COUNT(unicode); i++)
        if (strncmp(collation, unicode[i], strlen(unicode[i])) == 0)
            return true;
    return false;
}

static bool utf8_bytes(const char *charset) {
    return !charset || strncmp(charset, "utf8", 4) == 0 || strcmp(charset, "ascii") == 0;
}

static void text_column(struct tr *t, struct tr_type *type, const struct cg_column_plan *plan) {
    const struct cg_type *source = &plan->source->type;
    type->kind = TR_TEXT;
    type->strong = true;
    type->collation = source->collation;
    type->folds = source->case_insensitive;
    type->kept = source->case_insensitive && (t->context->citext || plan->target->type.case_insensitive ||
                                              strcmp(plan->target->type.name, "citext") == 0);
    type->pads = source->pad_space && strcmp(source->name, "char") != 0; /* CHAR comes without its padding */
    type->uca = uses_uca(source->collation);
    type->other_bytes = !utf8_bytes(source->charset);
}

static void number_column(struct tr_type *type, const struct cg_type *source) {
    type->kind = TR_INTEGER;
    type->bound = bound_of(source);
    type->is_unsigned = type->nonnegative = source->is_unsigned || strcmp(source->name, "year") == 0;
    type->year = strcmp(source->name, "year") == 0;
    type->width = source->zerofill && source->display_width > 0 ? source->display_width : 0;
}

/* Which pairs of types are understood: the source's, the target's, the kind. Enumerations, sets, integers and texts
 * have rules of their own. */
static const struct {
    const char *source, *target;
    enum tr_kind kind;
} pairs[] = {
    {"date", "date", TR_DATE},
    {"datetime", "timestamp", TR_DATETIME},
    {"timestamp", "timestamptz", TR_TIMESTAMP},
    {"time", "time", TR_TIME},
    {"time", "interval", TR_TIME},
    {"json", "jsonb", TR_JSON},
    {"json", "json", TR_JSON},
    {"uuid", "uuid", TR_UUID},
    {"inet4", "inet", TR_INET},
    {"inet6", "inet", TR_INET},
    {"bit", "bit", TR_BITS},
    {"decimal", "numeric", TR_EXACT},
};

static enum tr_kind kind_of(const struct cg_type *source, const struct cg_type *target) {
    static const char *const whole[] = {"tinyint", "smallint", "mediumint", "int", "bigint", "year"};
    static const char *const bytes[] = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"};
    static const char *const words[] = {"char", "varchar", "tinytext", "text", "mediumtext", "longtext"};
    if (target->array)
        return strcmp(source->name, "set") == 0 && strcmp(target->name, "text") == 0 ? TR_SET : TR_OTHER;
    if (strcmp(target->name, "boolean") == 0)
        return named(source->name, whole, COUNT(whole)) || strcmp(source->name, "bit") == 0 ? TR_BOOLEAN : TR_OTHER;
    if (named(source->name, whole, COUNT(whole)))
        return named(target->name, integers, COUNT(integers)) ? TR_INTEGER : TR_OTHER;
    if (strcmp(source->name, "float") == 0 || strcmp(source->name, "double") == 0)
        return named(target->name, floats, COUNT(floats)) ? TR_FLOAT : TR_OTHER;
    if (named(source->name, words, COUNT(words)))
        return named(target->name, texts, COUNT(texts)) ? TR_TEXT : TR_OTHER;
    if (strcmp(source->name, "enum") == 0)
        return target->label_count ? TR_ENUM : named(target->name, texts, COUNT(texts)) ? TR_TEXT : TR_OTHER;
    if (strcmp(source->name, "set") == 0)
        return named(target->name, texts, COUNT(texts)) ? TR_TEXT : TR_OTHER;
    if (named(source->name, bytes, COUNT(bytes)))
        return strcmp(target->name, "bytea") == 0 ? TR_BYTES : TR_OTHER;
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (strcmp(source->name, pairs[i].source) == 0 && strcmp(target->name, pairs[i].target) == 0)
            return pairs[i].kind;
    return TR_OTHER;
}

/* The type as a cast writes it, without length: a cast to varchar(n) would cut in silence. */
static const char *written(struct tr *t, const struct cg_type *type) {
    const char *name = type->name;
    if (type->schema || type->label_count)
        name = cg_tr_say(t, "%s.%s", cg_tr_name(t, type->schema ? type->schema : t->context->schema),
                         cg_tr_name(t, type->name));
    return type->array ? cg_tr_say(t, "%s[]", name) : name;
}

int cg_tr_column_type(struct tr *t, const struct cg_column_plan *plan, struct tr_type *ret) {
    const struct cg_type *source = &plan->source->type, *target = &plan->target->type;
    struct tr_type type = cg_tr_type(kind_of(source, target), written(t, target));
    switch (type.kind) {
    case TR_INTEGER:
        number_column(&type, source);
        break;
    case TR_BOOLEAN:
        type.column = type.nonnegative = true;
        type.bound = 1;
        type.bits = strcmp(source->name, "bit") == 0;
        break;
    case TR_FLOAT:
        type.width = source->scale >= 0 ? -1 : 0; /* DOUBLE(M,D) prints D digits */
        break;
    case TR_EXACT:
        type.scale = source->scale > 0 ? source->scale : 0;
        type.bound = bound_of(source);
        type.nonnegative = source->is_unsigned;
        type.width = source->zerofill ? -1 : 0;
        break;
    case TR_TEXT:
        text_column(t, &type, plan);
        break;
    case TR_ENUM:
    case TR_SET:
        text_column(t, &type, plan);
        type.kind = kind_of(source, target);
        type.kept = type.pads = false;
        type.labels = source->labels;
        type.label_count = source->label_count;
        break;
    case TR_BITS:
        type.bits = (int)source->length;
        type.nonnegative = true;
        break;
    default:
        type.fraction = source->fraction > 0 ? source->fraction : 0;
    }
    *ret = type;
    return cg_tr_failed(t) ? -1 : 0;
}

/* ---- back to the catalog's ---- */

struct cg_type cg_tr_catalog_type(const struct tr_type *type) {
    struct cg_type result = {
        .name = "", .full = "", .length = -1, .precision = -1, .scale = -1, .fraction = -1, .display_width = -1};
    if (!type->pg || type->kind == TR_NULL || strchr(type->pg, '"') || strchr(type->pg, '['))
        return result;
    result.name = result.full = type->pg;
    if (type->kind == TR_EXACT)
        result.scale = type->scale;
    if (cg_tr_is_dated(type) || type->kind == TR_TIME)
        result.fraction = type->fraction;
    return result;
}
