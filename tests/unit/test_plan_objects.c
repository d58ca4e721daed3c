/* The plan: names (R20), keys, foreign keys, defaults in the target's words, and what is named as lost. */
#include "plan_fixture.h"

#include <unistd.h>

#define TEN     "1234567890"
#define SIXTY   TEN TEN TEN TEN TEN TEN
#define E_ACUTE "\xc3\xa9"

static const struct cg_key *key_named(const struct cg_table *table, const char *name) {
    for (size_t i = 0; i < table->key_count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}

/* ---- names ---- */

static void r20_names_over_63_bytes_are_cut_at_a_character_and_never_collide(void **state) {
    (void)state;
    /* 53 bytes, then a character of two bytes across the cut at 54 */
    static const char one[] = TEN TEN TEN TEN TEN "abc" E_ACUTE E_ACUTE E_ACUTE E_ACUTE E_ACUTE "1";
    static const char two[] = TEN TEN TEN TEN TEN "abc" E_ACUTE E_ACUTE E_ACUTE E_ACUTE E_ACUTE "2";
    struct fx *fx = fx_new();
    struct fx_table *a = fx_table(fx, one, 1);
    fx_column(fx, a, SIXTY "1234", "int(11)");
    fx_column(fx, a, SIXTY "1235", "int(11)");
    fx_column(fx, fx_table(fx, two, 1), "c", "int(11)");
    struct cg_plan *plan = fx_plan(fx);
    const char *x = fx_table_plan(plan, one)->target->name, *y = fx_table_plan(plan, two)->target->name;
    assert_string_not_equal(x, y);
    assert_int_equal(strlen(x), 53 + 9);
    assert_int_equal(strncmp(x, one, 53), 0);
    assert_non_null(cg_catalog_table(plan->target, x));
    assert_non_null(cg_catalog_table(plan->target, y));
    const struct cg_table *target = fx_table_plan(plan, one)->target;
    assert_string_not_equal(target->columns[0].name, target->columns[1].name);
    assert_int_equal(strlen(target->columns[0].name), 63);
    const struct cg_loss *loss = fx_loss(plan, CG_NAME_SHORTENED, one);
    assert_non_null(loss);
    assert_string_equal(loss->text, one);
    assert_non_null(strstr(loss->reason, x));
    fx_free(fx);
}

static void r20_a_shortened_name_gives_way_to_one_that_is_already_there(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, SIXTY "1234", 1), "c", "int(11)");
    const char *taken = cg_arena_strdup(fx->arena, fx_table_plan(fx_plan(fx), SIXTY "1234")->target->name);
    fx_column(fx, fx_table(fx, taken, 1), "c", "int(11)");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_table_plan(plan, taken)->target->name, taken);
    assert_string_not_equal(fx_table_plan(plan, SIXTY "1234")->target->name, taken);
    fx_free(fx);
}

static void r20_columns_called_like_system_columns_get_an_underscore(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    static const char *const reserved[] = {"xmin", "xmax", "cmin", "cmax", "ctid", "tableoid"};
    for (size_t i = 0; i < 6; i++)
        fx_column(fx, t, reserved[i], "int(11)");
    fx_column(fx, t, "ctid_", "int(11)");
    fx_key(fx, t, CG_KEY_PRIMARY, "PRIMARY", "xmin");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_column_plan(plan, "t", "xmin")->target->name, "xmin_");
    assert_string_equal(fx_column_plan(plan, "t", "ctid")->target->name, "ctid__");
    assert_string_equal(fx_column_plan(plan, "t", "ctid_")->target->name, "ctid_");
    assert_string_equal(fx_table_plan(plan, "t")->target->keys[0].parts[0].column, "xmin_");
    assert_non_null(strstr(fx_loss(plan, CG_NAME_SHORTENED, "t.tableoid")->reason, "reserved"));
    fx_free(fx);
}

