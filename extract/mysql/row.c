/* One row by its key: what to read of it so that SQL can name it again, and what its text columns really hold. */
#include "extract/mysql/internal.h"
#include "extract/mysql/key.h"
#include "extract/mysql/select.h"

#include <string.h>

/* What the buffer holds, in the arena. */
static const char *taken(struct cg_buffer *b, struct cg_arena *arena, struct cg_error *err) {
    const char *text = cg_arena_strndup(arena, (const char *)b->data, b->len);
    b->len = 0;
    if (!text)
        cg_error_memory(err);
    return text;
}

int cg_mysql_row_key(const struct cg_table *table, struct cg_arena *arena, struct cg_row_key *ret_key,
                     struct cg_error *err) {
    const struct cg_key *key = cg_mysql_row_key_of(table);
    struct cg_row_key row = {0};
    if (!key) {
        *ret_key = row;
        return 0;
    }
    row.count = key->part_count;
    row.columns = cg_arena_array(arena, row.count, sizeof *row.columns);
    row.as_text = cg_arena_array(arena, row.count, sizeof *row.as_text);
    if (!row.columns || !row.as_text)
        return cg_error_memory(err);
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 16);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < row.count; i++) {
        row.columns[i] = cg_table_column(table, key->parts[i].column);
        if (cg_mysql_put_key_text(&b, table, &key->parts[i], err) < 0 || !(row.as_text[i] = taken(&b, arena, err)))
            rc = -1;
    }
    cg_buffer_done(&b);
    if (rc == 0)
        *ret_key = row;
    return rc;
}

int cg_mysql_row_predicate(const struct cg_table *table, const struct cg_row_key *row, const struct cg_slice *texts,
                           struct cg_buffer *out, struct cg_error *err) {
    const struct cg_key *key = cg_mysql_row_key_of(table);
    if (!key || key->part_count != row->count)
        return cg_error_set(err, CG_ERR_INTERNAL, "table %s has another key than it had", table->name);
    for (size_t i = 0; i < row->count; i++)
        if (cg_buffer_text(out, i ? " AND (" : "(", err) < 0 ||
            cg_mysql_put_key_equal(out, table, &key->parts[i], texts[i], err) < 0 || cg_buffer_text(out, ")", err) < 0)
            return -1;
    return 0;
}

int cg_mysql_stored_bytes(const struct cg_column *column, struct cg_arena *arena, const char **ret_expression,
                          struct cg_error *err) {
    *ret_expression = NULL;
    if (!cg_mysql_may_lose(&column->type))
        return 0;
    struct cg_buffer b;
    cg_buffer_init(&b, 4096);
    const char *text = NULL;
    if (cg_buffer_text(&b, "CAST(", err) == 0 && cg_mysql_put_name(&b, column->name, err) == 0 &&
        cg_buffer_text(&b, " AS BINARY)", err) == 0)
        text = taken(&b, arena, err);
    cg_buffer_done(&b);
    *ret_expression = text;
    return text ? 0 : -1;
}
