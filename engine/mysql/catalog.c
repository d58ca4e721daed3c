/* The catalog of a MySQL or MariaDB database: the order in which its parts are read, tables and sequences; see
 * catalog.h and catalog_internal.h. */
#include "engine/mysql/catalog.h"

#include "embedded.h"
#include "engine/mysql/catalog_internal.h"

#include <stdlib.h>
#include <strings.h>

/* ---- the database ---- */

static int read_database(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    bool found = false;
    const char *wanted = reading->database;
    if (cg_mysql_rows_open(reading, cg_embedded_mysql_database_sql, &rows, err) < 0)
        return -1;
    /* The comparison in SQL ignores case. The same bytes win; a server that folds names has no two such databases. */
    while (cg_mysql_rows_next(&rows)) {
        const char *name = cg_mysql_field_or_empty(&rows, "SCHEMA_NAME");
        bool exact = strcmp(name, wanted) == 0;
        if (found && !exact)
            continue;
        found = true;
        reading->database = cg_mysql_copy(reading, name);
        reading->catalog->charset = cg_mysql_field_copy(&rows, "DEFAULT_CHARACTER_SET_NAME");
        reading->catalog->collation = cg_mysql_field_copy(&rows, "DEFAULT_COLLATION_NAME");
        if (exact)
            break;
    }
    cg_mysql_rows_done(&rows);
    if (!found) {
        cg_error_set(err, CG_ERR_RIGHTS, "there is no database %s that this user may see", wanted);
        cg_error_hint(err, "check the database's name in the URI: upper and lower case differ on most servers");
        return -1;
    }
    reading->catalog->database = reading->database;
    return 0;
}

static int read_collations(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    if (reading->mariadb || reading->version < 80000)
        return 0;
    if (cg_mysql_rows_open(reading, cg_embedded_mysql_collations_sql, &rows, err) < 0)
        return -1;
    while (cg_mysql_rows_next(&rows)) {
        reading->no_pad =
            cg_arena_push(reading->arena, reading->no_pad, &reading->no_pad_count, sizeof *reading->no_pad);
        if (!reading->no_pad) {
            cg_mysql_rows_done(&rows);
            return cg_error_memory(err);
        }
        reading->no_pad[reading->no_pad_count - 1] = cg_mysql_field_copy(&rows, "COLLATION_NAME");
    }
    return 0;
}

/* ---- tables ---- */

/* Only these engines give a transaction its own view of the rows. */
static bool sees_snapshots(const char *engine) {
    static const char *const engines[] = {"InnoDB", "ROCKSDB", "MyRocks", "TokuDB"};
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (strcasecmp(engine, engines[i]) == 0)
            return true;
    return false;
}

static int add_table(const struct cg_mysql_rows *row, enum cg_table_kind kind, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    struct cg_catalog *catalog = reading->catalog;
    catalog->tables = cg_arena_push(reading->arena, catalog->tables, &catalog->table_count, sizeof *catalog->tables);
    if (!catalog->tables)
        return cg_error_memory(err);
    struct cg_table *table = &catalog->tables[catalog->table_count - 1];
    bool partitioned = strcasestr(cg_mysql_field_or_empty(row, "CREATE_OPTIONS"), "partitioned") != NULL;
    table->schema = reading->database;
    table->name = cg_mysql_field_copy(row, "TABLE_NAME");
    table->kind = kind == CG_TABLE_BASE && partitioned ? CG_TABLE_PARTITIONED : kind;
    table->storage = cg_mysql_field_copy(row, "ENGINE");
    table->snapshot_capable = sees_snapshots(table->storage);
    table->row_estimate = table->byte_estimate = -1; /* read later, like next_value */
    table->comment = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "TABLE_COMMENT"));
    table->partition_text = partitioned ? "" : NULL; /* read later */
    table->history = kind == CG_TABLE_SYSTEM_VERSIONED;
    return 0;
}

static int add_sequence(const struct cg_mysql_rows *row, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    struct cg_catalog *catalog = reading->catalog;
    catalog->sequences =
        cg_arena_push(reading->arena, catalog->sequences, &catalog->sequence_count, sizeof *catalog->sequences);
    if (!catalog->sequences)
        return cg_error_memory(err);
    struct cg_sequence *sequence = &catalog->sequences[catalog->sequence_count - 1];
    sequence->schema = reading->database;
    sequence->name = cg_mysql_field_copy(row, "TABLE_NAME");
    return 0;
}

