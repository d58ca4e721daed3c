/* What of a foreign key's child rows to read (R31), as a predicate of the child's table.
 *
 * Text is equal here as its collation says: 'abc ' refers to 'ABC' under most. Whether two texts are the same is asked
 * of their bytes; both ends of InnoDB's foreign keys have one character set, so the bytes of one text are the same in
 * both. */
#include "extract/mysql/query.h"

#include <inttypes.h>
#include <string.h>

static const char parent_alias[] = "crossgrade_parent";

/* CHAR, VARCHAR, TEXT; labels of ENUM and SET are told apart by their numbers. */
static bool is_text(const struct cg_table *table, const char *name) {
    const struct cg_column *column = cg_table_column(table, name);
    if (!column || !column->type.collation)
        return false;
    return strcmp(column->type.name, "enum") != 0 && strcmp(column->type.name, "set") != 0;
}

static int put_child(struct cg_buffer *b, const struct cg_table *child, const char *column, struct cg_error *err) {
    if (cg_mysql_put_table(b, child, err) < 0 || cg_buffer_text(b, ".", err) < 0)
        return -1;
    return cg_mysql_put_name(b, column, err);
}

static int put_parent(struct cg_buffer *b, const char *column, struct cg_error *err) {
    return cg_buffer_printf(b, err, "%s.", parent_alias) < 0 ? -1 : cg_mysql_put_name(b, column, err);
}

static int put_equal(struct cg_buffer *b, const struct cg_table *child, const struct cg_foreign_key *fk,
                     struct cg_error *err) {
    for (size_t i = 0; i < fk->column_count; i++)
        if ((i && cg_buffer_text(b, " AND ", err) < 0) || put_parent(b, fk->ref_columns[i], err) < 0 ||
            cg_buffer_text(b, " = ", err) < 0 || put_child(b, child, fk->columns[i], err) < 0)
            return -1;
    return 0;
}

/* Text that differs in its bytes; FALSE when no column holds text. */
static int put_other_bytes(struct cg_buffer *b, const struct cg_table *child, const struct cg_foreign_key *fk,
                           struct cg_error *err) {
    if (cg_buffer_text(b, "(FALSE", err) < 0)
        return -1;
    for (size_t i = 0; i < fk->column_count; i++)
        if (is_text(child, fk->columns[i]) &&
            (cg_buffer_text(b, " OR CAST(", err) < 0 || put_parent(b, fk->ref_columns[i], err) < 0 ||
             cg_buffer_text(b, " AS BINARY) <> CAST(", err) < 0 || put_child(b, child, fk->columns[i], err) < 0 ||
             cg_buffer_text(b, " AS BINARY)", err) < 0))
            return -1;
    return cg_buffer_text(b, ")", err);
}

static int put_exists(struct cg_buffer *b, const struct cg_table *child, const struct cg_foreign_key *fk,
                      struct cg_error *err) {
    if (cg_buffer_text(b, "EXISTS (SELECT 1 FROM ", err) < 0 || cg_mysql_put_name(b, fk->ref_schema, err) < 0 ||
        cg_buffer_text(b, ".", err) < 0 || cg_mysql_put_name(b, fk->ref_table, err) < 0 ||
        cg_buffer_printf(b, err, " AS %s WHERE ", parent_alias) < 0)
        return -1;
    return put_equal(b, child, fk, err);
}

static int put_missing(struct cg_buffer *b, const struct cg_table *child, const struct cg_foreign_key *fk,
                       struct cg_error *err) {
    for (size_t i = 0; i < fk->column_count; i++)
        if (put_child(b, child, fk->columns[i], err) < 0 || cg_buffer_text(b, " IS NOT NULL AND ", err) < 0)
            return -1;
    if (cg_buffer_text(b, "NOT ", err) < 0 || put_exists(b, child, fk, err) < 0)
        return -1;
    return cg_buffer_text(b, ")", err);
}

static int put_by_collation(struct cg_buffer *b, const struct cg_table *child, const struct cg_foreign_key *fk,
                            struct cg_error *err) {
    if (put_exists(b, child, fk, err) < 0 || cg_buffer_text(b, " AND ", err) < 0 ||
        put_other_bytes(b, child, fk, err) < 0)
        return -1;
    return cg_buffer_text(b, ")", err);
}

int cg_mysql_reference(const struct cg_table *child, const struct cg_foreign_key *fk, enum cg_reference which,
                       uint64_t most, struct cg_buffer *predicate, struct cg_error *err) {
    int rc = which == CG_REFERENCE_MISSING ? put_missing(predicate, child, fk, err)
                                           : put_by_collation(predicate, child, fk, err);
    if (rc == 0 && most)
        rc = cg_buffer_printf(predicate, err, " LIMIT %" PRIu64, most);
    return rc;
}
