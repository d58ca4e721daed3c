/* Two values brought together: what MySQL compares them as, by their kinds, and how texts compare and sort.
 *
 * Texts under a collation that folds case are compared by lower(), which is the same for ASCII; what else such a
 * collation calls equal (letters with accents, trailing spaces) is told in a note. Sorted they are by what the
 * collation is made of: upper() and the bytes for the general ones, ICU's root collation for those of the Unicode
 * algorithm. */
#include "transform/sql/translate_internal.h"

#include <ctype.h>
#include <stdio.h>

/* ---- texts ---- */

void cg_tr_note_folding(struct tr *t, const struct tr_type *type) {
    if (type->strong)
        cg_tr_note(t,
                   "texts of the collation %s are compared without regard to the case of letters; those that it "
                   "takes for equal in other ways (accents%s) differ here",
                   type->collation ? type->collation : "of the source", type->pads ? ", trailing spaces" : "");
}

static void note_padding(struct tr *t, const struct tr_type *type) {
    if (type->strong && type->pads)
        cg_tr_note(t, "trailing spaces count in comparisons of texts, which the collation %s ignores",
                   type->collation ? type->collation : "of the source");
}

void cg_tr_note_grouping(struct tr *t, const struct tr_type *type) {
    if (type->kind == TR_TEXT && type->strong && type->folds && !type->kept)
        cg_tr_note(t, "texts that the collation %s takes for equal are grouped apart where they are not the same",
                   type->collation ? type->collation : "of the source");
}

/* The literal folded; false when it holds more than ASCII. ret_letters: did it hold any? */
static bool fold_literal(struct tr *t, const struct tr_value *value, bool upper, struct tr_value *ret,
                         bool *ret_letters) {
    size_t length = value->literal->length;
    char *text = cg_tr_alloc(t, length + 1, 1);
    *ret_letters = false;
    if (!text)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)value->literal->text[i];
        if (c > 127)
            return false;
        *ret_letters = *ret_letters || isalpha(c);
        text[i] = (char)(upper ? toupper(c) : tolower(c));
    }
    return cg_tr_string(t, text, length, ret) == 0;
}

static int fold(struct tr *t, struct tr_value *value, bool upper) {
    struct tr_value folded;
    struct tr_type type = value->type;
    bool letters, nullable = value->nullable;
    if (cg_tr_is_string(value) && fold_literal(t, value, upper, &folded, &letters)) {
        *value = folded;
        value->type = type;
        return 0;
    }
    folded.type = type;
    if (cg_tr_form(t, upper ? "upper($1)" : "lower($1)", value, 1, &folded) < 0)
        return -1;
    *value = folded;
    value->nullable = nullable;
    return 0;
}

