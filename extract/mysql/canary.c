/* Canaries (R26): typed values selected without any table, and read by the same reader as rows.
 *
 * JSON_TABLE('{"c0": ...}', '$' COLUMNS (c0 TYPE PATH '$.c0')) makes a column of a real type out of a JSON scalar:
 * MariaDB from 10.6, MySQL from 8.0.4. What it cannot make, tried on both servers:
 *
 *   type                 MariaDB                        MySQL
 *   enum, set            nothing makes one: an error    JSON_TABLE
 *   uuid, inet4, inet6   CAST('..' AS UUID), ...        (no such types)
 *   vector               nothing makes one: an error    TO_VECTOR('[1, 2]')
 *   the geometry family  ST_GeomFromText(wkt, srid)     the same, with axis-order=long-lat as MariaDB has it
 *   bit(n)               JSON_TABLE takes the *bytes*   JSON_TABLE takes the number, but beside
 *                        of a string: a document of     a TEXT or JSON column it sets the bits
 *                        its own, in latin1             above a whole byte: one of its own too
 *
 * What the JSON scalar of a canary is, by type: a number or string as the column's text form; bit(n): an unsigned
 * number; json: any JSON; binary and blob: a string whose UTF-8 bytes are the value; geometry: WKT in a string, with
 * "SRID=n;" in front or not; vector: a string like "[1, 2.5]". JSON_TABLE reads a bare number into a DECIMAL through a
 * double (MySQL) and a bare 0 into a YEAR as 2000 (MariaDB): both are turned into strings here. */
#include "extract/mysql/query.h"
#include "extract/mysql/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum maker { BY_JSON, BY_JSON_TEXT, BY_JSON_YEAR, BY_BITS, BY_BIT_NUMBER, BY_CAST, BY_WKT, BY_TO_VECTOR, BY_NOTHING };

static const struct {
    const char *type;
    enum maker mariadb, mysql;
} makers[] = {
    {"decimal", BY_JSON_TEXT, BY_JSON_TEXT},
    {"year", BY_JSON_YEAR, BY_JSON_YEAR},
    {"bit", BY_BITS, BY_BIT_NUMBER},
    {"enum", BY_NOTHING, BY_JSON},
    {"set", BY_NOTHING, BY_JSON},
    {"uuid", BY_CAST, BY_NOTHING},
    {"inet4", BY_CAST, BY_NOTHING},
    {"inet6", BY_CAST, BY_NOTHING},
    {"vector", BY_NOTHING, BY_TO_VECTOR},
    {"geometry", BY_WKT, BY_WKT},
    {"point", BY_WKT, BY_WKT},
    {"linestring", BY_WKT, BY_WKT},
    {"polygon", BY_WKT, BY_WKT},
    {"multipoint", BY_WKT, BY_WKT},
    {"multilinestring", BY_WKT, BY_WKT},
    {"multipolygon", BY_WKT, BY_WKT},
    {"geometrycollection", BY_WKT, BY_WKT},
};

static enum maker maker_of(const struct cg_type *type, bool mariadb) {
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (strcmp(makers[i].type, type->name) == 0)
            return mariadb ? makers[i].mariadb : makers[i].mysql;
    return BY_JSON;
}

/* The two JSON_TABLEs of a statement, as they grow: [0] in utf8mb4, [1] in latin1 for bits. */
struct document {
    struct cg_buffer json, columns;
};

/* The inside of a JSON string when it is a plain one (no escapes), else the scalar itself. */
static struct cg_slice unquoted(const char *json) {
    size_t len = strlen(json);
    if (len >= 2 && json[0] == '"' && json[len - 1] == '"')
        return (struct cg_slice){(const unsigned char *)json + 1, len - 2};
    return (struct cg_slice){(const unsigned char *)json, len};
}

