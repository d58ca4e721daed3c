/* Whatever expressions and views the catalogs of MariaDB and MySQL hold, the parser reads them, and reads them as the
 * server does: what is printed from the tree makes the same object again. */
#include "engine/mysql/catalog.h"
#include "mysql_fixture.h"
#include "sql_print.h"
#include "tests/unit/sql_tree.h"
#include "transform/sql/parse.h"

enum { ON_BOTH = 0, NOT_MYSQL, NOT_MARIADB };

struct text {
    const char *sql;
    int where;
};

static const char table[] =
    "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, i INT, j INT UNSIGNED, n DECIMAL(10,2), f DOUBLE,"
    " s VARCHAR(50), u VARCHAR(50) COLLATE utf8mb4_bin, d DATE, dt DATETIME(6), tm TIME(3), y YEAR, b VARBINARY(50),"
    " js JSON, bt BIT(8), e ENUM('a','b''c'), st SET('x','y'), `odd ``name` INT, `na\xc3\xafve` INT, ft TEXT,"
    " ts TIMESTAMP NULL, FULLTEXT KEY (ft))";

/* Each becomes a generated column of t. */
static const struct text expressions[] = {
    {"i + j * 2 - n / 3", ON_BOTH},
    {"i DIV 2 + i MOD 3 + i % 4 + mod(i, 5)", ON_BOTH},
    {"-i + ~j", ON_BOTH},
    {"i | j & 3 << 2 >> 1 ^ 5", ON_BOTH},
    {"i = 1 OR j = 2 AND n = 3 XOR f = 4", ON_BOTH},
    {"NOT i = 1 AND NOT (j = 2 OR n = 3)", ON_BOTH},
    {"!(i <=> j)", ON_BOTH},
    {"i <> 1 AND i != 2 AND i < 3 AND i <= 4 AND i > 5 AND i >= 6", ON_BOTH},
    {"i IS NULL OR i IS NOT NULL OR i IS TRUE OR i IS NOT FALSE OR i IS UNKNOWN", ON_BOTH},
    {"i BETWEEN 1 AND 2 OR i NOT BETWEEN j AND j + 1", ON_BOTH},
    {"i IN (1, 2, 3) OR s NOT IN ('a', 'b')", ON_BOTH},
    {"(i, j) IN ((1, 2), (3, 4))", ON_BOTH},
    {"s LIKE 'a%' OR s NOT LIKE '%\\_b' OR s LIKE 'x|%' ESCAPE '|'", ON_BOTH},
    {"s REGEXP '^a.*b$' OR s NOT RLIKE '[0-9]+'", ON_BOTH},
    {"s SOUNDS LIKE 'smith'", ON_BOTH},
    {"CASE i WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END", ON_BOTH},
    {"CASE WHEN i > 1 THEN s WHEN i IS NULL THEN NULL END", ON_BOTH},
    {"IF(i > 1, s, IFNULL(u, COALESCE(s, 'x')))", ON_BOTH},
    {"NULLIF(i, 0)", ON_BOTH},
    {"CONCAT(s, ' ', u, 1.50, -2, 1e3, NULL, TRUE)", ON_BOTH},
    {"CONCAT_WS(', ', s, 'it''s \\\\ \"q\" \\n \\t \\0 \\Z %', '')", ON_BOTH},
    {"CONCAT(s, 'caf\xc3\xa9 \xe2\x98\x83 \xf0\x9f\x98\x80')", ON_BOTH},
    {"CONCAT(s, x'4142', 0x43, b'01000100', X'')", ON_BOTH},
    {"CONCAT(s, _binary'a', N'b')", ON_BOTH},
    {"CONCAT(b, _binary x'00ff27')", NOT_MARIADB},
    {"CONCAT(s, _latin1 x'e9', _utf16 x'00e9')", NOT_MARIADB},
    {"s COLLATE utf8mb4_bin = 'A'", ON_BOTH},
    {"BINARY s = 'a'", ON_BOTH},
    {"CONVERT(s USING latin1)", ON_BOTH},
    {"CAST(i AS CHAR)", ON_BOTH},
    {"CAST(i AS CHAR(10) CHARACTER SET latin1)", ON_BOTH},
    {"CAST(s AS SIGNED) + CAST(s AS UNSIGNED)", ON_BOTH},
    {"CAST(s AS DECIMAL(10,3)) + CAST(s AS DECIMAL)", ON_BOTH},
    {"CAST(s AS DATE)", ON_BOTH},
    {"CAST(s AS DATETIME(3))", ON_BOTH},
    {"CAST(dt AS TIME(2))", ON_BOTH},
    {"CAST(s AS BINARY(5))", ON_BOTH},
    {"CAST(s AS DOUBLE)", ON_BOTH},
    {"CAST(js->'$.a' AS JSON)", NOT_MARIADB},
    {"CAST(y AS YEAR)", NOT_MARIADB},
    {"js->'$.a' = 1 AND js->>'$.b[0]' = 'x'", NOT_MARIADB},
    {"JSON_UNQUOTE(JSON_EXTRACT(js, '$.a', '$.\"b c\"'))", ON_BOTH},
    {"JSON_VALUE(js, '$.price' RETURNING DECIMAL(10,2))", NOT_MARIADB},
    {"JSON_VALUE(js, '$.price')", ON_BOTH},
    {"17 MEMBER OF (js->'$.list')", NOT_MARIADB},
    {"JSON_CONTAINS(js, '1', '$.a') AND JSON_VALID(js)", ON_BOTH},
    {"d + INTERVAL 1 DAY", ON_BOTH},
    {"d - INTERVAL i MONTH + INTERVAL '1:30' MINUTE_SECOND", ON_BOTH},
    {"DATE_ADD(dt, INTERVAL -1 HOUR)", ON_BOTH},
    {"DATE_SUB(dt, INTERVAL 1.5 SECOND)", ON_BOTH},
    {"ADDDATE(d, 31) = SUBDATE(d, INTERVAL 1 QUARTER)", ON_BOTH},
    {"TIMESTAMPDIFF(MONTH, d, dt) + TIMESTAMPADD(MICROSECOND, 5, dt)", ON_BOTH},
    {"EXTRACT(YEAR_MONTH FROM d) + EXTRACT(DAY_MICROSECOND FROM dt)", ON_BOTH},
    {"YEAR(d) * 100 + QUARTER(d) + WEEK(d, 3) + DAYOFWEEK(d)", ON_BOTH},
    {"DATEDIFF(dt, d) + TO_DAYS(d)", ON_BOTH},
    {"STR_TO_DATE(s, '%Y-%m-%d %H:%i:%s')", ON_BOTH},
    {"DATE_FORMAT(dt, '%Y-%m-%dT%T.%f')", ON_BOTH},
    {"d > DATE'2024-01-31' AND dt < TIMESTAMP'2024-01-31 10:11:12.5' AND tm <> TIME'-10:11:12'", ON_BOTH},
    {"GET_FORMAT(DATE, 'ISO')", ON_BOTH},
    {"MAKEDATE(y, 1)", ON_BOTH},
    {"TRIM(s) = TRIM(BOTH 'x' FROM s)", ON_BOTH},
    {"CONCAT(TRIM(LEADING ' ' FROM s), TRIM(TRAILING '0' FROM s), LTRIM(s), RTRIM(s))", ON_BOTH},
    {"CONCAT(SUBSTRING(s FROM 2 FOR 3), SUBSTR(s, 2), MID(s, 1, 2), LEFT(s, 1), RIGHT(s, 1))", ON_BOTH},
    {"POSITION('x' IN s) + LOCATE('x', s, 2) + INSTR(s, 'x')", ON_BOTH},
    {"CHAR(65, 66 USING utf8mb4)", ON_BOTH},
    {"CONCAT(LPAD(s, 10, '0'), REPEAT('x', 3), REPLACE(s, 'a', 'b'), REVERSE(s), UPPER(s), LCASE(s))", ON_BOTH},
    {"INSERT(s, 1, 2, 'x')", ON_BOTH},
    {"HEX(b) = SHA2(s, 256)", ON_BOTH},
    {"ROUND(n, 1) + TRUNCATE(f, 2) + FLOOR(n) + CEILING(n) + ABS(i) + POW(i, 2) + SIGN(i)", ON_BOTH},
    {"GREATEST(i, j, 3) - LEAST(i, j, 3)", ON_BOTH},
    {"INTERVAL(i, 1, 10, 100)", ON_BOTH},
    {"ELT(i, 'a', 'b') = FIELD(s, 'a', 'b') OR FIND_IN_SET('x', st)", ON_BOTH},
    {"REGEXP_REPLACE(s, '[aeiou]', '*')", ON_BOTH},
    {"REGEXP_LIKE(s, '^a', 'i')", NOT_MARIADB},
    {"`odd ``name` + `na\xc3\xafve`", ON_BOTH},
    {"e = 'b''c' AND FIND_IN_SET('y', st) > 0 AND bt = b'101' AND bt & 1", ON_BOTH},
    {"INET_ATON(s) + CRC32(s) + ASCII(s) + ORD(s) + CHAR_LENGTH(s) + BIT_COUNT(j)", ON_BOTH},
    {"i NOT IN (1) AND (i IS NOT NULL) = (j IS NULL)", ON_BOTH},
    {"((((i))))", ON_BOTH},
};