static int collate(struct tr *t, struct tr_value *value, const char *collation) {
    value->text = cg_tr_say(t, "%s COLLATE %s", cg_tr_at(t, value, TR_CAST), collation);
    value->level = TR_RANGE; /* BETWEEN takes no bare COLLATE */
    value->literal = NULL;
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_sort_as(struct tr *t, struct tr_value *value, const struct tr_type *type) {
    if (type->kept)
        return 0;
    if (type->folds && fold(t, value, !type->uca) < 0)
        return -1;
    return collate(t, value, type->uca ? "pg_catalog.\"und-x-icu\"" : "pg_catalog.\"C\"");
}

int cg_tr_order_key(struct tr *t, struct tr_value *value) {
    if (value->type.kind != TR_TEXT)
        return 0;
    return cg_tr_sort_as(t, value, &value->type);
}

static bool without_letters(struct tr *t, const struct tr_value *value) {
    struct tr_value folded;
    bool letters;
    return cg_tr_is_string(value) && fold_literal(t, value, false, &folded, &letters) && !letters;
}

static int match_texts(struct tr *t, struct tr_value *left, struct tr_value *right, bool ordered) {
    struct tr_type type = left->type;
    bool alike = left->type.kept && right->type.kept && strcmp(left->type.pg, right->type.pg) == 0;
    if (alike || (left->type.kept && cg_tr_is_string(right)) || (right->type.kept && cg_tr_is_string(left)))
        return 0;
    if (cg_tr_as_text(t, left) < 0 || cg_tr_as_text(t, right) < 0)
        return -1;
    type = left->type;
    cg_tr_merge_text(&type, &right->type);
    if (!type.folds) {
        note_padding(t, &type);
        return ordered ? cg_tr_sort_as(t, left, &type) < 0 || cg_tr_sort_as(t, right, &type) < 0 ? -1 : 0 : 0;
    }
    if (!ordered && (without_letters(t, left) || without_letters(t, right))) {
        note_padding(t, &type);
        return 0;
    }
    cg_tr_note_folding(t, &type);
    if (ordered)
        return cg_tr_sort_as(t, left, &type) < 0 || cg_tr_sort_as(t, right, &type) < 0 ? -1 : 0;
    return fold(t, left, false) < 0 || fold(t, right, false) < 0 ? -1 : 0;
}

/* ---- ENUM and SET ---- */

/* The label that a literal means to a collation that folds case, as it is spelled; NULL when it is none. */
static const char *label_of(const struct tr_type *type, const struct tr_value *literal) {
    for (size_t i = 0; i < type->label_count; i++)
        if (type->folds ? strcasecmp(type->labels[i], literal->literal->text) == 0
                        : strcmp(type->labels[i], literal->literal->text) == 0)
            return type->labels[i];
    return NULL;
}

static int match_enum(struct tr *t, struct tr_value *value, struct tr_value *other, bool ordered) {
    if (other->type.kind == TR_ENUM && !ordered && strcmp(value->type.pg, other->type.pg) == 0)
        return 0;
    if (cg_tr_is_number(&other->type))
        return cg_tr_as_number(t, other) < 0 ? -1 : cg_tr_enum_index(t, value);
    if (other->type.kind != TR_TEXT && other->type.kind != TR_ENUM && other->type.kind != TR_SET)
        return cg_tr_refuse(t, "it compares an ENUM value with %s", cg_tr_kind_name(other->type.kind));
    if (!ordered && cg_tr_is_string(other)) {
        const char *label = label_of(&value->type, other);
        if (label)
            return cg_tr_string(t, label, strlen(label), other);
    }
    if (cg_tr_as_text(t, value) < 0 || cg_tr_as_text(t, other) < 0)
        return -1;
    return match_texts(t, value, other, ordered);
}

/* ---- numbers ---- */

static int match_numbers(struct tr *t, struct tr_value *left, struct tr_value *right) {
    bool floats = left->type.kind == TR_FLOAT || right->type.kind == TR_FLOAT;
    if (left->type.kind == TR_BOOLEAN && right->type.kind == TR_BOOLEAN)
        return 0;
    for (int i = 0; i < 2; i++) {
        struct tr_value *value = i ? right : left, *other = i ? left : right;
        long long number;
        if (value->type.kind == TR_BOOLEAN && cg_tr_is_integer(other, &number) && (number == 0 || number == 1))
            return cg_tr_as_condition(t, other);
    }
    if (cg_tr_as_number(t, left) < 0 || cg_tr_as_number(t, right) < 0)
        return -1;
    if (t->context->dialect.mariadb && (cg_tr_as_shown(t, left) < 0 || cg_tr_as_shown(t, right) < 0))
        return -1; /* it compares quotients as it shows them */
    if (floats && strcmp(left->type.pg, right->type.pg) != 0)
        return cg_tr_as_float(t, left) < 0 || cg_tr_as_float(t, right) < 0 ? -1 : 0;
    return 0;
}

static int match_number(struct tr *t, struct tr_value *number, struct tr_value *other) {
    long long value;
    if (!cg_tr_is_string(other) && other->type.kind != TR_BITS && !(other->type.kind == TR_BYTES && other->literal))
        return cg_tr_refuse(t, "it compares %s with %s, which MySQL converts row by row",
                            cg_tr_kind_name(number->type.kind), cg_tr_kind_name(other->type.kind));
    if (cg_tr_as_number(t, other) < 0)
        return -1;
    if (number->type.year && cg_tr_is_integer(other, &value) && value > 0 && value < 100)
        return cg_tr_refuse(t, "it compares a YEAR with a year of two digits");
    return match_numbers(t, number, other);
}

/* ---- dates and times ---- */

static int match_dates(struct tr *t, struct tr_value *left, struct tr_value *right) {
    if (left->type.kind == TR_TIMESTAMP && right->type.kind == TR_TIMESTAMP)
        return 0;
    for (int i = 0; i < 2; i++) {
        struct tr_value *value = i ? right : left;
        if (cg_tr_as_dated(t, value) < 0)
            return -1;
    }
    return 0;
}

static int match_times(struct tr *t, struct tr_value *left, struct tr_value *right) {
    if (cg_tr_is_dated(&left->type) || cg_tr_is_dated(&right->type))
        return cg_tr_refuse(t, "it compares a date with a time");
    if (cg_tr_as_time(t, left) < 0 || cg_tr_as_time(t, right) < 0)
        return -1;
    if (strcmp(left->type.pg, right->type.pg) == 0)
        return 0;
    return cg_tr_cast(t, left, "interval") < 0 || cg_tr_cast(t, right, "interval") < 0 ? -1 : 0;
}

/* ---- JSON ---- */

static const char *json_string(struct tr *t, const char *text, size_t length) {
    char *out = cg_tr_alloc(t, 6 * length + 3, 1), *at = out;
    if (!out)
        return "";
    *at++ = '"';
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20) {
            at += sprintf(at, "\\u%04x", c);
            continue;
        }
        if (c == '"' || c == '\\')
            *at++ = '\\';
        *at++ = (char)c;
    }
    *at = '"';
    return out;
}