/* The bytes of an unsigned number as a JSON string of \u00XX, as MariaDB's BIT wants them. */
static int put_bits(struct cg_buffer *b, const struct cg_canary *canary, struct cg_error *err) {
    char *end;
    uint64_t bits = strtoull(canary->json, &end, 10);
    if (*end || canary->json[0] == '-')
        return cg_error_set(err, CG_ERR_INTERNAL, "a canary of type bit must be an unsigned number, not %s",
                            canary->json);
    size_t bytes = canary->type->length > 0 ? ((size_t)canary->type->length + 7) / 8 : 8;
    if (cg_buffer_text(b, "\"", err) < 0)
        return -1;
    for (size_t i = bytes; i-- > 0;)
        if (cg_buffer_printf(b, err, "\\u%04x", (unsigned int)(bits >> (8 * i)) & 0xff) < 0)
            return -1;
    return cg_buffer_text(b, "\"", err);
}

static int put_json(struct cg_buffer *b, const struct cg_canary *canary, enum maker maker, struct cg_error *err) {
    bool bare = canary->json[0] != '"' && strcmp(canary->json, "null") != 0;
    if (maker == BY_BITS && bare)
        return put_bits(b, canary, err);
    if (maker == BY_JSON_YEAR && bare)
        return cg_buffer_printf(b, err, "\"%04d\"", atoi(canary->json));
    if (maker == BY_JSON_TEXT && bare)
        return cg_buffer_printf(b, err, "\"%s\"", canary->json);
    return cg_buffer_text(b, canary->json, err);
}

/* The type as JSON_TABLE takes it: with its charset, without which the database's default would hold. */
static int put_type(struct cg_buffer *b, const struct cg_type *type, struct cg_error *err) {
    if (strcmp(type->name, "json") == 0)
        return cg_buffer_text(b, "json", err);
    if (cg_buffer_text(b, type->full, err) < 0)
        return -1;
    if (type->charset && cg_buffer_printf(b, err, " CHARACTER SET %s", type->charset) < 0)
        return -1;
    if (type->charset && type->collation && cg_buffer_printf(b, err, " COLLATE %s", type->collation) < 0)
        return -1;
    return 0;
}

static int put_in_document(struct document *document, size_t number, const struct cg_canary *canary, enum maker maker,
                           struct cg_error *err) {
    const char *comma = document->json.len > 0 ? ", " : "";
    if (cg_buffer_printf(&document->json, err, "%s\"c%zu\": ", comma, number) < 0 ||
        put_json(&document->json, canary, maker, err) < 0 ||
        cg_buffer_printf(&document->columns, err, "%sc%zu ", comma, number) < 0 ||
        put_type(&document->columns, canary->type, err) < 0)
        return -1;
    return cg_buffer_printf(&document->columns, err, " PATH '$.c%zu' ERROR ON EMPTY ERROR ON ERROR", number);
}

static int put_wkt(struct cg_buffer *b, const struct cg_canary *canary, bool mariadb, struct cg_error *err) {
    struct cg_slice wkt = unquoted(canary->json);
    unsigned int srid = 0;
    int skip = 0;
    const char *text = (const char *)wkt.data;
    if (sscanf(text, "SRID=%u;%n", &srid, &skip) == 1 && skip > 0)
        wkt = (struct cg_slice){wkt.data + skip, wkt.len - (size_t)skip};
    if (cg_buffer_text(b, "ST_GeomFromText(", err) < 0 || cg_mysql_put_literal(b, wkt, err) < 0)
        return -1;
    bool axes = !mariadb && srid != 0;
    return cg_buffer_printf(b, err, ", %u%s)", srid, axes ? ", 'axis-order=long-lat'" : "");
}