/* Defaults of columns, in parentheses. */
static const struct text defaults[] = {
    {"UUID()", ON_BOTH},
    {"CONCAT('it''s', ' \\\\ \xc3\xa9')", ON_BOTH},
    {"CURRENT_TIMESTAMP(3) + INTERVAL 1 YEAR", ON_BOTH},
    {"CURDATE()", ON_BOTH},
    {"UTC_TIMESTAMP()", ON_BOTH},
    {"JSON_OBJECT('a', JSON_ARRAY(1, 2))", ON_BOTH},
    {"1 + 2 * 3", ON_BOTH},
    {"RAND() * 10", ON_BOTH},
    {"UNIX_TIMESTAMP()", ON_BOTH},
    {"SUBSTRING_INDEX(USER(), '@', 1)", ON_BOTH},
    {"nextval(seq)", NOT_MYSQL},
    {"NEXT VALUE FOR seq", NOT_MYSQL},
};

static const struct text checks[] = {
    {"i > 0 AND j < 10", ON_BOTH},
    {"s <> 'it''s \xc3\xa9' OR s LIKE '%\\%%'", ON_BOTH},
    {"JSON_VALID(s)", ON_BOTH},
    {"d >= '2000-01-01' AND d < '2100-01-01'", ON_BOTH},
    {"CHAR_LENGTH(s) BETWEEN 1 AND 20", ON_BOTH},
    {"s REGEXP '^[a-z]+@[a-z]+\\\\.[a-z]+$'", ON_BOTH},
    {"i IN (1, 2) OR (i IS NULL AND j IS NOT NULL)", ON_BOTH},
    {"s = 'x' COLLATE utf8mb4_bin", ON_BOTH},
};

