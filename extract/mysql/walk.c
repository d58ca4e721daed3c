/* Cuts a table into ranges by walking its key (R8): each step asks for the last key of the next n rows and makes a
 * range of what lies between it and the step before. The bounds are literals of the server's own comparison, so that
 * the ranges are disjoint and complete whatever collation rules the key; the first and the last are open-ended. */
#include "extract/mysql/key.h"
#include "extract/mysql/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cg_walk {
    struct cg_source_base base;
    struct cg_session *session;
    const struct cg_table *table;
    const struct cg_key *key; /* NULL: one range */
    uint64_t next_rows, rows_per_chunk;
    bool ended;
    char **bound;               /* literals of the key that the ranges so far end with; [0] is NULL before the first */
    struct cg_buffer predicate; /* of the chunk that was given last */
    struct cg_buffer sql;
};

int cg_mysql_walk_open(struct cg_session *session, const struct cg_table *table, uint64_t first_rows,
                       uint64_t rows_per_chunk, struct cg_walk **ret_walk, struct cg_error *err) {
    struct cg_walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return cg_error_memory(err);
    walk->base = session->base;
    walk->session = session;
    walk->table = table;
    walk->rows_per_chunk = rows_per_chunk > 0 ? rows_per_chunk : 1;
    walk->next_rows = first_rows > 0 ? first_rows : walk->rows_per_chunk;
    cg_buffer_init(&walk->predicate, (size_t)4 << 20);
    cg_buffer_init(&walk->sql, (size_t)8 << 20);
    /* An estimate saves the walk of a small table; where it is wrong, a large table is read in one piece. */
    uint64_t smallest = walk->next_rows < walk->rows_per_chunk ? walk->next_rows : walk->rows_per_chunk;
    bool small = table->row_estimate >= 0 && (uint64_t)table->row_estimate <= smallest / 2;
    walk->key = small ? NULL : cg_mysql_walk_key(table);
    if (walk->key) {
        walk->bound = calloc(walk->key->part_count, sizeof *walk->bound);
        if (!walk->bound) {
            cg_mysql_walk_close(walk);
            return cg_error_memory(err);
        }
    }
    *ret_walk = walk;
    return 0;
}

static int put_step(struct cg_walk *walk, struct cg_error *err) {
    struct cg_buffer *sql = &walk->sql;
    sql->len = 0;
    if (cg_buffer_text(sql, "SELECT ", err) < 0 || cg_mysql_put_key_list(sql, walk->table, walk->key, err) < 0 ||
        cg_buffer_text(sql, " FROM ", err) < 0 || cg_mysql_put_table(sql, walk->table, err) < 0 ||
        cg_mysql_put_force_index(sql, walk->key, err) < 0)
        return -1;
    if (cg_mysql_put_where(sql, walk->table, "", err) < 0)
        return -1;
    if (walk->bound[0] && (cg_buffer_text(sql, walk->table->filter ? " AND " : " WHERE ", err) < 0 ||
                           cg_mysql_put_key_bound(sql, walk->key, (const char *const *)walk->bound, true, err) < 0))
        return -1;
    if (cg_buffer_text(sql, " ORDER BY ", err) < 0 || cg_mysql_put_key_order(sql, walk->key, err) < 0)
        return -1;
    return cg_buffer_printf(sql, err, " LIMIT 1 OFFSET %" PRIu64, walk->next_rows - 1);
}

