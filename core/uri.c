/* Connection URIs; see uri.h. RFC 3986 with the liberties that libpq takes: an empty host, a host list (left to libpq),
 * and a percent-encoded socket folder as host. */
#include "core/uri.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes [text, text+len) into the arena. */
static int decode(const char *text, size_t len, const char *part, struct cg_arena *arena, const char **ret,
                  struct cg_error *err) {
    char *out = cg_arena_alloc(arena, len + 1);
    if (!out)
        return cg_error_memory(err);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '%') {
            int high = i + 1 < len ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0)) {
                cg_error_set(err, CG_ERR_USAGE,
                             "the URI's %s holds a %% that is not followed by two hexadecimal digits "
                             "(or is %%00)",
                             part);
                cg_error_hint(err, "write a literal %% as %%25");
                return -1;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        out[n++] = c;
    }
    *ret = out;
    return 0;
}

struct span {
    const char *from, *to; /* from NULL: absent */
};

/* The pieces of a URI, still encoded. */
struct pieces {
    struct span scheme, user, password, host, port, database, query;
};

static const char *first_of(const char *from, const char *to, const char *set) {
    for (; from < to; from++)
        if (strchr(set, *from))
            return from;
    return to;
}

static const char *last_at(const char *from, const char *to) {
    const char *at = NULL;
    for (; from < to; from++)
        if (*from == '@')
            at = from;
    return at;
}

static void split_authority(const char *from, const char *to, struct pieces *p) {
    const char *at = last_at(from, to); /* the last one: a password may hold an @ that nobody encoded */
    if (at) {
        const char *colon = first_of(from, at, ":");
        p->user = (struct span){from, colon};
        if (colon < at)
            p->password = (struct span){colon + 1, at};
        from = at + 1;
    }
    const char *host_end = *from == '[' ? first_of(from, to, "]") : first_of(from, to, ":");
    if (*from == '[' && host_end < to) { /* an IPv6 address */
        p->host = (struct span){from + 1, host_end};
        host_end++;
    } else {
        p->host = (struct span){from, host_end};
    }
    if (host_end < to && *host_end == ':')
        p->port = (struct span){host_end + 1, to};
}

static int split(const char *text, struct pieces *p, struct cg_error *err) {
    const char *after = strstr(text, "://");
    if (!after || after == text) {
        cg_error_set(err, CG_ERR_USAGE, "this is not a connection URI: it does not begin with a scheme and ://");
        cg_error_hint(err, "write it as mysql://user@host:3306/database or postgresql://user@host:5432/database");
        return -1;
    }
    p->scheme = (struct span){text, after};
    const char *end = text + strlen(text);
    const char *from = after + 3;
    const char *query = first_of(from, end, "?");
    const char *slash = first_of(from, query, "/");
    const char *at = last_at(from, query);
    if (at && slash < at) /* a slash inside the password */
        slash = first_of(at, query, "/");
    split_authority(from, slash, p);
    if (slash < query)
        p->database = (struct span){slash + 1, query};
    if (query < end)
        p->query = (struct span){query + 1, end};
    return 0;
}

static int take(struct span span, const char *part, struct cg_arena *arena, const char **ret, struct cg_error *err) {
    if (!span.from || span.from == span.to)
        return 0;
    return decode(span.from, (size_t)(span.to - span.from), part, arena, ret, err);
}

static int take_port(struct span span, int *ret_port, struct cg_error *err) {
    if (!span.from || span.from == span.to)
        return 0;
    char *end;
    long port = strtol(span.from, &end, 10);
    if (memchr(span.from, ',', (size_t)(span.to - span.from)))
        return 0; /* several hosts: libpq's business */
    if (end != span.to || port < 1 || port > 65535 || !isdigit((unsigned char)*span.from)) {
        cg_error_set(err, CG_ERR_USAGE, "the URI's port is not a number from 1 to 65535");
        cg_error_hint(err, "a : / ? # or @ inside user or password is written %%3A %%2F %%3F %%23 or %%40");
        return -1;
    }
    *ret_port = (int)port;
    return 0;
}