static void r20_index_names_are_unique_in_the_schema(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *a = fx_table(fx, "a", 1), *b = fx_table(fx, "b", 1), *c = fx_table(fx, "a_pkey", 1);
    fx->sequences[fx->source.sequence_count++] = (struct cg_sequence){"shop", "s", "1", "1", "1", "99", "5", false};
    fx_column(fx, a, "id", "int(11)")->auto_increment = true;
    fx_column(fx, b, "id", "int(11)");
    fx_column(fx, c, "id", "int(11)");
    fx_key(fx, a, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_key(fx, a, CG_KEY_INDEX, "k", "id");
    fx_key(fx, a, CG_KEY_INDEX, "s", "id");
    fx_key(fx, a, CG_KEY_INDEX, "a_id_seq", "id");
    fx_key(fx, b, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_key(fx, b, CG_KEY_INDEX, "k", "id");
    fx_key(fx, b, CG_KEY_INDEX, "a", "id");
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_table *ta = fx_table_plan(plan, "a")->target, *tb = fx_table_plan(plan, "b")->target;
    assert_string_equal(tb->keys[0].name, "b_pkey");
    assert_string_not_equal(ta->keys[0].name, "a_pkey");
    assert_string_equal(ta->keys[1].name, "k");
    assert_string_equal(tb->keys[1].name, "b_k");
    assert_string_equal(ta->keys[2].name, "a_s");
    assert_string_equal(ta->keys[3].name, "a_a_id_seq");
    assert_string_equal(tb->keys[2].name, "b_a");
    assert_string_equal(plan->target->sequences[0].name, "s");
    fx_free(fx);
}

static void tables_that_differ_only_in_case_stay_two(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "Orders", 1), "a", "int(11)");
    fx_column(fx, fx_table(fx, "orders", 1), "a", "int(11)");
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(plan->target->table_count, 2);
    assert_int_equal(plan->loss_count, 0);
    fx_free(fx);
}

