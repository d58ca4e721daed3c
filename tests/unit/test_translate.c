/* The translator without servers: what it refuses and why, what each place may hold, how names, groups and notes come
 * out. That translations mean the same is tests/conformance/test_sql_translate.c's to show. */
#include "transform/sql/translate_functions.h"

#include "plan_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct bench {
    struct fx *fx;
    struct cg_plan *plan;
    struct cg_sql_context context;
    struct cg_sql_result result;
    struct cg_error err;
};

static const char *const columns[][2] = {
    {"id", "int(11)"},
    {"i", "int(11)"},
    {"iu", "int(10) unsigned"},
    {"big", "bigint(20)"},
    {"bu", "bigint(20) unsigned"},
    {"flag", "tinyint(1)"},
    {"d2", "decimal(10,2)"},
    {"g", "double"},
    {"ci", "varchar(20)"},
    {"bin", "varchar(20)"},
    {"l1", "varchar(20)"},
    {"e", "enum('a','B')"},
    {"s", "set('x','y')"},
    {"dd", "date"},
    {"dt", "datetime"},
    {"dt6", "datetime(6)"},
    {"ts", "timestamp"},
    {"tm", "time"},
    {"js", "json"},
    {"vb", "varbinary(9)"},
    {"geo", "point"},
    {"b64", "bit(64)"},
    {"gen", "int(11)"},
};