/* The SQL expression of one canary; what JSON_TABLE makes is added to its document. */
static int put_expression(struct cg_buffer *b, struct document documents[2], size_t number,
                          const struct cg_canary *canary, bool mariadb, struct cg_error *err) {
    enum maker maker = maker_of(canary->type, mariadb);
    switch (maker) {
    case BY_JSON:
    case BY_JSON_TEXT:
    case BY_JSON_YEAR:
    case BY_BITS:
    case BY_BIT_NUMBER:
        if (put_in_document(&documents[maker == BY_BITS || maker == BY_BIT_NUMBER], number, canary, maker, err) < 0)
            return -1;
        return cg_buffer_printf(b, err, "c%zu", number);
    case BY_CAST:
        if (cg_buffer_text(b, "CAST(", err) < 0 || cg_mysql_put_literal(b, unquoted(canary->json), err) < 0)
            return -1;
        return cg_buffer_printf(b, err, " AS %s)", canary->type->name);
    case BY_WKT:
        return put_wkt(b, canary, mariadb, err);
    case BY_TO_VECTOR:
        if (cg_buffer_text(b, "TO_VECTOR(", err) < 0 || cg_mysql_put_literal(b, unquoted(canary->json), err) < 0)
            return -1;
        return cg_buffer_text(b, ")", err);
    case BY_NOTHING:
        break;
    }
    return cg_error_set(err, CG_ERR_ENGINE, "%s has no way to make a value of type %s without a table",
                        mariadb ? "MariaDB" : "MySQL", canary->type->full);
}

/* " FROM JSON_TABLE(...) AS d0, JSON_TABLE(...) AS d1", of the documents that hold anything. */
static int put_documents(struct cg_buffer *tail, struct document documents[2], struct cg_error *err) {
    static const char *const introducers[] = {"_utf8mb4 X'", "_latin1 X'"};
    for (size_t i = 0, placed = 0; i < 2; i++) {
        struct document *document = &documents[i];
        if (document->json.len == 0)
            continue;
        if (cg_buffer_printf(tail, err, "%s JSON_TABLE(%s", placed++ ? "," : " FROM", introducers[i]) < 0 ||
            cg_mysql_put_hex(tail, cg_slice_text("{"), err) < 0 ||
            cg_mysql_put_hex(tail, cg_buffer_slice(&document->json), err) < 0 ||
            cg_mysql_put_hex(tail, cg_slice_text("}"), err) < 0 || cg_buffer_text(tail, "', '$' COLUMNS (", err) < 0 ||
            cg_buffer_append(tail, document->columns.data, document->columns.len, err) < 0 ||
            cg_buffer_printf(tail, err, ")) AS d%zu", i) < 0)
            return -1;
    }
    return cg_buffer_cstr(tail, err) ? 0 : -1;
}

static int put_canaries(const struct cg_session *session, const struct cg_canary *canaries, size_t count,
                        struct cg_mysql_select *select, struct document documents[2], struct cg_error *err) {
    struct cg_buffer expression;
    cg_buffer_init(&expression, (size_t)16 << 20);
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        expression.len = 0;
        rc = put_expression(&expression, documents, i, &canaries[i], session->source->mariadb, err);
        if (rc == 0 && !cg_buffer_cstr(&expression, err))
            rc = -1;
        if (rc == 0)
            rc = cg_mysql_select_add(select, canaries[i].type->full, (const char *)expression.data, canaries[i].type,
                                     NULL, err);
    }
    cg_buffer_done(&expression);
    return rc;
}

int cg_mysql_canaries(struct cg_session *session, const struct cg_canary *canaries, size_t count,
                      struct cg_reader **ret_reader, struct cg_error *err) {
    struct cg_mysql_select select;
    struct document documents[2];
    struct cg_buffer tail;
    if (cg_mysql_select_init(&select, count, err) < 0)
        return -1;
    cg_buffer_init(&tail, (size_t)64 << 20);
    for (size_t i = 0; i < 2; i++) {
        cg_buffer_init(&documents[i].json, (size_t)16 << 20);
        cg_buffer_init(&documents[i].columns, (size_t)16 << 20);
    }
    int rc = put_canaries(session, canaries, count, &select, documents, err);
    if (rc == 0)
        rc = put_documents(&tail, documents, err);
    if (rc == 0)
        rc = cg_mysql_reader_start(session, &select, (const char *)tail.data, "selecting canaries", ret_reader, err);
    for (size_t i = 0; i < 2; i++) {
        cg_buffer_done(&documents[i].json);
        cg_buffer_done(&documents[i].columns);
    }
    cg_buffer_done(&tail);
    cg_mysql_select_done(&select);
    return rc;
}