/* Parts of indexes of MySQL. */
static const struct text parts[] = {
    {"i + j", NOT_MARIADB},
    {"LOWER(s)", NOT_MARIADB},
    {"CAST(js->>'$.a' AS CHAR(20)) COLLATE utf8mb4_bin", NOT_MARIADB},
    {"CAST(js->'$.list' AS UNSIGNED ARRAY)", NOT_MARIADB},
    {"CONCAT(s, 'it''s \xc3\xa9')", NOT_MARIADB},
    {"IF(i IS NULL, 1, NULL)", NOT_MARIADB},
};

static const struct text views[] = {
    {"SELECT * FROM t", ON_BOTH},
    {"SELECT DISTINCT i AS `a ``b`, s 'c' FROM t AS x WHERE i > 1 ORDER BY s DESC, 1 LIMIT 10", ON_BOTH},
    {"SELECT i FROM t LIMIT 5, 10", ON_BOTH},
    {"SELECT 1 AS a FROM DUAL WHERE 2 = 2", ON_BOTH},
    {"SELECT a.i, b.s FROM t a JOIN t b ON a.id = b.i LEFT JOIN t c ON c.id = b.id AND c.i > 2", ON_BOTH},
    {"SELECT a.i FROM t a LEFT JOIN (t b JOIN t c ON b.id = c.id) ON a.i = b.i", ON_BOTH},
    {"SELECT a.i FROM t a RIGHT JOIN t b ON a.i = b.i", ON_BOTH},
    {"SELECT a.i FROM t a LEFT JOIN t b LEFT JOIN t c ON b.i = c.i ON a.i = b.i", ON_BOTH},
    {"SELECT a.i FROM t a, t b, t c WHERE a.i = b.i AND b.j = c.j", ON_BOTH},
    {"SELECT a.i FROM t a STRAIGHT_JOIN t b ON a.i = b.i", ON_BOTH},
    {"SELECT id, a.i FROM t a JOIN t b USING (id)", ON_BOTH},
    {"SELECT a.i FROM t a NATURAL JOIN u", ON_BOTH},
    {"SELECT a.i FROM t a CROSS JOIN u", ON_BOTH},
    {"SELECT i, COUNT(*), COUNT(DISTINCT s, u), SUM(DISTINCT n), MAX(d) FROM t GROUP BY i HAVING COUNT(*) > 1",
     ON_BOTH},
    {"SELECT i, GROUP_CONCAT(DISTINCT s ORDER BY s DESC, u SEPARATOR ', ') AS g FROM t GROUP BY i WITH ROLLUP",
     ON_BOTH},
    {"SELECT GROUP_CONCAT(s, 'it''s' SEPARATOR '\\n') AS g, JSON_ARRAYAGG(i) AS a FROM t", ON_BOTH},
    {"SELECT STDDEV_SAMP(n) AS a, VAR_POP(n) AS b, BIT_OR(j) AS c FROM t", ON_BOTH},
    {"SELECT i FROM t WHERE i IN (SELECT i FROM u) AND j NOT IN (SELECT j FROM t t2 WHERE t2.i = t.i)", ON_BOTH},
    {"SELECT i FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.i = t.i) AND NOT EXISTS (SELECT 2 FROM u)", ON_BOTH},
    {"SELECT i FROM t WHERE i > ALL (SELECT i FROM u) OR i = ANY (SELECT i FROM u) OR i < SOME (SELECT 1)", ON_BOTH},
    {"SELECT (SELECT MAX(i) FROM u) + 1 AS m, (i, j) = (SELECT 1, 2) AS r FROM t", ON_BOTH},
    {"SELECT x.a FROM (SELECT i + 1 AS a FROM t WHERE j = 1) x WHERE x.a > 2", ON_BOTH},
    {"SELECT i FROM t UNION SELECT i FROM u UNION ALL SELECT 3 ORDER BY 1 LIMIT 5", ON_BOTH},
    {"(SELECT i FROM t ORDER BY j LIMIT 1) UNION (SELECT i FROM u ORDER BY i DESC LIMIT 2)", ON_BOTH},
    {"SELECT i FROM t EXCEPT SELECT i FROM u", ON_BOTH},
    {"SELECT i FROM t UNION SELECT i FROM u INTERSECT SELECT i FROM u", ON_BOTH},
    {"WITH c AS (SELECT i FROM t), d (x, y) AS (SELECT i, i + 1 FROM c) SELECT x, y FROM d", ON_BOTH},
    {"WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n FROM c", ON_BOTH},
    {"SELECT i, ROW_NUMBER() OVER (PARTITION BY s ORDER BY i DESC, j) AS r, SUM(i) OVER (ORDER BY j ROWS BETWEEN 1"
     " PRECEDING AND CURRENT ROW) AS x FROM t",
     ON_BOTH},
    {"SELECT RANK() OVER w AS r, SUM(i) OVER (w ROWS UNBOUNDED PRECEDING) AS l FROM t WINDOW w AS (PARTITION BY i"
     " ORDER BY j)",
     ON_BOTH},
    {"SELECT FIRST_VALUE(i) OVER (ORDER BY j RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS f FROM t",
     ON_BOTH},
    {"SELECT id FROM t WHERE MATCH (ft) AGAINST ('+a -b' IN BOOLEAN MODE) AND MATCH (ft) AGAINST ('c')", ON_BOTH},
    {"SELECT MATCH (ft) AGAINST ('c' WITH QUERY EXPANSION) AS score FROM t", ON_BOTH},
    {"SELECT NOW() AS a, CURRENT_TIMESTAMP(6) AS b, CURRENT_DATE AS c, UTC_TIME() AS d, SYSDATE(3) AS e,"
     " CURRENT_USER AS f, DATABASE() AS g, VERSION() AS h",
     ON_BOTH},
    {"SELECT 'caf\xc3\xa9 \xf0\x9f\x98\x80' AS a, _latin1'\xc3\xa9' AS b, _binary x'00ff' AS c, x'ff' AS d, N'\xc3\xa9'"
     " AS e, b'101' AS f",
     ON_BOTH},
    {"SELECT f(i) AS a, IF(i, 'a', 'b') AS b, i IS TRUE AS c, NOT i AS d, i XOR j AS e FROM t", ON_BOTH},
    {"SELECT i FROM t WHERE s LIKE CONCAT('%', u, '\\_') AND s = '\\\\' AND s <> '%'", ON_BOTH},
    {"SELECT i FROM t WHERE d BETWEEN '2024-01-01' AND NOW() - INTERVAL 1 WEEK", ON_BOTH},
    {"SELECT a.x FROM t, LATERAL (SELECT t.i AS x) a", NOT_MARIADB},
    {"SELECT column_0 FROM (VALUES ROW(1, 'a'), ROW(2, 'b')) v", NOT_MARIADB},
    {"VALUES (1, 'a'), (2, 'b')", NOT_MYSQL},
    {"SELECT i FROM t ORDER BY i OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY", NOT_MYSQL},
    {"SELECT i FROM t GROUP BY i, j", ON_BOTH},
    {"SELECT STRAIGHT_JOIN SQL_BIG_RESULT i FROM t", ON_BOTH},
    {"SELECT i FROM t WHERE i > 1 WITH LOCAL CHECK OPTION", ON_BOTH},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool skipped(const struct server *server, const struct text *text) {
    return text->where == (server->mariadb ? NOT_MARIADB : NOT_MYSQL);
}

static struct cg_sql_dialect dialect_of(const struct server *server) {
    return (struct cg_sql_dialect){.mariadb = server->mariadb};
}

/* ---- the database ---- */

static void make_views(struct server *server) {
    for (size_t i = 0; i < COUNT(views); i++)
        if (!skipped(server, &views[i]))
            run(server->admin, "CREATE VIEW v%zu AS %s", i, views[i].sql);
    run(server->admin, "CREATE VIEW named (`p`, `q ``r`) AS SELECT i, j + 1 FROM t");
    run(server->admin,
        "CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `odd ``view` AS SELECT * FROM named");
}

static void make_columns(struct server *server) {
    for (size_t i = 0; i < COUNT(expressions); i++)
        if (!skipped(server, &expressions[i]))
            run(server->admin, "ALTER TABLE t ADD COLUMN g%zu VARCHAR(99) GENERATED ALWAYS AS (%s) VIRTUAL", i,
                expressions[i].sql);
    for (size_t i = 0; i < COUNT(defaults); i++)
        if (!skipped(server, &defaults[i]))
            run(server->admin, "CREATE TABLE d%zu (x VARCHAR(200) DEFAULT (%s))", i, defaults[i].sql);
    for (size_t i = 0; i < COUNT(checks); i++)
        if (!skipped(server, &checks[i]))
            run(server->admin, "ALTER TABLE t ADD CONSTRAINT c%zu CHECK (%s)", i, checks[i].sql);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!skipped(server, &parts[i]))
            run(server->admin, "ALTER TABLE t ADD KEY k%zu ((%s))", i, parts[i].sql);
}

