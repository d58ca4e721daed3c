/* A column as DDL: type, NOT NULL, default, generation, and what AUTO_INCREMENT becomes. */
#include "load/postgresql/ddl.h"

#include <stdio.h>

/* ---- AUTO_INCREMENT ---- */

/* What a counter of a type can hold; types that are not here get a sequence of bigint's range. */
static const struct counter_type {
    const char *type;
    enum ddl_counter counter;
    bool number;
    const char *maximum;
} counter_types[] = {
    {"smallint", DDL_COUNTER_IDENTITY, true, "32767"},
    {"integer", DDL_COUNTER_IDENTITY, true, "2147483647"},
    {"bigint", DDL_COUNTER_IDENTITY, true, "9223372036854775807"},
    {"numeric", DDL_COUNTER_SEQUENCE, true, "9223372036854775807"},
    {"real", DDL_COUNTER_SEQUENCE, true, "16777216"}, /* beyond it not every integer exists */
    {"double precision", DDL_COUNTER_SEQUENCE, true, "9007199254740992"},
};
static const struct counter_type other_counter = {"", DDL_COUNTER_SEQUENCE, false, "9223372036854775807"};

static const struct counter_type *counter_type_of(const struct cg_column *column) {
    for (size_t i = 0; i < sizeof counter_types / sizeof *counter_types; i++)
        if (!column->type.array && strcmp(column->type.name, counter_types[i].type) == 0)
            return &counter_types[i];
    return &other_counter;
}

enum ddl_counter cg_ddl_counter_of(const struct cg_column *column) {
    return column->auto_increment ? counter_type_of(column)->counter : DDL_COUNTER_NONE;
}

bool cg_ddl_counter_is_number(const struct cg_column *column) {
    return counter_type_of(column)->number;
}

void cg_ddl_counter_maximum(const struct cg_column *column, char ret_text[24]) {
    int digits = column->type.precision - (column->type.scale > 0 ? column->type.scale : 0);
    if (strcmp(column->type.name, "numeric") == 0 && column->type.precision > 0 && digits < 19)
        snprintf(ret_text, 24, "%.*s", digits > 0 ? digits : 1, "9999999999999999999");
    else
        snprintf(ret_text, 24, "%s", counter_type_of(column)->maximum);
}

