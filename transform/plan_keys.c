/* Keys, indexes and foreign keys, with the names that PostgreSQL wants: index names are shared by the whole schema with
 * tables, sequences and types, constraint names by one table (R20). */
#include "core/options.h"
#include "transform/plan_private.h"

#include <string.h>

/* One table on its way. */
struct work {
    struct planner *p;
    struct cg_table_plan *table;
    struct name_set constraints; /* names of its constraints */
};

static const char *const prefix_targets[] = {"text", "varchar", "bpchar", "citext", "bytea", NULL};
static const char *const document_targets[] = {"text", "varchar", "bpchar", "citext", NULL};

static bool is_any_of(const struct cg_type *type, const char *const *names) {
    for (; !type->array && *names; names++)
        if (strcmp(type->name, *names) == 0)
            return true;
    return false;
}

/* ---- a key as text, for the report ---- */

static const char *kind_text(enum cg_key_kind kind) {
    static const char *const names[] = {"PRIMARY KEY", "UNIQUE KEY", "KEY", "FULLTEXT KEY", "SPATIAL KEY"};
    return names[kind];
}

/* As objects of the report have it. */
static const char *object_kind(enum cg_key_kind kind) {
    return kind == CG_KEY_PRIMARY ? "primary key" : kind == CG_KEY_UNIQUE ? "unique" : "index";
}

static int parts_text(struct planner *p, const struct cg_key *key, const char **ret_text) {
    const char *text = "";
    for (size_t i = 0; i < key->part_count; i++) {
        const struct cg_key_part *part = &key->parts[i];
        const char *prefix = "";
        if (part->prefix > 0 && cg_plan_text(p, &prefix, "(%lld)", (long long)part->prefix) < 0)
            return -1;
        if (cg_plan_text(p, &text, "%s%s%s%s%s", text, i ? ", " : "", part->column ? part->column : part->expression,
                         prefix, part->descending ? " DESC" : "") < 0)
            return -1;
    }
    *ret_text = text;
    return 0;
}

static int lose_key(struct work *w, enum cg_conversion conversion, const struct cg_key *key, const char *reason) {
    struct cg_loss loss = {
        .conversion = conversion, .kind = object_kind(key->kind), .table = w->table->source->name, .reason = reason};
    const char *parts = NULL;
    if (parts_text(w->p, key, &parts) < 0 ||
        cg_plan_text(w->p, &loss.text, "%s %s (%s)", kind_text(key->kind), key->name, parts) < 0 ||
        cg_plan_text(w->p, &loss.name, "%s.%s", loss.table, key->name) < 0)
        return -1;
    return cg_plan_lose(w->p, loss);
}

/* ---- what PostgreSQL cannot index ---- */

/* Why a part cannot be carried, or NULL. */
static const char *part_refused(const struct cg_key *key, const struct cg_key_part *part,
                                const struct cg_column_plan *column) {
    if (part->expression) /* the translator's to judge, see express_part */
        return key->kind == CG_KEY_INDEX || key->kind == CG_KEY_UNIQUE ? NULL : "it has no form in PostgreSQL";
    if (!column)
        return "it names a column that is not there";
    const struct cg_type *type = &column->target->type;
    if (key->kind == CG_KEY_SPATIAL)
        return strcmp(type->name, "geometry") == 0 ? NULL : "a spatial index needs PostGIS";
    if (key->kind == CG_KEY_FULLTEXT)
        return is_any_of(type, document_targets) ? NULL : "a full-text index needs text";
    if (part->prefix > 0 && !is_any_of(type, prefix_targets))
        return "only text and bytea have a prefix";
    if (strcmp(type->name, "json") == 0)
        return "json has no order to index it by";
    return NULL;
}

static const char *key_refused(const struct work *w, const struct cg_key *key) {
    for (size_t i = 0; i < key->part_count; i++) {
        const struct cg_key_part *part = &key->parts[i];
        const char *why = part_refused(key, part, part->column ? cg_plan_column(w->table, part->column) : NULL);
        if (why)
            return why;
    }
    return NULL;
}

/* Does the part hold the column? Of an expression one can only tell that it is named there. */
static int part_has(struct work *w, const struct cg_key_part *part, const char *column, bool *ret_has) {
    const char *quoted = NULL;
    *ret_has = part->column && strcmp(part->column, column) == 0;
    if (part->column)
        return 0;
    if (!(quoted = cg_plan_quote(w->p, column, '`')))
        return -1;
    *ret_has = strstr(part->expression, quoted) != NULL;
    return 0;
}