/* Letters that MySQL's information_schema spoils in one way or another. */
static void make_letters(struct server *server) {
    run(server->admin,
        "CREATE TABLE letters (a VARCHAR(50), g VARCHAR(50) GENERATED ALWAYS AS"
        " (CONCAT(a, '\xc3\xa9''\xe2\x98\x83\xf0\x9f\x98\x80')) VIRTUAL, d VARCHAR(20) DEFAULT ('\xc3\xa9'),"
        " n VARCHAR(20) DEFAULT 'a\\0b', f VARCHAR(20) DEFAULT '?\xf0\x9f\x98\x80', c VARCHAR(20) DEFAULT"
        " (CONCAT('\xf0\x9f\x98\x80', '????x')), CONSTRAINT k CHECK (a <> '\xf0\x9f\x98\x81'),"
        " `\xc3\xa9` INT CHECK (`\xc3\xa9` <> 1))");
    if (!server->mariadb)
        run(server->admin, "ALTER TABLE letters ADD h VARCHAR(50) GENERATED ALWAYS AS (CONCAT(a, _latin1 x'e9',"
                           " _utf16'ab', _latin1'x')) VIRTUAL");
    run(server->admin, "CREATE VIEW letters_view (`one`, `two`, `three`) AS"
                       " SELECT '\xf0\x9f\x98\x80', _binary x'ff0027', _latin1 x'e9'");
    run(server->admin, "SET NAMES latin1");
    run(server->admin, "CREATE VIEW old_client AS SELECT '\xe9' AS x");
    run(server->admin, "CREATE VIEW old_client_bytes AS SELECT _binary'\xe9' AS x");
    run(server->admin, "SET NAMES utf8mb4");
}

