/* Schema evidence on catalogs built in code: a source, the plan that leads from it to a target, that target as
 * PostgreSQL would tell it, and one thing changed. */
#include "schema_fixture.h"

static struct fx_table *make_source(struct fx *fx) {
    struct fx_table *town = fx_table(fx, "town", 3);
    struct cg_column *id = fx_column(fx, town, "id", "int(11)");
    id->nullable = false;
    id->auto_increment = true;
    fx_column(fx, town, "name", "varchar(40)")->nullable = false;
    fx_column(fx, town, "note", "text");
    fx_column(fx, town, "area", "decimal(8,3)");
    fx_column(fx, town, "size", "enum('small','large','never used')");
    struct cg_column *founded = fx_column(fx, town, "founded", "date");
    founded->nullable = false;
    fx_key(fx, town, CG_KEY_PRIMARY, "PRIMARY", "id DESC");
    fx_key(fx, town, CG_KEY_UNIQUE, "name", "name");
    fx_key(fx, town, CG_KEY_INDEX, "by_area", "area DESC, name");
    fx_key(fx, town, CG_KEY_INDEX, "by_note", "note(10)");
    fx_key(fx, town, CG_KEY_FULLTEXT, "words", "name, note");
    town->table.next_value = "4";
    struct fx_table *street = fx_table(fx, "street", 3);
    fx_column(fx, street, "town_id", "int(11)");
    fx_column(fx, street, "length", "bigint(20)");
    fx_foreign_key(fx, street, "street_town", "town_id", "town", "id");
    return town;
}

static struct schema_test *start(void) {
    struct fx *fx = fx_new();
    make_source(fx);
    return schema_of(fx);
}

static struct cg_key *key(struct schema_test *t, const char *name) {
    struct cg_table *town = table(t, "town");
    for (size_t i = 0; i < town->key_count; i++)
        if (strcmp(town->keys[i].name, name) == 0)
            return &town->keys[i];
    fail_msg("no key %s", name);
    return NULL;
}

static void drop_key(struct schema_test *t, const char *name) {
    struct cg_table *town = table(t, "town");
    *key(t, name) = town->keys[town->key_count - 1];
    town->key_count--;
}

/* ---- nothing is wrong ---- */

static void nothing_is_found_where_nothing_was_changed(void **state) {
    (void)state;
    struct schema_test *t = start();
    finds(t, "");
    t->of_run = true;
    finds(t, "");
    done(t);
}

static void names_of_keys_do_not_matter(void **state) {
    (void)state;
    struct schema_test *t = start();
    for (size_t i = 0; i < table(t, "town")->key_count; i++)
        table(t, "town")->keys[i].name = cg_arena_printf(t->fx->arena, "k%zu", i);
    table(t, "street")->foreign_keys[0].name = "fk";
    finds(t, "");
    done(t);
}

static void wider_types_and_other_families_are_a_choice(void **state) {
    (void)state;
    struct schema_test *t = start();
    column(t, "street", "length")->type = (struct cg_type){.name = "numeric", .full = "numeric", .precision = -1};
    column(t, "town", "name")->type = (struct cg_type){.name = "text", .full = "text", .length = -1};
    column(t, "town", "size")->type = (struct cg_type){.name = "text", .full = "text", .length = -1};
    t->plan = fx_plan(t->fx);
    finds(t, "");
    done(t);
}

/* ---- keys ---- */

