/* What is read of a row that is set aside; see reject_row.h. */
#include "pipelines/reject_row.h"

#include <string.h>

/* Adds a column to what is read; returns its place. There is room. */
static size_t add(struct cg_reject_row *row, const struct cg_column **columns, const char **as_text,
                  const struct cg_column *column, const char *expression) {
    columns[row->what.column_count] = column;
    as_text[row->what.column_count] = expression;
    return row->what.column_count++;
}

static size_t place_of(const struct cg_reject_row *row, const struct cg_column *column) {
    for (size_t i = 0; i < row->what.column_count; i++)
        if (row->what.columns[i] == column)
            return i;
    return CG_NOT_READ;
}

/* All columns of the table, those of the image first. */
static void add_columns(struct cg_reject_row *row, const struct cg_column **columns, const char **as_text,
                        const struct cg_column *const *image_columns, size_t image_column_count) {
    for (size_t i = 0; i < image_column_count; i++)
        (void)add(row, columns, as_text, image_columns[i], NULL);
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct cg_column *column = &row->table->columns[i];
        size_t at = place_of(row, column);
        row->shown[row->shown_count] = column;
        row->value_at[row->shown_count++] = at == CG_NOT_READ ? add(row, columns, as_text, column, NULL) : at;
    }
}

static int add_stored(struct cg_reject_row *row, struct cg_source *source, const struct cg_column **columns,
                      const char **as_text, struct cg_arena *arena, struct cg_error *err) {
    for (size_t i = 0; i < row->shown_count; i++) {
        const char *expression = NULL;
        if (cg_source_stored_bytes(source, row->shown[i], arena, &expression, err) < 0)
            return -1;
        row->stored_at[i] = expression ? add(row, columns, as_text, row->shown[i], expression) : CG_NOT_READ;
    }
    return 0;
}

int cg_reject_row_init(struct cg_source *source, const struct cg_table *table,
                       const struct cg_column *const *image_columns, size_t image_column_count, struct cg_arena *arena,
                       struct cg_reject_row *ret_row, struct cg_error *err) {
    struct cg_reject_row row = {.table = table};
    if (cg_source_row_key(source, table, arena, &row.key, err) < 0)
        return -1;
    size_t most = 2 * table->column_count + image_column_count + row.key.count + 1;
    const struct cg_column **columns = cg_arena_array(arena, most, sizeof *columns);
    const char **as_text = cg_arena_array(arena, most, sizeof *as_text);
    row.shown = cg_arena_array(arena, most, sizeof *row.shown);
    row.value_at = cg_arena_array(arena, most, sizeof *row.value_at);
    row.stored_at = cg_arena_array(arena, most, sizeof *row.stored_at);
    if (!columns || !as_text || !row.shown || !row.value_at || !row.stored_at)
        return cg_error_memory(err);
    row.what = (struct cg_read){.table = table, .columns = columns, .as_text = as_text, .predicate = ""};
    add_columns(&row, columns, as_text, image_columns, image_column_count);
    if (add_stored(&row, source, columns, as_text, arena, err) < 0)
        return -1;
    row.key_at = row.what.column_count;
    for (size_t i = 0; i < row.key.count; i++)
        (void)add(&row, columns, as_text, row.key.columns[i], row.key.as_text[i]);
    *ret_row = row;
    return 0;
}

void cg_reject_row_shown(const struct cg_reject_row *row, const struct cg_value *read, struct cg_value *ret_values,
                         struct cg_slice *ret_stored) {
    for (size_t i = 0; i < row->shown_count; i++) {
        size_t stored = row->stored_at[i];
        ret_values[i] = read[row->value_at[i]];
        ret_stored[i] = (struct cg_slice){NULL, 0};
        if (stored != CG_NOT_READ && read[stored].kind != CG_VALUE_NULL)
            ret_stored[i] = read[stored].bytes;
    }
}

int cg_reject_row_predicate(const struct cg_reject_row *row, struct cg_source *source, const struct cg_value *read,
                            struct cg_buffer *out, struct cg_error *err) {
    enum { MOST_PARTS = 64 }; /* MySQL's keys have 16, MariaDB's 32 */
    struct cg_slice texts[MOST_PARTS];
    if (!row->key.count)
        return 0;
    if (row->key.count > MOST_PARTS)
        return cg_error_set(err, CG_ERR_INTERNAL, "a key of %zu columns", row->key.count);
    for (size_t i = 0; i < row->key.count; i++) {
        const struct cg_value *text = &read[row->key_at + i];
        if (text->kind != CG_VALUE_TEXT)
            return cg_error_set(err, CG_ERR_CHANGED, "key column %s holds NULL", row->key.columns[i]->name);
        texts[i] = text->bytes;
    }
    return cg_source_row_predicate(source, row->table, &row->key, texts, out, err);
}
