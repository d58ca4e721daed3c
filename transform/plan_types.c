/* Which rule decides each column.
 *
 * Columns that foreign keys link get one type (R32): their evidence is taken together, so that rules that ask for data
 * answer alike for all; where they still part (TINYINT(1) against TINYINT(4)), nothing is taken from the data for any
 * of them; and a rule of the user's for one of them holds for the others, unless they have one of their own. */
#include "core/options.h"
#include "transform/encoder.h"
#include "transform/plan_private.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 1600 }; /* PostgreSQL's limit */

/* ---- --map-column must name something ---- */

static const char *table_name(const void *context, size_t i) {
    return ((const struct cg_catalog *)context)->tables[i].name;
}

static const char *column_name(const void *context, size_t i) {
    return ((const struct cg_table *)context)->columns[i].name;
}

static int refuse_option(struct planner *p, const struct cg_rule *rule, const struct cg_table *table) {
    const char *rest = table ? rule->option + strlen(table->name) + 1 : rule->option, *near = NULL;
    if (table) {
        cg_error_set(p->err, CG_ERR_USAGE, "--map-column %.200s=%s: table %.100s has no column %.100s", rule->option,
                     rule->target, table->name, rest);
        near = cg_nearest(rest, table->column_count, column_name, table);
    } else {
        const char *word = cg_arena_strndup(p->arena, rest, (size_t)(strrchr(rest, '.') - rest));
        if (!word)
            return cg_error_memory(p->err);
        cg_error_set(p->err, CG_ERR_USAGE, "--map-column %.200s=%s: there is no table %.100s", rule->option,
                     rule->target, word);
        near = cg_nearest(word, p->source->table_count, table_name, p->source);
    }
    if (near)
        cg_error_hint(p->err, "did you mean %.100s?", near);
    return -1;
}

/* Names may hold dots, so "a.b.c" may be column c of table a.b or b.c of a: the longest table name that gives a column
 * wins. Rules stay as they are; *ret_table tells which table was meant. */
static int resolve_option(struct planner *p, const struct cg_rule *rule, const struct cg_table **ret_table) {
    const struct cg_table *table_only = NULL, *best = NULL;
    for (size_t t = 0; t < p->source->table_count; t++) {
        const struct cg_table *table = &p->source->tables[t];
        size_t len = strlen(table->name);
        if (strncmp(rule->option, table->name, len) != 0 || rule->option[len] != '.')
            continue;
        if (!table_only || len > strlen(table_only->name))
            table_only = table;
        if (cg_table_column(table, rule->option + len + 1) && (!best || len > strlen(best->name)))
            best = table;
    }
    if (!best)
        return refuse_option(p, rule, table_only);
    *ret_table = best;
    return 0;
}

static int resolve_options(struct planner *p, const struct cg_table ***ret_meant) {
    const struct cg_typemap *map = p->in->map;
    const struct cg_table **meant = cg_arena_array(p->arena, map->count + 1, sizeof *meant);
    if (!meant)
        return cg_error_memory(p->err);
    for (size_t i = 0; i < map->count; i++)
        if (map->rules[i].option && resolve_option(p, &map->rules[i], &meant[i]) < 0)
            return -1;
    *ret_meant = meant;
    return 0;
}

/* ---- columns by number, and which of them foreign keys link ---- */

struct linker {
    struct planner *p;
    const struct cg_table **meant; /* per rule: the table of a --map-column */
    struct cg_member *members;     /* by number */
    size_t *parent;                /* union-find */
    size_t count;
    struct cg_member *group; /* scratch: the members of one component */
    size_t *group_numbers;
};

static size_t root_of(const struct linker *l, size_t i) {
    while (l->parent[i] != i) {
        l->parent[i] = l->parent[l->parent[i]];
        i = l->parent[i];
    }
    return i;
}

static void link_columns(const struct linker *l, size_t a, size_t b) {
    size_t x = root_of(l, a), y = root_of(l, b);
    if (x < y)
        l->parent[y] = x;
    else
        l->parent[x] = y;
}

static struct column_choice *choice_of(const struct linker *l, size_t number) {
    const struct cg_member *m = &l->members[number];
    struct table_choice *table = &l->p->tables[m->table - l->p->source->tables];
    return &table->columns[m->column - m->table->columns];
}

