/* Connections to MySQL and MariaDB; see connection.h. */
#include "engine/mysql/connection.h"

#include "engine/mysql/options.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static pthread_once_t library_once = PTHREAD_ONCE_INIT;
static bool library_ready;
static _Thread_local bool thread_ready;

static void library_begin(void) {
    library_ready = mysql_library_init(0, NULL, NULL) == 0;
}

void cg_mysql_thread_begin(void) {
    pthread_once(&library_once, library_begin);
    if (thread_ready)
        return;
    mysql_thread_init();
    thread_ready = true;
}

void cg_mysql_thread_end(void) {
    if (!thread_ready)
        return;
    mysql_thread_end();
    thread_ready = false;
}

void cg_mysql_close(MYSQL *mysql) {
    if (mysql)
        mysql_close(mysql);
}

int cg_mysql_execute(MYSQL *mysql, const char *sql, struct cg_error *err) {
    MYSQL_RES *result = NULL;
    int rc = mysql_real_query(mysql, sql, (unsigned long)strlen(sql));
    if (rc == 0) {
        result = mysql_store_result(mysql);
        if (!result && mysql_errno(mysql) == 0)
            return 0;
    }
    if (result) { /* a statement that does answer, such as LOCK TABLES on some proxies */
        mysql_free_result(result);
        return 0;
    }
    char doing[160];
    snprintf(doing, sizeof doing, "running \"%.120s\"", sql);
    return cg_mysql_error(mysql, doing, err);
}

int cg_mysql_query(MYSQL *mysql, const char *sql, MYSQL_RES **ret_result, struct cg_error *err) {
    MYSQL_RES *result = NULL;
    if (mysql_real_query(mysql, sql, (unsigned long)strlen(sql)) == 0)
        result = mysql_store_result(mysql);
    if (result) {
        *ret_result = result;
        return 0;
    }
    char doing[160];
    snprintf(doing, sizeof doing, "running \"%.120s\"", sql);
    return cg_mysql_error(mysql, doing, err);
}

int cg_mysql_scalar(MYSQL *mysql, const char *sql, struct cg_arena *arena, const char **ret_text,
                    struct cg_error *err) {
    MYSQL_RES *result = NULL;
    if (cg_mysql_query(mysql, sql, &result, err) < 0)
        return -1;
    MYSQL_ROW row = mysql_fetch_row(result);
    const char *text = NULL;
    bool value = row && row[0];
    if (value)
        text = cg_arena_strndup(arena, row[0], mysql_fetch_lengths(result)[0]);
    mysql_free_result(result);
    if (value && !text)
        return cg_error_memory(err);
    *ret_text = text;
    return 0;
}

/* R3. What both servers must take, then what only some versions know. */
static const char session_settings[] =
    "SET SESSION sql_mode='', time_zone='+00:00', autocommit=1, net_write_timeout=31536000, net_read_timeout=31536000,"
    " wait_timeout=31536000, group_concat_max_len=1073741824, sql_quote_show_create=1, sql_big_selects=1,"
    " sql_safe_updates=0, sql_select_limit=18446744073709551615, max_join_size=18446744073709551615,"
    " div_precision_increment=4, character_set_results='utf8mb4'";

static const char *const tolerated_settings[] = {
    "SET SESSION max_execution_time=0",                                /* MySQL */
    "SET SESSION information_schema_stats_expiry=0",                   /* MySQL 8 */
    "SET SESSION show_gipk_in_create_table_and_information_schema=ON", /* MySQL 8.0.30 */
    "SET SESSION max_statement_time=0",                                /* MariaDB */
    "SET SESSION idle_transaction_timeout=0",                          /* MariaDB */
    "SET SESSION idle_readonly_transaction_timeout=0",                 /* MariaDB */
    "SET SESSION system_versioning_asof=DEFAULT",                      /* MariaDB 10.3 */
};
enum { UNKNOWN_VARIABLE = 1193 };

