/* Foreign keys and triggers of existing tables around a load (--manage-constraints): the statements that take them out
 * of the way and those that bring them back exactly as they were, and what earlier runs have not brought back. */
#include "load/postgresql/ddl.h"

/* One constraint while its statements are printed. */
struct work {
    struct cg_arena *arena;
    struct cg_error *err;
    struct cg_buffer text;
    bool failed;
};

static void put(struct work *w, const char *text) {
    w->failed = w->failed || cg_buffer_text(&w->text, text, w->err) < 0;
}

static void put_name(struct work *w, const char *name) {
    w->failed = w->failed || cg_pg_put_name(&w->text, name, w->err) < 0;
}

static void put_literal(struct work *w, const char *text) {
    w->failed = w->failed || cg_pg_put_literal(&w->text, text, w->err) < 0;
}

/* Keeps what was put and begins anew; NULL when memory is out. */
static const char *take_text(struct work *w) {
    const char *text = w->failed ? NULL : cg_arena_strndup(w->arena, (const char *)w->text.data, w->text.len);
    if (!text && !w->failed) {
        w->failed = true;
        cg_error_memory(w->err);
    }
    w->text.len = 0;
    return text;
}

static void give(struct work *w, struct cg_constraint *constraint) {
    constraint->give[constraint->give_count++] = take_text(w);
}

static void put_alter(struct work *w, const char *relation, const char *what, const char *name) {
    put(w, "ALTER TABLE ");
    put(w, relation);
    put(w, what);
    put_name(w, name);
}

/* ---- foreign keys ---- */

/* NOT VALID makes adding one a matter of a moment; rows that come later are checked at once, those that are there by
 * VALIDATE. Before 18 a partitioned table cannot have it (R20), nor is it said twice: a key that was not validated says
 * so in its definition and is not validated by us. */
static void plan_foreign_key(struct work *w, const struct cg_existing_foreign_key *key, bool not_valid,
                             struct cg_constraint *ret) {
    *ret = (struct cg_constraint){.kind = "foreign key",
                                  .table = key->child_table,
                                  .name = cg_arena_printf(w->arena, "%s.%s", key->child_table, key->name)};
    put_alter(w, key->child, " DROP CONSTRAINT ", key->name);
    ret->take = take_text(w);
    put_alter(w, key->child, " ADD CONSTRAINT ", key->name);
    put(w, " ");
    put(w, key->definition);
    put(w, key->validated && not_valid ? " NOT VALID" : "");
    give(w, ret);
    if (key->comment) {
        put(w, "COMMENT ON CONSTRAINT ");
        put_name(w, key->name);
        put(w, " ON ");
        put(w, key->child);
        put(w, " IS ");
        put_literal(w, key->comment);
        give(w, ret);
    }
    if (key->validated && not_valid) {
        put_alter(w, key->child, " VALIDATE CONSTRAINT ", key->name);
        give(w, ret);
        ret->checks_last = true;
    }
    w->failed |= !ret->name;
}

/* ---- triggers ---- */

static void plan_trigger(struct work *w, const struct cg_existing_trigger *trigger, struct cg_constraint *ret) {
    *ret = (struct cg_constraint){.kind = "trigger",
                                  .table = trigger->table,
                                  .name = cg_arena_printf(w->arena, "%s.%s", trigger->relation, trigger->name)};
    put_alter(w, trigger->relation, " DISABLE TRIGGER ", trigger->name);
    ret->take = take_text(w);
    put_alter(w, trigger->relation, trigger->state == 'A' ? " ENABLE ALWAYS TRIGGER " : " ENABLE TRIGGER ",
              trigger->name);
    give(w, ret);
    w->failed |= !ret->name;
}

int cg_pgload_constraints(const struct cg_ddl_options *options, const struct cg_existing *existing, bool truncate,
                          struct cg_arena *arena, struct cg_constraint **ret_constraints, size_t *ret_count,
                          struct cg_error *err) {
    enum { NOT_VALID_ON_PARTITIONED = 180000 };
    struct work w = {.arena = arena, .err = err};
    size_t most = existing->foreign_key_count + existing->trigger_count, count = 0;
    struct cg_constraint *all = cg_arena_array(arena, most + 1, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    cg_buffer_init(&w.text, 1 << 24);
    for (size_t i = 0; i < existing->foreign_key_count; i++) {
        const struct cg_existing_foreign_key *key = &existing->foreign_keys[i];
        bool not_valid = !key->child_partitioned || options->server_version >= NOT_VALID_ON_PARTITIONED;
        if (cg_existing_foreign_key_checks(key))
            plan_foreign_key(&w, key, not_valid, &all[count++]);
    }
    for (size_t i = 0; i < existing->trigger_count; i++)
        if (cg_existing_trigger_fires(&existing->triggers[i], truncate))
            plan_trigger(&w, &existing->triggers[i], &all[count++]);
    cg_buffer_done(&w.text);
    if (w.failed)
        return err->cls == CG_ERR_NONE ? cg_error_memory(err) : -1;
    *ret_constraints = all;
    *ret_count = count;
    return 0;
}

/* ---- what earlier runs left ---- */

static int ledger_is_there(struct pg_session *session, bool *ret_there, struct cg_error *err) {
    const char *const params[] = {session->target->ledger_schema};
    PGresult *rows;
    if (cg_pg_query(session->conn, "SELECT to_regclass(format('%I.event', $1::text)) IS NOT NULL", params, 1,
                    "looking for the ledger", &rows, err))
        return -1;
    *ret_there = PQgetvalue(rows, 0, 0)[0] == 't';
    PQclear(rows);
    return 0;
}

int cg_pgload_pending(struct cg_target_session *base, const char *prefix, struct cg_arena *arena,
                      struct cg_pending **ret_pending, size_t *ret_count, struct cg_error *err) {
    static const char doing[] = "looking for what earlier runs have not brought back";
    struct pg_session *session = pg_session_of(base);
    bool there = false;
    PGresult *rows;
    *ret_count = 0;
    if (cg_pgload_session_idle(session, doing, err) || ledger_is_there(session, &there, err))
        return -1;
    if (!there)
        return 0;
    if (cg_pgload_sql_run(session, PG_SQL_LEDGER_PENDING, &prefix, 1, doing, &rows, err))
        return -1;
    size_t count = (size_t)PQntuples(rows);
    struct cg_pending *all = cg_arena_array(arena, count + 1, sizeof *all);
    int rc = all ? 0 : cg_error_memory(err);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        all[i] = (struct cg_pending){.run_id = cg_arena_strdup(arena, PQgetvalue(rows, (int)i, 0)),
                                     .object = cg_arena_strdup(arena, PQgetvalue(rows, (int)i, 1)),
                                     .sql = cg_arena_strdup(arena, PQgetvalue(rows, (int)i, 2))};
        if (!all[i].run_id || !all[i].object || !all[i].sql)
            rc = cg_error_memory(err);
    }
    PQclear(rows);
    if (rc)
        return -1;
    *ret_pending = all;
    *ret_count = count;
    return 0;
}