static void a_unique_key_and_a_foreign_key_of_one_name_get_two_in_one_table(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *p = fx_table(fx, "p", 1), *c = fx_table(fx, "c", 1);
    fx_column(fx, p, "id", "int(11)");
    fx_key(fx, p, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_column(fx, c, "pid", "int(11)");
    fx_key(fx, c, CG_KEY_UNIQUE, "same", "pid");
    fx_foreign_key(fx, c, "same", "pid", "p", "id");
    const struct cg_table *target = fx_table_plan(fx_plan(fx), "c")->target;
    assert_string_equal(target->keys[0].name, "same");
    assert_string_not_equal(target->foreign_keys[0].name, "same");
    fx_free(fx);
}

/* ---- keys ---- */

static void keys_keep_their_parts_and_what_cannot_be_indexed_is_named(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    fx_column(fx, t, "a", "int(11)");
    fx_column(fx, t, "txt", "text");
    fx_column(fx, t, "g", "point");
    fx_column(fx, t, "j", "json");
    fx_key(fx, t, CG_KEY_UNIQUE, "u", "txt(10), a DESC")->comment = "note";
    fx_key(fx, t, CG_KEY_FULLTEXT, "ft", "txt");
    fx_key(fx, t, CG_KEY_SPATIAL, "sp", "g");
    fx_key(fx, t, CG_KEY_INDEX, "fn", "(soundex(txt))");
    fx_key(fx, t, CG_KEY_INDEX, "jp", "j(20)");
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_table *target = fx_table_plan(plan, "t")->target;
    assert_int_equal(target->key_count, 2);
    const struct cg_key *u = key_named(target, "u");
    assert_int_equal(u->kind, CG_KEY_UNIQUE);
    assert_int_equal(u->parts[0].prefix, 10);
    assert_true(u->parts[1].descending);
    assert_string_equal(u->comment, "note");
    assert_string_equal(key_named(target, "ft")->method, "gin");
    assert_string_equal(fx_loss(plan, CG_INDEX_DROPPED, "t.sp")->reason, "a spatial index needs PostGIS");
    assert_non_null(strstr(fx_loss(plan, CG_INDEX_DROPPED, "t.fn")->text, "(soundex(txt))"));
    assert_non_null(fx_loss(plan, CG_INDEX_DROPPED, "t.jp"));
    fx->has_postgis = true;
    assert_string_equal(key_named(fx_table_plan(fx_plan(fx), "t")->target, "sp")->method, "gist");
    fx_free(fx);
}

static void case_insensitive_unique_keys_over_text_are_named(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    static const char *const columns[] = {"ci", "pad", "bin", "lab"};
    for (size_t i = 0; i < 4; i++)
        fx_column(fx, t, columns[i], i == 3 ? "enum('a')" : "varchar(9)");
    t->columns[0].type.case_insensitive = t->columns[3].type.case_insensitive = true;
    t->columns[1].type.pad_space = true;
    t->columns[0].type.collation = "utf8mb4_general_ci";
    fx_key(fx, t, CG_KEY_UNIQUE, "u_ci", "bin, ci");
    fx_key(fx, t, CG_KEY_UNIQUE, "u_pad", "pad");
    fx_key(fx, t, CG_KEY_UNIQUE, "u_bin", "bin");
    fx_key(fx, t, CG_KEY_UNIQUE, "u_lab", "lab");
    fx_key(fx, t, CG_KEY_INDEX, "k_ci", "ci");
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_loss *loss = fx_loss(plan, CG_UNIQUE_NOW_CASE_SENSITIVE, "t.u_ci");
    assert_non_null(loss);
    assert_non_null(strstr(loss->reason, "ci (utf8mb4_general_ci)"));
    assert_non_null(strstr(loss->text, "bin, ci"));
    assert_non_null(fx_loss(plan, CG_UNIQUE_NOW_CASE_SENSITIVE, "t.u_pad"));
    assert_null(fx_loss(plan, CG_UNIQUE_NOW_CASE_SENSITIVE, "t.u_bin"));
    assert_null(fx_loss(plan, CG_UNIQUE_NOW_CASE_SENSITIVE, "t.u_lab"));
    assert_null(fx_loss(plan, CG_UNIQUE_NOW_CASE_SENSITIVE, "t.k_ci"));
    fx_free(fx);
}

static void a_primary_key_over_a_prefix_becomes_a_unique_index(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    fx_column(fx, t, "a", "varchar(99)")->nullable = false;
    fx_key(fx, t, CG_KEY_PRIMARY, "PRIMARY", "a(10)");
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(fx_table_plan(plan, "t")->target->keys[0].kind, CG_KEY_UNIQUE);
    assert_non_null(fx_loss(plan, CG_INDEX_DROPPED, "t.PRIMARY"));
    fx_free(fx);
}

static void foreign_keys_that_postgresql_cannot_have_are_named(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *p = fx_table(fx, "p", 1), *c = fx_table(fx, "c", 1), *odd = fx_table(fx, "odd", 1);
    fx_column(fx, p, "id", "int(11)");
    fx_column(fx, p, "plain", "int(11)");
    fx_key(fx, p, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_key(fx, p, CG_KEY_INDEX, "k", "plain");
    fx_column(fx, odd, "x", "xmltype");
    fx_column(fx, odd, "id", "int(11)");
    fx_key(fx, odd, CG_KEY_PRIMARY, "PRIMARY", "id");
    fx_column(fx, c, "pid", "int(11)");
    fx_foreign_key(fx, c, "good", "pid", "p", "id");
    fx_foreign_key(fx, c, "not_unique", "pid", "p", "plain");
    fx_foreign_key(fx, c, "failed", "pid", "odd", "id");
    fx_foreign_key(fx, c, "elsewhere", "pid", "p", "id")->ref_schema = "other";
    fx_foreign_key(fx, c, "gone", "pid", "nowhere", "id");
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_table *target = fx_table_plan(plan, "c")->target;
    assert_int_equal(target->foreign_key_count, 1);
    assert_string_equal(target->foreign_keys[0].name, "good");
    assert_string_equal(target->foreign_keys[0].ref_schema, "public");
    assert_string_equal(target->foreign_keys[0].on_delete, "CASCADE");
    assert_non_null(strstr(fx_loss(plan, CG_CHECK_DROPPED, "c.not_unique")->reason, "unique"));
    assert_string_equal(fx_loss(plan, CG_CHECK_DROPPED, "c.failed")->kind, "foreign key");
    assert_non_null(strstr(fx_loss(plan, CG_CHECK_DROPPED, "c.elsewhere")->text, "REFERENCES other.p (id)"));
    assert_non_null(fx_loss(plan, CG_CHECK_DROPPED, "c.gone"));
    fx_free(fx);
}

/* ---- defaults ---- */

/* target NULL: dropped by name. */
static const struct {
    const char *type, *given, *target;
} literals[] = {
    {"int(11)", "5", "5"},
    {"int(5) unsigned zerofill", "00007", "7"},
    {"int(11)", "-0", "0"},
    {"int(11)", "1.5", NULL},
    {"tinyint(1)", "1", "true"},
    {"tinyint(1)", "0", "false"},
    {"bit(1)", "1", "true"},
    {"bit(1)", "0", "false"},
    {"bit(8)", "101", "00000101"},
    {"bit(3)", "101", "101"},
    {"bit(2)", "101", NULL},
    {"decimal(5,2)", "1.50", "1.50"},
    {"double", "1.5e10", "1.5e10"},
    {"double", "x", NULL},
    {"year(4)", "2020", "2020"},
    {"varchar(3)", "it's", NULL},
    {"varchar(4)", "it's", "it's"},
    {"text", "", ""},
    {"enum('a','b')", "b", "b"},
    {"enum('a','b')", "c", NULL},
    {"set('x','y')", "x,y", "{\"x\",\"y\"}"},
    {"set('x','y')", "", "{}"},
    {"date", "2024-02-29", "2024-02-29"},
    {"date", "2023-02-29", NULL},
    {"date", "0000-00-00", NULL},
    {"date", "2024-00-10", NULL},
    {"datetime", "2024-01-01 10:11:12", "2024-01-01 10:11:12"},
    {"datetime(3)", "0000-00-00 00:00:00.000", NULL},
    {"timestamp", "2024-01-01 10:11:12", "2024-01-01 10:11:12+00"},
    {"time", "10:00:00", "10:00:00"},
    {"time", "-10:00:00", "-10:00:00"},
    {"binary(4)", "0x6162", "\\x61620000"},
    {"varbinary(4)", "a?", NULL},
    {"json", "{\"a\": 1}", "{\"a\": 1}"},
    {"json", "{a}", NULL},
    {"uuid", "123e4567-e89b-12d3-a456-426655440000", "123e4567-e89b-12d3-a456-426655440000"},
    {"inet6", "::1", "::1"},
};

static void literal_defaults_are_said_in_the_targets_words_or_named(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = fx_table(fx, "t", 1);
        struct cg_column *c = fx_column(fx, t, "c", literals[i].type);
        c->default_kind = CG_DEFAULT_LITERAL;
        c->default_text = literals[i].given;
        fx_range(t, "c", 1, "1", "1");
        struct cg_plan *plan = fx_plan(fx);
        const struct cg_column *target = fx_column_plan(plan, "t", "c")->target;
        const struct cg_loss *loss = fx_loss(plan, CG_DEFAULT_DROPPED, "t.c");
        bool kept = target->default_kind == CG_DEFAULT_LITERAL;
        if (kept != (literals[i].target != NULL) || kept == (loss != NULL) ||
            (kept && strcmp(target->default_text, literals[i].target) != 0))
            fail_msg("%s DEFAULT %s became %s", literals[i].type, literals[i].given,
                     kept ? target->default_text : "nothing");
        if (loss) {
            assert_string_equal(loss->text, literals[i].given);
            assert_true(loss->reason[0] != '\0');
        }
        fx_free(fx);
    }
}

static void binary_defaults_of_mysql_are_hexadecimal(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx->engine = fx->source.server.engine = "mysql";
    struct cg_column *c = fx_column(fx, fx_table(fx, "t", 1), "c", "binary(4)");
    c->default_kind = CG_DEFAULT_LITERAL;
    c->default_text = "0x61FF";
    assert_string_equal(fx_column_plan(fx_plan(fx), "t", "c")->target->default_text, "\\x61ff0000");
    fx_free(fx);
}

static void now_is_kept_and_expressions_are_named(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    struct cg_column *now = fx_column(fx, t, "now", "datetime(3)"), *txt = fx_column(fx, t, "txt", "datetime");
    struct cg_column *expr = fx_column(fx, t, "expr", "varchar(36)");
    now->default_kind = txt->default_kind = CG_DEFAULT_NOW;
    now->default_fraction = 3;
    expr->default_kind = CG_DEFAULT_EXPRESSION;
    expr->default_text = "uuid_short()";
    fx->map_columns[fx->map_column_count++] = "t.txt=text";
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(fx_column_plan(plan, "t", "now")->target->default_kind, CG_DEFAULT_NOW);
    assert_int_equal(fx_column_plan(plan, "t", "now")->target->default_fraction, 3);
    assert_non_null(fx_loss(plan, CG_DEFAULT_DROPPED, "t.txt"));
    assert_string_equal(fx_loss(plan, CG_DEFAULT_DROPPED, "t.expr")->text, "uuid_short()");
    fx_free(fx);
}

/* ---- ON UPDATE CURRENT_TIMESTAMP ---- */

static void on_update_becomes_a_trigger_of_the_table(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1), *plain = fx_table(fx, "u", 1);
    fx_column(fx, t, "a", "datetime(3)")->on_update_now = true;
    fx_column(fx, t, "b", "timestamp")->on_update_now = true;
    fx_column(fx, t, "c", "timestamp");
    fx_column(fx, plain, "c", "timestamp");
    struct cg_plan *plan = fx_plan(fx);
    assert_true(fx_column_plan(plan, "t", "a")->target->on_update_now);
    assert_true(fx_column_plan(plan, "t", "b")->target->on_update_now);
    assert_false(fx_column_plan(plan, "t", "c")->target->on_update_now);
    assert_string_equal(fx_table_plan(plan, "t")->target->on_update_function, "t_on_update");
    assert_null(fx_table_plan(plan, "u")->target->on_update_function);
    assert_int_equal(plan->loss_count, 0);
    assert_int_equal(plan->translation_count, 1);
    assert_string_equal(plan->translations[0].kind, "trigger");
    assert_string_equal(plan->translations[0].name, "t.on_update_now");
    assert_string_equal(plan->translations[0].source, "ON UPDATE CURRENT_TIMESTAMP");
    fx_free(fx);
}

