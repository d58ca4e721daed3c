/* Partitions: RANGE, LIST and HASH as PostgreSQL has them, where the same rows fit and no key stands against it; else
 * the table is made without, by name (partition_flattened).
 *
 * A range over an expression that grows with its column becomes a range of the column. NULL, which MySQL puts into the
 * lowest range, goes into a DEFAULT partition that takes nothing else. Which of its partitions a row of a HASH or KEY
 * is in is another matter on each engine. */
#include "transform/plan_private.h"

#include "transform/sql/parse.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One table on its way. */
struct work {
    struct planner *p;
    struct cg_table_plan *table;
    const struct cg_partitioning *source;
    const char *text; /* a function of the column, for ranges over an expression */
    const char *why;  /* why not; NULL so far */
    const char *note; /* for the decision */
};

static int refuse(struct work *w, const char *why) {
    if (!w->why)
        w->why = why;
    return 0;
}

/* ---- types ---- */

static const struct {
    const char *type;
    bool range, list;
} kinds[] = {
    {"smallint", true, true},     {"integer", true, true}, {"bigint", true, true},
    {"numeric", true, true},      {"date", true, true},    {"timestamp", true, true},
    {"timestamptz", true, false}, {"text", false, true},   {"varchar", false, true},
};

static bool may_be_cut(const struct cg_type *type, enum cg_partition_method method) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!type->array && strcmp(kinds[i].type, type->name) == 0)
            return method == CG_PARTITION_HASH || (method == CG_PARTITION_RANGE ? kinds[i].range : kinds[i].list);
    return false;
}

static int check_column(struct work *w, const struct cg_column_plan *column, enum cg_partition_method method) {
    const char *why = NULL;
    if (!column || !column->target)
        return refuse(w, "it goes by a column that is not there");
    if (column->target->generated)
        return refuse(w, "PostgreSQL cuts no table by a generated column");
    if (may_be_cut(&column->target->type, method))
        return 0;
    if (cg_plan_text(w->p, &why, "by %s, which is %s: whether PostgreSQL would put the same rows together is not known",
                     column->source->name, column->target->type.full) < 0)
        return -1;
    return refuse(w, why);
}

/* PostgreSQL's unique keys hold every column that the table is cut by. */
static int check_keys(struct work *w, const struct cg_partitioning *by) {
    for (size_t k = 0; k < w->table->source->key_count; k++) {
        const struct cg_key *key = &w->table->source->keys[k];
        if (key->kind != CG_KEY_PRIMARY && key->kind != CG_KEY_UNIQUE)
            continue;
        for (size_t c = 0; c < by->column_count; c++) {
            bool whole = false;
            for (size_t part = 0; part < key->part_count; part++)
                whole |= key->parts[part].column && !key->parts[part].prefix &&
                         strcmp(key->parts[part].column, by->columns[c]) == 0;
            if (!whole)
                return refuse(w, "a unique key of it does not hold the columns that it is cut by");
        }
    }
    return 0;
}

/* ---- ranges over an expression ---- */

/* Days since 0000-01-01 as TO_DAYS counts them; text of the day. */
static int day_text(struct work *w, int64_t day, const char **ret_text) {
    enum { DAY_OF_1970 = 719528 };
    int64_t z = day - DAY_OF_1970 + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
    if (year < 1 || year > 9999)
        return refuse(w, "a bound of it lies beyond the years 1 to 9999");
    return cg_plan_text(w->p, ret_text, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month,
                        doy - (153 * mp + 2) / 5 + 1);
}

static int of_year(struct work *w, int64_t n, const char **ret_text) {
    if (n < 1 || n > 9999)
        return refuse(w, "a bound of it lies beyond the years 1 to 9999");
    return cg_plan_text(w->p, ret_text, "%04" PRId64 "-01-01", n);
}

static int of_seconds(struct work *w, int64_t n, const char **ret_text) {
    const char *day = NULL;
    if (n < 0)
        return refuse(w, "a bound of it lies beyond the years 1 to 9999");
    if (day_text(w, n / 86400, &day) < 0)
        return -1;
    if (!day) /* refused */
        return 0;
    return cg_plan_text(w->p, ret_text, "%s %02d:%02d:%02d", day, (int)(n % 86400 / 3600), (int)(n % 3600 / 60),
                        (int)(n % 60));
}

