/* Source catalogs built in code, for the tests of type maps and plans: "create table" in a few calls, what the probe is
 * to have found, and the plan that comes of it. */
#ifndef CG_TESTS_UNIT_PLAN_FIXTURE_H
#define CG_TESTS_UNIT_PLAN_FIXTURE_H

#include "core/options.h"
#include "transform/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { FX_TABLES = 12, FX_COLUMNS = 48, FX_KEYS = 8 };

struct fx_table {
    struct cg_table table;
    struct cg_column columns[FX_COLUMNS];
    struct cg_key keys[FX_KEYS];
    struct cg_foreign_key foreign_keys[FX_KEYS];
    struct cg_check checks[FX_KEYS];
    struct cg_column_facts facts[FX_COLUMNS];
    uint64_t rows;
};

struct fx {
    struct cg_arena *arena;
    struct cg_catalog source;
    struct cg_options options;
    struct fx_table *tables[FX_TABLES];
    struct cg_table_facts table_facts[FX_TABLES];
    const char *engine, *typemap;
    const char *map_columns[4];
    size_t map_column_count;
    bool probed, has_postgis, has_vector, citext_ascii;
    const struct cg_catalog *actual; /* plan towards this target, which is there already */
    int server_version;
    struct cg_refusal refused[8];
    size_t refused_count;
    struct cg_object objects[8];
    struct cg_sequence sequences[4];
    struct cg_error err;
};

static inline struct fx *fx_new(void) {
    struct fx *fx = calloc(1, sizeof *fx);
    fx->arena = cg_arena_new();
    fx->engine = "mariadb";
    fx->options.schema = "public";
    fx->source.server.engine = "mariadb";
    fx->source.database = "shop";
    fx->source.objects = fx->objects;
    fx->source.sequences = fx->sequences;
    fx->probed = true;
    return fx;
}

static inline void fx_free(struct fx *fx) {
    for (size_t i = 0; i < fx->source.table_count; i++)
        free(fx->tables[i]);
    free(fx->source.tables);
    if (fx->typemap)
        unlink(fx->typemap);
    cg_arena_free(fx->arena);
    free(fx);
}

static inline struct fx_table *fx_table(struct fx *fx, const char *name, uint64_t rows) {
    struct fx_table *t = calloc(1, sizeof *t);
    t->table = (struct cg_table){.schema = "shop",
                                 .name = name,
                                 .storage = "InnoDB",
                                 .snapshot_capable = true,
                                 .comment = "",
                                 .columns = t->columns,
                                 .keys = t->keys,
                                 .foreign_keys = t->foreign_keys,
                                 .checks = t->checks};
    t->rows = rows;
    assert_true(fx->source.table_count < FX_TABLES);
    fx->tables[fx->source.table_count++] = t;
    return t;
}

/* "a','b" -> labels; what stands between the quotes of enum('a','b'). */
static inline void fx_labels(struct fx *fx, struct cg_type *type, const char *text) {
    for (const char *p = strchr(text, '\''); p; p = strchr(p, '\'')) {
        const char *end = strchr(p + 1, '\'');
        type->labels = cg_arena_push(fx->arena, type->labels, &type->label_count, sizeof *type->labels);
        type->labels[type->label_count - 1] = cg_arena_strndup(fx->arena, p + 1, (size_t)(end - p - 1));
        p = end + 1;
    }
}

