/* Opening a session: the URI goes to libpq whole, then one batch of SETs puts the session in a known state (R21).
 *
 * libpq gives no SQLSTATE for a login that the server refused, only text. What the server says in words is told apart
 * from what libpq says by the severity in front ("FATAL:  ", two spaces, in every language), then by its English words;
 * a refusal in other words counts as one of rights, which is what nearly all of them are. */
#include "engine/postgresql/connection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* What every session is set to; from: the first server version (as PQserverVersion) that knows the setting. */
static const struct {
    int from;
    const char *sql;
} settings[] = {
    {0, "SET row_security = off"}, /* errors instead of silently fewer rows */
    {0, "SET TimeZone = 'UTC'"},
    {0, "SET DateStyle = 'ISO, YMD'"},
    {0, "SET IntervalStyle = 'postgres'"},
    {0, "SET extra_float_digits = 3"},
    {0, "SET bytea_output = 'hex'"},
    {0, "SET standard_conforming_strings = on"},
    {0, "SET xmloption = 'content'"},
    {0, "SET quote_all_identifiers = off"},
    {0, "SET default_transaction_isolation = 'read committed'"}, /* what one lane does must not fail another */
    {0, "SET statement_timeout = 0"},
    {0, "SET lock_timeout = 0"},
    {90600, "SET idle_in_transaction_session_timeout = 0"},
    {140000, "SET idle_session_timeout = 0"},
    {170000, "SET transaction_timeout = 0"},
    {0, "SET client_min_messages = 'warning'"},
    {0, "SET search_path = pg_catalog, pg_temp"}, /* pg_temp last: no temporary table shadows a catalog */
};

/* What the words of a refused login mean, and what the user can do; "%s" in a hint is the session's database or user.
 */
enum refusal_names { NAME_NOTHING, NAME_DATABASE, NAME_USER };
static const struct refusal {
    const char *words;
    enum cg_error_class cls;
    bool retryable;
    enum refusal_names names;
    const char *hint;
} refusals[] = {
    {"password authentication failed", CG_ERR_RIGHTS, false, NAME_NOTHING,
     "check the password in the URI, in PGPASSWORD or in the file that PGPASSFILE names (~/.pgpass)"},
    {"no password supplied", CG_ERR_RIGHTS, false, NAME_NOTHING,
     "give the password in PGPASSWORD or in the file that PGPASSFILE names (~/.pgpass)"},
    {"no pg_hba.conf entry", CG_ERR_RIGHTS, false, NAME_NOTHING,
     "allow this host, user and database in the server's pg_hba.conf, or try another sslmode"},
    {"authentication failed", CG_ERR_RIGHTS, false, NAME_NOTHING,
     "check the user in the URI and the server's pg_hba.conf"},
    {"the database system is", CG_ERR_NETWORK, true, NAME_NOTHING, "wait until the server accepts connections"},
    {"the database system was", CG_ERR_NETWORK, true, NAME_NOTHING, "wait until the server accepts connections"},
    {"terminating connection", CG_ERR_NETWORK, true, NAME_NOTHING, "wait until the server accepts connections"},
    {"too many clients", CG_ERR_NETWORK, true, NAME_NOTHING,
     "raise max_connections, close other sessions, or use fewer --jobs"},
    {"too many connections", CG_ERR_NETWORK, true, NAME_NOTHING,
     "raise the connection limit, close other sessions, or use fewer --jobs"},
    {"connection slots are reserved", CG_ERR_NETWORK, true, NAME_NOTHING,
     "raise max_connections, close other sessions, or use fewer --jobs"},
    {"is not permitted to log in", CG_ERR_RIGHTS, false, NAME_USER, "ALTER ROLE \"%s\" LOGIN, or name another user"},
    {"not currently accepting connections", CG_ERR_RIGHTS, false, NAME_DATABASE,
     "ALTER DATABASE \"%s\" ALLOW_CONNECTIONS true"},
    {"permission denied for database", CG_ERR_RIGHTS, false, NAME_DATABASE, "GRANT CONNECT ON DATABASE \"%s\""},
    {"role \"", CG_ERR_RIGHTS, false, NAME_USER, "createuser %s, or name another user in the URI"},
    {"database \"", CG_ERR_RIGHTS, false, NAME_DATABASE, "createdb %s, or name another database in the URI"},
};

static void discard_notice(void *context, const PGresult *result) {
    (void)context;
    (void)result;
}

/* ---- keeping the password out of messages ---- */