static int of_unix(struct work *w, int64_t n, const char **ret_text) {
    const char *moment = NULL;
    if (of_seconds(w, n + INT64_C(62167219200), &moment) < 0)
        return -1;
    return moment ? cg_plan_text(w->p, ret_text, "%s+00", moment) : 0;
}

/* f(column) < n says column < what `bound` tells of n, for the target's type. */
static const struct {
    const char *function, *type;
    int (*bound)(struct work *w, int64_t n, const char **ret_text);
} growing[] = {
    {"year", "date", of_year},
    {"year", "timestamp", of_year},
    {"to_days", "date", day_text},
    {"to_days", "timestamp", day_text},
    {"to_seconds", "timestamp", of_seconds},
    {"unix_timestamp", "timestamptz", of_unix},
};

/* The expression's one column and which of `growing` it is; *ret_which -1 when it is none. */
static int find_growing(struct work *w, const char **ret_column, int *ret_which) {
    struct cg_sql_dialect dialect = {.mariadb = strcmp(w->p->source->server.engine, "mariadb") == 0};
    struct cg_sql_expression *e = NULL;
    struct cg_error why = {0};
    *ret_which = -1;
    if (cg_sql_parse_expression(w->source->expression, &dialect, w->p->arena, &e, &why) < 0)
        return why.cls == CG_ERR_SYSTEM ? cg_error_memory(w->p->err) : 0;
    if (e->kind != CG_SQL_CALL || e->schema || e->operand_count != 1 || e->operands[0]->kind != CG_SQL_COLUMN)
        return 0;
    const struct cg_column_plan *column = NULL;
    for (size_t i = 0; i < w->table->column_count; i++)
        if (strcasecmp(w->table->columns[i].source->name, e->operands[0]->name) == 0)
            column = &w->table->columns[i];
    for (size_t i = 0; column && i < sizeof growing / sizeof *growing; i++)
        if (strcmp(growing[i].function, e->name) == 0 && !column->target->type.array &&
            strcmp(growing[i].type, column->target->type.name) == 0)
            *ret_which = (int)i;
    *ret_column = column ? column->source->name : NULL;
    return 0;
}

/* The same ranges by the column itself. */
static int range_of_column(struct work *w, struct cg_partitioning *ret_by) {
    const char **columns = cg_arena_array(w->p->arena, 1, sizeof *columns);
    const char *column = NULL;
    int which = -1;
    if (!columns)
        return cg_error_memory(w->p->err);
    if (find_growing(w, &column, &which) < 0)
        return -1;
    if (which < 0) {
        const char *why = NULL;
        if (cg_plan_text(w->p, &why, "by %s, which is no column and not known to grow with one",
                         w->source->expression) < 0)
            return -1;
        return refuse(w, why);
    }
    columns[0] = column;
    *ret_by = *w->source;
    ret_by->expression = NULL;
    ret_by->columns = columns;
    ret_by->column_count = 1;
    ret_by->items = cg_arena_array(w->p->arena, w->source->count + 1, sizeof *ret_by->items);
    if (!ret_by->items)
        return cg_error_memory(w->p->err);
    for (size_t i = 0; i < w->source->count && !w->why; i++) {
        struct cg_partition *item = &ret_by->items[i];
        *item = w->source->items[i];
        if (item->to[0].kind != CG_BOUND_VALUE)
            continue;
        const char *text = NULL;
        if (growing[which].bound(w, strtoll(item->to[0].text, NULL, 10), &text) < 0)
            return -1;
        if (!(item->to = cg_arena_array(w->p->arena, 1, sizeof *item->to)))
            return cg_error_memory(w->p->err);
        item->to[0] = (struct cg_bound){.kind = CG_BOUND_VALUE, .text = text};
    }
    return 0;
}

/* ---- bounds in the target's words ---- */

static int carry_bound(struct work *w, const struct cg_column_plan *column, const struct cg_bound *from,
                       struct cg_bound *to) {
    const char *why = NULL;
    struct cg_column literal = *column->source;
    *to = *from;
    if (from->kind != CG_BOUND_VALUE || w->text)
        return 0;
    literal.default_kind = CG_DEFAULT_LITERAL;
    literal.default_text = from->text;
    if (cg_plan_literal(w->p, &literal, &column->target->type, &to->text, &why) < 0)
        return -1;
    return to->text ? 0 : refuse(w, why);
}

