/* A column's default, brought to one model; see catalog_internal.h.
 *
 * MariaDB (from 10.2.7 on) writes COLUMN_DEFAULT as SQL: 'it''s', 7, NULL, current_timestamp(6), uuid(). MySQL writes
 * the bare value and marks an expression by DEFAULT_GENERATED in EXTRA; there no default and DEFAULT NULL look alike.
 * Neither tells a binary column's default exactly (MySQL stops at the first NUL byte, MariaDB writes ? for what is not
 * UTF-8): DEFAULT(column) does. */
#include "engine/mysql/catalog_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

enum { DEFAULTS_QUERY_BYTES = 4 * 1024 * 1024 };

/* CURRENT_TIMESTAMP, current_timestamp(6), now(), ... */
static bool is_now(const char *text, int *ret_fraction) {
    static const char *const words[] = {"current_timestamp", "localtimestamp", "localtime", "now"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if (strncasecmp(text, words[i], len) != 0)
            continue;
        const char *rest = text + len;
        char *end = NULL;
        long digits = *rest == '(' ? strtol(rest + 1, &end, 10) : 0;
        if (*rest && (!end || strcmp(end, ")") != 0))
            continue;
        *ret_fraction = (int)digits;
        return true;
    }
    return false;
}

/* -12, 1.50, 1e10 */
static bool is_number(const char *text) {
    const char *at = text + (*text == '-' || *text == '+');
    size_t digits = strspn(at, "0123456789");
    at += digits;
    if (*at == '.') {
        size_t more = strspn(++at, "0123456789");
        digits += more;
        at += more;
    }
    if (digits && (*at == 'e' || *at == 'E')) {
        at += 1 + (at[1] == '-' || at[1] == '+');
        if (!isdigit((unsigned char)*at))
            return false;
        at += strspn(at, "0123456789");
    }
    return digits && *at == '\0';
}

static bool is_binary(const struct cg_type *type) {
    return !type->collation && (strstr(type->name, "binary") || strstr(type->name, "blob"));
}

static void set_literal(struct cg_column *column, const char *text) {
    column->default_kind = CG_DEFAULT_LITERAL;
    column->default_text = text;
}

static void set_expression(struct cg_column *column, const char *text) {
    column->default_kind = CG_DEFAULT_EXPRESSION;
    column->default_text = text;
}

/* b'101' becomes the column's bits, all of them: 00101. */
static bool read_bits(struct cg_mysql_reading *reading, const char *text, struct cg_column *column) {
    if (strcmp(column->type.name, "bit") != 0 || strncmp(text, "b'", 2) != 0)
        return false;
    size_t digits = strspn(text + 2, "01"), width = (size_t)column->type.length;
    if (strcmp(text + 2 + digits, "'") != 0 || column->type.length < 0 || digits > width)
        return false;
    char *bits = cg_arena_alloc(reading->arena, width + 1);
    if (!bits) {
        reading->out_of_memory = true;
        bits = "";
    } else {
        memset(bits, '0', width);
        memcpy(bits + width - digits, text + 2, digits);
    }
    set_literal(column, bits);
    return true;
}

/* A default written as SQL. */
static void read_sql(struct cg_mysql_reading *reading, const char *text, struct cg_column *column) {
    size_t len = 0;
    const char *value = NULL;
    if (strcasecmp(text, "NULL") == 0)
        column->default_kind = CG_DEFAULT_NULL;
    else if (is_now(text, &column->default_fraction))
        column->default_kind = CG_DEFAULT_NOW;
    else if (is_number(text))
        set_literal(column, cg_mysql_copy(reading, text));
    else if (read_bits(reading, text, column))
        return;
    else if ((value = cg_mysql_unquote(reading, text, &len)) && (strlen(value) == len || is_binary(&column->type)))
        set_literal(column, value);
    else
        set_expression(column, cg_mysql_copy(reading, text));
}

/* A default written as the bare value. */
static void read_bare(struct cg_mysql_reading *reading, const char *text, const char *extra, struct cg_column *column) {
    bool expression = strcasestr(extra, "DEFAULT_GENERATED") != NULL;
    bool moment = column->type.fraction >= 0 && strcmp(column->type.name, "time") != 0;
    if (expression && is_binary(&column->type) && !is_now(text, &column->default_fraction))
        set_expression(column, cg_mysql_expression(reading, text));
    else if (expression)
        read_sql(reading, cg_mysql_expression(reading, text), column);
    else if (moment && is_now(text, &column->default_fraction)) /* before MySQL 8 */
        column->default_kind = CG_DEFAULT_NOW;
    else if (!read_bits(reading, text, column))
        set_literal(column, cg_mysql_copy(reading, text));
}

