/* Expressions of MySQL and MariaDB as trees: each row is a text and its tree as an S-expression (sql_tree.h), or a text
 * and the reason why it is none. */
#include "transform/sql/parse.h"

#include "tests/unit/sql_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct row {
    const char *text, *tree;
};

static const struct cg_sql_dialect mysql, mariadb = {.mariadb = true};

/* The tree, or "error: " and the message; freed by the caller. */
static char *parsed(const char *text, const struct cg_sql_dialect *dialect) {
    struct cg_arena *arena = cg_arena_new();
    struct cg_sql_expression *expression = NULL;
    struct cg_error err = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    assert_non_null(arena);
    if (cg_sql_parse_expression(text, dialect, arena, &expression, &err) == 0) {
        put_expression(&b, expression);
    } else {
        assert_int_equal(err.cls, CG_ERR_DATA);
        assert_null(expression);
        put(&b, "error: ");
        put(&b, err.message);
    }
    assert_non_null(cg_buffer_cstr(&b, NULL));
    cg_arena_free(arena);
    return (char *)b.data;
}

static size_t failures;

static void check(const struct row *rows, size_t count, const struct cg_sql_dialect *dialect) {
    failures = 0;
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

static void literals(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"NULL", "null"},
        {"true", "true"},
        {"FALSE", "false"},
        {"1", "1"},
        {"1.50", "1.50"},
        {".5", ".5"},
        {"1.", "1."},
        {"1e3", "1e3"},
        {"1.5E-3", "1.5E-3"},
        {"-1", "(- 1)"},
        {"18446744073709551616", "18446744073709551616"},
        {"'x'", "'x'"},
        {"\"x\"", "'x'"},
        {"'it''s'", "'it's'"},
        {"'it\\'s'", "'it's'"},
        {"\"say \"\"so\"\"\"", "'say \"so\"'"},
        {"'a\\n\\r\\t\\b\\Z\\0\\\\z'", "'a\\x0a\\x0d\\x09\\x08\\x1a\\x00\\z'"},
        {"'100\\% \\_ \\q'", "'100\\% \\_ q'"},
        {"'a' 'b'\n\"c\"", "'abc'"},
        {"''", "''"},
        {"'\\\\'", "'\\'"},
        {"'caf\xc3\xa9'", "'caf\xc3\xa9'"},
        {"_utf8mb4'x'", "_utf8mb4'x'"},
        {"_latin1 'x' 'y'", "_latin1'xy'"},
        {"N'x'", "_utf8mb3'x'"},
        {"n'x' 'y'", "_utf8mb3'xy'"},
        {"_utf8mb4 0x4142", "_utf8mb4'AB'"},
        {"_utf8mb4 b'01000001'", "_utf8mb4'A'"},
        {"_latin1 x'e9'", "_latin1x'e9'"},
        {"_binary'a\\0b'", "x'610062'"},
        {"_binary 0x00ff", "x'00ff'"},
        {"x'00fF'", "x'00ff'"},
        {"X''", "x''"},
        {"0x1", "x'01'"},
        {"0xABCDEF", "x'abcdef'"},
        {"b'101'", "b'101'"},
        {"0b101", "b'101'"},
        {"B''", "b''"},
        {"DATE'2024-01-31'", "(date '2024-01-31')"},
        {"time '10:11:12.5'", "(time '10:11:12.5')"},
        {"TIMESTAMP'2024-01-31 10:11:12'", "(timestamp '2024-01-31 10:11:12')"},
        {"{d '2024-01-31'}", "(date '2024-01-31')"},
        {"{ts '2024-01-31 00:00:00'}", "(timestamp '2024-01-31 00:00:00')"},
        {"{fn abs(1)}", "(abs 1)"},
        {"@x", "@x"},
        {"@@session.sql_mode", "@@session.sql_mode"},
        {"@`a b`", "@`a b`"},
    };
    CHECK(rows, &mysql);
}

