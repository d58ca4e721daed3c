/* What an operator or a function needs, made of what there is, as MySQL would: numbers of truth values, texts of
 * numbers and dates as MySQL prints them. What MySQL converts with a warning ('12abc' into 12) is refused. */
#include "transform/sql/translate_internal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

static int refuse_use(struct tr *t, const struct tr_value *value, const char *as) {
    if (value->type.kind == TR_OTHER)
        return cg_tr_refuse(t, "it uses %s as %s: a value of the type %s is only passed on", value->text, as,
                            value->type.pg);
    return cg_tr_refuse(t, "it uses %s as %s, and the two engines differ in how that is done",
                        cg_tr_kind_name(value->type.kind), as);
}

/* Replaces the value by form over itself. */
static int become(struct tr *t, struct tr_value *value, const char *form, struct tr_type type) {
    struct tr_value result = {.type = type};
    bool nullable = value->nullable;
    if (cg_tr_form(t, form, value, 1, &result) < 0)
        return -1;
    *value = result;
    value->nullable = nullable;
    return 0;
}

static int null_as(struct tr *t, struct tr_value *value, struct tr_type type) {
    return cg_tr_set(t, value, cg_tr_say(t, "NULL::%s", type.pg), TR_CAST, type);
}

int cg_tr_cast(struct tr *t, struct tr_value *value, const char *pg) {
    if (strcmp(value->type.pg, pg) == 0)
        return 0;
    const char *text = cg_tr_say(t, "%s::%s", cg_tr_at(t, value, TR_CAST), pg);
    value->text = text;
    value->level = TR_CAST;
    value->literal = NULL;
    value->type.pg = pg;
    return cg_tr_failed(t) ? -1 : 0;
}

/* ---- numbers ---- */

