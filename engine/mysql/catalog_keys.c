/* Indexes, foreign keys and CHECKs of a MySQL or MariaDB database; see catalog_internal.h. */
#include "embedded.h"
#include "engine/mysql/catalog_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

/* MySQL 8.0.13: all the fields that statistics_mysql.sql names. */
enum { LEAN_STATISTICS_VERSION = 80013 };

/* ---- indexes ---- */

static enum cg_key_kind key_kind(const struct cg_mysql_rows *row) {
    if (strcmp(cg_mysql_field_or_empty(row, "INDEX_NAME"), "PRIMARY") == 0)
        return CG_KEY_PRIMARY;
    if (cg_mysql_field_is(row, "INDEX_TYPE", "FULLTEXT"))
        return CG_KEY_FULLTEXT;
    if (cg_mysql_field_is(row, "INDEX_TYPE", "SPATIAL") || cg_mysql_field_is(row, "INDEX_TYPE", "RTREE"))
        return CG_KEY_SPATIAL;
    return cg_mysql_field_number(row, "NON_UNIQUE", 1) == 0 ? CG_KEY_UNIQUE : CG_KEY_INDEX;
}

static const char *lower_copy(struct cg_mysql_reading *reading, const char *text) {
    char *copy = cg_arena_strdup(reading->arena, text);
    if (!copy) {
        reading->out_of_memory = true;
        return "";
    }
    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* The row's index: the table's last one, or a new one. */
static struct cg_key *key_of(const struct cg_mysql_rows *row, struct cg_table *table) {
    struct cg_mysql_reading *reading = row->reading;
    const char *name = cg_mysql_field_or_empty(row, "INDEX_NAME");
    if (table->key_count && strcmp(table->keys[table->key_count - 1].name, name) == 0)
        return &table->keys[table->key_count - 1];
    table->keys = cg_arena_push(reading->arena, table->keys, &table->key_count, sizeof *table->keys);
    if (!table->keys)
        return NULL;
    struct cg_key *key = &table->keys[table->key_count - 1];
    key->name = cg_mysql_copy(reading, name);
    key->kind = key_kind(row);
    key->invisible = cg_mysql_field_is(row, "IS_VISIBLE", "NO") || cg_mysql_field_is(row, "IGNORED", "YES");
    key->valid = true;
    key->method = lower_copy(reading, cg_mysql_field_or_empty(row, "INDEX_TYPE"));
    key->comment = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "INDEX_COMMENT"));
    return key;
}

/* MariaDB appends the end of the row's life to every unique key of a versioned table. All current rows share it. */
static bool is_row_end(const struct cg_table *table, const char *column) {
    if (table->kind != CG_TABLE_SYSTEM_VERSIONED || !column)
        return false;
    const struct cg_column *found = cg_table_column(table, column);
    return found && found->generation_text && strcasecmp(found->generation_text, "ROW END") == 0;
}

static int read_key_part(const struct cg_mysql_rows *row, struct cg_table *table, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    const char *column = cg_mysql_field(row, "COLUMN_NAME");
    if (is_row_end(table, column))
        return 0;
    struct cg_key *key = key_of(row, table);
    if (!key)
        return cg_error_memory(err);
    key->parts = cg_arena_push(reading->arena, key->parts, &key->part_count, sizeof *key->parts);
    if (!key->parts)
        return cg_error_memory(err);
    struct cg_key_part *part = &key->parts[key->part_count - 1];
    part->column = cg_mysql_copy(reading, column);
    part->expression = column ? NULL : cg_mysql_expression(reading, cg_mysql_field_or_empty(row, "EXPRESSION"));
    /* A spatial index tells the size of its rectangles there. */
    part->prefix = key->kind == CG_KEY_SPATIAL ? 0 : cg_mysql_field_number(row, "SUB_PART", 0);
    part->descending = cg_mysql_field_is(row, "COLLATION", "D");
    return 0;
}

static int primary_then_name(const void *a, const void *b) {
    const struct cg_key *one = a, *other = b;
    if ((one->kind == CG_KEY_PRIMARY) != (other->kind == CG_KEY_PRIMARY))
        return one->kind == CG_KEY_PRIMARY ? -1 : 1;
    return strcmp(one->name, other->name);
}

int cg_mysql_read_keys(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    bool lean = !reading->mariadb && reading->version >= LEAN_STATISTICS_VERSION;
    int rc = cg_mysql_rows_open(
        reading, lean ? cg_embedded_mysql_statistics_mysql_sql : cg_embedded_mysql_statistics_sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows)) {
        struct cg_table *table = cg_mysql_field_table(&rows);
        rc = table ? read_key_part(&rows, table, err) : 0;
    }
    cg_mysql_rows_done(&rows);
    for (size_t i = 0; i < reading->catalog->table_count; i++) {
        struct cg_table *table = &reading->catalog->tables[i];
        if (table->key_count > 1)
            qsort(table->keys, table->key_count, sizeof *table->keys, primary_then_name);
    }
    return rc;
}

/* ---- foreign keys ---- */

static struct cg_foreign_key *foreign_key_named(struct cg_table *table, const char *name) {
    for (size_t i = 0; i < table->foreign_key_count; i++)
        if (strcmp(table->foreign_keys[i].name, name) == 0)
            return &table->foreign_keys[i];
    return NULL;
}

static struct cg_foreign_key *add_foreign_key(const struct cg_mysql_rows *row, struct cg_table *table) {
    struct cg_mysql_reading *reading = row->reading;
    table->foreign_keys =
        cg_arena_push(reading->arena, table->foreign_keys, &table->foreign_key_count, sizeof *table->foreign_keys);
    if (!table->foreign_keys)
        return NULL;
    struct cg_foreign_key *key = &table->foreign_keys[table->foreign_key_count - 1];
    key->name = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "CONSTRAINT_NAME"));
    key->ref_schema = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "REFERENCED_TABLE_SCHEMA"));
    key->ref_table = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "REFERENCED_TABLE_NAME"));
    key->validated = true;
    return key;
}

