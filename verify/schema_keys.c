/* Keys, indexes and foreign keys of one table, by what they do and not by what they are called. Each actual one answers
 * for one wanted one: of two that do the same, losing one is noticed. See schema_internal.h. */
#include "verify/schema_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- expressions, as PostgreSQL prints them ---- */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Does the text begin with that column's name, quoted or not? */
static bool names_column(const char *text, const char *column) {
    size_t len = strlen(column);
    if (*text != '"')
        return strncmp(text, column, len) == 0 && !is_word(text[len]);
    for (text++; *column; column++, text++) {
        if (*text != *column)
            return false;
        text += *column == '"'; /* doubled */
    }
    return text[0] == '"' && text[1] != '"';
}

static bool mentions_column(const char *expression, const char *column) {
    for (const char *at = expression; *at; at++)
        if ((at == expression || (!is_word(at[-1]) && at[-1] != '"')) && names_column(at, column))
            return true;
    return false;
}

/* "left"(v::text, 10), "substring"(b, 1, 10), ("left"(c::text, 10)::public.citext): of that column, and ending with
 * that number. */
static bool is_prefix(const char *expression, const char *column, int64_t prefix) {
    static const char citext[] = "citext)";
    char end[32];
    size_t end_len = (size_t)snprintf(end, sizeof end, " %lld)", (long long)prefix), len = strlen(expression);
    size_t cast_len = strlen(citext);
    if (*expression == '(' && len > cast_len && strcmp(expression + len - cast_len, citext) == 0) {
        expression++;
        for (len -= 2; len && strncmp(expression + len, ")::", 3) != 0;)
            len--;
        len++;
    }
    const char *at = strchr(expression, '(');
    while (at && *at == '(')
        at++;
    return at && names_column(at, column) && len > end_len && strncmp(expression + len - end_len, end, end_len) == 0;
}

/* ---- keys ---- */

/* 1, 0 or -1. */
static int same_expression(const struct cg_schema_input *input, const struct cg_table *table, const char *wanted,
                           const char *actual, struct cg_error *err) {
    enum cg_spelled as = CG_SPELLED_ALIKE;
    const char *why;
    if (!actual)
        return 0;
    if (*wanted && cg_schema_spelled(input, table, NULL, wanted, actual, &as, &why, err) < 0)
        return -1;
    return as == CG_SPELLED_ALIKE || as == CG_SPELLED_REFUSED; /* refused: it has no translation either */
}

/* 1, 0 or -1. */
static int same_part(const struct cg_schema_input *input, const struct cg_table *table, const struct cg_key *wanted,
                     const struct cg_key_part *part, const struct cg_key_part *actual, struct cg_error *err) {
    bool directed = wanted->kind != CG_KEY_PRIMARY; /* a primary key's directions mean nothing */
    if (directed && part->descending != actual->descending)
        return 0;
    if (!part->column)
        return same_expression(input, table, part->expression, actual->expression, err);
    if (part->prefix > 0)
        return actual->expression && is_prefix(actual->expression, part->column, part->prefix);
    return actual->column && strcmp(part->column, actual->column) == 0;
}

/* An index for the search in words: over an expression of all columns, or over a column of such documents. */
static bool is_document_index(const struct cg_table *table, const struct cg_key *wanted, const struct cg_key *actual) {
    if (strcmp(actual->method, "gin") != 0 && strcmp(actual->method, "gist") != 0)
        return false;
    const struct cg_key_part *part = &actual->parts[0];
    const struct cg_column *column = part->column ? cg_table_column(table, part->column) : NULL;
    if (column)
        return strcmp(column->type.name, "tsvector") == 0;
    for (size_t i = 0; i < wanted->part_count; i++)
        if (!part->expression || !wanted->parts[i].column ||
            !mentions_column(part->expression, wanted->parts[i].column))
            return false;
    return strstr(part->expression, "to_tsvector") != NULL;
}

static bool same_method(const struct cg_key *wanted, const struct cg_key *actual) {
    return wanted->kind == CG_KEY_SPATIAL ? strcmp(actual->method, "gist") == 0 : strcmp(actual->method, "btree") == 0;
}

static bool same_kind(const struct cg_key *wanted, const struct cg_key *actual) {
    if (wanted->kind == CG_KEY_SPATIAL)
        return actual->kind == CG_KEY_INDEX;
    return wanted->kind == actual->kind || (wanted->kind == CG_KEY_UNIQUE && actual->kind == CG_KEY_PRIMARY);
}

