/* Functions of texts. Positions count characters in both engines; what MySQL does with positions of 0 and below, and
 * what it looks for without regard to case, is written out. */
#include "transform/sql/translate_functions.h"

#include <stdio.h>
#include <stdlib.h>

static int twice(struct tr *t, const struct tr_value *value) {
    return value->is_volatile ? cg_tr_refuse(t, "its translation would evaluate a random or changing value twice") : 0;
}

static bool nonempty_string(const struct tr_value *value) {
    return cg_tr_is_string(value) && value->literal->length > 0;
}

/* ---- joining ---- */

int cg_tr_make_concat(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    return cg_tr_concat(t, call->arguments, call->count, ret);
}

/* concat_ws() skips NULLs in both engines; PostgreSQL does not call it immutable, though, so where that matters the
 * separator goes before each text and the first one is cut off. */
int cg_tr_make_concat_ws(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *v = call->arguments;
    const char *text = "";
    if (!cg_tr_wants_immutable(t))
        return cg_tr_form(t, "concat_ws($*)", v, call->count, ret);
    if (twice(t, &v[0]) < 0)
        return -1;
    for (size_t i = 1; i < call->count; i++)
        text = cg_tr_say(t, i > 1 ? "%s || coalesce(%s || %s, '')" : "%scoalesce(%s || %s, '')", text,
                         cg_tr_at(t, &v[0], TR_SUM), cg_tr_at(t, &v[i], TR_SUM));
    text = cg_tr_say(t, "substr(%s, char_length(%s) + 1)", text, v[0].text);
    return cg_tr_set(t, ret, text, TR_ATOM, ret->type);
}

/* ---- lengths and bytes ---- */

static int same_bytes(struct tr *t, const struct tr_value *value, const char *function) {
    if (value->type.kind == TR_TEXT && value->type.other_bytes)
        return cg_tr_refuse(t, "%s() of a text whose character set on the source is not UTF-8 goes by other bytes",
                            function);
    return 0;
}

int cg_tr_make_length(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *value = call->arguments;
    bool bits = strcmp(call->node->name, "bit_length") == 0;
    if (value->type.kind != TR_BYTES && cg_tr_as_text(t, value) < 0)
        return -1;
    if (same_bytes(t, value, call->node->name) < 0)
        return -1;
    return cg_tr_form(t, bits ? "bit_length($1)" : "octet_length($1)", value, 1, ret);
}

int cg_tr_make_char_length(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *value = call->arguments;
    if (value->type.kind == TR_BYTES)
        return cg_tr_form(t, "octet_length($1)", value, 1, ret);
    return cg_tr_as_text(t, value) < 0 ? -1 : cg_tr_form(t, "char_length($1)", value, 1, ret);
}

int cg_tr_make_hex(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *value = call->arguments;
    if (value->type.kind == TR_INTEGER || value->type.kind == TR_BOOLEAN) {
        if (cg_tr_as_integer(t, value, "bigint") < 0 || cg_tr_cast(t, value, "bigint") < 0)
            return -1;
        return cg_tr_form(t, "upper(to_hex($1))", value, 1, ret);
    }
    if (cg_tr_is_number(&value->type))
        return cg_tr_refuse(t, "HEX() of a number that is not whole");
    return cg_tr_as_bytes(t, value) < 0 ? -1 : cg_tr_form(t, "upper(encode($1, 'hex'))", value, 1, ret);
}

/* MD5() of texts is immutable, of bytes too; the bytes of a text are not. */
int cg_tr_make_digest(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *value = call->arguments;
    if (value->type.kind != TR_BYTES && cg_tr_as_text(t, value) < 0)
        return -1;
    return same_bytes(t, value, "md5") < 0 ? -1 : cg_tr_form(t, "md5($1)", value, 1, ret);
}

