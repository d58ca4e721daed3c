/* Characters beyond the basic plane in the catalog; see catalog_internal.h.
 *
 * information_schema and SHOW CREATE TABLE are written in three-byte UTF-8: such a character in a label of ENUM or SET
 * comes as '?' from both servers, in a MariaDB expression as '????'. So a '?' is not believed:
 *
 *   labels        are made by the server itself. The recursive part of a CTE is stored into columns of the types that
 * the other part has, and an integer stored into an ENUM is its label: no table is made, no row is read. MySQL before 8
 * has no CTE; there such a label stays, and a row that holds it stops its table. expressions   stand right in MariaDB's
 * SHOW CREATE TABLE, byte for byte as long, on the line that begins with the column's or the constraint's name. MySQL 8
 * writes them out another way (catalog_text.c). */
#include "engine/mysql/catalog_internal.h"

#include <stdlib.h>
#include <string.h>

enum { WIDE_QUERY_BYTES = 16 * 1024 * 1024 };

/* ---- labels ---- */

/* What the CTE can tell of a column. */
static size_t told_labels(const struct cg_mysql_reading *reading, const struct cg_type *type) {
    enum { MARIADB_MEMBERS = 8 };
    bool few = reading->mariadb && strcmp(type->name, "set") == 0 && type->label_count > MARIADB_MEMBERS;
    if (!reading->mariadb && reading->version < 80000)
        return 0;
    return few ? MARIADB_MEMBERS : type->label_count;
}

static size_t doubtful_labels(const struct cg_type *type, size_t from, size_t to) {
    size_t count = 0;
    for (size_t i = from; i < to; i++)
        count += strchr(type->labels[i], '?') != NULL;
    return count;
}

/* What to store for the label: its index in an ENUM, its bit in a SET. */
static int put_ordinal(struct cg_buffer *b, const struct cg_type *type, size_t i, struct cg_error *err) {
    bool is_set = strcmp(type->name, "set") == 0;
    return cg_buffer_printf(b, err, is_set ? "SELECT %zu AS n, 1 << %zu AS v" : "SELECT %zu AS n, %zu + 1 AS v", i, i);
}

/* WITH RECURSIVE l (n, v) AS (SELECT -1, `t`.`c` FROM (SELECT 1) o LEFT JOIN `t` ON FALSE UNION ALL SELECT w.n, w.v
 * FROM l JOIN (SELECT 3 AS n, 4 AS v UNION ALL ...) w ON l.n < 0) SELECT n, v FROM l WHERE n >= 0 */
static int put_labels_query(const struct cg_mysql_reading *reading, const struct cg_table *table,
                            const struct cg_column *column, struct cg_buffer *b, struct cg_error *err) {
    const struct cg_type *type = &column->type;
    bool first = true;
    if (cg_buffer_text(b, "WITH RECURSIVE l (n, v) AS (SELECT -1, t.", err) < 0 ||
        cg_mysql_put_name(b, column->name, err) < 0 ||
        cg_buffer_text(b, " FROM (SELECT 1 AS one) o LEFT JOIN ", err) < 0 ||
        cg_mysql_put_name(b, reading->database, err) < 0 || cg_buffer_text(b, ".", err) < 0 ||
        cg_mysql_put_name(b, table->name, err) < 0 ||
        cg_buffer_text(b, " t ON FALSE UNION ALL SELECT w.n, w.v FROM l JOIN (", err) < 0)
        return -1;
    for (size_t i = 0; i < told_labels(reading, type); i++) {
        if (!strchr(type->labels[i], '?'))
            continue;
        if ((!first && cg_buffer_text(b, " UNION ALL ", err) < 0) || put_ordinal(b, type, i, err) < 0)
            return -1;
        first = false;
    }
    return cg_buffer_text(b, ") w ON l.n < 0) SELECT n, CONVERT(v USING utf8mb4) FROM l WHERE n >= 0", err);
}

static int take_labels(struct cg_mysql_reading *reading, const struct cg_table *table, struct cg_column *column,
                       MYSQL_RES *result, struct cg_error *err) {
    struct cg_type *type = &column->type;
    size_t taken = 0, doubtful = doubtful_labels(type, 0, told_labels(reading, type));
    for (MYSQL_ROW row = mysql_fetch_row(result); row; row = mysql_fetch_row(result), taken++) {
        unsigned long i = strtoul(row[0], NULL, 10);
        if (!row[1] || i >= type->label_count)
            break;
        type->labels[i] = cg_mysql_copy(reading, row[1]);
    }
    if (taken != doubtful)
        return cg_error_set(err, CG_ERR_ENGINE, "the server does not tell the labels of column %s.%s", table->name,
                            column->name);
    return 0;
}