static void on_update_functions_of_shortened_names_are_two(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    static const char *const names[] = {"a_table_of_sixty_three_bytes_whose_functions_name_is_too_long_1",
                                        "a_table_of_sixty_three_bytes_whose_functions_name_is_too_long_2"};
    for (size_t i = 0; i < 2; i++)
        fx_column(fx, fx_table(fx, names[i], 1), "c", "timestamp")->on_update_now = true;
    struct cg_plan *plan = fx_plan(fx);
    const char *a = fx_table_plan(plan, names[0])->target->on_update_function;
    const char *b = fx_table_plan(plan, names[1])->target->on_update_function;
    assert_true(strlen(a) <= 63 && strlen(b) <= 63);
    assert_string_not_equal(a, b);
    fx_free(fx);
}

static void on_update_of_a_column_made_text_is_named(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "t", 1), "c", "timestamp")->on_update_now = true;
    fx->map_columns[fx->map_column_count++] = "t.c=text";
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_loss(plan, CG_TRIGGER_NOT_CARRIED, "t.c")->text, "ON UPDATE CURRENT_TIMESTAMP");
    assert_null(fx_table_plan(plan, "t")->target->on_update_function);
    fx_free(fx);
}

/* ---- what is not carried ---- */

static void what_is_not_carried_is_named_with_its_text(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    struct cg_column *g = fx_column(fx, t, "g", "int(11)");
    g->generated = CG_GENERATED_VIRTUAL;
    g->generation_text = "`a` + 1";
    fx_column(fx, t, "hidden", "int(11)")->invisible = true;
    fx_check(t, "positive", "soundex(`g`) > 0");
    t->table.partition_text = "PARTITION BY HASH (g)";
    t->table.kind = CG_TABLE_SYSTEM_VERSIONED;
    static const struct cg_object objects[] = {
        {.kind = CG_OBJECT_VIEW, .name = "v", .table = NULL, .text = "SELECT 1"},
        {.kind = CG_OBJECT_TRIGGER, .name = "tr", .table = "t", .text = "BEGIN END"},
        {.kind = CG_OBJECT_ROUTINE, .name = "p", .table = NULL, .text = "BEGIN END"},
        {.kind = CG_OBJECT_EVENT, .name = "e", .table = NULL, .text = "DO 1"},
        {.kind = CG_OBJECT_GRANT, .name = "g", .table = NULL, .text = "GRANT SELECT"},
        {.kind = CG_OBJECT_UNKNOWN, .name = "what", .table = NULL, .text = "PACKAGE"},
    };
    memcpy(fx->objects, objects, sizeof objects);
    fx->source.object_count = 6;
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_loss(plan, CG_GENERATED_TO_PLAIN, "t.g")->text, "`a` + 1");
    assert_int_equal(fx_column_plan(plan, "t", "g")->target->generated, CG_NOT_GENERATED);
    assert_string_equal(fx_loss(plan, CG_CHECK_DROPPED, "t.positive")->text, "soundex(`g`) > 0");
    assert_string_equal(fx_loss(plan, CG_PARTITION_FLATTENED, "t")->text, "PARTITION BY HASH (g)");
    assert_non_null(fx_loss(plan, CG_HISTORY_DROPPED, "t"));
    assert_string_equal(fx_loss(plan, CG_VIEW_NOT_CARRIED, "v")->text, "SELECT 1");
    assert_string_equal(fx_loss(plan, CG_TRIGGER_NOT_CARRIED, "t.tr")->kind, "trigger");
    assert_non_null(fx_loss(plan, CG_ROUTINE_NOT_CARRIED, "p"));
    assert_non_null(fx_loss(plan, CG_EVENT_NOT_CARRIED, "e"));
    assert_non_null(fx_loss(plan, CG_GRANT_NOT_CARRIED, "g"));
    const struct cg_decision *d = fx_decision(plan, "t", "hidden");
    assert_non_null(d);
    assert_null(d->pin);
    assert_int_equal(plan->problem_count, 1);
    assert_string_equal(plan->problems[0].name, "what");
    fx_free(fx);
}

