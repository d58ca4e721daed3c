/* Views with their SELECT; see catalog_internal.h.
 *
 * information_schema.VIEWS.VIEW_DEFINITION is no text to make a view from: it has gone through the three-byte utf8, so
 * that an emoji in a literal became '?'; it drops introducers, so that _binary x'ff' became '?' too; and MySQL's lacks
 * the names that CREATE VIEW v (a, b) gives. SHOW CREATE VIEW has all of it, but prints literals in the bytes of the
 * client that made the view. So that is what counts, unless a client of another character set than UTF-8 used letters
 * beyond ASCII: then VIEW_DEFINITION does, as long as the two could not differ in anything else. */
#include "engine/mysql/catalog_internal.h"

#include "embedded.h"

#include <strings.h>

static bool is_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* Whether CREATE .. VIEW `name` (columns) AS names its columns. The name may have lost its letters, its quotes not. */
static bool names_columns(const char *statement) {
    const char *name = strstr(statement, " VIEW `");
    const char *end = name ? strchr(name + strlen(" VIEW `"), '`') : NULL;
    while (end && end[1] == '`') /* doubled: one of the name's own */
        end = strchr(end + 2, '`');
    return !end || strncmp(end + 1, " AS ", 4) != 0;
}

/* What may be translated: a statement or a SELECT; NULL when neither text can be trusted. */
static const char *view_query(const struct cg_mysql_rows *row, const char *statement) {
    struct cg_mysql_reading *reading = row->reading;
    const char *client = cg_mysql_field_or_empty(row, "CHARACTER_SET_CLIENT");
    if (is_ascii(statement) || strncasecmp(client, "utf8", 4) == 0)
        return cg_mysql_literals(reading, statement);
    const char *definition = cg_mysql_field_or_empty(row, "VIEW_DEFINITION");
    bool whole_unicode = strcasecmp(client, "gb18030") == 0;
    if (!definition[0] || whole_unicode || names_columns(statement) || cg_mysql_has_introducers(statement))
        return NULL;
    return cg_mysql_copy(reading, definition);
}

static int read_view(const struct cg_mysql_rows *row, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    const char *name = cg_mysql_field_copy(row, "TABLE_NAME"), *statement = NULL;
    if (cg_mysql_show_create(reading, "VIEW", name, &statement, err) < 0 ||
        cg_mysql_add_object(reading, CG_OBJECT_VIEW, name, NULL, statement ? statement : cg_mysql_hidden, err) < 0)
        return -1;
    struct cg_object *view = &reading->catalog->objects[reading->catalog->object_count - 1];
    const char *option = cg_mysql_field_copy(row, "CHECK_OPTION");
    view->query = statement ? view_query(row, statement) : NULL;
    view->check_option = option && strcmp(option, "NONE") != 0 ? option : "";
    view->invoker = cg_mysql_field_is(row, "SECURITY_TYPE", "INVOKER");
    return 0;
}

int cg_mysql_read_views(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    int rc = cg_mysql_rows_open(reading, cg_embedded_mysql_views_sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows))
        rc = read_view(&rows, err);
    cg_mysql_rows_done(&rows);
    return rc;
}
