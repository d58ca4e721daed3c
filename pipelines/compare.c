/* Comparing the rows of two databases; see compare.h. */
#include "pipelines/compare.h"
#include "pipelines/compare_generated.h"
#include "pipelines/evidence.h"
#include "pipelines/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int cg_comparison_tables(struct cg_comparison *c, struct cg_error *err) {
    const struct cg_catalog *catalog = c->source_catalog;
    c->report->table_count = catalog->table_count;
    c->report->tables = cg_arena_array(c->arena, catalog->table_count + 1, sizeof *c->report->tables);
    c->pairs = cg_arena_array(c->arena, catalog->table_count + 1, sizeof *c->pairs);
    c->items = cg_arena_array(c->arena, catalog->table_count + 1, sizeof *c->items);
    if (!c->report->tables || !c->pairs || !c->items)
        return cg_error_memory(err);
    for (size_t i = 0; i < catalog->table_count; i++) {
        struct cg_report_table *table = &c->report->tables[i];
        *table = (struct cg_report_table){.source = catalog->tables[i].name,
                                          .target = "",
                                          .why = "",
                                          .hint = "",
                                          .rejects_file = "",
                                          .filter = catalog->tables[i].filter ? catalog->tables[i].filter : "",
                                          .rows_source = -1,
                                          .rows_target = -1,
                                          .rows_moved = -1,
                                          .columns = catalog->tables[i].column_count};
        if (!cg_options_table_included(c->options, table->source))
            table->status = CG_STATUS_EXCLUDED;
    }
    return 0;
}

/* ---- pairing ---- */

static const char *target_column_name(const struct cg_comparison *c, size_t table, size_t column) {
    const struct cg_column *target = c->plan->tables[table].columns[column].target;
    return target ? target->name : NULL;
}

static const struct cg_table *target_table(const struct cg_comparison *c, size_t table) {
    const struct cg_table *target = c->plan->tables[table].target;
    return target ? cg_catalog_table(c->target_catalog, target->name) : NULL;
}

static int skip_column(struct cg_comparison *c, const struct cg_table *table, const struct cg_column *column,
                       const char *why, struct cg_error *err) {
    const char *object = cg_arena_printf(c->arena, "%s.%s", table->name, column->name);
    return cg_report_add_gap(c->report, c->arena, object, why, err);
}

/* The target's columns that stand for the source's and can be compared with them; NULL for the others, which become
 * gaps. */
static int find_counterparts(struct cg_comparison *c, size_t index, const struct cg_column **ret_found,
                             struct cg_error *err) {
    const struct cg_scan_pair *pair = &c->pairs[index];
    const struct cg_table *source = pair->table[CG_SIDE_SOURCE];
    for (size_t i = 0; i < source->column_count; i++) {
        const struct cg_column *from = &source->columns[i];
        const char *name = target_column_name(c, index, i), *why = NULL;
        const struct cg_column *to = name ? cg_table_column(pair->table[CG_SIDE_TARGET], name) : NULL;
        if (!to)
            why = "the target has no such column";
        else if (!cg_encoder_can_convert(&from->type, &to->type))
            why = cg_arena_printf(c->arena, "there is no comparison of %s with %s", from->type.full, to->type.full);
        else
            ret_found[i] = to;
        if (!ret_found[i] && skip_column(c, source, from, why, err) < 0)
            return -1;
    }
    return 0;
}

/* Puts the base columns, or those that the target generates (R18), behind the pair's others. */
static void pair_columns(struct cg_comparison *c, size_t index, const struct cg_column *const *found, bool generated,
                         struct cg_encode_column *columns) {
    struct cg_scan_pair *pair = &c->pairs[index];
    for (size_t i = 0; i < pair->table[CG_SIDE_SOURCE]->column_count; i++) {
        if (!found[i] || (found[i]->generated != CG_NOT_GENERATED) != generated)
            continue;
        const struct cg_column *from = &pair->table[CG_SIDE_SOURCE]->columns[i];
        size_t n = pair->column_count++;
        columns[n] =
            (struct cg_encode_column){.source = from,
                                      .target = found[i],
                                      .allowed = c->allowed ? *c->allowed : c->plan->tables[index].columns[i].allowed};
        pair->columns[CG_SIDE_SOURCE][n] = from;
        pair->columns[CG_SIDE_TARGET][n] = found[i];
    }
}

static size_t key_of(const struct cg_scan_pair *pair, size_t *ret_key) {
    const struct cg_table *table = pair->table[CG_SIDE_SOURCE];
    const struct cg_key *key = cg_table_primary_key(table);
    size_t count = 0;
    for (size_t part = 0; key && part < key->part_count; part++)
        for (size_t i = 0; i < pair->base_count; i++)
            if (key->parts[part].column && strcmp(key->parts[part].column, pair->columns[CG_SIDE_SOURCE][i]->name) == 0)
                ret_key[count++] = i;
    return count;
}

