/* Reads rows in the binary protocol (MySQL "Binary Protocol Resultset Row"), unbuffered, one row at a time.
 *
 * Every result column is bound once, before the first row: numbers into eight-byte slots, dates into MYSQL_TIME, bytes
 * into a buffer of the column's declared length up to 64 KiB, all cut from one block whose unused pages are never
 * touched. A longer value is fetched a second time, whole, into a spill buffer that all long values of one row share
 * and that is kept for later rows: memory is bounded by the bound buffers and the largest row.
 *
 * Only MYSQL_NO_DATA ends a stream, and only with both error numbers at 0 (R1): after KILL, Connector/C returns 1 with
 * no error on the statement and sometimes none on the connection. */
#include "extract/mysql/reader.h"

#include "engine/mysql/client_library.h"
#include "extract/mysql/key.h"
#include "extract/mysql/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MOST_SPILL_BYTES ((size_t)1 << 30)
/* A reader closed in the middle reads on this far for the stream's end before it gives its connection up. */
#define MOST_DRAIN_ROWS  100000
#define MOST_DRAIN_BYTES ((size_t)64 << 20)

union slot {
    int64_t i64;
    uint64_t u64;
    float f32;
    double f64;
    MYSQL_TIME time;
};

/* What the inner loop needs of a column, side by side. */
struct column {
    enum cg_mysql_fetch fetch;
    enum cg_value_kind kind;
    bool empty_is_invalid; /* an ENUM without a '' label */
    bool has_beside;       /* result columns stand beside it */
    const cg_my_bool *is_null;
    const unsigned long *length;
    const union slot *slot;
    const unsigned char *bytes;
    size_t capacity;
};

enum state { READING, ENDED, FAILED };

struct cg_reader {
    struct cg_source_base base;
    struct cg_session *session;
    MYSQL_STMT *stmt;
    struct cg_mysql_select select;
    enum state state;
    bool streaming; /* the server is still sending: rows that nobody wants must be drained */
    bool bound;
    char doing[256];
    struct column *columns; /* select.field_count */
    struct cg_value *values;
    bool any_beside;
    /* one for each result column */
    MYSQL_BIND *binds;
    union slot *slots;
    unsigned long *lengths;
    cg_my_bool *nulls, *errors;
    unsigned char *block; /* the bound buffers */
    size_t block_bytes;
    struct cg_buffer spill; /* values longer than their bound buffer, of the current row */
};

static int fail(struct cg_reader *reader, struct cg_error *err) {
    reader->state = FAILED;
    reader->streaming = false;
    return cg_mysql_session_error(reader->session, reader->stmt, reader->doing, err);
}

/* ---- opening ---- */

static int allocate(struct cg_reader *reader, struct cg_error *err) {
    const struct cg_mysql_select *select = &reader->select;
    size_t results = select->result_count;
    for (size_t i = 0; i < select->field_count; i++)
        reader->block_bytes += (select->fields[i].capacity + 15) & ~(size_t)15;
    reader->columns = calloc(select->field_count + 1, sizeof *reader->columns);
    reader->values = calloc(select->field_count + 1, sizeof *reader->values);
    reader->binds = calloc(results + 1, sizeof *reader->binds);
    reader->slots = calloc(results + 1, sizeof *reader->slots);
    reader->lengths = calloc(results + 1, sizeof *reader->lengths);
    reader->nulls = calloc(results + 1, sizeof *reader->nulls);
    reader->errors = calloc(results + 1, sizeof *reader->errors);
    reader->block = malloc(reader->block_bytes + 1);
    if (!reader->columns || !reader->values || !reader->binds || !reader->slots || !reader->lengths || !reader->nulls ||
        !reader->errors || !reader->block)
        return cg_error_memory(err);
    return 0;
}

