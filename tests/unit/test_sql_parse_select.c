/* SELECTs of MySQL and MariaDB as trees: rows of a text and its tree as an S-expression (sql_tree.h), or the reason why
 * it is none. */
#include "transform/sql/parse.h"

#include "tests/unit/sql_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct row {
    const char *text, *tree;
};

static const struct cg_sql_dialect mysql, mariadb = {.mariadb = true};

/* The tree, or "error: " and the message; freed by the caller. */
static char *parsed(const char *text, const struct cg_sql_dialect *dialect) {
    struct cg_arena *arena = cg_arena_new();
    struct cg_sql_select *select = NULL;
    struct cg_error err = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    assert_non_null(arena);
    if (cg_sql_parse_select(text, dialect, arena, &select, &err) == 0) {
        put_select(&b, select);
    } else {
        assert_int_equal(err.cls, CG_ERR_DATA);
        assert_null(select);
        put(&b, "error: ");
        put(&b, err.message);
    }
    assert_non_null(cg_buffer_cstr(&b, NULL));
    cg_arena_free(arena);
    return (char *)b.data;
}

static void check(const struct row *rows, size_t count, const struct cg_sql_dialect *dialect) {
    size_t failures = 0;
    for (size_t i = 0; i < count; i++) {
        char *tree = parsed(rows[i].text, dialect);
        if (strcmp(tree, rows[i].tree) != 0) {
            print_error("%s\n  is      %s\n  must be %s\n", rows[i].text, tree, rows[i].tree);
            failures++;
        }
        free(tree);
    }
    assert_int_equal(failures, 0);
}

#define CHECK(rows, dialect) check(rows, sizeof(rows) / sizeof *(rows), dialect)

static void clauses(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"select 1", "(select 1)"},
        {"select 1 AS `1`,'x' AS `x`", "(select 1=1 'x'=x)"},
        {"select a b, c 'd', e as \"f\"", "(select a=b c=d e=f)"},
        {"select *, t.*, db.t.* from t", "(select * t.* db.t.* (from t))"},
        {"select `db`.`t`.`a` AS `a` from `db`.`t`", "(select db.t.a=a (from db.t))"},
        {"select distinct a from t", "(select-distinct a (from t))"},
        {"select all straight_join sql_no_cache a from t", "(select a (from t))"},
        {"select 1 from dual where 1 = 1", "(select 1 (where (= 1 1)))"},
        {"select a from t where b > 1 group by a, c having count(*) > 1 order by a desc, b limit 10",
         "(select a (from t) (where (> b 1)) (group a c) (having (> (count *) 1)) (order a desc b) (limit 10))"},
        {"select a from t group by a asc with rollup", "(select a (from t) (group a rollup))"},
        {"select a from t limit 5, 10", "(select a (from t) (limit 10) (offset 5))"},
        {"select a from t limit 10 offset 5", "(select a (from t) (limit 10) (offset 5))"},
        {"select a from t offset 5 rows fetch first 10 rows only", "(select a (from t) (limit 10) (offset 5))"},
        {"select a from t fetch next row only", "(select a (from t) (limit 1))"},
        {"select sum(a) over w from t window w as (partition by b order by c), v as (w)",
         "(select (sum a (over w)) (from t) (window w (over (partition b) (order c))) (window v (over w)))"},
        {"select a from t where a in (select b from u)", "(select a (from t) (where (in a (select b (from u)))))"},
        {"select a from t where a not in ((select b from u))",
         "(select a (from t) (where (not-in a (select b (from u)))))"},
        {"select a from t where a in ((select b from u), 2)",
         "(select a (from t) (where (in a (subquery (select b (from u))) 2)))"},
        {"select a from t where exists(select 1 from u limit 1)",
         "(select a (from t) (where (exists (select 1 (from u) (limit 1)))))"},
        {"select a from t where a >= all (select b from u) and a <> any(select 1) or a = some (select 2)",
         "(select a (from t) (where (or (and (>= all a (select b (from u))) (<> any a (select 1))) (= any a (select "
         "2)))))"},
        {"select (select max(b) from u where u.a = t.a) AS m from t",
         "(select (subquery (select (max b) (from u) (where (= u.a t.a))))=m (from t))"},
        {"select ((select 1) + 1)", "(select (+ (subquery (select 1)) 1))"},
        {"select (((select 1)))", "(select (subquery (select 1)))"},
        {"select ((select 1) union (select 2))", "(select (subquery (union (select 1) (select 2))))"},
    };
    CHECK(rows, &mysql);
}