/* Is it the name of anything that shares the namespace of relations? */
static bool relation_named(const struct cg_catalog *wanted, const char *name) {
    for (size_t i = 0; i < wanted->sequence_count; i++)
        if (strcmp(wanted->sequences[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < wanted->table_count; i++) {
        const struct cg_table *table = &wanted->tables[i];
        if (strcmp(table->name, name) == 0)
            return true;
        for (size_t k = 0; k < table->key_count; k++)
            if (strcmp(table->keys[k].name, name) == 0)
                return true;
    }
    return false;
}

/* What the server itself calls the sequence of an identity column, unless that is too long or taken. */
static const char *natural_sequence_name(struct ddl_printer *p, const struct cg_table *table,
                                         const struct cg_column *column) {
    return cg_arena_printf(p->arena, "%s_%s_seq", table->name, column->name);
}

const char *cg_ddl_sequence_name(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    const char *plain = natural_sequence_name(p, table, column);
    if (!plain || (strlen(plain) <= 63 && !relation_named(p->wanted, plain)))
        return plain;
    struct cg_digest digest = {0};
    cg_digest_row(&digest, plain, strlen(plain));
    size_t len = strlen(plain) < 42 ? strlen(plain) : 42;
    while (len && ((unsigned char)plain[len] & 0xC0) == 0x80) /* never inside a UTF-8 character */
        len--;
    return cg_arena_printf(p->arena, "%.*s_%016llx_seq", (int)len, plain, (unsigned long long)digest.low);
}

/* ---- types and defaults ---- */

static void put_type(struct ddl_printer *p, const struct cg_type *type) {
    if (type->schema) {
        cg_ddl_qualified(p, type->schema, type->name);
        if (type->array)
            cg_ddl_text(p, "[]");
    } else {
        cg_ddl_text(p, type->full);
    }
}

/* What MySQL's NOW() is in a column of a type; %d: digits of the second. Its DATETIME is the session's local time. */
static const struct {
    const char *type, *format;
} now_spellings[] = {
    {"timestamptz", " DEFAULT CURRENT_TIMESTAMP(%d)"},
    {"timestamp", " DEFAULT LOCALTIMESTAMP(%d)"},
    {"date", " DEFAULT CURRENT_DATE"},
    {"time", " DEFAULT LOCALTIME(%d)"},
    {"timetz", " DEFAULT CURRENT_TIME(%d)"},
};

static void put_now(struct ddl_printer *p, const struct cg_column *column) {
    int digits = column->default_fraction < 0 ? 0 : column->default_fraction > 6 ? 6 : column->default_fraction;
    for (size_t i = 0; i < sizeof now_spellings / sizeof *now_spellings; i++)
        if (strcmp(column->type.name, now_spellings[i].type) == 0) {
            const char *format = now_spellings[i].format;
            const char *digit = strstr(format, "%d");
            if (!digit) {
                cg_ddl_text(p, format);
                return;
            }
            cg_ddl_printf(p, "%.*s%d%s", (int)(digit - format), format, digits, digit + 2);
            return;
        }
    cg_ddl_printf(p, " DEFAULT CURRENT_TIMESTAMP(%d)", digits);
}

/* A literal is printed as a bare string: the server reads it with the column's type's own input function when the table
 * is made, and a value too long is refused where an explicit cast to varchar(n) would cut it. */
static void put_default(struct ddl_printer *p, const struct cg_column *column) {
    switch (column->default_kind) {
    case CG_DEFAULT_NONE:
    case CG_DEFAULT_NULL:
        break;
    case CG_DEFAULT_LITERAL:
        cg_ddl_text(p, " DEFAULT ");
        cg_ddl_literal(p, column->default_text);
        break;
    case CG_DEFAULT_NOW:
        put_now(p, column);
        break;
    case CG_DEFAULT_EXPRESSION:
        cg_ddl_text(p, " DEFAULT ");
        cg_ddl_expression(p, column->default_text);
        break;
    }
}

static void put_counter(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    const char *name = cg_ddl_sequence_name(p, table, column);
    const char *natural = natural_sequence_name(p, table, column);
    if (!name || !natural) {
        p->failed = true;
        cg_error_memory(p->err);
        return;
    }
    if (cg_ddl_counter_of(column) == DDL_COUNTER_SEQUENCE) {
        cg_ddl_text(p, " DEFAULT pg_catalog.nextval(");
        cg_ddl_object_literal(p, name);
        cg_ddl_text(p, "::pg_catalog.regclass)");
        return;
    }
    cg_ddl_text(p, " GENERATED BY DEFAULT AS IDENTITY");
    if (strcmp(name, natural) == 0)
        return;
    /* Named, so that the sequence takes no name that a table or index of the plan needs later. */
    cg_ddl_text(p, " (SEQUENCE NAME ");
    cg_ddl_object(p, name);
    cg_ddl_text(p, ")");
}

static void put_generated(struct ddl_printer *p, const struct cg_column *column) {
    bool is_virtual = column->generated == CG_GENERATED_VIRTUAL;
    if (is_virtual && p->options->server_version < 180000) {
        cg_ddl_refuse(p, "this server has no virtual generated columns", column->name);
        return;
    }
    cg_ddl_text(p, " GENERATED ALWAYS AS ");
    cg_ddl_expression(p, column->generation_text);
    cg_ddl_text(p, is_virtual ? " VIRTUAL" : " STORED");
}

/* Only collations that the plan makes are named: every other type has its usual one. */
static void put_collation(struct ddl_printer *p, const struct cg_type *type) {
    for (size_t i = 0; type->collation && i < p->wanted->collation_count; i++)
        if (strcmp(p->wanted->collations[i].full, type->collation) == 0) {
            cg_ddl_text(p, " COLLATE ");
            cg_ddl_object(p, p->wanted->collations[i].name);
            return;
        }
}

void cg_ddl_column(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column) {
    cg_ddl_name(p, column->name);
    cg_ddl_text(p, " ");
    put_type(p, &column->type);
    put_collation(p, &column->type);
    if (column->generated != CG_NOT_GENERATED)
        put_generated(p, column);
    else if (column->auto_increment)
        put_counter(p, table, column);
    else
        put_default(p, column);
    if (!column->nullable)
        cg_ddl_text(p, " NOT NULL");
}
