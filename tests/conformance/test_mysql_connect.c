/* Connecting to MySQL and MariaDB: what the URI may say, where the password comes from, TLS, session settings (R3),
 * errors, quoting. */
#include "mysql_fixture.h"

#include <string.h>
#include <unistd.h>

static int setup(void **state) {
    (void)state;
    test_arena = cg_arena_new();
    for (size_t i = 0; i < SERVER_COUNT; i++)
        server_begin(&servers[i], "cg_my_connect");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++)
        server_end(&servers[i]);
    cg_arena_free(test_arena);
    return 0;
}

/* Connects where that must fail. */
static void refused(const char *uri_text, enum cg_error_class cls, struct cg_error *ret_error) {
    struct cg_uri uri;
    MYSQL *mysql = NULL;
    memset(ret_error, 0, sizeof *ret_error);
    assert_ok(cg_uri_parse(uri_text, test_arena, &uri, &test_error));
    assert_int_equal(cg_mysql_connect(&uri, &mysql, ret_error), -1);
    assert_null(mysql);
    if (ret_error->cls != cls)
        fail_msg("%s: class %s: %s", uri_text, cg_error_class_name(ret_error->cls), ret_error->message);
}

static const char *with(const struct server *server, const char *parameters) {
    return cg_arena_printf(test_arena, "%s%s", server->uri, parameters);
}

/* ---- the URI ---- */

static void an_unknown_parameter_is_refused_and_the_known_are_listed(void **state) {
    struct cg_error err;
    refused(with(*state, "?sslmode=require"), CG_ERR_USAGE, &err);
    assert_non_null(strstr(err.message, "sslmode"));
    assert_non_null(strstr(err.hint, "ssl-mode"));
    assert_non_null(strstr(err.hint, "defaults-group-suffix"));
}

static void another_character_set_is_refused(void **state) {
    struct cg_error err;
    refused(with(*state, "?default-character-set=latin1"), CG_ERR_USAGE, &err);
    assert_non_null(strstr(err.message, "utf8mb4"));
}

static void a_bad_value_is_refused_with_what_is_allowed(void **state) {
    struct cg_error err;
    refused(with(*state, "?ssl-mode=maybe"), CG_ERR_USAGE, &err);
    assert_non_null(strstr(err.message, "VERIFY_IDENTITY"));
    refused(with(*state, "?connect-timeout=-1"), CG_ERR_USAGE, &err);
    refused(with(*state, "?compress=perhaps"), CG_ERR_USAGE, &err);
    refused(with(*state, "?ssl-ca=/no/such/file"), CG_ERR_USAGE, &err);
    assert_non_null(strstr(err.message, "/no/such/file"));
}

static void a_uri_without_a_database_is_refused(void **state) {
    const struct server *server = *state;
    struct cg_error err;
    refused(server->base, CG_ERR_USAGE, &err);
    assert_non_null(strstr(err.message, "no database"));
}

static void a_missing_database_is_named(void **state) {
    const struct server *server = *state;
    struct cg_error err;
    refused(cg_arena_printf(test_arena, "%s/cg_my_no_such", server->base), CG_ERR_RIGHTS, &err);
    assert_non_null(strstr(err.message, "cg_my_no_such"));
    assert_int_equal(err.vendor, 1049);
}

static void an_unreachable_server_is_a_network_error_that_names_it(void **state) {
    (void)state;
    struct cg_error err;
    refused("mysql://root@127.0.0.1:1/x", CG_ERR_NETWORK, &err);
    assert_string_equal(err.object, "server 127.0.0.1:1");
    assert_true(err.hint[0]);
}

static void a_wrong_password_is_a_matter_of_rights_and_never_shown(void **state) {
    struct server *server = *state;
    struct cg_error err;
    refused(uri_as(server, "cg_my_nobody:s3cr3t", ""), CG_ERR_RIGHTS, &err);
    assert_int_equal(err.vendor, 1045);
    assert_null(strstr(err.message, "s3cr3t"));
    assert_null(strstr(err.hint, "s3cr3t"));
    assert_null(strstr(err.object, "s3cr3t"));
}

static void the_socket_is_taken_where_it_is_named(void **state) {
    struct server *server = *state;
    struct cg_uri uri;
    struct cg_server seen;
    const char *path = value_of(server->admin, "SELECT @@socket");
    const char *text = cg_arena_printf(test_arena, "mysql://root@localhost/%s?socket=%s", server->name, path);
    MYSQL *mysql = connect_to(text);
    assert_ok(cg_uri_parse(text, test_arena, &uri, &test_error));
    assert_ok(cg_mysql_server(mysql, &uri, test_arena, &seen, &test_error));
    assert_string_equal(seen.host, path);
    assert_non_null(strstr(mysql_get_host_info(mysql), "socket"));
    mysql_close(mysql);
}