static int ask_labels(struct cg_mysql_reading *reading, const struct cg_table *table, struct cg_column *column,
                      struct cg_error *err) {
    struct cg_buffer query;
    MYSQL_RES *result = NULL;
    cg_buffer_init(&query, WIDE_QUERY_BYTES);
    int rc = put_labels_query(reading, table, column, &query, err);
    const char *sql = rc == 0 ? cg_buffer_cstr(&query, err) : NULL;
    rc = sql ? cg_mysql_query(reading->mysql, sql, &result, err) : -1;
    if (rc == 0) {
        rc = take_labels(reading, table, column, result, err);
        mysql_free_result(result);
    }
    cg_buffer_done(&query);
    return rc;
}

/* SELECT `v` + 0, CONVERT(`v` USING utf8mb4) FROM `d`.`t` WHERE `v` & (1 << 12) LIMIT 1 */
static int put_member_query(const struct cg_mysql_reading *reading, const struct cg_table *table, const char *column,
                            size_t member, struct cg_buffer *b, struct cg_error *err) {
    if (cg_buffer_text(b, "SELECT ", err) < 0 || cg_mysql_put_name(b, column, err) < 0 ||
        cg_buffer_text(b, " + 0, CONVERT(", err) < 0 || cg_mysql_put_name(b, column, err) < 0 ||
        cg_buffer_text(b, " USING utf8mb4) FROM ", err) < 0 || cg_mysql_put_name(b, reading->database, err) < 0 ||
        cg_buffer_text(b, ".", err) < 0 || cg_mysql_put_name(b, table->name, err) < 0 ||
        cg_buffer_text(b, " WHERE ", err) < 0 || cg_mysql_put_name(b, column, err) < 0)
        return -1;
    return cg_buffer_printf(b, err, " & (1 << %zu) LIMIT 1", member);
}

/* The member's text out of a row's "a,b,c", of which bits tells the members. */
static const char *member_of(struct cg_mysql_reading *reading, unsigned long long bits, const char *text,
                             size_t member) {
    for (size_t i = 0; i < member; i++)
        if (bits >> i & 1)
            text = strchr(text, ',') ? strchr(text, ',') + 1 : "";
    const char *copy = cg_arena_strndup(reading->arena, text, strcspn(text, ","));
    reading->out_of_memory |= !copy;
    return copy;
}

static int read_member(struct cg_mysql_reading *reading, const struct cg_table *table, struct cg_column *column,
                       size_t member, struct cg_error *err) {
    struct cg_buffer query;
    MYSQL_RES *result = NULL;
    cg_buffer_init(&query, 8192);
    int rc = put_member_query(reading, table, column->name, member, &query, err);
    const char *sql = rc == 0 ? cg_buffer_cstr(&query, err) : NULL;
    rc = sql ? cg_mysql_query(reading->mysql, sql, &result, err) : -1;
    cg_buffer_done(&query);
    if (rc < 0)
        return -1;
    MYSQL_ROW row = mysql_fetch_row(result);
    if (row && row[0] && row[1])
        column->type.labels[member] = member_of(reading, strtoull(row[0], NULL, 10), row[1], member);
    mysql_free_result(result);
    return 0;
}

static int read_labels(struct cg_mysql_reading *reading, const struct cg_table *table, struct cg_column *column,
                       struct cg_error *err) {
    struct cg_type *type = &column->type;
    size_t told = told_labels(reading, type);
    if (doubtful_labels(type, 0, told) && ask_labels(reading, table, column, err) < 0)
        return -1;
    for (size_t i = told; reading->mariadb && i < type->label_count; i++)
        if (strchr(type->labels[i], '?') && read_member(reading, table, column, i, err) < 0)
            return -1;
    return 0;
}

/* ---- expressions ---- */

/* Does the text, as long as the pattern, say what the pattern says? '?' stands for any byte that is not ASCII. */
static bool says_the_same(const char *text, const char *pattern) {
    for (; *pattern; text++, pattern++)
        if (*text != *pattern && !(*pattern == '?' && (unsigned char)*text >= 0x80))
            return false;
    return true;
}

