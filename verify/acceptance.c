/* --accept NAME[:TABLE[.COLUMN]][<=COUNT]: parsing and matching; see verdict.h. */
#include "verify/acceptance.h"
#include "core/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *acceptable_name(const void *context, size_t i) {
    (void)context;
    return cg_conversions[i].needs_acceptance ? cg_conversions[i].name : NULL;
}

/* "zero_dates" is many edits away from "zero_date_to_null", and yet it is clear what was meant. */
static const char *begins_alike(const char *name) {
    const char *best = NULL;
    size_t longest = 4;
    for (size_t i = 0; i < CG_CONVERSION_COUNT; i++) {
        const char *candidate = acceptable_name(NULL, i);
        size_t same = 0;
        while (candidate && name[same] && name[same] == candidate[same])
            same++;
        if (same > longest) {
            longest = same;
            best = candidate;
        }
    }
    return best;
}

static int unknown_name(const char *name, const char *option, struct cg_error *err) {
    const char *near = cg_nearest(name, CG_CONVERSION_COUNT, acceptable_name, NULL);
    if (!near)
        near = begins_alike(name);
    cg_error_set(err, CG_ERR_USAGE, "--accept %s: there is no conversion or loss called %s%s%s%s", option, name,
                 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    cg_error_hint(err, "a report names what awaits acceptance, with the flag to accept it; "
                       "crossgrade help migrate lists all names");
    return -1;
}

static int parse_limit(const char *option, const char *digits, uint64_t *ret_limit, struct cg_error *err) {
    char *end;
    errno = 0;
    unsigned long long limit = strtoull(digits, &end, 10);
    if (*digits < '0' || *digits > '9' || *end || errno)
        return cg_error_set(err, CG_ERR_USAGE, "--accept %s: \"%s\" after <= is not a count", option, digits);
    *ret_limit = limit;
    return 0;
}

static int parse_one(const char *option, struct cg_arena *arena, struct cg_acceptance *acceptance,
                     struct cg_error *err) {
    char *name = cg_arena_strdup(arena, option);
    if (!name)
        return cg_error_memory(err);
    acceptance->option = option;
    acceptance->limit = UINT64_MAX;
    char *limit = strstr(name, "<=");
    if (limit) {
        *limit = '\0';
        if (parse_limit(option, limit + 2, &acceptance->limit, err) < 0)
            return -1;
    }
    char *where = strchr(name, ':');
    if (where) {
        *where++ = '\0';
        if (!*where)
            return cg_error_set(err, CG_ERR_USAGE, "--accept %s: nothing stands behind the colon (NAME:TABLE.COLUMN)",
                                option);
        acceptance->where = where;
    }
    int conversion = cg_conversion_by_name(name);
    if (conversion < 0)
        return unknown_name(name, option, err);
    acceptance->conversion = (enum cg_conversion)conversion;
    return 0;
}

int cg_acceptances_parse(const struct cg_strings *accept, struct cg_arena *arena,
                         struct cg_acceptances *ret_acceptances, struct cg_error *err) {
    struct cg_acceptance *items = cg_arena_array(arena, accept->count + 1, sizeof *items);
    if (!items)
        return cg_error_memory(err);
    for (size_t i = 0; i < accept->count; i++)
        if (parse_one(accept->items[i], arena, &items[i], err) < 0)
            return -1;
    *ret_acceptances = (struct cg_acceptances){items, accept->count};
    return 0;
}

/* `where` may name a table, or a table and a column; names hold dots, so both readings are tried on the real names. */
static bool covers_place(const struct cg_acceptance *acceptance, const char *table, const char *column) {
    if (!acceptance->where)
        return true;
    if (!table)
        return false;
    if (cg_glob_match(acceptance->where, table))
        return true;
    char both[1024];
    if (!column || snprintf(both, sizeof both, "%s.%s", table, column) >= (int)sizeof both)
        return false;
    return cg_glob_match(acceptance->where, both);
}

struct cg_acceptance *cg_acceptances_find(struct cg_acceptances *acceptances, enum cg_conversion conversion,
                                          const char *table, const char *column) {
    for (size_t i = 0; i < acceptances->count; i++)
        if (acceptances->items[i].conversion == conversion && covers_place(&acceptances->items[i], table, column))
            return &acceptances->items[i];
    return NULL;
}