static void sources(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"select 1 from a, b c, d as e", "(select 1 (from (cross (cross a b=c) d=e)))"},
        {"select 1 from `db`.`a` `x`", "(select 1 (from db.a=x))"},
        {"select 1 from a join b", "(select 1 (from (cross a b)))"},
        {"select 1 from a cross join b on x", "(select 1 (from (inner a b x)))"},
        {"select 1 from a straight_join b on x", "(select 1 (from (inner a b x)))"},
        {"select 1 from a inner join b using (x, y)", "(select 1 (from (inner a b (using x y))))"},
        {"select 1 from a left join b on x right outer join c on y", "(select 1 (from (right (left a b x) c y)))"},
        {"select 1 from a left join b left join c on x on y", "(select 1 (from (left a (left b c x) y)))"},
        {"select 1 from a left join b join c on x on y", "(select 1 (from (left a (inner b c x) y)))"},
        {"select 1 from a natural join b natural left join c",
         "(select 1 (from (natural-left (natural-inner a b) c)))"},
        {"select 1 from ((`a` join `b` on((`a`.`x` = `b`.`x`))) left join `c` on((`c`.`y` = `a`.`y`)))",
         "(select 1 (from (left (inner a b (= a.x b.x)) c (= c.y a.y))))"},
        {"select 1 from (a)", "(select 1 (from a))"},
        {"select 1 from (a, b) join c on x", "(select 1 (from (inner (cross a b) c x)))"},
        {"select 1 from a, b join c on x", "(select 1 (from (cross a (inner b c x))))"},
        {"select 1 from (select 2 AS `b`) `x`", "(select 1 (from (select 2=b)=x))"},
        {"select 1 from (select 2, 3) as x (a, b)", "(select 1 (from (select 2 3)=x(a b)))"},
        {"select 1 from ((select 2) union (select 3)) x", "(select 1 (from (union (select 2) (select 3))=x))"},
        {"select 1 from ((select 2) x join t)", "(select 1 (from (cross (select 2)=x t)))"},
        {"select 1 from (((select 2)) x)", "(select 1 (from (select 2)=x))"},
        {"select 1 from t, lateral (select t.a) x", "(select 1 (from (cross t lateral (select t.a)=x)))"},
        {"select 1 from a left join (b join c) on x", "(select 1 (from (left a (cross b c) x)))"},
    };
    CHECK(rows, &mysql);
}

static void unions_and_with(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"select 1 union select 2 union all select 3", "(union all (union (select 1) (select 2)) (select 3))"},
        {"select 1 union select 2 intersect select 3", "(union (select 1) (intersect (select 2) (select 3)))"},
        {"select 1 except distinct select 2", "(except (select 1) (select 2))"},
        {"select 1 union select 2 order by 1 limit 3", "(union (select 1) (select 2) (order 1) (limit 3))"},
        {"(select 1 order by 1 limit 1) union (select 2 limit 2) limit 3",
         "(union (select 1 (order 1) (limit 1)) (select 2 (limit 2)) (limit 3))"},
        {"(select 1) union ((select 2) except (select 3))", "(union (select 1) (except (select 2) (select 3)))"},
        {"(select a from t) order by a", "(select a (from t) (order a))"},
        {"((select a from t limit 1))", "(select a (from t) (limit 1))"},
        {"with c as (select 1 AS x) select x from c", "(with c (select 1=x) select x (from c))"},
        {"with recursive c (n) as (select 1 union all select (n + 1) from c where n < 5), d as (select 2) "
         "select n from c order by n",
         "(with-recursive c(n) (union all (select 1) (select (+ n 1) (from c) (where (< n 5)))) d (select 2) select n "
         "(from c) (order n))"},
        {"with c as (select 1) (select 2 order by 1)", "(with c (select 1) select 2 (order 1))"},
        {"select 1 from (with c as (select 1) select 2 from c) x",
         "(select 1 (from (with c (select 1) select 2 (from c))=x))"},
        {"values row(1,'a'),row(2,'b')",
         "(union all (select 1=column_0 'a'=column_1) (select 2=column_0 'b'=column_1))"},
        {"select a from (values row(1)) x (a)", "(select a (from (select 1=column_0)=x(a)))"},
        {"table t", "(select * (from t))"},
        {"select 1 where 2 in (table t)", "(select 1 (where (in 2 (select * (from t)))))"},
    };
    static const struct row mariadb_rows[] = {
        {"values (1,'a'),(2,'b')", "(union all (select 1 'a') (select 2 'b'))"},
        {"select 1 in (values (1),(2))", "(select (in 1 (union all (select 1) (select 2))))"},
    };
    CHECK(rows, &mysql);
    CHECK(mariadb_rows, &mariadb);
}

static void views(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `v` AS select 1 AS `a`",
         "(select 1=a)"},
        {"create or replace view `db`.`v` (`x`,`y`) as select a, b AS c from t union select 1, 2",
         "(columns x y) (union (select a b=c (from t)) (select 1 2))"},
        {"select a from t where a > 1 WITH CASCADED CHECK OPTION",
         "(select a (from t) (where (> a 1)) check-option cascaded)"},
        {"select a from t group by a with rollup with local check option",
         "(select a (from t) (group a rollup) check-option local)"},
        {"select a from t with check option", "(select a (from t) check-option cascaded)"},
    };
    CHECK(rows, &mysql);
}

