/* What a table's data holds, by one query of aggregates: one reading of the table whatever is asked.
 *
 * Every wanted column adds a few aggregates; a small table says which type adds which, with @ for the column's name.
 * Functions of dates are asked only for their parts, which both servers give for dates out of the calendar too (R11).
 */
#include "extract/mysql/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A date's parts decide: all zero; else one of them zero; else a day beyond its month. The first comparison of each
 * spares nearly every row the rest. */
#define ALL_ZERO "(@ < '0000-01-01' AND MONTH(@) = 0 AND DAYOFMONTH(@) = 0)"
#define ANY_ZERO "(@ < '0001-01-01' OR MONTH(@) = 0 OR DAYOFMONTH(@) = 0)"
#define LEAP     "((YEAR(@) % 4 = 0 AND YEAR(@) % 100 <> 0) OR YEAR(@) % 400 = 0)"
#define BEYOND                                                                                                         \
    "(DAYOFMONTH(@) > 28 AND ((DAYOFMONTH(@) = 31 AND MONTH(@) IN (4, 6, 9, 11))"                                      \
    " OR (MONTH(@) = 2 AND (DAYOFMONTH(@) > 29 OR NOT " LEAP "))))"
#define COUNT_IF(condition) "COUNT(CASE WHEN " condition " THEN 1 END)"

enum fact { MINIMUM, MAXIMUM, ZERO_DATES, PARTIAL_DATES, INVALID_DATES, ENUM_INVALID, OUTSIDE_DAY };

static const struct aggregate {
    enum fact fact;
    const char *sql;
} range_facts[] = {{MINIMUM, "MIN(@)"}, {MAXIMUM, "MAX(@)"}, {0}},
  time_facts[] = {{MINIMUM, "MIN(@)"},
                  {MAXIMUM, "MAX(@)"},
                  {OUTSIDE_DAY, COUNT_IF("@ < '00:00:00' OR @ > '24:00:00'")},
                  {0}},
  date_facts[] = {{ZERO_DATES, COUNT_IF(ALL_ZERO)},
                  {PARTIAL_DATES, COUNT_IF(ANY_ZERO " AND NOT " ALL_ZERO)},
                  {INVALID_DATES, COUNT_IF(BEYOND " AND NOT " ANY_ZERO)},
                  {0}},
  enum_facts[] = {{ENUM_INVALID, COUNT_IF("@ + 0 = 0")}, {0}};

static const struct {
    const char *type;
    const struct aggregate *aggregates;
} types[] = {
    {"tinyint", range_facts}, {"smallint", range_facts}, {"mediumint", range_facts}, {"int", range_facts},
    {"bigint", range_facts},  {"decimal", range_facts},  {"year", range_facts},      {"time", time_facts},
    {"date", date_facts},     {"datetime", date_facts},  {"timestamp", date_facts},  {"enum", enum_facts},
};

static const struct aggregate *aggregates_of(const struct cg_column *column) {
    static const struct aggregate nothing[] = {{0}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, column->type.name) == 0)
            return types[i].aggregates;
    return nothing;
}

/* Appends the template with every @ replaced by the column's name. */
static int put_template(struct cg_buffer *sql, const char *template, const char *column, struct cg_error *err) {
    for (const char *at; (at = strchr(template, '@')); template = at + 1)
        if (cg_buffer_append(sql, template, (size_t)(at - template), err) < 0 ||
            cg_mysql_put_name(sql, column, err) < 0)
            return -1;
    return cg_buffer_text(sql, template, err);
}

/* The wanted columns of the rows at one end of the primary key. ENUMs go as their index: a UNION would make text of
 * them. */
static int put_end(struct cg_buffer *sql, const struct cg_table *table, const bool *want, const char *direction,
                   uint64_t rows, struct cg_error *err) {
    const struct cg_key *key = cg_table_primary_key(table);
    if (cg_buffer_text(sql, "(SELECT 1", err) < 0)
        return -1;
    for (size_t i = 0; i < table->column_count; i++) {
        bool is_enum = strcmp(table->columns[i].type.name, "enum") == 0;
        if (want[i] && put_template(sql, is_enum ? ", @ + 0 AS @" : ", @", table->columns[i].name, err) < 0)
            return -1;
    }
    if (cg_buffer_text(sql, " FROM ", err) < 0 || cg_mysql_put_table(sql, table, err) < 0 ||
        cg_mysql_put_where(sql, table, "", err) < 0)
        return -1;
    for (size_t i = 0; key && i < key->part_count; i++)
        if (cg_buffer_text(sql, i ? ", " : " ORDER BY ", err) < 0 ||
            cg_mysql_put_name(sql, key->parts[i].column, err) < 0 || cg_buffer_text(sql, direction, err) < 0)
            return -1;
    return cg_buffer_printf(sql, err, " LIMIT %" PRIu64 ")", rows);
}

static int put_sample(struct cg_buffer *sql, const struct cg_table *table, const bool *want, uint64_t sample,
                      bool both_ends, struct cg_error *err) {
    if (cg_buffer_text(sql, "(", err) < 0 ||
        put_end(sql, table, want, " ASC", both_ends ? sample : sample * 2, err) < 0)
        return -1;
    if (both_ends &&
        (cg_buffer_text(sql, " UNION ALL ", err) < 0 || put_end(sql, table, want, " DESC", sample, err) < 0))
        return -1;
    return cg_buffer_text(sql, ") AS sample", err);
}