static int set_session(MYSQL *mysql, struct cg_error *err) {
    /* Again after the connect: an option file may have asked for another character set. */
    if (mysql_set_character_set(mysql, "utf8mb4") != 0)
        return cg_mysql_error(mysql, "setting the character set utf8mb4", err);
    if (cg_mysql_execute(mysql, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", err) < 0 ||
        cg_mysql_execute(mysql, session_settings, err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof tolerated_settings / sizeof *tolerated_settings; i++)
        if (cg_mysql_execute(mysql, tolerated_settings[i], err) < 0 && mysql_errno(mysql) != UNKNOWN_VARIABLE)
            return -1;
    return 0;
}

static void name_server(const struct cg_uri *uri, const struct cg_mysql_endpoint *endpoint, struct cg_error *err) {
    if (endpoint->socket)
        cg_error_object(err, "server %s", endpoint->socket);
    else if (endpoint->host && uri->port)
        cg_error_object(err, "server %s:%d", endpoint->host, uri->port);
    else
        cg_error_object(err, "server %s", endpoint->host ? endpoint->host : "localhost");
}

static int connect_into(const struct cg_uri *uri, const char *database, MYSQL **ret_mysql, struct cg_error *err) {
    struct cg_mysql_endpoint endpoint = {0};
    struct cg_error local = {0};
    cg_mysql_thread_begin();
    MYSQL *mysql = library_ready ? mysql_init(NULL) : NULL;
    if (!mysql)
        return cg_error_set(err, CG_ERR_SYSTEM, "the MySQL client library could not be initialised");
    if (cg_mysql_options(mysql, uri, &endpoint, &local) < 0)
        goto failed;
    if (!mysql_real_connect(mysql, endpoint.host, uri->user, endpoint.password, database, (unsigned int)uri->port,
                            endpoint.socket, 0)) {
        cg_mysql_error(mysql, "connecting", &local);
        name_server(uri, &endpoint, &local);
        goto failed;
    }
    if (cg_mysql_client_check(mysql, endpoint.tls, &local) < 0 || set_session(mysql, &local) < 0) {
        name_server(uri, &endpoint, &local);
        goto failed;
    }
    *ret_mysql = mysql;
    return 0;
failed:
    mysql_close(mysql);
    if (err)
        *err = local;
    return -1;
}

int cg_mysql_connect(const struct cg_uri *uri, MYSQL **ret_mysql, struct cg_error *err) {
    return connect_into(uri, uri->database, ret_mysql, err);
}

int cg_mysql_connect_server(const struct cg_uri *uri, MYSQL **ret_mysql, struct cg_error *err) {
    return connect_into(uri, NULL, ret_mysql, err);
}

static int parse_version(const char *text) {
    int major = 0, minor = 0, patch = 0;
    if (sscanf(text, "%d.%d.%d", &major, &minor, &patch) < 2)
        return 0;
    return major * 10000 + minor * 100 + patch;
}

/* Where the connection really goes, option files included; both libraries keep it in these fields. */
static const char *shown_host(MYSQL *mysql, const struct cg_uri *uri, struct cg_arena *arena) {
    if (mysql->unix_socket && (!mysql->host || strcasecmp(mysql->host, "localhost") == 0))
        return cg_arena_strdup(arena, mysql->unix_socket);
    const char *host = mysql->host ? mysql->host : uri->host ? uri->host : "localhost";
    return cg_arena_printf(arena, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, mysql->port);
}

int cg_mysql_server(MYSQL *mysql, const struct cg_uri *uri, struct cg_arena *arena, struct cg_server *ret_server,
                    struct cg_error *err) {
    const char *version = NULL, *identity = NULL;
    /* MySQL: server_uuid. MariaDB from 10.6.16, 10.11.6 on: server_uid. */
    if (cg_mysql_scalar(mysql, "SELECT VERSION()", arena, &version, err) < 0)
        return -1;
    bool mariadb = version && strcasestr(version, "mariadb");
    if (cg_mysql_scalar(mysql,
                        mariadb ? "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES"
                                  " WHERE VARIABLE_NAME = 'server_uid'"
                                : "SELECT @@GLOBAL.server_uuid",
                        arena, &identity, err) < 0)
        return -1;
    const char *host = shown_host(mysql, uri, arena);
    if (!version || !host)
        return cg_error_memory(err);
    *ret_server = (struct cg_server){.engine = mariadb ? "mariadb" : "mysql",
                                     .version = version,
                                     .version_number = parse_version(version),
                                     .host = host,
                                     .identity = identity ? identity : ""};
    return 0;
}
