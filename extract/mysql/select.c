/* SELECT lists and the plan by which their results are decoded; see select.h. */
#include "extract/mysql/select.h"

#include "engine/mysql/connection.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Larger values are fetched one by one (reader.c). */
#define MOST_BOUND_BYTES 65536

static const struct decoder {
    const char *type; /* struct cg_type's name */
    enum cg_value_kind kind;
    enum cg_mysql_fetch fetch;
    size_t capacity; /* 0: by the declared length */
} decoders[] = {
    {"tinyint", CG_VALUE_I64, CG_FETCH_I64, 0},
    {"smallint", CG_VALUE_I64, CG_FETCH_I64, 0},
    {"mediumint", CG_VALUE_I64, CG_FETCH_I64, 0},
    {"int", CG_VALUE_I64, CG_FETCH_I64, 0},
    {"bigint", CG_VALUE_I64, CG_FETCH_I64, 0},
    {"year", CG_VALUE_I64, CG_FETCH_I64, 0},
    {"float", CG_VALUE_F32, CG_FETCH_F32, 0},
    {"double", CG_VALUE_F64, CG_FETCH_F64, 0},
    {"decimal", CG_VALUE_DECIMAL, CG_FETCH_BYTES, 80},
    {"date", CG_VALUE_DATE, CG_FETCH_CIVIL, 0},
    {"datetime", CG_VALUE_TIMESTAMP, CG_FETCH_CIVIL, 0},
    {"timestamp", CG_VALUE_TIMESTAMP, CG_FETCH_CIVIL, 0},
    {"time", CG_VALUE_TIME, CG_FETCH_CIVIL, 0},
    {"char", CG_VALUE_TEXT, CG_FETCH_BYTES, 0},
    {"varchar", CG_VALUE_TEXT, CG_FETCH_BYTES, 0},
    {"tinytext", CG_VALUE_TEXT, CG_FETCH_BYTES, 1024},
    {"text", CG_VALUE_TEXT, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"mediumtext", CG_VALUE_TEXT, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"longtext", CG_VALUE_TEXT, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"enum", CG_VALUE_TEXT, CG_FETCH_BYTES, 0},
    {"set", CG_VALUE_TEXT, CG_FETCH_BYTES, 0},
    {"uuid", CG_VALUE_TEXT, CG_FETCH_BYTES, 64},
    {"inet4", CG_VALUE_TEXT, CG_FETCH_BYTES, 64},
    {"inet6", CG_VALUE_TEXT, CG_FETCH_BYTES, 64},
    {"json", CG_VALUE_JSON, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"binary", CG_VALUE_BYTES, CG_FETCH_BYTES, 0},
    {"varbinary", CG_VALUE_BYTES, CG_FETCH_BYTES, 0},
    {"tinyblob", CG_VALUE_BYTES, CG_FETCH_BYTES, 256},
    {"blob", CG_VALUE_BYTES, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"mediumblob", CG_VALUE_BYTES, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"longblob", CG_VALUE_BYTES, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"bit", CG_VALUE_BITS, CG_FETCH_BYTES, 8},
    {"vector", CG_VALUE_VECTOR, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"geometry", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"point", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, 64},
    {"linestring", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"polygon", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"multipoint", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"multilinestring", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"multipolygon", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, MOST_BOUND_BYTES},
    {"geometrycollection", CG_VALUE_GEOMETRY, CG_FETCH_BYTES, MOST_BOUND_BYTES},
};

/* What the server's conversion to utf8mb4 may lose, by charset; tried with every code on both servers (R10).
 * Not in ascii: MariaDB lets such a column hold any byte, and converts those above 0x7f to '?'. */
enum loss {
    NOTHING,       /* every character is kept; a lone surrogate arrives as bytes that are no UTF-8 */
    NO_WAY_BACK,   /* what does not come back the same */
    OR_REPLACED,   /* that, and U+FFFD: it may come back the same, and the charset has no such character */
    OR_FULL_WIDTH, /* sjis: 0x5C and 0x815F both become U+005C, which comes back as the second */
};
static const struct {
    const char *charset;
    enum loss loss;
} losses[] = {
    {"utf8mb4", NOTHING}, {"utf8mb3", NOTHING},     {"utf8", NOTHING},       {"latin1", NOTHING},
    {"ucs2", NOTHING},    {"utf16", NOTHING},       {"utf16le", NOTHING},    {"utf32", NOTHING},
    {"binary", NOTHING},  {"gb18030", NO_WAY_BACK}, {"sjis", OR_FULL_WIDTH},
};

int cg_mysql_select_init(struct cg_mysql_select *ret_select, size_t fields, struct cg_error *err) {
    struct cg_mysql_field *room = calloc(fields ? fields : 1, sizeof *room);
    if (!room)
        return cg_error_memory(err);
    *ret_select = (struct cg_mysql_select){.fields = room, .field_capacity = fields};
    cg_buffer_init(&ret_select->list, (size_t)64 << 20);
    return 0;
}

void cg_mysql_select_done(struct cg_mysql_select *select) {
    cg_buffer_done(&select->list);
    free(select->fields);
    *select = (struct cg_mysql_select){0};
}

