/* Does a rule match a column, and does what the data holds let it? */
#include "core/options.h"
#include "transform/typemap_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the catalog tells ---- */

static bool word_matches(const struct cg_names *words, const char *text) {
    for (size_t i = 0; i < words->count; i++)
        if (text && strcmp(words->items[i], text) == 0)
            return true;
    return words->count == 0;
}

static bool glob_matches(const struct cg_names *globs, const char *text) {
    for (size_t i = 0; i < globs->count; i++)
        if (text && cg_glob_match(globs->items[i], text))
            return true;
    return globs->count == 0;
}

static bool span_holds(const struct cg_span *span, int64_t value) {
    return !span->given || (value >= 0 && value >= span->min && value <= span->max);
}

static bool flag_holds(int asked, bool is) {
    return asked < 0 || (asked == 1) == is;
}

static int64_t longest_label(const struct cg_type *type) {
    size_t longest = 0;
    for (size_t i = 0; i < type->label_count; i++)
        if (strlen(type->labels[i]) > longest)
            longest = strlen(type->labels[i]);
    return type->label_count ? (int64_t)longest : -1;
}

static bool default_matches(const struct cg_rule *rule, const struct cg_column *column) {
    return !rule->default_value || (column->default_kind == CG_DEFAULT_LITERAL && column->default_text &&
                                    cg_glob_match(rule->default_value, column->default_text));
}

/* "table.column" as --map-column writes it: names are compared whole, whatever they contain. */
static bool option_names(const char *option, const char *table, const char *column) {
    size_t len = strlen(table);
    return strncmp(option, table, len) == 0 && option[len] == '.' && strcmp(option + len + 1, column) == 0;
}

bool cg_rule_matches(const struct cg_rule *rule, const struct cg_table *table, const struct cg_column *column) {
    const struct cg_type *type = &column->type;
    if (rule->option)
        return option_names(rule->option, table->name, column->name);
    return word_matches(&rule->type, type->name) && span_holds(&rule->precision, type->precision) &&
           span_holds(&rule->scale, type->scale) && span_holds(&rule->length, type->length) &&
           span_holds(&rule->display_width, type->display_width) &&
           span_holds(&rule->label_bytes, longest_label(type)) && flag_holds(rule->is_unsigned, type->is_unsigned) &&
           flag_holds(rule->nullable, column->nullable) && flag_holds(rule->auto_increment, column->auto_increment) &&
           flag_holds(rule->on_update, column->on_update_now) && default_matches(rule, column) &&
           glob_matches(&rule->charset, type->charset) && glob_matches(&rule->collation, type->collation) &&
           glob_matches(&rule->table, table->name) && glob_matches(&rule->column, column->name);
}

bool cg_type_is_dated(const struct cg_type *type) {
    return strcmp(type->name, "date") == 0 || strcmp(type->name, "datetime") == 0 ||
           strcmp(type->name, "timestamp") == 0;
}

bool cg_rule_asks_null(const struct cg_rule *rule, const struct cg_column *column) {
    static const char *const nulling[] = {"date", "timestamp", "timestamptz"};
    if (column->nullable || rule->target_nullable || rule->keeps_nullability)
        return false;
    if (strcmp(column->type.name, "enum") == 0)
        return true;
    for (size_t i = 0; cg_type_is_dated(&column->type) && i < sizeof nulling / sizeof *nulling; i++)
        if (strcmp(rule->target_name, nulling[i]) == 0)
            return true;
    return false;
}

/* ---- numbers ---- */

/* "-00.50" as sign, digits before the point without leading zeros, digits after it without trailing ones. */
struct decimal {
    bool negative;
    const char *whole, *fraction;
    size_t whole_len, fraction_len;
};

static bool read_decimal(const char *text, struct decimal *d) {
    *d = (struct decimal){.negative = *text == '-'};
    if (*text == '-' || *text == '+')
        text++;
    const char *whole = text;
    size_t digits = strspn(text, "0123456789");
    text += digits;
    d->fraction = text;
    if (*text == '.') {
        d->fraction = ++text;
        d->fraction_len = strspn(text, "0123456789");
        text += d->fraction_len;
    }
    if (*text || digits + d->fraction_len == 0)
        return false;
    size_t zeros = strspn(whole, "0");
    d->whole = whole + (zeros < digits ? zeros : digits);
    d->whole_len = digits - (zeros < digits ? zeros : digits);
    while (d->fraction_len && d->fraction[d->fraction_len - 1] == '0')
        d->fraction_len--;
    if (d->whole_len + d->fraction_len == 0)
        d->negative = false;
    return true;
}