static void what_is_not_carried_is_named(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"select a from t for update", "error: a locking clause is not carried, at byte 16"},
        {"select a from t lock in share mode", "error: a locking clause is not carried, at byte 16"},
        {"select a into @x from t", "error: SELECT .. INTO is not carried, at byte 9"},
        {"select a from t into @x", "error: SELECT .. INTO is not carried, at byte 16"},
        {"select a from t limit 1 rows examined 5", "error: LIMIT ROWS EXAMINED is not carried, at byte 24"},
        {"select /*+ NO_INDEX_MERGE(t) */ a from t", "error: optimizer hints are not carried, at byte 7"},
        {"select a from t use index (`i`)", "error: an index hint is not carried, at byte 16"},
        {"select a from t x FORCE INDEX FOR JOIN (`i`)", "error: an index hint is not carried, at byte 18"},
        {"select a from t partition (p0)", "error: the choice of partitions is not carried, at byte 16"},
        {"select a from t for system_time all", "error: the choice of a moment is not carried, at byte 16"},
        {"select a from json_table('[1]', '$[*]' columns (a int path '$')) x",
         "error: the table function json_table is not carried, at byte 14"},
        {"select sql_calc_found_rows a from t", "error: SQL_CALC_FOUND_ROWS is not carried, at byte 7"},
        {"select a from t group by a desc", "error: GROUP BY with a direction is not carried, at byte 27"},
        {"select a from t fetch first 2 rows with ties", "error: FETCH .. WITH TIES is not carried, at byte 16"},
        {"with recursive c as (select 1) cycle a restrict select 1", "error: CYCLE is not carried, at byte 31"},
        {"(select 1 limit 1) limit 2", "error: a query in parentheses has WITH, ORDER BY or LIMIT both inside and "
                                       "outside of them, at byte 1"},
    };
    CHECK(rows, &mysql);
}

static void errors_tell_what_was_met_and_where(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "error: the text ends where SELECT was looked for, at byte 0"},
        {"select", "error: the text ends where an expression was looked for, at byte 6"},
        {"update t", "error: met update where SELECT was looked for, at byte 0"},
        {"select 1 from", "error: the text ends where a table was looked for, at byte 13"},
        {"select 1 from a left join b", "error: the text ends where ON or USING was looked for, at byte 27"},
        {"select 1 from a join b on", "error: the text ends where an expression was looked for, at byte 25"},
        {"select t.* + 1 from t", "error: met + where the end was looked for, at byte 11"},
        {"select 1 + t.* from t", "error: met * where a name was looked for, at byte 13"},
        {"select 1; select 2", "error: met ; where the end was looked for, at byte 8"},
        {"select 1 order", "error: met order where the end was looked for, at byte 9"},
        {"select 1 from a natural b", "error: met natural where the end was looked for, at byte 16"},
        {"create view v", "error: the text ends where as was looked for, at byte 13"},
        {"create table t as select 1", "error: met as where VIEW was looked for, at byte 15"},
        {"select 1 limit a", "error: met a where a number of rows was looked for, at byte 15"},
        {"select (select 1 from t where)", "error: met ) where an expression was looked for, at byte 29"},
        {"select 1 as 'a\\0b'", "error: met 'a\\0b' where an alias was looked for, at byte 12"},
    };
    CHECK(rows, &mysql);
}

/* ---- bounds ---- */

static void check_repeated(const char *left, const char *middle, const char *right, size_t n, const char *error) {
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 26);
    for (size_t i = 0; i < n; i++)
        put(&b, left);
    put(&b, middle);
    for (size_t i = 0; i < n; i++)
        put(&b, right);
    char *tree = parsed(cg_buffer_cstr(&b, NULL), &mysql);
    bool failed = strncmp(tree, "error: ", 7) == 0;
    if (failed != !!error || (error && !strstr(tree, error)))
        fail_msg("%zu x %s: %.200s", n, left[0] ? left : right, tree);
    free(tree);
    cg_buffer_done(&b);
}

static void depth_is_bounded(void **state) {
    (void)state;
    static const char deep[] = "nested more than 200 levels deep", high[] = "more than 1000 operations";
    check_repeated("(", "select 1", ")", 150, NULL);
    check_repeated("(", "select 1", ")", 10000, deep);
    check_repeated("select (", "select 1", ")", 50, NULL);
    check_repeated("select (", "select 1", ")", 10000, deep);
    check_repeated("select 1 from (", "select 1", ") x", 50, NULL);
    check_repeated("select 1 from (", "select 1", ") x", 10000, deep);
    check_repeated("with x as (", "select 1", ") select 1", 10000, deep);
    check_repeated("", "select 1", " union select 1", 900, NULL);
    check_repeated("", "select 1", " union select 1", 10000, high);
    check_repeated("", "select 1 from t", ", t", 900, NULL);
    check_repeated("", "select 1 from t", ", t", 10000, high);
    check_repeated("", "select 1 from t", " join t", 10000, high);
    check_repeated("", "select 1 from t", " left join t", 10000, deep);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses),
        cmocka_unit_test(sources),
        cmocka_unit_test(unions_and_with),
        cmocka_unit_test(views),
        cmocka_unit_test(what_is_not_carried_is_named),
        cmocka_unit_test(errors_tell_what_was_met_and_where),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
