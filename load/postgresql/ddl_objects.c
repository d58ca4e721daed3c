/* What is made once the rows are in, besides keys: CHECKs of the source, the triggers that stand for ON UPDATE
 * CURRENT_TIMESTAMP, views.
 *
 * A CHECK is added NOT VALID and validated by a statement of its own, like a foreign key: a row that breaks it stops
 * neither the rows nor the constraint for new ones, and the server names it. */
#include "load/postgresql/ddl.h"

/* ---- checks ---- */

/* Rows may break such a check: enforcing it would be another check. */
static void put_not_enforced(struct ddl_printer *p, const struct cg_check *check) {
    if (p->options->server_version < 180000)
        cg_ddl_refuse(p, "this server has no checks that are not enforced", check->name);
    else
        cg_ddl_text(p, " NOT ENFORCED");
}

void cg_ddl_check(struct ddl_printer *p, const struct cg_check *check) {
    cg_ddl_text(p, "CONSTRAINT ");
    cg_ddl_name(p, check->name);
    cg_ddl_text(p, " CHECK ");
    cg_ddl_expression(p, check->expression);
    if (check->not_enforced)
        put_not_enforced(p, check);
}

void cg_ddl_checks(struct ddl_printer *p, const struct cg_table *table) {
    for (size_t i = 0; i < table->check_count; i++) {
        const struct cg_check *check = &table->checks[i];
        if (!check->after_rows)
            continue;
        cg_ddl_text(p, "ALTER TABLE ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, " ADD ");
        cg_ddl_check(p, check);
        if (!check->not_enforced)
            cg_ddl_text(p, " NOT VALID");
        cg_ddl_finish(p, CG_DDL_CHECK, "check", cg_ddl_name_in(p, table, check->name), table);
    }
}

void cg_ddl_check_validations(struct ddl_printer *p, const struct cg_table *table) {
    for (size_t i = 0; i < table->check_count; i++) {
        const struct cg_check *check = &table->checks[i];
        if (!check->after_rows || check->not_enforced)
            continue;
        cg_ddl_text(p, "ALTER TABLE ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, " VALIDATE CONSTRAINT ");
        cg_ddl_name(p, check->name);
        cg_ddl_finish(p, CG_DDL_CHECK_VALIDATE, "check", cg_ddl_name_in(p, table, check->name), table);
    }
}

/* ---- ON UPDATE CURRENT_TIMESTAMP ----
 *
 * MySQL moves the column when an UPDATE changes the row, unless the statement sets the column itself, to whatever
 * value: SET t = t is the way to keep it. A row trigger sees values only, but one BEFORE UPDATE OF a column fires just
 * for statements that set it. It leaves a word in a setting of the transaction; the trigger that moves the columns,
 * which fires after it because its name sorts behind, finds it there and takes it away. Without the first triggers the
 * second still works, but for SET t = t. */

/* NEW as one value, without the generated columns, which are not computed yet. A record is compared by its bytes: not
 * every type knows equality. */
static void put_row(struct ddl_printer *p, const struct cg_table *table, const char *row) {
    const char *comma = "";
    cg_ddl_text(p, "ROW(");
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].generated)
            continue;
        cg_ddl_printf(p, "%s%s.", comma, row);
        cg_ddl_name(p, table->columns[i].name);
        comma = ", ";
    }
    cg_ddl_text(p, ")::pg_catalog.record");
}

static void put_move(struct ddl_printer *p, const struct cg_column *column, int number) {
    cg_ddl_printf(p,
                  "    IF pg_catalog.current_setting('crossgrade.on_set_%d', true) = TG_RELID::pg_catalog.text THEN\n"
                  "        PERFORM pg_catalog.set_config('crossgrade.on_set_%d', '', true);\n",
                  number, number);
    cg_ddl_text(p, "    ELSIF changed AND NEW.");
    cg_ddl_name(p, column->name);
    cg_ddl_text(p, " IS NOT DISTINCT FROM OLD.");
    cg_ddl_name(p, column->name);
    cg_ddl_text(p, " THEN\n        NEW.");
    cg_ddl_name(p, column->name);
    cg_ddl_text(p, " := pg_catalog.statement_timestamp();\n    END IF;\n");
}

static void put_body(struct ddl_printer *p, const struct cg_table *table) {
    int number = 0;
    cg_ddl_text(p,
                "\n"
                "-- ON UPDATE CURRENT_TIMESTAMP: an UPDATE that changes the row moves the column, unless it sets it.\n"
                "DECLARE\n"
                "    changed pg_catalog.bool;\n"
                "BEGIN\n"
                "    IF TG_NARGS = 1 THEN -- called by on_set_...: the statement sets the column\n"
                "        PERFORM pg_catalog.set_config(TG_ARGV[0], TG_RELID::pg_catalog.text, true);\n"
                "        RETURN NEW;\n"
                "    END IF;\n"
                "    changed := ");
    put_row(p, table, "NEW");
    cg_ddl_text(p, " OPERATOR(pg_catalog.*<>) ");
    put_row(p, table, "OLD");
    cg_ddl_text(p, ";\n");
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].on_update_now)
            put_move(p, &table->columns[i], ++number);
    cg_ddl_text(p, "    RETURN NEW;\nEND\n");
}

