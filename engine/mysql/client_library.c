/* Everything in which Oracle's libmysqlclient and MariaDB's Connector/C differ; see client_library.h.
 *
 * Oracle's library has the TLS modes as one option and refuses by itself. Connector/C has two switches: "enforce",
 * which in spite of its name goes on without TLS when the server has none, and "verify", which checks chain and host
 * name and refuses a server without TLS before the password is sent. It checks the chain alone whenever a CA is set.
 * Both read option files during the connect, after what the program set: so the outcome is checked once more. */
#include "engine/mysql/client_library.h"

static int option_failed(struct cg_error *err) {
    return cg_error_set(err, CG_ERR_INTERNAL, "the MySQL client library refused an option that it documents");
}

int cg_mysql_client_prepare(MYSQL *mysql, enum cg_mysql_tls tls, bool own_trust, struct cg_error *err) {
    unsigned int off = 0;
    if (mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &off) != 0)
        return option_failed(err);
    if (tls == CG_MYSQL_TLS_VERIFY_CA && !own_trust) {
        cg_error_set(err, CG_ERR_USAGE, "ssl-mode=VERIFY_CA needs ssl-ca or ssl-capath in the URI");
        cg_error_hint(err, "add ssl-ca=FILE with the certificate of the authority that signed the server's");
        return -1;
    }
#if CG_CONNECTOR_C
    my_bool encrypt = tls != CG_MYSQL_TLS_DISABLED;
    my_bool verify = tls == CG_MYSQL_TLS_VERIFY_IDENTITY;
    my_bool reconnect = 0;
    if (mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &encrypt) != 0 ||
        mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify) != 0 ||
        mysql_options(mysql, MYSQL_OPT_RECONNECT, &reconnect) != 0)
        return option_failed(err);
#else
    static const unsigned int modes[] = {
        [CG_MYSQL_TLS_DISABLED] = SSL_MODE_DISABLED,
        [CG_MYSQL_TLS_PREFERRED] = SSL_MODE_PREFERRED,
        [CG_MYSQL_TLS_REQUIRED] = SSL_MODE_REQUIRED,
        [CG_MYSQL_TLS_VERIFY_CA] = SSL_MODE_VERIFY_CA,
        [CG_MYSQL_TLS_VERIFY_IDENTITY] = SSL_MODE_VERIFY_IDENTITY,
    };
    bool fetch_key = true; /* caching_sha2_password without TLS; Connector/C always does so */
    if (mysql_options(mysql, MYSQL_OPT_SSL_MODE, &modes[tls]) != 0 ||
        mysql_options(mysql, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &fetch_key) != 0)
        return option_failed(err);
#endif
    return 0;
}

int cg_mysql_client_check(MYSQL *mysql, enum cg_mysql_tls tls, struct cg_error *err) {
    if (tls < CG_MYSQL_TLS_REQUIRED)
        return 0;
    if (!mysql_get_ssl_cipher(mysql)) {
        cg_error_set(err, CG_ERR_NETWORK, "ssl-mode demands an encrypted connection, but the server offers no TLS");
        cg_error_hint(err, "give the server a certificate (ssl_cert, ssl_key), or connect with ssl-mode=PREFERRED");
        return -1;
    }
#if CG_CONNECTOR_C
    my_bool verified = 0;
    if (tls == CG_MYSQL_TLS_VERIFY_IDENTITY &&
        (mysql_get_option(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified) != 0 || !verified)) {
        cg_error_set(err, CG_ERR_NETWORK,
                     "ssl-mode=VERIFY_IDENTITY was asked for, but an option file switched the verification off");
        cg_error_hint(err, "remove ssl-verify-server-cert=0 from the [client] groups of the option files");
        return -1;
    }
#endif
    return 0;
}