static const struct decoder *find_decoder(const char *type) {
    for (size_t i = 0; i < sizeof decoders / sizeof *decoders; i++)
        if (strcmp(decoders[i].type, type) == 0)
            return &decoders[i];
    return NULL;
}

static enum loss loss_of(const struct cg_type *type) {
    if (!type->charset)
        return NOTHING;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        if (strcasecmp(losses[i].charset, type->charset) == 0)
            return losses[i].loss;
    return OR_REPLACED;
}

bool cg_mysql_may_lose(const struct cg_type *type) {
    return loss_of(type) != NOTHING;
}

static bool has_empty_label(const struct cg_type *type) {
    for (size_t i = 0; i < type->label_count; i++)
        if (!type->labels[i][0])
            return true;
    return false;
}

/* Bytes of buffer that nearly every value of the column fits into. A character takes at most four. */
static size_t bound_bytes(const struct decoder *decoder, const struct cg_type *type) {
    size_t bytes = decoder->capacity;
    if (bytes)
        return bytes;
    for (size_t i = 0; i < type->label_count; i++)
        bytes += strlen(type->labels[i]) + 1;
    if (type->length > 0)
        bytes = type->length > MOST_BOUND_BYTES ? MOST_BOUND_BYTES
                                                : (size_t)type->length * (decoder->kind == CG_VALUE_TEXT ? 4 : 1);
    if (bytes == 0)
        bytes = 1024;
    return bytes > MOST_BOUND_BYTES ? MOST_BOUND_BYTES : bytes;
}

/* Appends one result column, made of up to five pieces of SQL, and gives its number. */
static int put_result(struct cg_mysql_select *select, const char *const pieces[5], size_t *ret_result,
                      struct cg_error *err) {
    if (select->result_count > 0 && cg_buffer_text(&select->list, ", ", err) < 0)
        return -1;
    for (size_t i = 0; i < 5 && pieces[i]; i++)
        if (cg_buffer_text(&select->list, pieces[i], err) < 0)
            return -1;
    *ret_result = select->result_count++;
    return 0;
}

/* Adds the result column that tells whether a text survives the server's conversion. */
static int put_kept(struct cg_mysql_select *select, struct cg_mysql_field *field, const char *expression,
                    const struct cg_type *type, enum loss loss, struct cg_error *err) {
    const char *back[5] = {"CONVERT(CONVERT(", expression, " USING utf8mb4) USING ", type->charset, ") = CAST("};
    if (put_result(select, back, &field->kept_result, err) < 0)
        return -1;
    field->replacement_is_loss = loss != NO_WAY_BACK;
    if (loss != OR_FULL_WIDTH) /* REPLACE goes byte by byte under a binary collation, and 0x5C ends many characters */
        return cg_buffer_printf(&select->list, err, "%s AS BINARY)", expression);
    return cg_buffer_printf(&select->list, err,
                            "REPLACE(%s COLLATE sjis_japanese_ci, _sjis X'5C', _sjis X'815F') AS BINARY)"
                            " AND LOCATE(_sjis X'815F' COLLATE sjis_bin, %s) = 0",
                            expression, expression);
}

static int put_beside(struct cg_mysql_select *select, struct cg_mysql_field *field, const char *expression,
                      const struct cg_type *type, struct cg_error *err) {
    const char *is_null[5] = {"(", expression, ") IS NULL"};
    const char *label_index[5] = {expression, "+0"};
    enum loss loss = loss_of(type);
    if (field->is_expression || field->kind == CG_VALUE_VECTOR)
        return put_result(select, is_null, &field->null_result, err);
    if (field->is_enum && has_empty_label(type) && put_result(select, label_index, &field->index_result, err) < 0)
        return -1;
    if (field->kind != CG_VALUE_TEXT || loss == NOTHING)
        return 0;
    return put_kept(select, field, expression, type, loss, err);
}

int cg_mysql_select_add(struct cg_mysql_select *select, const char *name, const char *expression,
                        const struct cg_type *type, const char *as_text, struct cg_error *err) {
    const struct decoder *decoder = find_decoder(type->name);
    if (select->field_count == select->field_capacity)
        return cg_error_set(err, CG_ERR_INTERNAL, "a SELECT list made for %zu columns got one more",
                            select->field_capacity);
    if (!decoder && !as_text) {
        cg_error_set(err, CG_ERR_DATA, "column %s has type %s, which crossgrade cannot read", name, type->full);
        cg_error_hint(err, "read it as text by a type-map rule, or exclude its table");
        return -1;
    }
    struct cg_mysql_field field = {
        .name = name, .null_result = CG_NO_RESULT, .index_result = CG_NO_RESULT, .kept_result = CG_NO_RESULT};
    if (as_text) {
        field.kind = CG_VALUE_TEXT;
        field.fetch = CG_FETCH_BYTES;
        field.is_expression = true;
        field.capacity = MOST_BOUND_BYTES;
    } else {
        field.kind = decoder->kind;
        field.fetch = decoder->fetch;
        field.is_enum = strcmp(type->name, "enum") == 0;
        field.capacity = field.fetch == CG_FETCH_BYTES ? bound_bytes(decoder, type) : 0;
        if (field.fetch == CG_FETCH_I64 && type->is_unsigned && strcmp(type->name, "year") != 0) {
            field.kind = CG_VALUE_U64;
            field.fetch = CG_FETCH_U64;
        }
    }
    const char *plain[5] = {expression};
    const char *cast[5] = {"CAST(", expression, " AS BINARY)"};
    const char *instead[5] = {"(", as_text, ")"};
    const char *const *pieces = as_text ? instead : field.kind == CG_VALUE_VECTOR ? cast : plain;
    if (put_result(select, pieces, &field.result, err) < 0 || put_beside(select, &field, expression, type, err) < 0)
        return -1;
    select->fields[select->field_count++] = field;
    return 0;
}

