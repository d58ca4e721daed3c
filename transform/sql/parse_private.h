/* Private to the parser: its state, and what its files have of each other.
 *
 * parse.c          entry points, tokens, nodes
 * parse_expression.c  operators by precedence
 * parse_primary.c  literals, names, parentheses, CASE, INTERVAL
 * parse_call.c     calls, those with a syntax of their own, aggregates, windows
 * parse_select.c   SELECT, UNION, WITH, VALUES
 * parse_view.c     what stands around a view's SELECT
 * parse_source.c   FROM
 *
 * A function that returns a pointer returns NULL with the error set, one that returns int -1. */
#ifndef CG_TRANSFORM_SQL_PARSE_PRIVATE_H
#define CG_TRANSFORM_SQL_PARSE_PRIVATE_H

#include "transform/sql/token.h"

struct cg_sql_parser {
    const char *text;
    const struct cg_sql_dialect *dialect;
    struct cg_arena *arena;
    struct cg_sql_token *tokens;
    size_t token_count;
    size_t next;    /* index into tokens */
    unsigned depth; /* of what is open: parentheses, calls, subqueries, prefix operators */
    struct cg_error *err;
};

/* ---- tokens ---- */

static inline const struct cg_sql_token *cg_sql_peek(const struct cg_sql_parser *parser) {
    return &parser->tokens[parser->next];
}

/* The one that comes `ahead` tokens later; the end if there are not so many. */
const struct cg_sql_token *cg_sql_ahead(const struct cg_sql_parser *parser, size_t ahead);
/* Whether a token is this word (lower case) or sign. */
bool cg_sql_token_is(const struct cg_sql_token *token, const char *word);
bool cg_sql_at(const struct cg_sql_parser *parser, const char *word);
bool cg_sql_at_two(const struct cg_sql_parser *parser, const char *first, const char *second);
/* Steps over the next token; not over the end. */
const struct cg_sql_token *cg_sql_advance(struct cg_sql_parser *parser);
/* Step over these if they come next, and tell it. */
bool cg_sql_take(struct cg_sql_parser *parser, const char *word);
bool cg_sql_take_two(struct cg_sql_parser *parser, const char *first, const char *second);
/* The same, and it is an error if they do not. */
CG_MUST_USE int cg_sql_expect(struct cg_sql_parser *parser, const char *word);
/* "met X where Y was looked for". Returns -1. */
int cg_sql_unexpected(struct cg_sql_parser *parser, const char *looked_for);
/* A word that names nothing unless it is quoted; callable: but it may be a function, left(a, 1). */
bool cg_sql_reserved(const char *word, bool *ret_callable);
/* A name, quoted or not reserved: steps over it and returns it. */
CG_MUST_USE const char *cg_sql_name(struct cg_sql_parser *parser, const char *looked_for);
bool cg_sql_at_name(const struct cg_sql_parser *parser);
/* (a, b, ...) */
CG_MUST_USE int cg_sql_names(struct cg_sql_parser *parser, const char ***ret_names, size_t *ret_count);

/* Whether the parenthesis that is the token of this index holds a query and nothing else. */
bool cg_sql_holds_query(const struct cg_sql_parser *parser, size_t index);

/* One level deeper, at most CG_SQL_DEPTH; each that succeeds is followed by leave, unless parsing fails. */
enum { CG_SQL_DEPTH = 200 };
CG_MUST_USE int cg_sql_enter(struct cg_sql_parser *parser);
void cg_sql_leave(struct cg_sql_parser *parser);

/* ---- nodes ---- */

struct cg_sql_expression *cg_sql_new(struct cg_sql_parser *parser, enum cg_sql_kind kind, size_t at);
CG_MUST_USE int cg_sql_push(struct cg_sql_parser *parser, struct cg_sql_expression *node,
                            struct cg_sql_expression *operand);
