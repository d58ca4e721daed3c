/* Running the embedded queries and looking up their fields by name; see catalog_internal.h. */
#include "engine/mysql/catalog_internal.h"

#include <stdlib.h>
#include <strings.h>

enum { QUERY_BYTES = 64 * 1024, NO_SUCH_IS_TABLE = 1109 };

static struct cg_slice text_slice(const char *text, size_t len) {
    return (struct cg_slice){(const unsigned char *)text, len};
}

static int put_and_table(struct cg_buffer *b, const char *table, struct cg_error *err) {
    if (!table)
        return 0;
    if (cg_buffer_text(b, "AND t.TABLE_NAME = ", err) < 0)
        return -1;
    return cg_mysql_put_literal(b, cg_slice_text(table), err);
}

/* The comment lines at its head stay out: they would be repeated in the server's logs. */
static const char *skip_comments(const char *sql) {
    while (strncmp(sql, "--", 2) == 0) {
        const char *end = strchr(sql, '\n');
        if (!end)
            return sql;
        sql = end + 1;
    }
    return sql;
}

static int expand(const struct cg_mysql_reading *reading, const char *sql, struct cg_buffer *b, struct cg_error *err) {
    static const char database[] = ":database", table[] = ":and_table";
    sql = skip_comments(sql);
    while (*sql) {
        const char *mark = strchr(sql, ':');
        size_t len = mark ? (size_t)(mark - sql) : strlen(sql);
        if (cg_buffer_append(b, text_slice(sql, len).data, len, err) < 0)
            return -1;
        sql += len;
        if (!mark)
            break;
        int rc;
        if (strncmp(sql, database, sizeof database - 1) == 0) {
            rc = cg_mysql_put_literal(b, cg_slice_text(reading->database), err);
            sql += sizeof database - 1;
        } else if (strncmp(sql, table, sizeof table - 1) == 0) {
            rc = put_and_table(b, reading->only_table, err);
            sql += sizeof table - 1;
        } else {
            rc = cg_buffer_append(b, sql++, 1, err);
        }
        if (rc < 0)
            return -1;
    }
    return 0;
}

int cg_mysql_rows_open(struct cg_mysql_reading *reading, const char *sql, struct cg_mysql_rows *ret_rows,
                       struct cg_error *err) {
    struct cg_buffer query;
    MYSQL_RES *result = NULL;
    cg_buffer_init(&query, QUERY_BYTES);
    int rc = expand(reading, sql, &query, err);
    const char *text = rc == 0 ? cg_buffer_cstr(&query, err) : NULL;
    if (rc == 0)
        rc = text ? cg_mysql_query(reading->mysql, text, &result, err) : -1;
    cg_buffer_done(&query);
    /* A view that this version's information_schema does not have yet (CHECK_CONSTRAINTS) holds nothing. */
    if (rc < 0 && !(text && mysql_errno(reading->mysql) == NO_SUCH_IS_TABLE))
        return -1;
    *ret_rows = (struct cg_mysql_rows){.reading = reading, .result = result};
    return 0;
}

void cg_mysql_rows_done(struct cg_mysql_rows *rows) {
    if (rows->result)
        mysql_free_result(rows->result);
    rows->result = NULL;
    rows->row = NULL;
}

bool cg_mysql_rows_next(struct cg_mysql_rows *rows) {
    while (rows->result && (rows->row = mysql_fetch_row(rows->result))) {
        const char *schema = cg_mysql_field(rows, "cg_schema");
        if (!schema || strcmp(schema, rows->reading->database) == 0)
            return true;
    }
    cg_mysql_rows_done(rows);
    return false;
}

const char *cg_mysql_field(const struct cg_mysql_rows *rows, const char *name) {
    unsigned int count = mysql_num_fields(rows->result);
    const MYSQL_FIELD *fields = mysql_fetch_fields(rows->result);
    for (unsigned int i = 0; i < count; i++)
        if (strcasecmp(fields[i].name, name) == 0)
            return rows->row[i];
    return NULL;
}

size_t cg_mysql_field_length(const struct cg_mysql_rows *rows, const char *name) {
    unsigned int count = mysql_num_fields(rows->result);
    const MYSQL_FIELD *fields = mysql_fetch_fields(rows->result);
    const unsigned long *lengths = mysql_fetch_lengths(rows->result);
    for (unsigned int i = 0; i < count && lengths; i++)
        if (strcasecmp(fields[i].name, name) == 0)
            return lengths[i];
    return 0;
}

const char *cg_mysql_field_or_empty(const struct cg_mysql_rows *rows, const char *name) {
    const char *text = cg_mysql_field(rows, name);
    return text ? text : "";
}

const char *cg_mysql_copy(struct cg_mysql_reading *reading, const char *text) {
    const char *copy = cg_arena_strdup(reading->arena, text);
    if (copy || !text)
        return copy;
    reading->out_of_memory = true;
    return "";
}

const char *cg_mysql_field_copy(const struct cg_mysql_rows *rows, const char *name) {
    return cg_mysql_copy(rows->reading, cg_mysql_field(rows, name));
}

int64_t cg_mysql_field_number(const struct cg_mysql_rows *rows, const char *name, int64_t otherwise) {
    const char *text = cg_mysql_field(rows, name);
    return text && text[0] ? strtoll(text, NULL, 10) : otherwise;
}

bool cg_mysql_field_is(const struct cg_mysql_rows *rows, const char *name, const char *value) {
    return strcasecmp(cg_mysql_field_or_empty(rows, name), value) == 0;
}

struct cg_table *cg_mysql_field_table(const struct cg_mysql_rows *rows) {
    return cg_catalog_table(rows->reading->catalog, cg_mysql_field_or_empty(rows, "TABLE_NAME"));
}