static enum enum_field_types bound_type(const struct cg_mysql_field *field) {
    switch (field->fetch) {
    case CG_FETCH_F32:
        return MYSQL_TYPE_FLOAT;
    case CG_FETCH_F64:
        return MYSQL_TYPE_DOUBLE;
    case CG_FETCH_CIVIL:
        return field->kind == CG_VALUE_DATE   ? MYSQL_TYPE_DATE
               : field->kind == CG_VALUE_TIME ? MYSQL_TYPE_TIME
                                              : MYSQL_TYPE_DATETIME;
    case CG_FETCH_BYTES:
        return MYSQL_TYPE_BLOB;
    default:
        return MYSQL_TYPE_LONGLONG;
    }
}

/* Result columns that no field claims are numbers beside one: every bind starts as such a slot. */
static void plan_binds(struct cg_reader *reader) {
    for (size_t i = 0; i < reader->select.result_count; i++) {
        reader->binds[i] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_LONGLONG,
                                        .buffer = &reader->slots[i],
                                        .buffer_length = sizeof reader->slots[i],
                                        .length = &reader->lengths[i],
                                        .is_null = &reader->nulls[i],
                                        .error = &reader->errors[i]};
    }
    unsigned char *bytes = reader->block;
    for (size_t i = 0; i < reader->select.field_count; i++) {
        const struct cg_mysql_field *field = &reader->select.fields[i];
        MYSQL_BIND *bind = &reader->binds[field->result];
        bind->buffer_type = bound_type(field);
        bind->is_unsigned = field->fetch == CG_FETCH_U64;
        struct column *column = &reader->columns[i];
        *column = (struct column){
            .fetch = field->fetch,
            .kind = field->kind,
            .empty_is_invalid = field->is_enum && field->index_result == CG_NO_RESULT,
            .has_beside = field->null_result != CG_NO_RESULT || field->index_result != CG_NO_RESULT ||
                          field->kept_result != CG_NO_RESULT,
            .is_null = &reader->nulls[field->result],
            .length = &reader->lengths[field->result],
            .slot = &reader->slots[field->result],
            .bytes = bytes,
            .capacity = field->capacity,
        };
        reader->any_beside |= column->has_beside;
        if (field->fetch == CG_FETCH_BYTES) {
            bind->buffer = bytes;
            bind->buffer_length = (unsigned long)field->capacity;
            bytes += (field->capacity + 15) & ~(size_t)15;
        }
    }
}

static int check_results(struct cg_reader *reader, struct cg_error *err) {
    MYSQL_RES *metadata = mysql_stmt_result_metadata(reader->stmt);
    if (!metadata)
        return fail(reader, err);
    int rc = cg_mysql_select_check(&reader->select, mysql_fetch_fields(metadata), mysql_num_fields(metadata), err);
    mysql_free_result(metadata);
    if (rc < 0)
        cg_error_object(err, "%s", reader->doing);
    return rc;
}

static int execute(struct cg_reader *reader, const struct cg_buffer *sql, struct cg_error *err) {
    cg_my_bool report = 1; /* an option file may have turned it off */
    if (mysql_options(reader->session->mysql, MYSQL_REPORT_DATA_TRUNCATION, &report) != 0)
        return fail(reader, err);
    if (mysql_stmt_prepare(reader->stmt, (const char *)sql->data, (unsigned long)sql->len) != 0)
        return fail(reader, err);
    if (check_results(reader, err) < 0)
        return -1;
    plan_binds(reader);
    if (mysql_stmt_execute(reader->stmt) != 0)
        return fail(reader, err);
    reader->streaming = true;
    /* Again: the server prepares anew by itself when the table was altered in between. */
    if (check_results(reader, err) < 0)
        return -1;
    if (mysql_stmt_bind_result(reader->stmt, reader->binds) != 0)
        return fail(reader, err);
    reader->bound = true;
    reader->state = READING;
    return 0;
}