/* A literal as the JSON scalar that MySQL compares a JSON value with. */
static int scalar(struct tr *t, struct tr_value *value) {
    const char *json;
    if (value->type.kind == TR_JSON)
        return cg_tr_cast(t, value, "jsonb");
    if (cg_tr_is_string(value))
        json = json_string(t, value->literal->text, value->literal->length);
    else if (value->literal && value->type.kind == TR_BOOLEAN)
        json = value->literal->flag ? "true" : "false";
    else if (value->literal && (value->type.kind == TR_INTEGER || value->type.kind == TR_EXACT))
        json = value->literal->text;
    else
        return cg_tr_refuse(t, "it compares a JSON value with %s that is no literal",
                            cg_tr_kind_name(value->type.kind));
    const char *text = cg_tr_say(t, "%s::jsonb", cg_tr_quote(t, json, strlen(json)));
    return cg_tr_set(t, value, text, TR_CAST, cg_tr_type(TR_JSON, "jsonb"));
}

static int match_json(struct tr *t, struct tr_value *left, struct tr_value *right, bool ordered) {
    if (ordered)
        return cg_tr_refuse(t, "it compares JSON values by size");
    if (t->context->dialect.mariadb)
        return cg_tr_refuse(t, "it compares a JSON value, which MariaDB does as a text");
    return scalar(t, left) < 0 || scalar(t, right) < 0 ? -1 : 0;
}

/* ---- by kinds ---- */

static bool either(const struct tr_value *left, const struct tr_value *right, enum tr_kind kind) {
    return left->type.kind == kind || right->type.kind == kind;
}

