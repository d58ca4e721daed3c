/* Connecting to PostgreSQL: the session's settings, what a refusal is called and advises, and that no message ever
 * holds the password. Refusals that the test servers would never give come from a server of our own that says nothing
 * else. */
#include "engine/postgresql/connection.h"
#include "tests/conformance/pg_fixture.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static struct cg_error err;

static int setup(void **state) {
    (void)state;
    err = (struct cg_error){0};
    fixture_make_database("cg_pg_connect", "");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fixture_close();
    return 0;
}

/* Connects; what the URI parser refuses is handed to libpq all the same, since others may call with less care. */
static int try_connect(const char *text, PGconn **ret_conn) {
    struct cg_uri uri;
    struct cg_error parse;
    if (cg_uri_parse(text, fixture.arena, &uri, &parse))
        uri = (struct cg_uri){.text = text, .shown = "(shown)"};
    return cg_pg_connect(&uri, ret_conn, &err);
}

static PGconn *connected(void) {
    PGconn *conn = NULL;
    must(try_connect(fixture.uri, &conn));
    return conn;
}

static void assert_shown(PGconn *conn, const char *setting, const char *expected) {
    char sql[128];
    PGresult *result = NULL;
    snprintf(sql, sizeof sql, "SHOW %s", setting);
    must(cg_pg_query(conn, sql, NULL, 0, "showing", &result, &trouble));
    assert_string_equal(PQgetvalue(result, 0, 0), expected);
    PQclear(result);
}

static void r21_a_session_has_its_settings_whatever_the_database_says(void **state) {
    (void)state;
    static const char *const expected[][2] = {
        {"row_security", "off"},
        {"timezone", "UTC"},
        {"datestyle", "ISO, YMD"},
        {"intervalstyle", "postgres"},
        {"extra_float_digits", "3"},
        {"bytea_output", "hex"},
        {"client_encoding", "UTF8"},
        {"statement_timeout", "0"},
        {"lock_timeout", "0"},
        {"idle_in_transaction_session_timeout", "0"},
        {"idle_session_timeout", "0"},
        {"quote_all_identifiers", "off"},
        {"default_transaction_isolation", "read committed"},
        {"search_path", "pg_catalog, pg_temp"},
        {"application_name", "crossgrade"},
    };
    run("ALTER DATABASE cg_pg_connect SET timezone = 'Asia/Tokyo'");
    run("ALTER DATABASE cg_pg_connect SET datestyle = 'German'");
    run("ALTER DATABASE cg_pg_connect SET extra_float_digits = -5");
    run("ALTER DATABASE cg_pg_connect SET statement_timeout = '1h'");
    run("ALTER DATABASE cg_pg_connect SET quote_all_identifiers = on");
    run("ALTER DATABASE cg_pg_connect SET default_transaction_isolation = 'serializable'");
    run("ALTER DATABASE cg_pg_connect SET idle_session_timeout = '1h'");
    PGconn *conn = connected();
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_shown(conn, expected[i][0], expected[i][1]);
    PQfinish(conn);
}

static void the_server_tells_its_version_and_identity(void **state) {
    (void)state;
    PGconn *conn = connected();
    struct cg_server server;
    must(cg_pg_server(conn, fixture.arena, &server, &trouble));
    assert_string_equal(server.engine, "postgresql");
    assert_int_equal(server.version_number, PQserverVersion(conn));
    assert_string_equal(server.identity, value("SELECT system_identifier FROM pg_control_system()"));
    assert_non_null(strchr(server.host, ':'));
    PQfinish(conn);
}

static void assert_refused(const char *uri, enum cg_error_class cls, const char *words, const char *hint) {
    PGconn *conn = NULL;
    assert_int_equal(try_connect(uri, &conn), -1);
    assert_null(conn);
    if (err.cls != cls || !strstr(err.message, words) || !strstr(err.hint, hint))
        fail_msg("%s: [%s] %s; hint: %s", uri, cg_error_class_name(err.cls), err.message, err.hint);
}

static void a_missing_database_or_role_is_a_matter_of_rights(void **state) {
    (void)state;
    char uri[640];
    snprintf(uri, sizeof uri, "%s/cg_no_such_database", fixture.server);
    assert_refused(uri, CG_ERR_RIGHTS, "cg_no_such_database", "createdb cg_no_such_database");
    snprintf(uri, sizeof uri, "%s?user=cg_no_such_role", fixture.uri);
    assert_refused(uri, CG_ERR_RIGHTS, "cg_no_such_role", "createuser cg_no_such_role");
    run("DROP ROLE IF EXISTS cg_no_login");
    run("CREATE ROLE cg_no_login NOLOGIN");
    snprintf(uri, sizeof uri, "%s?user=cg_no_login", fixture.uri);
    assert_refused(uri, CG_ERR_RIGHTS, "not permitted to log in", "ALTER ROLE \"cg_no_login\" LOGIN");
    run("DROP ROLE cg_no_login");
}