static void names(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"a", "a"},
        {"`a`", "a"},
        {"`we``ird name`", "we`ird name"},
        {"`db`.`t`.`c`", "db.t.c"},
        {"t.select", "t.select"},
        {"t.1a", "t.1a"},
        {"t.1", "t.1"},
        {"1a", "1a"},
        {"1e", "1e"},
        {"$x", "$x"},
        {"\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
        {"t . c", "t.c"},
        {"`select`", "select"},
        {"`date` + 1", "(+ date 1)"},
        {"date", "date"},
        {"`x\\y`", "x\\y"},
        {"rank", "rank"},
        {"_utf8mb4", "_utf8mb4"},
        {"_name", "_name"},
        {"n", "n"},
        {"x", "x"},
        {"`a`->'$.b'", "(-> a '$.b')"},
        {"t.a->>'$[0]'", "(->> t.a '$[0]')"},
    };
    CHECK(rows, &mysql);
}

/* The manual's table, level by level. */
static void precedence(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"a or b and c", "(or a (and b c))"},
        {"a or b xor c", "(or a (xor b c))"},
        {"a xor b and c", "(xor a (and b c))"},
        {"a || b && c", "(|| a (and b c))"},
        {"a and b or c and d", "(or (and a b) (and c d))"},
        {"a or b or c", "(or (or a b) c)"},
        {"not a = b", "(not (= a b))"},
        {"not a and b", "(and (not a) b)"},
        {"not a or b", "(or (not a) b)"},
        {"not not a", "(not (not a))"},
        {"not a in (1)", "(not (in a 1))"},
        {"not a between 1 and 2", "(not (between a 1 2))"},
        {"not a is null", "(not (is null a))"},
        {"! a = b", "(= (! a) b)"},
        {"!a + b", "(+ (! a) b)"},
        {"a = b = c", "(= (= a b) c)"},
        {"a <=> b <> c", "(<> (<=> a b) c)"},
        {"a != b", "(<> a b)"},
        {"a < b <= c > d >= e", "(>= (> (<= (< a b) c) d) e)"},
        {"a = b is null", "(is null (= a b))"},
        {"a is not true", "(not-is true a)"},
        {"a is null is not unknown", "(not-is unknown (is null a))"},
        {"a = b in (c)", "(= a (in b c))"},
        {"a in (b) = c", "(= (in a b) c)"},
        {"a = b like c", "(= a (like b c))"},
        {"a between b and c and d", "(and (between a b c) d)"},
        {"a between 1 and 2 between 3 and 4", "(between a 1 (between 2 3 4))"},
        {"a between b + 1 and c in (d)", "(between a (+ b 1) (in c d))"},
        {"a | b & c", "(| a (& b c))"},
        {"a & b << c", "(& a (<< b c))"},
        {"a << b + c >> d", "(>> (<< a (+ b c)) d)"},
        {"a - b - c", "(- (- a b) c)"},
        {"a - b * c", "(- a (* b c))"},
        {"a * b / c div d % e mod f", "(% (% (div (/ (* a b) c) d) e) f)"},
        {"a * b ^ c", "(* a (^ b c))"},
        {"a ^ b ^ c", "(^ (^ a b) c)"},
        {"-a ^ b", "(^ (- a) b)"},
        {"~a | b", "(| (~ a) b)"},
        {"- - a", "(- (- a))"},
        {"-!+~a", "(- (! (+ (~ a))))"},
        {"5--3", "(- 5 (- 3))"},
        {"-a collate x", "(- (collate x a))"},
        {"binary a = b", "(= (binary a) b)"},
        {"binary a + b", "(+ (binary a) b)"},
        {"a collate utf8mb4_bin = b", "(= (collate utf8mb4_bin a) b)"},
        {"a collate binary", "(collate binary a)"},
        {"a + interval 1 day", "(+ a (interval day 1))"},
        {"a - interval b + 1 hour_minute", "(- a (interval hour_minute (+ b 1)))"},
        {"interval -(1) day + a", "(+ (interval day (- 1)) a)"},
        {"a + interval '1:2' minute_second - interval 3 sql_tsi_year",
         "(- (+ a (interval minute_second '1:2')) (interval year 3))"},
        {"(a or b) and c", "(and (or a b) c)"},
        {"((((a))))", "a"},
        {"a = all (b)", "error: met all where an expression was looked for, at byte 4"},
        {"a = not b", "error: met not where an expression was looked for, at byte 4"},
    };
    CHECK(rows, &mysql);
}