static int put_probe(struct cg_buffer *sql, const struct cg_table *table, const bool *want, uint64_t sample,
                     bool both_ends, struct cg_error *err) {
    if (cg_buffer_text(sql, "SELECT COUNT(*)", err) < 0)
        return -1;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct cg_column *column = &table->columns[i];
        if (!want[i])
            continue;
        if (column->nullable && put_template(sql, ", COUNT(@)", column->name, err) < 0)
            return -1;
        for (const struct aggregate *a = aggregates_of(column); a->sql; a++)
            if (cg_buffer_text(sql, ", ", err) < 0 || put_template(sql, a->sql, column->name, err) < 0)
                return -1;
    }
    if (cg_buffer_text(sql, " FROM ", err) < 0)
        return -1;
    if (sample)
        return put_sample(sql, table, want, sample, both_ends, err);
    return cg_mysql_put_table(sql, table, err) < 0 ? -1 : cg_mysql_put_where(sql, table, "", err);
}

/* Decimal text without the zeros that ZEROFILL and YEAR put in front (R12); other text as it is. */
static void copy_number(char *out, size_t size, const char *text) {
    bool negative = *text == '-';
    const char *digits = text + negative;
    while (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
        digits++;
    snprintf(out, size, "%s%s", negative ? "-" : "", digits);
}

static void take_fact(struct cg_column_facts *facts, enum fact fact, const char *text, bool is_time) {
    char *range = fact == MINIMUM ? facts->minimum : facts->maximum;
    uint64_t count = text ? strtoull(text, NULL, 10) : 0;
    switch (fact) {
    case MINIMUM:
    case MAXIMUM: /* NULL: no value at all */
        if (is_time)
            snprintf(range, sizeof facts->minimum, "%s", text ? text : "");
        else if (text)
            copy_number(range, sizeof facts->minimum, text);
        break;
    case ZERO_DATES:
        facts->zero_dates = count;
        break;
    case PARTIAL_DATES:
        facts->partial_dates = count;
        break;
    case INVALID_DATES:
        facts->invalid_dates = count;
        break;
    case ENUM_INVALID:
        facts->enum_invalid = count;
        break;
    case OUTSIDE_DAY:
        facts->time_outside_day = count;
        break;
    }
}

/* Reads the one row in the order in which put_probe asked. */
static void take_facts(const struct cg_table *table, const bool *want, MYSQL_ROW row, struct cg_column_facts *facts,
                       uint64_t *ret_rows) {
    uint64_t rows = strtoull(row[0], NULL, 10);
    size_t at = 1;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct cg_column *column = &table->columns[i];
        facts[i] = (struct cg_column_facts){.probed = want[i]};
        if (!want[i])
            continue;
        facts[i].non_null = column->nullable ? strtoull(row[at++], NULL, 10) : rows;
        for (const struct aggregate *a = aggregates_of(column); a->sql; a++)
            take_fact(&facts[i], a->fact, row[at++], strcmp(column->type.name, "time") == 0);
    }
    *ret_rows = rows;
}

/* Runs a query that gives one row; the caller frees *ret_result. */
static int one_row(struct cg_session *session, const struct cg_table *table, const struct cg_buffer *sql,
                   const char *verb, MYSQL_RES **ret_result, MYSQL_ROW *ret_row, struct cg_error *err) {
    char doing[160];
    snprintf(doing, sizeof doing, "%s table `%s`", verb, table->name);
    MYSQL_RES *result = NULL;
    if (cg_mysql_session_query(session, sql, doing, &result, err) < 0)
        return -1;
    MYSQL_ROW row = mysql_fetch_row(result);
    if (!row) {
        mysql_free_result(result);
        return cg_error_set(err, CG_ERR_ENGINE, "%s: the server gave no row of totals", doing);
    }
    *ret_result = result;
    *ret_row = row;
    return 0;
}

static int probe(struct cg_session *session, const struct cg_table *table, const bool *want, uint64_t sample,
                 bool both_ends, struct cg_column_facts *facts, uint64_t *rows, struct cg_error *err) {
    struct cg_buffer sql;
    MYSQL_RES *result = NULL;
    MYSQL_ROW row;
    cg_buffer_init(&sql, (size_t)16 << 20);
    int rc = put_probe(&sql, table, want, sample, both_ends, err);
    if (rc == 0)
        rc = one_row(session, table, &sql, "probing", &result, &row, err);
    if (rc == 0)
        take_facts(table, want, row, facts, rows);
    else
        cg_error_object(err, "table %s.%s", table->schema, table->name);
    mysql_free_result(result);
    cg_buffer_done(&sql);
    return rc;
}

int cg_mysql_probe(struct cg_session *session, const struct cg_table *table, const bool *want, uint64_t sample,
                   struct cg_column_facts *facts, uint64_t *rows, struct cg_error *err) {
    /* One end alone first: a table that it holds whole is not counted twice. */
    int rc = probe(session, table, want, sample, false, facts, rows, err);
    if (rc == 0 && sample && *rows >= sample * 2 && cg_table_primary_key(table))
        rc = probe(session, table, want, sample, true, facts, rows, err);
    return rc;
}

int cg_mysql_count(struct cg_session *session, const struct cg_table *table, uint64_t *rows, struct cg_error *err) {
    struct cg_buffer sql;
    MYSQL_RES *result = NULL;
    MYSQL_ROW row;
    cg_buffer_init(&sql, 4096);
    int rc = cg_buffer_text(&sql, "SELECT COUNT(*) FROM ", err);
    if (rc == 0)
        rc = cg_mysql_put_table(&sql, table, err);
    if (rc == 0)
        rc = cg_mysql_put_where(&sql, table, "", err);
    if (rc == 0)
        rc = one_row(session, table, &sql, "counting", &result, &row, err);
    if (rc == 0)
        *rows = strtoull(row[0], NULL, 10);
    else
        cg_error_object(err, "table %s.%s", table->schema, table->name);
    mysql_free_result(result);
    cg_buffer_done(&sql);
    return rc;
}