static void each_key_that_is_gone_is_missing(void **state) {
    (void)state;
    static const struct {
        const char *name, *finding;
    } keys[] = {{"town_pkey", "primary key town.town_pkey missing"},
                {"name", "unique town.name missing"},
                {"by_area", "index town.by_area missing"},
                {"by_note", "index town.by_note missing"},
                {"words", "index town.words missing"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct schema_test *t = start();
        drop_key(t, keys[i].name);
        finds(t, keys[i].finding);
        done(t);
    }
}

static void of_two_equal_indexes_one_does_not_answer_for_both(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *town = make_source(fx);
    fx_key(fx, town, CG_KEY_INDEX, "again", "area DESC, name");
    struct schema_test *t = schema_of(fx);
    finds(t, "");
    drop_key(t, "by_area");
    finds(t, "index town.again missing");
    done(t);
}

static void an_invalid_index_is_changed_unless_a_valid_one_does_the_same(void **state) {
    (void)state;
    struct schema_test *t = start();
    key(t, "by_area")->valid = false;
    finds(t, "index town.by_area changed");
    struct cg_table *town = table(t, "town");
    struct cg_key *keys = cg_arena_array(t->fx->arena, town->key_count + 1, sizeof *keys);
    memcpy(keys, town->keys, town->key_count * sizeof *keys);
    keys[town->key_count] = *key(t, "by_area");
    key(t, "by_area")->name = "old";
    town->keys = keys;
    for (size_t i = 0; i < town->key_count; i++)
        if (strcmp(keys[i].name, "by_area") == 0)
            keys[i].name = "left over";
    keys[town->key_count].name = "rebuilt";
    keys[town->key_count].valid = true;
    town->key_count++;
    finds(t, "index town.left over extra");
    done(t);
}

static void a_direction_counts_but_not_in_a_primary_key(void **state) {
    (void)state;
    struct schema_test *t = start(); /* the source's primary key descends, the target's cannot */
    key(t, "by_area")->parts[0].descending = false;
    finds(t, "index town.by_area changed");
    done(t);
}

static void a_prefix_is_of_its_column_and_length(void **state) {
    (void)state;
    static const struct {
        const char *expression;
        bool same;
    } expressions[] = {
        {"\"left\"(note, 10)", true},
        {"\"left\"(note::text, 10)", true},
        {"\"left\"((note)::text, 10)", true},
        {"\"substring\"(note, 1, 10)", true},
        {"\"left\"(\"note\", 10)", true},
        {"\"left\"(note, 110)", false},
        {"\"left\"(notes, 10)", false},
        {"\"left\"(name, 10)", false},
        {"\"left\"(note, 1)", false},
        {"(\"left\"(note::text, 10)::public.citext)", true},
        {"(\"left\"(note::text, 1)::public.citext)", false},
        {"(\"left\"(name::text, 10)::citext)", false},
    };
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        struct schema_test *t = start();
        key(t, "by_note")->parts[0].expression = expressions[i].expression;
        compare(t);
        bool same = true;
        for (size_t k = 0; k < t->report.object_count; k++)
            same = same && as_it_should_be(&t->report.objects[k]);
        if (same != expressions[i].same)
            fail_msg("%s: %d", expressions[i].expression, same);
        done(t);
    }
}

static void a_document_holds_every_column(void **state) {
    (void)state;
    struct schema_test *t = start();
    key(t, "words")->parts[0].expression = "to_tsvector('simple'::regconfig, note)";
    finds(t, "index town.words changed");
    key(t, "words")->parts[0].expression = "to_tsvector('german'::regconfig, (note || name))";
    finds(t, "");
    key(t, "words")->parts[0].expression = "lower((note || name))";
    finds(t, "index town.words changed");
    done(t);
}

/* ---- foreign keys ---- */

static void a_foreign_key_dropped_not_validated_or_with_other_actions(void **state) {
    (void)state;
    struct schema_test *t = start();
    struct cg_foreign_key *fk = table(t, "street")->foreign_keys;
    fk->validated = false;
    finds(t, "foreign key street.street_town changed");
    fk->validated = true;
    fk->on_delete = "SET NULL";
    finds(t, "foreign key street.street_town changed");
    fk->on_delete = "CASCADE";
    fk->on_update = "NO ACTION"; /* RESTRICT's other name */
    finds(t, "");
    fk->ref_schema = "elsewhere";
    finds(t, "foreign key street.street_town missing");
    table(t, "street")->foreign_key_count = 0;
    finds(t, "foreign key street.street_town missing");
    done(t);
}

static void the_pairs_of_a_foreign_key_may_stand_in_any_order(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *a = fx_table(fx, "a", 1), *b = fx_table(fx, "b", 1);
    fx_column(fx, a, "x", "int(11)");
    fx_column(fx, a, "y", "int(11)");
    fx_key(fx, a, CG_KEY_UNIQUE, "xy", "x, y");
    fx_column(fx, b, "p", "int(11)");
    fx_column(fx, b, "q", "int(11)");
    struct cg_foreign_key *fk = fx_foreign_key(fx, b, "b_a", "p", "a", "x");
    const char *columns[] = {"p", "q"}, *refs[] = {"x", "y"}, *turned[] = {"q", "p"}, *turned_refs[] = {"y", "x"};
    fk->columns = columns;
    fk->ref_columns = refs;
    fk->column_count = 2;
    struct schema_test *t = schema_of(fx);
    table(t, "b")->foreign_keys[0].columns = turned;
    table(t, "b")->foreign_keys[0].ref_columns = turned_refs;
    finds(t, "");
    table(t, "b")->foreign_keys[0].ref_columns = refs; /* q -> x, p -> y is another one */
    assert_non_null(strstr(findings(t), "foreign key b.b_a missing"));
    done(t);
}