/* Replaces every `secret` in text[size] by `by`. */
static void replace_all(char *text, size_t size, const char *secret, const char *by) {
    size_t secret_len = secret ? strlen(secret) : 0;
    size_t by_len = strlen(by);
    if (secret_len == 0)
        return;
    for (char *at = strstr(text, secret); at; at = strstr(at + by_len, secret)) {
        size_t room = size - (size_t)(at - text);
        size_t tail = strlen(at + secret_len);
        if (by_len >= room) {
            *at = '\0';
            return;
        }
        if (by_len + tail >= room)
            tail = room - by_len - 1;
        memmove(at + by_len, at + secret_len, tail);
        memcpy(at, by, by_len);
        at[by_len + tail] = '\0';
    }
}

/* The bytes of the URI that may be a password however one reads it: from the first colon behind "://" to the last "@".
 * Copied into region; "" when there are none. */
static void secret_region(const char *uri, char *region, size_t size) {
    region[0] = '\0';
    const char *authority = strstr(uri, "://");
    const char *colon = authority ? strchr(authority + 3, ':') : NULL;
    const char *at = strrchr(uri, '@');
    if (!colon || !at || at < colon)
        return;
    snprintf(region, size, "%.*s", (int)(at - colon - 1), colon + 1);
}

/* Blanks the double-quoted words of a message that come from the secret region: libpq quotes the piece of a URI that it
 * could not read, and that may be a piece of a password. */
static void blank_quoted(char *message, size_t size, const char *region) {
    char *open = strchr(message, '"');
    while (open) {
        char *close = strchr(open + 1, '"');
        if (!close)
            return;
        char word[512];
        snprintf(word, sizeof word, "%.*s", (int)(close - open - 1), open + 1);
        if (word[0] && strstr(region, word)) {
            char quoted[sizeof word + 2];
            snprintf(quoted, sizeof quoted, "\"%s\"", word);
            replace_all(open, size - (size_t)(open - message), quoted, "\"***\"");
            close = open + 4;
        }
        open = strchr(close + 1, '"');
    }
}

/* Takes whatever is secret out of a message that libpq made from this URI. */
static void hide_secrets(const struct cg_uri *uri, bool unreadable, char *message, size_t size) {
    char region[1024];
    secret_region(uri->text, region, sizeof region);
    if (uri->shown)
        replace_all(message, size, uri->text, uri->shown);
    if (strlen(region) > 2)
        replace_all(message, size, region, "***");
    if (uri->password && strlen(uri->password) > 2)
        replace_all(message, size, uri->password, "***");
    for (size_t i = 0; i < uri->parameter_count; i++)
        if (strcasestr(uri->parameters[i].name, "password") && strlen(uri->parameters[i].value) > 2)
            replace_all(message, size, uri->parameters[i].value, "***");
    if (unreadable)
        blank_quoted(message, size, region);
}

/* ---- why a connection could not be made ---- */

static int unreadable_uri(const struct cg_uri *uri, const char *why, struct cg_error *err) {
    char text[900];
    snprintf(text, sizeof text, "%s", why ? why : "out of memory");
    hide_secrets(uri, true, text, sizeof text);
    cg_pg_one_line(text, sizeof text);
    cg_error_set(err, CG_ERR_USAGE, "the URI %s is not one that libpq can read: %s", uri->shown, text);
    cg_error_hint(err, "postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE[?sslmode=...]; characters such as @ / : %% "
                       "in a password are written %%40 %%2F %%3A %%25");
    return -1;
}

static int refused_by_server(PGconn *conn, const char *text, struct cg_error *err) {
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        if (!strstr(text, r->words))
            continue;
        cg_error_set(err, r->cls, "%s", text);
        if (err)
            err->retryable = r->retryable;
        const char *name = r->names == NAME_DATABASE ? PQdb(conn) : r->names == NAME_USER ? PQuser(conn) : "";
        const char *gap = strstr(r->hint, "%s");
        int before = gap ? (int)(gap - r->hint) : (int)strlen(r->hint);
        cg_error_hint(err, "%.*s%s%s", before, r->hint, gap && name ? name : "", gap ? gap + 2 : "");
        return -1;
    }
    return cg_error_set(err, CG_ERR_RIGHTS, "%s", text);
}

/* Fills err from a connection that failed before it stood. */
static int connect_error(const struct cg_uri *uri, PGconn *conn, struct cg_error *err) {
    char text[900];
    snprintf(text, sizeof text, "%s", PQerrorMessage(conn));
    hide_secrets(uri, false, text, sizeof text);
    bool by_server = strstr(text, ":  ") != NULL;
    bool unreadable = strstr(text, "invalid port number") || strstr(text, "invalid integer value") ||
                      (strstr(text, "invalid") && strstr(text, " value: "));
    cg_pg_one_line(text, sizeof text);
    if (by_server) {
        refused_by_server(conn, text, err);
    } else if (unreadable) {
        unreadable_uri(uri, text, err);
    } else if (PQconnectionNeedsPassword(conn)) {
        cg_error_set(err, CG_ERR_RIGHTS, "%s", text);
        cg_error_hint(err, "give the password in PGPASSWORD or in the file that PGPASSFILE names (~/.pgpass)");
    } else if (strstr(text, "service file")) {
        cg_error_set(err, CG_ERR_USAGE, "%s", text);
    } else {
        cg_error_set(err, CG_ERR_NETWORK, "%s", text);
        cg_error_hint(err, "check host and port in the URI, that the server runs and listens there, and sslmode");
    }
    cg_error_object(err, "%s", uri->shown);
    return -1;
}

