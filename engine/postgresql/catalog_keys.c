/* Keys and indexes, foreign keys, checks. Rows come ordered by table, then by the thing, then by its part. */
#include "embedded.h"
#include "engine/postgresql/catalog_internal.h"

/* The things of one table: rows [row, row + count), a new thing wherever column 1 changes. */
typedef int fill_one(const struct cg_pg_reading *r, int row, int parts, void *one, struct cg_error *err);

struct kind {
    const char *sql, *doing;
    size_t size;      /* of one thing */
    size_t at, count; /* where the table keeps the array and its length */
    fill_one *fill;
};

static int things_in(const PGresult *rows, int row, int end) {
    int things = 0;
    for (; row < end; things++) {
        int next = row + 1;
        while (next < end && strcmp(PQgetvalue(rows, row, 1), PQgetvalue(rows, next, 1)) == 0)
            next++;
        row = next;
    }
    return things;
}

static int read_one_table(const struct cg_pg_reading *r, const struct kind *kind, struct cg_table *table, int row,
                          int end, struct cg_error *err) {
    char *things = cg_arena_array(r->arena, (size_t)things_in(r->rows, row, end), kind->size);
    if (!things)
        return cg_error_memory(err);
    memcpy((char *)table + kind->at, &things, sizeof things);
    size_t count = 0;
    while (row < end) {
        int parts = 1;
        while (row + parts < end && strcmp(PQgetvalue(r->rows, row, 1), PQgetvalue(r->rows, row + parts, 1)) == 0)
            parts++;
        if (kind->fill(r, row, parts, things + count * kind->size, err))
            return -1;
        count++;
        row += parts;
    }
    memcpy((char *)table + kind->count, &count, sizeof count);
    return 0;
}

static int read_kind(struct cg_pg_reading *r, const struct kind *kind, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, kind->sql, 2, kind->doing, &rows, err))
        return -1;
    int rc = 0;
    for (int row = 0; row < PQntuples(rows) && rc == 0;) {
        int count = cg_pg_run_length(rows, row, 0);
        struct cg_table *table = cg_catalog_table(r->catalog, PQgetvalue(rows, row, 0));
        if (table)
            rc = read_one_table(r, kind, table, row, row + count, err);
        row += count;
    }
    PQclear(rows);
    return rc;
}

/* ---- keys ---- */

enum key_cell {
    KEY_TABLE,
    KEY_NAME,
    KEY_PRIMARY,
    KEY_UNIQUE,
    KEY_VALID,
    KEY_METHOD,
    KEY_COMMENT,
    KEY_COLUMN,
    KEY_EXPRESSION,
    KEY_DESCENDING
};

static int fill_key(const struct cg_pg_reading *r, int row, int parts, void *one, struct cg_error *err) {
    struct cg_key *key = one;
    bool failed = false;
    key->name = cg_pg_cell(r, row, KEY_NAME, &failed);
    key->kind = cg_pg_cell_is(r->rows, row, KEY_PRIMARY, "t")  ? CG_KEY_PRIMARY
                : cg_pg_cell_is(r->rows, row, KEY_UNIQUE, "t") ? CG_KEY_UNIQUE
                                                               : CG_KEY_INDEX;
    key->valid = cg_pg_cell_is(r->rows, row, KEY_VALID, "t");
    key->method = cg_pg_cell(r, row, KEY_METHOD, &failed);
    const char *comment = cg_pg_cell(r, row, KEY_COMMENT, &failed);
    key->comment = comment ? comment : "";
    key->parts = cg_arena_array(r->arena, (size_t)parts, sizeof *key->parts);
    if (!key->parts || failed)
        return cg_error_memory(err);
    for (int i = 0; i < parts; i++) {
        struct cg_key_part *part = &key->parts[key->part_count++];
        part->column = cg_pg_cell(r, row + i, KEY_COLUMN, &failed);
        part->expression = part->column ? NULL : cg_pg_cell(r, row + i, KEY_EXPRESSION, &failed);
        part->descending = cg_pg_cell_is(r->rows, row + i, KEY_DESCENDING, "t");
    }
    return failed ? cg_error_memory(err) : 0;
}