static void localhost_with_a_port_is_tcp(void **state) {
    struct server *server = *state;
    struct cg_uri base;
    assert_ok(cg_uri_parse(server->base, test_arena, &base, &test_error));
    MYSQL *mysql = connect_to(cg_arena_printf(test_arena, "mysql://root@localhost:%d/%s", base.port, server->name));
    assert_non_null(strstr(mysql_get_host_info(mysql), "TCP"));
    mysql_close(mysql);
}

static void the_server_tells_what_it_is(void **state) {
    struct server *server = *state;
    struct cg_uri uri;
    struct cg_server seen;
    assert_ok(cg_uri_parse(server->uri, test_arena, &uri, &test_error));
    assert_ok(cg_mysql_server(server->admin, &uri, test_arena, &seen, &test_error));
    assert_string_equal(seen.engine, server->mariadb ? "mariadb" : "mysql");
    assert_string_equal(seen.version, value_of(server->admin, "SELECT VERSION()"));
    assert_true(seen.version_number >= (server->mariadb ? 100600 : 80400));
    assert_string_equal(seen.host, cg_arena_printf(test_arena, "%s:%d", uri.host, uri.port));
    assert_true(seen.identity[0]);
}

/* ---- passwords ---- */

static const char *option_file(const char *text) {
    char path[] = "/tmp/cg_my_connect_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return cg_arena_strdup(test_arena, path);
}

static void the_password_comes_from_the_uri_then_the_environment_then_the_option_file(void **state) {
    struct server *server = *state;
    struct cg_error err;
    make_user(server, "cg_my_pw", "IDENTIFIED BY 'right one'");
    grant(server, "SELECT", NULL, "cg_my_pw");
    const char *right = option_file("[client]\npassword=\"right one\"\n");
    const char *wrong = option_file("[client]\npassword=wrong\n[client_other]\npassword=\"right one\"\n");

    mysql_close(connect_to(uri_as(server, "cg_my_pw:right%20one", "")));
    mysql_close(connect_to(uri_as(server, "cg_my_pw", cg_arena_printf(test_arena, "?defaults-file=%s", right))));
    refused(uri_as(server, "cg_my_pw", cg_arena_printf(test_arena, "?defaults-file=%s", wrong)), CG_ERR_RIGHTS, &err);
    mysql_close(connect_to(uri_as(
        server, "cg_my_pw", cg_arena_printf(test_arena, "?defaults-file=%s&defaults-group-suffix=_other", wrong))));

    setenv("MYSQL_PWD", "right one", 1);
    mysql_close(connect_to(uri_as(server, "cg_my_pw", cg_arena_printf(test_arena, "?defaults-file=%s", wrong))));
    refused(uri_as(server, "cg_my_pw:wrong", ""), CG_ERR_RIGHTS, &err);
    unsetenv("MYSQL_PWD");

    unlink(right);
    unlink(wrong);
    drop_user(server, "cg_my_pw");
}

static void an_option_file_cannot_change_the_character_set(void **state) {
    struct server *server = *state;
    const char *path = option_file("[client]\ndefault-character-set=latin1\n");
    MYSQL *mysql = connect_to(with(server, cg_arena_printf(test_arena, "?defaults-file=%s", path)));
    assert_string_equal(value_of(mysql, "SELECT @@character_set_client"), "utf8mb4");
    assert_string_equal(value_of(mysql, "SELECT @@character_set_results"), "utf8mb4");
    assert_string_equal(mysql_character_set_name(mysql), "utf8mb4");
    mysql_close(mysql);
    unlink(path);
}

static void caching_sha2_password_logs_in_over_tls_by_rsa_and_over_the_socket(void **state) {
    struct server *server = *state;
    const char *socket = value_of(server->admin, "SELECT @@socket");
    const char *const ways[] = {
        uri_as(server, "cg_my_sha2:secret", "?ssl-mode=REQUIRED"),
        uri_as(server, "cg_my_sha2:secret", "?ssl-mode=DISABLED"),
        cg_arena_printf(test_arena, "mysql://cg_my_sha2:secret@localhost/%s?socket=%s", server->name, socket),
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        /* Made anew: the server remembers a password that was proved once. */
        make_user(server, "cg_my_sha2", "IDENTIFIED WITH caching_sha2_password BY 'secret'");
        grant(server, "SELECT", NULL, "cg_my_sha2");
        mysql_close(connect_to(ways[i]));
    }
    drop_user(server, "cg_my_sha2");
}

