/* The one place where Oracle's libmysqlclient and MariaDB's Connector/C are told apart: since 8.0 Oracle's library
 * has bool where everybody else has my_bool. Include it after <mysql/mysql.h>. */
#ifndef CG_EXTRACT_MYSQL_COMPAT_H
#define CG_EXTRACT_MYSQL_COMPAT_H

#include <mysql/mysql.h>
#include <stdbool.h>

#if !defined(LIBMARIADB) && MYSQL_VERSION_ID >= 80001
typedef bool cg_my_bool;
#else
typedef my_bool cg_my_bool;
#endif

#endif
