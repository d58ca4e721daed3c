/* Everything in which Oracle's libmysqlclient (8.0 and later) and MariaDB's Connector/C differ. Only this header and
 * client_library.c ask which one they are compiled against. */
#ifndef CG_ENGINE_MYSQL_CLIENT_LIBRARY_H
#define CG_ENGINE_MYSQL_CLIENT_LIBRARY_H

#include "core/error.h"

#include <mysql/mysql.h>
#include <stdbool.h>

#if defined(MARIADB_BASE_VERSION) || defined(MARIADB_PACKAGE_VERSION)
#define CG_CONNECTOR_C 1
typedef my_bool cg_my_bool; /* what MYSQL_BIND's flags are made of */
#else
#define CG_CONNECTOR_C 0
typedef bool cg_my_bool;
#endif

/* MySQL's own words (--ssl-mode). */
enum cg_mysql_tls {
    CG_MYSQL_TLS_DISABLED,
    CG_MYSQL_TLS_PREFERRED,       /* encrypted where the server can, nothing verified */
    CG_MYSQL_TLS_REQUIRED,        /* encrypted or refused, nothing verified */
    CG_MYSQL_TLS_VERIFY_CA,       /* the certificate's chain is verified */
    CG_MYSQL_TLS_VERIFY_IDENTITY, /* and the host's name */
};

/* Before mysql_real_connect: asks for that mode and switches off what could bypass us (reconnecting by itself, LOCAL
 * INFILE). own_trust: a CA file or folder was set on the handle. */
CG_MUST_USE int cg_mysql_client_prepare(MYSQL *mysql, enum cg_mysql_tls tls, bool own_trust, struct cg_error *err);

/* After mysql_real_connect: is the connection as encrypted and verified as the mode demands, whatever an option file
 * said? CG_ERR_NETWORK if not; the caller closes the connection. */
CG_MUST_USE int cg_mysql_client_check(MYSQL *mysql, enum cg_mysql_tls tls, struct cg_error *err);

#endif
