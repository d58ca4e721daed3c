/* The proof of translations: everything that was translated is made once in pg_temp, within a transaction that is
 * rolled back, so that what the server refuses is known before anything real is made.
 *
 * First come the plain parts of the tables, which only have to be there: columns as the plan has them, primary keys
 * (a view may group by one). Then each translated thing on its own, behind a savepoint. A generated column that is
 * refused is added as a plain one, so that what names it is judged by itself. */
#include "load/postgresql/ddl.h"

/* Something that is tried. */
struct item {
    const char *kind, *name; /* of the refusal; NULL: it only has to be there */
    const char *sql;
    const char *instead;          /* made when it is refused, or NULL */
    const struct cg_table *table; /* the plan's, NULL for types and views */
};

struct trial {
    struct pg_session *session;
    const struct cg_catalog *wanted;
    struct cg_arena *arena;
    struct ddl_printer printer;
    struct item *items;
    size_t count;
    const struct cg_table **unmade; /* tables whose plain parts could not be made */
    size_t unmade_count;
    struct cg_trial result;
    struct cg_error *err;
};

/* ---- what there is to try ---- */

static bool has_translations(const struct cg_table *table) {
    if (table->on_update_function)
        return true;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].generated || table->columns[i].default_kind == CG_DEFAULT_EXPRESSION)
            return true;
    for (size_t i = 0; i < table->check_count; i++)
        if (table->checks[i].after_rows)
            return true;
    for (size_t i = 0; i < table->key_count; i++)
        for (size_t part = 0; part < table->keys[i].part_count; part++)
            if (table->keys[i].parts[part].expression)
                return true;
    return false;
}

/* May a view read the table? Tables that no view names and that have nothing to prove are not made: each costs locks.
 */
static bool may_be_read(const struct trial *t, const struct cg_table *table) {
    bool odd = strchr(table->name, '"') != NULL; /* it is spelled otherwise in SQL */
    for (size_t i = 0; i < t->wanted->view_count; i++)
        if (odd || strstr(t->wanted->views[i].query, table->name))
            return true;
    return false;
}

static int add(struct trial *t, const struct item *item) {
    struct item *items = cg_arena_push(t->arena, t->items, &t->count, sizeof *items);
    if (!items)
        return cg_error_memory(t->err);
    t->items = items;
    items[t->count - 1] = *item;
    return 0;
}

/* What was printed as an item: one whose refusal has a name, or one that only has to be there. */
static int add_printed(struct trial *t, const char *kind, const char *name, const char *instead,
                       const struct cg_table *table) {
    struct ddl_printer *p = &t->printer;
    size_t at = p->list.count;
    cg_ddl_finish(p, CG_DDL_TABLE, kind ? kind : "", name ? name : "", table);
    if (p->failed)
        return -1;
    return add(t, &(struct item){kind, name, p->list.items[at].sql, instead, table});
}

/* All statements that a step of the DDL prints for a table; kind and name as above. */
static int add_step(struct trial *t, void (*step)(struct ddl_printer *, const struct cg_table *),
                    const struct cg_table *subject, const char *kind, const char *name, const struct cg_table *table) {
    struct ddl_printer *p = &t->printer;
    size_t at = p->list.count;
    step(p, subject);
    for (size_t i = at; !p->failed && i < p->list.count; i++)
        if (add(t, &(struct item){kind, name, p->list.items[i].sql, NULL, table}) < 0)
            return -1;
    return p->failed ? -1 : 0;
}

/* ---- the plain parts ---- */

static int plain_table(struct trial *t, const struct cg_table *table) {
    struct ddl_printer *p = &t->printer;
    struct cg_table plain = *table;
    plain.columns = cg_arena_array(t->arena, table->column_count + 1, sizeof *plain.columns);
    if (!plain.columns)
        return cg_error_memory(t->err);
    plain.column_count = plain.check_count = 0;
    plain.partitioning = NULL;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].generated)
            continue;
        struct cg_column *column = &plain.columns[plain.column_count++];
        *column = table->columns[i];
        column->auto_increment = false;
        if (column->default_kind == CG_DEFAULT_EXPRESSION)
            column->default_kind = CG_DEFAULT_NONE;
    }
    cg_ddl_table(p, &plain);
    return p->failed ? -1 : add(t, &(struct item){.sql = p->list.items[p->list.count - 1].sql, .table = table});
}

static int primary_key(struct trial *t, const struct cg_table *table) {
    struct cg_table subject = *table;
    if (!table->key_count || table->keys[0].kind != CG_KEY_PRIMARY)
        return 0;
    subject.key_count = 1;
    return add_step(t, cg_ddl_indexes, &subject, NULL, NULL, table) < 0
               ? -1
               : add_step(t, cg_ddl_constraints, &subject, NULL, NULL, table);
}

/* ---- the translated parts ---- */

static void begin_alter(struct trial *t, const struct cg_table *table, const char *what) {
    cg_ddl_text(&t->printer, "ALTER TABLE ");
    cg_ddl_object(&t->printer, table->name);
    cg_ddl_text(&t->printer, what);
}