/* Turns the row of a step into literals. *ret_usable is false when SQL cannot compare with one of its values. */
static int read_literals(const struct cg_walk *walk, MYSQL_RES *result, MYSQL_ROW row, char **literals,
                         bool *ret_usable, struct cg_error *err) {
    const unsigned long *lengths = mysql_fetch_lengths(result);
    bool usable = true;
    for (size_t i = 0; i < walk->key->part_count; i++) {
        const struct cg_key_part *part = &walk->key->parts[i];
        struct cg_slice text = {(const unsigned char *)row[i], lengths[i]};
        if (!row[i])
            return cg_error_set(err, CG_ERR_CHANGED, "key column %s of table %s.%s holds NULL", part->column,
                                walk->table->schema, walk->table->name);
        usable = usable && cg_mysql_key_comparable(walk->table, part, text);
        struct cg_buffer literal;
        cg_buffer_init(&literal, (size_t)1 << 20);
        if (cg_mysql_put_key_literal(&literal, walk->table, part, text, err) < 0 || !cg_buffer_cstr(&literal, err)) {
            cg_buffer_done(&literal);
            return -1;
        }
        literals[i] = (char *)literal.data; /* the array owns it now */
    }
    *ret_usable = usable;
    return 0;
}

static void free_literals(const struct cg_walk *walk, char **literals) {
    for (size_t i = 0; literals && i < walk->key->part_count; i++)
        free(literals[i]);
    free(literals);
}

/* Asks for the last key of the next n rows. *ret_literals is NULL when fewer are left, or when the bound cannot be
 * compared with (a date out of the calendar): then the rest is one range. */
static int step(struct cg_walk *walk, char ***ret_literals, struct cg_error *err) {
    char doing[160];
    snprintf(doing, sizeof doing, "cutting table `%s`", walk->table->name);
    MYSQL_RES *result;
    if (put_step(walk, err) < 0 || cg_mysql_session_query(walk->session, &walk->sql, doing, &result, err) < 0)
        return -1;
    int rc = 0;
    bool usable = false;
    char **literals = NULL;
    MYSQL_ROW row = mysql_fetch_row(result);
    if (row) {
        literals = calloc(walk->key->part_count, sizeof *literals);
        rc = literals ? read_literals(walk, result, row, literals, &usable, err) : cg_error_memory(err);
    }
    mysql_free_result(result);
    if (rc < 0 || !usable) {
        free_literals(walk, literals);
        literals = NULL;
    }
    *ret_literals = literals;
    return rc;
}

/* From the bound of the range before (if any) up to and with `upper` (NULL: open). */
static int put_predicate(struct cg_walk *walk, char **upper, struct cg_error *err) {
    struct cg_buffer *predicate = &walk->predicate;
    predicate->len = 0;
    bool lower = walk->key && walk->bound[0];
    if (lower && cg_mysql_put_key_bound(predicate, walk->key, (const char *const *)walk->bound, true, err) < 0)
        return -1;
    if (lower && upper && cg_buffer_text(predicate, " AND ", err) < 0)
        return -1;
    if (upper && cg_mysql_put_key_bound(predicate, walk->key, (const char *const *)upper, false, err) < 0)
        return -1;
    return cg_buffer_cstr(predicate, err) ? 0 : -1;
}

int cg_mysql_walk_next(struct cg_walk *walk, struct cg_chunk *ret_chunk, struct cg_error *err) {
    if (walk->ended)
        return 0;
    char **upper = NULL;
    if ((walk->key && step(walk, &upper, err) < 0) || put_predicate(walk, upper, err) < 0) {
        if (walk->key)
            free_literals(walk, upper);
        cg_error_object(err, "table %s.%s", walk->table->schema, walk->table->name);
        return -1;
    }
    *ret_chunk = (struct cg_chunk){.predicate = (const char *)walk->predicate.data,
                                   .rows_expected = upper ? (int64_t)walk->next_rows : -1};
    if (upper) {
        free_literals(walk, walk->bound);
        walk->bound = upper;
        walk->next_rows = walk->rows_per_chunk;
    } else {
        walk->ended = true;
    }
    return 1;
}

void cg_mysql_walk_close(struct cg_walk *walk) {
    if (!walk)
        return;
    if (walk->key)
        free_literals(walk, walk->bound);
    cg_buffer_done(&walk->predicate);
    cg_buffer_done(&walk->sql);
    free(walk);
}