static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len) {
    size_t common = a_len < b_len ? a_len : b_len;
    int order = common ? memcmp(a, b, common) : 0;
    if (order == 0)
        return a_len == b_len ? 0 : a_len < b_len ? -1 : 1;
    return order < 0 ? -1 : 1;
}

int cg_decimal_compare(const char *a, const char *b) {
    struct decimal x, y;
    if (!read_decimal(a, &x) || !read_decimal(b, &y))
        return -2;
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    int order;
    if (x.whole_len != y.whole_len)
        order = x.whole_len < y.whole_len ? -1 : 1;
    else
        order = compare_bytes(x.whole, x.whole_len, y.whole, y.whole_len);
    if (order == 0)
        order = compare_bytes(x.fraction, x.fraction_len, y.fraction, y.fraction_len);
    return x.negative ? -order : order;
}

const char *cg_count_text(struct cg_arena *arena, uint64_t count) {
    if (count < 1000)
        return cg_arena_printf(arena, "%llu", (unsigned long long)count);
    const char *front = cg_count_text(arena, count / 1000);
    return front ? cg_arena_printf(arena, "%s,%03llu", front, (unsigned long long)(count % 1000)) : NULL;
}

static bool in_range(const struct cg_rule *rule, const char *number) {
    struct decimal d;
    if (!read_decimal(number, &d) || (rule->whole && d.fraction_len))
        return false;
    return (!rule->min || cg_decimal_compare(number, rule->min) >= 0) &&
           (!rule->max || cg_decimal_compare(number, rule->max) <= 0);
}

/* "[-]H+:MM:SS[.f]" within 00:00:00 and 24:00:00. */
static bool in_day(const char *text) {
    char *end = NULL;
    if (!isdigit((unsigned char)*text))
        return false;
    unsigned long hour = strtoul(text, &end, 10);
    if (*end != ':' || hour > 24)
        return false;
    return hour < 24 || strspn(end, ":0.") == strlen(end);
}

/* ---- DEFAULT and CHECK count as data (R32) ---- */

static bool is_name_byte(unsigned char c) {
    return isalnum(c) || c == '_' || c == '$' || c >= 0x80;
}

/* Does the expression name the column? Quoted text that looks like it counts too: the answer errs on the safe side. */
static bool mentions(const char *expression, const char *name) {
    size_t len = strlen(name);
    for (const char *p = expression; *p; p++)
        if (strncasecmp(p, name, len) == 0 && (p == expression || !is_name_byte((unsigned char)p[-1])) &&
            !is_name_byte((unsigned char)p[len]))
            return true;
    return false;
}

/* Are all numbers in the expression within the rule's range? What is written after a minus sign is taken as negative.
 */
static bool numbers_in_range(const struct cg_rule *rule, const char *expression) {
    char number[80];
    for (const char *p = expression; *p;) {
        if (!isdigit((unsigned char)*p)) {
            bool name = is_name_byte((unsigned char)*p);
            p++;
            while (name && is_name_byte((unsigned char)*p)) /* digits inside a name are no number */
                p++;
            continue;
        }
        size_t len = strspn(p, "0123456789.");
        bool negative = p > expression && p[-1] == '-', exponent = p[len] == 'e' || p[len] == 'E' || p[len] == 'x';
        if (exponent || len + 2 > sizeof number)
            return false;
        number[0] = negative ? '-' : '+';
        memcpy(number + 1, p, len);
        number[len + 1] = '\0';
        if (!in_range(rule, number))
            return false;
        p += len;
    }
    return true;
}

static bool times_in_day(const char *expression) {
    for (const char *p = strchr(expression, '\''); p; p = strchr(p + 1, '\'')) {
        char text[32];
        size_t len = strcspn(p + 1, "'");
        if (len >= sizeof text)
            continue;
        memcpy(text, p + 1, len);
        text[len] = '\0';
        if (strchr(text, ':') && !in_day(text))
            return false;
    }
    return true;
}

/* A boolean can stand in for a number only where nothing is computed with it. */
static bool is_plain_comparison(const struct cg_member *member, const char *expression) {
    if (strpbrk(expression, "+-*/%&|^~"))
        return false;
    for (size_t i = 0; i < member->table->column_count; i++)
        if (&member->table->columns[i] != member->column && mentions(expression, member->table->columns[i].name))
            return false;
    return true;
}

static bool check_fits(const struct cg_rule *rule, const struct cg_member *member, const char *expression) {
    if (!mentions(expression, member->column->name))
        return true;
    if (rule->values == CG_VALUES_TIME_OF_DAY)
        return times_in_day(expression);
    if (strcmp(rule->target_name, "boolean") == 0 && !is_plain_comparison(member, expression))
        return false;
    return numbers_in_range(rule, expression);
}