int cg_mysql_reader_start(struct cg_session *session, struct cg_mysql_select *select, const char *tail,
                          const char *doing, struct cg_reader **ret_reader, struct cg_error *err) {
    struct cg_buffer sql;
    cg_buffer_init(&sql, (size_t)128 << 20);
    struct cg_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return cg_error_memory(err);
    reader->base = session->base;
    reader->session = session;
    reader->select = *select;
    reader->state = FAILED; /* until it is open */
    snprintf(reader->doing, sizeof reader->doing, "%s", doing);
    cg_buffer_init(&reader->spill, MOST_SPILL_BYTES);
    int rc = -1;
    if (allocate(reader, err) < 0 || cg_buffer_text(&sql, "SELECT ", err) < 0 ||
        cg_buffer_append(&sql, select->list.data, select->list.len, err) < 0 || cg_buffer_text(&sql, tail, err) < 0)
        goto out;
    reader->stmt = mysql_stmt_init(session->mysql);
    if (!reader->stmt) {
        cg_error_memory(err);
        goto out;
    }
    rc = execute(reader, &sql, err);
out:
    cg_buffer_done(&sql);
    if (rc < 0) {
        reader->select = (struct cg_mysql_select){0};
        cg_mysql_reader_close(reader);
        return -1;
    }
    *select = (struct cg_mysql_select){0};
    *ret_reader = reader;
    return 0;
}

/* " FROM `s`.`t` [FORCE INDEX (`k`)] [WHERE ...]": the index that the ranges were cut along, lest the optimizer scan
 * the whole table for each range. */
static int put_tail(struct cg_buffer *tail, const struct cg_read *what, struct cg_error *err) {
    if (cg_buffer_text(tail, " FROM ", err) < 0 || cg_mysql_put_table(tail, what->table, err) < 0)
        return -1;
    if (what->predicate[0]) {
        const struct cg_key *key = cg_mysql_walk_key(what->table);
        if (key && cg_mysql_put_force_index(tail, key, err) < 0)
            return -1;
    }
    if (cg_mysql_put_where(tail, what->table, what->predicate, err) < 0)
        return -1;
    return cg_buffer_cstr(tail, err) ? 0 : -1;
}

int cg_mysql_reader_open(struct cg_session *session, const struct cg_read *what, struct cg_reader **ret_reader,
                         struct cg_error *err) {
    struct cg_mysql_select select;
    struct cg_buffer tail, name;
    if (cg_mysql_select_init(&select, what->column_count, err) < 0)
        return -1;
    cg_buffer_init(&tail, (size_t)16 << 20);
    cg_buffer_init(&name, 4096);
    int rc = -1;
    for (size_t i = 0; i < what->column_count; i++) {
        const struct cg_column *column = what->columns[i];
        name.len = 0;
        if (cg_mysql_put_name(&name, column->name, err) < 0 || !cg_buffer_cstr(&name, err))
            goto out;
        if (cg_mysql_select_add(&select, column->name, (const char *)name.data, &column->type,
                                what->as_text ? what->as_text[i] : NULL, err) < 0)
            goto out;
    }
    /* a table of no columns is still rows to count */
    if (what->column_count == 0 && cg_mysql_select_none(&select, err) < 0)
        goto out;
    char doing[160];
    snprintf(doing, sizeof doing, "reading table `%s`", what->table->name);
    if (put_tail(&tail, what, err) < 0)
        goto out;
    rc = cg_mysql_reader_start(session, &select, (const char *)tail.data, doing, ret_reader, err);
out:
    if (rc < 0)
        cg_error_object(err, "table %s.%s", what->table->schema, what->table->name);
    cg_mysql_select_done(&select);
    cg_buffer_done(&tail);
    cg_buffer_done(&name);
    return rc;
}

/* ---- rows ---- */

static struct cg_civil civil_of(const MYSQL_TIME *time, enum cg_value_kind kind) {
    bool is_time = kind == CG_VALUE_TIME;
    return (struct cg_civil){.year = is_time ? 0 : time->year,
                             .month = is_time ? 0 : time->month,
                             .day = is_time ? 0 : time->day,
                             .hour = is_time ? time->hour + time->day * 24 : time->hour,
                             .minute = time->minute,
                             .second = time->second,
                             .microsecond = (uint32_t)time->second_part,
                             .negative = time->neg != 0};
}