int cg_tr_make_sha2(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    long long bits;
    char form[48];
    if (!cg_tr_is_integer(&call->arguments[1], &bits) ||
        (bits && bits != 224 && bits != 256 && bits != 384 && bits != 512))
        return cg_tr_refuse(t, "SHA2() of a length that is none of 224, 256, 384 and 512");
    snprintf(form, sizeof form, "encode(sha%d($1), 'hex')", bits ? (int)bits : 256);
    return cg_tr_form(t, form, call->arguments, 1, ret);
}

int cg_tr_make_ascii(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (cg_tr_as_bytes(t, call->arguments) < 0)
        return -1;
    return cg_tr_form(t, "CASE WHEN octet_length($1) = 0 THEN 0 ELSE get_byte($1, 0) END", call->arguments, 1, ret);
}

/* CHAR(10, 13): characters of ASCII, which are what they are in any character set. */
int cg_tr_make_char(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    char text[64];
    if (call->count >= sizeof text)
        return cg_tr_refuse(t, "CHAR() of %zu characters", call->count);
    for (size_t i = 0; i < call->count; i++) {
        long long code;
        if (!cg_tr_is_integer(&call->arguments[i], &code) || code < 1 || code > 127)
            return cg_tr_refuse(t, "CHAR() of what is no literal from 1 to 127");
        text[i] = (char)code;
    }
    const char *kept = cg_arena_strndup(t->arena, text, call->count);
    if (!kept)
        t->memory = true;
    return kept ? cg_tr_string(t, kept, call->count, ret) : -1;
}

/* UPPER() and LOWER() */
int cg_tr_make_case(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    bool upper = call->node->name[0] == 'u';
    if (call->arguments[0].type.kind == TR_BYTES)
        return cg_tr_refuse(t, "%s() leaves bytes as they are", call->node->name);
    if (cg_tr_as_text(t, call->arguments) < 0)
        return -1;
    ret->type = call->arguments[0].type;
    ret->type.pg = "text";
    return cg_tr_form(t, upper ? "upper($1)" : "lower($1)", call->arguments, 1, ret);
}

/* ---- parts ---- */

/* LEFT() and RIGHT(): nothing for a count below 1, where PostgreSQL counts from the other end. */
int cg_tr_make_left(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    bool left = call->node->name[0] == 'l';
    long long count;
    if (cg_tr_is_integer(&call->arguments[1], &count)) {
        if (count >= 0)
            return cg_tr_form(t, left ? "left($1, $2)" : "right($1, $2)", call->arguments, 2, ret);
        return cg_tr_form(t, "left($1, 0)", call->arguments, 1, ret);
    }
    if (call->arguments[1].type.nonnegative)
        return cg_tr_form(t, left ? "left($1, $2)" : "right($1, $2)", call->arguments, 2, ret);
    return cg_tr_form(
        t, left ? "left($1, CASE WHEN $2 < 0 THEN 0 ELSE $2 END)" : "right($1, CASE WHEN $2 < 0 THEN 0 ELSE $2 END)",
        call->arguments, 2, ret);
}

/* The length of SUBSTRING, as one that PostgreSQL takes: below 0 it raises an error. */
static int clamp(struct tr *t, struct tr_value *length) {
    long long count;
    if (cg_tr_is_integer(length, &count))
        return count >= 0 ? 0 : cg_tr_number(t, "0", length);
    if (length->type.nonnegative)
        return 0;
    struct tr_value clamped = {.type = length->type};
    if (cg_tr_form(t, "CASE WHEN @1 < 0 THEN 0 ELSE $1 END", length, 1, &clamped) < 0)
        return -1;
    *length = clamped;
    return 0;
}

