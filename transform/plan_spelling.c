/* --names: how the source's names are spelled on the target.
 *
 * Only ASCII letters change their case, as PostgreSQL folds a name that is not quoted: what `lower` gives can be
 * written without quotes wherever the source's name was made of letters, digits and underscores. snake_case parts words
 * where a capital begins one: OrderLines -> order_lines, HTTPServerID -> http_server_id, "unit price" -> unit_price. */
#include "core/options.h"
#include "transform/plan_private.h"

#include <string.h>

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool parts_words(char c) {
    return c == ' ' || c == '-' || c == '.' || c == '_';
}

/* Does a word begin at `at`? At a capital after a small letter or a digit, and at the last of several capitals. */
static bool begins_word(const char *name, size_t at) {
    if (at == 0 || !is_upper(name[at]))
        return false;
    char before = name[at - 1];
    return is_lower(before) || (before >= '0' && before <= '9') || (is_upper(before) && is_lower(name[at + 1]));
}

static void spell_lower(const char *name, char *to) {
    for (; *name; name++)
        *to++ = (char)(is_upper(*name) ? *name - 'A' + 'a' : *name);
    *to = '\0';
}

static void spell_snake(const char *name, char *to) {
    const char *start = to;
    for (size_t i = 0; name[i]; i++) {
        bool parted = to > start && to[-1] == '_';
        if (begins_word(name, i) && !parted)
            *to++ = '_';
        if (parts_words(name[i])) {
            if (!parted)
                *to++ = '_';
        } else {
            *to++ = (char)(is_upper(name[i]) ? name[i] - 'A' + 'a' : name[i]);
        }
    }
    *to = '\0';
}

int cg_plan_spell(struct planner *p, const char *name, const char **ret_name) {
    static void (*const spellers[])(const char *, char *) = {
        [CG_NAMES_KEEP] = NULL, [CG_NAMES_LOWER] = spell_lower, [CG_NAMES_SNAKE] = spell_snake};
    void (*spell)(const char *, char *) = spellers[p->in->options->names];
    *ret_name = name;
    if (!spell)
        return 0;
    char *text = cg_arena_alloc(p->arena, strlen(name) * 2 + 1);
    if (!text)
        return cg_error_memory(p->err);
    spell(name, text);
    *ret_name = text;
    return 0;
}