static void dialects_change_the_precedence(void **state) {
    (void)state;
    static const struct cg_sql_dialect concat = {.pipes_as_concat = true}, high = {.high_not_precedence = true};
    static const struct row concat_rows[] = {
        {"a || b = c", "(= (|| a b) c)"},
        {"a ^ b || c", "(^ a (|| b c))"},
        {"-a || b", "(|| (- a) b)"},
        {"a or b || c", "(or a (|| b c))"},
    };
    static const struct row high_rows[] = {
        {"not a = b", "(= (not a) b)"},
        {"not a between 1 and 2", "(between (not a) 1 2)"},
        {"a = not b", "(= a (not b))"},
        {"a not in (1)", "(not-in a 1)"},
    };
    CHECK(concat_rows, &concat);
    CHECK(high_rows, &high);
}

/* MariaDB prints such chains without parentheses; to MySQL they are none. */
static void predicates_of_mariadb_follow_each_other(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"a like b like c", "(like (like a b) c)"},
        {"a like b between c and d", "(between (like a b) c d)"},
        {"a in (1) in (2)", "(in (in a 1) 2)"},
        {"a between b and c in (d)", "(between a b (in c d))"},
        {"a between b and c not in (d)", "(between a b (not-in c d))"},
        {"a like b not like c", "(like a (not-like b c))"},
        {"a not like b not in (c) like d", "(like (not-like a (not-in b c)) d)"},
        {"a between b like c and d", "(between a (like b c) d)"},
        {"a between b and c between d and e", "(between a b (between c d e))"},
        {"a between b and c between d and e not like f", "(between a b (between c d (not-like e f)))"},
        {"a between b between c and d and e", "(between a (between b c d) e)"},
        {"a = b like c regexp d", "(= a (regexp (like b c) d))"},
    };
    static const struct row mysql_rows[] = {
        {"a like b like c", "error: met like where the end was looked for, at byte 9"},
        {"a between b and c not in (d)", "(between a b (not-in c d))"},
    };
    CHECK(rows, &mariadb);
    CHECK(mysql_rows, &mysql);
}

static void dialects_change_quotes_and_escapes(void **state) {
    (void)state;
    static const struct cg_sql_dialect ansi = {.ansi_quotes = true}, plain = {.no_backslash_escapes = true};
    static const struct row ansi_rows[] = {
        {"\"a\".\"b\"\"c\"", "a.b\"c"},
        {"'a' \"b\"", "error: met \"b\" where the end was looked for, at byte 4"},
        {"\"select\"", "select"},
        {"\"a\\\"", "a\\"},
    };
    static const struct row plain_rows[] = {
        {"'a\\'", "'a\\'"},
        {"'a\\n''b'", "'a\\n'b'"},
        {"'a\\%'", "'a\\%'"},
    };
    CHECK(ansi_rows, &ansi);
    CHECK(plain_rows, &plain);
}

