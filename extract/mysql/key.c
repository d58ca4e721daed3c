/* Keys and their bounds in SQL; see key.h. */
#include "extract/mysql/key.h"

#include "engine/mysql/connection.h"
#include "extract/mysql/query.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* How a key column's value is asked for and written. Text goes as the bytes of its own charset: converted to another
 * and back, a bound could come out as another value, and the ranges would overlap. */
enum form { AS_IT_IS, AS_NUMBER, QUOTED, BYTES, CHARACTERS, BY_NUMBER };

static const struct {
    const char *type;
    enum form form;
} forms[] = {
    {"tinyint", AS_IT_IS}, {"smallint", AS_IT_IS},     {"mediumint", AS_IT_IS},  {"int", AS_IT_IS},
    {"bigint", AS_IT_IS},  {"decimal", AS_IT_IS},      {"year", AS_IT_IS},       {"bit", AS_NUMBER},
    {"date", QUOTED},      {"datetime", QUOTED},       {"timestamp", QUOTED},    {"time", QUOTED},
    {"uuid", QUOTED},      {"inet4", QUOTED},          {"inet6", QUOTED},        {"binary", BYTES},
    {"varbinary", BYTES},  {"tinyblob", BYTES},        {"blob", BYTES},          {"mediumblob", BYTES},
    {"longblob", BYTES},   {"char", CHARACTERS},       {"varchar", CHARACTERS},  {"tinytext", CHARACTERS},
    {"text", CHARACTERS},  {"mediumtext", CHARACTERS}, {"longtext", CHARACTERS},
};

/* The form of a type, or -1: it cannot bound a range. */
static int form_of(const struct cg_type *type) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].type, type->name) == 0)
            return forms[i].form == CHARACTERS && !type->charset ? -1 : (int)forms[i].form;
    return -1;
}

/* The same for naming one row: what sorts otherwise than it compares will do, by its number; and a YEAR of 0 is not
 * what a literal 0 means. */
static int row_form_of(const struct cg_type *type) {
    static const char *const by_number[] = {"enum", "set", "year"};
    for (size_t i = 0; i < sizeof by_number / sizeof *by_number; i++)
        if (strcmp(by_number[i], type->name) == 0)
            return BY_NUMBER;
    return form_of(type);
}

static const struct cg_type *part_type(const struct cg_table *table, const struct cg_key_part *part) {
    return &cg_table_column(table, part->column)->type;
}

static bool key_will_do(const struct cg_table *table, const struct cg_key *key) {
    if (key->kind != CG_KEY_PRIMARY && key->kind != CG_KEY_UNIQUE)
        return false;
    if (key->invisible || strcasecmp(key->method, "btree") != 0 || key->part_count == 0)
        return false;
    for (size_t i = 0; i < key->part_count; i++) {
        const struct cg_key_part *part = &key->parts[i];
        if (!part->column || part->prefix != 0)
            return false;
        const struct cg_column *column = cg_table_column(table, part->column);
        if (!column || column->nullable || column->generated == CG_GENERATED_VIRTUAL || form_of(&column->type) < 0)
            return false;
    }
    return true;
}

const struct cg_key *cg_mysql_walk_key(const struct cg_table *table) {
    const struct cg_key *best = NULL;
    for (size_t i = 0; i < table->key_count; i++) {
        const struct cg_key *key = &table->keys[i];
        if (!key_will_do(table, key))
            continue;
        if (key->kind == CG_KEY_PRIMARY)
            return key;
        if (!best || key->part_count < best->part_count)
            best = key;
    }
    return best;
}

int cg_mysql_put_force_index(struct cg_buffer *b, const struct cg_key *key, struct cg_error *err) {
    if (cg_buffer_text(b, " FORCE INDEX (", err) < 0 || cg_mysql_put_name(b, key->name, err) < 0)
        return -1;
    return cg_buffer_text(b, ")", err);
}

int cg_mysql_put_key_list(struct cg_buffer *b, const struct cg_table *table, const struct cg_key *key,
                          struct cg_error *err) {
    static const char *const before[] = {
        [AS_IT_IS] = "", [AS_NUMBER] = "", [QUOTED] = "", [BYTES] = "HEX(", [CHARACTERS] = "HEX("};
    static const char *const behind[] = {
        [AS_IT_IS] = "", [AS_NUMBER] = "+0", [QUOTED] = "", [BYTES] = ")", [CHARACTERS] = ")"};
    for (size_t i = 0; i < key->part_count; i++) {
        int form = form_of(part_type(table, &key->parts[i]));
        if ((i > 0 && cg_buffer_text(b, ", ", err) < 0) || cg_buffer_text(b, before[form], err) < 0 ||
            cg_mysql_put_name(b, key->parts[i].column, err) < 0 || cg_buffer_text(b, behind[form], err) < 0)
            return -1;
    }
    return 0;
}

int cg_mysql_put_key_order(struct cg_buffer *b, const struct cg_key *key, struct cg_error *err) {
    for (size_t i = 0; i < key->part_count; i++) {
        if ((i > 0 && cg_buffer_text(b, ", ", err) < 0) || cg_mysql_put_name(b, key->parts[i].column, err) < 0 ||
            (key->parts[i].descending && cg_buffer_text(b, " DESC", err) < 0))
            return -1;
    }
    return 0;
}

