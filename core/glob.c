/* Globs over table names: *, ?, [set], [!set], backslash. By UTF-8 character, whatever the locale. */
#include "core/options.h"

#include <string.h>

/* Takes one character off *at; bytes that are not UTF-8 count as one character each. */
static uint32_t take(const char **at) {
    const unsigned char *p = (const unsigned char *)*at;
    size_t more = p[0] >= 0xF0 ? 3 : p[0] >= 0xE0 ? 2 : p[0] >= 0xC0 ? 1 : 0;
    uint32_t c = more ? p[0] & (0x3Fu >> more) : p[0];
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *at += 1;
            return 0x110000u + p[0]; /* no character, equal only to the same stray byte */
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *at += more + 1;
    return c;
}

static uint32_t take_escaped(const char **at) {
    if (**at == '\\' && (*at)[1])
        (*at)++;
    return take(at);
}

/* Matches c against the set that begins behind the [ at *glob; moves *glob behind the ]. -1: there is no ], so that the
 * [ stands for itself. */
static int match_set(const char **glob, uint32_t c) {
    const char *at = *glob;
    bool negated = *at == '!' || *at == '^';
    if (negated)
        at++;
    bool found = false;
    for (bool first = true; first || *at != ']'; first = false) {
        if (!*at)
            return -1;
        uint32_t low = take_escaped(&at), high = low;
        if (*at == '-' && at[1] && at[1] != ']') {
            at++;
            high = take_escaped(&at);
        }
        found |= low <= c && c <= high;
    }
    *glob = at + 1;
    return found != negated;
}

/* Matches one element of the glob that is no star against one character; moves *glob behind it. */
static bool match_one(const char **glob, uint32_t c) {
    if (**glob == '?') {
        (*glob)++;
        return true;
    }
    if (**glob == '[') {
        const char *set = *glob + 1;
        int matched = match_set(&set, c);
        if (matched >= 0) {
            *glob = set;
            return matched;
        }
    }
    return take_escaped(glob) == c;
}

bool cg_glob_match(const char *glob, const char *text) {
    const char *star = NULL, *star_text = NULL; /* where to go on when what followed the last * did not match */
    while (*text || *glob) {
        if (*glob == '*') {
            star = ++glob;
            star_text = text;
            continue;
        }
        const char *next_glob = glob, *next_text = text;
        if (*glob && *text && match_one(&next_glob, take(&next_text))) {
            glob = next_glob;
            text = next_text;
            continue;
        }
        if (!star || !*star_text)
            return false;
        take(&star_text); /* the star takes one character more */
        glob = star;
        text = star_text;
    }
    return true;
}

static bool any_matches(const struct cg_strings *globs, const char *table) {
    for (size_t i = 0; i < globs->count; i++)
        if (cg_glob_match(globs->items[i], table))
            return true;
    return false;
}

bool cg_options_table_included(const struct cg_options *options, const char *table) {
    return !any_matches(&options->exclude, table) && (!options->include.count || any_matches(&options->include, table));
}
