/* cg_target_ddl for PostgreSQL: all statements that make a catalog, phase by phase. Columns, keys, sequences, and
 * what else follows the rows are printed in files of their own. Pure: nothing here talks to a server. */
#include "load/postgresql/ddl.h"

/* ---- drop ---- */

/* "schema.a, schema.b, ..." */
static void put_table_list(struct ddl_printer *p) {
    for (size_t i = 0; i < p->wanted->table_count; i++) {
        cg_ddl_text(p, i ? ", " : "");
        cg_ddl_object(p, p->wanted->tables[i].name);
    }
}

/* "a, b, c", for messages */
static const char *table_names(struct ddl_printer *p) {
    enum { MOST = 8 };
    const char *names = "";
    size_t count = p->wanted->table_count;
    for (size_t i = 0; i < count && i < MOST && names; i++)
        names = cg_arena_printf(p->arena, "%s%s%s", names, i ? ", " : "", p->wanted->tables[i].name);
    return names && count > MOST ? cg_arena_printf(p->arena, "%s and %zu more", names, count - MOST) : names;
}

/* All tables in one statement, so that foreign keys among them do not stop it; never CASCADE: what else depends on them
 * is not ours to drop, and the server names it. */
static void print_drops(struct ddl_printer *p) {
    if (!p->options->drop_existing)
        return;
    cg_ddl_drop_views(p);
    if (p->wanted->table_count) {
        cg_ddl_text(p, "DROP TABLE IF EXISTS ");
        put_table_list(p);
        cg_ddl_finish(p, CG_DDL_DROP, p->wanted->table_count > 1 ? "tables" : "table", table_names(p), NULL);
    }
    for (size_t i = 0; i < p->wanted->enum_count; i++) {
        cg_ddl_text(p, "DROP TYPE IF EXISTS ");
        cg_ddl_object(p, p->wanted->enums[i].name);
        cg_ddl_finish(p, CG_DDL_DROP, "type", p->wanted->enums[i].name, NULL);
    }
    cg_ddl_drop_sequences(p);
    cg_ddl_drop_functions(p);
}

/* ---- schema and types ---- */

void cg_ddl_enum(struct ddl_printer *p, const struct cg_type *type) {
    cg_ddl_text(p, "CREATE TYPE ");
    cg_ddl_object(p, type->name);
    cg_ddl_text(p, " AS ENUM (");
    for (size_t i = 0; i < type->label_count; i++) {
        cg_ddl_text(p, i ? ", " : "");
        cg_ddl_literal(p, type->labels[i]);
    }
    cg_ddl_text(p, ")");
    cg_ddl_finish(p, CG_DDL_TYPE, "type", type->name, NULL);
}

bool cg_ddl_makes_schema(const struct ddl_printer *p) {
    return !p->options->schema_exists && strcmp(p->options->schema, "public") != 0;
}

/* One that is there already does the same: the run was refused otherwise. */
void cg_ddl_collation(struct ddl_printer *p, const struct cg_collation *collation) {
    cg_ddl_text(p, "CREATE COLLATION IF NOT EXISTS ");
    cg_ddl_object(p, collation->name);
    cg_ddl_text(p, " (provider = icu, locale = ");
    cg_ddl_literal(p, collation->locale);
    cg_ddl_text(p, collation->deterministic ? ")" : ", deterministic = false)");
    cg_ddl_finish(p, CG_DDL_TYPE, "collation", collation->name, NULL);
}

static void print_types(struct ddl_printer *p) {
    if (!p->options->schema_exists) {
        cg_ddl_text(p, "CREATE SCHEMA IF NOT EXISTS ");
        cg_ddl_name(p, p->options->schema);
        cg_ddl_finish(p, CG_DDL_TYPE, "schema", p->options->schema, NULL);
    }
    for (size_t i = 0; i < p->wanted->collation_count; i++)
        cg_ddl_collation(p, &p->wanted->collations[i]);
    for (size_t i = 0; i < p->wanted->enum_count; i++)
        cg_ddl_enum(p, &p->wanted->enums[i]);
    cg_ddl_make_sequences(p);
}

/* ---- tables ---- */