int cg_schema_same_key(const struct cg_schema_input *input, const struct cg_table *actual_table,
                       const struct cg_key *wanted, const struct cg_key *actual, struct cg_error *err) {
    if (actual->part_count == 0)
        return 0;
    if (wanted->kind == CG_KEY_FULLTEXT)
        return is_document_index(actual_table, wanted, actual);
    if (!same_kind(wanted, actual) || !same_method(wanted, actual) || wanted->part_count != actual->part_count)
        return 0;
    int same = 1;
    for (size_t i = 0; same == 1 && i < wanted->part_count; i++)
        same = same_part(input, actual_table, wanted, &wanted->parts[i], &actual->parts[i], err);
    return same;
}

static const char *key_kind(enum cg_key_kind kind) {
    return kind == CG_KEY_PRIMARY ? "primary key" : kind == CG_KEY_UNIQUE ? "unique" : "index";
}

/* The one of that name if it will do, else the first that will, a valid one before others; *ret_found is -1 when there
 * is none. */
static int find_key(const struct cg_schema_input *input, const struct cg_table *actual, const struct cg_key *wanted,
                    const bool *taken, int *ret_found, struct cg_error *err) {
    int best = -1, best_rank = -1;
    for (size_t i = 0; i < actual->key_count; i++) {
        const struct cg_key *key = &actual->keys[i];
        int rank = 2 * (strcmp(key->name, wanted->name) == 0) + key->valid;
        if (taken[i] || rank <= best_rank)
            continue;
        int same = cg_schema_same_key(input, actual, wanted, key, err);
        if (same < 0)
            return -1;
        if (same) {
            best = (int)i;
            best_rank = rank;
        }
    }
    *ret_found = best;
    return 0;
}

/* One of that name that does something else. */
static int find_namesake(const struct cg_table *actual, const struct cg_key *wanted, const bool *taken) {
    for (size_t i = 0; i < actual->key_count; i++)
        if (!taken[i] && strcmp(actual->keys[i].name, wanted->name) == 0)
            return (int)i;
    return -1;
}

/* PostgreSQL has another kind of index for it, or none that is hidden from the planner. */
static bool in_other_words(const struct cg_key *wanted) {
    for (size_t i = 0; i < wanted->part_count; i++)
        if (!wanted->parts[i].column || wanted->parts[i].prefix > 0)
            return true;
    return wanted->kind == CG_KEY_FULLTEXT || wanted->kind == CG_KEY_SPATIAL || wanted->invisible;
}

static int tell_key(const struct cg_schema_input *input, const struct cg_table *actual, const struct cg_key *wanted,
                    int found, bool *taken, struct cg_error *err) {
    const char *why = found >= 0 && !actual->keys[found].valid ? "the index is not valid" : NULL;
    if (found < 0 && (found = find_namesake(actual, wanted, taken)) >= 0) {
        taken[found] = true;
        why = "there is one of that name, but it does something else";
    }
    enum cg_object_state state = found < 0                ? CG_STATE_MISSING
                                 : why                    ? CG_STATE_CHANGED
                                 : in_other_words(wanted) ? CG_STATE_MAPPED
                                                          : CG_STATE_SAME;
    return cg_schema_object(input, key_kind(wanted->kind), actual->name, wanted->name, state, why, err);
}

static const char *why_extra(const struct cg_key *key) {
    return key->kind == CG_KEY_INDEX ? "only the target has it"
                                     : "only the target has it: it refuses rows that the source takes";
}

static int compare_keys(const struct cg_schema_input *input, const struct cg_table *wanted,
                        const struct cg_table *actual, struct cg_error *err) {
    bool *taken = cg_arena_array(input->arena, actual->key_count + 1, sizeof *taken);
    int *found = cg_arena_array(input->arena, wanted->key_count + 1, sizeof *found);
    if (!taken || !found)
        return cg_error_memory(err);
    for (size_t i = 0; i < wanted->key_count; i++) {
        if (find_key(input, actual, &wanted->keys[i], taken, &found[i], err) < 0)
            return -1;
        if (found[i] >= 0)
            taken[found[i]] = true;
    }
    for (size_t i = 0; i < wanted->key_count; i++)
        if (tell_key(input, actual, &wanted->keys[i], found[i], taken, err) < 0)
            return -1;
    for (size_t i = 0; i < actual->key_count; i++)
        if (!taken[i] && cg_schema_object(input, key_kind(actual->keys[i].kind), actual->name, actual->keys[i].name,
                                          CG_STATE_EXTRA, why_extra(&actual->keys[i]), err) < 0)
            return -1;
    return 0;
}