static int add_unknown(const struct cg_mysql_rows *row, const char *what, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    const char *text = cg_arena_printf(reading->arena, "%s: %s", what, cg_mysql_field_or_empty(row, "TABLE_COMMENT"));
    if (!text)
        return cg_error_memory(err);
    return cg_mysql_add_object(reading, CG_OBJECT_UNKNOWN, cg_mysql_field_copy(row, "TABLE_NAME"), NULL, text, err);
}

static int add_unreadable(const struct cg_mysql_rows *row, struct cg_error *err) {
    const char *name = cg_mysql_field_copy(row, "TABLE_NAME");
    return cg_mysql_add_object(row->reading, CG_OBJECT_UNREADABLE, name, name,
                               cg_mysql_field_copy(row, "TABLE_COMMENT"), err);
}

/* R13: every kind has a place, an unknown one too. Views come with their text, in catalog_objects.c. */
static int read_table(const struct cg_mysql_rows *row, struct cg_error *err) {
    const char *type = cg_mysql_field_or_empty(row, "TABLE_TYPE");
    bool base = strcmp(type, "BASE TABLE") == 0;
    if (strcmp(type, "VIEW") == 0)
        return 0;
    if (strcmp(type, "SEQUENCE") == 0)
        return add_sequence(row, err);
    if (!base && strcmp(type, "SYSTEM VERSIONED") != 0)
        return add_unknown(row, type, err);
    if (!cg_mysql_field(row, "ENGINE"))
        return add_unreadable(row, err);
    return add_table(row, base ? CG_TABLE_BASE : CG_TABLE_SYSTEM_VERSIONED, err);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct cg_table *)a)->name, ((const struct cg_table *)b)->name);
}

static int sequences_by_name(const void *a, const void *b) {
    return strcmp(((const struct cg_sequence *)a)->name, ((const struct cg_sequence *)b)->name);
}

static int read_tables(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_catalog *catalog = reading->catalog;
    struct cg_mysql_rows rows;
    int rc = cg_mysql_rows_open(reading, cg_embedded_mysql_tables_sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows))
        /* The filter of one table ignores case, as the server's collation does. */
        if (!reading->only_table || strcmp(cg_mysql_field_or_empty(&rows, "TABLE_NAME"), reading->only_table) == 0)
            rc = read_table(&rows, err);
    cg_mysql_rows_done(&rows);
    if (catalog->table_count > 1)
        qsort(catalog->tables, catalog->table_count, sizeof *catalog->tables, by_name);
    if (catalog->sequence_count > 1)
        qsort(catalog->sequences, catalog->sequence_count, sizeof *catalog->sequences, sequences_by_name);
    return rc;
}

static int read_partitioned(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    if (reading->mariadb || reading->version < 80000)
        return 0;
    if (cg_mysql_rows_open(reading, cg_embedded_mysql_partitioned_mysql_sql, &rows, err) < 0)
        return -1;
    while (cg_mysql_rows_next(&rows)) {
        struct cg_table *table = cg_mysql_field_table(&rows);
        if (!table || table->partition_text)
            continue;
        table->kind = CG_TABLE_PARTITIONED;
        table->partition_text = ""; /* read later */
    }
    return 0;
}

static int read_estimates(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    if (cg_mysql_rows_open(reading, cg_embedded_mysql_estimates_sql, &rows, err) < 0)
        return -1;
    while (cg_mysql_rows_next(&rows)) {
        struct cg_table *table = cg_mysql_field_table(&rows);
        if (!table)
            continue;
        table->row_estimate = cg_mysql_field_number(&rows, "TABLE_ROWS", -1);
        table->byte_estimate = cg_mysql_field_number(&rows, "DATA_LENGTH", -1);
        table->next_value = cg_mysql_field_copy(&rows, "AUTO_INCREMENT");
    }
    return 0;
}

/* ---- columns ---- */

static enum cg_generated generation_of(const char *extra) {
    if (strcasestr(extra, "VIRTUAL GENERATED") || strcasecmp(extra, "VIRTUAL") == 0)
        return CG_GENERATED_VIRTUAL;
    if (strcasestr(extra, "STORED GENERATED") || strcasestr(extra, "PERSISTENT"))
        return CG_GENERATED_STORED;
    return CG_NOT_GENERATED;
}

