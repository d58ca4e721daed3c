/* Partitions as DDL. PostgreSQL manual, "CREATE TABLE", PARTITION BY and PARTITION OF. */
#include "load/postgresql/ddl.h"

void cg_ddl_partition_by(struct ddl_printer *p, const struct cg_partitioning *by) {
    if (!by)
        return;
    cg_ddl_printf(p, " PARTITION BY %s ", by->words);
    cg_ddl_names(p, by->columns, by->column_count);
}

static void put_bound(struct ddl_printer *p, const struct cg_bound *bound) {
    static const char *const words[] = {
        [CG_BOUND_NULL] = "NULL", [CG_BOUND_MINIMUM] = "MINVALUE", [CG_BOUND_MAXIMUM] = "MAXVALUE"};
    if (bound->kind == CG_BOUND_VALUE)
        cg_ddl_literal(p, bound->text);
    else
        cg_ddl_text(p, words[bound->kind]);
}

/* bounds NULL: as low as can be. */
static void put_bounds(struct ddl_printer *p, const struct cg_bound *bounds, size_t count) {
    static const struct cg_bound minimum = {.kind = CG_BOUND_MINIMUM};
    for (size_t i = 0; i < count; i++) {
        cg_ddl_text(p, i ? ", " : "(");
        put_bound(p, bounds ? &bounds[i] : &minimum);
    }
    cg_ddl_text(p, ")");
}

static void put_values(struct ddl_printer *p, const struct cg_partitioning *by, const struct cg_partition *partition) {
    switch (by->method) {
    case CG_PARTITION_RANGE:
        cg_ddl_text(p, " FOR VALUES FROM ");
        put_bounds(p, partition->from, by->column_count);
        cg_ddl_text(p, " TO ");
        put_bounds(p, partition->to, by->column_count);
        break;
    case CG_PARTITION_LIST:
        cg_ddl_text(p, " FOR VALUES IN ");
        put_bounds(p, partition->values, partition->value_count);
        break;
    case CG_PARTITION_HASH:
        cg_ddl_printf(p, " FOR VALUES WITH (MODULUS %u, REMAINDER %u)", partition->modulus, partition->remainder);
        break;
    case CG_PARTITION_UNKNOWN:
        cg_ddl_refuse(p, "a partition has no method", partition->name);
        break;
    }
}

static void print_partition(struct ddl_printer *p, const struct cg_table *table, const char *above,
                            const struct cg_partitioning *by, const struct cg_partition *partition) {
    cg_ddl_text(p, "CREATE TABLE ");
    cg_ddl_object(p, partition->name);
    cg_ddl_text(p, " PARTITION OF ");
    cg_ddl_object(p, above);
    if (partition->check) {
        cg_ddl_text(p, " (CHECK ");
        cg_ddl_expression(p, partition->check);
        cg_ddl_text(p, ")");
    }
    if (partition->is_default)
        cg_ddl_text(p, " DEFAULT");
    else
        put_values(p, by, partition);
    cg_ddl_partition_by(p, partition->below);
    cg_ddl_finish(p, CG_DDL_TABLE, "partition", cg_ddl_name_in(p, table, partition->name), table);
}

/* Two levels at most: neither engine's subpartitions have any. */
void cg_ddl_each_partition(struct ddl_printer *p, const struct cg_table *table,
                           void (*each)(struct ddl_printer *p, const struct cg_table *table, const char *above,
                                        const struct cg_partitioning *by, const struct cg_partition *partition)) {
    for (size_t i = 0; table->partitioning && i < table->partitioning->count; i++) {
        const struct cg_partition *partition = &table->partitioning->items[i];
        each(p, table, table->name, table->partitioning, partition);
        for (size_t k = 0; partition->below && k < partition->below->count; k++)
            each(p, table, partition->name, partition->below, &partition->below->items[k]);
    }
}

void cg_ddl_partitions(struct ddl_printer *p, const struct cg_table *table) {
    cg_ddl_each_partition(p, table, print_partition);
}
