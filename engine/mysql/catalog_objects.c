/* What nothing carries yet and a person must be told: views, triggers, routines, events, grants, with their source
 * text; see catalog_internal.h. The texts are put together from information_schema's parts: set by set, not object by
 * object, since the source may be locked meanwhile. */
#include "embedded.h"
#include "engine/mysql/catalog_internal.h"

enum { TEXT_BYTES = 64 * 1024 * 1024 };

static const char hidden[] = "(the text is not visible: this user lacks the right to see it)";

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

static int put_body(const struct cg_mysql_rows *row, const char *before, const char *field, struct cg_buffer *b,
                    struct cg_error *err) {
    if (cg_mysql_field_or_empty(row, field)[0])
        return put_field(row, before, field, b, err);
    return put_text(b, before, err) < 0 ? -1 : put_text(b, hidden, err);
}

/* ---- the kinds ---- */

static int write_trigger(const struct cg_mysql_rows *row, struct cg_buffer *b, struct cg_error *err) {
    if (put_field_name(row, "CREATE TRIGGER ", "TRIGGER_NAME", b, err) < 0 ||
        put_field(row, " ", "ACTION_TIMING", b, err) < 0 || put_field(row, " ", "EVENT_MANIPULATION", b, err) < 0 ||
        put_field_name(row, " ON ", "EVENT_OBJECT_TABLE", b, err) < 0)
        return -1;
    return put_body(row, " FOR EACH ROW ", "ACTION_STATEMENT", b, err);
}

static int write_view(const struct cg_mysql_rows *row, struct cg_buffer *b, struct cg_error *err) {
    if (put_field(row, "CREATE SQL SECURITY ", "SECURITY_TYPE", b, err) < 0 ||
        put_field_name(row, " VIEW ", "TABLE_NAME", b, err) < 0 || put_body(row, " AS ", "VIEW_DEFINITION", b, err) < 0)
        return -1;
    if (cg_mysql_field_is(row, "CHECK_OPTION", "NONE"))
        return 0;
    if (put_field(row, " WITH ", "CHECK_OPTION", b, err) < 0)
        return -1;
    return put_text(b, " CHECK OPTION", err);
}

static int write_event(const struct cg_mysql_rows *row, struct cg_buffer *b, struct cg_error *err) {
    if (put_field_name(row, "CREATE EVENT ", "EVENT_NAME", b, err) < 0 ||
        put_field(row, " ON SCHEDULE AT '", "EXECUTE_AT", b, err) < 0 ||
        put_field(row, " ON SCHEDULE EVERY '", "INTERVAL_VALUE", b, err) < 0 || put_text(b, "'", err) < 0 ||
        put_field(row, " ", "INTERVAL_FIELD", b, err) < 0)
        return -1;
    static const char *const moments[][2] = {{" STARTS '", "STARTS"}, {" ENDS '", "ENDS"}};
    for (size_t i = 0; i < 2; i++)
        if (cg_mysql_field(row, moments[i][1]) &&
            (put_field(row, moments[i][0], moments[i][1], b, err) < 0 || put_text(b, "'", err) < 0))
            return -1;
    if (put_field(row, " ON COMPLETION ", "ON_COMPLETION", b, err) < 0 ||
        put_field(row, " /* ", "STATUS", b, err) < 0 || put_field(row, ", time zone ", "TIME_ZONE", b, err) < 0)
        return -1;
    return put_body(row, " */ DO ", "EVENT_DEFINITION", b, err);
}

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

static const struct listing {
    enum cg_object_kind kind;
    const char *sql;
    const char *name, *table; /* fields; table may be NULL */
    writer write;
} listings[] = {
    {CG_OBJECT_VIEW, cg_embedded_mysql_views_sql, "TABLE_NAME", NULL, write_view},
    {CG_OBJECT_TRIGGER, cg_embedded_mysql_triggers_sql, "TRIGGER_NAME", "EVENT_OBJECT_TABLE", write_trigger},
    {CG_OBJECT_EVENT, cg_embedded_mysql_events_sql, "EVENT_NAME", NULL, write_event},
    {CG_OBJECT_GRANT, cg_embedded_mysql_grants_sql, "GRANTEE", "TABLE_NAME", write_grant},
};

static int read_listing(struct cg_mysql_reading *reading, const struct listing *what, struct cg_buffer *b,
                        struct cg_error *err) {
    struct cg_mysql_rows rows;
    int rc = cg_mysql_rows_open(reading, what->sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows)) {
        b->len = 0;
        const char *text = what->write(&rows, b, err) == 0 ? cg_buffer_cstr(b, err) : NULL;
        if (!text)
            rc = -1;
        else
            rc = cg_mysql_add_object(reading, what->kind, cg_mysql_field_copy(&rows, what->name),
                                     what->table ? cg_mysql_field_copy(&rows, what->table) : NULL,
                                     cg_mysql_copy(reading, text), err);
    }
    cg_mysql_rows_done(&rows);
    return rc;
}