static void link_foreign_key(const struct linker *l, const struct cg_table *table, const struct cg_foreign_key *fk) {
    const struct cg_table *other = cg_catalog_table(l->p->source, fk->ref_table);
    if (!other || strcmp(fk->ref_schema, table->schema) != 0)
        return;
    const struct table_choice *from = &l->p->tables[table - l->p->source->tables];
    const struct table_choice *to = &l->p->tables[other - l->p->source->tables];
    for (size_t i = 0; to->included && i < fk->column_count; i++) {
        const struct cg_column *a = cg_table_column(table, fk->columns[i]);
        const struct cg_column *b = cg_table_column(other, fk->ref_columns[i]);
        if (a && b)
            link_columns(l, from->first + (size_t)(a - table->columns), to->first + (size_t)(b - other->columns));
    }
}

static int start_choices(struct linker *l) {
    struct planner *p = l->p;
    p->tables = cg_arena_array(p->arena, p->source->table_count + 1, sizeof *p->tables);
    for (size_t t = 0; p->tables && t < p->source->table_count; t++) {
        const struct cg_table *table = &p->source->tables[t];
        p->tables[t].included = cg_options_table_included(p->in->options, table->name);
        p->tables[t].first = l->count;
        if (p->in->facts && p->in->facts[t].failed) {
            p->tables[t].failed = p->in->facts[t].failed;
            p->tables[t].failed_hint = p->in->facts[t].failed_hint;
        }
        p->tables[t].columns = cg_arena_array(p->arena, table->column_count + 1, sizeof *p->tables[t].columns);
        if (!p->tables[t].columns)
            return cg_error_memory(p->err);
        if (p->tables[t].included)
            l->count += table->column_count;
    }
    l->members = cg_arena_array(p->arena, l->count + 1, sizeof *l->members);
    l->group = cg_arena_array(p->arena, l->count + 1, sizeof *l->group);
    l->parent = cg_arena_array(p->arena, l->count + 1, sizeof *l->parent);
    l->group_numbers = cg_arena_array(p->arena, l->count + 1, sizeof *l->group_numbers);
    return p->tables && l->members && l->group && l->parent && l->group_numbers ? 0 : cg_error_memory(p->err);
}

static int link_all(struct linker *l) {
    if (start_choices(l) < 0)
        return -1;
    const struct cg_catalog *source = l->p->source;
    for (size_t t = 0; t < source->table_count; t++)
        for (size_t c = 0; l->p->tables[t].included && c < source->tables[t].column_count; c++) {
            size_t number = l->p->tables[t].first + c;
            l->members[number] = (struct cg_member){&source->tables[t], &source->tables[t].columns[c]};
            l->parent[number] = number;
        }
    for (size_t t = 0; t < source->table_count; t++)
        for (size_t f = 0; l->p->tables[t].included && f < source->tables[t].foreign_key_count; f++)
            link_foreign_key(l, &source->tables[t], &source->tables[t].foreign_keys[f]);
    return 0;
}

/* ---- evidence ---- */

static const struct cg_column_facts *facts_of(const struct planner *p, const struct cg_member *m) {
    const struct cg_table_facts *table = p->in->facts ? &p->in->facts[m->table - p->source->tables] : NULL;
    if (!table || !table->probed || !table->columns)
        return NULL;
    const struct cg_column_facts *column = &table->columns[m->column - m->table->columns];
    return column->probed ? column : NULL;
}

static void take_number(struct cg_evidence *e, const char *number) {
    if (!e->has_range || cg_decimal_compare(number, e->minimum) == -1)
        memcpy(e->minimum, number, strlen(number) + 1);
    if (!e->has_range || cg_decimal_compare(number, e->maximum) == 1)
        memcpy(e->maximum, number, strlen(number) + 1);
    e->has_range = true;
}

static bool is_number(const char *text) {
    return strlen(text) < sizeof((struct cg_evidence *)0)->minimum && cg_decimal_compare(text, "0") != -2;
}

/* Does a rule ask what the column holds? A member of which none does need not have been read: its type is what it is,
 * and if the others' differs from it, nothing is taken from the data. */
static bool asks_for_data(const struct planner *p, const struct cg_member *m) {
    struct cg_typemap_needs needs;
    return cg_typemap_needs_data(p->in->map, m->table, m->column, &needs) && (needs.range || needs.time);
}