/* ---- TLS ---- */

static bool has_tls(struct server *server) {
    if (!server->mariadb)
        return true; /* MySQL makes itself a certificate */
    return strcmp(value_of(server->admin, "SELECT @@have_ssl"), "YES") == 0;
}

static void required_tls_is_had_or_refused(void **state) {
    struct server *server = *state;
    struct cg_error err;
    if (has_tls(server)) {
        MYSQL *mysql = connect_to(with(server, "?ssl-mode=required"));
        assert_non_null(mysql_get_ssl_cipher(mysql));
        mysql_close(mysql);
        return;
    }
    refused(with(server, "?ssl-mode=required"), CG_ERR_NETWORK, &err);
    assert_non_null(strstr(err.message, "no TLS"));
    refused(with(server, "?ssl-mode=VERIFY_IDENTITY"), CG_ERR_NETWORK, &err);
    mysql_close(connect_to(with(server, "?ssl-mode=PREFERRED")));
}

static void preferred_is_encrypted_where_the_server_can_and_disabled_never(void **state) {
    struct server *server = *state;
    MYSQL *mysql = connect_to(server->uri);
    assert_int_equal(mysql_get_ssl_cipher(mysql) != NULL, has_tls(server));
    mysql_close(mysql);
    mysql = connect_to(with(server, "?ssl-mode=DISABLED"));
    assert_null(mysql_get_ssl_cipher(mysql));
    mysql_close(mysql);
}

static void verification_really_verifies(void **state) {
    struct server *server = *state;
    struct cg_error err;
    /* The certificate that MySQL made itself: a chain to its own ca.pem, and no host's name. */
    const char *ca = value_of(server->admin, "SELECT CONCAT(@@datadir, @@ssl_ca)");
    const char *other = value_of(server->admin, "SELECT CONCAT(@@datadir, 'client-cert.pem')");
    assert_int_equal(access(ca, R_OK), 0);
    assert_int_equal(access(other, R_OK), 0);
    mysql_close(connect_to(with(server, cg_arena_printf(test_arena, "?ssl-mode=VERIFY_CA&ssl-ca=%s", ca))));
    mysql_close(connect_to(with(server, cg_arena_printf(test_arena, "?ssl-ca=%s", ca))));
    refused(with(server, cg_arena_printf(test_arena, "?ssl-mode=VERIFY_CA&ssl-ca=%s", other)), CG_ERR_NETWORK, &err);
    refused(with(server, cg_arena_printf(test_arena, "?ssl-ca=%s", other)), CG_ERR_NETWORK, &err);
    refused(with(server, cg_arena_printf(test_arena, "?ssl-mode=VERIFY_IDENTITY&ssl-ca=%s", ca)), CG_ERR_NETWORK, &err);
    refused(with(server, "?ssl-mode=VERIFY_CA"), CG_ERR_USAGE, &err);
}

/* ---- the session ---- */

static void r3_every_session_has_known_settings(void **state) {
    struct server *server = *state;
    MYSQL *mysql = server->admin;
    assert_string_equal(value_of(mysql, "SELECT @@SESSION.sql_mode"), "");
    assert_string_equal(value_of(mysql, "SELECT @@SESSION.time_zone"), "+00:00");
    assert_string_equal(
        value_of(mysql, "SELECT @@SESSION.%s", server->mariadb ? "tx_isolation" : "transaction_isolation"),
        "REPEATABLE-READ");
    assert_string_equal(value_of(mysql, "SELECT @@SESSION.character_set_results"), "utf8mb4");
    assert_string_equal(value_of(mysql, "SELECT @@SESSION.wait_timeout"), "31536000");
    assert_string_equal(value_of(mysql, "SELECT @@SESSION.net_write_timeout"), "31536000");
    assert_string_equal(value_of(mysql, "SELECT @@SESSION.autocommit"), "1");
    if (server->mariadb) {
        assert_string_equal(value_of(mysql, "SELECT @@SESSION.max_statement_time"), "0.000000");
        assert_string_equal(value_of(mysql, "SELECT @@SESSION.idle_transaction_timeout"), "0");
    } else {
        assert_string_equal(value_of(mysql, "SELECT @@SESSION.max_execution_time"), "0");
        assert_string_equal(value_of(mysql, "SELECT @@SESSION.information_schema_stats_expiry"), "0");
    }
}