static void predicates(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"a in (1, 2)", "(in a 1 2)"},
        {"a not in (1)", "(not-in a 1)"},
        {"(a, b) in ((1, 2), (3, 4))", "(in (row a b) (row 1 2) (row 3 4))"},
        {"row(a, b) = row(1, 2)", "(= (row a b) (row 1 2))"},
        {"a not between 1 and 2", "(not-between a 1 2)"},
        {"a like 'x%'", "(like a 'x%')"},
        {"a not like b escape '|'", "(not-like a b '|')"},
        {"a like concat('%', b)", "(like a (concat '%' b))"},
        {"a regexp '^x'", "(regexp a '^x')"},
        {"a not rlike b", "(not-regexp a b)"},
        {"a sounds like b", "(sounds like a b)"},
        {"a member of (b)", "(member of a b)"},
        {"17 member of(json_extract(`a`,'$.z'))", "(member of 17 (json_extract a '$.z'))"},
        {"a is not unknown", "(not-is unknown a)"},
        {"case a when 1 then 'x' when 2 then 'y' else 'z' end", "(case a : 1 'x' 2 'y' 'z')"},
        {"case when a > 1 then b end", "(case : (> a 1) b)"},
        {"case when a then b end + 1", "(+ (case : a b) 1)"},
        {"match a,b against ('x' in boolean mode)", "(match boolean 'x' a b)"},
        {"MATCH (`t`.`a`) AGAINST ('x' IN NATURAL LANGUAGE MODE)", "(match natural 'x' t.a)"},
        {"match (a) against (concat('x') in natural language mode with query expansion)",
         "(match expansion (concat 'x') a)"},
        {"match (a) against ('x' with query expansion) > 0", "(> (match expansion 'x' a) 0)"},
        {"match (a) against ('x')", "(match natural 'x' a)"},
    };
    CHECK(rows, &mysql);
}

static void calls(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"UUID()", "(uuid)"},
        {"Concat(a, 'x', 1 + 2)", "(concat a 'x' (+ 1 2))"},
        {"if(a,b,c)", "(if a b c)"},
        {"left(a, 1) = right(b, 2)", "(= (left a 1) (right b 2))"},
        {"`db`.`f`(1)", "(db.f 1)"},
        {"`F`(1)", "(f 1)"},
        {"now()", "(now)"},
        {"now(6)", "(now 6)"},
        {"CURRENT_TIMESTAMP", "(now)"},
        {"current_timestamp(3)", "(now 3)"},
        {"localtime", "(now)"},
        {"LOCALTIMESTAMP()", "(now)"},
        {"current_date", "(curdate)"},
        {"current_date()", "(curdate)"},
        {"current_time(2)", "(curtime 2)"},
        {"utc_timestamp", "(utc_timestamp)"},
        {"current_user", "(current_user)"},
        {"cast(a as char charset utf8mb4)", "(cast char:utf8mb4 a)"},
        {"cast(a as char(10) character set latin1)", "(cast char(10):latin1 a)"},
        {"cast(a as char charset binary)", "(cast char:binary a)"},
        {"cast(a as char ascii)", "(cast char:latin1 a)"},
        {"cast(a as nchar(5))", "(cast char(5):utf8mb3 a)"},
        {"cast(a as binary(3))", "(cast binary(3) a)"},
        {"cast(a as signed integer)", "(cast signed a)"},
        {"cast(a as unsigned)", "(cast unsigned a)"},
        {"cast(a as unsigned array)", "(cast unsigned[] a)"},
        {"cast(json_extract(`a`,_utf8mb4'$.z') as char(20) array)", "(cast char(20)[] (json_extract a _utf8mb4'$.z'))"},
        {"cast(a as decimal(10,2))", "(cast decimal(10,2) a)"},
        {"cast(a as decimal(10))", "(cast decimal(10) a)"},
        {"cast(a as dec)", "(cast decimal a)"},
        {"cast(a as datetime(6))", "(cast datetime(6) a)"},
        {"cast(a as double precision)", "(cast double a)"},
        {"cast(a as json)", "(cast json a)"},
        {"cast(a as uuid)", "(cast uuid a)"},
        {"convert(a, signed)", "(cast signed a)"},
        {"convert(a using utf8mb4)", "(using utf8mb4 a)"},
        {"convert(a using binary)", "(using binary a)"},
        {"extract(year_month from a)", "(extract year_month a)"},
        {"timestampdiff(SECOND, a, b)", "(timestampdiff second a b)"},
        {"timestampadd(SQL_TSI_DAY, 1, a)", "(timestampadd day 1 a)"},
        {"date_add(a, interval 1 day)", "(date_add a (interval day 1))"},
        {"adddate(a, 1)", "(adddate a 1)"},
        {"interval(5, 1, 10)", "(interval 5 1 10)"},
        {"a + interval (b) day", "(+ a (interval day b))"},
        {"a + interval (b + 1) * 2 day", "(+ a (interval day (* (+ b 1) 2)))"},
        {"a + interval if(b, 1, 2) day", "(+ a (interval day (if b 1 2)))"},
        {"a + interval (if(b, 1, 2)) day", "(+ a (interval day (if b 1 2)))"},
        {"trim(a)", "(trim both a)"},
        {"trim('x' from a)", "(trim both a 'x')"},
        {"trim(leading from a)", "(trim leading a)"},
        {"trim(leading a)", "(trim leading a)"},
        {"trim(trailing 'x' from a)", "(trim trailing a 'x')"},
        {"substring(a from 2 for 3)", "(substring a 2 3)"},
        {"substr(a from 2)", "(substr a 2)"},
        {"mid(a, 2, 3)", "(mid a 2 3)"},
        {"position('x' in a)", "(locate 'x' a)"},
        {"char(65, 66 using utf8mb4)", "(char 65 66 :utf8mb4)"},
        {"char(65)", "(char 65)"},
        {"get_format(DATE, 'USA')", "(get_format date 'USA')"},
        {"json_value(a, '$.x' returning decimal(4,2))", "(json_value a '$.x' decimal(4,2))"},
        {"json_value(a, '$.x' null on empty null on error)", "(json_value a '$.x')"},
        {"json_unquote(json_extract(`a`,'$.b'))", "(json_unquote (json_extract a '$.b'))"},
        {"date_format(`a`,'%Y-%m')", "(date_format a '%Y-%m')"},
        {"regexp_like(a, 'x', 'c')", "(regexp_like a 'x' 'c')"},
        {"date(a)", "(date a)"},
        {"values(a)", "(values a)"},
        {"default(a)", "(default a)"},
        {"mod(a, 2)", "(mod a 2)"},
        {"insert(a, 1, 2, 'x')", "(insert a 1 2 'x')"},
        {"replace(a, 'x', 'y')", "(replace a 'x' 'y')"},
        {"next value for `db`.`s`", "(nextval db.s)"},
        {"nextval(`db`.`s`)", "(nextval db.s)"},
        {"charset(a)", "(charset a)"},
        {"binary(a)", "(binary a)"},
        {"f (a)", "(f a)"},
    };
    CHECK(rows, &mysql);
}