/* A type as SHOW CREATE TABLE prints it. */
static inline struct cg_type fx_type(struct fx *fx, const char *full) {
    static const char *const fractions[] = {"datetime", "timestamp", "time"}, *const dated[] = {"decimal", "float"};
    static const char *const widths[] = {"tinyint", "smallint", "mediumint", "int", "bigint", "year"};
    struct cg_type type = {.length = -1, .precision = -1, .scale = -1, .fraction = -1, .display_width = -1};
    type.full = full;
    type.name = cg_arena_strndup(fx->arena, full, strcspn(full, "( "));
    type.is_unsigned = strstr(full, " unsigned") != NULL;
    type.zerofill = strstr(full, " zerofill") != NULL;
    const char *open = strchr(full, '(');
    bool labels = strcmp(type.name, "enum") == 0 || strcmp(type.name, "set") == 0;
    if (labels)
        fx_labels(fx, &type, full);
    int number = open && !labels ? atoi(open + 1) : -1;
    bool taken = labels;
    for (size_t i = 0; i < 3; i++)
        if (strcmp(type.name, fractions[i]) == 0) {
            type.fraction = number < 0 ? 0 : number;
            taken = true;
        }
    for (size_t i = 0; i < 6; i++)
        if (strcmp(type.name, widths[i]) == 0) {
            type.display_width = number;
            taken = true;
        }
    for (size_t i = 0; i < 2; i++)
        if (strcmp(type.name, dated[i]) == 0 && open) {
            const char *comma = strchr(open, ',');
            type.precision = number;
            type.scale = comma ? atoi(comma + 1) : 0;
            taken = true;
        }
    if (!taken)
        type.length = number;
    if (strstr(type.name, "char") || strstr(type.name, "text") || labels) {
        type.charset = "utf8mb4";
        type.collation = "utf8mb4_bin";
    }
    return type;
}

/* A nullable column without a default. */
static inline struct cg_column *fx_column(struct fx *fx, struct fx_table *t, const char *name, const char *type) {
    struct cg_column *column = &t->columns[t->table.column_count];
    assert_true(t->table.column_count < FX_COLUMNS);
    *column = (struct cg_column){.name = name, .nullable = true, .comment = "", .type = fx_type(fx, type)};
    t->facts[t->table.column_count++] = (struct cg_column_facts){.probed = true};
    return column;
}

static inline struct cg_column_facts *fx_facts(struct fx_table *t, const char *column) {
    return &t->facts[cg_table_column(&t->table, column) - t->columns];
}

static inline void fx_range(struct fx_table *t, const char *column, uint64_t non_null, const char *minimum,
                            const char *maximum) {
    struct cg_column_facts *facts = fx_facts(t, column);
    facts->non_null = non_null;
    snprintf(facts->minimum, sizeof facts->minimum, "%s", minimum);
    snprintf(facts->maximum, sizeof facts->maximum, "%s", maximum);
}

/* parts: "a, b(10), c DESC"; "(expression)". */
static inline struct cg_key *fx_key(struct fx *fx, struct fx_table *t, enum cg_key_kind kind, const char *name,
                                    const char *parts) {
    struct cg_key *key = &t->keys[t->table.key_count++];
    *key = (struct cg_key){.name = name, .kind = kind, .valid = true, .method = "btree", .comment = ""};
    char *text = cg_arena_strdup(fx->arena, parts), *state = NULL;
    for (char *word = strtok_r(text, ",", &state); word; word = strtok_r(NULL, ",", &state)) {
        while (*word == ' ')
            word++;
        key->parts = cg_arena_push(fx->arena, key->parts, &key->part_count, sizeof *key->parts);
        struct cg_key_part *part = &key->parts[key->part_count - 1];
        char *open = strchr(word, '('), *descending = strstr(word, " DESC");
        if (open == word) {
            part->expression = word;
            continue;
        }
        part->descending = descending != NULL;
        part->prefix = open ? atoi(open + 1) : 0;
        if (open)
            *open = '\0';
        if (descending)
            *descending = '\0';
        part->column = word;
    }
    return key;
}

static inline struct cg_foreign_key *fx_foreign_key(struct fx *fx, struct fx_table *t, const char *name,
                                                    const char *column, const char *ref_table, const char *ref_column) {
    struct cg_foreign_key *fk = &t->foreign_keys[t->table.foreign_key_count++];
    *fk = (struct cg_foreign_key){.name = name,
                                  .ref_schema = "shop",
                                  .ref_table = ref_table,
                                  .column_count = 1,
                                  .on_delete = "CASCADE",
                                  .on_update = "RESTRICT",
                                  .validated = true};
    fk->columns = cg_arena_array(fx->arena, 1, sizeof *fk->columns);
    fk->ref_columns = cg_arena_array(fx->arena, 1, sizeof *fk->ref_columns);
    fk->columns[0] = column;
    fk->ref_columns[0] = ref_column;
    return fk;
}