int cg_tr_make_substring(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *v = call->arguments;
    bool limited = call->count > 2;
    long long from;
    char form[160];
    if (limited && clamp(t, &v[2]) < 0)
        return -1;
    if (!cg_tr_is_integer(&v[1], &from)) {
        return cg_tr_form(t,
                          limited
                              ? "CASE WHEN @2 > 0 THEN substr($1, $2, $3) WHEN @2 = 0 OR - @2 > char_length($1) THEN "
                                "'' ELSE substr($1, char_length($1) + @2 + 1, $3) END"
                              : "CASE WHEN @2 > 0 THEN substr($1, $2) WHEN @2 = 0 OR - @2 > char_length($1) THEN '' "
                                "ELSE right($1, - @2) END",
                          v, call->count, ret);
    }
    if (from > 0)
        return cg_tr_form(t, limited ? "substr($1, $2, $3)" : "substr($1, $2)", v, call->count, ret);
    if (from == 0)
        return cg_tr_form(t, "left($1, 0)", v, 1, ret);
    snprintf(form, sizeof form,
             limited ? "CASE WHEN char_length($1) < %lld THEN '' ELSE left(right($1, %lld), $3) END"
                     : "CASE WHEN char_length($1) < %lld THEN '' ELSE right($1, %lld) END",
             -from, -from);
    return cg_tr_form(t, form, v, call->count, ret);
}

int cg_tr_make_substring_index(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value *v = call->arguments;
    long long count;
    char form[160];
    if (!nonempty_string(&v[1]) || !cg_tr_is_integer(&v[2], &count))
        return cg_tr_refuse(t, "SUBSTRING_INDEX() with a delimiter or a count that is no literal");
    if (count == 0)
        return cg_tr_form(t, "left($1, 0)", v, 1, ret);
    if (count == 1 || count == -1)
        return cg_tr_form(t, count > 0 ? "split_part($1, $2, 1)" : "split_part($1, $2, -1)", v, 2, ret);
    if (cg_tr_uses(t, TR_STABLE, "SUBSTRING_INDEX() with more than one part") < 0)
        return -1;
    if (count > 0)
        snprintf(form, sizeof form, "array_to_string((string_to_array($1, $2))[1:%lld], $2)", count);
    else
        snprintf(
            form, sizeof form,
            "array_to_string((string_to_array($1, $2))[greatest(cardinality(string_to_array($1, $2)) - %lld, 1):], "
            "$2)",
            -count - 1);
    return cg_tr_form(t, form, v, 2, ret);
}

/* ---- finding ---- */

/* strpos() of both in the form that the collation compares. */
static int position(struct tr *t, struct tr_value *what, struct tr_value *in, long long from, struct tr_value *ret) {
    struct tr_type type = ret->type;
    char form[200];
    if (what->type.kind == TR_BYTES || in->type.kind == TR_BYTES)
        return cg_tr_refuse(t, "it looks for a position in bytes");
    if (cg_tr_as_text(t, what) < 0 || cg_tr_as_text(t, in) < 0)
        return -1;
    struct tr_value pair[2] = {*in, *what};
    if (cg_tr_match(t, &pair[0], &pair[1], false) < 0)
        return -1;
    ret->type = type;
    if (from == 1)
        return cg_tr_form(t, "strpos($1, $2)", pair, 2, ret);
    if (from < 1)
        return cg_tr_form(t, "CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN 0 END", pair, 2, ret);
    snprintf(form, sizeof form,
             "CASE strpos(substr($1, %lld), $2) WHEN 0 THEN 0 ELSE strpos(substr($1, %lld), $2) + %lld END", from, from,
             from - 1);
    return cg_tr_form(t, form, pair, 2, ret);
}

/* LOCATE(what, in[, from]) */
int cg_tr_make_locate(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    long long from = 1;
    if (call->count > 2 && (!cg_tr_is_integer(&call->arguments[2], &from) || from > 1000000))
        return cg_tr_refuse(t, "LOCATE() from a position that is no literal");
    if (from != 1 && !nonempty_string(&call->arguments[0]))
        return cg_tr_refuse(t, "LOCATE() from a position of what may be empty");
    return position(t, &call->arguments[0], &call->arguments[1], from, ret);
}

