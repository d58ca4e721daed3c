/* What nothing carries and a person must be told: triggers, routines, events, grants, with their source
 * text; see catalog_internal.h. Triggers, routines and events are asked for one by one with SHOW CREATE: MySQL's
 * information_schema takes the escapes out of the literals in their bodies, so that 'it''s' reads 'it's'. */
#include "engine/mysql/catalog_internal.h"

#include "embedded.h"

#include <stdio.h>

enum { TEXT_BYTES = 64 * 1024 * 1024, NAME_BYTES = 4096 };

const char cg_mysql_hidden[] = "(the text is not visible: this user lacks the right to see it)";

int cg_mysql_add_object(struct cg_mysql_reading *reading, enum cg_object_kind kind, const char *name, const char *table,
                        const char *text, struct cg_error *err) {
    struct cg_catalog *catalog = reading->catalog;
    catalog->objects =
        cg_arena_push(reading->arena, catalog->objects, &catalog->object_count, sizeof *catalog->objects);
    if (!catalog->objects)
        return cg_error_memory(err);
    catalog->objects[catalog->object_count - 1] =
        (struct cg_object){.kind = kind, .name = name, .table = table, .text = text};
    return 0;
}

/* Writes one object's text from its row. */
typedef int (*writer)(const struct cg_mysql_rows *row, struct cg_buffer *b, struct cg_error *err);

static int put_text(struct cg_buffer *b, const char *text, struct cg_error *err) {
    return cg_buffer_text(b, text, err);
}

/* `name` of a field in backticks, with text before it. */
static int put_field_name(const struct cg_mysql_rows *row, const char *before, const char *field, struct cg_buffer *b,
                          struct cg_error *err) {
    return put_text(b, before, err) < 0 ? -1 : cg_mysql_put_name(b, cg_mysql_field_or_empty(row, field), err);
}

/* A field as it is, with text before it; nothing at all when it is NULL or empty. */
static int put_field(const struct cg_mysql_rows *row, const char *before, const char *field, struct cg_buffer *b,
                     struct cg_error *err) {
    const char *text = cg_mysql_field_or_empty(row, field);
    if (!text[0])
        return 0;
    return put_text(b, before, err) < 0 ? -1 : put_text(b, text, err);
}

/* ---- what is put together ---- */

static int write_grant(const struct cg_mysql_rows *row, struct cg_buffer *b, struct cg_error *err) {
    const char *column = cg_mysql_field(row, "COLUMN_NAME"), *table = cg_mysql_field(row, "TABLE_NAME");
    if (put_field(row, "GRANT ", "PRIVILEGE_LIST", b, err) < 0)
        return -1;
    if (column && (put_field_name(row, " (", "COLUMN_NAME", b, err) < 0 || put_text(b, ")", err) < 0))
        return -1;
    if (put_field_name(row, " ON ", "ON_SCHEMA", b, err) < 0 || put_text(b, ".", err) < 0)
        return -1;
    if ((table ? cg_mysql_put_name(b, table, err) : put_text(b, "*", err)) < 0)
        return -1;
    if (put_field(row, " TO ", "GRANTEE", b, err) < 0)
        return -1;
    return cg_mysql_field_is(row, "IS_GRANTABLE", "YES") ? put_text(b, " WITH GRANT OPTION", err) : 0;
}

/* ---- what the server shows ---- */

/* SHOW CREATE TRIGGER `database`.`name` */
static int put_show(const struct cg_mysql_reading *reading, const char *kind, const char *name, struct cg_buffer *b,
                    struct cg_error *err) {
    if (put_text(b, "SHOW CREATE ", err) < 0 || put_text(b, kind, err) < 0 || put_text(b, " ", err) < 0 ||
        cg_mysql_put_name(b, reading->database, err) < 0 || put_text(b, ".", err) < 0)
        return -1;
    return cg_mysql_put_name(b, name, err);
}