/* Called when a node has all that belongs to it: sets its height and checks where INTERVAL stands. */
CG_MUST_USE struct cg_sql_expression *cg_sql_finish(struct cg_sql_parser *parser, struct cg_sql_expression *node);
/* A finished node of one or two operands. */
CG_MUST_USE struct cg_sql_expression *cg_sql_operation(struct cg_sql_parser *parser, enum cg_sql_kind kind, size_t at,
                                                       const char *name, struct cg_sql_expression *left,
                                                       struct cg_sql_expression *right);
/* The error of an INTERVAL that no sum or call takes. Returns -1. */
int cg_sql_misplaced_interval(struct cg_sql_parser *parser, const struct cg_sql_expression *interval);
/* *height becomes one more than the highest below; an error above CG_SQL_HEIGHT. */
void cg_sql_raise(unsigned *height, unsigned below);
CG_MUST_USE int cg_sql_check_height(struct cg_sql_parser *parser, unsigned height, size_t at);
unsigned cg_sql_orders_height(const struct cg_sql_orders *orders);

/* ---- grammar ---- */

CG_MUST_USE struct cg_sql_expression *cg_sql_expression(struct cg_sql_parser *parser);
/* The same, but INTERVAL 1 DAY alone is one too: an argument. */
CG_MUST_USE struct cg_sql_expression *cg_sql_argument(struct cg_sql_parser *parser);
/* What may stand left of IN and right of LIKE: no comparison, AND, OR, NOT. */
CG_MUST_USE struct cg_sql_expression *cg_sql_bit_expression(struct cg_sql_parser *parser);
CG_MUST_USE struct cg_sql_expression *cg_sql_primary(struct cg_sql_parser *parser);
/* A list up to what is no comma; onto the operands of a node, or into an array. */
CG_MUST_USE int cg_sql_operands(struct cg_sql_parser *parser, struct cg_sql_expression *node);
CG_MUST_USE int cg_sql_list(struct cg_sql_parser *parser, struct cg_sql_expression ***ret_list, size_t *ret_count);
/* The parser stands on "(": a call of name. */
CG_MUST_USE struct cg_sql_expression *cg_sql_call(struct cg_sql_parser *parser, size_t at, const char *schema,
                                                  const char *name);
/* CURRENT_TIMESTAMP and its like: a call that may go without parentheses; and MATCH (..) AGAINST (..). Both stand on
 * the word. */
CG_MUST_USE struct cg_sql_expression *cg_sql_bare_call(struct cg_sql_parser *parser);
CG_MUST_USE struct cg_sql_expression *cg_sql_match(struct cg_sql_parser *parser);
/* day, hour_minute, ...: steps over it; NULL without an error when there is none. */
const char *cg_sql_take_unit(struct cg_sql_parser *parser);
/* ORDER BY has been read: what follows. */
CG_MUST_USE int cg_sql_order_by(struct cg_sql_parser *parser, struct cg_sql_orders *orders);
/* (..), of OVER and WINDOW. */
CG_MUST_USE int cg_sql_window_parse(struct cg_sql_parser *parser, struct cg_sql_window *window);
unsigned cg_sql_window_height(const struct cg_sql_window *window);
/* [CREATE .. VIEW .. AS] query [WITH CHECK OPTION] */
CG_MUST_USE struct cg_sql_select *cg_sql_view(struct cg_sql_parser *parser);
/* A query without parentheses, and "(" query ")". */
CG_MUST_USE struct cg_sql_select *cg_sql_query(struct cg_sql_parser *parser);
CG_MUST_USE struct cg_sql_select *cg_sql_parenthesised_query(struct cg_sql_parser *parser);
/* Called when a SELECT has all that belongs to it, as cg_sql_finish. */
CG_MUST_USE struct cg_sql_select *cg_sql_finish_select(struct cg_sql_parser *parser, struct cg_sql_select *select);
/* What follows FROM. DUAL gives NULL in *ret_source. */
CG_MUST_USE int cg_sql_from(struct cg_sql_parser *parser, struct cg_sql_source **ret_source);

#endif
