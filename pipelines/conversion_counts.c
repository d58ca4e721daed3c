/* Counts of conversions for the ledger; see conversion_counts.h. */
#include "pipelines/conversion_counts.h"

#include <stdlib.h>
#include <string.h>

void cg_conversion_counts_done(struct cg_conversion_counts *counts) {
    for (size_t i = 0; i < counts->count; i++)
        for (size_t k = 0; k < CG_SAMPLE_KEYS; k++)
            free((char *)counts->items[i].samples[k]);
    free(counts->items);
    *counts = (struct cg_conversion_counts){0};
}

static int take_one(const struct cg_conversion_tally *tally, enum cg_conversion conversion, const char *column,
                    struct cg_conversion_counts *counts, struct cg_error *err) {
    struct cg_conversion_count *one = &counts->items[counts->count++];
    *one = (struct cg_conversion_count){.conversion = conversion, .column = column, .count = tally->count};
    for (size_t k = 0; k < tally->sample_count; k++)
        if (!(one->samples[k] = strdup(tally->samples[k])))
            return cg_error_memory(err);
    return 0;
}

int cg_conversion_counts_take(const struct cg_encoder *encoder, const struct cg_column *const *columns,
                              size_t column_count, struct cg_conversion_counts *ret_counts, struct cg_error *err) {
    struct cg_conversion_counts counts = {.items =
                                              calloc(column_count * CG_CONVERSION_COUNT + 1, sizeof *counts.items)};
    if (!counts.items)
        return cg_error_memory(err);
    for (size_t column = 0; column < column_count; column++)
        for (int conversion = 0; conversion < CG_CONVERSION_COUNT; conversion++) {
            const struct cg_conversion_tally *tally = cg_encoder_tally(encoder, column, (enum cg_conversion)conversion);
            if (tally && tally->count &&
                take_one(tally, (enum cg_conversion)conversion, columns[column]->name, &counts, err) < 0) {
                cg_conversion_counts_done(&counts);
                return -1;
            }
        }
    *ret_counts = counts;
    return 0;
}