static int generated_columns(struct trial *t, const struct cg_table *table) {
    struct ddl_printer *p = &t->printer;
    for (size_t i = 0; i < table->column_count; i++) {
        struct cg_column plain = table->columns[i];
        if (!plain.generated)
            continue;
        plain.generated = CG_NOT_GENERATED;
        begin_alter(t, table, " ADD COLUMN ");
        cg_ddl_column(p, table, &plain);
        cg_ddl_finish(p, CG_DDL_TABLE, "", "", table);
        if (p->failed)
            return -1;
        const char *instead = p->list.items[p->list.count - 1].sql;
        begin_alter(t, table, " ADD COLUMN ");
        cg_ddl_column(p, table, &table->columns[i]);
        if (add_printed(t, "generated column", cg_ddl_name_in(p, table, plain.name), instead, table) < 0)
            return -1;
    }
    return 0;
}

static int defaults(struct trial *t, const struct cg_table *table) {
    struct ddl_printer *p = &t->printer;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct cg_column *column = &table->columns[i];
        if (column->generated || column->default_kind != CG_DEFAULT_EXPRESSION)
            continue;
        begin_alter(t, table, " ALTER COLUMN ");
        cg_ddl_name(p, column->name);
        cg_ddl_text(p, " SET DEFAULT ");
        cg_ddl_expression(p, column->default_text);
        if (add_printed(t, "default", cg_ddl_name_in(p, table, column->name), NULL, table) < 0)
            return -1;
    }
    return 0;
}

static int checks(struct trial *t, const struct cg_table *table) {
    for (size_t i = 0; i < table->check_count; i++) {
        struct cg_table subject = *table;
        subject.checks = &table->checks[i];
        subject.check_count = 1;
        const char *name = cg_ddl_name_in(&t->printer, table, table->checks[i].name);
        if (table->checks[i].after_rows && add_step(t, cg_ddl_checks, &subject, "check", name, table) < 0)
            return -1;
    }
    return 0;
}

static int indexes(struct trial *t, const struct cg_table *table) {
    for (size_t i = 0; i < table->key_count; i++) {
        const struct cg_key *key = &table->keys[i];
        struct cg_table subject = *table;
        bool any = false;
        for (size_t part = 0; part < key->part_count; part++)
            any |= key->parts[part].expression != NULL;
        subject.keys = &table->keys[i];
        subject.key_count = 1;
        const char *kind = key->kind == CG_KEY_UNIQUE ? "unique" : "index";
        if (any &&
            add_step(t, cg_ddl_indexes, &subject, kind, cg_ddl_name_in(&t->printer, table, key->name), table) < 0)
            return -1;
    }
    return 0;
}

static int triggers(struct trial *t, const struct cg_table *table) {
    return add_step(t, cg_ddl_triggers, table, "trigger", cg_ddl_name_in(&t->printer, table, CG_ON_UPDATE_TRIGGER),
                    table);
}

/* A view is planned as well: what is folded only then may be refused, too. */
static int views(struct trial *t) {
    struct ddl_printer *p = &t->printer;
    size_t at = p->list.count;
    cg_ddl_views(p);
    for (size_t i = 0; !p->failed && i < t->wanted->view_count; i++) {
        const struct cg_ddl *made = &p->list.items[at + i];
        cg_ddl_text(p, made->sql);
        cg_ddl_text(p, "\n;\nEXPLAIN SELECT * FROM ");
        cg_ddl_object(p, made->name);
        if (add_printed(t, "view", made->name, NULL, NULL) < 0)
            return -1;
    }
    return p->failed ? -1 : 0;
}

static int collations(struct trial *t) {
    for (size_t i = 0; i < t->wanted->collation_count; i++) {
        cg_ddl_collation(&t->printer, &t->wanted->collations[i]);
        if (t->printer.failed)
            return -1;
        if (add(t, &(struct item){.sql = t->printer.list.items[t->printer.list.count - 1].sql}) < 0)
            return -1;
    }
    return 0;
}

static int types(struct trial *t) {
    for (size_t i = 0; i < t->wanted->enum_count; i++) {
        cg_ddl_enum(&t->printer, &t->wanted->enums[i]);
        if (t->printer.failed)
            return -1;
        if (add(t, &(struct item){.sql = t->printer.list.items[t->printer.list.count - 1].sql}) < 0)
            return -1;
    }
    return 0;
}

static int gather(struct trial *t) {
    static int (*const steps[])(struct trial *, const struct cg_table *) = {
        plain_table, generated_columns, primary_key, defaults, checks, indexes, triggers,
    };
    if (collations(t) < 0 || types(t) < 0)
        return -1;
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
        for (size_t i = 0; i < t->wanted->table_count; i++) {
            const struct cg_table *table = &t->wanted->tables[i];
            if ((has_translations(table) || may_be_read(t, table)) && steps[s](t, table) < 0)
                return -1;
        }
    return views(t);
}

/* ---- trying ---- */

