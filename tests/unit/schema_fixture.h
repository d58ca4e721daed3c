/* What the tests of the schema comparison share: a source and the plan that leads from it to a target, that target as
 * PostgreSQL would tell it, and a session that spells expressions. The test changes one thing. */
#ifndef CG_TESTS_SCHEMA_FIXTURE_H
#define CG_TESTS_SCHEMA_FIXTURE_H

#include "plan_fixture.h"

#include "extract/source.h"
#include "verify/schema.h"

/* A target that spells expressions without blanks, parentheses and quotes, and takes none with a '?'. */
struct cg_session {
    struct cg_source_base base;
};

static inline int spell(struct cg_session *session, const struct cg_table *table, const struct cg_type *type,
                        const char *const *texts, size_t count, struct cg_arena *arena, const char **ret_texts,
                        struct cg_error *err) {
    (void)session;
    for (size_t i = 0; i < count; i++) {
        char *to = cg_arena_alloc(arena, strlen(texts[i]) + 1);
        if (strchr(texts[i], '?'))
            return cg_error_set(err, CG_ERR_ENGINE, "%s refuses ?", table ? table->name : "it");
        ret_texts[i] = to;
        for (const char *at = texts[i]; *at; at++)
            if (!strchr(" ()\"", *at))
                *to++ = *at;
        (void)type;
    }
    return 0;
}

static const char *const no_schemes[] = {"test", NULL};
static const struct cg_source_ops spelling_ops = {.schemes = no_schemes, .spell = spell};

struct schema_test {
    struct fx *fx;
    struct cg_plan *plan;
    struct cg_catalog target; /* what the server tells; changed by the test */
    struct cg_report report;
    struct cg_report_table *told; /* what the rows told of one table, or NULL */
    bool of_run;
};

/* PostgreSQL tells prefixes and documents as expressions, and keys over them as plain indexes. */
static inline void tell_as_server(struct fx *fx, struct cg_key *key) {
    const char *text = "to_tsvector('simple'::regconfig, ";
    for (size_t i = 0; i < key->part_count; i++) {
        struct cg_key_part *part = &key->parts[i];
        if (key->kind == CG_KEY_FULLTEXT)
            text = cg_arena_printf(fx->arena, "%s%sCOALESCE(%s::text, ''::text)", text, i ? " || ' '::text) || " : "((",
                                   part->column);
        if (key->kind == CG_KEY_PRIMARY)
            part->descending = false;
        if (!part->prefix)
            continue;
        part->expression =
            cg_arena_printf(fx->arena, "\"left\"(%s::text, %lld)", part->column, (long long)part->prefix);
        part->column = NULL;
        part->prefix = 0;
    }
    if (key->kind != CG_KEY_FULLTEXT)
        return;
    key->kind = CG_KEY_INDEX;
    key->part_count = 1;
    key->parts[0] = (struct cg_key_part){.expression = cg_arena_printf(fx->arena, "%s)", text)};
}

/* Plans, and makes a target that is exactly what the plan wants; the plan keeps its own copies. */
static inline struct schema_test *schema_of(struct fx *fx) {
    struct schema_test *t = calloc(1, sizeof *t);
    t->fx = fx;
    t->target = *fx_plan(fx)->target;
    for (size_t i = 0; i < t->target.table_count; i++)
        for (size_t k = 0; k < t->target.tables[i].key_count; k++)
            tell_as_server(fx, &t->target.tables[i].keys[k]);
    fx->actual = &t->target;
    t->plan = fx_plan(fx);
    t->report.command = "verify";
    return t;
}

static inline void done(struct schema_test *t) {
    fx_free(t->fx);
    free(t);
}

static inline struct cg_table *table(struct schema_test *t, const char *name) {
    struct cg_table *found = cg_catalog_table(&t->target, name);
    assert_non_null(found);
    return found;
}

static inline struct cg_column *column(struct schema_test *t, const char *in, const char *name) {
    struct cg_column *found = cg_table_column(table(t, in), name);
    assert_non_null(found);
    return found;
}

static inline void compare(struct schema_test *t) {
    struct cg_error err = {0};
    struct cg_session session = {{&spelling_ops}};
    struct cg_schema_input input = {.source = &t->fx->source,
                                    .target = &t->target,
                                    .plan = t->plan,
                                    .of_run = t->of_run,
                                    .options = &t->fx->options,
                                    .session = &session,
                                    .arena = t->fx->arena,
                                    .report = &t->report};
    t->report = (struct cg_report){.command = "verify", .tables = t->told, .table_count = t->told ? 1 : 0};
    if (cg_schema_losses(&input, &err) < 0 || cg_schema_compare(&input, &err) < 0)
        fail_msg("%s", err.message);
}

static inline bool as_it_should_be(const struct cg_report_object *object) {
    return object->state == CG_STATE_SAME || object->state == CG_STATE_MAPPED || object->state == CG_STATE_NOT_CARRIED;
}

/* Compares; "kind name state" of each object that is not as it should be, comma-separated. */
static inline const char *findings(struct schema_test *t) {
    const char *text = "";
    compare(t);
    for (size_t i = 0; i < t->report.object_count; i++) {
        const struct cg_report_object *object = &t->report.objects[i];
        if (!as_it_should_be(object))
            text = cg_arena_printf(t->fx->arena, "%s%s%s %s %s", text, *text ? ", " : "", object->kind, object->name,
                                   cg_object_state_name(object->state));
    }
    return text;
}

#define finds(t, text) assert_string_equal(findings(t), text)

static inline bool has_loss(const struct schema_test *t, enum cg_conversion conversion, const char *object) {
    for (size_t i = 0; i < t->report.loss_count; i++)
        if (t->report.losses[i].conversion == conversion && strcmp(t->report.losses[i].object, object) == 0)
            return true;
    return false;
}

#endif