static int not_compared(struct cg_report_table *table, struct cg_arena *arena, const char *why, struct cg_error *err) {
    table->status = CG_STATUS_NOT_COMPARED;
    table->why = cg_arena_strdup(arena, why);
    return table->why ? 0 : cg_error_memory(err);
}

int cg_comparison_pair(struct cg_comparison *c, size_t index, struct cg_error *err) {
    struct cg_scan_pair *pair = &c->pairs[index];
    struct cg_report_table *table = &c->report->tables[index];
    const struct cg_table *source = &c->source_catalog->tables[index], *target = target_table(c, index);
    if (table->status == CG_STATUS_EXCLUDED || table->status == CG_STATUS_FAILED)
        return 0;
    if (!target) {
        table->hint = "migrate it, or leave it out with --exclude";
        return not_compared(table, c->arena, "the target has no such table", err);
    }
    table->target = target->name;
    pair->aside = c->aside ? c->aside[index] : NULL;
    pair->table[CG_SIDE_SOURCE] = source;
    pair->table[CG_SIDE_TARGET] = target;
    size_t n = source->column_count + 1;
    struct cg_encode_column *columns = cg_arena_array(c->arena, n, sizeof *columns);
    size_t *key = cg_arena_array(c->arena, n, sizeof *key);
    const struct cg_column **found = cg_arena_array(c->arena, n, sizeof *found);
    for (int side = 0; side < CG_SIDES; side++)
        pair->columns[side] = cg_arena_array(c->arena, n, sizeof *pair->columns[side]);
    if (!columns || !key || !found || !pair->columns[CG_SIDE_SOURCE] || !pair->columns[CG_SIDE_TARGET])
        return cg_error_memory(err);
    if (find_counterparts(c, index, found, err) < 0)
        return -1;
    pair_columns(c, index, found, false, columns);
    pair->base_count = pair->column_count;
    pair_columns(c, index, found, true, columns);
    table->columns_compared = pair->column_count;
    if (!pair->column_count)
        return not_compared(table, c->arena, "none of its columns can be compared", err);
    struct cg_error why = {0};
    if (cg_generated_compile(c, index, columns, &why) < 0 ||
        cg_encoder_compile(source->name, columns, pair->base_count, key, key_of(pair, key), CG_MISFIT_DIFFER, c->arena,
                           &pair->encoder, NULL, &why) < 0)
        return not_compared(table, c->arena, why.message, err);
    return 0;
}

/* ---- what was found ---- */

static int add_conversion(struct cg_report_table *table, struct cg_arena *arena, enum cg_conversion conversion,
                          const char *column, bool accepted, const struct cg_conversion_tally *tally,
                          struct cg_error *err) {
    struct cg_report_conversion *all = cg_arena_push(arena, table->conversions, &table->conversion_count, sizeof *all);
    const char **keys = cg_arena_array(arena, CG_SAMPLE_KEYS, sizeof *keys);
    if (!all || !keys)
        return cg_error_memory(err);
    table->conversions = all;
    for (size_t k = 0; k < tally->sample_count; k++)
        if (!(keys[k] = cg_arena_strdup(arena, tally->samples[k])))
            return cg_error_memory(err);
    all[table->conversion_count - 1] = (struct cg_report_conversion){.conversion = conversion,
                                                                     .column = column,
                                                                     .count = tally->count,
                                                                     .accepted = accepted,
                                                                     .sample_keys = keys,
                                                                     .sample_key_count = tally->sample_count};
    return 0;
}

/* What the user's own map allows is accepted by it; where the databases are compared as they are, no map was asked. */
static cg_conversion_set accepted_by_map(const struct cg_comparison *c, size_t table, const struct cg_column *column) {
    const struct cg_table_plan *plan = &c->plan->tables[table];
    return c->allowed ? 0 : plan->columns[column - plan->source->columns].accepted;
}

static int add_conversions(struct cg_comparison *c, size_t index, struct cg_error *err) {
    const struct cg_scan_pair *pair = &c->pairs[index];
    for (size_t column = 0; pair->tallies && column < pair->column_count; column++)
        for (size_t conversion = 0; conversion < CG_CONVERSION_COUNT; conversion++) {
            const struct cg_conversion_tally *tally = &pair->tallies[column * CG_CONVERSION_COUNT + conversion];
            const struct cg_column *from = pair->columns[CG_SIDE_SOURCE][column];
            bool accepted = accepted_by_map(c, index, from) & CG_CONVERSION_BIT(conversion);
            if (tally->count && add_conversion(&c->report->tables[index], c->arena, (enum cg_conversion)conversion,
                                               from->name, accepted, tally, err) < 0)
                return -1;
        }
    return 0;
}

