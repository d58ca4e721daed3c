/* What the parts of the plan share; nobody else includes this.
 *
 * plan_types.c    which rule decides each column: evidence, foreign-key components (R32), NOT NULL
 * plan_spelling.c --names
 * plan_collations.c  --collation
 * plan_names.c    names that PostgreSQL can hold, each once (R20)
 * plan_columns.c  target tables and columns, enum types, CHECKs that come with types
 * plan_behaviour.c defaults, identity, ON UPDATE, generated columns
 * plan_defaults.c literals in the target's words
 * plan_expressions.c expressions in the target's words
 * plan_checks.c   CHECKs of the source
 * plan_views.c    views
 * plan_keys.c     keys, indexes, foreign keys
 * plan_partitions.c  partitions
 * plan_objects.c  sequences, and the objects that nothing carries yet
 * plan_map.c      --write-map
 * plan.c          the order of it all */
#ifndef CG_TRANSFORM_PLAN_PRIVATE_H
#define CG_TRANSFORM_PLAN_PRIVATE_H

#include "transform/plan.h"
#include "transform/sql/translate.h"
#include "transform/typemap_private.h"

/* Names in use. Lives in the arena. */
struct name_set {
    const char **slots; /* open addressing */
    size_t size, count;
};

/* What plan_types.c found for one column. */
struct column_choice {
    const struct cg_rule *rule;  /* NULL: none matches */
    const struct cg_rule *asked; /* the first rule that asked for data before one was chosen, or NULL */
    const char *why;             /* what the data said to it */
    const char *where;           /* for cg_column_plan.rule */
    struct cg_type target;
    enum cg_target_special special;
    bool drop_not_null;
    const char *drop_why;
    int64_t citext_length; /* that the target's type no longer holds; 0 or less: none */
};

struct table_choice {
    bool included;
    size_t first; /* number of its first column among all columns */
    struct column_choice *columns;
    const char *failed, *failed_hint;
};

struct planner {
    const struct cg_plan_input *in;
    const struct cg_catalog *source;
    struct cg_arena *arena;
    struct cg_error *err;
    struct cg_plan *plan;
    const char *schema;
    struct table_choice *tables;
    struct name_set names;       /* tables, indexes, sequences, types of the schema */
    struct name_set functions;   /* trigger functions of the schema */
    const char **view_names;     /* one an object of the source, set for views */
    const char **sequence_names; /* one a sequence of the source; NULL: too long or taken, a name is yet to be found */
};

/* plan_types.c: fills p->tables; CG_ERR_USAGE for a --map-column that names nothing. */
CG_MUST_USE int cg_plan_types(struct planner *p);

/* plan_spelling.c: the source's name as --names wants it spelled; it may be too long or taken. */
CG_MUST_USE int cg_plan_spell(struct planner *p, const char *name, const char **ret_name);

/* plan_collations.c. */
/* Is text of that source type, which a rule made into that target type, to keep its meaning? */
bool cg_plan_wants_collation(const struct planner *p, const struct cg_type *source, const struct cg_type *target);
/* Gives a column the collation or type that does what the source's collation does. */
CG_MUST_USE int cg_plan_collate(struct planner *p, const struct cg_type *source, struct column_choice *choice);
/* What the source calls equal in a column and the target tells apart. */
enum { CG_APART_CASE = 1, CG_APART_LETTERS = 2, CG_APART_ACCENTS = 4, CG_APART_SPACES = 8 };
unsigned cg_plan_told_apart(const struct planner *p, const struct cg_column_plan *column);
/* Notes on indexes and columns whose text is compared otherwise, where no unique key tells of it. */
CG_MUST_USE int cg_plan_note_collations(struct planner *p);
/* "case, accents or trailing spaces" */
CG_MUST_USE int cg_plan_apart_text(struct planner *p, unsigned apart, const char **ret_text);

/* plan_names.c. */
/* false: it was there already; -1 never: memory is told by cg_plan_claim's callers through err. */
CG_MUST_USE int cg_plan_claim(struct planner *p, struct name_set *set, const char *name, bool *ret_free);
/* The name itself when it fits and is free, else a shortened one that is; claims it. */
CG_MUST_USE int cg_plan_name(struct planner *p, struct name_set *set, const char *wanted, const char **ret_name);
/* Does PostgreSQL keep the name as it is? Its names end at 63 bytes. */
bool cg_plan_name_fits(const char *name);
bool cg_plan_name_reserved(const char *column);
/* Makes the target tables in the order of their names, each with its name and its columns' names, and the table plans
 * that point to them; claims the names of sequences. */