/* Decodes one column; true when its bytes did not fit and wait for the spill buffer. */
static inline bool decode(const struct column *column, struct cg_value *value) {
    value->substituted = false;
    if (*column->is_null) {
        value->kind = CG_VALUE_NULL;
        return false;
    }
    value->kind = column->kind;
    switch (column->fetch) {
    case CG_FETCH_I64:
        value->i64 = column->slot->i64;
        return false;
    case CG_FETCH_U64:
        value->u64 = column->slot->u64;
        return false;
    case CG_FETCH_F32:
        value->f32 = column->slot->f32;
        return false;
    case CG_FETCH_F64:
        value->f64 = column->slot->f64;
        return false;
    case CG_FETCH_CIVIL:
        value->civil = civil_of(&column->slot->time, column->kind);
        return false;
    case CG_FETCH_BYTES:
        value->bytes = (struct cg_slice){column->bytes, *column->length};
        if (column->empty_is_invalid && value->bytes.len == 0)
            value->kind = CG_VALUE_ENUM_INVALID;
        return value->bytes.len > column->capacity;
    }
    return false;
}

static bool is_long(const struct cg_reader *reader, size_t i) {
    const struct column *column = &reader->columns[i];
    return column->fetch == CG_FETCH_BYTES && !*column->is_null && *column->length > column->capacity;
}

/* Fetches the row's values that are longer than their bound buffers into the spill buffer, side by side. */
static int fetch_long_values(struct cg_reader *reader, struct cg_error *err) {
    size_t total = 0;
    for (size_t i = 0; i < reader->select.field_count; i++)
        if (is_long(reader, i))
            total += *reader->columns[i].length;
    reader->spill.len = 0;
    if (total > MOST_SPILL_BYTES || cg_buffer_reserve(&reader->spill, total, err) < 0) {
        return total <= MOST_SPILL_BYTES
                   ? -1
                   : cg_error_set(err, CG_ERR_DATA, "%s: a row holds %zu bytes, more than 1 GiB", reader->doing, total);
    }
    unsigned char *at = reader->spill.data;
    for (size_t i = 0; i < reader->select.field_count; i++) {
        if (!is_long(reader, i))
            continue;
        unsigned long length = 0, expected = *reader->columns[i].length;
        cg_my_bool is_null = 0, error = 0;
        MYSQL_BIND bind = {.buffer_type = MYSQL_TYPE_BLOB,
                           .buffer = at,
                           .buffer_length = expected,
                           .length = &length,
                           .is_null = &is_null,
                           .error = &error};
        if (mysql_stmt_fetch_column(reader->stmt, &bind, (unsigned int)reader->select.fields[i].result, 0) != 0)
            return fail(reader, err);
        if (is_null || error || length != expected)
            return cg_error_set(err, CG_ERR_INTERNAL, "%s: column %s gave %lu bytes, then %lu", reader->doing,
                                reader->select.fields[i].name, expected, length);
        reader->values[i].bytes.data = at;
        at += expected;
    }
    return 0;
}

static int lost_value(struct cg_reader *reader, const char *name, const char *what, struct cg_error *err) {
    cg_error_set(err, CG_ERR_ENGINE, "%s: the server gave NULL for %s of column %s, which holds a value", reader->doing,
                 what, name);
    cg_error_hint(err, "the value is probably larger than the server's max_allowed_packet: raise it to 1 GiB");
    return -1;
}

static bool has_replacement_character(struct cg_slice text) {
    return text.len >= 3 && memmem(text.data, text.len, "\xEF\xBF\xBD", 3);
}

/* What stands beside the columns: see select.h. */
static int check_beside(struct cg_reader *reader, struct cg_error *err) {
    for (size_t i = 0; i < reader->select.field_count; i++) {
        const struct cg_mysql_field *field = &reader->select.fields[i];
        struct cg_value *value = &reader->values[i];
        bool is_null = value->kind == CG_VALUE_NULL;
        if (!reader->columns[i].has_beside)
            continue;
        if (field->null_result != CG_NO_RESULT && is_null && reader->slots[field->null_result].i64 == 0)
            return lost_value(reader, field->name, "the expression", err);
        if (is_null)
            continue;
        if (field->index_result != CG_NO_RESULT && reader->slots[field->index_result].i64 == 0)
            value->kind = CG_VALUE_ENUM_INVALID;
        if (field->kept_result == CG_NO_RESULT)
            continue;
        if (reader->nulls[field->kept_result])
            return lost_value(reader, field->name, "the charset check", err);
        value->substituted = reader->slots[field->kept_result].i64 == 0 ||
                             (field->replacement_is_loss && has_replacement_character(value->bytes));
    }
    return 0;
}

