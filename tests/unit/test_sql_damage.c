/* Tens of thousands of damaged texts, always the same ones: the parser takes them or tells what is wrong; it never
 * reads beyond them (AddressSanitizer watches), and never runs away. */
#include "transform/sql/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const texts[] = {
    "concat(`a`,_utf8mb4'it\\'s \\\\ \\0',x'4142',0x4a,b'101',N'x',1.5e3,.5,-2,NULL,true)",
    "case when `a` is not null then 'x' when (`b` between 1 and 2) then \"y\" else cast(`c` as decimal(10,2)) end",
    "(`a` + interval 1 day_hour) - interval(`n`,1,2) * ~1 | 3 & 4 << 5 ^ 6 div 7 mod 8 % 9",
    "not(`a` like '%x\\_' escape '|') and `b` not in (1,2) xor `c` regexp '^x' or `d` <=> `e`",
    "json_unquote(json_extract(`js`,'$.a')) ->> 'x' member of ('[1]') is not unknown",
    "match `a`,`b` against ('x' in boolean mode) collate utf8mb4_bin = convert(`c` using latin1)",
    "extract(year_month from timestamp'2024-01-31 10:11:12') + timestampdiff(second,`a`,{d '2024-01-31'})",
    "trim(leading 'x' from substring(`a` from 2 for 3)) sounds like char(65,66 using utf8mb4)",
    "group_concat(distinct `a` order by `b` desc separator ', ') over (partition by `c` rows 2 preceding)",
    "CREATE ALGORITHM=UNDEFINED DEFINER=`r`@`%` SQL SECURITY DEFINER VIEW `v` (`a`,`b`) AS select `t`.`a` AS `a` from "
    "`t`"
    " WITH CASCADED CHECK OPTION",
    "with recursive `c` (`n`) as (select 1 union all select (`c`.`n` + 1) from `c`) select `c`.`n` AS `n` from `c`",
    "select distinct `t`.`a` AS `x`,count(0) from ((`db`.`t` join `u` on((`t`.`a` = `u`.`a`))) left join (select 2) `d`"
    " on(exists(select 1 from `w` where (`w`.`a` > all (select 3))))) where (`t`.`a` in (select 1)) group by `t`.`a` "
    "with"
    " rollup having (count(0) > 1) order by `x` desc limit 1,2",
    "(select 1 intersect select 2) except (values row(1,2),row(3,4)) union table t /*! order by 1 */ -- end",
    "select rank() over `w` from `t`, lateral (select `t`.`a`) `l` natural join `n` window `w` as (order by `t`.`b`)",
};

static const char *const pieces[] = {
    "(",  ")",        "'",      "\"",   "`",       "/*",           "*/",   "--",   ".",    ",",   "\\",     "@",
    "{",  "}",        "select", "not",  "between", "interval",     "case", "end",  "from", "in",  "over (", "0x",
    "x'", "_utf8mb4", "union",  "\x80", "\xff",    "\xe2\x98\x83", "as",   "with", "1e",   "and", "is",     "->"};

enum { ROUNDS = 40000, MAX_LEN = 2000 };

static uint32_t state_of_random;

static size_t below(size_t n) {
    state_of_random = state_of_random * 1664525u + 1013904223u;
    return (size_t)(state_of_random >> 8) % n;
}

static const char *pick(const char *const *from, size_t count) {
    return from[below(count)];
}

/* Cuts, doubles, overwrites or inserts somewhere. */
static void damage(char *text) {
    size_t len = strlen(text), at = below(len + 1), count = below(len - at + 1);
    const char *piece = pick(pieces, sizeof pieces / sizeof *pieces);
    switch (below(5)) {
    case 0: /* the end is missing */
        text[at] = '\0';
        break;
    case 1: /* something in the middle is missing */
        count = count > 12 ? count % 12 : count;
        memmove(text + at, text + at + count, len - at - count + 1);
        break;
    case 2: /* another byte */
        if (at < len)
            text[at] = (char)(1 + below(255));
        break;
    case 3: /* a piece of SQL where none belongs */
        if (len + strlen(piece) < MAX_LEN) {
            memmove(text + at + strlen(piece), text + at, len - at + 1);
            memcpy(text + at, piece, strlen(piece));
        }
        break;
    default: /* a part twice */
        if (len + count < MAX_LEN)
            memmove(text + at + count, text + at, len - at + 1);
    }
}

/* A copy that ends exactly where its memory does. */
static void parse(const char *text, const struct cg_sql_dialect *dialect, size_t *taken) {
    struct cg_arena *arena = cg_arena_new();
    char *exact = strdup(text);
    struct cg_sql_expression *expression = NULL;
    struct cg_sql_select *select = NULL;
    struct cg_error err = {0};
    assert_true(arena && exact);
    int rc = cg_sql_parse_expression(exact, dialect, arena, &expression, &err);
    assert_true(rc == 0 ? expression != NULL : err.cls == CG_ERR_DATA && err.message[0]);
    *taken += rc == 0;
    err = (struct cg_error){0};
    rc = cg_sql_parse_select(exact, dialect, arena, &select, &err);
    assert_true(rc == 0 ? select != NULL : err.cls == CG_ERR_DATA && err.message[0]);
    *taken += rc == 0;
    free(exact);
    cg_arena_free(arena);
}

static void damaged_texts_do_no_harm(void **state) {
    (void)state;
    size_t taken = 0;
    state_of_random = 4711;
    for (int i = 0; i < ROUNDS; i++) {
        char text[MAX_LEN + 1];
        struct cg_sql_dialect dialect = {.mariadb = below(2),
                                         .ansi_quotes = below(4) == 0,
                                         .no_backslash_escapes = below(4) == 0,
                                         .high_not_precedence = below(4) == 0,
                                         .pipes_as_concat = below(4) == 0};
        strcpy(text, pick(texts, sizeof texts / sizeof *texts));
        for (size_t n = below(4); n; n--)
            damage(text);
        parse(text, &dialect, &taken);
    }
    assert_in_range(taken, ROUNDS / 5, ROUNDS); /* neither all whole nor all broken */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_texts_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
