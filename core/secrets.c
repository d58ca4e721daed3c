/* Keeping passwords out of what others can see; see secrets.h. */
#include "core/secrets.h"

#include <string.h>
#include <strings.h>

/* Where the password of a URI lies, from *ret_from to before *ret_to; false: it has none. Works on text that is no
 * correct URI too, since a password with a / or ? in it is what makes many of them incorrect. */
static bool find_password(const char *text, size_t *ret_from, size_t *ret_to) {
    const char *scheme = strstr(text, "://");
    const char *authority = scheme ? scheme + 3 : text;
    const char *colon = strchr(authority, ':');
    const char *at = strrchr(authority, '@');
    if (!colon || !at || colon + 1 >= at)
        return false;
    *ret_from = (size_t)(colon + 1 - text);
    *ret_to = (size_t)(at - text);
    return true;
}

/* The next parameter at or behind `from` that holds a password: its value's span. */
static bool find_parameter(const char *text, size_t from, size_t *ret_from, size_t *ret_to) {
    for (const char *at = text + from; (at = strpbrk(at, "?&")) != NULL;) {
        at++;
        size_t name = strcspn(at, "=&");
        if (at[name] != '=')
            continue;
        for (size_t i = 0; i + 4 <= name; i++) {
            if (strncasecmp(at + i, "pass", 4) == 0) {
                *ret_from = (size_t)(at + name + 1 - text);
                *ret_to = *ret_from + strcspn(text + *ret_from, "&");
                return true;
            }
        }
    }
    return false;
}

void cg_secrets_wipe(char *text) {
    size_t from, to;
    /* explicit_bzero has no business here: the bytes must stay readable as an argument. */
    for (size_t start = 0; find_parameter(text, start, &from, &to); start = to)
        memset(text + from, '*', to - from);
    if (find_password(text, &from, &to))
        memset(text + from, '*', to - from);
}

bool cg_secrets_present(const char *text) {
    size_t from, to;
    return find_password(text, &from, &to) || find_parameter(text, 0, &from, &to);
}

const char *cg_secrets_masked(const char *text, struct cg_arena *arena) {
    char *copy = cg_arena_strdup(arena, text);
    if (copy)
        cg_secrets_wipe(copy);
    return copy;
}

/* Takes "name=value" items that hold a password out of a query; the ? goes with the last one. */
static void drop_parameters(char *text) {
    size_t from, to;
    while (find_parameter(text, 0, &from, &to)) {
        size_t item = from;
        while (text[item - 1] != '?' && text[item - 1] != '&')
            item--;
        if (text[to] == '&') /* others follow: take the & behind */
            memmove(text + item, text + to + 1, strlen(text + to + 1) + 1);
        else /* the last one: take the ? or & before it */
            text[item - 1] = '\0';
    }
}

const char *cg_uri_without_secrets(const struct cg_uri *uri, struct cg_arena *arena) {
    char *text = cg_arena_strdup(arena, uri->shown);
    if (!text)
        return NULL;
    char *masked = uri->password ? strstr(text, ":***@") : NULL;
    if (masked)
        memmove(masked, masked + 4, strlen(masked + 4) + 1);
    drop_parameters(text);
    return text;
}
