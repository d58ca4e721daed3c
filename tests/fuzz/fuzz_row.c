/* Rows of the binary protocol, as the reader takes them from the driver: the functions of the client library that it
 * calls stand here, and make their answers of the input (MySQL "Binary Protocol Resultset Row"). What the reader hands
 * out is spelled out as a rejects file would.
 *
 * One byte for the number of columns, one for the type of each, one for a type that the server announces instead; then
 * rows until the input ends. */
#include "engine/mysql/client_library.h"
#include "extract/mysql/reader.h"
#include "fuzz.h"
#include "tests/support/encode.h"
#include "transform/exact_text.h"

#include <mysql/errmsg.h>

static const struct {
    const char *type, *charset;
    enum enum_field_types wire;
} kinds[] = {
    {"tinyint", NULL, MYSQL_TYPE_TINY},
    {"bigint", NULL, MYSQL_TYPE_LONGLONG},
    {"bigint unsigned", NULL, MYSQL_TYPE_LONGLONG},
    {"year", NULL, MYSQL_TYPE_YEAR},
    {"float", NULL, MYSQL_TYPE_FLOAT},
    {"double", NULL, MYSQL_TYPE_DOUBLE},
    {"decimal(10,2)", NULL, MYSQL_TYPE_NEWDECIMAL},
    {"date", NULL, MYSQL_TYPE_DATE},
    {"datetime(6)", NULL, MYSQL_TYPE_DATETIME},
    {"time(6)", NULL, MYSQL_TYPE_TIME},
    {"varchar(2)", "utf8mb4", MYSQL_TYPE_VAR_STRING},
    {"varchar(2)", "gbk", MYSQL_TYPE_VAR_STRING},
    {"char(3)", "sjis", MYSQL_TYPE_STRING},
    {"enum('a','b')", "utf8mb4", MYSQL_TYPE_STRING},
    {"enum('','b')", "latin1", MYSQL_TYPE_STRING},
    {"set('a')", "utf8mb4", MYSQL_TYPE_STRING},
    {"varbinary(5)", NULL, MYSQL_TYPE_VAR_STRING},
    {"tinyblob", NULL, MYSQL_TYPE_BLOB},
    {"bit(9)", NULL, MYSQL_TYPE_BIT},
    {"point", NULL, MYSQL_TYPE_GEOMETRY},
    {"uuid", NULL, MYSQL_TYPE_STRING},
    {"vector(3)", NULL, MYSQL_TYPE_VAR_STRING},
};
enum { KINDS = sizeof kinds / sizeof *kinds, MOST_COLUMNS = 6, MOST_RESULTS = 4 * MOST_COLUMNS };

/* ---- the client library ---- */

static struct {
    struct fuzz_input input;
    MYSQL_FIELD fields[MOST_RESULTS];
    MYSQL_BIND binds[MOST_RESULTS];
    struct cg_slice values[MOST_RESULTS]; /* of the row at hand, whole */
    unsigned int count, error;
} wire;

static MYSQL connection;
static char statement; /* its address stands for a MYSQL_STMT */

MYSQL_STMT *STDCALL mysql_stmt_init(MYSQL *mysql) {
    (void)mysql;
    return (MYSQL_STMT *)(void *)&statement;
}

int STDCALL mysql_options(MYSQL *mysql, enum mysql_option option, const void *value) {
    (void)mysql, (void)option, (void)value;
    return 0;
}

int STDCALL mysql_stmt_prepare(MYSQL_STMT *stmt, const char *query, unsigned long length) {
    (void)stmt;
    fuzz_require(strnlen(query, length) == length);
    return 0;
}

MYSQL_RES *STDCALL mysql_stmt_result_metadata(MYSQL_STMT *stmt) {
    return (MYSQL_RES *)(void *)stmt;
}

MYSQL_FIELD *STDCALL mysql_fetch_fields(MYSQL_RES *result) {
    (void)result;
    return wire.fields;
}

unsigned int STDCALL mysql_num_fields(MYSQL_RES *result) {
    (void)result;
    return wire.count;
}

void STDCALL mysql_free_result(MYSQL_RES *result) {
    (void)result;
}