void cg_mysql_read_default(struct cg_mysql_rows *row, struct cg_column *column) {
    struct cg_mysql_reading *reading = row->reading;
    const char *text = cg_mysql_field(row, "COLUMN_DEFAULT");
    column->default_kind = CG_DEFAULT_NONE;
    if (column->auto_increment || column->generated)
        return;
    if (!text)
        column->default_kind = column->nullable ? CG_DEFAULT_NULL : CG_DEFAULT_NONE;
    else if (reading->mariadb && reading->version >= 100207)
        read_sql(reading, text, column);
    else
        read_bare(reading, text, cg_mysql_field_or_empty(row, "EXTRA"), column);
}

/* ---- binary columns ---- */

static bool wants_bytes(const struct cg_column *column) {
    return column->default_kind == CG_DEFAULT_LITERAL && is_binary(&column->type);
}

/* SELECT HEX(DEFAULT(t.`c`)), ... as a row that needs no row of the table. */
static int put_query(const struct cg_mysql_reading *reading, const struct cg_table *table, struct cg_buffer *b,
                     size_t *ret_count, struct cg_error *err) {
    *ret_count = 0;
    if (cg_buffer_text(b, "SELECT ", err) < 0)
        return -1;
    for (size_t i = 0; i < table->column_count; i++) {
        if (!wants_bytes(&table->columns[i]))
            continue;
        if (cg_buffer_text(b, (*ret_count)++ ? ", HEX(DEFAULT(t." : "HEX(DEFAULT(t.", err) < 0 ||
            cg_mysql_put_name(b, table->columns[i].name, err) < 0 || cg_buffer_text(b, "))", err) < 0)
            return -1;
    }
    if (cg_buffer_text(b, " FROM (SELECT 1 AS one) o LEFT JOIN ", err) < 0 ||
        cg_mysql_put_name(b, reading->database, err) < 0 || cg_buffer_text(b, ".", err) < 0 ||
        cg_mysql_put_name(b, table->name, err) < 0)
        return -1;
    return cg_buffer_text(b, " t ON FALSE", err);
}

static int take_bytes(struct cg_mysql_reading *reading, struct cg_table *table, MYSQL_RES *result,
                      struct cg_error *err) {
    MYSQL_ROW row = mysql_fetch_row(result);
    if (!row)
        return cg_error_set(err, CG_ERR_ENGINE, "the server gave no row for the defaults of table %s", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        struct cg_column *column = &table->columns[i];
        if (!wants_bytes(column))
            continue;
        if (!*row)
            return cg_error_set(err, CG_ERR_ENGINE, "the server does not tell the default of column %s.%s", table->name,
                                column->name);
        column->default_text = cg_arena_printf(reading->arena, "0x%s", *row++);
        if (!column->default_text)
            return cg_error_memory(err);
    }
    return 0;
}

static int read_table_bytes(struct cg_mysql_reading *reading, struct cg_table *table, struct cg_error *err) {
    struct cg_buffer query;
    MYSQL_RES *result = NULL;
    size_t count = 0;
    cg_buffer_init(&query, DEFAULTS_QUERY_BYTES);
    int rc = put_query(reading, table, &query, &count, err);
    if (rc == 0 && count) {
        const char *sql = cg_buffer_cstr(&query, err);
        rc = sql ? cg_mysql_query(reading->mysql, sql, &result, err) : -1;
        if (rc == 0) {
            rc = take_bytes(reading, table, result, err);
            mysql_free_result(result);
        }
    }
    cg_buffer_done(&query);
    return rc;
}

int cg_mysql_read_binary_defaults(struct cg_mysql_reading *reading, struct cg_error *err) {
    for (size_t t = 0; t < reading->catalog->table_count; t++) {
        struct cg_table *table = &reading->catalog->tables[t];
        bool any = false;
        for (size_t i = 0; i < table->column_count && !any; i++)
            any = wants_bytes(&table->columns[i]);
        if (any && read_table_bytes(reading, table, err) < 0) {
            cg_error_object(err, "table %s", table->name);
            return -1;
        }
    }
    return 0;
}
