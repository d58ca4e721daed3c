/* The statements around a load into tables that are there (--data-only): cg_target_existing_ddl. Pure: nothing here
 * talks to a server. */
#include "load/postgresql/ddl.h"

struct existing_work {
    struct ddl_printer printer;
    const struct cg_catalog *actual;
};

/* One statement for all, never CASCADE. ONLY, as tables that inherit from one are not ours to empty; a partitioned
 * table is nothing without its partitions. */
static void print_truncate(struct existing_work *w) {
    struct ddl_printer *p = &w->printer;
    for (size_t i = 0; i < p->wanted->table_count; i++) {
        const struct cg_table *actual = cg_catalog_table(w->actual, p->wanted->tables[i].name);
        bool partitioned = actual && actual->kind == CG_TABLE_PARTITIONED;
        cg_ddl_text(p, i ? ", " : "TRUNCATE TABLE ");
        cg_ddl_text(p, partitioned ? "" : "ONLY ");
        cg_ddl_object(p, p->wanted->tables[i].name);
    }
    if (p->wanted->table_count)
        cg_ddl_finish(p, CG_DDL_DROP, "truncate", "the tables to be loaded", NULL);
}

/* ---- what comes next ---- */

/* What the source would give next, where its column counts. */
static const char *source_next(const struct cg_table *wanted, const char *column) {
    for (size_t i = 0; i < wanted->column_count; i++)
        if (strcmp(wanted->columns[i].name, column) == 0 && wanted->columns[i].auto_increment)
            return wanted->next_value;
    return NULL;
}

/* Never backwards, and never past the sequence's end (R20); one that counts down is left alone. */
static void set_sequence(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    const char *next = source_next(table, column->name);
    cg_ddl_text(p,
                "SELECT pg_catalog.setval(s.seqrelid::pg_catalog.regclass, least(n, s.seqmax)::bigint, n > s.seqmax) "
                "FROM pg_catalog.pg_sequence s, LATERAL (SELECT greatest(s.seqmin, (SELECT CASE WHEN is_called THEN "
                "last_value::numeric + s.seqincrement ELSE last_value END FROM ");
    cg_ddl_text(p, column->sequence);
    cg_ddl_text(p, ")");
    if (next) {
        cg_ddl_text(p, ", ");
        cg_ddl_number(p, next);
        cg_ddl_text(p, "::numeric");
    }
    if (cg_ddl_counter_is_number(column)) {
        cg_ddl_text(p, ", (SELECT floor(max(");
        cg_ddl_name(p, column->name);
        cg_ddl_text(p, ")::numeric) + 1 FROM ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, ")");
    }
    cg_ddl_text(p, ") AS n) AS next WHERE s.seqincrement > 0 AND s.seqrelid = ");
    cg_ddl_literal(p, column->sequence);
    cg_ddl_text(p, "::pg_catalog.regclass");
    cg_ddl_finish(p, CG_DDL_SEQUENCE, "sequence", cg_ddl_name_in(p, table, column->name), table);
}

static void print_sequences(struct existing_work *w) {
    for (size_t t = 0; t < w->printer.wanted->table_count; t++) {
        const struct cg_table *wanted = &w->printer.wanted->tables[t];
        const struct cg_table *actual = cg_catalog_table(w->actual, wanted->name);
        for (size_t c = 0; actual && c < actual->column_count; c++)
            if (actual->columns[c].sequence)
                set_sequence(&w->printer, wanted, &actual->columns[c]);
    }
}

int cg_pgload_existing_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted,
                           const struct cg_catalog *actual, bool truncate, struct cg_arena *arena,
                           struct cg_ddl_list *ret_list, struct cg_error *err) {
    struct existing_work w = {{.options = options, .wanted = wanted, .arena = arena, .err = err}, actual};
    cg_buffer_init(&w.printer.text, 1 << 28);
    if (truncate)
        print_truncate(&w);
    print_sequences(&w);
    for (size_t t = 0; !w.printer.failed && t < wanted->table_count; t++)
        cg_ddl_analyze(&w.printer, &wanted->tables[t]);
    cg_buffer_done(&w.printer.text);
    if (w.printer.failed)
        return -1;
    *ret_list = w.printer.list;
    return 0;
}