static void aggregates_and_windows(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"count(*)", "(count *)"},
        {"count(distinct a, b)", "(count distinct a b)"},
        {"sum(all a)", "(sum a)"},
        {"group_concat(distinct a order by b desc, c asc separator ', ')",
         "(group_concat distinct a (order b desc c) (separator ', '))"},
        {"group_concat(a, b separator '')", "(group_concat a b (separator ''))"},
        {"row_number() OVER (PARTITION BY `a` ORDER BY `b` desc)", "(row_number (over (partition a) (order b desc)))"},
        {"sum(a) over w", "(sum a (over w))"},
        {"sum(a) over (w rows between 1 preceding and current row)",
         "(sum a (over w [ROWS BETWEEN 1 PRECEDING AND CURRENT ROW]))"},
        {"avg(a) over (order by b range between unbounded preceding and unbounded following)",
         "(avg a (over (order b) [RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING]))"},
        {"max(a) over (rows 2 preceding)", "(max a (over [ROWS 2 PRECEDING]))"},
        {"rank() over ()", "(rank (over))"},
        {"nth_value(a, 2) from first respect nulls over w", "error: met from where the end was looked for, at byte 16"},
        {"nth_value(a, 2) from first over w", "(nth_value a 2 (over w))"},
        {"lag(a) respect nulls over w", "(lag a (over w))"},
        {"nth_value(a, 2) from last over w", "error: from last of a window function is not carried, at byte 16"},
        {"lag(a) ignore nulls over w", "error: ignore nulls of a window function is not carried, at byte 7"},
        {"percentile_cont(0.5) within group (order by a)",
         "error: within group of a window function is not carried, at byte 21"},
        {"group_concat(a limit 3)", "error: LIMIT in an aggregate is not carried, at byte 15"},
        {"sum(a) over (rows interval 1 day preceding)",
         "error: met interval where a bound of the frame that is a number of rows was looked for, at byte 18"},
        {"lower(distinct a)", "error: met distinct where an expression was looked for, at byte 6"},
    };
    CHECK(rows, &mysql);
}

