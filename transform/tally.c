/* Counts of applied conversions; see tally.h. */
#include "transform/tally.h"

#include <stdlib.h>

int cg_tallies_init(struct cg_tallies *tallies, size_t column_count) {
    tallies->column_count = column_count;
    tallies->cells = calloc(column_count * CG_CONVERSION_COUNT + 1, sizeof(struct cg_conversion_tally *));
    return tallies->cells ? 0 : -1;
}

static size_t cell_count(const struct cg_tallies *tallies) {
    return tallies->cells ? tallies->column_count * CG_CONVERSION_COUNT : 0;
}

void cg_tallies_done(struct cg_tallies *tallies) {
    for (size_t i = 0; i < cell_count(tallies); i++)
        free(tallies->cells[i]);
    free(tallies->cells);
    *tallies = (struct cg_tallies){0};
}

void cg_tallies_reset(struct cg_tallies *tallies) {
    for (size_t i = 0; i < cell_count(tallies); i++)
        if (tallies->cells[i])
            *tallies->cells[i] = (struct cg_conversion_tally){0};
}

int cg_tallies_count(struct cg_tallies *tallies, size_t column, enum cg_conversion conversion, char **ret_sample,
                     struct cg_error *err) {
    struct cg_conversion_tally **cell = &tallies->cells[column * CG_CONVERSION_COUNT + conversion];
    if (!*cell)
        *cell = calloc(1, sizeof **cell);
    if (!*cell)
        return cg_error_memory(err);
    (*cell)->count++;
    *ret_sample = (*cell)->sample_count < CG_SAMPLE_KEYS ? (*cell)->samples[(*cell)->sample_count++] : NULL;
    return 0;
}

void cg_tallies_take_back(struct cg_tallies *tallies, size_t column, enum cg_conversion conversion) {
    struct cg_conversion_tally *tally = tallies->cells[column * CG_CONVERSION_COUNT + conversion];
    tally->count--;
    if (tally->sample_count > tally->count) /* the first few all have one */
        tally->sample_count = (size_t)tally->count;
}

const struct cg_conversion_tally *cg_tallies_get(const struct cg_tallies *tallies, size_t column,
                                                 enum cg_conversion conversion) {
    const struct cg_conversion_tally *tally = tallies->cells[column * CG_CONVERSION_COUNT + conversion];
    return tally && tally->count > 0 ? tally : NULL;
}