/* What was done to rows on purpose: named conversions, and the sums that account for them. */
static int add_changes(struct cg_report_table *table, const struct cg_table_changes *changes, struct cg_arena *arena,
                       struct cg_error *err) {
    for (size_t i = 0; changes && i < changes->count; i++) {
        const struct cg_table_change *change = &changes->items[i];
        struct cg_report_conversion *all =
            cg_arena_push(arena, table->conversions, &table->conversion_count, sizeof *all);
        const char **keys = cg_arena_array(arena, CG_SAMPLE_KEYS, sizeof *keys);
        if (!all || !keys)
            return cg_error_memory(err);
        table->conversions = all;
        memcpy(keys, change->sample_keys, change->sample_key_count * sizeof *keys);
        all[table->conversion_count - 1] = (struct cg_report_conversion){.conversion = change->conversion,
                                                                         .column = change->column,
                                                                         .count = change->count,
                                                                         .sample_keys = keys,
                                                                         .sample_key_count = change->sample_key_count};
        cg_digest_add(&table->digest_removed, &change->removed.base);
        cg_digest_add(&table->digest_added, &change->added.base);
        table->changed = true;
    }
    return 0;
}

static const char *why_unread(const struct cg_scan_pair *pair, enum cg_side which, struct cg_arena *arena) {
    const struct cg_scan_side *side = &pair->side[which];
    const char *name = which == CG_SIDE_SOURCE ? "source" : "target";
    if (side->error.cls != CG_ERR_NONE)
        return cg_arena_printf(arena, "the %s could not be read wholly: %s", name, side->error.message);
    return cg_arena_printf(arena, "the %s was not read wholly: %d of %d chunks", name, side->chunks_done, side->chunks);
}

/* accounted: both sides' digests, with what was done to rows on purpose counted back. */
static const char *why_different(const struct cg_scan_pair *pair, const struct cg_digest accounted[CG_SIDES],
                                 struct cg_arena *arena) {
    const struct cg_digest *source = &pair->side[CG_SIDE_SOURCE].digest, *target = &pair->side[CG_SIDE_TARGET].digest;
    int64_t taken_out = (int64_t)(accounted[CG_SIDE_TARGET].rows - target->rows) -
                        (int64_t)(accounted[CG_SIDE_SOURCE].rows - source->rows);
    if (pair->misfits)
        return cg_arena_printf(
            arena,
            "%" PRIu64 " rows of the source hold values that the target's types cannot hold, the first in "
            "%s%s at %s",
            pair->misfits, pair->misfit_column == CG_WHOLE_ROW ? "the row as a whole" : "column ",
            pair->misfit_column == CG_WHOLE_ROW ? "" : pair->columns[CG_SIDE_SOURCE][pair->misfit_column]->name,
            pair->misfit_key[0] ? pair->misfit_key : "a row without a key");
    if (pair->aside && cg_digest_set_left(pair->aside))
        return cg_arena_printf(arena, "%zu of the %zu rows that were set aside are not in the source as they were",
                               cg_digest_set_left(pair->aside), cg_digest_set_count(pair->aside));
    if (taken_out && accounted[CG_SIDE_SOURCE].rows != accounted[CG_SIDE_TARGET].rows)
        return cg_arena_printf(arena,
                               "the source has %" PRIu64 " rows, the target %" PRIu64 " besides %" PRId64
                               " that were taken out of it",
                               source->rows, target->rows, taken_out);
    if (taken_out)
        return cg_arena_printf(arena,
                               "%" PRId64 " rows were taken out of the target, but more than those tells it from the "
                               "source",
                               taken_out);
    if (source->rows != target->rows)
        return cg_arena_printf(arena, "the source has %" PRIu64 " rows, the target %" PRIu64, source->rows,
                               target->rows);
    return cg_arena_printf(arena, "%" PRIu64 " rows on both sides, but not the same values", source->rows);
}

/* Both images must be the same: the base one, and what the target generates (R18). */
static int tell_difference(struct cg_comparison *c, size_t index, struct cg_error *err) {
    struct cg_report_table *table = &c->report->tables[index];
    const struct cg_scan_pair *pair = &c->pairs[index];
    const char *generated = NULL;
    if (cg_generated_judge(c, index, &generated, err) < 0)
        return -1;
    struct cg_digest accounted[CG_SIDES] = {pair->side[CG_SIDE_SOURCE].digest, pair->side[CG_SIDE_TARGET].digest};
    cg_changes_account(c->changes ? &c->changes[index] : NULL, CG_CHANGE_BASE, &accounted[CG_SIDE_SOURCE],
                       &accounted[CG_SIDE_TARGET]);
    bool all_aside = !pair->aside || cg_digest_set_left(pair->aside) == 0;
    bool same = !pair->misfits && all_aside && cg_digest_equal(&accounted[CG_SIDE_SOURCE], &accounted[CG_SIDE_TARGET]);
    if (same && !generated)
        return 0;
    table->status = CG_STATUS_DIFFERENT;
    table->generated_only = same;
    table->why = same ? generated : why_different(pair, accounted, c->arena);
    if (!same && generated && table->why)
        table->why = cg_arena_printf(c->arena, "%s; %s", table->why, generated);
    return table->why ? 0 : cg_error_memory(err);
}

