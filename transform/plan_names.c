/* Names that PostgreSQL can hold, each once (R20).
 *
 * A name stays as it is wherever it can. One of more than 63 bytes is cut at a character and gets eight hexadecimal
 * digits of its hash; should that be taken too, the hash is taken of the name and a number. Names that fit are all
 * claimed before the first is shortened, and everything goes by the order of the catalog, so that equal catalogs give
 * equal names. */
#include "core/options.h"
#include "transform/plan_private.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { NAME_MAX_BYTES = 63, HASH_SUFFIX = 9 };

bool cg_plan_name_fits(const char *name) {
    return strlen(name) <= NAME_MAX_BYTES;
}

bool cg_plan_name_reserved(const char *column) {
    static const char *const system_columns[] = {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"};
    for (size_t i = 0; i < sizeof system_columns / sizeof *system_columns; i++)
        if (strcmp(system_columns[i], column) == 0)
            return true;
    return false;
}

static const char **slot_of(const char **slots, size_t size, const char *name) {
    size_t at = (size_t)XXH3_64bits(name, strlen(name)) & (size - 1);
    while (slots[at] && strcmp(slots[at], name) != 0)
        at = (at + 1) & (size - 1);
    return &slots[at];
}

static int grow(struct planner *p, struct name_set *set) {
    size_t size = set->size ? set->size * 2 : 64;
    const char **slots = cg_arena_array(p->arena, size, sizeof *slots);
    if (!slots)
        return cg_error_memory(p->err);
    for (size_t i = 0; i < set->size; i++)
        if (set->slots[i])
            *slot_of(slots, size, set->slots[i]) = set->slots[i];
    set->slots = slots;
    set->size = size;
    return 0;
}

int cg_plan_claim(struct planner *p, struct name_set *set, const char *name, bool *ret_free) {
    if (set->count * 2 >= set->size && grow(p, set) < 0)
        return -1;
    const char **slot = slot_of(set->slots, set->size, name);
    *ret_free = *slot == NULL;
    if (*ret_free) {
        *slot = name;
        set->count++;
    }
    return 0;
}

/* How many of the first `most` bytes are whole characters. */
static size_t clip(const char *name, size_t most) {
    size_t len = strlen(name);
    if (len <= most)
        return len;
    while (most && ((unsigned char)name[most] & 0xC0) == 0x80)
        most--;
    return most;
}

int cg_plan_name(struct planner *p, struct name_set *set, const char *wanted, const char **ret_name) {
    bool is_free = false;
    if (cg_plan_name_fits(wanted) && cg_plan_claim(p, set, wanted, &is_free) < 0)
        return -1;
    for (uint64_t salt = 0; !is_free; salt++) {
        uint32_t hash = (uint32_t)XXH3_64bits_withSeed(wanted, strlen(wanted), salt);
        const char *name = NULL;
        if (cg_plan_text(p, &name, "%.*s_%08x", (int)clip(wanted, NAME_MAX_BYTES - HASH_SUFFIX), wanted, hash) < 0 ||
            cg_plan_claim(p, set, name, &is_free) < 0)
            return -1;
        wanted = is_free ? name : wanted;
    }
    *ret_name = wanted;
    return 0;
}

const char *cg_plan_quote(struct planner *p, const char *name, char quote) {
    char *text = cg_arena_alloc(p->arena, strlen(name) * 2 + 3), *to = text;
    if (!text) {
        cg_error_memory(p->err);
        return NULL;
    }
    *to++ = quote;
    for (; *name; name++) {
        if (*name == quote)
            *to++ = quote;
        *to++ = *name;
    }
    *to = quote;
    return text;
}

/* ---- tables and their columns ---- */

/* wanted: the old name as --names spells it. */
static int tell_name(struct planner *p, const char *kind, const char *table, const char *column, const char *wanted,
                     const char *new) {
    const char *old = column ? column : table;
    struct cg_loss loss = {CG_NAME_SHORTENED, kind, table, column, NULL, old, NULL, false};
    const char *why = !cg_plan_name_fits(wanted)                ? "PostgreSQL's names end at 63 bytes"
                      : column && cg_plan_name_reserved(wanted) ? "the name is reserved by PostgreSQL"
                                                                : "another one has that spelling";
    if (cg_plan_text(p, &loss.reason, "%s; it is named %s there", why, new) < 0)
        return -1;
    return cg_plan_lose(p, loss);
}

static bool carried(const struct planner *p, size_t table) {
    return p->tables[table].included && !p->tables[table].failed;
}

/* Claims the tables' names that fit, then finds names for the others: names[table] for those that are carried. */
static int name_tables(struct planner *p, const char **names) {
    for (size_t t = 0; t < p->source->table_count; t++) {
        const char *name = NULL;
        bool is_free = false;
        if (!carried(p, t))
            continue;
        if (cg_plan_spell(p, p->source->tables[t].name, &name) < 0 ||
            (cg_plan_name_fits(name) && cg_plan_claim(p, &p->names, name, &is_free) < 0))
            return -1;
        names[t] = is_free ? name : NULL;
    }
    for (size_t t = 0; t < p->source->table_count; t++) {
        const char *name = p->source->tables[t].name, *wanted = NULL;
        if (!carried(p, t) || names[t])
            continue;
        if (cg_plan_spell(p, name, &wanted) < 0 || cg_plan_name(p, &p->names, wanted, &names[t]) < 0 ||
            tell_name(p, "table", name, NULL, wanted, names[t]) < 0)
            return -1;
    }
    return 0;
}

/* "xmin" -> "xmin_", or "xmin__" when the table has a column of that name too. */
static int rename_reserved(struct planner *p, struct name_set *set, const char *name, const char **ret_name) {
    bool is_free = false;
    while (!is_free)
        if (cg_plan_text(p, &name, "%s_", name) < 0 || cg_plan_claim(p, set, name, &is_free) < 0)
            return -1;
    *ret_name = name;
    return 0;
}

static int name_columns(struct planner *p, const struct cg_table *source, struct cg_table *target) {
    struct name_set set = {0};
    for (size_t c = 0; c < source->column_count; c++) {
        const char *name = NULL;
        bool is_free = false;
        if (cg_plan_spell(p, source->columns[c].name, &name) < 0)
            return -1;
        if (!cg_plan_name_fits(name) || cg_plan_name_reserved(name))
            continue;
        if (cg_plan_claim(p, &set, name, &is_free) < 0)
            return -1;
        target->columns[c].name = is_free ? name : NULL;
    }
    for (size_t c = 0; c < source->column_count; c++) {
        const char *name = source->columns[c].name, *wanted = NULL, **to = &target->columns[c].name;
        if (*to)
            continue;
        if (cg_plan_spell(p, name, &wanted) < 0 ||
            (cg_plan_name_reserved(wanted) ? rename_reserved(p, &set, wanted, to) : cg_plan_name(p, &set, wanted, to)) <
                0 ||
            tell_name(p, "column", source->name, name, wanted, *to) < 0)
            return -1;
    }
    return 0;
}

/* The sequence that PostgreSQL makes for an identity column is named by it: both names cut, the longer one first. Its
 * name is taken before any index could take it. */
static int claim_identity(struct planner *p, const struct cg_table *target) {
    for (size_t c = 0; c < target->column_count; c++) {
        const char *column = target->columns[c].name, *name = NULL;
        size_t a = strlen(target->name), b = strlen(column), room = NAME_MAX_BYTES - strlen("__seq");
        bool is_free;
        if (!target->columns[c].auto_increment)
            continue;
        while (a + b > room) {
            if (a > b)
                a--;
            else
                b--;
        }
        if (cg_plan_text(p, &name, "%.*s_%.*s_seq", (int)clip(target->name, a), target->name, (int)clip(column, b),
                         column) < 0 ||
            cg_plan_claim(p, &p->names, name, &is_free) < 0)
            return -1;
    }
    return 0;
}

static int make_table(struct planner *p, const struct cg_table *source, const char *name, struct cg_table *target) {
    *target = (struct cg_table){
        .schema = p->schema,
        .name = name,
        .kind = CG_TABLE_BASE,
        .storage = "",
        .snapshot_capable = true,
        .row_estimate = source->row_estimate,
        .byte_estimate = source->byte_estimate,
        .comment = source->comment,
        .columns = cg_arena_array(p->arena, source->column_count + 1, sizeof *target->columns),
        .column_count = source->column_count,
    };
    if (!target->columns)
        return cg_error_memory(p->err);
    for (size_t c = 0; c < source->column_count; c++)
        target->columns[c].auto_increment = source->columns[c].auto_increment;
    return name_columns(p, source, target) < 0 ? -1 : claim_identity(p, target);
}

static int make_table_plan(struct planner *p, size_t t, struct cg_table *target) {
    const struct cg_table *source = &p->source->tables[t];
    struct cg_table_plan *plan = &p->plan->tables[t];
    plan->source = source;
    plan->target = target;
    plan->excluded = !p->tables[t].included;
    plan->failed = p->tables[t].failed;
    plan->failed_hint = p->tables[t].failed_hint;
    plan->column_count = source->column_count;
    plan->columns = cg_arena_array(p->arena, source->column_count + 1, sizeof *plan->columns);
    if (!plan->columns)
        return cg_error_memory(p->err);
    for (size_t c = 0; c < source->column_count; c++)
        plan->columns[c] = (struct cg_column_plan){
            .source = &source->columns[c],
            .target = target ? &target->columns[c] : NULL,
            .rule = p->tables[t].columns[c].where ? p->tables[t].columns[c].where : "",
        };
    return 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct cg_table *)a)->name, ((const struct cg_table *)b)->name);
}

