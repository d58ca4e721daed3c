/* Columns, the enum types behind them, and collations. */
#include "embedded.h"
#include "engine/postgresql/catalog_internal.h"

#include <stdlib.h>

/* ---- enum types ---- */

enum enum_cell { ENUM_OID, ENUM_SCHEMA, ENUM_NAME, ENUM_HERE, ENUM_LABEL, ENUM_FULL, ENUM_EXTENSION };

/* One type from its run of rows, one for each label. */
static void fill_enum(const struct cg_pg_reading *r, int row, int count, struct cg_type *type, bool *failed) {
    cg_pg_decode_type(type, "", -1);
    type->oid = (uint32_t)strtoul(PQgetvalue(r->rows, row, ENUM_OID), NULL, 10);
    type->name = cg_pg_cell(r, row, ENUM_NAME, failed);
    type->full = cg_pg_cell(r, row, ENUM_FULL, failed);
    if (!cg_pg_cell_is(r->rows, row, ENUM_EXTENSION, "t"))
        type->schema = cg_pg_cell(r, row, ENUM_SCHEMA, failed);
    type->labels = cg_arena_array(r->arena, (size_t)count, sizeof *type->labels);
    if (!type->labels) {
        *failed = true;
        return;
    }
    for (int i = 0; i < count; i++) {
        const char *label = cg_pg_cell(r, row + i, ENUM_LABEL, failed);
        if (label) /* a type without labels has one row with none */
            type->labels[type->label_count++] = label;
    }
}

int cg_pg_read_enums(struct cg_pg_reading *r, struct cg_type **ret_types, size_t *ret_count, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, cg_embedded_postgresql_catalog_enums_sql, 1, "reading enum types", &rows, err))
        return -1;
    int total = PQntuples(rows);
    size_t count = 0;
    for (int row = 0; row < total; row += cg_pg_run_length(rows, row, ENUM_OID))
        count++;
    bool failed = false;
    struct cg_type *types = cg_arena_array(r->arena, count, sizeof *types);
    if (count && !types)
        failed = true;
    size_t i = 0;
    for (int row = 0; row < total && !failed;) {
        int labels = cg_pg_run_length(rows, row, ENUM_OID);
        fill_enum(r, row, labels, &types[i++], &failed);
        row += labels;
    }
    PQclear(rows);
    if (failed)
        return cg_error_memory(err);
    *ret_types = types;
    *ret_count = count;
    return 0;
}

/* ---- collations ---- */

int cg_pg_read_collations(struct cg_pg_reading *r, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, cg_embedded_postgresql_catalog_collations_sql, 1, "reading collations", &rows, err))
        return -1;
    size_t count = (size_t)PQntuples(rows);
    bool failed = false;
    struct cg_collation *all = cg_arena_array(r->arena, count, sizeof *all);
    for (size_t i = 0; all && i < count; i++)
        all[i] = (struct cg_collation){.name = cg_pg_cell(r, (int)i, 0, &failed),
                                       .locale = cg_pg_cell(r, (int)i, 1, &failed),
                                       .deterministic = cg_pg_cell_is(rows, (int)i, 2, "t"),
                                       .full = cg_pg_cell(r, (int)i, 3, &failed)};
    PQclear(rows);
    if (failed || (count && !all))
        return cg_error_memory(err);
    r->catalog->collations = all;
    r->catalog->collation_count = count;
    return 0;
}

/* ---- columns ---- */

enum column_cell {
    COLUMN_TABLE,
    COLUMN_NAME,
    COLUMN_TYPNAME,
    COLUMN_TYPE_SCHEMA,
    COLUMN_TYPE_FULL,
    COLUMN_TYPMOD,
    COLUMN_IS_ARRAY,
    COLUMN_IS_ENUM,
    COLUMN_TYPE_OID,
    COLUMN_NULLABLE,
    COLUMN_COLLATION,
    COLUMN_CASE_INSENSITIVE,
    COLUMN_ACCENT_INSENSITIVE,
    COLUMN_DEFAULT,
    COLUMN_IDENTITY,
    COLUMN_GENERATED,
    COLUMN_COMMENT,
    COLUMN_SEQUENCE
};