static struct cg_catalog *read_catalog(struct server *server, const char *database) {
    struct cg_uri uri;
    struct cg_server info;
    struct cg_catalog *catalog = NULL;
    assert_ok(cg_uri_parse(server->uri, test_arena, &uri, &test_error));
    assert_ok(cg_mysql_server(server->admin, &uri, test_arena, &info, &test_error));
    assert_ok(cg_mysql_catalog(server->admin, &info, database, NULL, test_arena, &catalog, &test_error));
    return catalog;
}

static void make_database(struct server *server) {
    server_begin(server, "cg_sql_catalog");
    if (server->mariadb)
        run(server->admin, "CREATE SEQUENCE seq");
    run(server->admin, "%s", table);
    run(server->admin, "CREATE TABLE u (i INT, k INT)");
    run(server->admin, "CREATE FUNCTION f(p INT) RETURNS INT DETERMINISTIC RETURN p + 1");
    make_columns(server);
    make_views(server);
    make_letters(server);
    server->catalog = read_catalog(server, server->name);
}

static int begin_all(void **state) {
    (void)state;
    test_arena = cg_arena_new();
    for (size_t i = 0; i < SERVER_COUNT; i++)
        make_database(&servers[i]);
    return 0;
}

static int end_all(void **state) {
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++)
        server_end(&servers[i]);
    cg_arena_free(test_arena);
    return 0;
}