/* Sorted before anything points into the array: a shortened name may sort elsewhere than its source's. */
static int make_tables(struct planner *p, const char **names) {
    struct cg_catalog *target = p->plan->target;
    size_t count = 0;
    for (size_t t = 0; t < p->source->table_count; t++)
        if (names[t] && make_table(p, &p->source->tables[t], names[t], &target->tables[count++]) < 0)
            return -1;
    qsort(target->tables, count, sizeof *target->tables, by_name);
    target->table_count = count;
    for (size_t t = 0; t < p->source->table_count; t++)
        if (make_table_plan(p, t, names[t] ? cg_catalog_table(target, names[t]) : NULL) < 0)
            return -1;
    return 0;
}

/* Before anything else of the schema could take their names. */
static int name_sequences(struct planner *p) {
    size_t count = p->source->sequence_count;
    p->sequence_names = cg_arena_array(p->arena, count + 1, sizeof *p->sequence_names);
    if (!p->sequence_names)
        return cg_error_memory(p->err);
    for (size_t s = 0; s < count; s++) {
        const char *name = NULL;
        bool is_free = false;
        if (cg_plan_spell(p, p->source->sequences[s].name, &name) < 0 ||
            (cg_plan_name_fits(name) && cg_plan_claim(p, &p->names, name, &is_free) < 0))
            return -1;
        p->sequence_names[s] = is_free ? name : NULL;
    }
    return 0;
}

int cg_plan_tables(struct planner *p) {
    size_t count = p->source->table_count;
    const char **names = cg_arena_array(p->arena, count + 1, sizeof *names);
    p->plan->target->tables = cg_arena_array(p->arena, count + 1, sizeof *p->plan->target->tables);
    p->plan->tables = cg_arena_array(p->arena, count + 1, sizeof *p->plan->tables);
    p->plan->table_count = count;
    if (!names || !p->plan->target->tables || !p->plan->tables)
        return cg_error_memory(p->err);
    if (name_tables(p, names) < 0)
        return -1;
    return name_sequences(p) < 0 || cg_plan_name_views(p) < 0 ? -1 : make_tables(p, names);
}