/* ---- routines: their parameters stand in a table of their own, in the same order ---- */

static bool of_routine(const struct cg_mysql_rows *parameter, const struct cg_mysql_rows *routine) {
    return parameter->row &&
           strcmp(cg_mysql_field_or_empty(parameter, "SPECIFIC_NAME"),
                  cg_mysql_field_or_empty(routine, "SPECIFIC_NAME")) == 0 &&
           strcmp(cg_mysql_field_or_empty(parameter, "ROUTINE_TYPE"),
                  cg_mysql_field_or_empty(routine, "ROUTINE_TYPE")) == 0;
}

static int put_parameters(const struct cg_mysql_rows *routine, struct cg_mysql_rows *parameters, struct cg_buffer *b,
                          struct cg_error *err) {
    bool first = true, procedure = cg_mysql_field_is(routine, "ROUTINE_TYPE", "PROCEDURE");
    /* Every parameter is looked at: the two servers may sort names otherwise than each other. */
    mysql_data_seek(parameters->result, 0);
    while ((parameters->row = mysql_fetch_row(parameters->result))) {
        if (!of_routine(parameters, routine))
            continue;
        if (!first && put_text(b, ", ", err) < 0)
            return -1;
        first = false;
        if (procedure && (put_field(parameters, "", "PARAMETER_MODE", b, err) < 0 || put_text(b, " ", err) < 0))
            return -1;
        if (put_field_name(parameters, "", "PARAMETER_NAME", b, err) < 0 ||
            put_field(parameters, " ", "DTD_IDENTIFIER", b, err) < 0)
            return -1;
    }
    return 0;
}

static int write_routine(const struct cg_mysql_rows *routine, struct cg_mysql_rows *parameters, struct cg_buffer *b,
                         struct cg_error *err) {
    bool package = strncmp(cg_mysql_field_or_empty(routine, "ROUTINE_TYPE"), "PACKAGE", 7) == 0;
    if (put_field(routine, "CREATE ", "ROUTINE_TYPE", b, err) < 0 ||
        put_field_name(routine, " ", "ROUTINE_NAME", b, err) < 0)
        return -1;
    if (!package && (put_text(b, "(", err) < 0 || put_parameters(routine, parameters, b, err) < 0 ||
                     put_text(b, ")", err) < 0 || put_field(routine, " RETURNS ", "DTD_IDENTIFIER", b, err) < 0))
        return -1;
    if (cg_mysql_field_is(routine, "IS_DETERMINISTIC", "YES") && put_text(b, " DETERMINISTIC", err) < 0)
        return -1;
    if (put_field(routine, " ", "SQL_DATA_ACCESS", b, err) < 0 ||
        put_field(routine, " SQL SECURITY ", "SECURITY_TYPE", b, err) < 0)
        return -1;
    return put_body(routine, "\n", "ROUTINE_DEFINITION", b, err);
}

static int read_routines(struct cg_mysql_reading *reading, struct cg_buffer *b, struct cg_error *err) {
    struct cg_mysql_rows routines = {0}, parameters = {0};
    int rc = cg_mysql_rows_open(reading, cg_embedded_mysql_routines_sql, &routines, err);
    if (rc == 0)
        rc = cg_mysql_rows_open(reading, cg_embedded_mysql_parameters_sql, &parameters, err);
    while (rc == 0 && cg_mysql_rows_next(&routines)) {
        b->len = 0;
        const char *text = write_routine(&routines, &parameters, b, err) == 0 ? cg_buffer_cstr(b, err) : NULL;
        if (!text)
            rc = -1;
        else
            rc = cg_mysql_add_object(reading, CG_OBJECT_ROUTINE, cg_mysql_field_copy(&routines, "ROUTINE_NAME"), NULL,
                                     cg_mysql_copy(reading, text), err);
    }
    cg_mysql_rows_done(&parameters);
    cg_mysql_rows_done(&routines);
    return rc;
}

int cg_mysql_read_objects(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_buffer b;
    cg_buffer_init(&b, TEXT_BYTES);
    int rc = 0;
    for (size_t i = 0; i < sizeof listings / sizeof *listings && rc == 0; i++)
        rc = read_listing(reading, &listings[i], &b, err);
    if (rc == 0)
        rc = read_routines(reading, &b, err);
    cg_buffer_done(&b);
    return rc;
}
