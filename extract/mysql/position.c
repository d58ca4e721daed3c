/* Where the history of a MySQL or MariaDB server stands; see internal.h.
 *
 * MySQL with GTIDs tells gtid_executed, everything else the binary log's file and offset. A position is only worth
 * having when every write moves it: without a binary log, or with filters on it, there is none, and `why` says how to
 * get one. */
#include "extract/mysql/internal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MYSQL_NEW_WORDS = 80200 /* SHOW BINARY LOG STATUS instead of SHOW MASTER STATUS */ };

/* What the server says of its binary log. */
struct log_status {
    bool enabled, filtered;
    bool refused;    /* the right to ask is missing */
    char place[600]; /* "binlog.000002:1234", or "" */
};

static void set_none(struct cg_position *position, const char *why) {
    memset(position, 0, sizeof *position);
    snprintf(position->kind, sizeof position->kind, "none");
    snprintf(position->why, sizeof position->why, "%s", why);
}

static void set_some(struct cg_position *position, const char *kind, const char *text) {
    memset(position, 0, sizeof *position);
    size_t len = 0;
    for (const char *c = text; *c; c++) {
        if (*c == '\n') /* between the sets of gtid_executed */
            continue;
        if (len + 1 >= sizeof position->text) {
            set_none(position, "the server's set of GTIDs is longer than crossgrade compares");
            return;
        }
        position->text[len++] = *c;
    }
    snprintf(position->kind, sizeof position->kind, "%s", kind);
}

/* Runs a query whose refusal is an answer. 1: *ret_result; 0: the server refused; -1: the connection is gone. */
static int ask(MYSQL *mysql, const char *sql, MYSQL_RES **ret_result, struct cg_error *err) {
    struct cg_error local = {0};
    if (cg_mysql_query(mysql, sql, ret_result, &local) == 0)
        return 1;
    if (!cg_mysql_errno_is_lost(mysql_errno(mysql)) && local.cls != CG_ERR_CANCELLED)
        return 0;
    if (err)
        *err = local;
    return -1;
}

/* File, Position, Binlog_Do_DB, Binlog_Ignore_DB, ...; no row without a binary log. */
static int read_log_status(MYSQL *mysql, const char *sql, struct log_status *status, struct cg_error *err) {
    MYSQL_RES *result = NULL;
    int rc = ask(mysql, sql, &result, err);
    status->refused = rc == 0;
    if (rc <= 0)
        return rc;
    MYSQL_ROW row = mysql_fetch_row(result);
    if (row && mysql_num_fields(result) >= 4) {
        status->enabled = true;
        status->filtered = (row[2] && row[2][0]) || (row[3] && row[3][0]);
        snprintf(status->place, sizeof status->place, "%s:%s", row[0], row[1]);
    }
    mysql_free_result(result);
    return 0;
}

static const char no_log[] = "the server keeps no binary log: start it with log_bin=ON";
static const char filtered[] =
    "the server's binary log is filtered (binlog_do_db, binlog_ignore_db): remove the filters";

/* ---- MariaDB ---- */

/* The same place without any right; inside a consistent snapshot it is the snapshot's own. */
static int read_snapshot_status(MYSQL *mysql, struct log_status *status, struct cg_error *err) {
    MYSQL_RES *result = NULL;
    int rc = ask(mysql, "SHOW STATUS LIKE 'binlog\\_snapshot\\_%'", &result, err);
    if (rc <= 0)
        return rc;
    char file[512] = "", offset[64] = "";
    for (MYSQL_ROW row; (row = mysql_fetch_row(result));) {
        if (strcasecmp(row[0], "binlog_snapshot_file") == 0)
            snprintf(file, sizeof file, "%s", row[1]);
        if (strcasecmp(row[0], "binlog_snapshot_position") == 0)
            snprintf(offset, sizeof offset, "%s", row[1]);
    }
    mysql_free_result(result);
    status->enabled = file[0] != '\0';
    if (status->enabled)
        snprintf(status->place, sizeof status->place, "%s:%s", file, offset);
    return 0;
}

int cg_mysql_snapshot_position(MYSQL *mysql, struct cg_position *ret_position, struct cg_error *err) {
    struct log_status status = {0};
    if (read_snapshot_status(mysql, &status, err) < 0)
        return -1;
    if (status.enabled)
        set_some(ret_position, "binlog", status.place);
    else
        set_none(ret_position, no_log);
    return 0;
}

static int mariadb_position(MYSQL *mysql, struct cg_position *position, struct cg_error *err) {
    struct log_status status = {0};
    if (read_log_status(mysql, "SHOW MASTER STATUS", &status, err) < 0)
        return -1;
    if (status.refused) /* then filters cannot be seen either: source.h's `assumes` tells */
        return cg_mysql_snapshot_position(mysql, position, err);
    if (!status.enabled)
        set_none(position, no_log);
    else if (status.filtered)
        set_none(position, filtered);
    else
        set_some(position, "binlog", status.place);
    return 0;
}

/* ---- MySQL ---- */

/* log_bin, gtid_mode and gtid_executed, which everybody may read. */
static int read_gtid(MYSQL *mysql, bool *ret_log, bool *ret_gtid, struct cg_position *position, struct cg_error *err) {
    MYSQL_RES *result = NULL;
    int rc = ask(mysql, "SELECT @@GLOBAL.log_bin, @@GLOBAL.gtid_mode, @@GLOBAL.gtid_executed", &result, err);
    if (rc <= 0)
        return rc;
    MYSQL_ROW row = mysql_fetch_row(result);
    *ret_log = row && row[0] && strcmp(row[0], "1") == 0;
    *ret_gtid = row && row[1] && row[2] && strcasecmp(row[1], "ON") == 0;
    if (*ret_gtid)
        set_some(position, "gtid", row[2]);
    mysql_free_result(result);
    return 0;
}

static int mysql_position(MYSQL *mysql, int version, struct cg_position *position, struct cg_error *err) {
    struct log_status status = {0};
    struct cg_position by_gtid = {0};
    bool log = false, gtid = false;
    const char *sql = version >= MYSQL_NEW_WORDS ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    if (read_gtid(mysql, &log, &gtid, &by_gtid, err) < 0 || read_log_status(mysql, sql, &status, err) < 0)
        return -1;
    if (!log)
        set_none(position, no_log);
    else if (status.filtered)
        set_none(position, filtered);
    else if (gtid)
        *position = by_gtid;
    else if (status.enabled)
        set_some(position, "binlog", status.place);
    else
        set_none(position, "this user may not see the binary log's position: GRANT REPLICATION CLIENT ON *.* TO it");
    return 0;
}

int cg_mysql_position(MYSQL *mysql, const struct cg_server *server, struct cg_position *ret_position,
                      struct cg_error *err) {
    struct cg_position position = {0};
    int rc = strcmp(server->engine, "mariadb") == 0 ? mariadb_position(mysql, &position, err)
                                                    : mysql_position(mysql, server->version_number, &position, err);
    if (rc == 0)
        *ret_position = position;
    return rc;
}