/* ---- columns ---- */

static void not_null_that_is_gone(void **state) {
    (void)state;
    struct schema_test *t = start();
    column(t, "town", "name")->nullable = true;
    finds(t, "column town.name changed");
    column(t, "town", "name")->nullable = false;
    column(t, "town", "founded")->nullable = true; /* a zero date may have asked for it */
    finds(t, "");
    assert_true(has_loss(t, CG_NOT_NULL_DROPPED, "town.founded"));
    done(t);
}

/* The same column name in another table is no excuse. */
static void a_loss_counts_in_its_own_table_only(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *a = fx_table(fx, "a", 1), *b = fx_table(fx, "b", 1);
    fx_column(fx, a, "day", "date")->nullable = false;
    fx_column(fx, b, "day", "int(11)")->nullable = false;
    struct schema_test *t = schema_of(fx);
    column(t, "a", "day")->nullable = column(t, "b", "day")->nullable = true;
    finds(t, "column b.day changed");
    done(t);
}

static void a_type_that_holds_less(void **state) {
    (void)state;
    static const struct {
        const char *table, *column;
        struct cg_type type;
        const char *finding;
    } types[] = {
        {"town", "name", {.name = "varchar", .full = "varchar(10)", .length = 10}, "column town.name changed"},
        {"town", "note", {.name = "varchar", .full = "varchar(99)", .length = 99}, "column town.note changed"},
        {"town",
         "area",
         {.name = "numeric", .full = "numeric(8,2)", .precision = 8, .scale = 2},
         "column town.area changed"},
        {"town",
         "area",
         {.name = "numeric", .full = "numeric(7,3)", .precision = 7, .scale = 3},
         "column town.area changed"},
        {"street", "length", {.name = "integer", .full = "integer"}, "column street.length changed"},
        {"street",
         "length",
         {.name = "numeric", .full = "numeric(18)", .precision = 18},
         "column street.length changed"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct schema_test *t = start();
        column(t, types[i].table, types[i].column)->type = types[i].type;
        t->plan = fx_plan(t->fx);
        finds(t, types[i].finding);
        done(t);
    }
}

static void labels_missing_or_in_another_order(void **state) {
    (void)state;
    static const char *two[] = {"small", "large"}, *turned[] = {"large", "small", "never used"},
                      *more[] = {"tiny", "small", "large", "never used"};
    struct schema_test *t = start();
    struct cg_type *type = &column(t, "town", "size")->type;
    type->labels = two;
    type->label_count = 2;
    finds(t, "column town.size changed");
    type->labels = turned;
    type->label_count = 3;
    finds(t, "column town.size changed");
    type->labels = more;
    type->label_count = 4;
    finds(t, "");
    done(t);
}

/* The run's own choice is no damage to it. */
static void a_narrow_type_of_the_runs_own_map_is_meant(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    make_source(fx);
    fx->map_columns[fx->map_column_count++] = "town.name=varchar(10)";
    struct schema_test *t = schema_of(fx);
    finds(t, "column town.name changed");
    t->of_run = true;
    finds(t, "");
    column(t, "town", "name")->type.length = 9;
    fx->actual = NULL;
    t->plan = fx_plan(fx);
    assert_non_null(strstr(findings(t), "column town.name changed"));
    done(t);
}

static void r31_a_collation_of_the_plan_that_is_not_there_is_a_change(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    make_source(fx);
    fx->options.collation = CG_COLLATION_ICU;
    cg_table_column(&fx->tables[0]->table, "name")->type.case_insensitive = true;
    struct schema_test *t = schema_of(fx);
    t->of_run = true;
    fx->actual = NULL;
    t->plan = fx_plan(fx);
    column(t, "town", "name")->type.collation = "public.und_as_ci";
    finds(t, "");
    column(t, "town", "name")->type.collation = "default";
    finds(t, "column town.name changed");
    done(t);
}

static void columns_and_tables_that_are_gone_or_came(void **state) {
    (void)state;
    struct schema_test *t = start();
    column(t, "town", "area")->name = "surface";
    assert_non_null(strstr(findings(t), "column town.area missing"));
    assert_non_null(strstr(findings(t), "column town.surface extra"));
    done(t);
    t = start();
    table(t, "town")->name = "town2";
    finds(t, "table town missing, table town2 extra");
    assert_false(has_loss(t, CG_JSON_NORMALISED, "town"));
    const char *excluded = "town2";
    t->fx->options.exclude.items = &excluded;
    t->fx->options.exclude.count = 1;
    finds(t, "table town missing");
    done(t);
}

/* ---- counters ---- */

static void a_counter_that_is_behind_by_one_is_noticed(void **state) {
    (void)state;
    static const struct {
        const char *next, *finding;
    } nexts[] = {{"4", ""},
                 {"10", ""},
                 {"3", "identity town.id changed"},
                 {"1", "identity town.id changed"},
                 {"-5", "identity town.id changed"}};
    for (size_t i = 0; i < sizeof nexts / sizeof *nexts; i++) {
        struct schema_test *t = start();
        table(t, "town")->next_value = nexts[i].next;
        finds(t, nexts[i].finding);
        done(t);
    }
}

static void a_counter_that_is_gone_or_cannot_be_read(void **state) {
    (void)state;
    struct schema_test *t = start();
    table(t, "town")->next_value = NULL;
    finds(t, "");
    assert_int_equal(t->report.gap_count, 1);
    assert_string_equal(t->report.gaps[0].object, "town.id");
    column(t, "town", "id")->auto_increment = false;
    finds(t, "identity town.id missing");
    struct cg_sequence sequence = {.schema = "public", .name = "mine", .next = "4", .increment = "1"};
    t->target.sequences = &sequence;
    t->target.sequence_count = 1;
    column(t, "town", "id")->default_kind = CG_DEFAULT_EXPRESSION;
    column(t, "town", "id")->default_text = "nextval('mine'::regclass)";
    finds(t, "");
    sequence.next = "3";
    finds(t, "identity town.id changed");
    column(t, "town", "id")->default_text = "nextval('not_mine'::regclass)";
    finds(t, "identity town.id missing");
    done(t);
}

static void a_sequence_counts_as_the_sources_does(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx->sequences[0] = (struct cg_sequence){"shop", "s", "1", "-2", "-100", "-1", "-7", false};
    fx->source.sequence_count = 1;
    struct schema_test *t = schema_of(fx);
    struct cg_sequence *actual = t->target.sequences;
    finds(t, "");
    actual->next = "-5"; /* it counts down: -5 and -7 will come twice */
    finds(t, "sequence s changed");
    actual->next = "-9";
    finds(t, "");
    actual->increment = "2";
    finds(t, "sequence s changed");
    t->target.sequence_count = 0;
    finds(t, "sequence s missing");
    done(t);
}

/* ---- defaults ---- */

static struct schema_test *with_default(const char *type, enum cg_default_kind kind, const char *text) {
    struct fx *fx = fx_new();
    struct cg_column *c = fx_column(fx, fx_table(fx, "t", 1), "c", type);
    c->default_kind = kind;
    c->default_text = text;
    return schema_of(fx);
}

static void a_default_may_be_spelled_anew(void **state) {
    (void)state;
    static const struct {
        const char *type, *source, *actual;
        bool same;
    } defaults[] = {
        {"int(11)", "5", "5", true},
        {"int(11)", "-0", "0", true},
        {"int(11)", "5", "6", false},
        {"int(11)", "5", "-5", false},
        {"decimal(8,3)", "1.500", "1.5", true},
        {"decimal(8,3)", "1.500", "1.501", false},
        {"decimal(40,0)", "9007199254740993", "9007199254740992", false},
        {"double", "1.10", "1.1", true},
        {"double", "1e3", "1000", true},
        {"float", "0.1", "0.1", true},
        {"varchar(9)", "a", "a", true},
        {"varchar(9)", "a", "a ", false},
        {"date", "2001-02-03", "2001-02-03", true},
        {"datetime(3)", "2001-02-03 04:05:06.100", "2001-02-03 04:05:06.1", true},
        {"datetime", "2001-02-03 04:05:06", "2001-02-03 04:05:07", false},
        {"datetime", "2001-02-03 00:00:00", "2001-02-03 00:00:00", true},
        {"timestamp", "2001-02-03 04:05:06", "2001-02-03 04:05:06+00", true},
        {"enum('a','b')", "a", "b", false},
        {"set('a','b')", "a,b", "{a,b}", true},
        {"set('a b','c\"')", "a b,c\"", "{\"a b\",\"c\\\"\"}", true},
        {"set('a','b')", "a,b", "{a}", false},
    };
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        struct schema_test *t = with_default(defaults[i].type, CG_DEFAULT_LITERAL, defaults[i].source);
        column(t, "t", "c")->default_text = defaults[i].actual;
        if (strcmp(findings(t), defaults[i].same ? "" : "default t.c changed") != 0)
            fail_msg("%s %s, %s: %s", defaults[i].type, defaults[i].source, defaults[i].actual, findings(t));
        done(t);
    }
}

