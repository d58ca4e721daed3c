/* What the user may not see: information_schema leaves out, without a word, whatever a user has no right to. What may
 * be there all the same is named, so that nothing that nobody looked at passes for absent.
 *
 * Rights are read from SHOW GRANTS (MySQL: with the active roles), whose lines read
 * GRANT privilege[, privilege...] ON object TO account; object is *.*, `pattern`.* or narrower. */
#include "engine/mysql/catalog_internal.h"

#include <stdio.h>
#include <strings.h>

enum scope { EVERYWHERE = 1, THE_DATABASE = 2, ANYWHERE = EVERYWHERE | THE_DATABASE, TABLE_OF_ROUTINES = 4 };

/* A name against a pattern of GRANT: % and _ are wildcards, a backslash takes the next character as it is. */
static bool matches(const char *pattern, size_t len, const char *name) {
    for (; len; pattern++, len--) {
        if (*pattern == '%') {
            for (const char *rest = name;; rest++) {
                if (matches(pattern + 1, len - 1, rest))
                    return true;
                if (!*rest)
                    return false;
            }
        }
        bool wild = *pattern == '_';
        if (*pattern == '\\' && len > 1) {
            pattern++;
            len--;
        }
        if (!*name || (!wild && *pattern != *name))
            return false;
        name++;
    }
    return !*name;
}

/* Which scope does the object of a GRANT have? 0: something narrower, or another database. */
static int scope_of(const char *object, const char *database) {
    if (strncmp(object, "*.* ", 4) == 0)
        return EVERYWHERE;
    if (strncmp(object, "`mysql`.`proc` ", 15) == 0) /* MariaDB keeps routines there */
        return TABLE_OF_ROUTINES;
    const char *end = *object == '`' ? strstr(object + 1, "`.* ") : NULL;
    return end && matches(object + 1, (size_t)(end - object - 1), database) ? THE_DATABASE : 0;
}

/* Does the list between GRANT and ON hold the privilege, for whole tables? */
static bool lists(const char *privileges, size_t len, const char *wanted) {
    size_t wanted_len = strlen(wanted);
    for (const char *at = privileges; at + wanted_len <= privileges + len; at++) {
        bool begins = at == privileges || at[-1] == ' ' || at[-1] == ',';
        char after = at + wanted_len < privileges + len ? at[wanted_len] : ',';
        if (begins && after == ',' && strncasecmp(at, wanted, wanted_len) == 0)
            return true;
    }
    return false;
}

static bool grants(const char *line, const char *database, int scope, const char *wanted) {
    static const char verb[] = "GRANT ";
    const char *on = strstr(line, " ON ");
    if (strncmp(line, verb, sizeof verb - 1) != 0 || !on || !(scope_of(on + 4, database) & scope))
        return false;
    const char *privileges = line + sizeof verb - 1;
    size_t len = (size_t)(on - privileges);
    return lists(privileges, len, wanted) || lists(privileges, len, "ALL PRIVILEGES");
}

/* One of these, at that scope, shows all objects of a kind. */
struct right {
    const char *privilege;
    int scope;
};

static const struct sight {
    enum cg_object_kind kind;
    const char *name;       /* of the object that stands for what is not seen */
    const char *mending;    /* the privilege to ask for */
    struct right rights[6]; /* ends with one without a name */
} sights[] = {
    {CG_OBJECT_TRIGGER, "triggers that this user may not see", "TRIGGER", {{"TRIGGER", ANYWHERE}}},
    {CG_OBJECT_EVENT, "events that this user may not see", "EVENT", {{"EVENT", ANYWHERE}}},
    {CG_OBJECT_ROUTINE,
     "routines that this user may not see",
     "EXECUTE",
     {{"EXECUTE", ANYWHERE},
      {"ALTER ROUTINE", ANYWHERE},
      {"CREATE ROUTINE", ANYWHERE},
      {"SHOW_ROUTINE", EVERYWHERE},
      {"SELECT", EVERYWHERE | TABLE_OF_ROUTINES}}},
};

struct grant_lines {
    const char **items;
    size_t count;
};

static bool has(const struct grant_lines *lines, const char *database, const struct right *rights) {
    for (size_t i = 0; i < lines->count; i++)
        for (const struct right *right = rights; right->privilege; right++)
            if (grants(lines->items[i], database, right->scope, right->privilege))
                return true;
    return false;
}

static int read_lines(struct cg_mysql_reading *reading, struct grant_lines *lines, struct cg_error *err) {
    const char *roles = NULL, *sql = "SHOW GRANTS";
    if (!reading->mariadb && reading->version >= 80000 &&
        cg_mysql_scalar(reading->mysql, "SELECT CURRENT_ROLE()", reading->arena, &roles, err) < 0)
        return -1;
    if (roles && strcmp(roles, "NONE") != 0)
        sql = cg_arena_printf(reading->arena, "SHOW GRANTS FOR CURRENT_USER() USING %s", roles);
    MYSQL_RES *result;
    if (!sql)
        return cg_error_memory(err);
    if (cg_mysql_query(reading->mysql, sql, &result, err) < 0)
        return -1;
    for (MYSQL_ROW row; (row = mysql_fetch_row(result));) {
        const char **all = cg_arena_push(reading->arena, lines->items, &lines->count, sizeof *all);
        if (!all) {
            mysql_free_result(result);
            return cg_error_memory(err);
        }
        lines->items = all;
        all[lines->count - 1] = cg_mysql_copy(reading, row[0] ? row[0] : "");
    }
    mysql_free_result(result);
    return 0;
}

static int add_unseen(struct cg_mysql_reading *reading, const struct sight *sight, struct cg_error *err) {
    struct cg_catalog *catalog = reading->catalog;
    struct cg_object *all = cg_arena_push(reading->arena, catalog->objects, &catalog->object_count, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    catalog->objects = all;
    all[catalog->object_count - 1] = (struct cg_object){
        .kind = sight->kind,
        .name = sight->name,
        .text =
            cg_arena_printf(reading->arena, "whether there are any is unknown: GRANT %s ON `%s`.* TO the source's user",
                            sight->mending, reading->database)};
    return all[catalog->object_count - 1].text ? 0 : cg_error_memory(err);
}

int cg_mysql_read_rights(struct cg_mysql_reading *reading, struct cg_error *err) {
    static const struct right everything[] = {{"SELECT", ANYWHERE}, {NULL, 0}};
    struct grant_lines lines = {0};
    if (read_lines(reading, &lines, err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof sights / sizeof *sights; i++)
        if (!has(&lines, reading->database, sights[i].rights) && add_unseen(reading, &sights[i], err) < 0)
            return -1;
    if (has(&lines, reading->database, everything))
        return 0;
    reading->catalog->unseen = cg_arena_printf(
        reading->arena, "tables that the source's user may not read would not be seen: GRANT SELECT ON `%s`.* to it",
        reading->database);
    return reading->catalog->unseen ? 0 : cg_error_memory(err);
}
