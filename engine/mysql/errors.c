/* MySQL's and MariaDB's error numbers as error classes, with the next step; see connection.h. Numbers below 2000 and
 * from 3000 on are the server's, 2000 to 2999 the client library's. */
#include "engine/mysql/connection.h"

#include <stdio.h>
#include <string.h>

enum { LOST = 1, RETRYABLE = 2 };

static const struct meaning {
    unsigned int number;
    enum cg_error_class cls;
    int flags;
    const char *hint; /* NULL: none */
} meanings[] = {
    {1040, CG_ERR_NETWORK, RETRYABLE, "the server has no free connection: lower --jobs or raise max_connections"},
    {1041, CG_ERR_SYSTEM, 0, NULL},
    {1042, CG_ERR_NETWORK, 0, NULL},
    {1043, CG_ERR_NETWORK, 0, NULL},
    {1044, CG_ERR_RIGHTS, 0, "the user has no right on this database: GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON it"},
    {1045, CG_ERR_RIGHTS, 0,
     "check user and password: in the URI, in MYSQL_PWD, or in the [client] group of ~/.my.cnf"},
    {1049, CG_ERR_RIGHTS, 0, "check the database's name in the URI: upper and lower case differ on most servers"},
    {1053, CG_ERR_NETWORK, LOST, NULL},
    {1054, CG_ERR_CHANGED, 0, "do not change tables during the run; start it again"},
    {1077, CG_ERR_NETWORK, LOST, NULL},
    {1079, CG_ERR_NETWORK, LOST, NULL},
    {1095, CG_ERR_RIGHTS, 0, NULL},
    {1129, CG_ERR_RIGHTS, 0, "unblock this host on the server: FLUSH HOSTS, or mysqladmin flush-hosts"},
    {1130, CG_ERR_RIGHTS, 0, "create the user for this host: CREATE USER 'NAME'@'HOST'"},
    {1131, CG_ERR_RIGHTS, 0, NULL},
    {1132, CG_ERR_RIGHTS, 0, NULL},
    {1133, CG_ERR_RIGHTS, 0, NULL},
    {1142, CG_ERR_RIGHTS, 0, "grant the user what the message names"},
    {1143, CG_ERR_RIGHTS, 0, "grant the user what the message names"},
    {1146, CG_ERR_CHANGED, 0, "do not change tables during the run; start it again"},
    {1152, CG_ERR_NETWORK, LOST, NULL},
    {1153, CG_ERR_NETWORK, LOST, "raise max_allowed_packet on the server"},
    {1154, CG_ERR_NETWORK, LOST, NULL},
    {1155, CG_ERR_NETWORK, LOST, NULL},
    {1156, CG_ERR_NETWORK, LOST, NULL},
    {1157, CG_ERR_NETWORK, LOST, NULL},
    {1158, CG_ERR_NETWORK, LOST, NULL},
    {1159, CG_ERR_NETWORK, LOST, NULL},
    {1160, CG_ERR_NETWORK, LOST, NULL},
    {1161, CG_ERR_NETWORK, LOST, NULL},
    {1184, CG_ERR_NETWORK, LOST, NULL},
    {1203, CG_ERR_NETWORK, RETRYABLE, "the user has no free connection: lower --jobs or raise max_user_connections"},
    {1205, CG_ERR_ENGINE, RETRYABLE, "end what locks the table or waits to change it (SHOW PROCESSLIST); start again"},
    {1213, CG_ERR_ENGINE, RETRYABLE, NULL},
    {1226, CG_ERR_RIGHTS, 0, "the user's resource limit is reached: lower --jobs or raise the limit"},
    {1227, CG_ERR_RIGHTS, 0, "grant the user what the message names"},
    {1251, CG_ERR_RIGHTS, 0, NULL},
    {1317, CG_ERR_CANCELLED, 0, NULL},
    {1370, CG_ERR_RIGHTS, 0, NULL},
    {1412, CG_ERR_CHANGED, 0, "do not change tables during the run; start it again"},
    {1449, CG_ERR_RIGHTS, 0, "the definer of a view is missing on the server"},
    {1524, CG_ERR_RIGHTS, 0, NULL},
    {1698, CG_ERR_RIGHTS, 0, "this user may log in only through the local socket of its operating-system user"},
    {1820, CG_ERR_RIGHTS, 0, "the user's password has expired: ALTER USER ... IDENTIFIED BY"},
    {1862, CG_ERR_RIGHTS, 0, "the user's password has expired: ALTER USER ... IDENTIFIED BY"},
    {1927, CG_ERR_NETWORK, LOST, NULL},
    {1969, CG_ERR_CANCELLED, 0, NULL},
    {2002, CG_ERR_NETWORK, 0, "is the server running, and is this its socket or host and port?"},
    {2003, CG_ERR_NETWORK, 0, "is the server running, and does it listen on this host and port?"},
    {2005, CG_ERR_NETWORK, 0, "check the host's name in the URI"},
    {2006, CG_ERR_NETWORK, LOST, NULL},
    {2007, CG_ERR_NETWORK, 0, NULL},
    {2008, CG_ERR_SYSTEM, 0, NULL},
    {2009, CG_ERR_NETWORK, 0, NULL},
    {2011, CG_ERR_NETWORK, LOST, NULL},
    {2012, CG_ERR_NETWORK, 0, NULL},
    {2013, CG_ERR_NETWORK, LOST, NULL},
    {2014, CG_ERR_INTERNAL, 0, NULL},
    {2026, CG_ERR_NETWORK, LOST, /* before the login, or where an encrypted connection is cut */
     "check ssl-mode, ssl-ca, ssl-cert and ssl-key in the URI against the server's certificate"},
    {2027, CG_ERR_NETWORK, LOST, NULL},
    {2048, CG_ERR_NETWORK, LOST, NULL},
    {2055, CG_ERR_NETWORK, LOST, NULL},
    {2058, CG_ERR_RIGHTS, 0, "the client library lacks this login method: plugin-dir in the URI says where to look"},
    {2059, CG_ERR_RIGHTS, 0, "the client library lacks this login method: plugin-dir in the URI says where to look"},
    {2061, CG_ERR_RIGHTS, 0, "this login method wants an encrypted connection: ssl-mode=REQUIRED"},
    {3024, CG_ERR_CANCELLED, 0, NULL},
    {3118, CG_ERR_RIGHTS, 0, "the account is locked: ALTER USER ... ACCOUNT UNLOCK"},
    {3168, CG_ERR_NETWORK, LOST, NULL},
    {3169, CG_ERR_NETWORK, LOST, NULL},
    {3572, CG_ERR_ENGINE, RETRYABLE, NULL},
    {4031, CG_ERR_NETWORK, LOST, NULL},
    {4151, CG_ERR_RIGHTS, 0, "the account is locked: ALTER USER ... ACCOUNT UNLOCK"},
};