/* ---- foreign keys ---- */

/* MySQL's NO ACTION is its RESTRICT; PostgreSQL tells them apart only in when they are checked. */
static bool same_action(const char *a, const char *b) {
    bool a_none = strcmp(a, "NO ACTION") == 0 || strcmp(a, "RESTRICT") == 0;
    bool b_none = strcmp(b, "NO ACTION") == 0 || strcmp(b, "RESTRICT") == 0;
    return a_none ? b_none : strcmp(a, b) == 0;
}

/* The pairs of columns may stand in any order. */
static bool same_ends(const struct cg_foreign_key *a, const struct cg_foreign_key *b) {
    if (a->column_count != b->column_count || strcmp(a->ref_table, b->ref_table) != 0 ||
        strcmp(a->ref_schema, b->ref_schema) != 0)
        return false;
    for (size_t i = 0; i < a->column_count; i++) {
        size_t k = 0;
        while (k < b->column_count &&
               (strcmp(a->columns[i], b->columns[k]) != 0 || strcmp(a->ref_columns[i], b->ref_columns[k]) != 0))
            k++;
        if (k == b->column_count)
            return false;
    }
    return true;
}

static const char *why_changed(const struct cg_foreign_key *wanted, const struct cg_foreign_key *actual,
                               struct cg_arena *arena) {
    if (!actual->validated)
        return "it is not validated, or its triggers are switched off";
    if (!same_action(wanted->on_delete, actual->on_delete) || !same_action(wanted->on_update, actual->on_update))
        return cg_arena_printf(arena, "its actions are ON DELETE %s ON UPDATE %s, the source has %s and %s",
                               actual->on_delete, actual->on_update, wanted->on_delete, wanted->on_update);
    return NULL;
}

static int find_foreign_key(const struct cg_table *actual, const struct cg_foreign_key *wanted, const bool *taken,
                            struct cg_arena *arena) {
    int best = -1, best_rank = -1;
    for (size_t i = 0; i < actual->foreign_key_count; i++) {
        const struct cg_foreign_key *fk = &actual->foreign_keys[i];
        if (taken[i] || !same_ends(wanted, fk))
            continue;
        int rank = 2 * !why_changed(wanted, fk, arena) + (strcmp(wanted->name, fk->name) == 0);
        if (rank > best_rank) {
            best = (int)i;
            best_rank = rank;
        }
    }
    return best;
}

static int compare_foreign_key(const struct cg_schema_input *input, const struct cg_table *actual,
                               const struct cg_foreign_key *wanted, bool *taken, struct cg_error *err) {
    const char *why = NULL;
    enum cg_object_state state = CG_STATE_MISSING;
    int found = find_foreign_key(actual, wanted, taken, input->arena);
    if (found >= 0) {
        taken[found] = true;
        why = why_changed(wanted, &actual->foreign_keys[found], input->arena);
        state = why ? CG_STATE_CHANGED : CG_STATE_SAME;
    }
    return cg_schema_object(input, "foreign key", actual->name, wanted->name, state, why, err);
}

static int compare_foreign_keys(const struct cg_schema_input *input, const struct cg_table *wanted,
                                const struct cg_table *actual, struct cg_error *err) {
    bool *taken = cg_arena_array(input->arena, actual->foreign_key_count + 1, sizeof *taken);
    if (!taken)
        return cg_error_memory(err);
    for (size_t i = 0; i < wanted->foreign_key_count; i++)
        if (compare_foreign_key(input, actual, &wanted->foreign_keys[i], taken, err) < 0)
            return -1;
    for (size_t i = 0; i < actual->foreign_key_count; i++)
        if (!taken[i] &&
            cg_schema_object(input, "foreign key", actual->name, actual->foreign_keys[i].name, CG_STATE_EXTRA,
                             "only the target has it: it refuses rows that the source takes", err) < 0)
            return -1;
    return 0;
}

int cg_schema_keys(const struct cg_schema_input *input, const struct cg_table_plan *plan, const struct cg_table *actual,
                   struct cg_error *err) {
    return compare_keys(input, plan->target, actual, err) < 0 ? -1
                                                              : compare_foreign_keys(input, plan->target, actual, err);
}