static void gather(const struct planner *p, const struct cg_member *members, size_t count, struct cg_evidence *e) {
    *e = (struct cg_evidence){.probed = true, .members = members, .member_count = count};
    bool numbers = true; /* every column that holds something has told its range */
    for (size_t i = 0; i < count; i++) {
        const struct cg_column_facts *f = facts_of(p, &members[i]);
        const char *next = members[i].column->auto_increment ? members[i].table->next_value : NULL;
        e->probed = e->probed && (f || !asks_for_data(p, &members[i]));
        if (f) {
            e->rows += p->in->facts[members[i].table - p->source->tables].rows;
            e->sampled |= p->in->facts[members[i].table - p->source->tables].sampled;
            e->non_null += f->non_null;
            e->time_outside_day += f->time_outside_day;
            bool told = is_number(f->minimum) && is_number(f->maximum);
            numbers = numbers && (f->non_null == 0 || told);
            if (f->non_null && told) {
                take_number(e, f->minimum);
                take_number(e, f->maximum);
            }
        }
        if (next && is_number(next)) {
            take_number(e, next);
            e->next_value = true;
        }
    }
    e->has_range = e->has_range && numbers;
}

/* ---- choosing ---- */

static bool target_has(const struct planner *p, enum cg_has has) {
    return has == CG_HAS_NOTHING || (has == CG_HAS_POSTGIS ? p->in->has_postgis : p->in->has_vector);
}

/* data false: rules that ask for data never hold. */
static int choose(const struct linker *l, size_t number, const struct cg_evidence *evidence, bool data) {
    const struct cg_typemap *map = l->p->in->map;
    const struct cg_member *m = &l->members[number];
    struct column_choice choice = {.why = ""};
    for (size_t i = 0; i < map->count && !choice.rule; i++) {
        const struct cg_rule *rule = &map->rules[i];
        const char *why = "";
        if (!cg_rule_matches(rule, m->table, m->column) || (rule->option && l->meant[i] != m->table) ||
            !target_has(l->p, rule->has))
            continue;
        bool holds = cg_rule_qualifies(rule, evidence, l->p->arena, &why);
        if (!why)
            return cg_error_memory(l->p->err);
        if (rule->values != CG_VALUES_ANY && !choice.asked) {
            choice.asked = rule;
            choice.why = why;
        }
        if (holds && (data || rule->values == CG_VALUES_ANY))
            choice.rule = rule;
    }
    choice.where = choice.rule ? choice.rule->where : "";
    *choice_of(l, number) = choice;
    return 0;
}

static bool same_kind(const struct cg_member *a, const struct cg_member *b) {
    return strcmp(a->column->type.name, b->column->type.name) == 0 &&
           a->column->type.is_unsigned == b->column->type.is_unsigned;
}

static bool is_pin(const struct column_choice *choice) {
    return choice->rule && choice->rule->origin != CG_RULE_DEFAULT && choice->rule->values == CG_VALUES_ANY;
}

/* A rule of the user's for one column of a component holds for those of the same type that have none. */
static int spread_pin(const struct linker *l, size_t count, bool *ret_pinned) {
    size_t pin = 0;
    while (pin < count && !is_pin(choice_of(l, l->group_numbers[pin])))
        pin++;
    *ret_pinned = pin < count;
    for (size_t i = 0; pin < count && i < count; i++) {
        struct column_choice *choice = choice_of(l, l->group_numbers[i]);
        const struct cg_member *from = &l->group[pin];
        if (is_pin(choice) || !same_kind(from, &l->group[i]))
            continue;
        choice->rule = choice_of(l, l->group_numbers[pin])->rule;
        choice->asked = NULL;
        if (cg_plan_text(l->p, &choice->where, "%s, through the foreign keys that link it to %s.%s",
                         choice->rule->where, from->table->name, from->column->name) < 0)
            return -1;
    }
    return 0;
}

static bool all_agree(const struct linker *l, size_t count) {
    for (size_t i = 1; i < count; i++) {
        const struct cg_rule *a = choice_of(l, l->group_numbers[0])->rule;
        const struct cg_rule *b = choice_of(l, l->group_numbers[i])->rule;
        if (same_kind(&l->group[0], &l->group[i]) && (!a || !b || strcmp(a->target, b->target) != 0))
            return false;
    }
    return true;
}

static int widen_component(const struct linker *l, size_t count, const struct cg_evidence *evidence) {
    for (size_t i = 0; i < count; i++)
        if (choose(l, l->group_numbers[i], evidence, false) < 0)
            return -1;
    for (size_t i = 0; i < count; i++) {
        struct column_choice *choice = choice_of(l, l->group_numbers[i]);
        const struct cg_member *other = &l->group[i == 0];
        if (choice->asked &&
            cg_plan_text(l->p, &choice->why, "%s; foreign keys link it to %s.%s, which is %s", choice->why,
                         other->table->name, other->column->name, other->column->type.full) < 0)
            return -1;
    }
    return 0;
}