static void what_cannot_be_reached_is_a_matter_of_the_network(void **state) {
    (void)state;
    assert_refused("postgresql://me@127.0.0.1:1/x", CG_ERR_NETWORK, "port 1", "host and port");
    assert_refused("postgresql:///x?host=/nonexistent/directory", CG_ERR_NETWORK, "/nonexistent/directory", "runs");
    assert_refused("postgresql://me@host.invalid/x", CG_ERR_NETWORK, "host.invalid", "host and port");
}

static void the_password_is_in_no_message_however_the_uri_is_broken(void **state) {
    (void)state;
    static const char *const uris[] = {
        "postgresql://me:s3cr3tWord@127.0.0.1:1/x",
        "postgresql://me:s3cr3tWord@127.0.0.1:1/x?no_such_word=1",
        "postgresql://me:s3cr3tWord@127.0.0.1:port/x",
        "postgresql://me:s3cr3t/Word@127.0.0.1:1/x",
        "postgresql://me:s3cr3t%zzWord@127.0.0.1:1/x",
        "postgresql://me:s3cr3tWord@[::1:1/x",
        "postgresql://me:s3cr3t@Word@127.0.0.1:1/x",
        "postgresql://me:s3cr3t?Word@127.0.0.1:1/x",
        "postgresql://me:s3cr3t#Word@127.0.0.1:1/x",
        "postgresql://127.0.0.1:1/x?password=s3cr3tWord",
        "postgresql://127.0.0.1:1/x?password=s3cr3tWord&sslmode=nosuch",
        "postgresql://127.0.0.1:1/x?sslmode=require&sslpassword=s3cr3tWord",
    };
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        PGconn *conn = NULL;
        assert_int_equal(try_connect(uris[i], &conn), -1);
        assert_true(err.cls == CG_ERR_USAGE || err.cls == CG_ERR_NETWORK);
        const char *const texts[] = {err.message, err.hint, err.object};
        for (size_t t = 0; t < 3; t++)
            if (strstr(texts[t], "s3cr3t") || strstr(texts[t], "Word"))
                fail_msg("%s: %s", uris[i], texts[t]);
    }
}

/* ---- a server that only refuses ---- */

struct refuser {
    int listener;
    const char *state, *words;
};

static void put(unsigned char *message, size_t *len, char field, const char *text) {
    message[(*len)++] = (unsigned char)field;
    memcpy(message + *len, text, strlen(text) + 1);
    *len += strlen(text) + 1;
}

/* Reads the startup packet and answers with one ErrorResponse. */
static void *refuse(void *argument) {
    const struct refuser *refuser = argument;
    unsigned char packet[2048], message[1024];
    int peer = accept(refuser->listener, NULL, NULL);
    if (peer < 0 || recv(peer, packet, sizeof packet, 0) <= 0)
        return NULL;
    size_t len = 5;
    put(message, &len, 'S', "FATAL");
    put(message, &len, 'V', "FATAL");
    put(message, &len, 'C', refuser->state);
    put(message, &len, 'M', refuser->words);
    message[len++] = 0;
    message[0] = 'E';
    uint32_t size = htonl((uint32_t)len - 1);
    memcpy(message + 1, &size, sizeof size);
    send(peer, message, len, MSG_NOSIGNAL);
    close(peer);
    return NULL;
}

static void assert_refusal(const char *sqlstate, const char *words, enum cg_error_class cls, bool retryable,
                           const char *hint) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    struct refuser refuser = {.listener = socket(AF_INET, SOCK_STREAM, 0), .state = sqlstate, .words = words};
    assert_int_equal(bind(refuser.listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(refuser.listener, 1), 0);
    assert_int_equal(getsockname(refuser.listener, (struct sockaddr *)&address, &size), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, refuse, &refuser), 0);
    char uri[256];
    snprintf(uri, sizeof uri, "postgresql://me:s3cr3t@127.0.0.1:%d/shop?sslmode=disable&gssencmode=disable",
             ntohs(address.sin_port));
    assert_refused(uri, cls, words, hint);
    assert_int_equal(err.retryable, retryable);
    assert_null(strstr(err.message, "s3cr3t"));
    assert_null(strstr(err.object, "s3cr3t"));
    pthread_join(thread, NULL);
    close(refuser.listener);
}

static void a_refused_login_says_what_to_do(void **state) {
    (void)state;
    assert_refusal("28P01", "password authentication failed for user \"me\"", CG_ERR_RIGHTS, false, "PGPASSFILE");
    assert_refusal("28000", "no pg_hba.conf entry for host \"127.0.0.1\", user \"me\"", CG_ERR_RIGHTS, false,
                   "pg_hba.conf");
    assert_refusal("42501", "permission denied for database \"shop\"", CG_ERR_RIGHTS, false,
                   "GRANT CONNECT ON DATABASE \"shop\"");
    assert_refusal("57P03", "the database system is starting up", CG_ERR_NETWORK, true, "wait");
    assert_refusal("53300", "sorry, too many clients already", CG_ERR_NETWORK, true, "max_connections");
    assert_refusal("28P01", "Passwort-Authentifizierung fehlgeschlagen", CG_ERR_RIGHTS, false, "");
}