static void a_default_that_is_gone_is_missing(void **state) {
    (void)state;
    struct schema_test *t = with_default("int(11)", CG_DEFAULT_LITERAL, "5");
    finds(t, "");
    column(t, "t", "c")->default_kind = CG_DEFAULT_NULL;
    finds(t, "default t.c missing");
    done(t);
    t = with_default("datetime", CG_DEFAULT_NOW, NULL);
    finds(t, "");
    column(t, "t", "c")->default_kind = CG_DEFAULT_LITERAL;
    column(t, "t", "c")->default_text = "2001-01-01 00:00:00";
    finds(t, "default t.c changed");
    done(t);
}

static void a_default_that_the_source_does_not_have_is_a_change(void **state) {
    (void)state;
    struct schema_test *t = with_default("int(11)", CG_DEFAULT_NULL, NULL);
    column(t, "t", "c")->default_kind = CG_DEFAULT_LITERAL;
    column(t, "t", "c")->default_text = "5";
    finds(t, "default t.c changed");
    done(t);
}

/* What nothing translates awaits acceptance, until somebody writes it by hand. */
static void an_expression_as_default_is_a_named_loss_until_it_is_there(void **state) {
    (void)state;
    struct schema_test *t = with_default("int(11)", CG_DEFAULT_EXPRESSION, "connection_id()");
    finds(t, "");
    assert_true(has_loss(t, CG_DEFAULT_DROPPED, "t.c"));
    column(t, "t", "c")->default_kind = CG_DEFAULT_EXPRESSION;
    column(t, "t", "c")->default_text = "(1 + 1)";
    finds(t, "");
    assert_false(has_loss(t, CG_DEFAULT_DROPPED, "t.c"));
    done(t);
}