static int carry_bounds(struct work *w, const struct cg_partitioning *by, const struct cg_bound *from, size_t count,
                        struct cg_bound **ret_to) {
    *ret_to = cg_arena_array(w->p->arena, count + 1, sizeof **ret_to);
    if (!*ret_to)
        return cg_error_memory(w->p->err);
    bool beyond = false; /* behind MAXVALUE PostgreSQL wants MAXVALUE: nothing else could matter */
    for (size_t i = 0; i < count && !w->why; i++) {
        const struct cg_column_plan *column = cg_plan_column(w->table, by->columns[i % by->column_count]);
        if (carry_bound(w, column, &from[i], &(*ret_to)[i]) < 0)
            return -1;
        beyond |= from[i].kind == CG_BOUND_MAXIMUM;
        if (beyond)
            (*ret_to)[i] = (struct cg_bound){.kind = CG_BOUND_MAXIMUM};
    }
    return 0;
}

static int name_partition(struct work *w, const char *above, const char *name, const char **ret_name) {
    const char *wanted = NULL;
    if (cg_plan_text(w->p, &wanted, "%s_%s", above, name) < 0 || cg_plan_spell(w->p, wanted, &wanted) < 0)
        return -1;
    return cg_plan_name(w->p, &w->p->names, wanted, ret_name);
}

/* ---- the DEFAULT partition ---- */

/* "a IS NULL OR b IS NULL", of those that may be; "" for none. */
static int nulls_text(struct work *w, const struct cg_partitioning *by, const char **ret_text) {
    *ret_text = "";
    for (size_t i = 0; i < by->column_count; i++) {
        const struct cg_column *column = cg_plan_column(w->table, by->columns[i])->target;
        const char *name = cg_plan_quote(w->p, column->name, '"');
        if (!name || (column->nullable &&
                      cg_plan_text(w->p, ret_text, "%s%s%s IS NULL", *ret_text, **ret_text ? " OR " : "", name) < 0))
            return -1;
    }
    return 0;
}

/* A list of texts names values that a collation calls equal to others. */
static bool folds(const struct work *w, const struct cg_partitioning *by) {
    const struct cg_type *type = &cg_plan_column(w->table, by->columns[0])->source->type;
    return type->collation && (type->case_insensitive || type->pad_space);
}

static int add_default(struct work *w, const char *above, const struct cg_partitioning *source,
                       struct cg_partitioning *by) {
    const char *check = NULL;
    bool needed = false;
    if (by->method == CG_PARTITION_RANGE) {
        if (nulls_text(w, source, &check) < 0)
            return -1;
        needed = *check;
        w->note = needed ? "NULL, which MySQL keeps in the lowest range, is in a DEFAULT partition" : w->note;
    } else if (by->method == CG_PARTITION_LIST && folds(w, source)) {
        needed = true;
        check = NULL;
        w->note = "what the source's collation calls equal to a listed text, and is spelled otherwise, is in a DEFAULT "
                  "partition";
    }
    if (!needed)
        return 0;
    struct cg_partition *item = &by->items[by->count++];
    *item = (struct cg_partition){.is_default = true, .check = check, .comment = ""};
    return name_partition(w, above, "default", &item->name);
}

/* ---- the whole ---- */

static int carry(struct work *w, const struct cg_partitioning *source, const char *above,
                 struct cg_partitioning **ret_by);

static int carry_partition(struct work *w, const struct cg_partitioning *source, size_t at, const char *above,
                           struct cg_partitioning *by) {
    const struct cg_partition *from = &source->items[at];
    struct cg_partition *to = &by->items[by->count++];
    *to = (struct cg_partition){.modulus = from->modulus, .remainder = from->remainder, .comment = from->comment};
    if (name_partition(w, above, from->name, &to->name) < 0)
        return -1;
    if (source->method == CG_PARTITION_RANGE) {
        if (carry_bounds(w, source, from->to, source->column_count, &to->to) < 0)
            return -1;
        to->from = at ? by->items[at - 1].to : NULL;
    }
    to->value_count = from->value_count;
    if (source->method == CG_PARTITION_LIST &&
        carry_bounds(w, source, from->values, from->value_count, &to->values) < 0)
        return -1;
    return from->below && !w->why ? carry(w, from->below, to->name, &to->below) : 0;
}