int cg_mysql_put_key_literal(struct cg_buffer *b, const struct cg_table *table, const struct cg_key_part *part,
                             struct cg_slice text, struct cg_error *err) {
    const struct cg_type *type = part_type(table, part);
    switch ((enum form)form_of(type)) {
    case AS_IT_IS:
    case AS_NUMBER:
    case BY_NUMBER:
        return cg_buffer_append(b, text.data, text.len, err);
    case QUOTED:
        return cg_mysql_put_literal(b, text, err);
    case CHARACTERS:
        if (cg_buffer_printf(b, err, "_%s ", type->charset) < 0)
            return -1;
        break;
    case BYTES:
        break;
    }
    if (cg_buffer_text(b, "X'", err) < 0 || cg_buffer_append(b, text.data, text.len, err) < 0)
        return -1;
    return cg_buffer_text(b, "'", err);
}

static bool calendar_holds(unsigned int year, unsigned int month, unsigned int day) {
    static const unsigned int days[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || day > days[month])
        return false;
    return month != 2 || day < 29 || leap;
}

bool cg_mysql_key_comparable(const struct cg_table *table, const struct cg_key_part *part, struct cg_slice text) {
    const char *type = part_type(table, part)->name;
    if (strcmp(type, "date") != 0 && strcmp(type, "datetime") != 0 && strcmp(type, "timestamp") != 0)
        return true;
    char copy[40];
    unsigned int year, month, day;
    snprintf(copy, sizeof copy, "%.*s", (int)(text.len < 39 ? text.len : 39), (const char *)text.data);
    if (sscanf(copy, "%4u-%2u-%2u", &year, &month, &day) != 3)
        return false;
    bool all_zero = strspn(copy, "0-: .") == strlen(copy);
    return all_zero || calendar_holds(year, month, day);
}

static int put_comparison(struct cg_buffer *b, const struct cg_key_part *part, const char *comparison,
                          const char *literal, struct cg_error *err) {
    if (cg_mysql_put_name(b, part->column, err) < 0 || cg_buffer_text(b, comparison, err) < 0)
        return -1;
    return cg_buffer_text(b, literal, err);
}

/* (a > x OR (a = x AND (b > y OR (b = y AND c > z)))): the row form (a, b, c) > (x, y, z) would scan the table. */
int cg_mysql_put_key_bound(struct cg_buffer *b, const struct cg_key *key, const char *const *literals, bool after,
                           struct cg_error *err) {
    for (size_t i = 0; i < key->part_count; i++) {
        const struct cg_key_part *part = &key->parts[i];
        bool last = i + 1 == key->part_count, greater = after != part->descending;
        const char *comparison = last && !after ? (greater ? " >= " : " <= ") : (greater ? " > " : " < ");
        if (cg_buffer_text(b, "(", err) < 0 || put_comparison(b, part, comparison, literals[i], err) < 0)
            return -1;
        if (!last && (cg_buffer_text(b, " OR (", err) < 0 || put_comparison(b, part, " = ", literals[i], err) < 0 ||
                      cg_buffer_text(b, " AND ", err) < 0))
            return -1;
    }
    for (size_t i = 0; i < key->part_count; i++)
        if (cg_buffer_text(b, i + 1 == key->part_count ? ")" : "))", err) < 0)
            return -1;
    return 0;
}

/* ---- one row ---- */

static bool names_a_row(const struct cg_table *table, const struct cg_key *key) {
    if ((key->kind != CG_KEY_PRIMARY && key->kind != CG_KEY_UNIQUE) || key->part_count == 0)
        return false;
    for (size_t i = 0; i < key->part_count; i++) {
        const struct cg_key_part *part = &key->parts[i];
        const struct cg_column *column = part->column && !part->prefix ? cg_table_column(table, part->column) : NULL;
        if (!column || column->nullable || row_form_of(&column->type) < 0)
            return false;
    }
    return true;
}

const struct cg_key *cg_mysql_row_key_of(const struct cg_table *table) {
    const struct cg_key *key = cg_mysql_walk_key(table);
    for (size_t i = 0; i < table->key_count && !key; i++)
        if (names_a_row(table, &table->keys[i]))
            key = &table->keys[i];
    return key;
}

int cg_mysql_put_key_text(struct cg_buffer *b, const struct cg_table *table, const struct cg_key_part *part,
                          struct cg_error *err) {
    int form = row_form_of(part_type(table, part));
    bool number = form == AS_NUMBER || form == BY_NUMBER, hex = form == BYTES || form == CHARACTERS;
    if (cg_buffer_text(b, hex ? "HEX(" : "CAST(", err) < 0 || cg_mysql_put_name(b, part->column, err) < 0)
        return -1;
    return cg_buffer_text(b, hex ? ")" : number ? "+0 AS CHAR)" : " AS CHAR)", err);
}

int cg_mysql_put_key_equal(struct cg_buffer *b, const struct cg_table *table, const struct cg_key_part *part,
                           struct cg_slice text, struct cg_error *err) {
    if (row_form_of(part_type(table, part)) == BY_NUMBER) {
        if (cg_mysql_put_name(b, part->column, err) < 0 || cg_buffer_text(b, "+0 = ", err) < 0)
            return -1;
        return cg_buffer_append(b, text.data, text.len, err);
    }
    if (cg_mysql_key_comparable(table, part, text)) {
        if (cg_mysql_put_name(b, part->column, err) < 0 || cg_buffer_text(b, " = ", err) < 0)
            return -1;
        return cg_mysql_put_key_literal(b, table, part, text, err);
    }
    if (cg_mysql_put_key_text(b, table, part, err) < 0 || cg_buffer_text(b, " = ", err) < 0)
        return -1;
    return cg_mysql_put_literal(b, text, err);
}
