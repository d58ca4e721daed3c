/* The file that takes a table's rejected rows: RFC 4180 CSV, UTF-8, one header line (docs/rejects.md).
 *
 * It is DIR/RUN/NAME.csv.partial while rows may still come, and NAME.csv once the table is settled: a name without
 * ".partial" is the claim that all rejected rows are in it. Rows of a chunk are written and flushed to the disk before
 * the chunk commits, and taken back when it does not: only a crash between the two leaves rows too many, and then
 * ".partial" says so. Never rows too few.
 *
 * Not for more than one thread at a time. */
#ifndef CG_PIPELINES_REJECT_FILE_H
#define CG_PIPELINES_REJECT_FILE_H

#include "core/catalog.h"
#include "core/error.h"
#include "core/value.h"

/* What of a row is not the row itself: the first four fields. */
struct cg_reject_note {
    int chunk;
    const char *key;    /* "id=17"; NULL: the table has no key */
    const char *column; /* NULL: the row as a whole */
    const char *reason;
};

struct cg_reject_file;

/* The name of a table's file without its folder: whatever is not A-Z a-z 0-9 _ - . becomes %XX of its UTF-8, a leading
 * dot too; what would pass a file system's 255 bytes is cut and ends in a hash of the whole name. "../x" becomes
 * "%2E.%2Fx.csv". */
enum { CG_REJECT_NAME = 256 };
void cg_reject_file_name(const char *table, char ret_name[CG_REJECT_NAME]);

/* Makes the folders (mode 0700) and the file (0600), which must not be there, with the header: crossgrade_chunk,
 * crossgrade_key, crossgrade_column, crossgrade_reason, then the columns' names. CG_ERR_SYSTEM names the path. */
CG_MUST_USE int cg_reject_file_open(const char *dir, const char *run_id, const char *table,
                                    const struct cg_column *const *columns, size_t column_count,
                                    struct cg_reject_file **ret_file, struct cg_error *err);
/* Where it is or, when it was finished, where it was put. */
const char *cg_reject_file_path(const struct cg_reject_file *file);

/* Appends a row: one value for each column. stored: for each column the bytes as the source stores them, or {NULL, 0}
 * where they are not known (cg_exact_text). */
CG_MUST_USE int cg_reject_file_row(struct cg_reject_file *file, const struct cg_reject_note *note,
                                   const struct cg_value *values, const struct cg_slice *stored, struct cg_error *err);
/* Brings what was written to the disk. */
CG_MUST_USE int cg_reject_file_sync(struct cg_reject_file *file, struct cg_error *err);
/* What was written so far stays. */
void cg_reject_file_keep(struct cg_reject_file *file);
/* Takes back what was written since cg_reject_file_keep, or since it was opened. */
CG_MUST_USE int cg_reject_file_undo(struct cg_reject_file *file, struct cg_error *err);
/* All rows are in it: NAME.csv.partial becomes NAME.csv. */
CG_MUST_USE int cg_reject_file_finish(struct cg_reject_file *file, struct cg_error *err);
/* Closes; a file that was not finished stays as it is. Accepts NULL. */
void cg_reject_file_close(struct cg_reject_file *file);

#endif
