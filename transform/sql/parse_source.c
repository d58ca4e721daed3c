/* FROM: tables, subqueries, joins; see parse_private.h. */
#include "transform/sql/parse_private.h"

#include <string.h>

static struct cg_sql_source *joined(struct cg_sql_parser *parser);
static struct cg_sql_source *references(struct cg_sql_parser *parser);

static struct cg_sql_source *new_source(struct cg_sql_parser *parser, enum cg_sql_source_kind kind, size_t at) {
    struct cg_sql_source *source = cg_arena_alloc(parser->arena, sizeof *source);
    if (!source) {
        cg_error_memory(parser->err);
        return NULL;
    }
    source->kind = kind;
    source->at = at;
    return source;
}

static struct cg_sql_source *finish(struct cg_sql_parser *parser, struct cg_sql_source *source) {
    source->height = 1;
    if (source->select)
        cg_sql_raise(&source->height, source->select->height);
    if (source->left)
        cg_sql_raise(&source->height, source->left->height);
    if (source->right)
        cg_sql_raise(&source->height, source->right->height);
    if (source->on)
        cg_sql_raise(&source->height, source->on->height);
    return cg_sql_check_height(parser, source->height, source->at) < 0 ? NULL : source;
}

/* ---- tables and subqueries ---- */

static int read_alias(struct cg_sql_parser *parser, struct cg_sql_source *source) {
    if (!cg_sql_take(parser, "as") && !cg_sql_at_name(parser))
        return 0;
    source->alias = cg_sql_name(parser, "an alias");
    return source->alias ? 0 : -1;
}

static struct cg_sql_source *derived(struct cg_sql_parser *parser, bool lateral) {
    struct cg_sql_source *source = new_source(parser, CG_SQL_FROM_SELECT, cg_sql_peek(parser)->at);
    if (!source)
        return NULL;
    source->lateral = lateral;
    source->select = cg_sql_parenthesised_query(parser);
    if (!source->select || read_alias(parser, source) < 0)
        return NULL;
    if (cg_sql_at(parser, "(") && cg_sql_names(parser, &source->columns, &source->column_count) < 0)
        return NULL;
    return finish(parser, source);
}

/* What may stand behind a table and is not carried. */
static int refuse_table_options(struct cg_sql_parser *parser) {
    static const struct {
        const char *first, *second, *what;
    } options[] = {
        {"partition", "(", "the choice of partitions"},
        {"for", "system_time", "the choice of a moment"},
        {"use", "index", "an index hint"},
        {"use", "key", "an index hint"},
        {"force", "index", "an index hint"},
        {"force", "key", "an index hint"},
        {"ignore", "index", "an index hint"},
        {"ignore", "key", "an index hint"},
        {"tablesample", NULL, "TABLESAMPLE"},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (cg_sql_at(parser, options[i].first) &&
            (!options[i].second || cg_sql_token_is(cg_sql_ahead(parser, 1), options[i].second)))
            return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "%s is not carried", options[i].what);
    return 0;
}

static struct cg_sql_source *table(struct cg_sql_parser *parser) {
    struct cg_sql_source *source = new_source(parser, CG_SQL_FROM_TABLE, cg_sql_peek(parser)->at);
    if (!source || !(source->name = cg_sql_name(parser, "a table")))
        return NULL;
    if (cg_sql_take(parser, ".")) {
        source->schema = source->name;
        source->name = cg_sql_name(parser, "a table");
        if (!source->name)
            return NULL;
    }
    if (cg_sql_at(parser, "(")) {
        cg_sql_error(parser->err, source->at, "the table function %.64s is not carried", source->name);
        return NULL;
    }
    if (refuse_table_options(parser) < 0 || read_alias(parser, source) < 0 || refuse_table_options(parser) < 0)
        return NULL;
    return finish(parser, source);
}

/* (a join b ..), (a, b) */
static struct cg_sql_source *grouped(struct cg_sql_parser *parser) {
    cg_sql_advance(parser);
    if (cg_sql_enter(parser) < 0)
        return NULL;
    struct cg_sql_source *source = references(parser);
    cg_sql_leave(parser);
    return source && cg_sql_expect(parser, ")") == 0 ? source : NULL;
}