/* Between dollars, so that a person can read it, unless a column's name could end it. */
static void put_function_body(struct ddl_printer *p, const struct cg_table *table) {
    struct ddl_printer body = {.options = p->options, .wanted = p->wanted, .arena = p->arena, .err = p->err};
    const char *text = NULL;
    cg_buffer_init(&body.text, 1 << 24);
    put_body(&body, table);
    if (body.failed || !(text = cg_buffer_cstr(&body.text, p->err)))
        p->failed = true;
    else if (strstr(text, "$on_update"))
        cg_ddl_literal(p, text);
    else {
        cg_ddl_text(p, "$on_update$");
        cg_ddl_text(p, text);
        cg_ddl_text(p, "$on_update$");
    }
    cg_buffer_done(&body.text);
}

static void put_trigger(struct ddl_printer *p, const struct cg_table *table, const char *name,
                        const struct cg_column *column) {
    cg_ddl_text(p, "CREATE TRIGGER ");
    cg_ddl_name(p, name);
    cg_ddl_text(p, " BEFORE UPDATE");
    if (column) {
        cg_ddl_text(p, " OF ");
        cg_ddl_name(p, column->name);
    }
    cg_ddl_text(p, " ON ");
    cg_ddl_object(p, table->name);
    cg_ddl_text(p, " FOR EACH ROW EXECUTE FUNCTION ");
    cg_ddl_object(p, table->on_update_function);
    cg_ddl_text(p, "(");
    if (column)
        cg_ddl_printf(p, "'crossgrade.%s'", name);
    cg_ddl_text(p, ")");
    cg_ddl_finish(p, CG_DDL_TRIGGER, "trigger", cg_ddl_name_in(p, table, name), table);
}

void cg_ddl_triggers(struct ddl_printer *p, const struct cg_table *table) {
    int number = 0;
    if (!table->on_update_function)
        return;
    cg_ddl_text(p, "CREATE FUNCTION ");
    cg_ddl_object(p, table->on_update_function);
    cg_ddl_text(p, "() RETURNS pg_catalog.trigger LANGUAGE plpgsql AS ");
    put_function_body(p, table);
    cg_ddl_finish(p, CG_DDL_TRIGGER, "trigger function", table->on_update_function, table);
    for (size_t i = 0; i < table->column_count; i++) {
        const char *name;
        if (!table->columns[i].on_update_now)
            continue;
        if (!(name = cg_arena_printf(p->arena, "on_set_%d", ++number))) {
            p->failed = true;
            cg_error_memory(p->err);
            return;
        }
        put_trigger(p, table, name, &table->columns[i]);
    }
    put_trigger(p, table, CG_ON_UPDATE_TRIGGER, NULL);
}

/* ---- views ---- */

static void print_view(struct ddl_printer *p, const struct cg_view *view) {
    cg_ddl_text(p, "CREATE VIEW ");
    cg_ddl_object(p, view->name);
    if (view->column_count)
        cg_ddl_names(p, view->columns, view->column_count);
    if (view->invoker && p->options->server_version < 150000)
        cg_ddl_refuse(p, "this server has no views with the rights of whoever asks", view->name);
    else if (view->invoker)
        cg_ddl_text(p, " WITH (security_invoker = true)");
    cg_ddl_text(p, " AS\n");
    cg_ddl_text(p, view->query);
    if (view->check_option && *view->check_option)
        cg_ddl_printf(p, "\nWITH %s CHECK OPTION", view->check_option);
    cg_ddl_finish(p, CG_DDL_VIEW, "view", view->name, NULL);
}

void cg_ddl_views(struct ddl_printer *p) {
    for (size_t i = 0; i < p->wanted->view_count; i++)
        print_view(p, &p->wanted->views[i]);
}

/* ---- dropping ---- */

/* All in one statement: the server finds the order. */
void cg_ddl_drop_views(struct ddl_printer *p) {
    const char *names = "";
    for (size_t i = 0; i < p->wanted->view_count && names; i++) {
        cg_ddl_text(p, i ? ", " : "DROP VIEW IF EXISTS ");
        cg_ddl_object(p, p->wanted->views[i].name);
        names = cg_arena_printf(p->arena, "%s%s%s", names, i ? ", " : "", p->wanted->views[i].name);
    }
    if (p->wanted->view_count)
        cg_ddl_finish(p, CG_DDL_DROP, p->wanted->view_count > 1 ? "views" : "view", names, NULL);
}

void cg_ddl_drop_functions(struct ddl_printer *p) {
    for (size_t i = 0; i < p->wanted->table_count; i++) {
        const char *name = p->wanted->tables[i].on_update_function;
        if (!name)
            continue;
        cg_ddl_text(p, "DROP FUNCTION IF EXISTS ");
        cg_ddl_object(p, name);
        cg_ddl_text(p, "()");
        cg_ddl_finish(p, CG_DDL_DROP, "trigger function", name, NULL);
    }
}