/* The place in the line at which the expression stands as it is. NULL if there is none, or two that differ. */
static const char *find_in_line(const char *line, const char *expression) {
    size_t len = strlen(expression), line_len = strcspn(line, "\n");
    const char *found = NULL;
    for (size_t at = 0; at + len <= line_len; at++) {
        if (!says_the_same(line + at, expression))
            continue;
        if (found && strncmp(found, line + at, len) != 0)
            return NULL;
        found = line + at;
    }
    return found;
}

/* The line that begins with these words and a name; NULL if there is none. */
static const char *find_line(const char *create, const char *words, const char *name) {
    struct cg_buffer start;
    struct cg_error err = {0};
    const char *line = NULL;
    cg_buffer_init(&start, 4096);
    if (cg_buffer_printf(&start, &err, "\n  %s", words) == 0 && cg_mysql_put_name(&start, name, &err) == 0 &&
        cg_buffer_text(&start, " ", &err) == 0) {
        const char *text = cg_buffer_cstr(&start, &err);
        line = text ? strstr(create, text) : NULL;
    }
    cg_buffer_done(&start);
    return line ? line + 1 : NULL;
}

static bool is_doubtful(const char *expression) {
    return expression && strstr(expression, "????");
}

/* Puts the expression right: of the column `name`, or of the constraint of that name. */
static int restore(struct cg_mysql_reading *reading, const char *create, const char *name, const char **expression,
                   struct cg_error *err) {
    static const char *const words[] = {"", "CONSTRAINT "}; /* a column's own CHECK is called as the column */
    if (!is_doubtful(*expression))
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *line = find_line(create, words[i], name);
        const char *found = line ? find_in_line(line, *expression) : NULL;
        if (!found)
            continue;
        *expression = cg_arena_strndup(reading->arena, found, strlen(*expression));
        return *expression ? 0 : cg_error_memory(err);
    }
    return cg_error_set(err, CG_ERR_ENGINE, "the server does not tell the expression of %s exactly: %s", name,
                        *expression);
}

static int restore_expressions(struct cg_mysql_reading *reading, struct cg_table *table, const char *create,
                               struct cg_error *err) {
    for (size_t i = 0; i < table->column_count; i++) {
        struct cg_column *column = &table->columns[i];
        if (restore(reading, create, column->name, &column->generation_text, err) < 0 ||
            (column->default_kind == CG_DEFAULT_EXPRESSION &&
             restore(reading, create, column->name, &column->default_text, err) < 0))
            return -1;
    }
    for (size_t i = 0; i < table->check_count; i++)
        if (restore(reading, create, table->checks[i].name, &table->checks[i].expression, err) < 0)
            return -1;
    return 0;
}

static bool has_doubtful_expression(const struct cg_table *table) {
    for (size_t i = 0; i < table->column_count; i++)
        if (is_doubtful(table->columns[i].generation_text) ||
            (table->columns[i].default_kind == CG_DEFAULT_EXPRESSION && is_doubtful(table->columns[i].default_text)))
            return true;
    for (size_t i = 0; i < table->check_count; i++)
        if (is_doubtful(table->checks[i].expression))
            return true;
    return false;
}

static int read_expressions(struct cg_mysql_reading *reading, struct cg_table *table, struct cg_error *err) {
    MYSQL_RES *result = NULL;
    if (cg_mysql_query_object(reading, "SHOW CREATE TABLE ", table->name, &result, err) < 0)
        return -1;
    MYSQL_ROW row = mysql_fetch_row(result);
    int rc = row && row[1] ? restore_expressions(reading, table, row[1], err)
                           : cg_error_set(err, CG_ERR_ENGINE, "the server does not tell how the table was made");
    mysql_free_result(result);
    return rc;
}

static int read_table(struct cg_mysql_reading *reading, struct cg_table *table, struct cg_error *err) {
    for (size_t i = 0; i < table->column_count; i++)
        if (read_labels(reading, table, &table->columns[i], err) < 0)
            return -1;
    return reading->mariadb && has_doubtful_expression(table) ? read_expressions(reading, table, err) : 0;
}

int cg_mysql_read_wide_characters(struct cg_mysql_reading *reading, struct cg_error *err) {
    for (size_t i = 0; i < reading->catalog->table_count; i++)
        if (read_table(reading, &reading->catalog->tables[i], err) < 0) {
            cg_error_object(err, "table %s", reading->catalog->tables[i].name);
            return -1;
        }
    return 0;
}
