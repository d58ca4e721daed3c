/* Sequences: those that stand alone, and those behind AUTO_INCREMENT columns, from their making to the value that comes
 * next.
 *
 * What comes next is the greatest of what the source would have given and what the rows hold plus one, asked when the
 * statement runs. setval refuses a value past the maximum: a counter that is used up is set to its maximum, called
 * (R20). All arithmetic is in numeric, where nothing overflows. */
#include "load/postgresql/ddl.h"

/* ---- making ---- */

static void make_counter_sequence(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    const char *name = cg_ddl_sequence_name(p, table, column);
    char maximum[24];
    cg_ddl_counter_maximum(column, maximum);
    if (!name) {
        p->failed = true;
        cg_error_memory(p->err);
        return;
    }
    cg_ddl_text(p, "CREATE SEQUENCE ");
    cg_ddl_object(p, name);
    cg_ddl_text(p, " MINVALUE 1 MAXVALUE ");
    cg_ddl_number(p, maximum);
    cg_ddl_finish(p, CG_DDL_TYPE, "sequence", name, NULL);
}

static void make_sequence(struct ddl_printer *p, const struct cg_sequence *sequence) {
    cg_ddl_text(p, "CREATE SEQUENCE ");
    cg_ddl_object(p, sequence->name);
    cg_ddl_text(p, " INCREMENT BY ");
    cg_ddl_number(p, sequence->increment);
    cg_ddl_text(p, " MINVALUE ");
    cg_ddl_number(p, sequence->minimum);
    cg_ddl_text(p, " MAXVALUE ");
    cg_ddl_number(p, sequence->maximum);
    cg_ddl_text(p, " START WITH ");
    cg_ddl_number(p, sequence->start);
    cg_ddl_text(p, sequence->cycle ? " CYCLE" : " NO CYCLE");
    cg_ddl_finish(p, CG_DDL_TYPE, "sequence", sequence->name, NULL);
}

/* Calls one function for each column that has a sequence of its own. */
static void each_counter_sequence(struct ddl_printer *p, void (*print)(struct ddl_printer *, const struct cg_table *,
                                                                       const struct cg_column *)) {
    for (size_t t = 0; t < p->wanted->table_count; t++) {
        const struct cg_table *table = &p->wanted->tables[t];
        for (size_t c = 0; c < table->column_count; c++)
            if (cg_ddl_counter_of(&table->columns[c]) == DDL_COUNTER_SEQUENCE)
                print(p, table, &table->columns[c]);
    }
}

void cg_ddl_make_sequences(struct ddl_printer *p) {
    for (size_t i = 0; i < p->wanted->sequence_count; i++)
        make_sequence(p, &p->wanted->sequences[i]);
    each_counter_sequence(p, make_counter_sequence);
}

/* The sequence goes when its column goes. */
void cg_ddl_own_sequences(struct ddl_printer *p, const struct cg_table *table) {
    for (size_t i = 0; i < table->column_count; i++) {
        const struct cg_column *column = &table->columns[i];
        if (cg_ddl_counter_of(column) != DDL_COUNTER_SEQUENCE)
            continue;
        const char *name = cg_ddl_sequence_name(p, table, column);
        cg_ddl_text(p, "ALTER SEQUENCE ");
        cg_ddl_object(p, name ? name : "");
        cg_ddl_text(p, " OWNED BY ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, ".");
        cg_ddl_name(p, column->name);
        cg_ddl_finish(p, CG_DDL_INDEX, "sequence", name, table);
    }
}

/* ---- what comes next ---- */

/* The sequence as an argument of setval. */
static void put_counter_regclass(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    if (cg_ddl_counter_of(column) == DDL_COUNTER_SEQUENCE) {
        const char *name = cg_ddl_sequence_name(p, table, column);
        cg_ddl_object_literal(p, name ? name : "");
    } else {
        cg_ddl_text(p, "pg_catalog.pg_get_serial_sequence(");
        cg_ddl_object_literal(p, table->name);
        cg_ddl_text(p, ", ");
        cg_ddl_literal(p, column->name);
        cg_ddl_text(p, ")");
    }
    cg_ddl_text(p, "::pg_catalog.regclass");
}

static void set_counter(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    char maximum[24];
    cg_ddl_counter_maximum(column, maximum);
    cg_ddl_text(p, "SELECT pg_catalog.setval(");
    put_counter_regclass(p, table, column);
    cg_ddl_printf(p, ", least(n, %s)::bigint, n > %s) FROM (SELECT greatest(1", maximum, maximum);
    if (table->next_value) {
        cg_ddl_text(p, ", ");
        cg_ddl_number(p, table->next_value);
    }
    cg_ddl_text(p, "::numeric");
    if (cg_ddl_counter_is_number(column)) {
        cg_ddl_text(p, ", floor(max(");
        cg_ddl_name(p, column->name);
        cg_ddl_text(p, ")::numeric) + 1) AS n FROM ");
        cg_ddl_object(p, table->name);
    } else {
        cg_ddl_text(p, ") AS n");
    }
    cg_ddl_text(p, ") AS next");
    cg_ddl_finish(p, CG_DDL_SEQUENCE, "sequence", cg_ddl_name_in(p, table, column->name), table);
}

/* A sequence that counts down ends at its minimum. */
static void set_sequence(struct ddl_printer *p, const struct cg_sequence *sequence) {
    bool down = sequence->increment[0] == '-';
    const char *end = down ? sequence->minimum : sequence->maximum;
    cg_ddl_text(p, "SELECT pg_catalog.setval(");
    cg_ddl_object_literal(p, sequence->name);
    cg_ddl_text(p, down ? "::pg_catalog.regclass, greatest(n, " : "::pg_catalog.regclass, least(n, ");
    cg_ddl_number(p, end);
    cg_ddl_text(p, down ? ")::bigint, n < " : ")::bigint, n > ");
    cg_ddl_number(p, end);
    cg_ddl_text(p, ") FROM (SELECT ");
    cg_ddl_number(p, sequence->next);
    cg_ddl_text(p, "::numeric AS n) AS next");
    cg_ddl_finish(p, CG_DDL_SEQUENCE, "sequence", sequence->name, NULL);
}

void cg_ddl_set_sequences(struct ddl_printer *p) {
    for (size_t t = 0; t < p->wanted->table_count; t++) {
        const struct cg_table *table = &p->wanted->tables[t];
        for (size_t c = 0; c < table->column_count; c++)
            if (table->columns[c].auto_increment)
                set_counter(p, table, &table->columns[c]);
    }
    for (size_t i = 0; i < p->wanted->sequence_count; i++)
        set_sequence(p, &p->wanted->sequences[i]);
}

/* ---- dropping ---- */

static void drop_one(struct ddl_printer *p, const char *name) {
    cg_ddl_text(p, "DROP SEQUENCE IF EXISTS ");
    cg_ddl_object(p, name ? name : "");
    cg_ddl_finish(p, CG_DDL_DROP, "sequence", name, NULL);
}

/* A column's sequence goes with its table, unless a run ended before it was owned. */
static void drop_counter_sequence(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    drop_one(p, cg_ddl_sequence_name(p, table, column));
}

void cg_ddl_drop_sequences(struct ddl_printer *p) {
    for (size_t i = 0; i < p->wanted->sequence_count; i++)
        drop_one(p, p->wanted->sequences[i].name);
    each_counter_sequence(p, drop_counter_sequence);
}