int cg_tr_enum_index(struct tr *t, struct tr_value *value) {
    struct tr_list list = {0};
    if (value->is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    for (size_t i = 0; i < value->type.label_count; i++)
        cg_tr_add(t, &list, " ", "WHEN %s THEN %zu",
                  cg_tr_quote(t, value->type.labels[i], strlen(value->type.labels[i])), i + 1);
    bool nullable = value->nullable;
    if (cg_tr_set(t, value, cg_tr_say(t, "CASE %s %s END", value->text, cg_tr_listed(&list)), TR_ATOM,
                  cg_tr_integer(65535)) < 0)
        return -1;
    value->nullable = nullable;
    value->type.nonnegative = true;
    return 0;
}

/* '12', ' 12.5': what MySQL and a person read as the same number. */
static int number_of_string(struct tr *t, struct tr_value *value) {
    const char *text = value->literal->text, *at = text;
    size_t length = value->literal->length, digits;
    at += *at == '-';
    digits = strspn(at, "0123456789");
    at += digits;
    if (digits && *at == '.' && isdigit((unsigned char)at[1]))
        at += 1 + strspn(at + 1, "0123456789");
    if (!digits || digits > 15 || (size_t)(at - text) != length || length > 17)
        return cg_tr_refuse(t, "it uses the text '%s' as a number", text);
    const char *clean = cg_arena_strndup(t->arena, text, length);
    if (!clean) {
        t->memory = true;
        return -1;
    }
    return cg_tr_number(t, clean, value);
}

/* x'05', and b'101', which the servers keep as that: a number where one is wanted. */
static int number_of_bytes(struct tr *t, struct tr_value *value) {
    unsigned long long number = 0;
    if (!value->literal || value->literal->length > 7 || value->type.bits < 0)
        return refuse_use(t, value, "a number");
    for (size_t i = 0; i < value->literal->length; i++)
        number = number * 256 + (unsigned char)value->literal->text[i];
    return cg_tr_number(t, cg_tr_say(t, "%llu", number), value);
}

int cg_tr_as_number(struct tr *t, struct tr_value *value) {
    struct tr_type type = cg_tr_integer(1);
    type.nonnegative = true;
    switch (value->type.kind) {
    case TR_INTEGER:
    case TR_EXACT:
    case TR_FLOAT:
        return 0;
    case TR_NULL:
        return null_as(t, value, cg_tr_integer(1));
    case TR_BOOLEAN:
        if (value->literal && value->literal->kind == CG_SQL_BOOLEAN)
            return cg_tr_number(t, value->literal->flag ? "1" : "0", value);
        return become(t, value, "@1::integer", type);
    case TR_BITS:
        if (value->type.bits > 63)
            return cg_tr_refuse(t, "it uses a BIT(%d) as a number, which may be beyond a bigint", value->type.bits);
        type = cg_tr_integer(pow(2, value->type.bits));
        type.pg = "bigint";
        type.nonnegative = type.is_unsigned = true;
        return become(t, value, "@1::bigint", type);
    case TR_TEXT:
        if (cg_tr_is_string(value))
            return number_of_string(t, value);
        return refuse_use(t, value, "a number");
    case TR_BYTES:
        return number_of_bytes(t, value);
    default:
        return refuse_use(t, value, "a number");
    }
}

int cg_tr_as_integer(struct tr *t, struct tr_value *value, const char *pg) {
    if (cg_tr_as_number(t, value) < 0)
        return -1;
    if (value->type.kind != TR_INTEGER)
        return refuse_use(t, value, "a whole number");
    if (!pg || strcmp(value->type.pg, pg) == 0 || strcmp(value->type.pg, "smallint") == 0)
        return 0;
    if (strcmp(pg, "bigint") == 0 && strcmp(value->type.pg, "integer") == 0)
        return 0;
    return cg_tr_cast(t, value, pg);
}

int cg_tr_as_float(struct tr *t, struct tr_value *value) {
    if (cg_tr_as_number(t, value) < 0)
        return -1;
    struct tr_type type = cg_tr_float();
    type.width = value->type.kind == TR_FLOAT ? value->type.width : 0;
    return strcmp(value->type.pg, "double precision") == 0 ? 0 : become(t, value, "@1::double precision", type);
}

/* ---- conditions ---- */

int cg_tr_as_condition(struct tr *t, struct tr_value *value) {
    long long number;
    if (value->type.kind == TR_BOOLEAN)
        return 0;
    if (value->type.kind == TR_NULL)
        return null_as(t, value, cg_tr_boolean());
    if (cg_tr_is_integer(value, &number)) {
        static const struct cg_sql_expression truth[] = {{.kind = CG_SQL_BOOLEAN, .flag = false},
                                                         {.kind = CG_SQL_BOOLEAN, .flag = true}};
        return cg_tr_literal(t, &truth[number != 0], value);
    }
    if (value->type.kind == TR_TEXT && !cg_tr_is_string(value))
        return refuse_use(t, value, "a condition");
    if (cg_tr_as_number(t, value) < 0)
        return -1;
    const char *text = cg_tr_say(t, "%s <> 0", cg_tr_at(t, value, TR_RANGE));
    bool nullable = value->nullable, is_volatile = value->is_volatile;
    if (cg_tr_set(t, value, text, TR_COMPARED, cg_tr_boolean()) < 0)
        return -1;
    value->nullable = nullable;
    value->is_volatile = is_volatile;
    return 0;
}

/* ---- texts ---- */

static struct tr_type text_type(const struct tr_value *value) {
    struct tr_type type = cg_tr_text();
    type.folds = false; /* digits and the like; ENUM and SET bring their own */
    if (value->type.kind == TR_ENUM || value->type.kind == TR_SET) {
        type.collation = value->type.collation;
        type.strong = value->type.strong;
        type.folds = value->type.folds;
        type.uca = value->type.uca;
        type.other_bytes = value->type.other_bytes;
    }
    return type;
}

/* An enumeration's own output function depends on the session in PostgreSQL's eyes; a CASE does not. */
static int text_of_enum(struct tr *t, struct tr_value *value) {
    if (!cg_tr_wants_immutable(t))
        return become(t, value, "@1::text", text_type(value));
    struct tr_list list = {0};
    for (size_t i = 0; i < value->type.label_count; i++) {
        const char *label = cg_tr_quote(t, value->type.labels[i], strlen(value->type.labels[i]));
        cg_tr_add(t, &list, " ", "WHEN %s THEN %s", label, label);
    }
    return cg_tr_set(t, value, cg_tr_say(t, "CASE %s %s END", value->text, cg_tr_listed(&list)), TR_ATOM,
                     text_type(value));
}

static const char *const date_texts[2] = {
    "to_char(@1::timestamp, 'YYYY-MM-DD')",
    "lpad(extract(year from $1)::text, 4, '0') || '-' || lpad(extract(month from $1)::text, 2, '0') || '-' || "
    "lpad(extract(day from $1)::text, 2, '0')",
};

static int text_of_dated(struct tr *t, struct tr_value *value) {
    int fraction = value->type.fraction;
    char form[80];
    if (value->type.kind == TR_DATE)
        return become(t, value, date_texts[cg_tr_wants_immutable(t)], text_type(value));
    if (cg_tr_uses(t, TR_STABLE, "a datetime as a text") < 0)
        return -1;
    if (value->type.kind == TR_TIMESTAMP && cg_tr_as_datetime(t, value) < 0)
        return -1;
    if (fraction)
        snprintf(form, sizeof form, "to_char($1, 'YYYY-MM-DD HH24:MI:SS.FF%d')", fraction);
    else
        snprintf(form, sizeof form, "to_char($1, 'YYYY-MM-DD HH24:MI:SS')");
    return become(t, value, form, text_type(value));
}

/* Up to 838 hours of either sign. to_char() would put a sign before each field. */
static int text_of_span(struct tr *t, struct tr_value *value) {
    int fraction = value->type.fraction;
    char form[200], digits[16] = "HH24:MI:SS";
    if (cg_tr_uses(t, TR_STABLE, "a time as a text") < 0)
        return -1;
    if (fraction)
        snprintf(digits, sizeof digits, "HH24:MI:SS.FF%d", fraction);
    snprintf(form, sizeof form,
             "CASE WHEN @1 < INTERVAL '0' THEN '-' || to_char(- @1, '%s') ELSE to_char($1, '%s') END", digits, digits);
    return become(t, value, form, text_type(value));
}

static int text_of_time(struct tr *t, struct tr_value *value) {
    int fraction = value->type.fraction;
    char form[80];
    if (strcmp(value->type.pg, "interval") == 0)
        return text_of_span(t, value);
    if (!fraction)
        return become(t, value, "@1::text", text_type(value));
    if (cg_tr_uses(t, TR_STABLE, "a time as a text") < 0)
        return -1;
    snprintf(form, sizeof form, "to_char($1, 'HH24:MI:SS.FF%d')", fraction);
    return become(t, value, form, text_type(value));
}

static int text_of_number(struct tr *t, struct tr_value *value) {
    char form[80];
    if (value->type.width < 0)
        return cg_tr_refuse(t, "it uses a ZEROFILL decimal as a text");
    if (cg_tr_as_shown(t, value) < 0)
        return -1;
    if (value->type.width > 0)
        snprintf(form, sizeof form, "lpad(@1::text, greatest(%d, char_length(@1::text)), '0')", value->type.width);
    else
        snprintf(form, sizeof form, value->type.year ? "lpad(@1::text, 4, '0')" : "@1::text");
    return become(t, value, form, text_type(value));
}

/* Functions, LIKE and regular expressions want it without citext and without its nondeterministic collation; what is
 * compared after that is compared by lower(). */
static int plain_text(struct tr *t, struct tr_value *value) {
    value->text = cg_tr_say(t, "(%s::text COLLATE pg_catalog.\"default\")", cg_tr_at(t, value, TR_CAST));
    value->level = TR_ATOM;
    value->type.kept = false;
    value->type.pg = "text";
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_as_text(struct tr *t, struct tr_value *value) {
    struct tr_type type = text_type(value);
    switch (value->type.kind) {
    case TR_TEXT:
        return value->type.kept ? plain_text(t, value) : 0;
    case TR_NULL:
        return null_as(t, value, type);
    case TR_BOOLEAN:
        if (value->type.bits)
            return cg_tr_refuse(t, "it uses a BIT as a text, which is its bytes");
        return cg_tr_as_number(t, value) < 0 ? -1 : text_of_number(t, value);
    case TR_INTEGER:
    case TR_EXACT:
        if (value->literal) {
            const char *digits = value->literal->text;
            if (cg_tr_string(t, digits, strlen(digits), value) < 0)
                return -1;
            value->type.folds = false;
            return 0;
        }
        return text_of_number(t, value);
    case TR_FLOAT:
        if (value->literal || value->type.width < 0)
            return refuse_use(t, value, "a text");
        cg_tr_note(t,
                   "floating-point numbers as texts are spelled with an exponent in other places below 1e-4 and from "
                   "1e15 on");
        return become(t, value, "@1::text", type);
    case TR_ENUM:
        return text_of_enum(t, value);
    case TR_SET:
        if (cg_tr_uses(t, TR_STABLE, "a SET as a text") < 0)
            return -1;
        return become(t, value, "array_to_string($1, ',')", type);
    case TR_DATE:
    case TR_DATETIME:
    case TR_TIMESTAMP:
        return text_of_dated(t, value);
    case TR_TIME:
        return text_of_time(t, value);
    case TR_UUID:
        return become(t, value, "@1::text", type);
    case TR_INET:
        return become(t, value, "host($1)", type);
    case TR_JSON:
        cg_tr_note(t, "a JSON value as a text is spelled as PostgreSQL spells it");
        return become(t, value, "@1::text", type);
    default:
        return refuse_use(t, value, "a text");
    }
}

/* ---- bytes ---- */

int cg_tr_as_bytes(struct tr *t, struct tr_value *value) {
    struct tr_type type = cg_tr_type(TR_BYTES, "bytea");
    if (value->type.kind == TR_BYTES)
        return 0;
    if (value->type.kind == TR_NULL)
        return null_as(t, value, type);
    if (cg_tr_is_string(value))
        return cg_tr_bytes(t, value->literal->text, value->literal->length, value);
    if (cg_tr_as_text(t, value) < 0)
        return -1;
    if (value->type.other_bytes)
        return cg_tr_refuse(t, "it uses the bytes of a text whose character set on the source is not UTF-8");
    if (cg_tr_uses(t, TR_STABLE, "the bytes of a text") < 0)
        return -1;
    return become(t, value, "convert_to($1, 'UTF8')", type);
}

/* ---- dates and times ---- */

static int dated_of_string(struct tr *t, struct tr_value *value, enum tr_kind kind) {
    struct tr_value read;
    if (!cg_tr_read_temporal(t, value->literal->text, value->literal->length, kind, &read))
        return cg_tr_refuse(t, "it uses the text '%s' as a date or a time", value->literal->text);
    *value = read;
    return 0;
}

/* 20240131, 20240131235959 */
static int dated_of_number(struct tr *t, struct tr_value *value) {
    const char *d = value->literal->text;
    size_t length = strlen(d);
    if ((length != 8 && length != 14) || strspn(d, "0123456789") != length)
        return refuse_use(t, value, "a date");
    const char *text = length == 8
                           ? cg_tr_say(t, "%.4s-%.2s-%.2s", d, d + 4, d + 6)
                           : cg_tr_say(t, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", d, d + 4, d + 6, d + 8, d + 10, d + 12);
    if (!cg_tr_read_temporal(t, text, strlen(text), TR_DATETIME, value))
        return cg_tr_refuse(t, "it uses the number %s as a date", d);
    return 0;
}

int cg_tr_as_dated(struct tr *t, struct tr_value *value) {
    switch (value->type.kind) {
    case TR_DATE:
    case TR_DATETIME:
        return 0;
    case TR_TIMESTAMP:
        return cg_tr_as_datetime(t, value);
    case TR_NULL:
        return null_as(t, value, cg_tr_datetime(0));
    case TR_TEXT:
        if (cg_tr_is_string(value))
            return dated_of_string(t, value, TR_DATETIME);
        return refuse_use(t, value, "a date");
    case TR_INTEGER:
        if (value->literal)
            return dated_of_number(t, value);
        return refuse_use(t, value, "a date");
    default:
        return refuse_use(t, value, "a date");
    }
}

int cg_tr_as_date(struct tr *t, struct tr_value *value) {
    if (cg_tr_as_dated(t, value) < 0)
        return -1;
    if (value->type.kind == TR_DATE)
        return 0;
    return become(t, value, "@1::date", cg_tr_type(TR_DATE, "date"));
}

int cg_tr_as_datetime(struct tr *t, struct tr_value *value) {
    int fraction = value->type.fraction;
    if (value->type.kind == TR_DATETIME)
        return 0;
    if (value->type.kind == TR_TIMESTAMP) { /* in both, the session's local time */
        if (cg_tr_uses(t, TR_STABLE, "what a TIMESTAMP is in local time") < 0)
            return -1;
        return become(t, value, "@1::timestamp", cg_tr_datetime(fraction));
    }
    if (cg_tr_as_dated(t, value) < 0)
        return -1;
    if (value->type.kind == TR_DATETIME)
        return 0;
    return become(t, value, "@1::timestamp", cg_tr_datetime(0));
}

int cg_tr_as_time(struct tr *t, struct tr_value *value) {
    struct tr_type type = cg_tr_type(TR_TIME, "time");
    type.fraction = value->type.fraction;
    if (value->type.kind == TR_TIME)
        return 0;
    if (value->type.kind == TR_NULL)
        return null_as(t, value, type);
    if (cg_tr_is_string(value))
        return dated_of_string(t, value, TR_TIME);
    if (value->type.kind == TR_TIMESTAMP && cg_tr_as_datetime(t, value) < 0)
        return -1;
    if (value->type.kind == TR_DATETIME)
        return become(t, value, "@1::time", type);
    return refuse_use(t, value, "a time");
}

/* ---- JSON ---- */

int cg_tr_as_json(struct tr *t, struct tr_value *value) {
    struct tr_type type = cg_tr_type(TR_JSON, "jsonb");
    if (value->type.kind == TR_NULL)
        return null_as(t, value, type);
    if (cg_tr_is_string(value)) {
        bool nullable = value->nullable;
        if (become(t, value, "$1::jsonb", type) < 0)
            return -1;
        value->nullable = nullable;
        return 0;
    }
    if (value->type.kind != TR_JSON)
        return refuse_use(t, value, "JSON");
    return cg_tr_cast(t, value, "jsonb");
}

/* ---- as it leaves ---- */

int cg_tr_as_shown(struct tr *t, struct tr_value *value) {
    if (value->type.kind == TR_BOOLEAN && !value->type.column)
        return cg_tr_as_number(t, value);
    if (value->type.kind != TR_EXACT || !value->type.ragged)
        return 0;
    struct tr_type type = value->type;
    bool nullable = value->nullable, is_volatile = value->is_volatile;
    type.ragged = false;
    const char *text = value->shown ? value->shown : cg_tr_say(t, "round(%s, %d)", value->text, type.scale);
    if (cg_tr_set(t, value, text, TR_ATOM, type) < 0)
        return -1;
    value->nullable = nullable;
    value->is_volatile = is_volatile;
    return 0;
}

/* What the kinds of a column take; PostgreSQL's assignment does the rest, with errors where something would be lost. */
static int as_number_column(struct tr *t, struct tr_value *value, const struct tr_type *type) {
    if (cg_tr_as_number(t, value) < 0 || cg_tr_as_shown(t, value) < 0)
        return -1;
    return type->kind == TR_FLOAT && value->type.kind == TR_EXACT ? cg_tr_cast(t, value, "double precision") : 0;
}

static int as_labels(struct tr *t, struct tr_value *value, const struct tr_type *type) {
    if (value->type.kind == type->kind && strcmp(value->type.pg, type->pg) == 0)
        return 0;
    if (value->type.kind != TR_TEXT || type->kind == TR_SET)
        return refuse_use(t, value, type->kind == TR_SET ? "a SET" : "an ENUM");
    if (!cg_tr_is_string(value) && cg_tr_uses(t, TR_STABLE, "a text as an ENUM") < 0)
        return -1;
    return cg_tr_cast(t, value, type->pg);
}

static int as_dated_column(struct tr *t, struct tr_value *value, const struct tr_type *type) {
    if (type->kind == TR_TIMESTAMP && value->type.kind == TR_TIMESTAMP)
        return 0;
    if (cg_tr_as_dated(t, value) < 0)
        return -1;
    if (type->kind == TR_DATE && value->type.kind == TR_DATETIME && value->type.fraction)
        return cg_tr_refuse(t, "it puts a datetime with a fraction into a date");
    if (type->kind != TR_DATE && value->type.fraction > type->fraction && !t->context->dialect.mariadb)
        return cg_tr_cast(t, value, cg_tr_say(t, "%s(%d)", "timestamp", type->fraction));
    if (type->kind != TR_DATE && value->type.fraction > type->fraction)
        return cg_tr_refuse(t, "it cuts the fraction of a datetime");
    if (type->kind == TR_TIMESTAMP)
        return cg_tr_uses(t, TR_STABLE, "a local time as a TIMESTAMP") < 0 ? -1 : cg_tr_cast(t, value, "timestamptz");
    return cg_tr_cast(t, value, type->pg);
}

int cg_tr_as_column(struct tr *t, struct tr_value *value, const struct cg_column_plan *column) {
    struct tr_type type;
    if (cg_tr_column_type(t, column, &type) < 0)
        return -1;
    if (value->type.kind == TR_NULL)
        return null_as(t, value, type);
    switch (type.kind) {
    case TR_BOOLEAN:
        return cg_tr_as_condition(t, value);
    case TR_INTEGER:
    case TR_EXACT:
    case TR_FLOAT:
        return as_number_column(t, value, &type);
    case TR_TEXT:
        return value->type.kind == TR_TEXT ? 0 : cg_tr_as_text(t, value);
    case TR_BYTES:
        return cg_tr_as_bytes(t, value);
    case TR_DATE:
    case TR_DATETIME:
    case TR_TIMESTAMP:
        return as_dated_column(t, value, &type);
    case TR_TIME:
        return cg_tr_as_time(t, value) < 0 ? -1 : cg_tr_cast(t, value, type.pg);
    case TR_JSON:
        return cg_tr_as_json(t, value) < 0 ? -1 : cg_tr_cast(t, value, type.pg);
    case TR_ENUM:
    case TR_SET:
        return as_labels(t, value, &type);
    case TR_UUID:
        if (value->type.kind == TR_UUID)
            return 0;
        return cg_tr_as_text(t, value) < 0 ? -1 : cg_tr_cast(t, value, "uuid");
    default:
        if (value->type.kind == type.kind && strcmp(value->type.pg, type.pg) == 0)
            return 0;
        return refuse_use(t, value, cg_tr_say(t, "a %s", type.pg));
    }
}
