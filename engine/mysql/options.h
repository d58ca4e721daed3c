/* What a mysql:// or mariadb:// URI may say, and how it reaches the client library. */
#ifndef CG_ENGINE_MYSQL_OPTIONS_H
#define CG_ENGINE_MYSQL_OPTIONS_H

#include "core/uri.h"
#include "engine/mysql/client_library.h"

struct cg_mysql_endpoint {
    const char *host;     /* NULL: the option file's, else the local socket */
    const char *socket;   /* NULL: the option file's or the library's */
    const char *password; /* NULL: the option file's */
    enum cg_mysql_tls tls;
};

/* Checks the URI, sets its parameters on a fresh handle and tells where to connect. The strings are the URI's (or the
 * environment's). CG_ERR_USAGE names the parameter or part that is wrong and lists what is known. */
CG_MUST_USE int cg_mysql_options(MYSQL *mysql, const struct cg_uri *uri, struct cg_mysql_endpoint *ret_endpoint,
                                 struct cg_error *err);

#endif