/* ---- connecting ---- */

/* One batch, so one round trip. */
static int apply_settings(PGconn *conn, struct cg_error *err) {
    char sql[2048];
    size_t len = 0;
    int version = PQserverVersion(conn);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (version >= settings[i].from)
            len += (size_t)snprintf(sql + len, sizeof sql - len, "%s;", settings[i].sql);
    return cg_pg_execute(conn, sql, "setting up the session", err);
}

/* libpq ends a password at the first "@", so that the rest of one which holds another comes out as part of the host. */
static bool host_holds_password(const PQconninfoOption *options) {
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (strcmp(o->keyword, "host") == 0 && o->val && o->val[0] != '/' && o->val[0] != '@' && strchr(o->val, '@'))
            return true;
    return false;
}

/* Refuses what libpq cannot read before anything is tried. */
static int check_uri(const struct cg_uri *uri, struct cg_error *err) {
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(uri->text, &why);
    int rc = 0;
    if (!options)
        rc = unreadable_uri(uri, why, err);
    else if (host_holds_password(options))
        rc = unreadable_uri(uri, "there is more than one @ before the host", err);
    PQconninfoFree(options);
    PQfreemem(why);
    return rc;
}

int cg_pg_connect(const struct cg_uri *uri, PGconn **ret_conn, struct cg_error *err) {
    if (check_uri(uri, err))
        return -1;
    /* Later words win over earlier ones: what stands before dbname is a default, what stands behind it is not. An
     * environment variable would lose against a default given here, so it is looked at first. */
    const char *timeout = getenv("PGCONNECT_TIMEOUT");
    const char *const words[] = {"connect_timeout",
                                 "keepalives",
                                 "keepalives_idle",
                                 "keepalives_interval",
                                 "keepalives_count",
                                 "fallback_application_name",
                                 "dbname",
                                 "client_encoding",
                                 NULL};
    const char *const values[] = {
        timeout && *timeout ? timeout : "10", "1", "60", "10", "6", "crossgrade", uri->text, "UTF8", NULL};
    PGconn *conn = PQconnectdbParams(words, values, 1);
    if (!conn)
        return cg_error_memory(err);
    if (PQstatus(conn) != CONNECTION_OK) {
        connect_error(uri, conn, err);
        PQfinish(conn);
        return -1;
    }
    PQsetNoticeReceiver(conn, discard_notice, NULL);
    if (apply_settings(conn, err)) {
        cg_error_object(err, "%s", uri->shown);
        PQfinish(conn);
        return -1;
    }
    *ret_conn = conn;
    return 0;
}

/* ---- which server it is ---- */

static const char *where_connected(PGconn *conn, struct cg_arena *arena) {
    const char *host = PQhost(conn);
    const char *port = PQport(conn);
    if (host && host[0] == '/')
        return cg_arena_printf(arena, "%s/.s.PGSQL.%s", host, port);
    return cg_arena_printf(arena, host && strchr(host, ':') ? "[%s]:%s" : "%s:%s", host ? host : "", port);
}

/* The system identifier; "" where the right to ask is missing. */
static int system_identifier(PGconn *conn, struct cg_arena *arena, const char **ret_text, struct cg_error *err) {
    PGresult *result;
    if (cg_pg_query(conn, "SELECT has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')", NULL, 0,
                    "asking for the server's identity", &result, err))
        return -1;
    bool allowed = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    if (!allowed) {
        *ret_text = "";
        return 0;
    }
    if (cg_pg_query(conn, "SELECT system_identifier FROM pg_catalog.pg_control_system()", NULL, 0,
                    "asking for the server's identity", &result, err))
        return -1;
    *ret_text = cg_arena_strdup(arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    return *ret_text ? 0 : cg_error_memory(err);
}

int cg_pg_server(PGconn *conn, struct cg_arena *arena, struct cg_server *ret_server, struct cg_error *err) {
    struct cg_server server = {.engine = "postgresql", .version_number = PQserverVersion(conn)};
    server.version = cg_arena_strdup(arena, PQparameterStatus(conn, "server_version"));
    server.host = where_connected(conn, arena);
    if (!server.version || !server.host)
        return cg_error_memory(err);
    if (system_identifier(conn, arena, &server.identity, err))
        return -1;
    *ret_server = server;
    return 0;
}