static void objects_of_excluded_tables_are_left_out(void **state) {
    (void)state;
    const char *exclude[] = {"t"};
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    fx_column(fx, t, "x", "xmltype");
    fx_check(t, "c", "`x` > 0");
    fx->objects[fx->source.object_count++] =
        (struct cg_object){.kind = CG_OBJECT_TRIGGER, .name = "tr", .table = "t", .text = ""};
    fx->options.exclude = (struct cg_strings){exclude, 1};
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(plan->loss_count, 0);
    assert_null(fx_table_plan(plan, "t")->failed);
    assert_int_equal(fx_table_plan(plan, "t")->column_count, 1);
    fx_free(fx);
}

static void r13_sequences_are_carried_and_those_beyond_bigint_are_a_problem(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx->sequences[0] = (struct cg_sequence){"shop", "s", "1", "2", "1", "9223372036854775806", "7", true};
    fx->sequences[1] = (struct cg_sequence){"shop", "u", "1", "1", "1", "18446744073709551614", "7", false};
    fx->source.sequence_count = 2;
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(plan->target->sequence_count, 1);
    const struct cg_sequence *s = &plan->target->sequences[0];
    assert_string_equal(s->schema, "public");
    assert_string_equal(s->next, "7");
    assert_string_equal(s->increment, "2");
    assert_true(s->cycle);
    assert_int_equal(plan->problem_count, 1);
    assert_string_equal(plan->problems[0].name, "u");
    fx_free(fx);
}