/* ---- what a server makes of a text ---- */

/* The statement that SHOW CREATE VIEW gives for a view of this text; empty when the server takes no such view. */
static const char *canonical(struct server *server, const char *select) {
    char *sql = cg_arena_printf(test_arena, "CREATE OR REPLACE VIEW cg_sql_catalog.round_trip AS %s", select);
    struct cg_error err = {0};
    if (cg_mysql_execute(server->admin, sql, &err) < 0) {
        print_error("%s\n  %s\n", select, err.message);
        return "";
    }
    MYSQL_RES *result = NULL;
    assert_ok(cg_mysql_query(server->admin, "SHOW CREATE VIEW cg_sql_catalog.round_trip", &result, &test_error));
    MYSQL_ROW row = mysql_fetch_row(result);
    const char *text = cg_arena_strdup(test_arena, row[1]);
    mysql_free_result(result);
    return text;
}

static const struct cg_sql_select *parsed_select(struct server *server, const char *text) {
    struct cg_sql_select *select = NULL;
    struct cg_sql_dialect dialect = dialect_of(server);
    if (cg_sql_parse_select(text, &dialect, test_arena, &select, &test_error) < 0)
        print_error("%s\n  %s\n", text, test_error.message);
    return select;
}

static const char *text_of(struct cg_buffer *b) {
    const char *text = cg_arena_strdup(test_arena, cg_buffer_cstr(b, NULL));
    cg_buffer_done(b);
    assert_non_null(text);
    return text;
}