void cg_ddl_table(struct ddl_printer *p, const struct cg_table *table) {
    cg_ddl_text(p, "CREATE TABLE ");
    cg_ddl_object(p, table->name);
    cg_ddl_text(p, " (");
    for (size_t i = 0; i < table->column_count; i++) {
        cg_ddl_text(p, i ? ",\n    " : "\n    ");
        cg_ddl_column(p, table, &table->columns[i]);
    }
    const char *comma = table->column_count ? ",\n    " : "\n    ";
    for (size_t i = 0; i < table->check_count; i++) {
        if (table->checks[i].after_rows)
            continue;
        cg_ddl_text(p, comma);
        cg_ddl_check(p, &table->checks[i]);
        comma = ",\n    ";
    }
    cg_ddl_text(p, "\n)");
    cg_ddl_partition_by(p, table->partitioning);
    cg_ddl_finish(p, CG_DDL_TABLE, "table", table->name, table);
}

/* ---- comments, statistics ---- */

static void finish_comment(struct ddl_printer *p, const char *comment, const char *name, const struct cg_table *table) {
    cg_ddl_text(p, " IS ");
    cg_ddl_literal(p, comment);
    cg_ddl_finish_optional(p, CG_DDL_COMMENT, "comment", name, table);
}

static void comment_partition(struct ddl_printer *p, const struct cg_table *table, const char *above,
                              const struct cg_partitioning *by, const struct cg_partition *partition) {
    (void)above;
    (void)by;
    if (!partition->comment || !*partition->comment)
        return;
    cg_ddl_text(p, "COMMENT ON TABLE ");
    cg_ddl_object(p, partition->name);
    finish_comment(p, partition->comment, cg_ddl_name_in(p, table, partition->name), table);
}

static void print_comments(struct ddl_printer *p, const struct cg_table *table) {
    cg_ddl_each_partition(p, table, comment_partition);
    if (table->comment && *table->comment) {
        cg_ddl_text(p, "COMMENT ON TABLE ");
        cg_ddl_object(p, table->name);
        finish_comment(p, table->comment, table->name, table);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const struct cg_column *column = &table->columns[i];
        if (!column->comment || !*column->comment)
            continue;
        cg_ddl_text(p, "COMMENT ON COLUMN ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, ".");
        cg_ddl_name(p, column->name);
        finish_comment(p, column->comment, cg_ddl_name_in(p, table, column->name), table);
    }
    for (size_t i = 0; i < table->key_count; i++) {
        const struct cg_key *key = &table->keys[i];
        if (!key->comment || !*key->comment)
            continue;
        cg_ddl_text(p, "COMMENT ON INDEX ");
        cg_ddl_object(p, key->name);
        finish_comment(p, key->comment, cg_ddl_name_in(p, table, key->name), table);
    }
}

void cg_ddl_analyze(struct ddl_printer *p, const struct cg_table *table) {
    cg_ddl_text(p, "ANALYZE ");
    cg_ddl_object(p, table->name);
    cg_ddl_finish_optional(p, CG_DDL_ANALYZE, "analyze", table->name, table);
}

/* ---- all phases, in order ---- */

/* One line per step: either for the whole catalog or for each table. */
static const struct {
    void (*whole)(struct ddl_printer *p);
    void (*table)(struct ddl_printer *p, const struct cg_table *table);
} steps[] = {
    {print_drops, NULL},
    {print_types, NULL},
    {NULL, cg_ddl_table},
    {NULL, cg_ddl_partitions},
    {NULL, cg_ddl_indexes},
    {NULL, cg_ddl_own_sequences},
    {NULL, cg_ddl_constraints},
    {NULL, cg_ddl_foreign_keys},
    {NULL, cg_ddl_validations},
    {NULL, cg_ddl_checks},
    {NULL, cg_ddl_check_validations},
    {cg_ddl_set_sequences, NULL},
    {NULL, cg_ddl_triggers},
    {cg_ddl_views, NULL},
    {NULL, print_comments},
    {NULL, cg_ddl_analyze},
    {cg_ddl_owners, NULL},
};

int cg_pgload_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted, struct cg_arena *arena,
                  struct cg_ddl_list *ret_list, struct cg_error *err) {
    struct ddl_printer p = {.options = options, .wanted = wanted, .arena = arena, .err = err};
    cg_buffer_init(&p.text, 1 << 28);
    for (size_t i = 0; !p.failed && i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].whole)
            steps[i].whole(&p);
        for (size_t t = 0; steps[i].table && !p.failed && t < wanted->table_count; t++)
            steps[i].table(&p, &wanted->tables[t]);
    }
    cg_buffer_done(&p.text);
    if (p.failed)
        return -1;
    *ret_list = p.list;
    return 0;
}