static void fill_type(const struct cg_pg_reading *r, int row, const struct cg_type *enums, size_t enum_count,
                      struct cg_type *type, bool *failed) {
    const char *typname = cg_pg_cell(r, row, COLUMN_TYPNAME, failed);
    if (!typname)
        return;
    cg_pg_decode_type(type, typname, atoi(PQgetvalue(r->rows, row, COLUMN_TYPMOD)));
    type->schema = cg_pg_cell(r, row, COLUMN_TYPE_SCHEMA, failed);
    if (type->schema)
        type->name = typname; /* a type of the user's own may be called like one of pg_type's */
    type->full = cg_pg_cell(r, row, COLUMN_TYPE_FULL, failed);
    type->array = cg_pg_cell_is(r->rows, row, COLUMN_IS_ARRAY, "t");
    type->oid = (uint32_t)strtoul(PQgetvalue(r->rows, row, COLUMN_TYPE_OID), NULL, 10);
    type->collation = cg_pg_cell(r, row, COLUMN_COLLATION, failed);
    type->case_insensitive = cg_pg_cell_is(r->rows, row, COLUMN_CASE_INSENSITIVE, "t");
    type->accent_insensitive = cg_pg_cell_is(r->rows, row, COLUMN_ACCENT_INSENSITIVE, "t");
    if (!cg_pg_cell_is(r->rows, row, COLUMN_IS_ENUM, "t"))
        return;
    for (size_t i = 0; i < enum_count; i++)
        if (enums[i].oid == type->oid) {
            type->labels = enums[i].labels;
            type->label_count = enums[i].label_count;
        }
}

static int fill_column(const struct cg_pg_reading *r, int row, const struct cg_type *enums, size_t enum_count,
                       struct cg_column *column, struct cg_error *err) {
    bool failed = false;
    column->name = cg_pg_cell(r, row, COLUMN_NAME, &failed);
    fill_type(r, row, enums, enum_count, &column->type, &failed);
    column->nullable = cg_pg_cell_is(r->rows, row, COLUMN_NULLABLE, "t");
    column->sequence = cg_pg_cell(r, row, COLUMN_SEQUENCE, &failed);
    column->auto_increment = column->sequence || cg_pg_cell_is(r->rows, row, COLUMN_IDENTITY, "t");
    const char *comment = cg_pg_cell(r, row, COLUMN_COMMENT, &failed);
    column->comment = comment ? comment : "";
    const char *expression = cg_pg_cell(r, row, COLUMN_DEFAULT, &failed);
    if (failed)
        return cg_error_memory(err);
    const char *generated = PQgetvalue(r->rows, row, COLUMN_GENERATED);
    if (*generated) {
        column->generated = *generated == 'v' ? CG_GENERATED_VIRTUAL : CG_GENERATED_STORED;
        column->generation_text = expression ? expression : "";
        return 0;
    }
    if (column->auto_increment)
        return 0;
    return cg_pg_decode_default(column, expression, r->arena, err);
}

int cg_pg_read_columns(struct cg_pg_reading *r, const struct cg_type *enums, size_t enum_count, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, cg_embedded_postgresql_catalog_columns_sql, 2, "reading columns", &rows, err))
        return -1;
    int rc = 0;
    for (int row = 0; row < PQntuples(rows) && rc == 0;) {
        int count = cg_pg_run_length(rows, row, COLUMN_TABLE);
        struct cg_table *table = cg_catalog_table(r->catalog, PQgetvalue(rows, row, COLUMN_TABLE));
        if (table) {
            table->columns = cg_arena_array(r->arena, (size_t)count, sizeof *table->columns);
            if (!table->columns)
                rc = cg_error_memory(err);
            for (int i = 0; i < count && rc == 0; i++) {
                rc = fill_column(r, row + i, enums, enum_count, &table->columns[i], err);
                table->column_count++;
            }
        }
        row += count;
    }
    PQclear(rows);
    return rc;
}