static void a_users_rule_that_allows_a_loss_accepts_it(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    struct cg_column *g = fx_column(fx, t, "g", "int(11)"), *h = fx_column(fx, t, "h", "int(11)");
    g->generated = h->generated = CG_GENERATED_STORED;
    g->generation_text = h->generation_text = "connection_id()";
    fx->typemap = fx_file("rules:\n  - match: {column: g}\n    target: integer\n    allow: generated_to_plain\n");
    struct cg_plan *plan = fx_plan(fx);
    assert_true(fx_loss(plan, CG_GENERATED_TO_PLAIN, "t.g")->accepted_by_map);
    assert_false(fx_loss(plan, CG_GENERATED_TO_PLAIN, "t.h")->accepted_by_map);
    unlink(fx->typemap);
    fx_free(fx);
}

static void tables_with_more_columns_than_postgresql_takes_fail(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    fx_column(fx, t, "c", "int(11)");
    struct cg_column *columns = cg_arena_array(fx->arena, 1601, sizeof *columns);
    for (size_t i = 0; i < 1601; i++) {
        columns[i] = t->columns[0];
        columns[i].name = cg_arena_printf(fx->arena, "c%zu", i);
    }
    t->table.columns = columns;
    t->table.column_count = 1601;
    fx->probed = false;
    assert_non_null(strstr(fx_table_plan(fx_plan(fx), "t")->failed, "1601 columns"));
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r20_names_over_63_bytes_are_cut_at_a_character_and_never_collide),
        cmocka_unit_test(r20_a_shortened_name_gives_way_to_one_that_is_already_there),
        cmocka_unit_test(r20_columns_called_like_system_columns_get_an_underscore),
        cmocka_unit_test(r20_index_names_are_unique_in_the_schema),
        cmocka_unit_test(tables_that_differ_only_in_case_stay_two),
        cmocka_unit_test(a_unique_key_and_a_foreign_key_of_one_name_get_two_in_one_table),
        cmocka_unit_test(keys_keep_their_parts_and_what_cannot_be_indexed_is_named),
        cmocka_unit_test(case_insensitive_unique_keys_over_text_are_named),
        cmocka_unit_test(a_primary_key_over_a_prefix_becomes_a_unique_index),
        cmocka_unit_test(foreign_keys_that_postgresql_cannot_have_are_named),
        cmocka_unit_test(literal_defaults_are_said_in_the_targets_words_or_named),
        cmocka_unit_test(binary_defaults_of_mysql_are_hexadecimal),
        cmocka_unit_test(now_is_kept_and_expressions_are_named),
        cmocka_unit_test(on_update_becomes_a_trigger_of_the_table),
        cmocka_unit_test(on_update_functions_of_shortened_names_are_two),
        cmocka_unit_test(on_update_of_a_column_made_text_is_named),
        cmocka_unit_test(what_is_not_carried_is_named_with_its_text),
        cmocka_unit_test(objects_of_excluded_tables_are_left_out),
        cmocka_unit_test(r13_sequences_are_carried_and_those_beyond_bigint_are_a_problem),
        cmocka_unit_test(a_users_rule_that_allows_a_loss_accepts_it),
        cmocka_unit_test(tables_with_more_columns_than_postgresql_takes_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