static const struct meaning *meaning_of(unsigned int number) {
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].number == number)
            return &meanings[i];
    return NULL;
}

bool cg_mysql_errno_is_lost(unsigned int number) {
    const struct meaning *meaning = meaning_of(number);
    return meaning && (meaning->flags & LOST);
}

static int fill(unsigned int number, const char *state, const char *words, const char *doing, struct cg_error *err) {
    if (!number)
        return cg_error_set(err, CG_ERR_ENGINE, "%s: unknown error: the client library gave no reason", doing);
    const struct meaning *meaning = meaning_of(number);
    cg_error_set(err, meaning ? meaning->cls : CG_ERR_ENGINE, "%s: %s (error %u, SQLSTATE %s)", doing, words, number,
                 state);
    if (!err)
        return -1;
    err->vendor = (int)number;
    err->retryable = meaning && (meaning->flags & RETRYABLE);
    snprintf(err->sqlstate, sizeof err->sqlstate, "%s", state);
    if (meaning && meaning->hint)
        cg_error_hint(err, "%s", meaning->hint);
    return -1;
}

int cg_mysql_error(MYSQL *mysql, const char *doing, struct cg_error *err) {
    return fill(mysql_errno(mysql), mysql_sqlstate(mysql), mysql_error(mysql), doing, err);
}

int cg_mysql_stmt_error(MYSQL *mysql, MYSQL_STMT *stmt, const char *doing, struct cg_error *err) {
    if (stmt && mysql_stmt_errno(stmt))
        return fill(mysql_stmt_errno(stmt), mysql_stmt_sqlstate(stmt), mysql_stmt_error(stmt), doing, err);
    return cg_mysql_error(mysql, doing, err);
}