static const char *tree_of(const struct cg_sql_select *select) {
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    put_select(&b, select);
    return text_of(&b);
}

/* Whether two texts are one view to the server. */
static bool same_view(struct server *server, const char *first, const char *second) {
    const char *a = canonical(server, first), *b = canonical(server, second);
    const struct cg_sql_select *of_a = *a ? parsed_select(server, a) : NULL;
    const struct cg_sql_select *of_b = *b ? parsed_select(server, b) : NULL;
    if (!of_a || !of_b)
        return false;
    if (strcmp(tree_of(of_a), tree_of(of_b)) == 0)
        return true;
    print_error("%s\n  is      %s\n  must be %s\n", first, tree_of(of_b), tree_of(of_a));
    return false;
}

/* ---- tests ---- */

static size_t failures, seen;

/* Parses one expression; all but those that no view may hold make the same view when printed. */
static void check_expression(struct server *server, const char *text, bool in_view) {
    struct cg_sql_expression *expression = NULL;
    struct cg_sql_dialect dialect = dialect_of(server);
    seen++;
    if (cg_sql_parse_expression(text, &dialect, test_arena, &expression, &test_error) < 0) {
        print_error("%s\n  %s\n", text, test_error.message);
        failures++;
        return;
    }
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 20);
    print_expression(&b, expression);
    const char *first = cg_arena_printf(test_arena, "SELECT %s AS x FROM t", text);
    const char *second = cg_arena_printf(test_arena, "SELECT %s AS x FROM t", text_of(&b));
    if (in_view && !same_view(server, first, second))
        failures++;
}

static void every_expression_of_the_catalog_is_read(void **state) {
    struct server *server = *state;
    failures = seen = 0;
    for (size_t t = 0; t < server->catalog->table_count; t++) {
        const struct cg_table *one = &server->catalog->tables[t];
        if (strcmp(one->name, "letters") == 0) /* no columns of t */
            continue;
        for (size_t i = 0; i < one->column_count; i++) {
            const struct cg_column *column = &one->columns[i];
            if (column->generated)
                check_expression(server, column->generation_text, true);
            else if (column->default_kind == CG_DEFAULT_EXPRESSION)
                check_expression(server, column->default_text, true);
        }
        for (size_t i = 0; i < one->check_count; i++)
            check_expression(server, one->checks[i].expression, true);
        for (size_t k = 0; k < one->key_count; k++)
            for (size_t i = 0; i < one->keys[k].part_count; i++)
                if (one->keys[k].parts[i].expression)
                    check_expression(server, one->keys[k].parts[i].expression,
                                     !strstr(one->keys[k].parts[i].expression, " array"));
    }
    assert_int_equal(failures, 0);
    assert_true(seen >= COUNT(expressions) - 12 + COUNT(checks));
}

static void check_views(struct server *server, const struct cg_catalog *catalog) {
    failures = seen = 0;
    for (size_t i = 0; i < catalog->object_count; i++) {
        const struct cg_object *object = &catalog->objects[i];
        if (object->kind != CG_OBJECT_VIEW)
            continue;
        if (strncmp(object->name, "old_client", 10) == 0 || strncmp(object->name, "x$", 2) == 0)
            continue; /* of the latter each has a twin without x$ */
        seen++;
        assert_non_null(object->query);
        const struct cg_sql_select *select = parsed_select(server, object->query);
        if (!select) {
            failures++;
            continue;
        }
        struct cg_buffer b;
        cg_buffer_init(&b, 1 << 20);
        print_select(&b, select);
        const char *body = strstr(object->query, " AS "), *printed = text_of(&b);
        assert_non_null(body);
        bool named = !strstr(body, "AS values "); /* MariaDB calls their columns by the values of the first row */
        if (named && !same_view(server, select->check_option ? printed : body + 4, printed))
            failures++;
    }
    assert_int_equal(failures, 0);
}

static void every_view_of_the_catalog_is_read(void **state) {
    struct server *server = *state;
    check_views(server, server->catalog);
    assert_true(seen >= COUNT(views) - 2);
}