/* The field that holds the statement is "Create Event", ..., but of a trigger "SQL Original Statement". */
static const char *shown_text(const char *kind, const struct cg_mysql_rows *shown) {
    char field[64];
    snprintf(field, sizeof field, "Create %s", kind);
    const char *text = cg_mysql_field(shown, field);
    return text ? text : cg_mysql_field(shown, "SQL Original Statement");
}

int cg_mysql_show_create(struct cg_mysql_reading *reading, const char *kind, const char *name, const char **ret_text,
                         struct cg_error *err) {
    struct cg_mysql_rows shown = {.reading = reading};
    struct cg_error refusal = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, NAME_BYTES);
    const char *sql = put_show(reading, kind, name, &b, err) == 0 ? cg_buffer_cstr(&b, err) : NULL;
    int rc = sql ? cg_mysql_query(reading->mysql, sql, &shown.result, &refusal) : -1;
    cg_buffer_done(&b);
    if (!sql)
        return -1;
    if (rc < 0 && (refusal.cls == CG_ERR_NETWORK || refusal.cls == CG_ERR_CANCELLED)) {
        if (err)
            *err = refusal;
        return -1;
    }
    *ret_text = rc == 0 && cg_mysql_rows_next(&shown) ? cg_mysql_copy(reading, shown_text(kind, &shown)) : NULL;
    cg_mysql_rows_done(&shown);
    return 0;
}

static int write_shown(const struct cg_mysql_rows *row, const char *name, struct cg_buffer *b, struct cg_error *err) {
    const char *text = NULL;
    if (cg_mysql_show_create(row->reading, cg_mysql_field_or_empty(row, "KIND"), name, &text, err) < 0)
        return -1;
    return put_text(b, text ? text : cg_mysql_hidden, err);
}

/* ---- the kinds ---- */

static const struct listing {
    enum cg_object_kind kind;
    const char *sql;
    const char *name, *table; /* fields; table may be NULL */
    writer write;             /* NULL: what SHOW CREATE says */
} listings[] = {
    {CG_OBJECT_TRIGGER, cg_embedded_mysql_triggers_sql, "TRIGGER_NAME", "EVENT_OBJECT_TABLE", NULL},
    {CG_OBJECT_ROUTINE, cg_embedded_mysql_routines_sql, "ROUTINE_NAME", NULL, NULL},
    {CG_OBJECT_EVENT, cg_embedded_mysql_events_sql, "EVENT_NAME", NULL, NULL},
    {CG_OBJECT_GRANT, cg_embedded_mysql_grants_sql, "GRANTEE", "TABLE_NAME", write_grant},
};

static int read_object(const struct cg_mysql_rows *row, const struct listing *what, struct cg_buffer *b,
                       struct cg_error *err) {
    const char *name = cg_mysql_field_copy(row, what->name);
    const char *table = what->table ? cg_mysql_field_copy(row, what->table) : NULL;
    b->len = 0;
    if ((what->write ? what->write(row, b, err) : write_shown(row, name, b, err)) < 0)
        return -1;
    const char *text = cg_buffer_cstr(b, err);
    if (!text)
        return -1;
    return cg_mysql_add_object(row->reading, what->kind, name, table, cg_mysql_copy(row->reading, text), err);
}

static int read_listing(struct cg_mysql_reading *reading, const struct listing *what, struct cg_buffer *b,
                        struct cg_error *err) {
    struct cg_mysql_rows rows;
    int rc = cg_mysql_rows_open(reading, what->sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows))
        rc = read_object(&rows, what, b, err);
    cg_mysql_rows_done(&rows);
    return rc;
}

int cg_mysql_read_objects(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_buffer b;
    cg_buffer_init(&b, TEXT_BYTES);
    int rc = 0;
    for (size_t i = 0; i < sizeof listings / sizeof *listings && rc == 0; i++)
        rc = read_listing(reading, &listings[i], &b, err);
    cg_buffer_done(&b);
    return rc;
}
