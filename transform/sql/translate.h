/* Expressions and views of MySQL and MariaDB in PostgreSQL's words.
 *
 * A translation means the same or is refused: where the two engines differ and the difference cannot be said in SQL,
 * `why` tells it in one sentence, and the caller makes a named loss of it. Names are those of the target; every table
 * and function is schema-qualified, so that no search_path can give them another meaning. Whether PostgreSQL takes
 * the result is proved elsewhere, by making the object. Pure: no server is asked. */
#ifndef CG_TRANSFORM_SQL_TRANSLATE_H
#define CG_TRANSFORM_SQL_TRANSLATE_H

#include "core/catalog.h"
#include "transform/plan.h"
#include "transform/sql/parse.h"

/* Where the result stands decides what it may hold. */
enum cg_sql_place {
    CG_SQL_IN_DEFAULT,   /* no columns; volatile functions are fine */
    CG_SQL_IN_GENERATED, /* immutable functions only */
    CG_SQL_IN_CHECK,     /* a condition; immutable in PostgreSQL's eyes or not, MySQL wants it deterministic */
    CG_SQL_IN_INDEX,     /* immutable functions only */
    CG_SQL_IN_VIEW
};

struct cg_sql_context {
    const struct cg_plan *plan;          /* whose tables are the names' meaning */
    const struct cg_table_plan *table;   /* an expression's own; NULL for views */
    const struct cg_column_plan *column; /* whose default or generation it is, so that the result is of its target's
                                            type; NULL elsewhere */
    const char *schema;                  /* the target's */
    const char *database;                /* the source's: names that are qualified by it are ours */
    struct cg_sql_dialect dialect;
    enum cg_sql_place place;
    bool citext; /* case-insensitive text became citext or has a nondeterministic collation */
};

struct cg_sql_result {
    const char *text; /* PostgreSQL's, in the arena; NULL when it cannot be said */
    const char *why;  /* then the reason */
    const char *note; /* what differs in cases that the text cannot cover, to be told with it (letters with accents
                         under a collation that ignores them, ..), as a clause or several with "; " between; or NULL */
};

/* -1 only for want of memory. The text is one expression, not in parentheses of its own. */
CG_MUST_USE int cg_sql_translate_expression(const struct cg_sql_context *context, const char *text,
                                            struct cg_arena *arena, struct cg_sql_result *ret_result,
                                            struct cg_error *err);
/* A view's columns with the types that they have, as far as they can be told, so that a view that reads another can be
 * translated after it. */
struct cg_sql_view {
    const char *source_name, *target_name;
    const char **columns;  /* as both sides call them */
    struct cg_type *types; /* the target's; name "" where it cannot be told */
    size_t column_count;
    bool renamed;        /* its header, v (a, b), gives these names; the SELECT's own may be others */
    const void *details; /* the translator's own, for the views that read this one */
};
/* The SELECT of a view; views: those that were translated before (a view that reads one that is not among them is
 * refused: the caller tries again after the others). */
CG_MUST_USE int cg_sql_translate_view(const struct cg_sql_context *context, const char *text,
                                      const struct cg_sql_view *views, size_t view_count, struct cg_arena *arena,
                                      struct cg_sql_result *ret_result, struct cg_sql_view *ret_view,
                                      struct cg_error *err);

#endif