static int take_parameters(struct span query, struct cg_arena *arena, struct cg_uri *uri, struct cg_error *err) {
    for (const char *from = query.from; from && from < query.to;) {
        const char *to = first_of(from, query.to, "&");
        const char *equals = first_of(from, to, "=");
        if (equals == to)
            return cg_error_set(err, CG_ERR_USAGE, "the URI's parameter \"%.*s\" has no value (name=value)",
                                (int)(to - from), from);
        struct cg_uri_parameter *all =
            cg_arena_push(arena, uri->parameters, &uri->parameter_count, sizeof *uri->parameters);
        if (!all)
            return cg_error_memory(err);
        uri->parameters = all;
        struct cg_uri_parameter *last = &all[uri->parameter_count - 1];
        last->name = last->value = "";
        if (decode(from, (size_t)(equals - from), "parameter name", arena, &last->name, err) < 0 ||
            decode(equals + 1, (size_t)(to - equals - 1), "parameter value", arena, &last->value, err) < 0)
            return -1;
        from = to + 1;
    }
    return 0;
}

/* The text with the password, and the value of every parameter whose name speaks of one, as ***. */
static const char *without_secrets(const char *text, const struct pieces *p, struct cg_arena *arena) {
    char *out = cg_arena_alloc(arena, strlen(text) * 4 + 8);
    if (!out)
        return NULL;
    size_t n = 0;
    const char *from = text;
    if (p->password.from) {
        n = (size_t)(p->password.from - text);
        memcpy(out, text, n);
        n += (size_t)(stpcpy(out + n, "***") - (out + n));
        from = p->password.to;
    }
    while (*from) {
        const char *equals = from > text && (from[-1] == '?' || from[-1] == '&') ? strpbrk(from, "=&") : NULL;
        bool secret = false;
        for (const char *c = from; equals && *equals == '=' && c + 4 <= equals; c++)
            secret |= strncasecmp(c, "pass", 4) == 0;
        if (secret) {
            n += (size_t)(stpncpy(out + n, from, (size_t)(equals + 1 - from)) - (out + n));
            n += (size_t)(stpcpy(out + n, "***") - (out + n));
            from = equals + strcspn(equals, "&");
        } else {
            out[n++] = *from++;
        }
    }
    return out;
}

static int take_scheme(struct span span, struct cg_arena *arena, const char **ret_scheme, struct cg_error *err) {
    char *scheme = cg_arena_strndup(arena, span.from, (size_t)(span.to - span.from));
    if (!scheme)
        return cg_error_memory(err);
    for (char *c = scheme; *c; c++) {
        *c = (char)tolower((unsigned char)*c);
        if (!isalnum((unsigned char)*c) && *c != '+' && *c != '-' && *c != '.')
            return cg_error_set(err, CG_ERR_USAGE, "the URI's scheme \"%s\" is not a word", scheme);
    }
    *ret_scheme = strcmp(scheme, "postgres") == 0 ? "postgresql" : scheme;
    return 0;
}

int cg_uri_parse(const char *text, struct cg_arena *arena, struct cg_uri *ret_uri, struct cg_error *err) {
    struct pieces p = {0};
    struct cg_uri uri = {0};
    if (split(text, &p, err) < 0)
        return -1;
    uri.text = cg_arena_strdup(arena, text);
    uri.shown = without_secrets(text, &p, arena);
    if (!uri.text || !uri.shown)
        return cg_error_memory(err);
    if (take_scheme(p.scheme, arena, &uri.scheme, err) < 0 || take(p.user, "user", arena, &uri.user, err) < 0 ||
        take(p.password, "password", arena, &uri.password, err) < 0 ||
        take(p.host, "host", arena, &uri.host, err) < 0 || take_port(p.port, &uri.port, err) < 0 ||
        take(p.database, "database", arena, &uri.database, err) < 0 || take_parameters(p.query, arena, &uri, err) < 0) {
        /* A password that nobody encoded may have been taken for something else: nothing of it is shown. */
        cg_error_object(err, "%.*s://***", (int)(p.scheme.to - p.scheme.from), p.scheme.from);
        return -1;
    }
    *ret_uri = uri;
    return 0;
}

const char *cg_uri_parameter(const struct cg_uri *uri, const char *name) {
    for (size_t i = 0; i < uri->parameter_count; i++)
        if (strcmp(uri->parameters[i].name, name) == 0)
            return uri->parameters[i].value;
    return NULL;
}