/* Does the key tell apart on the target what it called equal on the source? */
static int tell_case(struct work *w, const struct cg_key *key) {
    const char *which = "", *reason = NULL, *words = NULL;
    unsigned apart = 0;
    if (key->kind != CG_KEY_PRIMARY && key->kind != CG_KEY_UNIQUE)
        return 0;
    for (size_t i = 0; i < key->part_count; i++)
        for (size_t c = 0; c < w->table->column_count; c++) {
            const struct cg_column_plan *column = &w->table->columns[c];
            const struct cg_type *type = &column->source->type;
            bool has = false;
            if (!cg_plan_told_apart(w->p, column))
                continue;
            if (part_has(w, &key->parts[i], column->source->name, &has) < 0)
                return -1;
            if (!has)
                continue;
            apart |= cg_plan_told_apart(w->p, column);
            if (cg_plan_text(w->p, &which, "%s%s%s (%s)", which, *which ? ", " : "", column->source->name,
                             type->collation) < 0)
                return -1;
        }
    if (!*which)
        return 0;
    if (cg_plan_apart_text(w->p, apart, &words) < 0 ||
        cg_plan_text(w->p, &reason, "%s: values that differ only in %s were equal there and are not here", which,
                     words) < 0)
        return -1;
    return lose_key(w, CG_UNIQUE_NOW_CASE_SENSITIVE, key, reason);
}

/* ---- names ---- */

/* The source's name where it is free in the schema, else table_index; a primary key is table_pkey, as everywhere in
 * PostgreSQL. */
static int name_key(struct work *w, const struct cg_key *source, const char **ret_name) {
    const char *table = w->table->target->name, *spelled = NULL;
    bool is_free = false, unused;
    if (cg_plan_spell(w->p, source->name, &spelled) < 0)
        return -1;
    const char *name = spelled;
    if (source->kind == CG_KEY_PRIMARY) {
        if (cg_plan_text(w->p, &name, "%s_pkey", table) < 0)
            return -1;
    } else if (cg_plan_name_fits(name) && cg_plan_claim(w->p, &w->p->names, name, &is_free) < 0) {
        return -1;
    }
    if (!is_free && source->kind != CG_KEY_PRIMARY && cg_plan_name_fits(spelled) &&
        cg_plan_text(w->p, &name, "%s_%s", table, spelled) < 0)
        return -1;
    if (!is_free && cg_plan_name(w->p, &w->p->names, name, &name) < 0)
        return -1;
    *ret_name = name;
    /* A plain index is no constraint: a foreign key may have its name, as InnoDB gives one to both. */
    bool constraint = source->kind == CG_KEY_PRIMARY || source->kind == CG_KEY_UNIQUE;
    return constraint ? cg_plan_claim(w->p, &w->constraints, name, &unused) : 0;
}

static int tell_short_name(struct work *w, const char *kind, const char *old, const char *new) {
    struct cg_loss loss = {.conversion = CG_NAME_SHORTENED, .kind = kind, .table = w->table->source->name, .text = old};
    if (cg_plan_name_fits(old))
        return 0;
    if (cg_plan_text(w->p, &loss.name, "%s.%s", loss.table, old) < 0 ||
        cg_plan_text(w->p, &loss.reason, "PostgreSQL's names end at 63 bytes; it is named %s there", new) < 0)
        return -1;
    return cg_plan_lose(w->p, loss);
}

/* ---- keys ---- */

/* Has a target that is filled already an index that a translation could be compared with? Without one it is a loss,
 * whoever decided that: PostgreSQL may have refused it. */
static bool may_stand_there(const struct work *w, const struct cg_key *source) {
    const struct cg_table *actual =
        w->p->in->actual ? cg_catalog_table(w->p->in->actual, w->table->target->name) : NULL;
    bool any = !actual;
    for (size_t i = 0; !any && i < actual->key_count; i++)
        for (size_t part = 0; part < actual->keys[i].part_count; part++)
            any |= actual->keys[i].part_count == source->part_count && actual->keys[i].parts[part].expression;
    return any;
}

/* note: of the parts before; those of this one are added. */
static int express_part(struct work *w, const struct cg_key *source, struct cg_key *target, size_t part,
                        const char **note, const char **ret_why) {
    const char *text = NULL;
    struct plan_expression e = {.place = CG_SQL_IN_INDEX,
                                .kind = object_kind(source->kind),
                                .table = w->table,
                                .source = source->parts[part].expression};
    if (cg_plan_text(w->p, &e.name, "%s.%s", w->table->target->name, target->name) < 0 ||
        cg_plan_express(w->p, &e, &text, ret_why) < 0)
        return -1;
    target->parts[part].expression = text;
    if (e.note && cg_plan_text(w->p, note, "%s%s%s", *note ? *note : "", *note ? "; " : "", e.note) < 0)
        return -1;
    if (text && !may_stand_there(w, source))
        *ret_why = "the target has no index over an expression of so many parts";
    return 0;
}

