/* Indexes, the constraints that stand on them, and foreign keys.
 *
 * A primary or unique key is first a unique index, built in parallel with the others, then a constraint that takes the
 * index over. A key with a prefix, an expression or a descending column stays a unique index: PostgreSQL has no such
 * constraints, and a foreign key may refer to the index as well. A primary key's directions mean nothing to it. */
#include "load/postgresql/ddl.h"

#include <inttypes.h>

/* ---- indexes ---- */

static bool is_unique(const struct cg_key *key) {
    return key->kind == CG_KEY_PRIMARY || key->kind == CG_KEY_UNIQUE;
}

static bool can_be_constraint(const struct cg_key *key) {
    if (!is_unique(key))
        return false;
    for (size_t i = 0; i < key->part_count; i++)
        if (!key->parts[i].column || key->parts[i].prefix > 0 ||
            (key->parts[i].descending && key->kind == CG_KEY_UNIQUE))
            return false;
    return true;
}

static const char *method_of(const struct cg_key *key) {
    static const char *const kept[] = {"gin", "gist", "spgist", "brin"};
    if (key->kind == CG_KEY_FULLTEXT)
        return "gin";
    if (key->kind == CG_KEY_SPATIAL)
        return "gist";
    for (size_t i = 0; key->kind == CG_KEY_INDEX && key->method && i < sizeof kept / sizeof *kept; i++)
        if (strcmp(key->method, kept[i]) == 0)
            return kept[i];
    return "btree";
}

/* The first n characters or bytes of a column; left() of citext is text, which would tell case apart. */
static void put_prefix(struct ddl_printer *p, const struct cg_table *table, const struct cg_key_part *part) {
    const struct cg_column *column = cg_table_column(table, part->column);
    bool bytes = column && strcmp(column->type.name, "bytea") == 0;
    bool citext = column && strcmp(column->type.name, "citext") == 0;
    cg_ddl_text(p, citext ? "(" : "");
    cg_ddl_text(p, bytes ? "pg_catalog.substring(" : "pg_catalog.\"left\"(");
    cg_ddl_name(p, part->column);
    cg_ddl_printf(p, bytes ? ", 1, %" PRId64 ")" : ", %" PRId64 ")", part->prefix);
    cg_ddl_text(p, citext ? "::citext)" : "");
}

void cg_ddl_key_part(struct ddl_printer *p, const struct cg_table *table, const struct cg_key_part *part) {
    if (part->expression)
        cg_ddl_expression(p, part->expression);
    else if (part->prefix > 0)
        put_prefix(p, table, part);
    else
        cg_ddl_name(p, part->column);
}

static void put_direction(struct ddl_printer *p, const struct cg_key *key, const struct cg_key_part *part) {
    if (part->descending && key->kind != CG_KEY_PRIMARY && strcmp(method_of(key), "btree") == 0)
        cg_ddl_text(p, " DESC");
}

/* One document of all columns, as MySQL's FULLTEXT index sees them; 'simple' stems nothing, like MySQL. */
static void put_document(struct ddl_printer *p, const struct cg_key *key) {
    cg_ddl_text(p, "pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, ");
    for (size_t i = 0; i < key->part_count; i++) {
        cg_ddl_text(p, i ? " || ' ' || coalesce(" : "coalesce(");
        if (key->parts[i].column)
            cg_ddl_name(p, key->parts[i].column);
        else
            cg_ddl_expression(p, key->parts[i].expression);
        cg_ddl_text(p, "::text, '')");
    }
    cg_ddl_text(p, ")");
}

