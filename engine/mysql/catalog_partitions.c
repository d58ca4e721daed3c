/* A table's partitions, from information_schema.PARTITIONS: methods, columns, and bounds as values.
 *
 * PARTITION_DESCRIPTION holds bounds as SQL: 10, MAXVALUE, 'it''s', NULL, of several columns (1,'a'),(2,'b')
 * in lists and 1,'a' in ranges. It is told in utf8mb3: a text that stands otherwise in SHOW CREATE TABLE, which is not,
 * is one that we cannot read. What we cannot read makes the method unknown; it is never guessed. */
#include "engine/mysql/catalog_internal.h"

#include "embedded.h"

#include <ctype.h>
#include <strings.h>

/* ---- methods and columns ---- */

static enum cg_partition_method method_of(const char *words) {
    static const struct {
        const char *words;
        enum cg_partition_method method;
    } methods[] = {
        {"RANGE", CG_PARTITION_RANGE},       {"RANGE COLUMNS", CG_PARTITION_RANGE}, {"LIST", CG_PARTITION_LIST},
        {"LIST COLUMNS", CG_PARTITION_LIST}, {"HASH", CG_PARTITION_HASH},           {"LINEAR HASH", CG_PARTITION_HASH},
        {"KEY", CG_PARTITION_HASH},          {"LINEAR KEY", CG_PARTITION_HASH},
    };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i].words, words) == 0)
            return methods[i].method;
    return CG_PARTITION_UNKNOWN;
}

static bool by_columns(const char *words) {
    return strstr(words, "COLUMNS") || strstr(words, "KEY");
}

/* Expressions name columns as they were typed. */
static const char *column_named(const struct cg_table *table, const char *name) {
    for (size_t i = 0; i < table->column_count; i++)
        if (strcasecmp(table->columns[i].name, name) == 0)
            return table->columns[i].name;
    return NULL;
}

/* One name that the text begins with, quoted or not; *ret_name is the table's own spelling of it, NULL when it has no
 * such column. Returns what follows, NULL when there is no name. */
static const char *read_name(struct cg_mysql_reading *reading, const struct cg_table *table, const char *text,
                             const char **ret_name) {
    bool quoted = *text == '`';
    char *name = cg_arena_alloc(reading->arena, strlen(text) + 1), *to = name;
    if (!name) {
        reading->out_of_memory = true;
        return NULL;
    }
    for (text += quoted; *text; text++) {
        if (quoted ? *text == '`' : !(isalnum((unsigned char)*text) || *text == '_' || *text == '$' || *text & 0x80)) {
            if (!quoted || text[1] != '`')
                break;
            text++;
        }
        *to++ = *text;
    }
    *to = '\0';
    if (to == name || (quoted && *text != '`'))
        return NULL;
    *ret_name = column_named(table, name);
    return text + quoted;
}

static int add_column(struct cg_mysql_reading *reading, struct cg_partitioning *by, const char *name,
                      struct cg_error *err) {
    const char **columns = cg_arena_push(reading->arena, by->columns, &by->column_count, sizeof *columns);
    if (!columns)
        return cg_error_memory(err);
    by->columns = columns;
    columns[by->column_count - 1] = name;
    return 0;
}

/* KEY () goes by the primary key, without one by the first unique key whose columns are NOT NULL. */
static int key_columns(struct cg_mysql_reading *reading, const struct cg_table *table, struct cg_partitioning *by,
                       struct cg_error *err) {
    for (size_t i = 0; i < table->key_count; i++) {
        const struct cg_key *key = &table->keys[i];
        bool whole = key->kind == CG_KEY_PRIMARY || key->kind == CG_KEY_UNIQUE;
        for (size_t part = 0; part < key->part_count && whole; part++) {
            const struct cg_column *column =
                key->parts[part].column ? cg_table_column(table, key->parts[part].column) : NULL;
            whole = column && !column->nullable && !key->parts[part].prefix;
        }
        for (size_t part = 0; part < key->part_count && whole; part++)
            if (add_column(reading, by, key->parts[part].column, err) < 0)
                return -1;
        if (whole)
            return 0;
    }
    by->method = CG_PARTITION_UNKNOWN;
    return 0;
}