static bool is_unmade(const struct trial *t, const struct cg_table *table) {
    for (size_t i = 0; i < t->unmade_count; i++)
        if (t->unmade[i] == table)
            return true;
    return false;
}

static int refuse(struct trial *t, const struct item *item, const struct cg_error *why) {
    for (size_t i = 0; i < t->result.refused_count; i++)
        if (strcmp(t->result.refused[i].kind, item->kind) == 0 && strcmp(t->result.refused[i].name, item->name) == 0)
            return 0; /* a trigger's function, then what calls it */
    struct cg_refusal *all =
        cg_arena_push(t->arena, t->result.refused, &t->result.refused_count, sizeof *t->result.refused);
    const char *error = cg_arena_printf(t->arena, "SQLSTATE %s: %s", why->sqlstate, why->message);
    if (!all || !error)
        return cg_error_memory(t->err);
    t->result.refused = all;
    all[t->result.refused_count - 1] = (struct cg_refusal){item->kind, item->name, error};
    return 0;
}

/* Runs a statement behind a savepoint: in one go when it is taken. why: the server's words, when it is not. */
static int run(struct trial *t, const char *sql, bool *ret_taken, struct cg_error *why) {
    const char *whole = cg_arena_printf(t->arena, "SAVEPOINT trial;\n%s\n;\nRELEASE SAVEPOINT trial", sql);
    PGconn *conn = t->session->conn;
    if (!whole)
        return cg_error_memory(t->err);
    *why = (struct cg_error){0};
    *ret_taken = cg_pg_execute(conn, whole, "", why) == 0;
    if (*ret_taken)
        return 0;
    if (why->cls == CG_ERR_NETWORK || why->cls == CG_ERR_CANCELLED || PQtransactionStatus(conn) != PQTRANS_INERROR) {
        if (t->err)
            *t->err = *why;
        return -1;
    }
    memmove(why->message, why->message + strlen(": "), strlen(why->message + strlen(": ")) + 1);
    return cg_pg_execute(conn, "ROLLBACK TO SAVEPOINT trial; RELEASE SAVEPOINT trial", "trying translations", t->err);
}

/* A plain part that cannot be made will be told when it is made in earnest; nothing can be said of its table. */
static int give_up_table(struct trial *t, const struct cg_table *table) {
    if (is_unmade(t, table))
        return 0;
    const struct cg_table **all = cg_arena_push(t->arena, t->unmade, &t->unmade_count, sizeof *all);
    if (!all)
        return cg_error_memory(t->err);
    t->unmade = all;
    all[t->unmade_count - 1] = table;
    return 0;
}

static int try_item(struct trial *t, const struct item *item) {
    struct cg_error why;
    bool taken = false;
    if (item->table && is_unmade(t, item->table))
        return 0;
    if (run(t, item->sql, &taken, &why) < 0)
        return -1;
    if (taken)
        return 0;
    if (why.cls == CG_ERR_RIGHTS && !item->kind) {
        t->result.unproved = cg_arena_printf(t->arena, "the user may make nothing temporary there: %s", why.message);
        return t->result.unproved ? 0 : cg_error_memory(t->err);
    }
    if (!cg_pgload_blames_statement(&why) && why.cls != CG_ERR_RIGHTS) {
        t->result.unproved = cg_arena_printf(t->arena, "the server could not try them all: %s", why.message);
        return t->result.unproved ? 0 : cg_error_memory(t->err);
    }
    if (!item->kind)
        return item->table ? give_up_table(t, item->table) : 0;
    if (refuse(t, item, &why) < 0)
        return -1;
    return item->instead ? run(t, item->instead, &taken, &why) : 0;
}

static int try_all(struct trial *t) {
    PGconn *conn = t->session->conn;
    if (cg_pg_execute(conn, "BEGIN", "trying translations", t->err) < 0)
        return -1;
    int rc = 0;
    for (size_t i = 0; i < t->count && rc == 0 && !t->result.unproved; i++)
        rc = try_item(t, &t->items[i]);
    if (rc == 0)
        rc = cg_pg_execute(conn, "ROLLBACK", "trying translations", t->err);
    else
        cg_pgload_rollback(t->session);
    return rc;
}

int cg_pgload_trial(struct cg_target_session *base, const struct cg_catalog *wanted, struct cg_arena *arena,
                    struct cg_trial *ret_trial, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    struct cg_ddl_options options = {.schema = CG_TRIAL_SCHEMA,
                                     .server_version = session->target->server.version_number};
    struct trial t = {.session = session,
                      .wanted = wanted,
                      .arena = arena,
                      .printer = {.options = &options, .wanted = wanted, .arena = arena, .err = err},
                      .err = err};
    if (cg_pgload_session_idle(session, "trying translations", err))
        return -1;
    cg_buffer_init(&t.printer.text, 1 << 28);
    int rc = gather(&t);
    cg_buffer_done(&t.printer.text);
    if (rc == 0)
        rc = try_all(&t);
    if (rc == 0)
        *ret_trial = t.result;
    return rc;
}