static void comments(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"1 /* one */ + /**/ 2", "(+ 1 2)"},
        {"1 -- one\n+ 2", "(+ 1 2)"},
        {"1 # one\n+ 2", "(+ 1 2)"},
        {"1 + 2 --", "(+ 1 2)"},
        {"1 /*! + 2 */ + 3", "(+ (+ 1 2) 3)"},
        {"1 /*!80013 + 2*/", "(+ 1 2)"},
        {"1 /*!080013 + 2 */", "(+ 1 2)"},
        {"1 /*M! + 2 */", "1"},
        {"1 /*! + /* inner */ 2 */", "(+ 1 2)"},
    };
    static const struct row mariadb_rows[] = {
        {"1 /*M! + 2 */", "(+ 1 2)"},
        {"1 /*M!100203 + 2 */", "(+ 1 2)"},
        {"1 /*!50601 + 2 */", "(+ 1 2)"},
        {"1 /*!80013 + 2 */", "1"},
    };
    CHECK(rows, &mysql);
    CHECK(mariadb_rows, &mariadb);
}

static void errors_tell_what_was_met_and_where(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "error: the text ends where an expression was looked for, at byte 0"},
        {"a +", "error: the text ends where an expression was looked for, at byte 3"},
        {"a b", "error: met b where the end was looked for, at byte 2"},
        {"(a", "error: a parenthesis is not closed, at byte 0"},
        {"a)", "error: a parenthesis is closed that was never opened, at byte 1"},
        {"'a", "error: a string is not closed, at byte 0"},
        {"'a\\'", "error: a string is not closed, at byte 0"},
        {"1 + `a", "error: a quoted name is not closed, at byte 4"},
        {"/* a", "error: a comment is not closed, at byte 0"},
        {"1 /*! + 1", "error: a comment is not closed, at byte 2"},
        {"x'abc'", "error: a hexadecimal literal is not right, at byte 0"},
        {"b'12'", "error: a bit literal is not right, at byte 0"},
        {"1.5x", "error: a number ends in letters, at byte 0"},
        {"a \x01", "error: met the byte 0x01, which begins nothing, at byte 2"},
        {"a = ?", "error: met ? where an expression was looked for, at byte 4"},
        {"select", "error: met select where an expression was looked for, at byte 0"},
        {"f(a b)", "error: met b where ) was looked for, at byte 4"},
        {"f(a,)", "error: met ) where an expression was looked for, at byte 4"},
        {"in(1)", "error: met in where an expression was looked for, at byte 0"},
        {"case a end", "error: met end where WHEN was looked for, at byte 7"},
        {"case when a then b", "error: the text ends where end was looked for, at byte 18"},
        {"interval 1 day", "error: INTERVAL stands where it can be neither added nor subtracted, at byte 0"},
        {"a * interval 1 day", "error: INTERVAL stands where it can be neither added nor subtracted, at byte 4"},
        {"interval 1 day - a", "error: INTERVAL stands where it can be neither added nor subtracted, at byte 0"},
        {"a + interval 1 fortnight", "error: met fortnight where a unit of time was looked for, at byte 15"},
        {"cast(a at time zone '+00:00' as datetime)", "error: CAST with a time zone is not carried, at byte 7"},
        {"cast(a as char(99999999999))", "error: met 99999999999 where a smaller number was looked for, at byte 15"},
        {"@x := 1", "error: an assignment to a variable is not carried, at byte 3"},
        {"a is maybe", "error: met maybe where NULL, TRUE, FALSE or UNKNOWN was looked for, at byte 5"},
        {"_utf8mb4 x'ff'", "error: a literal is not the UTF-8 that it is said to be, at byte 0"},
        {"weight_string(a)", "error: WEIGHT_STRING is not carried, at byte 0"},
        {"a b'\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9'", "error: a bit literal is not right, at byte 2"},
        {"a '\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
         "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9'",
         "error: met '\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
         "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9... where the end was looked for, at byte 2"},
    };
    CHECK(rows, &mysql);
}