int cg_pg_read_keys(struct cg_pg_reading *r, struct cg_error *err) {
    static const struct kind kind = {
        cg_embedded_postgresql_catalog_keys_sql, "reading keys and indexes",           sizeof(struct cg_key),
        offsetof(struct cg_table, keys),         offsetof(struct cg_table, key_count), fill_key};
    return read_kind(r, &kind, err);
}

/* ---- foreign keys ---- */

enum foreign_cell {
    FOREIGN_TABLE,
    FOREIGN_NAME,
    FOREIGN_REF_SCHEMA,
    FOREIGN_REF_TABLE,
    FOREIGN_ON_DELETE,
    FOREIGN_ON_UPDATE,
    FOREIGN_VALIDATED,
    FOREIGN_COLUMN,
    FOREIGN_REF_COLUMN
};

static const char *action_of(const char *code) {
    static const struct {
        char code;
        const char *words;
    } actions[] = {{'a', "NO ACTION"}, {'r', "RESTRICT"}, {'c', "CASCADE"}, {'n', "SET NULL"}, {'d', "SET DEFAULT"}};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (actions[i].code == code[0])
            return actions[i].words;
    return "unknown";
}

static int fill_foreign_key(const struct cg_pg_reading *r, int row, int parts, void *one, struct cg_error *err) {
    struct cg_foreign_key *key = one;
    bool failed = false;
    key->name = cg_pg_cell(r, row, FOREIGN_NAME, &failed);
    key->ref_schema = cg_pg_cell(r, row, FOREIGN_REF_SCHEMA, &failed);
    key->ref_table = cg_pg_cell(r, row, FOREIGN_REF_TABLE, &failed);
    key->on_delete = action_of(PQgetvalue(r->rows, row, FOREIGN_ON_DELETE));
    key->on_update = action_of(PQgetvalue(r->rows, row, FOREIGN_ON_UPDATE));
    key->validated = cg_pg_cell_is(r->rows, row, FOREIGN_VALIDATED, "t");
    key->columns = cg_arena_array(r->arena, (size_t)parts, sizeof *key->columns);
    key->ref_columns = cg_arena_array(r->arena, (size_t)parts, sizeof *key->ref_columns);
    if (!key->columns || !key->ref_columns)
        return cg_error_memory(err);
    for (int i = 0; i < parts; i++, key->column_count++) {
        key->columns[i] = cg_pg_cell(r, row + i, FOREIGN_COLUMN, &failed);
        key->ref_columns[i] = cg_pg_cell(r, row + i, FOREIGN_REF_COLUMN, &failed);
    }
    return failed ? cg_error_memory(err) : 0;
}

int cg_pg_read_foreign_keys(struct cg_pg_reading *r, struct cg_error *err) {
    static const struct kind kind = {cg_embedded_postgresql_catalog_foreign_keys_sql,
                                     "reading foreign keys",
                                     sizeof(struct cg_foreign_key),
                                     offsetof(struct cg_table, foreign_keys),
                                     offsetof(struct cg_table, foreign_key_count),
                                     fill_foreign_key};
    return read_kind(r, &kind, err);
}

/* ---- checks ---- */

enum check_cell { CHECK_TABLE, CHECK_NAME, CHECK_EXPRESSION, CHECK_VALIDATED, CHECK_ENFORCED };

static int fill_check(const struct cg_pg_reading *r, int row, int parts, void *one, struct cg_error *err) {
    (void)parts;
    struct cg_check *check = one;
    bool failed = false;
    check->name = cg_pg_cell(r, row, CHECK_NAME, &failed);
    check->expression = cg_pg_cell(r, row, CHECK_EXPRESSION, &failed);
    check->not_enforced = !cg_pg_cell_is(r->rows, row, CHECK_ENFORCED, "t");
    check->not_valid = !cg_pg_cell_is(r->rows, row, CHECK_VALIDATED, "t") && !check->not_enforced;
    return failed ? cg_error_memory(err) : 0;
}

int cg_pg_read_checks(struct cg_pg_reading *r, struct cg_error *err) {
    static const struct kind kind = {cg_embedded_postgresql_catalog_checks_sql,
                                     "reading CHECK constraints",
                                     sizeof(struct cg_check),
                                     offsetof(struct cg_table, checks),
                                     offsetof(struct cg_table, check_count),
                                     fill_check};
    return read_kind(r, &kind, err);
}
