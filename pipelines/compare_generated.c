/* Columns that the target generates; see compare_generated.h. */
#include "pipelines/compare_generated.h"

#include <inttypes.h>
#include <string.h>

/* ---- what a generated column is tied to ---- */

/* The columns of the key, if all of them are base columns of the pair, else all base columns. Room for one more. */
static size_t tie(const struct cg_scan_pair *pair, size_t *ret_columns) {
    const struct cg_key *key = cg_table_primary_key(pair->table[CG_SIDE_SOURCE]);
    size_t count = 0;
    for (size_t part = 0; key && part < key->part_count; part++)
        for (size_t i = 0; i < pair->base_count; i++)
            if (key->parts[part].column && strcmp(key->parts[part].column, pair->columns[CG_SIDE_SOURCE][i]->name) == 0)
                ret_columns[count++] = i;
    if (key && count == key->part_count)
        return count;
    for (size_t i = 0; i < pair->base_count; i++)
        ret_columns[i] = i;
    return pair->base_count;
}

static int compile_one(struct cg_comparison *c, size_t index, const struct cg_encode_column *columns, size_t which,
                       struct cg_error *err) {
    struct cg_scan_pair *pair = &c->pairs[index];
    struct cg_scan_generated_column *generated = &pair->generated[which];
    size_t n = pair->base_count + 1;
    size_t *own = cg_arena_array(c->arena, n, sizeof *own), *key = cg_arena_array(c->arena, n, sizeof *key);
    struct cg_encode_column *picked = cg_arena_array(c->arena, n, sizeof *picked);
    if (!own || !key || !picked)
        return cg_error_memory(err);
    size_t tied = tie(pair, own);
    own[tied] = pair->base_count + which;
    for (size_t i = 0; i <= tied; i++) {
        picked[i] = columns[own[i]];
        key[i] = i;
    }
    generated->columns = own;
    generated->column_count = tied + 1;
    /* Without a key the row cannot be named. */
    size_t key_count = cg_table_primary_key(pair->table[CG_SIDE_SOURCE]) ? tied : 0;
    return cg_encoder_compile(pair->table[CG_SIDE_SOURCE]->name, picked, tied + 1, key, key_count, CG_MISFIT_DIFFER,
                              c->arena, &generated->encoder, NULL, err);
}

int cg_generated_compile(struct cg_comparison *comparison, size_t index, const struct cg_encode_column *columns,
                         struct cg_error *err) {
    struct cg_scan_pair *pair = &comparison->pairs[index];
    struct cg_report_table *table = &comparison->report->tables[index];
    size_t count = pair->column_count - pair->base_count;
    if (!count)
        return 0;
    pair->generated = cg_arena_array(comparison->arena, count, sizeof *pair->generated);
    table->generated = cg_arena_array(comparison->arena, count, sizeof *table->generated);
    if (!pair->generated || !table->generated)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (compile_one(comparison, index, columns, i, err) < 0)
            return -1;
        const struct cg_column *from = columns[pair->base_count + i].source, *to = columns[pair->base_count + i].target;
        table->generated[i] =
            (struct cg_report_generated){.column = from->name,
                                         .target = to->name,
                                         .source_text = from->generation_text ? from->generation_text : "",
                                         .target_text = to->generation_text ? to->generation_text : "",
                                         .why = ""};
    }
    pair->generated_count = table->generated_count = count;
    return 0;
}

/* ---- what was found ---- */

static const char *why_different(const struct cg_scan_generated_column *column, struct cg_arena *arena) {
    if (!column->misfits)
        return "the target computes other values than the source has";
    return cg_arena_printf(arena, "%" PRIu64 " values of the source do not fit the target's type, the first at %s",
                           column->misfits, column->misfit_key[0] ? column->misfit_key : "a row without a key");
}

int cg_generated_judge(struct cg_comparison *comparison, size_t index, const char **ret_different,
                       struct cg_error *err) {
    struct cg_scan_pair *pair = &comparison->pairs[index];
    struct cg_report_table *table = &comparison->report->tables[index];
    const char *names = NULL;
    for (size_t i = 0; i < pair->generated_count; i++) {
        const struct cg_scan_generated_column *column = &pair->generated[i];
        struct cg_report_generated *told = &table->generated[i];
        told->digest_source = column->digest[CG_SIDE_SOURCE];
        told->digest_target = column->digest[CG_SIDE_TARGET];
        told->digests = true;
        struct cg_digest source = told->digest_source, target = told->digest_target;
        cg_changes_account(comparison->changes ? &comparison->changes[index] : NULL, (int)i, &source, &target);
        if (!column->misfits && cg_digest_equal(&source, &target))
            continue;
        told->different = true;
        told->why = why_different(column, comparison->arena);
        names = names ? cg_arena_printf(comparison->arena, "%s, %s", names, told->target) : told->target;
        if (!told->why || !names)
            return cg_error_memory(err);
    }
    *ret_different = NULL;
    if (names && !(*ret_different = cg_arena_printf(comparison->arena, "what it generates is not the same: %s", names)))
        return cg_error_memory(err);
    return 0;
}