int cg_tr_make_instr(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    return position(t, &call->arguments[1], &call->arguments[0], 1, ret);
}

/* Of a SET: the member's place among all that there may be. */
static int find_member(struct tr *t, struct tr_value *set, struct tr_value *what, struct tr_value *ret) {
    char form[120];
    size_t at = 0;
    if (!cg_tr_is_string(what))
        return cg_tr_refuse(t, "FIND_IN_SET() of what is no literal in a SET");
    for (size_t i = 0; i < set->type.label_count && !at; i++)
        if ((set->type.folds ? strcasecmp : strcmp)(set->type.labels[i], what->literal->text) == 0)
            at = i + 1;
    const char *label = at ? set->type.labels[at - 1] : what->literal->text;
    if (cg_tr_string(t, label, strlen(label), what) < 0)
        return -1;
    struct tr_value pair[2] = {*set, *what};
    snprintf(form, sizeof form, "CASE WHEN $2 = ANY (@1) THEN %zu WHEN @1 IS NOT NULL THEN 0 END", at);
    return cg_tr_form(t, form, pair, 2, ret);
}

/* FIND_IN_SET(what, list) */
int cg_tr_make_find_in_set(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value pair[2] = {call->arguments[1], call->arguments[0]};
    bool set = pair[0].type.kind == TR_SET;
    if (cg_tr_as_text(t, &pair[1]) < 0 || (!set && cg_tr_as_text(t, &pair[0]) < 0))
        return -1;
    if (set)
        return find_member(t, &pair[0], &pair[1], ret);
    if (cg_tr_match(t, &pair[0], &pair[1], false) < 0)
        return -1;
    return cg_tr_form(t,
                      "CASE WHEN @1 IS NOT NULL AND @2 IS NOT NULL THEN "
                      "coalesce(array_position(string_to_array($1, ','), $2), 0) END",
                      pair, 2, ret);
}

/* ---- padding and trimming ---- */

int cg_tr_make_pad(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    bool left = call->node->name[0] == 'l';
    long long length;
    struct tr_value v[3] = {call->arguments[0], call->arguments[1]};
    if (call->count > 2)
        v[2] = call->arguments[2];
    else if (cg_tr_string(t, " ", 1, &v[2]) < 0)
        return -1;
    if (!nonempty_string(&v[2]))
        return cg_tr_refuse(t, "%s() with what is no literal", call->node->name);
    bool plain = v[1].type.nonnegative || (cg_tr_is_integer(&v[1], &length) && length >= 0);
    if (plain)
        return cg_tr_form(t, left ? "lpad($1, $2, $3)" : "rpad($1, $2, $3)", v, 3, ret);
    return cg_tr_form(
        t, left ? "CASE WHEN @2 >= 0 THEN lpad($1, $2, $3) END" : "CASE WHEN @2 >= 0 THEN rpad($1, $2, $3) END", v, 3,
        ret);
}

/* A text as a regular expression that matches it. */
static const char *escaped(struct tr *t, const char *text, size_t length) {
    char *out = cg_tr_alloc(t, 2 * length + 1, 1), *at = out;
    if (!out)
        return "";
    for (size_t i = 0; i < length; i++) {
        if (strchr("\\^$.|?*+()[]{}", text[i]))
            *at++ = '\\';
        *at++ = text[i];
    }
    return out;
}