/* ---- bounds ---- */

/* before, n times left, middle, n times right */
static char *repeated(const char *left, const char *middle, const char *right, size_t n) {
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 26);
    for (size_t i = 0; i < n; i++)
        put(&b, left);
    put(&b, middle);
    for (size_t i = 0; i < n; i++)
        put(&b, right);
    assert_non_null(cg_buffer_cstr(&b, NULL));
    return (char *)b.data;
}

static void check_repeated(const char *left, const char *middle, const char *right, size_t n, const char *error) {
    char *text = repeated(left, middle, right, n), *tree = parsed(text, &mysql);
    bool failed = strncmp(tree, "error: ", 7) == 0;
    if (error) {
        assert_true(failed);
        assert_non_null(strstr(tree, error));
    } else {
        assert_false(failed);
    }
    free(text);
    free(tree);
}

static void depth_is_bounded(void **state) {
    (void)state;
    static const char deep[] = "nested more than 200 levels deep", high[] = "more than 1000 operations";
    check_repeated("(", "a", ")", 199, NULL);
    check_repeated("(", "a", ")", 200, deep);
    check_repeated("(", "a", ")", 10000, deep);
    check_repeated("- ", "a", "", 100, NULL);
    check_repeated("- ", "a", "", 10000, deep);
    check_repeated("not ", "a", "", 10000, deep);
    check_repeated("f(", "a", ")", 10000, deep);
    check_repeated("case ", "a", "", 10000, deep);
    check_repeated("a between 1 and ", "a", "", 10000, deep);
    check_repeated("a + interval ", "a", "", 10000, deep);
    check_repeated("interval (", "1", ")", 10000, deep);
    check_repeated("{fn ", "a", "", 10000, deep);
    check_repeated("exists(", "a", ")", 10000, "was looked for");
    check_repeated("", "a", " or a", 999, NULL);
    check_repeated("", "a", " or a", 1000, high);
    check_repeated("", "a", " is null", 10000, high);
    check_repeated("", "a", " collate b", 10000, high);
    char *text = repeated("a not like ", "a", "", 10000), *tree = parsed(text, &mariadb);
    assert_non_null(strstr(tree, deep));
    free(text);
    free(tree);
}

static void length_is_not(void **state) {
    (void)state;
    check_repeated("", "'a'", " 'b'", 5000, NULL);
    check_repeated("", "concat(a", "", 1, "not closed");
    check_repeated("/* x */ ", "a", "", 5000, NULL);
    char *list = repeated("1,", "1", "", 5000), *text = repeated("", "a in (", list, 1);
    char *whole = repeated(text, ")", "", 1), *tree = parsed(whole, &mysql);
    assert_int_equal(strncmp(tree, "(in a 1 1 ", 10), 0);
    free(list);
    free(text);
    free(whole);
    free(tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals),
        cmocka_unit_test(names),
        cmocka_unit_test(precedence),
        cmocka_unit_test(dialects_change_the_precedence),
        cmocka_unit_test(predicates_of_mariadb_follow_each_other),
        cmocka_unit_test(dialects_change_quotes_and_escapes),
        cmocka_unit_test(predicates),
        cmocka_unit_test(calls),
        cmocka_unit_test(aggregates_and_windows),
        cmocka_unit_test(comments),
        cmocka_unit_test(errors_tell_what_was_met_and_where),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(length_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
