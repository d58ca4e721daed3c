/* What a mysql:// or mariadb:// URI may say; see options.h. */
#include "engine/mysql/options.h"
#include "core/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum kind {
    KIND_SOCKET,
    KIND_TLS_MODE,
    KIND_TEXT,    /* handed to mysql_options as it is */
    KIND_FILE,    /* the same, but must be readable */
    KIND_SECONDS, /* an unsigned int */
    KIND_COMPRESS,
    KIND_GROUP_SUFFIX,
};

static const struct parameter {
    const char *name;
    enum kind kind;
    enum mysql_option option; /* of TEXT, FILE, SECONDS */
} parameters[] = {
    {"socket", KIND_SOCKET, 0},
    {"ssl-mode", KIND_TLS_MODE, 0},
    {"ssl-ca", KIND_FILE, MYSQL_OPT_SSL_CA},
    {"ssl-capath", KIND_FILE, MYSQL_OPT_SSL_CAPATH},
    {"ssl-cert", KIND_FILE, MYSQL_OPT_SSL_CERT},
    {"ssl-key", KIND_FILE, MYSQL_OPT_SSL_KEY},
    {"ssl-crl", KIND_FILE, MYSQL_OPT_SSL_CRL},
    {"ssl-cipher", KIND_TEXT, MYSQL_OPT_SSL_CIPHER},
    {"tls-version", KIND_TEXT, MYSQL_OPT_TLS_VERSION},
    {"connect-timeout", KIND_SECONDS, MYSQL_OPT_CONNECT_TIMEOUT},
    {"read-timeout", KIND_SECONDS, MYSQL_OPT_READ_TIMEOUT},
    {"write-timeout", KIND_SECONDS, MYSQL_OPT_WRITE_TIMEOUT},
    {"compress", KIND_COMPRESS, 0},
    {"default-auth", KIND_TEXT, MYSQL_DEFAULT_AUTH},
    {"plugin-dir", KIND_FILE, MYSQL_PLUGIN_DIR},
    {"defaults-file", KIND_FILE, MYSQL_READ_DEFAULT_FILE},
    {"defaults-group-suffix", KIND_GROUP_SUFFIX, 0},
};
enum { PARAMETER_COUNT = sizeof parameters / sizeof *parameters, CONNECT_SECONDS = 10 };

static const char *const tls_modes[] = {
    [CG_MYSQL_TLS_DISABLED] = "DISABLED",
    [CG_MYSQL_TLS_PREFERRED] = "PREFERRED",
    [CG_MYSQL_TLS_REQUIRED] = "REQUIRED",
    [CG_MYSQL_TLS_VERIFY_CA] = "VERIFY_CA",
    [CG_MYSQL_TLS_VERIFY_IDENTITY] = "VERIFY_IDENTITY",
};

static const char *parameter_name(const void *context, size_t i) {
    (void)context;
    return parameters[i].name;
}

static int unknown_parameter(const char *name, struct cg_error *err) {
    char known[400] = "";
    size_t used = 0;
    for (size_t i = 0; i < PARAMETER_COUNT; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", parameters[i].name);
    if (strcmp(name, "default-character-set") == 0)
        cg_error_set(err, CG_ERR_USAGE,
                     "the URI's parameter default-character-set is refused: crossgrade always reads utf8mb4");
    else
        cg_error_set(err, CG_ERR_USAGE, "the URI's parameter %s is not known for MySQL and MariaDB", name);
    const char *near = cg_nearest(name, PARAMETER_COUNT, parameter_name, NULL);
    cg_error_hint(err, "%s%s%sknown are: %s", near ? "did you mean " : "", near ? near : "", near ? "? " : "", known);
    return -1;
}

static int bad_value(const char *name, const char *value, const char *allowed, struct cg_error *err) {
    return cg_error_set(err, CG_ERR_USAGE, "the URI's parameter %s=%s is not valid: %s", name, value, allowed);
}

static int option(MYSQL *mysql, enum mysql_option which, const void *value, const char *name, struct cg_error *err) {
    if (mysql_options(mysql, which, value) == 0)
        return 0;
    return cg_error_set(err, CG_ERR_USAGE, "the MySQL client library does not take the URI's parameter %s", name);
}

static int set_seconds(MYSQL *mysql, const struct parameter *known, const char *value, struct cg_error *err) {
    char *end = NULL;
    unsigned long seconds = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || seconds > 31536000)
        return bad_value(known->name, value, "seconds, 0 to 31536000", err);
    unsigned int number = (unsigned int)seconds;
    return option(mysql, known->option, &number, known->name, err);
}

static int set_compress(MYSQL *mysql, const char *value, struct cg_error *err) {
    static const char *const yes[] = {"1", "true", "yes", "on", ""}, *const no[] = {"0", "false", "no", "off"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcasecmp(value, yes[i]) == 0)
            return option(mysql, MYSQL_OPT_COMPRESS, NULL, "compress", err);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (strcasecmp(value, no[i]) == 0)
            return 0;
    return bad_value("compress", value, "true or false", err);
}