static int carry_columns(struct work *w, const struct cg_partitioning *source, struct cg_partitioning *by) {
    by->columns = cg_arena_array(w->p->arena, source->column_count + 1, sizeof *by->columns);
    if (!by->columns)
        return cg_error_memory(w->p->err);
    for (size_t i = 0; i < source->column_count && !w->why; i++) {
        const struct cg_column_plan *column = cg_plan_column(w->table, source->columns[i]);
        if (check_column(w, column, source->method) < 0)
            return -1;
        if (!w->why)
            by->columns[by->column_count++] = column->target->name;
    }
    return check_keys(w, source);
}

static int carry(struct work *w, const struct cg_partitioning *source, const char *above,
                 struct cg_partitioning **ret_by) {
    static const char *const words[] = {"", "RANGE", "LIST", "HASH"};
    struct cg_partitioning *by = cg_arena_alloc(w->p->arena, sizeof *by);
    if (!by || !(by->items = cg_arena_array(w->p->arena, source->count + 2, sizeof *by->items)))
        return cg_error_memory(w->p->err);
    by->method = source->method;
    by->words = words[source->method];
    if (source->method == CG_PARTITION_UNKNOWN)
        return refuse(w, "how its rows are divided is not understood");
    if (!source->column_count)
        return refuse(w, "it goes by an expression, and PostgreSQL has no primary key over such partitions");
    if (source->method == CG_PARTITION_LIST && source->column_count > 1)
        return refuse(w, "PostgreSQL has no lists over several columns");
    if (carry_columns(w, source, by) < 0)
        return -1;
    for (size_t i = 0; i < source->count && !w->why; i++)
        if (carry_partition(w, source, i, above, by) < 0)
            return -1;
    *ret_by = by;
    return w->why ? 0 : add_default(w, above, source, by);
}

static int tell(struct work *w) {
    struct cg_decision decision = {.table = w->table->source->name, .column = "", .reason = w->note};
    const struct cg_partitioning *by = w->table->target->partitioning;
    if (cg_plan_text(w->p, &decision.source_type, "PARTITION BY %s", w->source->words) < 0 ||
        cg_plan_text(w->p, &decision.target_type, "PARTITION BY %s", by->words) < 0)
        return -1;
    return cg_plan_decide(w->p, decision);
}

static int plan_table(struct planner *p, struct cg_table_plan *table) {
    struct work w = {
        .p = p, .table = table, .source = table->source->partitioning, .note = "its partitions are re-made"};
    const struct cg_table *actual = p->in->actual ? cg_catalog_table(p->in->actual, table->target->name) : NULL;
    struct cg_partitioning by_column, *made = NULL;
    if (!w.source)
        refuse(&w, "how its rows are divided is not understood");
    else if (actual && actual->kind != CG_TABLE_PARTITIONED)
        refuse(&w, "the target's table has no partitions");
    else if (w.source->method == CG_PARTITION_RANGE && w.source->expression) {
        w.text = w.source->expression;
        if (range_of_column(&w, &by_column) < 0)
            return -1;
    }
    if (!w.why && carry(&w, w.text ? &by_column : w.source, table->target->name, &made) < 0)
        return -1;
    if (w.why)
        return cg_plan_lose(p,
                            (struct cg_loss){.conversion = CG_PARTITION_FLATTENED,
                                             .kind = "partition",
                                             .table = table->source->name,
                                             .name = table->source->name,
                                             .text = table->source->partition_text ? table->source->partition_text : "",
                                             .reason = w.why});
    table->target->partitioning = made;
    table->target->kind = CG_TABLE_PARTITIONED;
    return tell(&w);
}

int cg_plan_partitions(struct planner *p) {
    for (size_t t = 0; t < p->plan->table_count; t++) {
        struct cg_table_plan *table = &p->plan->tables[t];
        bool cut = table->source->partition_text || table->source->kind == CG_TABLE_PARTITIONED;
        if (table->target && cut && plan_table(p, table) < 0)
            return -1;
    }
    return 0;
}