/* ---- names ---- */

static void what_had_to_be_renamed_is_found_under_its_new_name(void **state) {
    (void)state;
    static const char *const name = "a_name_of_sixty_four_characters_that_postgresql_has_to_shorten__";
    struct fx *fx = fx_new();
    struct fx_table *a = fx_table(fx, name, 1);
    fx_column(fx, a, name, "int(11)")->nullable = false;
    fx_column(fx, a, "xmin", "json");
    fx_key(fx, a, CG_KEY_PRIMARY, "PRIMARY", name);
    struct schema_test *t = schema_of(fx);
    finds(t, "");
    assert_true(has_loss(t, CG_JSON_NORMALISED, cg_arena_printf(fx->arena, "%s.xmin", name)));
    t->target.tables[0].columns[0].nullable = true;
    t->target.tables[0].key_count = 0;
    const char *found = findings(t);
    assert_non_null(strstr(found, "column a_name_of_sixty"));
    assert_non_null(strstr(found, "primary key a_name_of_sixty"));
    done(t);
}

/* ---- what was carried by hand ---- */

static void a_view_or_trigger_carried_by_hand_is_no_loss(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "t", 1), "c", "int(11)");
    fx->objects[0] = (struct cg_object){.kind = CG_OBJECT_VIEW, .name = "v", .table = NULL, .text = "SELECT 1"};
    fx->objects[1] = (struct cg_object){.kind = CG_OBJECT_TRIGGER, .name = "g", .table = "t", .text = "BEGIN END"};
    fx->source.object_count = 2;
    struct schema_test *t = schema_of(fx);
    compare(t);
    assert_true(has_loss(t, CG_VIEW_NOT_CARRIED, "v"));
    assert_true(has_loss(t, CG_TRIGGER_NOT_CARRIED, "t.g"));
    struct cg_object there[] = {{.kind = CG_OBJECT_VIEW, .name = "v", .table = NULL, .text = ""},
                                {.kind = CG_OBJECT_TRIGGER, .name = "g", .table = "t", .text = ""}};
    t->target.objects = there;
    t->target.object_count = 2;
    compare(t);
    assert_false(has_loss(t, CG_VIEW_NOT_CARRIED, "v"));
    assert_false(has_loss(t, CG_TRIGGER_NOT_CARRIED, "t.g"));
    there[1].table = "another";
    compare(t);
    assert_true(has_loss(t, CG_TRIGGER_NOT_CARRIED, "t.g"));
    done(t);
}