CG_MUST_USE int cg_plan_tables(struct planner *p);
/* "name" with quotes doubled. */
const char *cg_plan_quote(struct planner *p, const char *name, char quote);

/* plan_columns.c: fills the target columns of all tables, their enum types and CHECKs. */
CG_MUST_USE int cg_plan_columns(struct planner *p);

/* One column on its way. */
struct column_work {
    struct planner *p;
    struct cg_table_plan *table;
    struct cg_column_plan *plan;
    const struct cg_column *source;
    struct cg_column *target;
    const struct column_choice *choice;
};

/* plan_behaviour.c. */
/* Default, identity, ON UPDATE, generation. The types of all columns of the table are known. */
CG_MUST_USE int cg_plan_behaviour(const struct column_work *w);
CG_MUST_USE int cg_plan_lose_column(const struct column_work *w, enum cg_conversion conversion, const char *kind,
                                    const char *text, const char *reason);
/* The column on a target that is filled already, or NULL. */
const struct cg_column *cg_plan_actual_column(const struct column_work *w);

/* plan_defaults.c: the default in the target's words; *ret_text NULL when it cannot be said, then *ret_why tells why.
 */
CG_MUST_USE int cg_plan_literal(struct planner *p, const struct cg_column *column, const struct cg_type *target,
                                const char **ret_text, const char **ret_why);

/* plan_expressions.c. */
struct plan_expression {
    enum cg_sql_place place;
    const char *kind, *name;           /* as in struct cg_translation */
    const struct cg_table_plan *table; /* as in struct cg_sql_context */
    const struct cg_column_plan *column;
    const char *source; /* its text; NULL: not visible */
    size_t tries;       /* how often the target may refuse it before it is given up; 0: once */
    const char *note;   /* set by cg_plan_express: as in struct cg_translation */
};
/* The context of the plan's translations, without table and column. */
struct cg_sql_context cg_plan_sql(struct planner *p, enum cg_sql_place place);
/* *ret_text: the translation; NULL when there is none, or none that the target takes: *ret_why tells why. */
CG_MUST_USE int cg_plan_express(struct planner *p, struct plan_expression *e, const char **ret_text,
                                const char **ret_why);
/* Notes what stands for it. */
CG_MUST_USE int cg_plan_carry(struct planner *p, const struct plan_expression *e, const char *text);
/* How often the target has refused it, and its words (of the last time; untouched when it has not). */
size_t cg_plan_refusals(const struct planner *p, const char *kind, const char *name, const char **ret_error);
/* Why a translation that the target refuses is not carried. */
CG_MUST_USE int cg_plan_refused(struct planner *p, const char *text, const char *error, const char **ret_why);

/* plan_checks.c: those of one table; constraints: the names in use there. */
CG_MUST_USE int cg_plan_checks(struct planner *p, struct cg_table_plan *table, struct name_set *constraints);

/* plan_views.c. */
/* Before anything else of the schema could take their names. */
CG_MUST_USE int cg_plan_name_views(struct planner *p);
CG_MUST_USE int cg_plan_views(struct planner *p);

/* plan_keys.c. */
CG_MUST_USE int cg_plan_keys(struct planner *p);

/* plan_partitions.c: after the keys, which may stand against partitions. */
CG_MUST_USE int cg_plan_partitions(struct planner *p);

/* plan_objects.c. */
CG_MUST_USE int cg_plan_objects(struct planner *p);

/* plan.c. */
/* Adds a loss; all texts must live as long as the arena; table, column may be NULL. name NULL: "table.column" or
 * "table". */
CG_MUST_USE int cg_plan_lose(struct planner *p, struct cg_loss loss);
CG_MUST_USE int cg_plan_note(struct planner *p, const char *object, const char *text);
CG_MUST_USE int cg_plan_decide(struct planner *p, struct cg_decision decision);
CG_MUST_USE int cg_plan_translated(struct planner *p, struct cg_translation translation);
/* The plan of a table by its source's name, NULL when there is none. */
struct cg_table_plan *cg_plan_table(struct planner *p, const char *source_name);
/* The target's name of a source column. */
const struct cg_column_plan *cg_plan_column(const struct cg_table_plan *table, const char *source_name);
/* The arena's printf and copies, or an error. */
CG_MUST_USE int cg_plan_text(struct planner *p, const char **ret_text, const char *format, ...) CG_PRINTF(3, 4);

#endif