/* ---- errors of statements ---- */

static void an_error_has_its_class_by_sqlstate_and_the_servers_words(void **state) {
    (void)state;
    static const struct {
        const char *sqlstate;
        enum cg_error_class cls;
        bool retryable;
    } cases[] = {
        {"40P01", CG_ERR_ENGINE, true},     {"40001", CG_ERR_ENGINE, true},  {"55P03", CG_ERR_ENGINE, true},
        {"42501", CG_ERR_RIGHTS, false},    {"28P01", CG_ERR_RIGHTS, false}, {"3D000", CG_ERR_RIGHTS, false},
        {"57014", CG_ERR_CANCELLED, false}, {"57P01", CG_ERR_NETWORK, true}, {"08006", CG_ERR_NETWORK, true},
        {"23505", CG_ERR_ENGINE, false},    {"XX000", CG_ERR_ENGINE, false},
    };
    PGconn *conn = connected();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char sql[256];
        snprintf(sql, sizeof sql,
                 "DO $$ BEGIN RAISE 'the words' USING ERRCODE = '%s', DETAIL = 'a detail', HINT = 'a hint'; END $$",
                 cases[i].sqlstate);
        assert_int_equal(cg_pg_execute(conn, sql, "doing it", &err), -1);
        assert_string_equal(err.sqlstate, cases[i].sqlstate);
        assert_int_equal(err.cls, cases[i].cls);
        assert_int_equal(err.retryable, cases[i].retryable);
        assert_ptr_equal(strstr(err.message, "doing it: the words; detail: a detail; hint: a hint"), err.message);
    }
    PQfinish(conn);
}

static void a_connection_that_is_gone_is_a_matter_of_the_network(void **state) {
    (void)state;
    PGconn *conn = connected();
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", PQbackendPID(conn));
    run(sql);
    assert_int_equal(cg_pg_execute(conn, "SELECT 1", "looking", &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    assert_true(err.retryable);
    assert_int_equal(cg_pg_execute(conn, "SELECT 1", "looking", &err), -1);
    assert_int_equal(err.cls, CG_ERR_NETWORK);
    PQfinish(conn);
}

static void a_long_detail_is_cut_between_characters(void **state) {
    (void)state;
    PGconn *conn = connected();
    assert_int_equal(cg_pg_execute(conn, "DO $$ BEGIN RAISE 'x' USING DETAIL = repeat('ä', 5000); END $$", "d", &err),
                     -1);
    assert_non_null(strstr(err.message, "ä..."));
    PGresult *result = NULL; /* the server would refuse what is no UTF-8 */
    must(cg_pg_query(conn, "SELECT $1::text", (const char *const[]){err.message}, 1, "echo", &result, &trouble));
    PQclear(result);
    PQfinish(conn);
}

/* ---- quoting ---- */

static void names_and_literals_come_back_as_they_were(void **state) {
    (void)state;
    static const char *const texts[] = {"plain",  "it's",    "\"quoted\"", "a.b", "Back\\slash",
                                        "select", "ünïcode", "'; --",      "''"};
    PGconn *conn = connected();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cg_buffer sql;
        cg_buffer_init(&sql, 4096);
        must(cg_buffer_text(&sql, "SELECT ", &trouble));
        must(cg_pg_put_literal(&sql, texts[i], &trouble));
        must(cg_buffer_text(&sql, " AS ", &trouble));
        must(cg_pg_put_name(&sql, texts[i], &trouble));
        PGresult *result = NULL;
        must(cg_pg_query(conn, cg_buffer_cstr(&sql, &trouble), NULL, 0, "asking", &result, &trouble));
        assert_string_equal(PQgetvalue(result, 0, 0), texts[i]);
        assert_string_equal(PQfname(result, 0), texts[i]);
        PQclear(result);
        cg_buffer_done(&sql);
    }
    PQfinish(conn);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(r21_a_session_has_its_settings_whatever_the_database_says, setup, teardown),
        cmocka_unit_test_setup_teardown(the_server_tells_its_version_and_identity, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_database_or_role_is_a_matter_of_rights, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_reached_is_a_matter_of_the_network, setup, teardown),
        cmocka_unit_test_setup_teardown(the_password_is_in_no_message_however_the_uri_is_broken, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refused_login_says_what_to_do, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_has_its_class_by_sqlstate_and_the_servers_words, setup, teardown),
        cmocka_unit_test_setup_teardown(a_connection_that_is_gone_is_a_matter_of_the_network, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_detail_is_cut_between_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(names_and_literals_come_back_as_they_were, setup, teardown),
    };
    return fixture_main("connecting to PostgreSQL", tests, sizeof tests / sizeof *tests);
}