/* "`a`,`b`"; "`a`" alone of RANGE, LIST and HASH too; else it is an expression. */
static int read_columns(struct cg_mysql_reading *reading, const struct cg_table *table, const char *text,
                        struct cg_partitioning *by, struct cg_error *err) {
    bool list = by_columns(by->words);
    if (list && !*text)
        return key_columns(reading, table, by, err);
    for (const char *at = text; at && *at;) {
        const char *name = NULL;
        at = read_name(reading, table, at, &name);
        if (at && name && add_column(reading, by, name, err) < 0)
            return -1;
        if (at && name && *at == ',' && list)
            at += 1 + strspn(at + 1, " ");
        else if (at && name && !*at)
            return 0;
        else
            break;
    }
    by->column_count = 0;
    if (list)
        by->method = CG_PARTITION_UNKNOWN;
    else
        by->expression = cg_mysql_expression(reading, text);
    return 0;
}

/* ---- bounds ---- */

/* The text of SQL being read. */
struct scan {
    struct cg_mysql_reading *reading;
    const char *at;
    const char *create; /* the same as SHOW CREATE TABLE tells it */
};

static bool take_word(struct scan *s, const char *word) {
    size_t len = strlen(word);
    if (strncasecmp(s->at, word, len) != 0 || isalnum((unsigned char)s->at[len]) || s->at[len] == '_')
        return false;
    s->at += len;
    return true;
}

/* A string that SHOW CREATE TABLE has too, in UTF-8 and without a NUL. */
static bool take_string(struct scan *s, struct cg_bound *bound) {
    size_t len = 0, most = strlen(s->at) + 1;
    if (*s->at != '\'')
        return false;
    char *value = cg_arena_alloc(s->reading->arena, most), *literal = cg_arena_alloc(s->reading->arena, most);
    if (!value || !literal) {
        s->reading->out_of_memory = true;
        return false;
    }
    const char *end = cg_mysql_read_literal(s->at, value, &len);
    if (!end || strlen(value) != len)
        return false;
    memcpy(literal, s->at, (size_t)(end - s->at)); /* zeroed behind it */
    bound->text = value;
    s->at = end;
    return strstr(s->create, literal) != NULL;
}

static bool take_number(struct scan *s, struct cg_bound *bound) {
    size_t sign = *s->at == '-', len = strspn(s->at + sign, "0123456789.");
    if (!len)
        return false;
    bound->text = cg_arena_strndup(s->reading->arena, s->at, sign + len);
    if (!bound->text)
        s->reading->out_of_memory = true;
    s->at += sign + len;
    return bound->text && (!*s->at || strchr(",)", *s->at));
}

static bool take_bound(struct scan *s, struct cg_bound *bound) {
    *bound = (struct cg_bound){.kind = CG_BOUND_VALUE};
    if (take_word(s, "MAXVALUE"))
        bound->kind = CG_BOUND_MAXIMUM;
    else if (take_word(s, "NULL"))
        bound->kind = CG_BOUND_NULL;
    else
        return take_string(s, bound) || take_number(s, bound);
    return true;
}

/* All bounds of a description, one after the other; NULL when they cannot be read. */
static struct cg_bound *read_bounds(struct scan *s, size_t width, size_t *ret_count) {
    struct cg_bound *bounds = NULL;
    *ret_count = 0;
    for (;;) {
        bool opened = *s->at == '(';
        s->at += opened;
        for (size_t i = 0; i < (opened ? width : 1); i++) {
            if (i && *s->at++ != ',')
                return NULL;
            bounds = cg_arena_push(s->reading->arena, bounds, ret_count, sizeof *bounds);
            if (!bounds) {
                s->reading->out_of_memory = true;
                return NULL;
            }
            if (!take_bound(s, &bounds[*ret_count - 1]))
                return NULL;
        }
        if (opened && *s->at++ != ')')
            return NULL;
        if (!*s->at)
            return *ret_count % width == 0 ? bounds : NULL;
        if (*s->at++ != ',')
            return NULL;
    }
}

/* MariaDB's DEFAULT of a list is described as one of the value 0, or by nothing. */
static bool has_default(const struct cg_table *table) {
    return strstr(table->partition_text, " DEFAULT ENGINE") || strstr(table->partition_text, " DEFAULT COMMENT") ||
           strstr(table->partition_text, "` DEFAULT");
}