static inline void fx_check(struct fx_table *t, const char *name, const char *expression) {
    t->checks[t->table.check_count++] = (struct cg_check){.name = name, .expression = expression};
}

static inline int fx_by_name(const void *a, const void *b) {
    return strcmp((*(struct fx_table *const *)a)->table.name, (*(struct fx_table *const *)b)->table.name);
}

static inline int fx_try_plan(struct fx *fx, struct cg_plan **ret_plan) {
    struct cg_typemap *map = NULL;
    fx->err = (struct cg_error){0};
    if (cg_typemap_load(fx->engine, "postgresql", fx->typemap, fx->map_columns, fx->map_column_count, fx->arena, &map,
                        &fx->err) < 0)
        return -1;
    qsort(fx->tables, fx->source.table_count, sizeof *fx->tables, fx_by_name);
    free(fx->source.tables);
    fx->source.tables = calloc(fx->source.table_count + 1, sizeof *fx->source.tables);
    for (size_t i = 0; i < fx->source.table_count; i++) {
        fx->source.tables[i] = fx->tables[i]->table;
        fx->table_facts[i] =
            (struct cg_table_facts){.probed = true, .rows = fx->tables[i]->rows, .columns = fx->tables[i]->facts};
    }
    struct cg_plan_input input = {.source = &fx->source,
                                  .map = map,
                                  .facts = fx->probed ? fx->table_facts : NULL,
                                  .options = &fx->options,
                                  .has_postgis = fx->has_postgis,
                                  .has_vector = fx->has_vector,
                                  .citext_ascii = fx->citext_ascii,
                                  .server_version = fx->server_version,
                                  .refused = fx->refused,
                                  .refused_count = fx->refused_count,
                                  .actual = fx->actual};
    return cg_plan_make(&input, fx->arena, ret_plan, &fx->err);
}

static inline struct cg_plan *fx_plan(struct fx *fx) {
    struct cg_plan *plan = NULL;
    if (fx_try_plan(fx, &plan) < 0)
        fail_msg("%s", fx->err.message);
    return plan;
}

static inline const struct cg_table_plan *fx_table_plan(const struct cg_plan *plan, const char *table) {
    for (size_t i = 0; i < plan->table_count; i++)
        if (strcmp(plan->tables[i].source->name, table) == 0)
            return &plan->tables[i];
    fail_msg("no table %s in the plan", table);
    return NULL;
}

static inline const struct cg_column_plan *fx_column_plan(const struct cg_plan *plan, const char *table,
                                                          const char *column) {
    const struct cg_table_plan *t = fx_table_plan(plan, table);
    if (t->failed)
        fail_msg("table %s failed: %s", table, t->failed);
    for (size_t i = 0; i < t->column_count; i++)
        if (strcmp(t->columns[i].source->name, column) == 0)
            return &t->columns[i];
    fail_msg("no column %s.%s in the plan", table, column);
    return NULL;
}

static inline const char *fx_full(const struct cg_plan *plan, const char *table, const char *column) {
    return fx_column_plan(plan, table, column)->target->type.full;
}

static inline const struct cg_decision *fx_decision(const struct cg_plan *plan, const char *table, const char *column) {
    for (size_t i = 0; i < plan->decision_count; i++)
        if (strcmp(plan->decisions[i].table, table) == 0 && strcmp(plan->decisions[i].column, column) == 0)
            return &plan->decisions[i];
    return NULL;
}

/* The loss of that kind and name, or NULL. */
static inline const struct cg_loss *fx_loss(const struct cg_plan *plan, enum cg_conversion conversion,
                                            const char *name) {
    for (size_t i = 0; i < plan->loss_count; i++)
        if (plan->losses[i].conversion == conversion && strcmp(plan->losses[i].name, name) == 0)
            return &plan->losses[i];
    return NULL;
}

/* A file with that text, its name kept until the next call. */
static inline const char *fx_file(const char *text) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/cg_test_map_%ld.yaml", (long)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

#endif
