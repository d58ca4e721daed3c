/* A server's error as ours: class by SQLSTATE, text from the parts of the server's message. */
#include "engine/postgresql/connection.h"

#include <ctype.h>
#include <stdio.h>

/* First match wins; a state that begins with `prefix` is of that class. */
static const struct {
    const char *prefix;
    enum cg_error_class cls;
    bool retryable;
} classes[] = {
    {"08", CG_ERR_NETWORK, true},    /* connection exceptions */
    {"57P0", CG_ERR_NETWORK, true},  /* shut down, crashed, starting up, database dropped, idle session ended */
    {"53300", CG_ERR_NETWORK, true}, /* too many connections */
    {"25P03", CG_ERR_NETWORK, true}, /* idle in transaction too long: the session is gone */
    {"25P04", CG_ERR_NETWORK, true}, /* transaction too long: the session is gone */
    {"28", CG_ERR_RIGHTS, false},    /* login */
    {"3D000", CG_ERR_RIGHTS, false}, /* no such database */
    {"42501", CG_ERR_RIGHTS, false}, /* insufficient privilege; also row security while it is off */
    {"57014", CG_ERR_CANCELLED, false}, {"40001", CG_ERR_ENGINE, true}, /* serialization, conflict with recovery */
    {"40P01", CG_ERR_ENGINE, true},                                     /* deadlock */
    {"55P03", CG_ERR_ENGINE, true},                                     /* lock not available */
};

static enum cg_error_class class_of(const char *state, bool *ret_retryable) {
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strncmp(state, classes[i].prefix, strlen(classes[i].prefix)) == 0) {
            *ret_retryable = classes[i].retryable;
            return classes[i].cls;
        }
    *ret_retryable = false;
    return CG_ERR_ENGINE;
}

/* Appends "; label: first line of part", cut to what a reader can take in. */
static void add_part(char *text, size_t size, const char *label, const char *part, size_t most) {
    if (!part || !*part)
        return;
    size_t len = strlen(text);
    size_t line = strcspn(part, "\n");
    bool cut = line > most;
    if (cut) {
        line = most;
        while (line > 0 && ((unsigned char)part[line] & 0xC0) == 0x80) /* never inside a UTF-8 character */
            line--;
    }
    snprintf(text + len, size - len, "; %s: %.*s%s", label, (int)line, part, cut ? "..." : "");
}

/* A line that an indent continues and that does not begin a sentence goes on where the line before ended. */
static bool goes_on(const char *line) {
    return *line == '\t' && !isupper((unsigned char)line[strspn(line, "\t ")]);
}

void cg_pg_one_line(char *text, size_t size) {
    char out[1024];
    size_t len = 0;
    for (const char *in = text; *in && len + 3 < sizeof out;) {
        size_t blank = strspn(in, " \t\r\n");
        const char *line = memchr(in, '\n', blank);
        if (blank == 0) {
            out[len++] = *in++;
            continue;
        }
        if (line && len > 0 && in[blank] && isalnum((unsigned char)out[len - 1]) && !goes_on(line + 1))
            out[len++] = ';';
        if (len > 0 && in[blank])
            out[len++] = ' ';
        in += blank;
    }
    out[len] = '\0';
    snprintf(text, size, "%s", out);
}

int cg_pg_error(PGconn *conn, const PGresult *result, const char *doing, struct cg_error *err) {
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    char text[900];
    if (primary) {
        snprintf(text, sizeof text, "%s", primary);
        add_part(text, sizeof text, "detail", PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL), 300);
        add_part(text, sizeof text, "hint", PQresultErrorField(result, PG_DIAG_MESSAGE_HINT), 200);
        add_part(text, sizeof text, "context", PQresultErrorField(result, PG_DIAG_CONTEXT), 160);
    } else {
        const char *message = result ? PQresultErrorMessage(result) : NULL;
        if (!message || !*message)
            message = PQerrorMessage(conn);
        snprintf(text, sizeof text, "%s", message && *message ? message : "unknown error");
        cg_pg_one_line(text, sizeof text);
    }
    bool retryable = false;
    enum cg_error_class cls = state ? class_of(state, &retryable) : CG_ERR_ENGINE;
    if (PQstatus(conn) == CONNECTION_BAD) {
        cls = CG_ERR_NETWORK;
        retryable = true;
    }
    cg_error_set(err, cls, "%s: %s", doing, text);
    if (err) {
        err->retryable = retryable;
        snprintf(err->sqlstate, sizeof err->sqlstate, "%s", state ? state : "");
    }
    return -1;
}

int cg_pg_execute(PGconn *conn, const char *sql, const char *doing, struct cg_error *err) {
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    int rc = 0;
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH)
        rc = cg_error_set(err, CG_ERR_INTERNAL, "%s: a COPY was run as a plain command", doing);
    else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        rc = cg_pg_error(conn, result, doing, err);
    PQclear(result);
    return rc;
}

int cg_pg_query(PGconn *conn, const char *sql, const char *const *params, int count, const char *doing,
                PGresult **ret_result, struct cg_error *err) {
    PGresult *result = PQexecParams(conn, sql, count, NULL, params, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        cg_pg_error(conn, result, doing, err);
        PQclear(result);
        return -1;
    }
    *ret_result = result;
    return 0;
}