int STDCALL mysql_stmt_execute(MYSQL_STMT *stmt) {
    (void)stmt;
    return 0;
}

cg_my_bool STDCALL mysql_stmt_bind_result(MYSQL_STMT *stmt, MYSQL_BIND *binds) {
    (void)stmt;
    memcpy(wire.binds, binds, wire.count * sizeof *binds);
    return 0;
}

unsigned int STDCALL mysql_stmt_errno(MYSQL_STMT *stmt) {
    (void)stmt;
    return wire.error;
}

const char *STDCALL mysql_stmt_error(MYSQL_STMT *stmt) {
    (void)stmt;
    return "the input says so";
}

const char *STDCALL mysql_stmt_sqlstate(MYSQL_STMT *stmt) {
    (void)stmt;
    return "HY000";
}

unsigned int STDCALL mysql_errno(MYSQL *mysql) {
    (void)mysql;
    return 0;
}

cg_my_bool STDCALL mysql_stmt_close(MYSQL_STMT *stmt) {
    (void)stmt;
    return 0;
}

/* A date or time: its length, then as many of its parts as that says. */
static void fill_time(MYSQL_TIME *time, bool is_time) {
    size_t length = fuzz_below(&wire.input, 13);
    *time = (MYSQL_TIME){0};
    if (length && is_time) {
        time->neg = fuzz_flag(&wire.input);
        time->day = (unsigned int)fuzz_number(&wire.input, 4);
    } else if (length) {
        time->year = (unsigned int)fuzz_number(&wire.input, 2);
        time->month = (unsigned int)fuzz_number(&wire.input, 1);
        time->day = (unsigned int)fuzz_number(&wire.input, 1);
    }
    if (length > 4) {
        time->hour = (unsigned int)fuzz_number(&wire.input, 1);
        time->minute = (unsigned int)fuzz_number(&wire.input, 1);
        time->second = (unsigned int)fuzz_number(&wire.input, 1);
    }
    if (length > 7)
        time->second_part = (unsigned long)fuzz_number(&wire.input, 4);
}

/* Bytes with their length before them; true when they do not fit. */
static bool fill_bytes(const MYSQL_BIND *bind, struct cg_slice *ret_value) {
    size_t length = fuzz_number(&wire.input, 1);
    *ret_value = fuzz_bytes(&wire.input, length < 250 ? length : (length - 249) * 1000);
    *bind->length = ret_value->len;
    size_t fits = ret_value->len < bind->buffer_length ? ret_value->len : bind->buffer_length;
    if (fits)
        memcpy(bind->buffer, ret_value->data, fits);
    *bind->error = fits < ret_value->len;
    return *bind->error;
}

static void fill_number(const MYSQL_BIND *bind, size_t bytes) {
    uint64_t number = fuzz_number(&wire.input, bytes);
    memcpy(bind->buffer, &number, bytes);
    *bind->length = bytes;
}

static bool fill(size_t i) {
    const MYSQL_BIND *bind = &wire.binds[i];
    *bind->error = 0;
    switch (bind->buffer_type) {
    case MYSQL_TYPE_BLOB:
        return fill_bytes(bind, &wire.values[i]);
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_TIME:
        fill_time(bind->buffer, bind->buffer_type == MYSQL_TYPE_TIME);
        return false;
    case MYSQL_TYPE_FLOAT:
        fill_number(bind, 4);
        return false;
    default:
        fill_number(bind, 8);
        return false;
    }
}

/* A byte says what comes: a row, a row that was cut though nothing was long, an error with or without a number, the
 * end. */
int STDCALL mysql_stmt_fetch(MYSQL_STMT *stmt) {
    uint64_t what = wire.input.size ? fuzz_number(&wire.input, 1) : 255;
    uint64_t nulls = fuzz_number(&wire.input, 3);
    bool truncated = what == 250;
    (void)stmt;
    wire.error = what == 251 ? CR_SERVER_LOST : 0;
    if (what >= 251)
        return what >= 253 ? MYSQL_NO_DATA : 1;
    for (size_t i = 0; i < wire.count; i++) {
        *wire.binds[i].is_null = nulls >> i & 1;
        if (!*wire.binds[i].is_null)
            truncated |= fill(i);
    }
    if (what == 250)
        *wire.binds[0].error = 1;
    return truncated ? MYSQL_DATA_TRUNCATED : 0;
}