static bool default_fits(const struct cg_rule *rule, const struct cg_column *column) {
    if (column->default_kind == CG_DEFAULT_EXPRESSION)
        return false;
    if (column->default_kind != CG_DEFAULT_LITERAL)
        return true;
    return rule->values == CG_VALUES_TIME_OF_DAY ? in_day(column->default_text) : in_range(rule, column->default_text);
}

/* The first DEFAULT or CHECK that speaks against the rule, as a sentence; "" when there is none. */
static const char *spoken_against(const struct cg_rule *rule, const struct cg_evidence *evidence,
                                  struct cg_arena *arena) {
    for (size_t i = 0; i < evidence->member_count; i++) {
        const struct cg_member *m = &evidence->members[i];
        if (!default_fits(rule, m->column))
            return cg_arena_printf(arena, "%s.%s has DEFAULT %s", m->table->name, m->column->name,
                                   m->column->default_text);
        for (size_t c = 0; c < m->table->check_count; c++)
            if (!check_fits(rule, m, m->table->checks[c].expression))
                return cg_arena_printf(arena, "%s.%s has CHECK %s", m->table->name, m->column->name,
                                       m->table->checks[c].expression);
    }
    return "";
}

/* ---- what the data holds ---- */

/* "in 3,000,000 rows", "in 12 of 3,000,000 rows", and which columns when there are several. */
static const char *extent_text(const struct cg_evidence *e, struct cg_arena *arena) {
    const char *rows = cg_count_text(arena, e->rows), *values = cg_count_text(arena, e->non_null);
    const char *of = "", *a_sample = e->sampled ? "a sample of " : "";
    if (!rows || !values)
        return NULL;
    if (e->member_count > 1)
        of = cg_arena_printf(arena, " of the %zu columns that foreign keys link to %s.%s", e->member_count,
                             e->members[0].table->name, e->members[0].column->name);
    if (!of)
        return NULL;
    if (e->non_null == e->rows)
        return cg_arena_printf(arena, "%s%s row%s%s", a_sample, rows, e->rows == 1 ? "" : "s", of);
    return cg_arena_printf(arena, "%s of %s%s row%s%s", values, a_sample, rows, e->rows == 1 ? "" : "s", of);
}

static const char *range_text(const struct cg_evidence *e, const char *extent, struct cg_arena *arena) {
    const char *next = e->next_value ? ", the next AUTO_INCREMENT value included" : "";
    if (!e->has_range)
        return cg_arena_printf(arena, "no minimum and maximum known in %s", extent);
    return cg_arena_printf(arena, "values %s to %s in %s%s", e->minimum, e->maximum, extent, next);
}

static const char *time_text(const struct cg_evidence *e, const char *extent, struct cg_arena *arena) {
    if (e->time_outside_day == 0)
        return cg_arena_printf(arena, "no time outside 00:00 to 24:00 in %s", extent);
    const char *count = cg_count_text(arena, e->time_outside_day);
    return count ? cg_arena_printf(arena, "%s time%s outside 00:00 to 24:00 in %s", count,
                                   e->time_outside_day == 1 ? "" : "s", extent)
                 : NULL;
}

static bool data_fits(const struct cg_rule *rule, const struct cg_evidence *e) {
    if (rule->values == CG_VALUES_TIME_OF_DAY)
        return e->non_null > 0 && e->time_outside_day == 0;
    return e->has_range && in_range(rule, e->minimum) && in_range(rule, e->maximum);
}

bool cg_rule_qualifies(const struct cg_rule *rule, const struct cg_evidence *evidence, struct cg_arena *arena,
                       const char **ret_why) {
    *ret_why = "";
    if (rule->values == CG_VALUES_ANY)
        return true;
    if (!evidence->probed) {
        *ret_why = "the data was not read, so nothing is taken from it";
        return false;
    }
    const char *extent = extent_text(evidence, arena);
    if (evidence->non_null == 0 && !evidence->next_value) {
        /* An empty column says nothing: tomorrow's values may be any (R32). */
        *ret_why = extent ? cg_arena_printf(arena, "no value in %s", extent) : NULL;
        return false;
    }
    const char *against = spoken_against(rule, evidence, arena);
    const char *found = !extent                                 ? NULL
                        : rule->values == CG_VALUES_TIME_OF_DAY ? time_text(evidence, extent, arena)
                                                                : range_text(evidence, extent, arena);
    if (!against || !found) {
        *ret_why = NULL;
        return false;
    }
    *ret_why = against[0] ? cg_arena_printf(arena, "%s, but %s", found, against) : found;
    return !against[0] && data_fits(rule, evidence);
}