int cg_mysql_select_none(struct cg_mysql_select *select, struct cg_error *err) {
    size_t unused;
    return put_result(select, (const char *const[5]){"1"}, &unused, err);
}

/* The protocol's types in families: one kind of value is read from one family. */
enum family { CHARACTERS = 0, INTEGERS, FLOATS, DOUBLES, DECIMALS, DATES, TIMES, DATETIMES, BITS, SPATIAL };

static const enum family kind_families[CG_VALUE_KINDS] = {
    [CG_VALUE_I64] = INTEGERS,     [CG_VALUE_U64] = INTEGERS,        [CG_VALUE_F32] = FLOATS,
    [CG_VALUE_F64] = DOUBLES,      [CG_VALUE_DECIMAL] = DECIMALS,    [CG_VALUE_DATE] = DATES,
    [CG_VALUE_TIME] = TIMES,       [CG_VALUE_TIMESTAMP] = DATETIMES, [CG_VALUE_BITS] = BITS,
    [CG_VALUE_GEOMETRY] = SPATIAL,
};

/* Types that are not here are CHARACTERS. */
static const struct {
    unsigned int type;
    enum family family;
} type_families[] = {
    {MYSQL_TYPE_TINY, INTEGERS},       {MYSQL_TYPE_SHORT, INTEGERS},
    {MYSQL_TYPE_INT24, INTEGERS},      {MYSQL_TYPE_LONG, INTEGERS},
    {MYSQL_TYPE_LONGLONG, INTEGERS},   {MYSQL_TYPE_YEAR, INTEGERS},
    {MYSQL_TYPE_FLOAT, FLOATS},        {MYSQL_TYPE_DOUBLE, DOUBLES},
    {MYSQL_TYPE_DECIMAL, DECIMALS},    {MYSQL_TYPE_NEWDECIMAL, DECIMALS},
    {MYSQL_TYPE_DATE, DATES},          {MYSQL_TYPE_NEWDATE, DATES},
    {MYSQL_TYPE_TIME, TIMES},          {MYSQL_TYPE_DATETIME, DATETIMES},
    {MYSQL_TYPE_TIMESTAMP, DATETIMES}, {MYSQL_TYPE_BIT, BITS},
    {MYSQL_TYPE_GEOMETRY, SPATIAL},
};

static enum family type_family(unsigned int type) {
    for (size_t i = 0; i < sizeof type_families / sizeof *type_families; i++)
        if (type_families[i].type == type)
            return type_families[i].family;
    return CHARACTERS;
}

/* 241 to 244 are types that Connector/C keeps a gap for (VECTOR is 242). */
static bool driver_cannot_read(unsigned int type) {
    return type >= 241 && type <= 244;
}

static int refuse_unreadable(const MYSQL_FIELD *result, const char *name, struct cg_error *err) {
    cg_error_set(err, CG_ERR_ENGINE, "the server sends column %s as type %u, which the client library cannot read",
                 name, (unsigned)result->type);
    cg_error_hint(err, "exclude its table, or read the column as text by a type-map rule");
    return -1;
}

int cg_mysql_select_check(const struct cg_mysql_select *select, const MYSQL_FIELD *results, size_t count,
                          struct cg_error *err) {
    if (count != select->result_count)
        return cg_error_set(err, CG_ERR_CHANGED, "the server sends %zu columns where %zu were selected", count,
                            select->result_count);
    for (size_t i = 0; i < count; i++)
        if (driver_cannot_read(results[i].type))
            return refuse_unreadable(&results[i], results[i].name, err);
    for (size_t i = 0; i < select->field_count; i++) {
        const struct cg_mysql_field *field = &select->fields[i];
        const MYSQL_FIELD *result = &results[field->result];
        if (field->is_expression)
            continue;
        bool is_unsigned = (result->flags & UNSIGNED_FLAG) && result->type != MYSQL_TYPE_YEAR;
        bool fits = type_family(result->type) == kind_families[field->kind];
        if (fits && type_family(result->type) == INTEGERS)
            fits = is_unsigned == (field->fetch == CG_FETCH_U64);
        if (!fits)
            return cg_error_set(err, CG_ERR_CHANGED,
                                "column %s is sent as protocol type %u%s, which is not what the catalog said",
                                field->name, (unsigned)result->type, is_unsigned ? " unsigned" : "");
    }
    return 0;
}