static void put_index(struct ddl_printer *p, const struct cg_table *table, const struct cg_key *key) {
    cg_ddl_text(p, is_unique(key) ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    cg_ddl_name(p, key->name);
    cg_ddl_text(p, " ON ");
    cg_ddl_object(p, table->name);
    cg_ddl_printf(p, " USING %s (", method_of(key));
    if (key->kind == CG_KEY_FULLTEXT) {
        put_document(p, key);
    } else {
        for (size_t i = 0; i < key->part_count; i++) {
            cg_ddl_text(p, i ? ", " : "");
            cg_ddl_key_part(p, table, &key->parts[i]);
            put_direction(p, key, &key->parts[i]);
        }
    }
    cg_ddl_text(p, ")");
}

static const char *kind_of(const struct cg_key *key) {
    return key->kind == CG_KEY_PRIMARY ? "primary key" : key->kind == CG_KEY_UNIQUE ? "unique" : "index";
}

void cg_ddl_indexes(struct ddl_printer *p, const struct cg_table *table) {
    for (size_t i = 0; i < table->key_count; i++) {
        const struct cg_key *key = &table->keys[i];
        if (table->partitioning && can_be_constraint(key))
            continue; /* PostgreSQL makes no constraint of a partitioned index that is there: it comes with it */
        put_index(p, table, key);
        cg_ddl_finish(p, CG_DDL_INDEX, kind_of(key), cg_ddl_name_in(p, table, key->name), table);
        if (!p->failed)
            p->list.items[p->list.count - 1].key = key;
    }
}

/* ---- constraints on indexes ---- */

static void put_columns(struct ddl_printer *p, const struct cg_key *key) {
    for (size_t i = 0; i < key->part_count; i++) {
        cg_ddl_text(p, i ? ", " : "(");
        cg_ddl_name(p, key->parts[i].column);
    }
    cg_ddl_text(p, ")");
}

void cg_ddl_constraints(struct ddl_printer *p, const struct cg_table *table) {
    for (size_t i = 0; i < table->key_count; i++) {
        const struct cg_key *key = &table->keys[i];
        if (!can_be_constraint(key))
            continue;
        cg_ddl_text(p, "ALTER TABLE ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, " ADD CONSTRAINT ");
        cg_ddl_name(p, key->name);
        cg_ddl_text(p, key->kind == CG_KEY_PRIMARY ? " PRIMARY KEY " : " UNIQUE ");
        if (table->partitioning) {
            put_columns(p, key);
        } else {
            cg_ddl_text(p, "USING INDEX ");
            cg_ddl_name(p, key->name);
        }
        cg_ddl_finish(p, CG_DDL_KEY, kind_of(key), cg_ddl_name_in(p, table, key->name), table);
    }
}

/* ---- foreign keys ---- */

static void put_action(struct ddl_printer *p, const char *event, const char *action) {
    static const char *const known[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"};
    if (!action)
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(action, known[i]) == 0) {
            cg_ddl_printf(p, " ON %s %s", event, known[i]);
            return;
        }
    cg_ddl_refuse(p, "a foreign key has an unknown action", action);
}

static void finish_foreign_key(struct ddl_printer *p, enum cg_ddl_phase phase, const struct cg_table *table,
                               const struct cg_foreign_key *fk) {
    cg_ddl_finish(p, phase, "foreign key", cg_ddl_name_in(p, table, fk->name), table);
    if (!p->failed)
        p->list.items[p->list.count - 1].foreign_key = fk;
}

void cg_ddl_foreign_keys(struct ddl_printer *p, const struct cg_table *table) {
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const struct cg_foreign_key *fk = &table->foreign_keys[i];
        cg_ddl_text(p, "ALTER TABLE ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, " ADD CONSTRAINT ");
        cg_ddl_name(p, fk->name);
        cg_ddl_text(p, " FOREIGN KEY ");
        cg_ddl_names(p, fk->columns, fk->column_count);
        cg_ddl_text(p, " REFERENCES ");
        cg_ddl_qualified(p, fk->ref_schema, fk->ref_table);
        cg_ddl_text(p, " ");
        cg_ddl_names(p, fk->ref_columns, fk->column_count);
        put_action(p, "DELETE", fk->on_delete);
        put_action(p, "UPDATE", fk->on_update);
        cg_ddl_text(p, " NOT VALID");
        finish_foreign_key(p, CG_DDL_FK, table, fk);
    }
}

void cg_ddl_validations(struct ddl_printer *p, const struct cg_table *table) {
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const struct cg_foreign_key *fk = &table->foreign_keys[i];
        cg_ddl_text(p, "ALTER TABLE ");
        cg_ddl_object(p, table->name);
        cg_ddl_text(p, " VALIDATE CONSTRAINT ");
        cg_ddl_name(p, fk->name);
        finish_foreign_key(p, CG_DDL_FK_CHECK, table, fk);
    }
}