static int set_tls(const char *value, struct cg_mysql_endpoint *endpoint, struct cg_error *err) {
    for (size_t i = 0; i < sizeof tls_modes / sizeof *tls_modes; i++)
        if (strcasecmp(value, tls_modes[i]) == 0) {
            endpoint->tls = (enum cg_mysql_tls)i;
            return 0;
        }
    return bad_value("ssl-mode", value, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY", err);
}

static int set_parameter(MYSQL *mysql, const struct parameter *known, const char *value,
                         struct cg_mysql_endpoint *endpoint, struct cg_error *err) {
    char group[256];
    switch (known->kind) {
    case KIND_SOCKET:
        endpoint->socket = value;
        return 0;
    case KIND_TLS_MODE:
        return set_tls(value, endpoint, err);
    case KIND_FILE:
        if (access(value, R_OK) != 0)
            return bad_value(known->name, value, "it cannot be read", err);
        return option(mysql, known->option, value, known->name, err);
    case KIND_TEXT:
        return option(mysql, known->option, value, known->name, err);
    case KIND_SECONDS:
        return set_seconds(mysql, known, value, err);
    case KIND_COMPRESS:
        return set_compress(mysql, value, err);
    case KIND_GROUP_SUFFIX:
        if ((size_t)snprintf(group, sizeof group, "client%s", value) >= sizeof group)
            return bad_value(known->name, value, "it is too long", err);
        return option(mysql, MYSQL_READ_DEFAULT_GROUP, group, known->name, err);
    }
    return cg_error_set(err, CG_ERR_INTERNAL, "URI parameter %s has no handler", known->name);
}

static int set_parameters(MYSQL *mysql, const struct cg_uri *uri, struct cg_mysql_endpoint *endpoint, bool *ret_trust,
                          bool *ret_tls, struct cg_error *err) {
    for (size_t i = 0; i < uri->parameter_count; i++) {
        const struct cg_uri_parameter *given = &uri->parameters[i];
        const struct parameter *known = NULL;
        for (size_t k = 0; k < PARAMETER_COUNT && !known; k++)
            if (strcmp(given->name, parameters[k].name) == 0)
                known = &parameters[k];
        if (!known)
            return unknown_parameter(given->name, err);
        if (set_parameter(mysql, known, given->value ? given->value : "", endpoint, err) < 0)
            return -1;
        *ret_tls |= known->kind == KIND_TLS_MODE;
        *ret_trust |= known->option == MYSQL_OPT_SSL_CA || known->option == MYSQL_OPT_SSL_CAPATH;
    }
    return 0;
}

static int check_parts(const struct cg_uri *uri, const struct cg_mysql_endpoint *endpoint, struct cg_error *err) {
    if (!uri->database || !uri->database[0]) {
        cg_error_set(err, CG_ERR_USAGE, "the URI %s names no database", uri->shown);
        cg_error_hint(err, "write %s://USER@HOST:PORT/DATABASE", uri->scheme);
        return -1;
    }
    /* Connector/C would read such a "host" as a connection string or as a list of servers. */
    if (endpoint->host && strpbrk(endpoint->host, "=;,/ "))
        return cg_error_set(err, CG_ERR_USAGE, "the URI's host %s is not a host name", endpoint->host);
    if (endpoint->socket && endpoint->host && strcasecmp(endpoint->host, "localhost") != 0)
        return cg_error_set(err, CG_ERR_USAGE, "the URI has both a host (%s) and a socket (%s)", endpoint->host,
                            endpoint->socket);
    return 0;
}

/* As the mysql client does it: localhost without a port is the socket, with one it is TCP. */
static int set_protocol(MYSQL *mysql, const struct cg_uri *uri, const struct cg_mysql_endpoint *endpoint,
                        struct cg_error *err) {
    unsigned int protocol = MYSQL_PROTOCOL_DEFAULT;
    if (endpoint->socket)
        protocol = MYSQL_PROTOCOL_SOCKET;
    else if (endpoint->host && (uri->port || strcasecmp(endpoint->host, "localhost") != 0))
        protocol = MYSQL_PROTOCOL_TCP;
    if (protocol == MYSQL_PROTOCOL_DEFAULT)
        return 0;
    return option(mysql, MYSQL_OPT_PROTOCOL, &protocol, "socket", err);
}

int cg_mysql_options(MYSQL *mysql, const struct cg_uri *uri, struct cg_mysql_endpoint *ret_endpoint,
                     struct cg_error *err) {
    struct cg_mysql_endpoint endpoint = {.host = uri->host && uri->host[0] ? uri->host : NULL,
                                         .password = uri->password ? uri->password : getenv("MYSQL_PWD"),
                                         .tls = CG_MYSQL_TLS_PREFERRED};
    unsigned int seconds = CONNECT_SECONDS;
    unsigned long packet = 1UL << 30; /* R3 */
    bool trust = false, tls_given = false;
    if (option(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds, "connect-timeout", err) < 0 ||
        option(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet, "max-allowed-packet", err) < 0 ||
        option(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4", "default-character-set", err) < 0 ||
        option(mysql, MYSQL_READ_DEFAULT_GROUP, "client", "defaults-file", err) < 0 ||
        set_parameters(mysql, uri, &endpoint, &trust, &tls_given, err) < 0 || check_parts(uri, &endpoint, err) < 0 ||
        set_protocol(mysql, uri, &endpoint, err) < 0)
        return -1;
    /* A socket of this machine gains nothing from TLS unless it is asked for. */
    bool local = endpoint.socket || (endpoint.host && !uri->port && strcasecmp(endpoint.host, "localhost") == 0);
    if (!tls_given && trust)
        endpoint.tls = CG_MYSQL_TLS_VERIFY_CA; /* as Oracle's client has it */
    else if (!tls_given && local)
        endpoint.tls = CG_MYSQL_TLS_DISABLED;
    if (cg_mysql_client_prepare(mysql, endpoint.tls, trust, err) < 0)
        return -1;
    *ret_endpoint = endpoint;
    return 0;
}
