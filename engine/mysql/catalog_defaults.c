/* A column's default, brought to one model; see catalog_internal.h.
 *
 * MariaDB (from 10.2.7 on) writes COLUMN_DEFAULT as SQL: 'it''s', 7, NULL, current_timestamp(6), uuid(). MySQL writes
 * the bare value and marks an expression by DEFAULT_GENERATED in EXTRA; there no default and DEFAULT NULL look alike.
 * Neither tells a binary column's default exactly (MySQL stops at the first NUL byte, MariaDB writes ? for what is not
 * UTF-8), nor characters beyond the basic plane (both write ?): DEFAULT(column) does, of a column that may be NULL even
 * without a row, of another one with a row of the table, or under an aggregate on MySQL. What then is not known, on
 * MariaDB in an empty table, becomes an expression that nobody translates: a default that is lost by name. */
#include "engine/mysql/catalog_internal.h"

#include <ctype.h>
#include <stdio.h>
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

static bool writes_sql(const struct cg_mysql_reading *reading) {
    return reading->mariadb && reading->version >= 100207;
}

/* Bytes become 0x0041; what may not be all of them stays "?" until DEFAULT(column) is asked. */
static void set_bytes(struct cg_mysql_reading *reading, const char *bytes, size_t len, struct cg_column *column) {
    set_literal(column, "?");
    if (memchr(bytes, '?', len))
        return;
    char *hex = cg_arena_alloc(reading->arena, 2 * len + 3);
    if (!hex) {
        reading->out_of_memory = true;
        return;
    }
    memcpy(hex, "0x", 3);
    for (size_t i = 0; i < len; i++)
        snprintf(hex + 2 + 2 * i, 3, "%02X", (unsigned char)bytes[i]);
    set_literal(column, hex);
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
    else if ((value = cg_mysql_unquote(reading, text, &len)) && is_binary(&column->type) && writes_sql(reading))
        set_bytes(reading, value, len, column);
    else if (value && (strlen(value) == len || is_binary(&column->type)))
        set_literal(column, value);
    else
        set_expression(column, cg_mysql_copy(reading, text));
}

/* A value with a NUL byte, which no text can be: kept as the literal that it is in SQL. */
static void set_quoted(struct cg_mysql_reading *reading, struct cg_slice value, struct cg_column *column) {
    struct cg_buffer b;
    cg_buffer_init(&b, DEFAULTS_QUERY_BYTES);
    const char *literal = cg_mysql_put_literal(&b, value, NULL) == 0 ? cg_buffer_cstr(&b, NULL) : NULL;
    reading->out_of_memory |= !literal;
    set_expression(column, cg_mysql_copy(reading, literal ? literal : ""));
    cg_buffer_done(&b);
}

/* A default written as the bare value. */
static void read_bare(struct cg_mysql_reading *reading, const char *text, size_t len, const char *extra,
                      struct cg_column *column) {
    bool expression = strcasestr(extra, "DEFAULT_GENERATED") != NULL;
    bool moment = column->type.fraction >= 0 && strcmp(column->type.name, "time") != 0;
    if (expression && is_binary(&column->type) && !is_now(text, &column->default_fraction))
        set_expression(column, cg_mysql_expression(reading, text));
    else if (expression)
        read_sql(reading, cg_mysql_expression(reading, text), column);
    else if (moment && is_now(text, &column->default_fraction)) /* before MySQL 8 */
        column->default_kind = CG_DEFAULT_NOW;
    else if (read_bits(reading, text, column))
        return;
    else if (strlen(text) != len && !is_binary(&column->type))
        set_quoted(reading, (struct cg_slice){(const unsigned char *)text, len}, column);
    else
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
    else if (writes_sql(reading))
        read_sql(reading, text, column);
    else
        read_bare(reading, text, cg_mysql_field_length(row, "COLUMN_DEFAULT"), cg_mysql_field_or_empty(row, "EXTRA"),
                  column);
}

/* ---- what DEFAULT(column) alone tells ---- */

static bool wants_bytes(const struct cg_mysql_reading *reading, const struct cg_column *column) {
    return column->default_kind == CG_DEFAULT_LITERAL && is_binary(&column->type) &&
           (!writes_sql(reading) || strchr(column->default_text, '?'));
}

static bool wants_text(const struct cg_column *column) {
    static const char *const wide[] = {"utf8mb4", "utf16", "utf16le", "utf32", "gb18030"};
    if (column->default_kind != CG_DEFAULT_LITERAL || !column->type.charset || !strchr(column->default_text, '?'))
        return false;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcasecmp(column->type.charset, wide[i]) == 0)
            return true;
    return false;
}

/* One way to ask: for columns that may be NULL, or for the others. */
struct question {
    bool nullable;
    const char *from, *rest; /* around the table's name */
};
static const struct question without_rows = {true, " FROM (SELECT 1 AS one) o LEFT JOIN ", " t ON FALSE"};
static const struct question with_a_row = {false, " FROM ", " t LIMIT 1"};
static const struct question of_an_empty_table = {false, ", COUNT(*) FROM ", " t"};

