/* Sequences with the value they will give next, and the objects that are only named. */
#include "embedded.h"
#include "engine/postgresql/catalog_internal.h"

#include <stdlib.h>

/* ---- sequences ---- */

enum sequence_cell {
    SEQUENCE_SCHEMA,
    SEQUENCE_NAME,
    SEQUENCE_START,
    SEQUENCE_INCREMENT,
    SEQUENCE_MINIMUM,
    SEQUENCE_MAXIMUM,
    SEQUENCE_CYCLE,
    SEQUENCE_READABLE,
    SEQUENCE_QUALIFIED
};

enum { BATCH = 200 }; /* sequences asked in one statement */

/* Fills next[from .. to) for the sequences we may read. Their state is in a row of their own each: no catalog has it.
 */
static int read_next_values(const struct cg_pg_reading *r, int from, int to, const char **next, struct cg_error *err) {
    struct cg_buffer sql;
    cg_buffer_init(&sql, 1 << 20);
    PGresult *values = NULL;
    int rc = 0;
    for (int i = from; i < to && rc == 0; i++)
        if (cg_pg_cell_is(r->rows, i, SEQUENCE_READABLE, "t"))
            rc = cg_buffer_printf(
                &sql, err, "%sSELECT %d, CASE WHEN is_called THEN last_value::numeric + %s ELSE last_value END FROM %s",
                sql.len ? " UNION ALL " : "", i, PQgetvalue(r->rows, i, SEQUENCE_INCREMENT),
                PQgetvalue(r->rows, i, SEQUENCE_QUALIFIED));
    const char *text = rc == 0 && sql.len ? cg_buffer_cstr(&sql, err) : NULL;
    if (rc == 0 && sql.len)
        rc = text ? cg_pg_query(r->conn, text, NULL, 0, "reading sequences", &values, err) : -1;
    for (int i = 0; values && i < PQntuples(values) && rc == 0; i++) {
        int at = atoi(PQgetvalue(values, i, 0));
        next[at] = cg_arena_strdup(r->arena, PQgetvalue(values, i, 1));
        rc = next[at] ? 0 : cg_error_memory(err);
    }
    PQclear(values);
    cg_buffer_done(&sql);
    return rc;
}

/* Gives the value to the table of the column that the sequence stands behind; false when there is no such column. A
 * table with several such columns gets the first one's. */
static bool give_to_column(struct cg_catalog *catalog, const char *qualified, const char *next) {
    for (size_t t = 0; t < catalog->table_count; t++) {
        struct cg_table *table = &catalog->tables[t];
        bool first = true;
        for (size_t c = 0; c < table->column_count; c++) {
            const char *sequence = table->columns[c].sequence;
            if (sequence && strcmp(sequence, qualified) == 0) {
                if (first)
                    table->next_value = next;
                return true;
            }
            first = first && !sequence;
        }
    }
    return false;
}

static int fill_sequence(const struct cg_pg_reading *r, int row, const char *next, struct cg_error *err) {
    struct cg_catalog *catalog = r->catalog;
    struct cg_sequence *sequence = &catalog->sequences[catalog->sequence_count++];
    bool failed = false;
    sequence->schema = catalog->schema;
    sequence->name = cg_pg_cell(r, row, SEQUENCE_NAME, &failed);
    sequence->start = cg_pg_cell(r, row, SEQUENCE_START, &failed);
    sequence->increment = cg_pg_cell(r, row, SEQUENCE_INCREMENT, &failed);
    sequence->minimum = cg_pg_cell(r, row, SEQUENCE_MINIMUM, &failed);
    sequence->maximum = cg_pg_cell(r, row, SEQUENCE_MAXIMUM, &failed);
    sequence->cycle = cg_pg_cell_is(r->rows, row, SEQUENCE_CYCLE, "t");
    sequence->next = next;
    return failed ? cg_error_memory(err) : 0;
}

static int take_sequences(struct cg_pg_reading *r, struct cg_error *err) {
    int count = PQntuples(r->rows);
    const char **next = cg_arena_array(r->arena, (size_t)count, sizeof *next);
    r->catalog->sequences = cg_arena_array(r->arena, (size_t)count, sizeof *r->catalog->sequences);
    if (count && (!next || !r->catalog->sequences))
        return cg_error_memory(err);
    for (int from = 0; from < count; from += BATCH)
        if (read_next_values(r, from, from + BATCH < count ? from + BATCH : count, next, err))
            return -1;
    for (int i = 0; i < count; i++) {
        if (give_to_column(r->catalog, PQgetvalue(r->rows, i, SEQUENCE_QUALIFIED), next[i]))
            continue;
        if (!cg_pg_cell_is(r->rows, i, SEQUENCE_SCHEMA, r->schema))
            continue;
        if (fill_sequence(r, i, next[i], err))
            return -1;
    }
    return 0;
}

int cg_pg_read_sequences(struct cg_pg_reading *r, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, cg_embedded_postgresql_catalog_sequences_sql, 1, "reading sequences", &rows, err))
        return -1;
    int rc = take_sequences(r, err);
    PQclear(rows);
    return rc;
}

/* ---- objects ---- */

static enum cg_object_kind kind_of(const char *word) {
    if (strcmp(word, "view") == 0)
        return CG_OBJECT_VIEW;
    if (strcmp(word, "trigger") == 0)
        return CG_OBJECT_TRIGGER;
    return strcmp(word, "routine") == 0 ? CG_OBJECT_ROUTINE : CG_OBJECT_UNKNOWN;
}

int cg_pg_read_objects(struct cg_pg_reading *r, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, cg_embedded_postgresql_catalog_objects_sql, 1, "reading views, triggers and routines",
                           &rows, err))
        return -1;
    struct cg_catalog *catalog = r->catalog;
    size_t count = (size_t)PQntuples(rows);
    bool failed = false;
    catalog->objects = cg_arena_array(r->arena, count, sizeof *catalog->objects);
    if (count && !catalog->objects)
        failed = true;
    for (size_t i = 0; i < count && !failed; i++) {
        struct cg_object *object = &catalog->objects[catalog->object_count++];
        object->kind = kind_of(PQgetvalue(rows, (int)i, 0));
        object->name = cg_pg_cell(r, (int)i, 1, &failed);
        object->table = cg_pg_cell(r, (int)i, 2, &failed);
        const char *text = cg_pg_cell(r, (int)i, 3, &failed);
        object->text = text ? text : "";
        object->word = cg_pg_cell(r, (int)i, 4, &failed);
        object->disabled = cg_pg_cell_is(rows, (int)i, 5, "t");
        object->body = cg_pg_cell(r, (int)i, 6, &failed);
    }
    PQclear(rows);
    return failed ? cg_error_memory(err) : 0;
}