/* false: the description cannot be read. */
static bool describe(struct cg_mysql_reading *reading, const struct cg_table *table, const struct cg_partitioning *by,
                     const char *description, struct cg_partition *partition) {
    struct scan s = {.reading = reading, .at = description, .create = table->partition_text};
    size_t width = by->column_count ? by->column_count : 1, count = 0;
    if (by->method == CG_PARTITION_HASH || by->method == CG_PARTITION_UNKNOWN)
        return true;
    struct cg_bound *bounds = read_bounds(&s, width, &count);
    if (!bounds || (by->method == CG_PARTITION_RANGE ? count != width : has_default(table)))
        return false;
    if (by->method == CG_PARTITION_RANGE) {
        partition->to = bounds;
    } else {
        partition->values = bounds;
        partition->value_count = count / width;
    }
    return true;
}

/* ---- the whole ---- */

static struct cg_partitioning *partitioning_new(struct cg_mysql_rows *row, const struct cg_table *table,
                                                const char *method, const char *expression, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    struct cg_partitioning *by = cg_arena_alloc(reading->arena, sizeof *by);
    if (!by) {
        cg_error_memory(err);
        return NULL;
    }
    by->words = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, method));
    by->method = method_of(by->words);
    if (by->method != CG_PARTITION_UNKNOWN &&
        read_columns(reading, table, cg_mysql_field_or_empty(row, expression), by, err) < 0)
        return NULL;
    return by;
}

static struct cg_partition *add_partition(struct cg_mysql_reading *reading, struct cg_partitioning *by,
                                          const char *name, struct cg_error *err) {
    struct cg_partition *items = cg_arena_push(reading->arena, by->items, &by->count, sizeof *items);
    if (!items) {
        cg_error_memory(err);
        return NULL;
    }
    by->items = items;
    struct cg_partition *partition = &items[by->count - 1];
    *partition = (struct cg_partition){.name = cg_mysql_copy(reading, name), .comment = ""};
    return partition;
}

/* MySQL's partitions by HASH are as many as there are; their numbers say which values they hold. */
static void number(struct cg_partitioning *by) {
    for (size_t i = 0; by->method == CG_PARTITION_HASH && i < by->count; i++) {
        by->items[i].modulus = (unsigned)by->count;
        by->items[i].remainder = (unsigned)i;
    }
}

static int read_partition(struct cg_mysql_rows *row, struct cg_table *table, struct cg_error *err) {
    struct cg_mysql_reading *reading = row->reading;
    struct cg_partitioning *by = table->partitioning;
    const char *name = cg_mysql_field_or_empty(row, "PARTITION_NAME");
    const char *sub = cg_mysql_field(row, "SUBPARTITION_NAME");
    if (!by &&
        !(by = table->partitioning = partitioning_new(row, table, "PARTITION_METHOD", "PARTITION_EXPRESSION", err)))
        return -1;
    struct cg_partition *partition = by->count ? &by->items[by->count - 1] : NULL;
    if (!partition || strcmp(partition->name, name) != 0) {
        if (!(partition = add_partition(reading, by, name, err)))
            return -1;
        if (!describe(reading, table, by, cg_mysql_field_or_empty(row, "PARTITION_DESCRIPTION"), partition))
            by->method = CG_PARTITION_UNKNOWN;
        if (!sub)
            partition->comment = cg_mysql_copy(reading, cg_mysql_field_or_empty(row, "PARTITION_COMMENT"));
    }
    if (!sub)
        return 0;
    if (!partition->below &&
        !(partition->below = partitioning_new(row, table, "SUBPARTITION_METHOD", "SUBPARTITION_EXPRESSION", err)))
        return -1;
    return add_partition(reading, partition->below, sub, err) ? 0 : -1;
}

int cg_mysql_read_partitioning(struct cg_mysql_reading *reading, struct cg_table *table, struct cg_error *err) {
    const char *only_table = reading->only_table;
    struct cg_mysql_rows rows;
    reading->only_table = table->name;
    int rc = cg_mysql_rows_open(reading, cg_embedded_mysql_partitions_sql, &rows, err);
    reading->only_table = only_table;
    if (rc < 0)
        return -1;
    while (rc == 0 && cg_mysql_rows_next(&rows))
        if (strcmp(cg_mysql_field_or_empty(&rows, "TABLE_NAME"), table->name) == 0)
            rc = read_partition(&rows, table, err);
    cg_mysql_rows_done(&rows);
    if (rc < 0 || !table->partitioning)
        return rc;
    number(table->partitioning);
    for (size_t i = 0; i < table->partitioning->count; i++)
        if (table->partitioning->items[i].below)
            number(table->partitioning->items[i].below);
    return 0;
}