static bool is_asked(const struct cg_mysql_reading *reading, const struct cg_column *column,
                     const struct question *question) {
    return column->nullable == question->nullable && (wants_bytes(reading, column) || wants_text(column));
}

/* SELECT HEX(CONVERT(DEFAULT(t.`c`) USING binary)), ...: text in hexadecimal too. */
static int put_query(const struct cg_mysql_reading *reading, const struct cg_table *table,
                     const struct question *question, struct cg_buffer *b, struct cg_error *err) {
    const char *before = "SELECT HEX(CONVERT(DEFAULT(t.";
    for (size_t i = 0; i < table->column_count; i++) {
        const struct cg_column *column = &table->columns[i];
        if (!is_asked(reading, column, question))
            continue;
        if (cg_buffer_text(b, before, err) < 0 || cg_mysql_put_name(b, column->name, err) < 0 ||
            cg_buffer_printf(b, err, ") USING %s))", wants_text(column) ? "utf8mb4" : "binary") < 0)
            return -1;
        before = ", HEX(CONVERT(DEFAULT(t.";
    }
    if (cg_buffer_text(b, question->from, err) < 0 || cg_mysql_put_name(b, reading->database, err) < 0 ||
        cg_buffer_text(b, ".", err) < 0 || cg_mysql_put_name(b, table->name, err) < 0)
        return -1;
    return cg_buffer_text(b, question->rest, err);
}

/* The text that these hexadecimal digits are; NULL for one that holds a NUL byte, and when memory is out. */
static const char *text_of(struct cg_mysql_reading *reading, const char *hex) {
    char *text = cg_arena_alloc(reading->arena, strlen(hex) / 2 + 1);
    reading->out_of_memory |= !text;
    for (size_t i = 0; text && hex[2 * i]; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1]};
        text[i] = (char)strtol(digits, NULL, 16);
        if (!text[i])
            return NULL;
    }
    return text;
}

/* A NULL where the column has a default is no answer. */
static void take_default(struct cg_mysql_reading *reading, struct cg_column *column, const char *hex) {
    const char *text = NULL;
    if (hex && wants_text(column)) {
        text = text_of(reading, hex);
    } else if (hex) {
        text = cg_arena_printf(reading->arena, "0x%s", hex);
        reading->out_of_memory |= !text;
    }
    if (text)
        set_literal(column, text);
    else
        set_expression(column, cg_arena_printf(reading->arena, "DEFAULT(`%s`)", column->name));
    reading->out_of_memory |= !column->default_text;
}

/* *ret_answered: there was a row. */
static int ask(struct cg_mysql_reading *reading, struct cg_table *table, const struct question *question,
               bool *ret_answered, struct cg_error *err) {
    struct cg_buffer query;
    MYSQL_RES *result = NULL;
    cg_buffer_init(&query, DEFAULTS_QUERY_BYTES);
    int rc = put_query(reading, table, question, &query, err);
    const char *sql = rc == 0 ? cg_buffer_cstr(&query, err) : NULL;
    rc = sql ? cg_mysql_query(reading->mysql, sql, &result, err) : -1;
    cg_buffer_done(&query);
    if (rc < 0)
        return -1;
    MYSQL_ROW row = mysql_fetch_row(result);
    *ret_answered = row != NULL;
    for (size_t i = 0; row && i < table->column_count; i++)
        if (is_asked(reading, &table->columns[i], question))
            take_default(reading, &table->columns[i], *row++);
    mysql_free_result(result);
    return 0;
}

static bool has_any(const struct cg_mysql_reading *reading, const struct cg_table *table,
                    const struct question *question) {
    for (size_t i = 0; i < table->column_count; i++)
        if (is_asked(reading, &table->columns[i], question))
            return true;
    return false;
}

static int read_table_defaults(struct cg_mysql_reading *reading, struct cg_table *table, struct cg_error *err) {
    bool answered = true;
    if (has_any(reading, table, &without_rows) && ask(reading, table, &without_rows, &answered, err) < 0)
        return -1;
    if (!has_any(reading, table, &with_a_row))
        return 0;
    if (ask(reading, table, &with_a_row, &answered, err) < 0)
        return -1;
    if (!answered && !reading->mariadb && ask(reading, table, &of_an_empty_table, &answered, err) < 0)
        return -1;
    for (size_t i = 0; !answered && i < table->column_count; i++)
        if (is_asked(reading, &table->columns[i], &with_a_row))
            take_default(reading, &table->columns[i], NULL);
    return 0;
}

int cg_mysql_read_exact_defaults(struct cg_mysql_reading *reading, struct cg_error *err) {
    for (size_t t = 0; t < reading->catalog->table_count; t++)
        if (read_table_defaults(reading, &reading->catalog->tables[t], err) < 0) {
            cg_error_object(err, "table %s", reading->catalog->tables[t].name);
            return -1;
        }
    return 0;
}