static int choose_component(const struct linker *l, size_t count) {
    struct cg_evidence evidence;
    bool pinned = false;
    gather(l->p, l->group, count, &evidence);
    for (size_t i = 0; i < count; i++)
        if (choose(l, l->group_numbers[i], &evidence, true) < 0)
            return -1;
    if (count == 1)
        return 0;
    if (spread_pin(l, count, &pinned) < 0)
        return -1;
    return pinned || all_agree(l, count) ? 0 : widen_component(l, count, &evidence);
}

/* Orders column numbers by component, then by number. */
static int by_root(const void *a, const void *b, void *context) {
    const struct linker *l = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b, p = root_of(l, x), q = root_of(l, y);
    if (p != q)
        return p < q ? -1 : 1;
    return x < y ? -1 : x > y;
}

static int choose_all(struct linker *l) {
    size_t *order = cg_arena_array(l->p->arena, l->count + 1, sizeof *order);
    if (!order)
        return cg_error_memory(l->p->err);
    for (size_t i = 0; i < l->count; i++)
        order[i] = i;
    qsort_r(order, l->count, sizeof *order, by_root, l);
    for (size_t i = 0, n; i < l->count; i += n) {
        size_t root = root_of(l, order[i]);
        for (n = 0; i + n < l->count && root_of(l, order[i + n]) == root; n++) {
            l->group_numbers[n] = order[i + n];
            l->group[n] = l->members[order[i + n]];
        }
        if (choose_component(l, n) < 0)
            return -1;
    }
    return 0;
}

/* ---- targets, and NOT NULL ---- */

static int fail_column(struct planner *p, const struct cg_member *m, const char *why) {
    struct table_choice *table = &p->tables[m->table - p->source->tables];
    if (table->failed)
        return 0;
    if (cg_plan_text(p, &table->failed, "column %s.%s, %s: %s", m->table->name, m->column->name, m->column->type.full,
                     why) < 0)
        return -1;
    return cg_plan_text(p, &table->failed_hint, "--map-column '%s.%s=text'", m->table->name, m->column->name);
}

static int resolve_target(struct planner *p, const struct cg_member *m, struct column_choice *choice) {
    struct cg_error inner = {0};
    const char *why = NULL;
    if (!choice->rule)
        return fail_column(p, m, "no rule of the type map matches it");
    if (cg_target_type(choice->rule->target, m->column, p->arena, &choice->target, &choice->special, &inner) < 0) {
        if (inner.cls != CG_ERR_USAGE)
            return cg_error_memory(p->err);
        return cg_plan_text(p, &why, "%s (%s)", inner.message, choice->where) < 0 ? -1 : fail_column(p, m, why);
    }
    if (choice->special == CG_TARGET_ENUM) {
        for (size_t i = 0; i < choice->target.label_count; i++)
            if (strlen(choice->target.labels[i]) > 63)
                return fail_column(p, m,
                                   "a label has more than the 63 bytes that PostgreSQL's enum can hold; "
                                   "text+check can hold it");
    }
    if (cg_encoder_can_convert(&m->column->type, &choice->target))
        return 0;
    if (cg_plan_text(p, &why, "there is no conversion to %s (%s)",
                     choice->special == CG_TARGET_ENUM ? "enum" : choice->target.full, choice->where) < 0)
        return -1;
    return fail_column(p, m, why);
}

static int append_count(struct planner *p, const char **text, uint64_t count, const char *what) {
    const char *number = cg_count_text(p->arena, count);
    if (!number)
        return cg_error_memory(p->err);
    if (count == 0)
        return 0;
    return cg_plan_text(p, text, "%s%s%s %s%s", *text, **text ? ", " : "", number, what, count == 1 ? "" : "s");
}

static int bad_values_text(struct planner *p, const struct cg_member *m, const struct cg_column_facts *f,
                           const char **ret_text) {
    const char *text = "", *rows = cg_count_text(p->arena, p->in->facts[m->table - p->source->tables].rows);
    if (!rows)
        return cg_error_memory(p->err);
    if (append_count(p, &text, f->zero_dates, "zero date") < 0 ||
        append_count(p, &text, f->partial_dates, "partial date") < 0 ||
        append_count(p, &text, f->invalid_dates, "invalid date") < 0 ||
        append_count(p, &text, f->enum_invalid, "invalid enum value") < 0)
        return -1;
    return cg_plan_text(p, ret_text, "%s in %s rows", text, rows);
}

/* In a key whose values must stay what they are: a bad date is never nulled there (R11), nor anything in a primary key.
 */