static struct cg_sql_source *factor(struct cg_sql_parser *parser) {
    bool lateral = cg_sql_take(parser, "lateral");
    if (cg_sql_at(parser, "(") && cg_sql_holds_query(parser, parser->next))
        return derived(parser, lateral);
    if (lateral) {
        cg_sql_unexpected(parser, "(SELECT");
        return NULL;
    }
    return cg_sql_at(parser, "(") ? grouped(parser) : table(parser);
}

/* ---- joins ---- */

struct join {
    const char *name; /* as in the tree; NULL: none comes next */
    bool natural;
    bool conditional; /* ON or USING must follow */
    size_t words;
};

static struct join next_join(const struct cg_sql_parser *parser) {
    struct join join = {.natural = cg_sql_at(parser, "natural")};
    join.words = join.natural;
    const struct cg_sql_token *token = cg_sql_ahead(parser, join.words);
    if (cg_sql_token_is(token, "straight_join") && !join.natural)
        return (struct join){.name = "inner", .words = 1};
    const char *name = "inner";
    bool outer = cg_sql_token_is(token, "left") || cg_sql_token_is(token, "right");
    if (outer)
        name = cg_sql_token_is(token, "left") ? "left" : "right";
    if (outer || cg_sql_token_is(token, "inner") || (cg_sql_token_is(token, "cross") && !join.natural))
        token = cg_sql_ahead(parser, ++join.words);
    if (outer && cg_sql_token_is(token, "outer"))
        token = cg_sql_ahead(parser, ++join.words);
    if (!cg_sql_token_is(token, "join"))
        return (struct join){0};
    join.words++;
    join.name = name;
    join.conditional = outer && !join.natural;
    return join;
}

static int read_condition(struct cg_sql_parser *parser, struct cg_sql_source *source) {
    if (cg_sql_take(parser, "on")) {
        source->on = cg_sql_expression(parser);
        return source->on ? 0 : -1;
    }
    if (cg_sql_take(parser, "using"))
        return cg_sql_names(parser, &source->using_columns, &source->using_count);
    return cg_sql_unexpected(parser, "ON or USING");
}

/* left JOIN right. a LEFT JOIN b LEFT JOIN c ON .. ON ..: joins before an outer join's own condition belong to its
 * right side. */
static struct cg_sql_source *join_onto(struct cg_sql_parser *parser, struct cg_sql_source *left, struct join join) {
    struct cg_sql_source *source = new_source(parser, CG_SQL_FROM_JOIN, left->at);
    if (!source || cg_sql_enter(parser) < 0)
        return NULL;
    parser->next += join.words;
    source->left = left;
    source->right = factor(parser);
    for (struct join inner; join.conditional && source->right && (inner = next_join(parser)).name;)
        source->right = join_onto(parser, source->right, inner);
    if (!source->right)
        return NULL;
    source->natural = join.natural;
    bool condition = !join.natural && (cg_sql_at(parser, "on") || cg_sql_at(parser, "using") || join.conditional);
    if (condition && read_condition(parser, source) < 0)
        return NULL;
    source->join = condition || join.natural || join.conditional ? join.name : "cross";
    cg_sql_leave(parser);
    return finish(parser, source);
}

static struct cg_sql_source *joined(struct cg_sql_parser *parser) {
    struct cg_sql_source *left = factor(parser);
    for (struct join join; left && (join = next_join(parser)).name;)
        left = join_onto(parser, left, join);
    return left;
}

/* a, b JOIN c: a comma binds looser than JOIN. */
static struct cg_sql_source *references(struct cg_sql_parser *parser) {
    struct cg_sql_source *left = joined(parser);
    while (left && cg_sql_take(parser, ",")) {
        struct cg_sql_source *source = new_source(parser, CG_SQL_FROM_JOIN, left->at);
        if (!source || !(source->right = joined(parser)))
            return NULL;
        source->left = left;
        source->join = "cross";
        left = finish(parser, source);
    }
    return left;
}

int cg_sql_from(struct cg_sql_parser *parser, struct cg_sql_source **ret_source) {
    *ret_source = NULL;
    if (cg_sql_take(parser, "dual"))
        return 0;
    *ret_source = references(parser);
    return *ret_source ? 0 : -1;
}