static int read_foreign_key_column(const struct cg_mysql_rows *row, struct cg_table *table, struct cg_error *err) {
    struct cg_arena *arena = row->reading->arena;
    struct cg_foreign_key *key = foreign_key_named(table, cg_mysql_field_or_empty(row, "CONSTRAINT_NAME"));
    if (!key)
        key = add_foreign_key(row, table);
    if (!key)
        return cg_error_memory(err);
    size_t count = key->column_count;
    key->columns = cg_arena_push(arena, key->columns, &count, sizeof *key->columns);
    key->ref_columns = cg_arena_push(arena, key->ref_columns, &key->column_count, sizeof *key->ref_columns);
    if (!key->columns || !key->ref_columns)
        return cg_error_memory(err);
    key->columns[count - 1] = cg_mysql_copy(row->reading, cg_mysql_field_or_empty(row, "COLUMN_NAME"));
    key->ref_columns[count - 1] = cg_mysql_copy(row->reading, cg_mysql_field_or_empty(row, "REFERENCED_COLUMN_NAME"));
    return 0;
}

/* MariaDB shows a foreign key's rules to those only who hold something besides SELECT on the table. */
static int rules_hidden(const struct cg_mysql_reading *reading, const struct cg_table *table,
                        const struct cg_foreign_key *key, struct cg_error *err) {
    cg_error_set(err, CG_ERR_RIGHTS,
                 "the server does not tell the rules of foreign key %s.%s: the user lacks one of SHOW VIEW, TRIGGER or "
                 "REFERENCES on database %s",
                 table->name, key->name, reading->catalog->database);
    cg_error_hint(err, "as an administrator: GRANT SHOW VIEW, TRIGGER, EVENT ON `%s`.* TO the user",
                  reading->catalog->database);
    return -1;
}

/* Both servers' words are kept: MySQL says NO ACTION and MariaDB RESTRICT where nothing was written; InnoDB checks both
 * at once. */
static int read_rules(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    if (cg_mysql_rows_open(reading, cg_embedded_mysql_foreign_key_rules_sql, &rows, err) < 0)
        return -1;
    while (cg_mysql_rows_next(&rows)) {
        struct cg_table *table = cg_mysql_field_table(&rows);
        struct cg_foreign_key *key =
            table ? foreign_key_named(table, cg_mysql_field_or_empty(&rows, "CONSTRAINT_NAME")) : NULL;
        if (!key)
            continue;
        key->on_delete = cg_mysql_field_copy(&rows, "DELETE_RULE");
        key->on_update = cg_mysql_field_copy(&rows, "UPDATE_RULE");
    }
    for (size_t t = 0; t < reading->catalog->table_count; t++) {
        const struct cg_table *table = &reading->catalog->tables[t];
        for (size_t i = 0; i < table->foreign_key_count; i++)
            if (!table->foreign_keys[i].on_delete || !table->foreign_keys[i].on_update)
                return rules_hidden(reading, table, &table->foreign_keys[i], err);
    }
    return 0;
}

int cg_mysql_read_foreign_keys(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    int rc = cg_mysql_rows_open(reading, cg_embedded_mysql_foreign_keys_sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows)) {
        struct cg_table *table = cg_mysql_field_table(&rows);
        rc = table ? read_foreign_key_column(&rows, table, err) : 0;
    }
    cg_mysql_rows_done(&rows);
    return rc < 0 ? -1 : read_rules(reading, err);
}

/* ---- checks ---- */

/* Is the clause json_valid(`column`) of a LONGTEXT? Then this is MariaDB's way to say JSON. */
static struct cg_column *json_column(struct cg_table *table, const char *clause) {
    static const char function[] = "json_valid(";
    if (strncasecmp(clause, function, sizeof function - 1) != 0)
        return NULL;
    for (size_t i = 0; i < table->column_count; i++) {
        struct cg_column *column = &table->columns[i];
        const char *at = clause + sizeof function - 1;
        if (strcmp(column->type.name, "longtext") != 0 || *at++ != '`')
            continue;
        const char *name = column->name;
        for (; *name && *at == *name; name++, at++)
            if (*name == '`' && *++at != '`')
                break;
        if (!*name && strcmp(at, "`)") == 0)
            return column;
    }
    return NULL;
}

static int read_check(const struct cg_mysql_rows *row, struct cg_table *table, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    const char *clause = cg_mysql_field_or_empty(row, "CHECK_CLAUSE");
    struct cg_column *json = reading->mariadb ? json_column(table, clause) : NULL;
    if (json) {
        json->type.name = "json";
        json->type.length = -1;
        return 0;
    }
    table->checks = cg_arena_push(reading->arena, table->checks, &table->check_count, sizeof *table->checks);
    if (!table->checks)
        return cg_error_memory(err);
    struct cg_check *check = &table->checks[table->check_count - 1];
    check->name = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "CONSTRAINT_NAME"));
    check->expression = cg_mysql_expression(reading, clause);
    check->not_enforced = cg_mysql_field_is(row, "ENFORCED", "NO");
    return 0;
}

int cg_mysql_read_checks(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    const char *sql = reading->mariadb ? cg_embedded_mysql_checks_mariadb_sql : cg_embedded_mysql_checks_mysql_sql;
    int rc = cg_mysql_rows_open(reading, sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows)) {
        struct cg_table *table = cg_mysql_field_table(&rows);
        rc = table ? read_check(&rows, table, err) : 0;
    }
    cg_mysql_rows_done(&rows);
    return rc;
}
