/* Printing DDL: a printer collects one statement at a time and keeps it in a list. Within load/postgresql/ only.
 *
 * The put functions do nothing once the printer has failed; cg_ddl_finish tells. Every name goes through cg_ddl_name or
 * cg_ddl_qualified, every value through cg_ddl_literal. Expressions and types are SQL already: the plan translated
 * them. */
#ifndef CG_LOAD_POSTGRESQL_DDL_H
#define CG_LOAD_POSTGRESQL_DDL_H

#include "load/postgresql/internal.h"

struct ddl_printer {
    const struct cg_ddl_options *options;
    const struct cg_catalog *wanted;
    struct cg_arena *arena;
    struct cg_ddl_list list;
    struct cg_buffer text; /* the statement being printed */
    struct cg_error *err;
    bool failed;
};

void cg_ddl_text(struct ddl_printer *p, const char *text);
void cg_ddl_name(struct ddl_printer *p, const char *name);
/* An object of the target schema. */
void cg_ddl_object(struct ddl_printer *p, const char *name);
void cg_ddl_qualified(struct ddl_printer *p, const char *schema, const char *name);
void cg_ddl_literal(struct ddl_printer *p, const char *text);
/* A literal that names an object of the target schema, for functions that take one: '"public"."orders"'. */
void cg_ddl_object_literal(struct ddl_printer *p, const char *name);
void cg_ddl_printf(struct ddl_printer *p, const char *format, ...) CG_PRINTF(2, 3);
/* (name, name, ...) */
void cg_ddl_names(struct ddl_printer *p, const char *const *names, size_t count);
/* An SQL expression in parentheses; a comment at its end cannot swallow the closing one. */
void cg_ddl_expression(struct ddl_printer *p, const char *expression);
/* A decimal integer, checked to be one: numbers of the catalog are text. */
void cg_ddl_number(struct ddl_printer *p, const char *digits);
/* Fails with CG_ERR_INTERNAL. */
void cg_ddl_refuse(struct ddl_printer *p, const char *what, const char *name);

/* Keeps what was printed as one statement and begins the next. name lives in the arena, or longer. */
void cg_ddl_finish(struct ddl_printer *p, enum cg_ddl_phase phase, const char *kind, const char *name,
                   const struct cg_table *table);
/* The same for a statement whose failure is a note. */
void cg_ddl_finish_optional(struct ddl_printer *p, enum cg_ddl_phase phase, const char *kind, const char *name,
                            const struct cg_table *table);
/* "table.name" in the arena. */
const char *cg_ddl_name_in(struct ddl_printer *p, const struct cg_table *table, const char *name);

/* ddl.c */
void cg_ddl_enum(struct ddl_printer *p, const struct cg_type *type);
/* CREATE TABLE, without what follows the rows. */
void cg_ddl_table(struct ddl_printer *p, const struct cg_table *table);

/* ddl.c */
void cg_ddl_collation(struct ddl_printer *p, const struct cg_collation *collation);
/* ddl_columns.c */
void cg_ddl_column(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column);
/* How AUTO_INCREMENT is re-made (R20). */
enum ddl_counter {
    DDL_COUNTER_NONE,
    DDL_COUNTER_IDENTITY, /* smallint, integer, bigint */
    DDL_COUNTER_SEQUENCE, /* other types: a sequence and DEFAULT nextval */
};
enum ddl_counter cg_ddl_counter_of(const struct cg_column *column);
/* The name of the sequence behind a column, free of clashes within `wanted` and at most 63 bytes. */
const char *cg_ddl_sequence_name(struct ddl_printer *p, const struct cg_table *table, const struct cg_column *column);
/* The largest value that both a sequence and the column can hold, as decimal text. */
void cg_ddl_counter_maximum(const struct cg_column *column, char ret_text[24]);
/* Can max(column) be taken as a number? */
bool cg_ddl_counter_is_number(const struct cg_column *column);

/* ddl_partitions.c */
/* " PARTITION BY RANGE (...)"; nothing for NULL. */
void cg_ddl_partition_by(struct ddl_printer *p, const struct cg_partitioning *by);
/* The partitions of a table, those above others first. */
void cg_ddl_partitions(struct ddl_printer *p, const struct cg_table *table);
/* Calls `each` for every partition, those above others first. */
void cg_ddl_each_partition(struct ddl_printer *p, const struct cg_table *table,
                           void (*each)(struct ddl_printer *p, const struct cg_table *table, const char *above,
                                        const struct cg_partitioning *by, const struct cg_partition *partition));

/* ddl_objects.c */
/* CONSTRAINT name CHECK (...) */
void cg_ddl_check(struct ddl_printer *p, const struct cg_check *check);
void cg_ddl_checks(struct ddl_printer *p, const struct cg_table *table);
void cg_ddl_check_validations(struct ddl_printer *p, const struct cg_table *table);
void cg_ddl_triggers(struct ddl_printer *p, const struct cg_table *table);
void cg_ddl_views(struct ddl_printer *p);
void cg_ddl_drop_views(struct ddl_printer *p);
void cg_ddl_drop_functions(struct ddl_printer *p);

/* ddl_keys.c: a column, prefix or expression as an index has it, without its direction. */
void cg_ddl_key_part(struct ddl_printer *p, const struct cg_table *table, const struct cg_key_part *part);
/* ddl_keys.c: one phase of one table each. */
void cg_ddl_indexes(struct ddl_printer *p, const struct cg_table *table);
void cg_ddl_constraints(struct ddl_printer *p, const struct cg_table *table);
void cg_ddl_foreign_keys(struct ddl_printer *p, const struct cg_table *table);
void cg_ddl_validations(struct ddl_printer *p, const struct cg_table *table);

/* ddl.c: does the list make the schema? `public` is there in every database. */
bool cg_ddl_makes_schema(const struct ddl_printer *p);
void cg_ddl_analyze(struct ddl_printer *p, const struct cg_table *table);

/* owner.c: after everything else. */
void cg_ddl_owners(struct ddl_printer *p);

/* ddl_sequences.c */
void cg_ddl_make_sequences(struct ddl_printer *p); /* before the tables */
void cg_ddl_own_sequences(struct ddl_printer *p, const struct cg_table *table);
void cg_ddl_set_sequences(struct ddl_printer *p); /* after the rows */
void cg_ddl_drop_sequences(struct ddl_printer *p);

#endif