/* Notes what stands for a key with expressions. */
static int tell_expressions(struct work *w, const struct cg_key *source, const struct cg_key *target,
                            const char *note) {
    struct cg_translation t = {.kind = object_kind(source->kind), .note = note};
    bool any = false;
    for (size_t i = 0; i < source->part_count; i++)
        any |= source->parts[i].expression != NULL;
    if (!any)
        return 0;
    if (cg_plan_text(w->p, &t.name, "%s.%s", w->table->target->name, target->name) < 0 ||
        parts_text(w->p, source, &t.source) < 0 || parts_text(w->p, target, &t.text) < 0)
        return -1;
    return cg_plan_translated(w->p, t);
}

/* *ret_why: why one of its expressions cannot be carried, or NULL. */
static int copy_parts(struct work *w, const struct cg_key *source, struct cg_key *target, bool *ret_prefixed,
                      const char **ret_note, const char **ret_why) {
    target->parts = cg_arena_array(w->p->arena, source->part_count + 1, sizeof *target->parts);
    if (!target->parts)
        return cg_error_memory(w->p->err);
    target->part_count = source->part_count;
    *ret_prefixed = false;
    *ret_why = *ret_note = NULL;
    for (size_t i = 0; i < source->part_count && !*ret_why; i++) {
        target->parts[i] = source->parts[i];
        *ret_prefixed |= source->parts[i].prefix > 0;
        if (source->parts[i].column)
            target->parts[i].column = cg_plan_column(w->table, source->parts[i].column)->target->name;
        else if (express_part(w, source, target, i, ret_note, ret_why) < 0)
            return -1;
    }
    return 0;
}

static int add_key(struct work *w, const struct cg_key *key) {
    struct cg_table *table = w->table->target;
    struct cg_key *keys = cg_arena_push(w->p->arena, table->keys, &table->key_count, sizeof *keys);
    if (!keys)
        return cg_error_memory(w->p->err);
    table->keys = keys;
    keys[table->key_count - 1] = *key;
    return 0;
}

static int carry_key(struct work *w, const struct cg_key *source) {
    bool prefixed = false;
    const char *why = NULL, *note = NULL;
    struct cg_key target = {.kind = source->kind,
                            .valid = true,
                            .comment = source->comment,
                            .method = source->kind == CG_KEY_FULLTEXT  ? "gin"
                                      : source->kind == CG_KEY_SPATIAL ? "gist"
                                                                       : "btree"};
    if (name_key(w, source, &target.name) < 0 || copy_parts(w, source, &target, &prefixed, &note, &why) < 0)
        return -1;
    if (why)
        return lose_key(w, CG_INDEX_DROPPED, source, why);
    if (prefixed && source->kind == CG_KEY_PRIMARY)
        target.kind = CG_KEY_UNIQUE;
    if (tell_short_name(w, "index", source->name, target.name) < 0 || add_key(w, &target) < 0 ||
        tell_expressions(w, source, &target, note) < 0)
        return -1;
    if (target.kind != source->kind &&
        lose_key(w, CG_INDEX_DROPPED, source,
                 "PostgreSQL has no primary key over a prefix: it is a unique index there") < 0)
        return -1;
    return tell_case(w, source);
}

/* CHECKs of types come with their wishes for names; keys and the source's own CHECKs come first because they have to
 * keep theirs. */
static int name_checks(struct work *w) {
    for (size_t i = 0; i < w->table->target->check_count; i++) {
        struct cg_check *check = &w->table->target->checks[i];
        if (!check->after_rows && cg_plan_name(w->p, &w->constraints, check->name, &check->name) < 0)
            return -1;
    }
    return 0;
}

static int plan_table_keys(struct work *w) {
    for (size_t i = 0; i < w->table->source->key_count; i++) {
        const struct cg_key *key = &w->table->source->keys[i];
        const char *why = key_refused(w, key);
        if ((why ? lose_key(w, CG_INDEX_DROPPED, key, why) : carry_key(w, key)) < 0)
            return -1;
    }
    return 0;
}

/* ---- foreign keys ---- */

static bool same_columns(const struct cg_foreign_key *fk, const struct cg_key *key) {
    if (key->part_count != fk->column_count)
        return false;
    for (size_t i = 0; i < fk->column_count; i++)
        if (!cg_key_has_column(key, fk->ref_columns[i]))
            return false;
    for (size_t i = 0; i < key->part_count; i++)
        if (key->parts[i].prefix > 0)
            return false;
    return true;
}