static const struct cg_key *guarding_key(const struct cg_member *m) {
    for (size_t i = 0; i < m->table->key_count; i++) {
        const struct cg_key *key = &m->table->keys[i];
        bool unique = key->kind == CG_KEY_UNIQUE && cg_type_is_dated(&m->column->type);
        if ((key->kind == CG_KEY_PRIMARY || unique) && cg_key_has_column(key, m->column->name))
            return key;
    }
    return NULL;
}

static int decide_null(struct planner *p, const struct cg_member *m, struct column_choice *choice) {
    const struct cg_column_facts *f = facts_of(p, m);
    const struct cg_key *key = guarding_key(m);
    const char *text = NULL, *why = NULL;
    if (m->column->nullable)
        return 0;
    if (choice->rule->target_nullable && !key) {
        choice->drop_not_null = true;
        return cg_plan_text(p, &choice->drop_why, "nullable: true in %s", choice->where);
    }
    if (!f || !cg_rule_asks_null(choice->rule, m->column) ||
        f->zero_dates + f->partial_dates + f->invalid_dates + f->enum_invalid == 0)
        return 0;
    if (bad_values_text(p, m, f, &text) < 0)
        return -1;
    if (key && p->in->options && p->in->options->on_error == CG_ON_ERROR_REJECT)
        return 0; /* the rows that hold them are set aside, one by one */
    if (key) {
        if (cg_plan_text(p, &why, "%s, and the column is in key %s, where nothing is made NULL", text, key->name) < 0)
            return -1;
        return fail_column(p, m, why);
    }
    choice->drop_not_null = true;
    choice->drop_why = text;
    return 0;
}

static int check_table(struct planner *p, const struct cg_table *table, struct table_choice *choice) {
    if (choice->failed || table->column_count <= COLUMNS_MAX)
        return 0;
    choice->failed_hint = "split the table at the source";
    return cg_plan_text(p, &choice->failed, "%zu columns are more than the %d that PostgreSQL takes",
                        table->column_count, COLUMNS_MAX);
}

/* The rule of every column on a target that is there already: it chooses nothing. What is no column there counts as
 * text. */
static void take_what_is_there(const struct linker *l) {
    static const struct cg_rule as_it_is = {
        .origin = CG_RULE_DEFAULT, .where = "the target as it is", .target = "text", .reason = ""};
    for (size_t i = 0; i < l->count; i++) {
        struct column_choice *choice = choice_of(l, i);
        choice->rule = &as_it_is;
        choice->where = as_it_is.where;
        choice->why = "";
        choice->target = (struct cg_type){.name = "text",
                                          .full = "text",
                                          .length = -1,
                                          .precision = -1,
                                          .scale = -1,
                                          .fraction = -1,
                                          .display_width = -1};
    }
}

/* --map-column says all that there is to say of a column. */
static bool is_by_hand(const struct column_choice *choice) {
    return choice->rule && choice->rule->option;
}

/* Columns that foreign keys link get one collation: that of the first of them that has one to keep. */
static int collate(const struct linker *l) {
    struct planner *p = l->p;
    size_t *leader = cg_arena_array(p->arena, l->count + 1, sizeof *leader); /* by root; 0: none, else number + 1 */
    if (!leader)
        return cg_error_memory(p->err);
    for (size_t i = 0; i < l->count; i++)
        if (!leader[root_of(l, i)] && cg_plan_wants_collation(p, &l->members[i].column->type, &choice_of(l, i)->target))
            leader[root_of(l, i)] = i + 1;
    for (size_t i = 0; i < l->count; i++) {
        size_t number = leader[root_of(l, i)];
        if (number && choice_of(l, i)->rule && !is_by_hand(choice_of(l, i)) &&
            cg_plan_collate(p, &l->members[number - 1].column->type, choice_of(l, i)) < 0)
            return -1;
    }
    return 0;
}

int cg_plan_types(struct planner *p) {
    struct linker l = {.p = p};
    if (p->in->actual) {
        if (link_all(&l) < 0)
            return -1;
        take_what_is_there(&l);
        return 0;
    }
    if (resolve_options(p, &l.meant) < 0 || link_all(&l) < 0 || choose_all(&l) < 0)
        return -1;
    for (size_t i = 0; i < l.count; i++) {
        struct column_choice *choice = choice_of(&l, i);
        const struct table_choice *table = &p->tables[l.members[i].table - p->source->tables];
        if (resolve_target(p, &l.members[i], choice) < 0)
            return -1;
        if (!table->failed && decide_null(p, &l.members[i], choice) < 0)
            return -1;
    }
    for (size_t t = 0; t < p->source->table_count; t++)
        if (check_table(p, &p->source->tables[t], &p->tables[t]) < 0)
            return -1;
    return collate(&l);
}
