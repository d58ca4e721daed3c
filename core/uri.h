/* Connection URIs: scheme://[user[:password]@][host][:port][/database][?key=value&...], RFC 3986.
 *
 * Several hosts, sockets and everything else that only libpq knows stay in `text`, which is handed to libpq whole. */
#ifndef CG_CORE_URI_H
#define CG_CORE_URI_H

#include "core/arena.h"
#include "core/error.h"

struct cg_uri_parameter {
    const char *name, *value; /* percent-decoded */
};

struct cg_uri {
    const char *text;   /* as given, password included: never print it */
    const char *shown;  /* as given, the password replaced by ***, also in parameters called *password* */
    const char *scheme; /* lower case: "mysql", "mariadb", "postgresql" ("postgres" becomes that) */
    const char *user, *password, *host, *database; /* percent-decoded; NULL when absent */
    int port;                                      /* 0 when absent */
    struct cg_uri_parameter *parameters;
    size_t parameter_count;
};

/* Parses text; everything lives in the arena. CG_ERR_USAGE names what is wrong and where, never showing the password.
 */
CG_MUST_USE int cg_uri_parse(const char *text, struct cg_arena *arena, struct cg_uri *ret_uri, struct cg_error *err);
/* The value of a parameter, or NULL. */
const char *cg_uri_parameter(const struct cg_uri *uri, const char *name);

#endif