/* Rows that were set aside belong to the source's rows and digest: source = target + rejected. */
static int tell_aside(struct cg_report_table *table, const struct cg_scan_pair *pair, struct cg_arena *arena,
                      struct cg_error *err) {
    if (!pair->aside)
        return 0;
    table->has_rejects = true;
    table->digest_rejected = pair->aside_digest;
    table->rows_rejected = pair->aside_digest.rows;
    table->rows_source += (int64_t)pair->aside_digest.rows;
    cg_digest_add(&table->digest_source, &pair->aside_digest);
    struct cg_conversion_tally tally = {.count = pair->aside_digest.rows};
    for (size_t i = 0; i < table->reject_count && i < CG_SAMPLE_KEYS; i++)
        snprintf(tally.samples[tally.sample_count++], CG_SAMPLE_KEY_SIZE, "%s", table->rejects[i].key);
    return tally.count ? add_conversion(table, arena, CG_ROW_REJECTED, "", false, &tally, err) : 0;
}

static int judge_pair(struct cg_comparison *c, size_t index, struct cg_error *err) {
    struct cg_report_table *table = &c->report->tables[index];
    struct cg_scan_pair *pair = &c->pairs[index];
    if (!pair->encoder)
        return 0;
    for (int which = 0; which < CG_SIDES; which++)
        if (!cg_scan_side_complete(&pair->side[which])) {
            const char *why = why_unread(pair, (enum cg_side)which, c->arena);
            cg_evidence_failure(c->report, pair->side[which].error.cls);
            table->hint = "compare again: crossgrade verify SOURCE TARGET";
            return why ? not_compared(table, c->arena, why, err) : cg_error_memory(err);
        }
    table->rows_source = (int64_t)pair->side[CG_SIDE_SOURCE].digest.rows;
    table->rows_target = (int64_t)pair->side[CG_SIDE_TARGET].digest.rows;
    table->digest_source = pair->side[CG_SIDE_SOURCE].digest;
    table->digest_target = pair->side[CG_SIDE_TARGET].digest;
    table->digests = true;
    table->bytes = pair->side[CG_SIDE_TARGET].bytes;
    table->seconds_verify = pair->ended - pair->started;
    if (add_conversions(c, index, err) < 0 || tell_aside(table, pair, c->arena, err) < 0 ||
        add_changes(table, c->changes ? &c->changes[index] : NULL, c->arena, err) < 0)
        return -1;
    return tell_difference(c, index, err);
}

int cg_comparison_run(struct cg_comparison *c, struct cg_error *err) {
    size_t count = c->report->table_count;
    for (size_t i = 0; i < count; i++) {
        if (cg_comparison_pair(c, i, err) < 0)
            return -1;
        c->items[i].name = c->report->tables[i].source;
        c->items[i].rows_expected = c->source_catalog->tables[i].row_estimate;
        if (c->report->tables[i].rows_moved >= 0)
            c->items[i].rows_expected = c->report->tables[i].rows_moved;
        if (!c->pairs[i].encoder)
            atomic_store(&c->items[i].state, CG_ITEM_SKIPPED);
    }
    cg_progress_phase(c->progress, CG_PHASE_VERIFY, c->items, count);
    struct cg_scan scan = {.source = {c->source, c->target},
                           .pairs = c->pairs,
                           .pair_count = count,
                           .jobs = c->options->jobs,
                           .control = c->control,
                           .progress = c->progress};
    int result = cg_scan_run(&scan, err);
    struct cg_error inner = {0};
    for (size_t i = 0; i < count; i++)
        if (judge_pair(c, i, &inner) < 0 && result == 0) {
            *err = inner;
            result = -1;
        }
    return result;
}

void cg_comparison_skip(struct cg_comparison *c, const char *why, const char *hint) {
    for (size_t i = 0; i < c->report->table_count; i++) {
        struct cg_report_table *table = &c->report->tables[i];
        if (table->status == CG_STATUS_EXCLUDED || table->status == CG_STATUS_FAILED)
            continue;
        table->status = CG_STATUS_NOT_COMPARED;
        table->why = why;
        table->hint = hint;
    }
}

void cg_comparison_done(struct cg_comparison *c) {
    for (size_t i = 0; c->pairs && i < c->report->table_count; i++)
        cg_scan_pair_done(&c->pairs[i]);
}