/* TRIM() takes away a text, again and again; PostgreSQL's takes away characters: the same for one. */
int cg_tr_make_trim(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const char *side = call->node->unit ? call->node->unit : "both";
    struct tr_value v[2] = {call->arguments[0]};
    bool both = strcmp(side, "both") == 0, leading = strcmp(side, "leading") == 0;
    if (call->count > 1)
        v[1] = call->arguments[1];
    else if (cg_tr_string(t, " ", 1, &v[1]) < 0)
        return -1;
    if (!nonempty_string(&v[1]))
        return cg_tr_refuse(t, "TRIM() of what is no literal");
    if (v[1].literal->length == 1)
        return cg_tr_form(t, both ? "btrim($1, $2)" : leading ? "ltrim($1, $2)" : "rtrim($1, $2)", v, 2, ret);
    const char *what = escaped(t, v[1].literal->text, v[1].literal->length);
    const char *pattern = both      ? cg_tr_say(t, "^(?:%s)+|(?:%s)+$", what, what)
                          : leading ? cg_tr_say(t, "^(?:%s)+", what)
                                    : cg_tr_say(t, "(?:%s)+$", what);
    if (cg_tr_string(t, pattern, strlen(pattern), &v[1]) < 0)
        return -1;
    return cg_tr_form(t, "regexp_replace($1, $2, '', 'g')", v, 2, ret);
}

/* ---- regular expressions ---- */

static int pattern_of(struct tr *t, const struct tr_call *call, bool longest, struct tr_value *ret) {
    struct tr_value *pattern = &call->arguments[1];
    const char *text;
    if (!cg_tr_is_string(pattern))
        return cg_tr_refuse(t, "its regular expression is no literal");
    if (cg_tr_pattern(t, pattern->literal->text, pattern->literal->length, longest, &text) < 0)
        return -1;
    return cg_tr_string(t, text, strlen(text), ret);
}

/* The match type's letters, or what the collation says. */
static int folds(struct tr *t, const struct tr_call *call, size_t at, bool *ret_folds) {
    struct tr_type type = call->arguments[0].type;
    cg_tr_merge_text(&type, &call->arguments[1].type);
    *ret_folds = type.folds;
    if (call->count <= at)
        return 0;
    const struct tr_value *flags = &call->arguments[at];
    if (!cg_tr_is_string(flags) || strspn(flags->literal->text, "ci") != flags->literal->length)
        return cg_tr_refuse(t, "%s() with a match type other than c and i", call->node->name);
    if (flags->literal->length)
        *ret_folds = flags->literal->text[flags->literal->length - 1] == 'i';
    return 0;
}

int cg_tr_make_regexp_like(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value v[2] = {call->arguments[0]};
    bool insensitive;
    if (pattern_of(t, call, false, &v[1]) < 0 || folds(t, call, 2, &insensitive) < 0)
        return -1;
    return cg_tr_form(t, insensitive ? "@1 ~* @2" : "@1 ~ @2", v, 2, ret);
}

/* $1 (MySQL) and \1 (MariaDB) name groups, which are refused here: what is left is text. */
int cg_tr_make_regexp_replace(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value v[3] = {call->arguments[0], {0}, call->arguments[2]};
    bool insensitive;
    if (!cg_tr_is_string(&v[2]) || strpbrk(v[2].literal->text, "$\\"))
        return cg_tr_refuse(t, "REGEXP_REPLACE() with what is no plain literal");
    if (pattern_of(t, call, true, &v[1]) < 0 || folds(t, call, 3, &insensitive) < 0)
        return -1;
    return cg_tr_form(t, insensitive ? "regexp_replace($1, $2, $3, 'gi')" : "regexp_replace($1, $2, $3, 'g')", v, 3,
                      ret);
}

int cg_tr_make_regexp_substr(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value v[2] = {call->arguments[0]};
    bool insensitive;
    char form[100];
    if (pattern_of(t, call, true, &v[1]) < 0 || folds(t, call, 2, &insensitive) < 0)
        return -1;
    const char *found = insensitive ? "(regexp_match($1, $2, 'i'))[1]" : "(regexp_match($1, $2))[1]";
    if (t->context->dialect.mariadb) /* '' where nothing is found */
        snprintf(form, sizeof form, "CASE WHEN @1 IS NOT NULL THEN coalesce(%s, '') END", found);
    else
        snprintf(form, sizeof form, "%s", found);
    return cg_tr_form(t, form, v, 2, ret);
}