static struct bench *bench_new(bool mariadb) {
    struct bench *b = calloc(1, sizeof *b);
    struct fx *fx = b->fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1), *u = fx_table(fx, "Odd \"u", 1), *x = fx_table(fx, "excluded", 1);
    static const char *exclude[] = {"excluded"};
    fx->source.server.engine = mariadb ? "mariadb" : "mysql";
    for (size_t k = 0; k < COUNT(columns); k++) {
        struct cg_column *c = fx_column(fx, t, columns[k][0], columns[k][1]);
        c->nullable = strcmp(c->name, "id") != 0;
        bool folds = strcmp(c->name, "ci") == 0 || strcmp(c->name, "e") == 0;
        if (folds) {
            c->type.collation = "utf8mb4_general_ci";
            c->type.case_insensitive = true;
            c->type.pad_space = true;
        }
        if (strcmp(c->name, "l1") == 0)
            c->type.charset = "latin1";
        if (strcmp(c->name, "gen") == 0) {
            c->generated = CG_GENERATED_STORED;
            c->generation_text = "`i` + 1";
        }
    }
    fx_key(fx, t, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_column(fx, u, "id", "int(11)")->nullable = false;
    fx_column(fx, u, "t_id", "int(11)");
    fx_column(fx, u, "Na me", "varchar(9)");
    fx_key(fx, u, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_column(fx, x, "a", "int(11)");
    fx->options.exclude = (struct cg_strings){exclude, 1};
    fx->map_columns[fx->map_column_count++] = "t.flag=boolean";
    b->plan = fx_plan(fx);
    b->context = (struct cg_sql_context){.plan = b->plan,
                                         .table = fx_table_plan(b->plan, "t"),
                                         .schema = "public",
                                         .database = "shop",
                                         .dialect = {.mariadb = mariadb},
                                         .place = CG_SQL_IN_CHECK};
    return b;
}

static void bench_free(struct bench *b) {
    fx_free(b->fx);
    free(b);
}

static const struct cg_sql_result *express(struct bench *b, enum cg_sql_place place, const char *sql) {
    b->context.place = place;
    if (cg_sql_translate_expression(&b->context, sql, b->fx->arena, &b->result, &b->err) < 0)
        fail_msg("%s", b->err.message);
    assert_true((b->result.text != NULL) != (b->result.why != NULL));
    return &b->result;
}

static const struct cg_sql_result *select_of(struct bench *b, const char *sql) {
    struct cg_sql_view view = {0};
    struct cg_sql_context context = b->context;
    context.table = NULL;
    context.place = CG_SQL_IN_VIEW;
    if (cg_sql_translate_view(&context, sql, NULL, 0, b->fx->arena, &b->result, &view, &b->err) < 0)
        fail_msg("%s", b->err.message);
    return &b->result;
}

static void becomes(struct bench *b, enum cg_sql_place place, const char *sql, const char *expected) {
    const struct cg_sql_result *r = express(b, place, sql);
    if (!r->text)
        fail_msg("%s: %s", sql, r->why);
    assert_string_equal(r->text, expected);
}

static void refused(struct bench *b, enum cg_sql_place place, const char *sql, const char *why) {
    const struct cg_sql_result *r = express(b, place, sql);
    if (r->text)
        fail_msg("%s became %s", sql, r->text);
    if (!strstr(r->why, why))
        fail_msg("%s was refused with: %s", sql, r->why);
}

static void select_refused(struct bench *b, const char *sql, const char *why) {
    const struct cg_sql_result *r = select_of(b, sql);
    if (r->text)
        fail_msg("%s became %s", sql, r->text);
    if (!strstr(r->why, why))
        fail_msg("%s was refused with: %s", sql, r->why);
}

static void select_becomes(struct bench *b, const char *sql, const char *expected) {
    const struct cg_sql_result *r = select_of(b, sql);
    if (!r->text)
        fail_msg("%s: %s", sql, r->why);
    assert_string_equal(r->text, expected);
}

/* ---- refusals ---- */

struct refusal {
    const char *sql, *why;
};

static void each_refused(bool mariadb, enum cg_sql_place place, const struct refusal *list, size_t count) {
    struct bench *b = bench_new(mariadb);
    for (size_t k = 0; k < count; k++)
        refused(b, place, list[k].sql, list[k].why);
    bench_free(b);
}

static void what_mysql_converts_row_by_row_is_refused(void **state) {
    (void)state;
    static const struct refusal list[] = {
        {"ci = 0", "compares a whole number with a text"},
        {"ci + 1", "uses a text as a number"},
        {"i = '12abc'", "uses the text '12abc' as a number"},
        {"ci", "uses a text as a condition"},
        {"dd = ci", "uses a text as a date"},
        {"dd > '2020-02-30'", "uses the text '2020-02-30' as a date"},
        {"dd <> '0000-00-00'", "uses the text '0000-00-00' as a date"},
        {"dd + 1", "uses a date as a number"},
        {"dd - dt", "uses a date as a number"},
        {"dd = tm", "compares a date with a time"},
        {"CAST('12.7' AS SIGNED) > 0", "reads up to its first odd character"},
        {"STR_TO_DATE(ci, '%Y-%m-%d') > dd", "MySQL gives NULL and PostgreSQL an error"},
        {"LENGTH(CONCAT(ROUND(g, 2))) > 3", "uses a floating-point number as a text"},
        {"s = 1", "compares a SET value with what is no text"},
        {"e = dd", "compares an ENUM value with a date"},
        {"e + d2 > 1", "the place of an ENUM value beside a decimal"},
        {"geo = geo", "compares values of the type"},
        {"js = ci", "compares a JSON value with a text that is no literal"},
        {"JSON_EXTRACT(ci, '$.a') IS NULL", "uses a text as JSON"},
    };
    each_refused(false, CG_SQL_IN_CHECK, list, COUNT(list));
}

static void bits_that_reach_the_sign_are_refused(void **state) {
    (void)state;
    static const struct refusal list[] = {
        {"(i & 3) > 0 AND (big | 4) > 0", "bits may be those of a negative number"},
        {"(~ i) > 0", "turns all 64 bits over"},
        {"(iu << 40) > 0", "shifted bits may reach the sign"},
        {"(iu << iu) > 0", "shifts by what is no literal"},
        {"CAST(i AS UNSIGNED) > 0", "wraps around in MySQL"},
        {"CAST(bu AS SIGNED) > 0", "wraps around in MySQL"},
        {"b64 + 1 > 0", "BIT(64)"},
    };
    each_refused(false, CG_SQL_IN_CHECK, list, COUNT(list));
}

static void what_goes_by_other_bytes_or_collations_is_refused(void **state) {
    (void)state;
    static const struct refusal list[] = {
        {"LENGTH(l1) > 3", "character set on the source is not UTF-8"},
        {"HEX(l1) = 'FF'", "character set on the source is not UTF-8"},
        {"GREATEST(ci, 'x') = 'x'", "goes by the collation's order"},
        {"CONVERT(ci USING latin1) = 'x'", "character set latin1"},
        {"_latin1 x'E9' = ci", "character set latin1"},
    };
    each_refused(false, CG_SQL_IN_CHECK, list, COUNT(list));
}

static void patterns_that_only_one_of_them_reads_are_refused(void **state) {
    (void)state;
    static const struct refusal list[] = {
        {"ci REGEXP bin", "regular expression is no literal"},
        {"ci REGEXP '(?<=a)b'", "a group of a kind"},
        {"ci REGEXP '(a)\\\\1'", "an escape"},
        {"ci REGEXP 'a++'", "a quantifier"},
        {"ci REGEXP '[a&&b]'", "an operator on sets"},
        {"ci REGEXP '[[.a.]]'", "a set within a set"},
        {"ci REGEXP '[abc'", "a set without an end"},
        {"ci REGEXP 'a{300}'", "a count"},
        {"ci REGEXP 'a$b'", "a $ within"},
        {"REGEXP_REPLACE(ci, '(a|b)', '') = ''", "which of several matches"},
        {"ci LIKE 'a' ESCAPE 'xy'", "ESCAPE"},
    };
    each_refused(false, CG_SQL_IN_CHECK, list, COUNT(list));
}

static void each_refused_function_tells_its_own_reason(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    for (size_t k = 0; k < cg_tr_refused_count; k++) {
        char sql[80];
        snprintf(sql, sizeof sql, "%s(i, 1) > 0", cg_tr_refused[k].name);
        const struct cg_sql_result *r = express(b, CG_SQL_IN_CHECK, sql);
        if (!r->why || (!strstr(r->why, cg_tr_refused[k].why) && !strstr(r->why, "looked for")))
            fail_msg("%s: %s%s", sql, r->why ? r->why : "became ", r->text ? r->text : "");
        for (size_t n = 0; n < cg_tr_function_count; n++)
            assert_string_not_equal(cg_tr_functions[n].name, cg_tr_refused[k].name);
        if (k)
            assert_true(strcmp(cg_tr_refused[k - 1].name, cg_tr_refused[k].name) < 0);
    }
    refused(b, CG_SQL_IN_CHECK, "no_such_function(i) = 1", "the function no_such_function has no translation");
    refused(b, CG_SQL_IN_CHECK, "shop.f(i) = 1", "the stored function shop.f");
    refused(b, CG_SQL_IN_CHECK, "LEFT(ci) = ''", "left() with 1 arguments");
    refused(b, CG_SQL_IN_CHECK, "@a > 1", "the variable @a");
    bench_free(b);
}

static void what_mariadb_alone_does_otherwise_is_refused_for_it(void **state) {
    (void)state;
    static const struct refusal list[] = {
        {"JSON_EXTRACT(js, '$.a') = 'x'", "which MariaDB does as a text"},
    };
    each_refused(true, CG_SQL_IN_CHECK, list, COUNT(list));
}

/* ---- places ---- */

static void only_what_is_immutable_goes_into_generated_columns_and_indexes(void **state) {
    (void)state;
    static const struct refusal list[] = {
        {"NOW()", "now() depends on the session's settings"},
        {"RAND()", "rand() may differ at each call"},
        {"DATE(ts)", "what a TIMESTAMP is in local time"},
        {"CONCAT(dt)", "a datetime as a text"},
        {"DATE_FORMAT(dt, '%D')", "%D of DATE_FORMAT()"},
        {"CONCAT(s)", "a SET as a text"},
        {"SUBSTRING_INDEX(bin, ',', 2)", "SUBSTRING_INDEX() with more than one part"},
        {"SHA2(bin, 256)", "the bytes of a text"},
        {"FORMAT(d2, 2)", "format() depends"},
        {"JSON_OBJECT('a', i)", "json_object() depends"},
        {"UNIX_TIMESTAMP(dt)", "unix_timestamp() depends"},
    };
    each_refused(false, CG_SQL_IN_GENERATED, list, COUNT(list));
    each_refused(false, CG_SQL_IN_INDEX, list, COUNT(list));
}

static void immutable_spellings_are_chosen_where_they_are_wanted(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    becomes(b, CG_SQL_IN_CHECK, "CONCAT_WS('-', bin, 'x') = 'x'", "pg_catalog.concat_ws('-', \"bin\", 'x') = 'x'");
    b->context.column = NULL;
    becomes(b, CG_SQL_IN_GENERATED, "CONCAT_WS('-', bin)",
            "pg_catalog.substr(coalesce('-' || \"bin\", ''), pg_catalog.char_length('-') + 1)");
    becomes(b, CG_SQL_IN_INDEX, "DATE_FORMAT(dt, '%Y-%m')",
            "pg_catalog.lpad(extract(year from \"dt\")::text, 4, '0') || '-' || "
            "pg_catalog.lpad(extract(month from \"dt\")::text, 2, '0')");
    becomes(b, CG_SQL_IN_GENERATED, "CONCAT(e)", "CASE \"e\" WHEN 'a' THEN 'a' WHEN 'B' THEN 'B' END");
    becomes(b, CG_SQL_IN_INDEX, "LOWER(ci)", "pg_catalog.lower(\"ci\")");
    becomes(b, CG_SQL_IN_INDEX, "js->>'$.a'",
            "CASE pg_catalog.jsonb_typeof(\"js\" -> 'a') WHEN 'null' THEN 'null' ELSE \"js\" ->> 'a' END");
    bench_free(b);
}

static void a_generated_column_reads_no_other_and_a_default_no_column(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    refused(b, CG_SQL_IN_GENERATED, "gen + 1", "reads the generated column gen");
    refused(b, CG_SQL_IN_DEFAULT, "i + 1", "reads the column i, which PostgreSQL does not allow in a default");
    becomes(b, CG_SQL_IN_CHECK, "gen > 1", "\"gen\" > 1");
    bench_free(b);
}

static void subqueries_stay_out_of_what_may_not_have_them(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    refused(b, CG_SQL_IN_CHECK, "JSON_LENGTH(js) > 0", "needs a subquery");
    refused(b, CG_SQL_IN_CHECK, "COUNT(i) > 0", "the aggregate count() stands where none may");
    refused(b, CG_SQL_IN_CHECK, "ROW_NUMBER() OVER () > 0", "stands where none may");
    bench_free(b);
}

/* ---- columns ---- */

static void as_column(struct bench *b, const char *column, const char *sql, const char *expected) {
    b->context.column = fx_column_plan(b->plan, "t", column);
    becomes(b, CG_SQL_IN_GENERATED, sql, expected);
    b->context.column = NULL;
}

static void an_expression_is_made_of_its_columns_type(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    as_column(b, "flag", "i", "\"i\" <> 0");
    as_column(b, "flag", "i > 3", "\"i\" > 3");
    as_column(b, "i", "i > 3", "(\"i\" > 3)::integer");
    as_column(b, "i", "flag", "\"flag\"::integer");
    as_column(b, "bin", "i", "\"i\"::text");
    as_column(b, "dt", "dd", "\"dd\"::timestamp");
    as_column(b, "dd", "dt", "\"dt\"::date");
    as_column(b, "e", "'a'", "'a'::\"public\".\"t_e\"");
    as_column(b, "d2", "NULL", "NULL::numeric");
    as_column(b, "js", "'{}'", "'{}'::jsonb");
    as_column(b, "vb", "'ab'", "'\\x6162'::bytea");
    b->context.column = fx_column_plan(b->plan, "t", "i");
    refused(b, CG_SQL_IN_GENERATED, "bin", "uses a text as a number");
    b->context.column = fx_column_plan(b->plan, "t", "e");
    refused(b, CG_SQL_IN_GENERATED, "bin", "a text as an ENUM");
    b->context.column = fx_column_plan(b->plan, "t", "dd");
    refused(b, CG_SQL_IN_GENERATED, "dt6", "puts a datetime with a fraction into a date");
    bench_free(b);
}

static void booleans_are_compared_as_booleans_and_reckoned_as_numbers(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    becomes(b, CG_SQL_IN_CHECK, "flag = 1", "\"flag\"");
    becomes(b, CG_SQL_IN_CHECK, "0 = flag", "NOT \"flag\"");
    becomes(b, CG_SQL_IN_CHECK, "flag IN (0, 1)", "\"flag\" IN (false, true)");
    becomes(b, CG_SQL_IN_CHECK, "flag + 1 > 1", "\"flag\"::integer + 1 > 1");
    becomes(b, CG_SQL_IN_CHECK, "(i = 1) = flag", "(\"i\" = 1) = \"flag\"");
    becomes(b, CG_SQL_IN_CHECK, "i", "\"i\" <> 0");
    bench_free(b);
}

static void an_operand_is_widened_only_where_it_must_be(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    becomes(b, CG_SQL_IN_INDEX, "i + 1", "\"i\"::bigint + 1");
    becomes(b, CG_SQL_IN_INDEX, "flag + 1", "\"flag\"::integer + 1");
    becomes(b, CG_SQL_IN_INDEX, "big + 1", "\"big\" + 1");
    becomes(b, CG_SQL_IN_INDEX, "iu * iu * iu", "\"iu\"::numeric * \"iu\" * \"iu\"");
    becomes(b, CG_SQL_IN_INDEX, "d2 * 2", "\"d2\" * 2");
    becomes(b, CG_SQL_IN_INDEX, "i / 2", "pg_catalog.round(\"i\"::numeric / 2, 4)");
    becomes(b, CG_SQL_IN_INDEX, "big / id",
            "pg_catalog.round(pg_catalog.div(\"big\" * 1e5, nullif(\"id\", 0)) * 1e-5, 4)");
    bench_free(b);
}

/* ---- texts ---- */

static void case_is_folded_only_where_there_are_letters(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    becomes(b, CG_SQL_IN_CHECK, "ci = 'Ab'", "pg_catalog.lower(\"ci\") = 'ab'");
    assert_non_null(strstr(b->result.note, "utf8mb4_general_ci"));
    assert_non_null(strstr(b->result.note, "accents, trailing spaces"));
    becomes(b, CG_SQL_IN_CHECK, "ci = '12'", "\"ci\" = '12'");
    assert_non_null(strstr(b->result.note, "trailing spaces count"));
    becomes(b, CG_SQL_IN_CHECK, "bin = 'Ab'", "\"bin\" = 'Ab'");
    assert_null(b->result.note);
    becomes(b, CG_SQL_IN_CHECK, "ci LIKE 'Ab%'", "\"ci\" ILIKE 'Ab%'");
    becomes(b, CG_SQL_IN_CHECK, "ci LIKE '1%'", "\"ci\" LIKE '1%'");
    becomes(b, CG_SQL_IN_CHECK, "e = 'A'", "\"e\" = 'a'");
    b->context.citext = true;
    becomes(b, CG_SQL_IN_CHECK, "ci = 'Ab'", "\"ci\" = 'Ab'");
    assert_null(b->result.note);
    becomes(b, CG_SQL_IN_CHECK, "ci LIKE 'Ab%'", "(\"ci\"::text COLLATE pg_catalog.\"default\") ILIKE 'Ab%'");
    becomes(b, CG_SQL_IN_CHECK, "IFNULL(ci, 'x') = 'Ab'", "coalesce(\"ci\", 'x') = 'Ab'");
    becomes(b, CG_SQL_IN_CHECK, "LEFT(ci, 2) = 'Ab'",
            "pg_catalog.lower(pg_catalog.left((\"ci\"::text COLLATE pg_catalog.\"default\"), 2)) = 'ab'");
    becomes(b, CG_SQL_IN_CHECK, "ci = bin", "(\"ci\"::text COLLATE pg_catalog.\"default\") = \"bin\"");
    bench_free(b);
}

static void literals_are_quoted_whatever_they_hold(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    becomes(b, CG_SQL_IN_CHECK, "bin = 'it''s'", "\"bin\" = 'it''s'");
    becomes(b, CG_SQL_IN_CHECK, "bin = 'a\\\\b'", "\"bin\" = E'a\\\\b'");
    becomes(b, CG_SQL_IN_CHECK, "bin = '%s$1@1'", "\"bin\" = '%s$1@1'");
    becomes(b, CG_SQL_IN_CHECK, "CONCAT('$2', bin, '@1') = 'x(y)'", "'$2' || \"bin\" || '@1' = 'x(y)'");
    refused(b, CG_SQL_IN_CHECK, "bin = 'a\\0b'", "NUL byte");
    bench_free(b);
}

/* ---- bounds ---- */

/* Each LEFT(x, n) says x once and n twice, each GREATEST says all twice. */
static void what_would_grow_beyond_measure_is_refused(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    char *sql = calloc(1, 100000), *at = sql;
    for (int k = 0; k < 60; k++)
        at += sprintf(at, "GREATEST(i, ");
    at += sprintf(at, "i");
    for (int k = 0; k < 60; k++)
        *at++ = ')';
    strcpy(at, " > 0");
    refused(b, CG_SQL_IN_CHECK, sql, "its translation is too long");
    at = sql + sprintf(sql, "i IN (0");
    for (int k = 1; k < 9000; k++)
        at += sprintf(at, ",%d", k);
    strcpy(at, ")");
    assert_non_null(express(b, CG_SQL_IN_CHECK, sql)->text);
    free(sql);
    bench_free(b);
}

static void random_values_are_not_evaluated_twice(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    refused(b, CG_SQL_IN_DEFAULT, "SQRT(RAND())", "evaluate a random or changing value twice");
    becomes(b, CG_SQL_IN_DEFAULT, "UUID()", "pg_catalog.gen_random_uuid()::text");
    bench_free(b);
}

static void what_cannot_be_parsed_is_refused_with_the_parsers_words(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    refused(b, CG_SQL_IN_CHECK, "i >", "at byte");
    refused(b, CG_SQL_IN_CHECK, "", "at byte");
    bench_free(b);
}

/* ---- SELECT ---- */

static void names_are_the_targets_and_qualified(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    select_becomes(b, "select `u`.`Na me` AS `Na me` from `shop`.`Odd \"u` `u`",
                   "SELECT \"u\".\"Na me\" FROM \"public\".\"Odd \"\"u\" AS \"u\"");
    select_becomes(b, "select I AS x from t", "SELECT \"t\".\"i\" AS \"x\" FROM \"public\".\"t\"");
    select_refused(b, "select 1 from other.t", "other.t, of another database");
    select_refused(b, "select 1 from no_such", "neither a table of the plan nor a view");
    select_refused(b, "select a from excluded", "the table excluded, which is not moved");
    select_refused(b, "select nothing from t", "there is no column nothing");
    select_refused(b, "select id from t, `Odd \"u`", "the name id is ambiguous");
    bench_free(b);
}

static void groups_determine_what_is_selected(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    select_becomes(b, "select t.ci AS ci from t group by t.id",
                   "SELECT \"t\".\"ci\" FROM \"public\".\"t\" GROUP BY \"t\".\"id\"");
    select_becomes(
        b, "select t.i AS i from t join `Odd \"u` u on u.t_id = t.id group by u.id",
        "SELECT \"t\".\"i\" FROM \"public\".\"t\" JOIN \"public\".\"Odd \"\"u\" AS \"u\" ON \"u\".\"t_id\" = "
        "\"t\".\"id\" GROUP BY \"u\".\"id\", \"t\".\"i\"");
    select_becomes(
        b, "select t.i AS i from `Odd \"u` u left join t on u.t_id = t.id group by u.id",
        "SELECT \"t\".\"i\" FROM \"public\".\"Odd \"\"u\" AS \"u\" LEFT JOIN \"public\".\"t\" ON \"u\".\"t_id\" = "
        "\"t\".\"id\" GROUP BY \"u\".\"id\", \"t\".\"i\"");
    select_refused(b, "select u.id AS i from t left join `Odd \"u` u on u.t_id = t.id group by t.id",
                   "its groups do not determine");
    select_refused(b, "select i from t group by ci", "its groups do not determine");
    select_refused(b, "select i, count(*) from t", "its groups do not determine");
    select_becomes(
        b, "select i, count(*) AS n from t where i = 3 group by dd",
        "SELECT \"t\".\"i\", pg_catalog.count(*) AS \"n\" FROM \"public\".\"t\" WHERE \"t\".\"i\" = 3 GROUP BY "
        "\"t\".\"dd\", \"t\".\"i\"");
    bench_free(b);
}

static void nulls_come_where_mysql_puts_them(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    select_becomes(
        b, "select id from t order by i, dd desc, id",
        "SELECT \"t\".\"id\" FROM \"public\".\"t\" ORDER BY \"t\".\"i\" NULLS FIRST, \"t\".\"dd\" DESC NULLS "
        "LAST, \"t\".\"id\"");
    bench_free(b);
}

static void what_selects_cannot_say_is_refused(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    select_refused(b, "select distinct i from t order by dd", "orders a SELECT DISTINCT");
    select_refused(b, "select match(ci) against ('x') from t", "MATCH .. AGAINST");
    select_refused(b, "select shop.f(i) from t", "the stored function");
    select_refused(b, "select sum(i) over (order by id range between 5 preceding and current row) from t",
                   "a window's frame");
    select_refused(b, "select group_concat(ci separator '') over () from t", "with OVER");
    select_refused(b, "select id from t union select id, i from t", "of 1 and 2 columns");
    select_refused(b, "select js from t union select 1", "mixes a JSON value and a whole number");
    select_refused(b, "select 1 AS a_name_of_sixty_four_bytes_is_one_more_than_postgresql_will_take_x from t",
                   "longer than PostgreSQL's 63 bytes");
    bench_free(b);
}

static void a_view_over_a_view_knows_its_columns(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    struct cg_sql_context context = b->context;
    struct cg_sql_view views[2] = {0};
    context.table = NULL;
    context.place = CG_SQL_IN_VIEW;
    assert_int_equal(cg_sql_translate_view(&context, "select flag AS active, ci AS name, i + 1 AS n, e AS e from t",
                                           NULL, 0, b->fx->arena, &b->result, &views[0], &b->err),
                     0);
    assert_non_null(b->result.text);
    assert_int_equal(views[0].column_count, 4);
    assert_string_equal(views[0].columns[0], "active");
    assert_string_equal(views[0].types[0].name, "boolean");
    assert_string_equal(views[0].types[2].name, "bigint");
    assert_string_equal(views[0].types[3].name, "");
    views[0].source_name = "first";
    views[0].target_name = "First";
    assert_int_equal(cg_sql_translate_view(&context,
                                           "select name AS x from shop.first f where f.active = 1 and f.name = 'A'",
                                           views, 1, b->fx->arena, &b->result, &views[1], &b->err),
                     0);
    assert_string_equal(b->result.text, "SELECT \"f\".\"name\" AS \"x\" FROM \"public\".\"First\" AS \"f\" WHERE "
                                        "\"f\".\"active\" AND pg_catalog.lower(\"f\".\"name\") = 'a'");
    bench_free(b);
}

static void differences_are_told_once(void **state) {
    (void)state;
    struct bench *b = bench_new(false);
    select_of(b, "select group_concat(ci) AS a, group_concat(bin) AS b from t group by ci");
    assert_non_null(strstr(b->result.note, "group_concat_max_len"));
    assert_null(strstr(strstr(b->result.note, "group_concat_max_len") + 1, "group_concat_max_len"));
    assert_non_null(strstr(b->result.note, "are grouped apart"));
    bench_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_mysql_converts_row_by_row_is_refused),
        cmocka_unit_test(bits_that_reach_the_sign_are_refused),
        cmocka_unit_test(what_goes_by_other_bytes_or_collations_is_refused),
        cmocka_unit_test(patterns_that_only_one_of_them_reads_are_refused),
        cmocka_unit_test(each_refused_function_tells_its_own_reason),
        cmocka_unit_test(what_mariadb_alone_does_otherwise_is_refused_for_it),
        cmocka_unit_test(only_what_is_immutable_goes_into_generated_columns_and_indexes),
        cmocka_unit_test(immutable_spellings_are_chosen_where_they_are_wanted),
        cmocka_unit_test(a_generated_column_reads_no_other_and_a_default_no_column),
        cmocka_unit_test(subqueries_stay_out_of_what_may_not_have_them),
        cmocka_unit_test(an_expression_is_made_of_its_columns_type),
        cmocka_unit_test(booleans_are_compared_as_booleans_and_reckoned_as_numbers),
        cmocka_unit_test(an_operand_is_widened_only_where_it_must_be),
        cmocka_unit_test(case_is_folded_only_where_there_are_letters),
        cmocka_unit_test(literals_are_quoted_whatever_they_hold),
        cmocka_unit_test(what_would_grow_beyond_measure_is_refused),
        cmocka_unit_test(random_values_are_not_evaluated_twice),
        cmocka_unit_test(what_cannot_be_parsed_is_refused_with_the_parsers_words),
        cmocka_unit_test(names_are_the_targets_and_qualified),
        cmocka_unit_test(groups_determine_what_is_selected),
        cmocka_unit_test(nulls_come_where_mysql_puts_them),
        cmocka_unit_test(what_selects_cannot_say_is_refused),
        cmocka_unit_test(a_view_over_a_view_knows_its_columns),
        cmocka_unit_test(differences_are_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