static void r13_an_object_of_an_unknown_kind_is_a_gap(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "t", 1), "c", "int(11)");
    fx->objects[0] = (struct cg_object){.kind = CG_OBJECT_UNKNOWN, .name = "odd", .table = NULL, .text = "PACKAGE"};
    fx->source.object_count = 1;
    struct schema_test *t = schema_of(fx);
    compare(t);
    assert_int_equal(t->report.gap_count, 1);
    assert_string_equal(t->report.gaps[0].object, "odd");
    done(t);
}

/* R24: a type that no rule of the default map could map is there, so it is planned, and its keys are looked for. */
static void r24_no_table_is_passed_over_for_want_of_a_rule(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *a = fx_table(fx, "a", 1);
    fx_column(fx, a, "id", "int(11)")->nullable = false;
    fx_key(fx, a, CG_KEY_PRIMARY, "PRIMARY", "id");
    struct schema_test *t = schema_of(fx);
    a->columns[0].type.name = "a type of tomorrow";
    t->plan = fx_plan(fx);
    assert_null(fx_table_plan(t->plan, "a")->failed);
    t->target.tables[0].key_count = 0;
    assert_non_null(strstr(findings(t), "primary key a.a_pkey missing"));
    done(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_found_where_nothing_was_changed),
        cmocka_unit_test(names_of_keys_do_not_matter),
        cmocka_unit_test(wider_types_and_other_families_are_a_choice),
        cmocka_unit_test(each_key_that_is_gone_is_missing),
        cmocka_unit_test(of_two_equal_indexes_one_does_not_answer_for_both),
        cmocka_unit_test(an_invalid_index_is_changed_unless_a_valid_one_does_the_same),
        cmocka_unit_test(a_direction_counts_but_not_in_a_primary_key),
        cmocka_unit_test(a_prefix_is_of_its_column_and_length),
        cmocka_unit_test(a_document_holds_every_column),
        cmocka_unit_test(a_foreign_key_dropped_not_validated_or_with_other_actions),
        cmocka_unit_test(the_pairs_of_a_foreign_key_may_stand_in_any_order),
        cmocka_unit_test(not_null_that_is_gone),
        cmocka_unit_test(a_loss_counts_in_its_own_table_only),
        cmocka_unit_test(a_type_that_holds_less),
        cmocka_unit_test(labels_missing_or_in_another_order),
        cmocka_unit_test(a_narrow_type_of_the_runs_own_map_is_meant),
        cmocka_unit_test(r31_a_collation_of_the_plan_that_is_not_there_is_a_change),
        cmocka_unit_test(columns_and_tables_that_are_gone_or_came),
        cmocka_unit_test(a_counter_that_is_behind_by_one_is_noticed),
        cmocka_unit_test(a_counter_that_is_gone_or_cannot_be_read),
        cmocka_unit_test(a_sequence_counts_as_the_sources_does),
        cmocka_unit_test(a_default_may_be_spelled_anew),
        cmocka_unit_test(a_default_that_is_gone_is_missing),
        cmocka_unit_test(a_default_that_the_source_does_not_have_is_a_change),
        cmocka_unit_test(an_expression_as_default_is_a_named_loss_until_it_is_there),
        cmocka_unit_test(what_had_to_be_renamed_is_found_under_its_new_name),
        cmocka_unit_test(a_view_or_trigger_carried_by_hand_is_no_loss),
        cmocka_unit_test(r13_an_object_of_an_unknown_kind_is_a_gap),
        cmocka_unit_test(r24_no_table_is_passed_over_for_want_of_a_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