int STDCALL mysql_stmt_fetch_column(MYSQL_STMT *stmt, MYSQL_BIND *bind, unsigned int column, unsigned long offset) {
    (void)stmt;
    fuzz_require(column < wire.count && offset == 0);
    struct cg_slice value = wire.values[column];
    fuzz_require(bind->buffer_length >= value.len);
    memcpy(bind->buffer, value.data, value.len);
    *bind->length = value.len;
    return 0;
}

/* ---- the reader ---- */

static struct cg_type column_types[MOST_COLUMNS];

static void add_columns(struct cg_mysql_select *select) {
    static struct cg_type all[KINDS];
    size_t count = fuzz_below(&wire.input, MOST_COLUMNS + 1), chosen[MOST_COLUMNS];
    for (size_t i = 0; i < KINDS && !all[i].name; i++) {
        all[i] = type_of(kinds[i].type);
        all[i].charset = kinds[i].charset;
    }
    fuzz_require(cg_mysql_select_init(select, count, NULL) == 0);
    for (size_t i = 0; i < count; i++) {
        chosen[i] = fuzz_below(&wire.input, KINDS);
        column_types[i] = all[chosen[i]];
        fuzz_require(cg_mysql_select_add(select, "c", "`c`", &column_types[i], NULL, NULL) == 0);
    }
    if (!count)
        fuzz_require(cg_mysql_select_none(select, NULL) == 0);
    wire.count = (unsigned int)select->result_count;
    fuzz_require(wire.count <= MOST_RESULTS);
    for (size_t i = 0; i < wire.count; i++)
        wire.fields[i] = (MYSQL_FIELD){.name = "c", .type = MYSQL_TYPE_LONGLONG};
    for (size_t i = 0; i < count; i++) {
        MYSQL_FIELD *field = &wire.fields[select->fields[i].result];
        field->type = kinds[chosen[i]].wire;
        field->flags = column_types[i].is_unsigned ? UNSIGNED_FLAG : 0;
    }
    uint64_t instead = fuzz_number(&wire.input, 1);
    if (instead < 32)
        wire.fields[0].type = (enum enum_field_types)(instead < 20 ? instead : 225 + instead);
}

static int count_text(void *context, struct cg_slice piece, struct cg_error *err) {
    (void)err;
    *(size_t *)context += piece.len;
    return 0;
}

static void read_all(struct cg_reader *reader, size_t columns) {
    struct cg_source_row row;
    struct cg_error err = {0};
    size_t text = 0;
    int rc;
    while ((rc = cg_mysql_reader_next(reader, &row, &err)) > 0)
        for (size_t i = 0; i < columns; i++)
            if (row.values[i].kind != CG_VALUE_NULL && !row.values[i].substituted)
                fuzz_require(cg_exact_text(&column_types[i], &row.values[i], (struct cg_slice){0}, count_text, &text,
                                           &err) == 0);
    fuzz_require(rc == 0 || err.message[0]);
    fuzz_require(rc == 0 || cg_mysql_reader_next(reader, &row, &err) < 0); /* an error stays one */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct cg_source source;
    struct cg_session session = {.source = &source, .mysql = &connection};
    struct cg_mysql_select select;
    struct cg_reader *reader = NULL;
    struct cg_error err = {0};
    unsigned char *exact = fuzz_copy((struct cg_slice){data, size});
    memset(&wire, 0, sizeof wire);
    wire.input = (struct fuzz_input){exact, size};
    add_columns(&select);
    size_t columns = select.field_count;
    if (cg_mysql_reader_start(&session, &select, " FROM t", "reading", &reader, &err) == 0)
        read_all(reader, columns);
    else
        fuzz_require(err.message[0]);
    cg_mysql_reader_close(reader);
    cg_mysql_select_done(&select);
    free(exact);
    return 0;
}