/* Views that others wrote come with the servers. */
static void every_view_of_the_sys_schema_is_read(void **state) {
    struct server *server = *state;
    run(server->admin, "USE sys"); /* its functions are not qualified */
    check_views(server, read_catalog(server, "sys"));
    run(server->admin, "USE cg_sql_catalog");
    assert_true(seen >= 45);
}

/* ---- letters ---- */

static const struct cg_column *letters_column(const struct server *server, const char *name) {
    const struct cg_table *letters = cg_catalog_table(server->catalog, "letters");
    for (size_t i = 0; i < letters->column_count; i++)
        if (strcmp(letters->columns[i].name, name) == 0)
            return &letters->columns[i];
    fail_msg("no column %s", name);
    return NULL;
}

static const char *view_query(const struct server *server, const char *name) {
    for (size_t i = 0; i < server->catalog->object_count; i++)
        if (server->catalog->objects[i].kind == CG_OBJECT_VIEW && strcmp(server->catalog->objects[i].name, name) == 0)
            return server->catalog->objects[i].query;
    fail_msg("no view %s", name);
    return NULL;
}

static void letters_of_expressions_arrive(void **state) {
    const struct server *server = *state;
    const struct cg_column *d = letters_column(server, "d"), *n = letters_column(server, "n");
    const struct cg_column *c = letters_column(server, "c"), *f = letters_column(server, "f");
    assert_string_equal(letters_column(server, "g")->generation_text,
                        server->mariadb ? "concat(`a`,'\xc3\xa9\\'\xe2\x98\x83\xf0\x9f\x98\x80')"
                                        : "concat(`a`,_utf8mb4'\xc3\xa9\\'\xe2\x98\x83\xf0\x9f\x98\x80')");
    assert_int_equal(d->default_kind, CG_DEFAULT_LITERAL);
    assert_string_equal(d->default_text, "\xc3\xa9");
    assert_int_equal(n->default_kind, CG_DEFAULT_EXPRESSION);
    assert_string_equal(n->default_text, "'a\\0b'");
    assert_string_equal(f->default_text, "?\xf0\x9f\x98\x80");
    assert_int_equal(c->default_kind, CG_DEFAULT_EXPRESSION);
    assert_string_equal(c->default_text, server->mariadb ? "concat('\xf0\x9f\x98\x80','????x')"
                                                         : "concat(_utf8mb4'\xf0\x9f\x98\x80',_utf8mb4'????x')");
    const struct cg_table *letters = cg_catalog_table(server->catalog, "letters");
    assert_int_equal(letters->check_count, 2);
    for (size_t i = 0; i < letters->check_count; i++) {
        bool k = strcmp(letters->checks[i].name, "k") == 0;
        const char *expected = server->mariadb ? k ? "`a` <> '\xf0\x9f\x98\x81'" : "`\xc3\xa9` <> 1"
                               : k             ? "(`a` <> _utf8mb4'\xf0\x9f\x98\x81')"
                                               : "(`\xc3\xa9` <> 1)";
        assert_string_equal(letters->checks[i].expression, expected);
    }
    if (!server->mariadb)
        assert_string_equal(letters_column(server, "h")->generation_text,
                            "concat(`a`,_latin1 0xe9,_utf16 0x6162,_latin1'x')");
}

static void letters_of_views_arrive(void **state) {
    const struct server *server = *state;
    const char *query = view_query(server, "letters_view");
    assert_non_null(strstr(query, "'\xf0\x9f\x98\x80'"));
    assert_non_null(strstr(query, "_binary 0xff0027"));
    assert_non_null(strstr(query, "_latin1 0xe9"));
    assert_non_null(strstr(query, "`three`"));
    assert_string_equal(view_query(server, "old_client"), "select '\xc3\xa9' AS `x`");
    assert_null(view_query(server, "old_client_bytes"));
}

int main(void) {
    servers_or_skip();
    const struct CMUnitTest tests[] = {
        EACH(every_expression_of_the_catalog_is_read),
        EACH(every_view_of_the_catalog_is_read),
        EACH(every_view_of_the_sys_schema_is_read),
        EACH(letters_of_expressions_arrive),
        EACH(letters_of_views_arrive),
    };
    return cmocka_run_group_tests(tests, begin_all, end_all);
}
