/* What the data of a column was found to be: some type-map rules ask for it (R32). */
#ifndef CG_CORE_FACTS_H
#define CG_CORE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

/* What a reading of a column found (the probe). Counts cover all rows that were read. */
struct cg_column_facts {
    bool probed;
    uint64_t non_null;
    char minimum[72], maximum[72]; /* integers, decimals, TIME: as decimal text or [-]HHH:MM:SS.ffffff; else "" */
    uint64_t zero_dates;           /* 0000-00-00 */
    uint64_t partial_dates;        /* a zero year, month or day */
    uint64_t invalid_dates;        /* 2023-02-31 */
    uint64_t enum_invalid;         /* index 0 */
    uint64_t time_outside_day;     /* TIME below 00:00:00 or above 24:00:00 */
};

/* What the probe found in one table; columns[table->column_count]. */
struct cg_table_facts {
    bool probed;
    bool sampled;                     /* only some rows were read: they may decide a type, they count nothing */
    uint64_t rows;                    /* that were read */
    const char *failed, *failed_hint; /* why the table could not be read; NULL when it could */
    struct cg_column_facts *columns;
};

#endif