/* InnoDB lets a foreign key refer to any index; PostgreSQL only to a unique one over exactly these columns. */
static bool refers_to_key(const struct cg_table *table, const struct cg_foreign_key *fk) {
    for (size_t i = 0; i < table->key_count; i++) {
        const struct cg_key *key = &table->keys[i];
        if ((key->kind == CG_KEY_PRIMARY || key->kind == CG_KEY_UNIQUE) && same_columns(fk, key))
            return true;
    }
    return false;
}

static const char *foreign_key_refused(struct planner *p, const struct cg_table *table,
                                       const struct cg_foreign_key *fk) {
    const struct cg_table_plan *other =
        strcmp(fk->ref_schema, table->schema) == 0 ? cg_plan_table(p, fk->ref_table) : NULL;
    if (!other)
        return "it refers to a table that is not in this database";
    if (other->excluded)
        return "it refers to a table that is excluded";
    if (!other->target)
        return "it refers to a table that cannot be carried";
    if (!refers_to_key(other->source, fk))
        return "it refers to columns that are not unique together, as PostgreSQL wants it";
    for (size_t i = 0; i < fk->column_count; i++)
        if (!cg_plan_column(other, fk->ref_columns[i]) || !cg_table_column(table, fk->columns[i]))
            return "it names a column that is not there";
    return NULL;
}

static int names_text(struct planner *p, const char *const *names, size_t count, const char **ret_text) {
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        if (cg_plan_text(p, &text, "%s%s%s", text, i ? ", " : "", names[i]) < 0)
            return -1;
    *ret_text = text;
    return 0;
}

static int lose_foreign_key(struct work *w, const struct cg_foreign_key *fk, const char *why) {
    struct cg_loss loss = {
        .conversion = CG_CHECK_DROPPED, .kind = "foreign key", .table = w->table->source->name, .reason = why};
    const char *from = NULL, *to = NULL;
    if (names_text(w->p, fk->columns, fk->column_count, &from) < 0 ||
        names_text(w->p, fk->ref_columns, fk->column_count, &to) < 0 ||
        cg_plan_text(w->p, &loss.text, "FOREIGN KEY (%s) REFERENCES %s.%s (%s) ON DELETE %s ON UPDATE %s", from,
                     fk->ref_schema, fk->ref_table, to, fk->on_delete, fk->on_update) < 0 ||
        cg_plan_text(w->p, &loss.name, "%s.%s", loss.table, fk->name) < 0)
        return -1;
    return cg_plan_lose(w->p, loss);
}

static int carry_foreign_key(struct work *w, const struct cg_foreign_key *fk) {
    struct cg_table *table = w->table->target;
    const struct cg_table_plan *other = cg_plan_table(w->p, fk->ref_table);
    struct cg_foreign_key *all =
        cg_arena_push(w->p->arena, table->foreign_keys, &table->foreign_key_count, sizeof *all);
    if (!all)
        return cg_error_memory(w->p->err);
    table->foreign_keys = all;
    struct cg_foreign_key *target = &all[table->foreign_key_count - 1];
    *target = *fk;
    target->ref_schema = w->p->schema;
    target->ref_table = other->target->name;
    target->validated = true;
    target->columns = cg_arena_array(w->p->arena, fk->column_count + 1, sizeof *target->columns);
    target->ref_columns = cg_arena_array(w->p->arena, fk->column_count + 1, sizeof *target->ref_columns);
    if (!target->columns || !target->ref_columns)
        return cg_error_memory(w->p->err);
    for (size_t i = 0; i < fk->column_count; i++) {
        target->columns[i] = cg_plan_column(w->table, fk->columns[i])->target->name;
        target->ref_columns[i] = cg_plan_column(other, fk->ref_columns[i])->target->name;
    }
    const char *wanted = NULL;
    if (cg_plan_spell(w->p, fk->name, &wanted) < 0 || cg_plan_name(w->p, &w->constraints, wanted, &target->name) < 0)
        return -1;
    return tell_short_name(w, "foreign key", fk->name, target->name);
}

static int plan_table_foreign_keys(struct work *w) {
    for (size_t i = 0; i < w->table->source->foreign_key_count; i++) {
        const struct cg_foreign_key *fk = &w->table->source->foreign_keys[i];
        const char *why = foreign_key_refused(w->p, w->table->source, fk);
        if ((why ? lose_foreign_key(w, fk, why) : carry_foreign_key(w, fk)) < 0)
            return -1;
    }
    return 0;
}

int cg_plan_keys(struct planner *p) {
    for (size_t t = 0; t < p->plan->table_count; t++) {
        struct work w = {.p = p, .table = &p->plan->tables[t]};
        if (w.table->target && (plan_table_keys(&w) < 0 || plan_table_foreign_keys(&w) < 0 ||
                                cg_plan_checks(p, w.table, &w.constraints) < 0 || name_checks(&w) < 0))
            return -1;
    }
    return 0;
}