static int read_column(struct cg_mysql_rows *row, struct cg_table *table, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    table->columns = cg_arena_push(reading->arena, table->columns, &table->column_count, sizeof *table->columns);
    if (!table->columns)
        return cg_error_memory(err);
    struct cg_column *column = &table->columns[table->column_count - 1];
    const char *extra = cg_mysql_field_or_empty(row, "EXTRA");
    column->name = cg_mysql_field_copy(row, "COLUMN_NAME");
    if (cg_mysql_read_type(row, &column->type, err) < 0) {
        cg_error_object(err, "column %s.%s", table->name, column->name);
        return -1;
    }
    column->nullable = cg_mysql_field_is(row, "IS_NULLABLE", "YES");
    column->auto_increment = strcasestr(extra, "auto_increment") != NULL;
    column->on_update_now = strcasestr(extra, "on update") != NULL;
    column->invisible = strcasestr(extra, "INVISIBLE") != NULL;
    column->generated = generation_of(extra);
    if (column->generated)
        column->generation_text = cg_mysql_expression(reading, cg_mysql_field_or_empty(row, "GENERATION_EXPRESSION"));
    column->comment = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "COLUMN_COMMENT"));
    cg_mysql_read_default(row, column);
    return 0;
}

static int read_columns(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_mysql_rows rows;
    int rc = cg_mysql_rows_open(reading, cg_embedded_mysql_columns_sql, &rows, err);
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows)) {
        struct cg_table *table = cg_mysql_field_table(&rows);
        rc = table ? read_column(&rows, table, err) : 0;
    }
    cg_mysql_rows_done(&rows);
    for (size_t i = 0; rc == 0 && i < reading->catalog->table_count; i++)
        if (!reading->catalog->tables[i].column_count)
            rc = cg_error_set(err, CG_ERR_RIGHTS, "this user may not see the columns of table %s",
                              reading->catalog->tables[i].name);
    return rc;
}

/* ---- one by one: sequences and partitioned tables, of which there are few ---- */

int cg_mysql_query_object(const struct cg_mysql_reading *reading, const char *before, const char *name,
                          MYSQL_RES **ret_result, struct cg_error *err) {
    struct cg_buffer sql;
    cg_buffer_init(&sql, 4096);
    int rc = -1;
    if (cg_buffer_text(&sql, before, err) == 0 && cg_mysql_put_name(&sql, reading->database, err) == 0 &&
        cg_buffer_text(&sql, ".", err) == 0 && cg_mysql_put_name(&sql, name, err) == 0) {
        const char *text = cg_buffer_cstr(&sql, err);
        rc = text ? cg_mysql_query(reading->mysql, text, ret_result, err) : -1;
    }
    cg_buffer_done(&sql);
    return rc;
}

static int read_sequence(struct cg_mysql_reading *reading, struct cg_sequence *sequence, struct cg_error *err) {
    struct cg_mysql_rows rows = {.reading = reading};
    if (cg_mysql_query_object(reading, "SELECT * FROM ", sequence->name, &rows.result, err) < 0)
        return -1;
    if (!cg_mysql_rows_next(&rows))
        return cg_error_set(err, CG_ERR_ENGINE, "sequence %s is empty", sequence->name);
    sequence->start = cg_mysql_field_copy(&rows, "start_value");
    sequence->increment = cg_mysql_field_copy(&rows, "increment");
    sequence->minimum = cg_mysql_field_copy(&rows, "minimum_value");
    sequence->maximum = cg_mysql_field_copy(&rows, "maximum_value");
    sequence->next = cg_mysql_field_copy(&rows, "next_not_cached_value");
    sequence->cycle = cg_mysql_field_number(&rows, "cycle_option", 0) != 0;
    cg_mysql_rows_done(&rows);
    if (!sequence->start || !sequence->increment || !sequence->minimum || !sequence->maximum || !sequence->next)
        return cg_error_set(err, CG_ERR_ENGINE, "sequence %s cannot be read", sequence->name);
    return 0;
}

/* From the last line of SHOW CREATE TABLE that begins with PARTITION BY, which MySQL hides in a comment. Literals keep
 * no line breaks there, so that no comment or default can look like it. */
static const char *partition_clause(struct cg_arena *arena, const char *create) {
    const char *found = NULL;
    for (const char *line = strchr(create, '\n'); line; line = strchr(line, '\n')) {
        line++;
        const char *at = line + strspn(line, " ");
        if (strncmp(at, "/*!", 3) == 0)
            at += 3 + strspn(at + 3, "0123456789 ");
        if (strncmp(at, "PARTITION BY", 12) == 0)
            found = at;
    }
    if (!found)
        return NULL;
    size_t len = strlen(found);
    if (len > 3 && strcmp(found + len - 3, " */") == 0)
        len -= 3;
    return cg_arena_strndup(arena, found, len);
}