/* Truncation is expected of bytes only; anywhere else a value was changed on its way. */
static int check_truncation(struct cg_reader *reader, struct cg_error *err) {
    for (size_t i = 0; i < reader->select.result_count; i++)
        if (reader->errors[i] && reader->binds[i].buffer_type != MYSQL_TYPE_BLOB)
            return cg_error_set(err, CG_ERR_INTERNAL, "%s: result column %zu does not fit its type", reader->doing,
                                i + 1);
    return 0;
}

static int end_of_stream(struct cg_reader *reader, struct cg_error *err) {
    reader->streaming = false;
    if (mysql_stmt_errno(reader->stmt) != 0 || mysql_errno(reader->session->mysql) != 0)
        return fail(reader, err);
    reader->state = ENDED;
    return 0;
}

/* Decodes the row that was just fetched. */
static int decode_row(struct cg_reader *reader, bool truncated, struct cg_error *err) {
    bool any_long = false;
    for (size_t i = 0; i < reader->select.field_count; i++)
        any_long |= decode(&reader->columns[i], &reader->values[i]);
    if (truncated && check_truncation(reader, err) < 0)
        return -1;
    if (any_long && fetch_long_values(reader, err) < 0)
        return -1;
    return reader->any_beside ? check_beside(reader, err) : 0;
}

int cg_mysql_reader_next(struct cg_reader *reader, struct cg_source_row *ret_row, struct cg_error *err) {
    if (reader->state == ENDED)
        return 0;
    if (reader->state == FAILED)
        return cg_error_set(err, CG_ERR_INTERNAL, "%s went on after an error", reader->doing);
    int rc = mysql_stmt_fetch(reader->stmt);
    if (rc == MYSQL_NO_DATA)
        return end_of_stream(reader, err);
    if (rc != 0 && rc != MYSQL_DATA_TRUNCATED)
        return fail(reader, err);
    if (decode_row(reader, rc == MYSQL_DATA_TRUNCATED, err) < 0) {
        reader->state = FAILED;
        return -1;
    }
    *ret_row = (struct cg_source_row){.values = reader->values};
    return 1;
}

/* ---- closing ---- */

/* Reads what is left of a stream that nobody wants, within bounds; true when it ended. */
static bool drain(struct cg_reader *reader) {
    size_t bytes = 0;
    if (!reader->bound)
        return false;
    for (int rows = 0; rows < MOST_DRAIN_ROWS && bytes < MOST_DRAIN_BYTES; rows++) {
        int rc = mysql_stmt_fetch(reader->stmt);
        if (rc != 0 && rc != MYSQL_DATA_TRUNCATED)
            return rc == MYSQL_NO_DATA;
        for (size_t i = 0; i < reader->select.result_count; i++)
            bytes += reader->nulls[i] ? 0 : reader->lengths[i];
    }
    return false;
}

void cg_mysql_reader_close(struct cg_reader *reader) {
    if (!reader)
        return;
    if (reader->stmt) {
        struct cg_session *session = reader->session;
        if (reader->streaming && !session->lost && !drain(reader))
            session->lost = true;
        /* A lost session's socket is shut first: the library would read a running stream to its end. */
        if (session->lost && session->mysql->net.fd > 0)
            shutdown(session->mysql->net.fd, SHUT_RDWR);
        mysql_stmt_close(reader->stmt);
    }
    cg_mysql_select_done(&reader->select);
    cg_buffer_done(&reader->spill);
    free(reader->columns);
    free(reader->values);
    free(reader->binds);
    free(reader->slots);
    free(reader->lengths);
    free(reader->nulls);
    free(reader->errors);
    free(reader->block);
    free(reader);
}
