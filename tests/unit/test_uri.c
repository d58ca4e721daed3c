/* Connection URIs: what is taken apart, what is refused, and that no password is ever shown. */
#include "core/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct cg_arena *arena;

static struct cg_uri parsed(const char *text) {
    struct cg_uri uri;
    struct cg_error err = {0};
    assert_int_equal(cg_uri_parse(text, arena, &uri, &err), 0);
    return uri;
}

static void takes_every_part(void **state) {
    (void)state;
    struct cg_uri uri = parsed("mysql://me:p%40ss@db.example:3307/shop?ssl-mode=VERIFY_CA&socket=%2Ftmp%2Fs");
    assert_string_equal(uri.scheme, "mysql");
    assert_string_equal(uri.user, "me");
    assert_string_equal(uri.password, "p@ss");
    assert_string_equal(uri.host, "db.example");
    assert_int_equal(uri.port, 3307);
    assert_string_equal(uri.database, "shop");
    assert_string_equal(cg_uri_parameter(&uri, "socket"), "/tmp/s");
    assert_null(cg_uri_parameter(&uri, "absent"));
}

static void leaves_absent_parts_null(void **state) {
    (void)state;
    struct cg_uri uri = parsed("postgres:///db");
    assert_string_equal(uri.scheme, "postgresql");
    assert_null(uri.user);
    assert_null(uri.password);
    assert_null(uri.host);
    assert_int_equal(uri.port, 0);
    assert_string_equal(uri.database, "db");
    assert_string_equal(parsed("mysql://[::1]:3306/d").host, "::1");
}

static void never_shows_a_password(void **state) {
    (void)state;
    const char *const texts[] = {"mysql://me:sEcReT@h/d", "mysql://me:a/sEcReT@x@h/d", "mysql://me:sEcReT@h/d?a=b",
                                 "postgresql://h/d?password=sEcReT&user=x", "postgresql://h/d?a=1&sslPassword=sEcReT"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_null(strstr(parsed(texts[i]).shown, "sEcReT"));
        assert_non_null(strstr(parsed(texts[i]).shown, "***"));
    }
    assert_string_equal(parsed("mysql://me@h:1/d?x=y").shown, "mysql://me@h:1/d?x=y");
}

static void refuses_what_is_malformed(void **state) {
    (void)state;
    const char *const texts[] = {"shop",
                                 "://x",
                                 "mysql://h:port/d",
                                 "mysql://h:0/d",
                                 "mysql://h:99999/d",
                                 "mysql://h/d?novalue",
                                 "mysql://h/d%zz",
                                 "mysql://h/d%00",
                                 "my sql://h/d"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cg_uri uri;
        struct cg_error err = {0};
        assert_int_equal(cg_uri_parse(texts[i], arena, &uri, &err), -1);
        assert_int_equal(err.cls, CG_ERR_USAGE);
        assert_true(strlen(err.message) > 10);
        assert_null(strstr(err.message, "sEcReT"));
        assert_null(strstr(err.object, "sEcReT"));
    }
}

static int make_arena(void **state) {
    (void)state;
    arena = cg_arena_new();
    return arena ? 0 : -1;
}
static int drop_arena(void **state) {
    (void)state;
    cg_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_every_part),
        cmocka_unit_test(leaves_absent_parts_null),
        cmocka_unit_test(never_shows_a_password),
        cmocka_unit_test(refuses_what_is_malformed),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
