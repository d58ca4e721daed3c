/* What is read of a row that may have to be set aside: the columns that make its image, all others, what names it in
 * SQL, and what its texts really hold. Made once for a table, used by any thread. */
#ifndef CG_PIPELINES_REJECT_ROW_H
#define CG_PIPELINES_REJECT_ROW_H

#include "core/buffer.h"
#include "extract/source.h"

struct cg_reject_row {
    const struct cg_table *table;
    struct cg_read what; /* its predicate is the reader's to set */
    /* The columns of the file, in the table's order: where the value and the stored bytes stand in what is read. */
    const struct cg_column **shown;
    size_t *value_at, *stored_at; /* CG_NOT_READ: not read */
    size_t shown_count;
    struct cg_row_key key;
    size_t key_at; /* the first of key.count texts in what is read */
};
#define CG_NOT_READ ((size_t)-1)

/* image_columns: what an encoder wants; they come first in what is read. Lives in the arena. */
CG_MUST_USE int cg_reject_row_init(struct cg_source *source, const struct cg_table *table,
                                   const struct cg_column *const *image_columns, size_t image_column_count,
                                   struct cg_arena *arena, struct cg_reject_row *ret_row, struct cg_error *err);
/* The values and stored bytes of the file's columns, out of a row that was read; shown_count each. */
void cg_reject_row_shown(const struct cg_reject_row *row, const struct cg_value *read, struct cg_value *ret_values,
                         struct cg_slice *ret_stored);
/* Appends the SQL that names the row; nothing when its table has no key. */
CG_MUST_USE int cg_reject_row_predicate(const struct cg_reject_row *row, struct cg_source *source,
                                        const struct cg_value *read, struct cg_buffer *out, struct cg_error *err);

#endif