static int read_partitions(struct cg_mysql_reading *reading, struct cg_table *table, struct cg_error *err) {
    MYSQL_RES *result = NULL;
    if (cg_mysql_query_object(reading, "SHOW CREATE TABLE ", table->name, &result, err) < 0)
        return -1;
    MYSQL_ROW row = mysql_fetch_row(result);
    if (row && row[1])
        table->partition_text = partition_clause(reading->arena, row[1]);
    bool known = row && row[1] && table->partition_text;
    mysql_free_result(result);
    if (!known)
        return cg_error_set(err, CG_ERR_ENGINE, "the partitions of table %s cannot be read", table->name);
    return cg_mysql_read_partitioning(reading, table, err);
}

static int read_one_by_one(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct cg_catalog *catalog = reading->catalog;
    for (size_t i = 0; i < catalog->sequence_count; i++)
        if (read_sequence(reading, &catalog->sequences[i], err) < 0)
            return -1;
    for (size_t i = 0; i < catalog->table_count; i++)
        if (catalog->tables[i].partition_text && read_partitions(reading, &catalog->tables[i], err) < 0)
            return -1;
    return 0;
}

/* ---- all of it ---- */

static int copy_server(struct cg_mysql_reading *reading, const struct cg_server *server) {
    struct cg_server *copy = &reading->catalog->server;
    *copy = *server;
    copy->engine = reading->mariadb ? "mariadb" : "mysql";
    copy->version = cg_mysql_copy(reading, server->version);
    copy->host = cg_mysql_copy(reading, server->host);
    copy->identity = cg_mysql_copy(reading, server->identity);
    reading->catalog->schema = "";
    return reading->out_of_memory ? -1 : 0;
}

/* In this order: checks need columns (JSON), keys need them too (versioned tables), everything needs tables. */
static int (*const steps[])(struct cg_mysql_reading *, struct cg_error *) = {
    read_database,
    read_collations,
    read_tables,
    read_partitioned,
    read_columns,
    cg_mysql_read_exact_defaults,
    cg_mysql_read_checks,
    cg_mysql_read_wide_characters,
    cg_mysql_read_keys,
    cg_mysql_read_foreign_keys,
    read_one_by_one,
};

static struct cg_mysql_reading reading_of(MYSQL *mysql, const struct cg_server *server, const char *database,
                                          struct cg_arena *arena, struct cg_catalog *catalog) {
    return (struct cg_mysql_reading){.mysql = mysql,
                                     .mariadb = strcmp(server->engine, "mariadb") == 0,
                                     .version = server->version_number,
                                     .database = database,
                                     .arena = arena,
                                     .catalog = catalog};
}

int cg_mysql_catalog_tables(MYSQL *mysql, const struct cg_server *server, const char *database, const char *only_table,
                            struct cg_arena *arena, struct cg_catalog **ret_catalog, struct cg_error *err) {
    struct cg_catalog *catalog = cg_arena_alloc(arena, sizeof *catalog);
    if (!catalog)
        return cg_error_memory(err);
    struct cg_mysql_reading reading = reading_of(mysql, server, database, arena, catalog);
    reading.only_table = only_table;
    int rc = copy_server(&reading, server);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == 0 && !reading.out_of_memory; i++)
        rc = steps[i](&reading, err);
    if (reading.out_of_memory)
        return cg_error_memory(err);
    if (rc == 0)
        *ret_catalog = catalog;
    return rc;
}

int cg_mysql_catalog_rest(MYSQL *mysql, const char *only_table, struct cg_arena *arena, struct cg_catalog *catalog,
                          struct cg_error *err) {
    struct cg_mysql_reading reading = reading_of(mysql, &catalog->server, catalog->database, arena, catalog);
    reading.only_table = only_table;
    int rc = read_estimates(&reading, err);
    if (rc == 0)
        rc = cg_mysql_read_folding(&reading, err);
    if (rc == 0 && !only_table)
        rc = cg_mysql_read_views(&reading, err);
    if (rc == 0 && !only_table)
        rc = cg_mysql_read_objects(&reading, err);
    if (rc == 0 && !only_table)
        rc = cg_mysql_read_rights(&reading, err);
    return reading.out_of_memory ? cg_error_memory(err) : rc;
}

int cg_mysql_catalog(MYSQL *mysql, const struct cg_server *server, const char *database, const char *only_table,
                     struct cg_arena *arena, struct cg_catalog **ret_catalog, struct cg_error *err) {
    struct cg_catalog *catalog = NULL;
    if (cg_mysql_catalog_tables(mysql, server, database, only_table, arena, &catalog, err) < 0 ||
        cg_mysql_catalog_rest(mysql, only_table, arena, catalog, err) < 0)
        return -1;
    *ret_catalog = catalog;
    return 0;
}