static int match_special(struct tr *t, struct tr_value *left, struct tr_value *right) {
    struct tr_value *value = left->type.kind == TR_TEXT ? right : left, *other = value == left ? right : left;
    if (left->type.kind == right->type.kind && strcmp(left->type.pg, right->type.pg) == 0)
        return 0;
    if (cg_tr_is_string(other) && (value->type.kind == TR_UUID || value->type.kind == TR_INET))
        return cg_tr_cast(t, other, value->type.pg);
    return cg_tr_refuse(t, "it compares %s with %s", cg_tr_kind_name(left->type.kind),
                        cg_tr_kind_name(right->type.kind));
}

int cg_tr_match(struct tr *t, struct tr_value *left, struct tr_value *right, bool ordered) {
    if (either(left, right, TR_OTHER))
        return cg_tr_refuse(t, "it compares values of the type %s",
                            left->type.kind == TR_OTHER ? left->type.pg : right->type.pg);
    if (either(left, right, TR_NULL))
        return left->type.kind == right->type.kind ? cg_tr_as_text(t, left) : 0;
    if (left->type.kind == TR_ENUM)
        return match_enum(t, left, right, ordered);
    if (right->type.kind == TR_ENUM)
        return match_enum(t, right, left, ordered);
    if (either(left, right, TR_SET) && !((left->type.kind == TR_SET || left->type.kind == TR_TEXT) &&
                                         (right->type.kind == TR_SET || right->type.kind == TR_TEXT)))
        return cg_tr_refuse(t, "it compares a SET value with what is no text");
    if (either(left, right, TR_SET) && (cg_tr_as_text(t, left) < 0 || cg_tr_as_text(t, right) < 0))
        return -1;
    if (either(left, right, TR_JSON))
        return match_json(t, left, right, ordered);
    if (either(left, right, TR_TIME))
        return match_times(t, left, right);
    if (cg_tr_is_dated(&left->type) || cg_tr_is_dated(&right->type))
        return match_dates(t, left, right);
    if (cg_tr_is_number(&left->type))
        return cg_tr_is_number(&right->type) ? match_numbers(t, left, right) : match_number(t, left, right);
    if (cg_tr_is_number(&right->type))
        return match_number(t, right, left);
    if (either(left, right, TR_BITS))
        return cg_tr_as_number(t, left) < 0 || cg_tr_as_number(t, right) < 0 ? -1 : 0;
    if (either(left, right, TR_BYTES))
        return cg_tr_as_bytes(t, left) < 0 || cg_tr_as_bytes(t, right) < 0 ? -1 : 0;
    if (left->type.kind == TR_TEXT && right->type.kind == TR_TEXT)
        return match_texts(t, left, right, ordered);
    return match_special(t, left, right);
}

int cg_tr_compare(struct tr *t, const char *op, const struct tr_value *left_value, const struct tr_value *right_value,
                  struct tr_value *ret) {
    struct tr_value left = *left_value, right = *right_value;
    bool equality = strcmp(op, "=") == 0, distinct = strncmp(op, "IS", 2) == 0;
    bool ordered = !equality && !distinct && strcmp(op, "<>") != 0;
    if (cg_tr_match(t, &left, &right, ordered) < 0)
        return -1;
    bool nullable = !distinct && (left.nullable || right.nullable);
    bool is_volatile = left.is_volatile || right.is_volatile;
    bool truth = right.literal && right.literal->kind == CG_SQL_BOOLEAN && left.type.kind == TR_BOOLEAN;
    if (truth && !left.literal && !ordered && !distinct) { /* active = true is said as active */
        *ret = left;
        ret->type = cg_tr_boolean();
        return right.literal->flag == equality ? 0 : cg_tr_negate(t, ret);
    }
    const char *text = cg_tr_say(t, "%s %s %s", cg_tr_at(t, &left, TR_RANGE), op, cg_tr_at(t, &right, TR_RANGE));
    if (cg_tr_set(t, ret, text, distinct ? TR_IS : TR_COMPARED, cg_tr_boolean()) < 0)
        return -1;
    ret->nullable = nullable;
    ret->is_volatile = is_volatile;
    return 0;
}