/* ---- errors ---- */

static void a_killed_connection_is_lost(void **state) {
    struct server *server = *state;
    struct cg_error err = {0};
    MYSQL *mysql = connect_to(server->uri);
    run(server->admin, "KILL %lu", mysql_thread_id(mysql));
    while (cg_mysql_execute(mysql, "DO 1", &err) == 0) /* until the server has carried it out */
        ;
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    assert_true(cg_mysql_errno_is_lost((unsigned int)err.vendor));
    mysql_close(mysql);
}

static void a_missing_right_is_a_matter_of_rights(void **state) {
    struct server *server = *state;
    struct cg_error err = {0};
    run(server->admin, "CREATE OR REPLACE VIEW v AS SELECT 1 AS one");
    make_user(server, "cg_my_few", "");
    grant(server, "SHOW VIEW", NULL, "cg_my_few");
    MYSQL *mysql = connect_to(uri_as(server, "cg_my_few", ""));
    assert_int_equal(cg_mysql_execute(mysql, "SELECT * FROM v", &err), -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    assert_string_equal(err.sqlstate, "42000");
    mysql_close(mysql);
    drop_user(server, "cg_my_few");
}

static void a_failed_statement_tells_its_text_number_and_state(void **state) {
    struct server *server = *state;
    struct cg_error err = {0};
    assert_int_equal(cg_mysql_execute(server->admin, "SELEKT 1", &err), -1);
    assert_int_equal(err.cls, CG_ERR_ENGINE);
    assert_int_equal(err.vendor, 1064);
    assert_string_equal(err.sqlstate, "42000");
    assert_non_null(strstr(err.message, "SELEKT 1"));
}

/* ---- quoting ---- */

static void names_and_literals_survive_quoting(void **state) {
    struct server *server = *state;
    static const char awkward[] = "a'b\"c\\d`e\n\t%_;--\xc3\xa9\xf0\x9f\x98\x80\0z";
    const struct cg_slice text = {(const unsigned char *)awkward, sizeof awkward - 1};
    struct cg_buffer sql;
    cg_buffer_init(&sql, 4096);
    assert_ok(cg_buffer_text(&sql, "SELECT HEX(", &test_error));
    assert_ok(cg_mysql_put_literal(&sql, text, &test_error));
    assert_ok(cg_buffer_text(&sql, ") AS ", &test_error));
    assert_ok(cg_mysql_put_name(&sql, "we`ird ``na.me", &test_error));
    MYSQL_RES *result = NULL;
    assert_ok(cg_mysql_query(server->admin, cg_buffer_cstr(&sql, &test_error), &result, &test_error));
    char hex[2 * sizeof awkward];
    for (size_t i = 0; i < text.len; i++)
        snprintf(hex + 2 * i, 3, "%02X", text.data[i]);
    assert_string_equal(mysql_fetch_row(result)[0], hex);
    assert_string_equal(mysql_fetch_field_direct(result, 0)->name, "we`ird ``na.me");
    mysql_free_result(result);
    cg_buffer_done(&sql);
}

int main(void) {
    servers_or_skip();
    const struct CMUnitTest tests[] = {
        EACH(an_unknown_parameter_is_refused_and_the_known_are_listed),
        EACH(another_character_set_is_refused),
        EACH(a_bad_value_is_refused_with_what_is_allowed),
        EACH(a_uri_without_a_database_is_refused),
        EACH(a_missing_database_is_named),
        cmocka_unit_test(an_unreachable_server_is_a_network_error_that_names_it),
        EACH(a_wrong_password_is_a_matter_of_rights_and_never_shown),
        EACH(the_socket_is_taken_where_it_is_named),
        EACH(localhost_with_a_port_is_tcp),
        EACH(the_server_tells_what_it_is),
        EACH(the_password_comes_from_the_uri_then_the_environment_then_the_option_file),
        EACH(an_option_file_cannot_change_the_character_set),
        ON_MYSQL(caching_sha2_password_logs_in_over_tls_by_rsa_and_over_the_socket),
        EACH(required_tls_is_had_or_refused),
        EACH(preferred_is_encrypted_where_the_server_can_and_disabled_never),
        ON_MYSQL(verification_really_verifies),
        EACH(r3_every_session_has_known_settings),
        EACH(a_killed_connection_is_lost),
        EACH(a_missing_right_is_a_matter_of_rights),
        EACH(a_failed_statement_tells_its_text_number_and_state),
        EACH(names_and_literals_survive_quoting),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
