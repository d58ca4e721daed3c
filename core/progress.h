/* What a run tells while it works. Stages write it from any thread; a display (cli/) reads it whenever it likes.
 *
 * Counters are atomic and cheap: a lane adds once per batch, not once per row. Notes and phases go to the sink at once.
 */
#ifndef CG_CORE_PROGRESS_H
#define CG_CORE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cg_phase {
    CG_PHASE_CONNECT,
    CG_PHASE_SNAPSHOT,
    CG_PHASE_PROBE,
    CG_PHASE_SCHEMA,
    CG_PHASE_ROWS,
    CG_PHASE_KEYS,
    CG_PHASE_VERIFY,
    CG_PHASE_VERDICT,
    CG_PHASE_COUNT
};

enum cg_note_level { CG_NOTE_INFO, CG_NOTE_WARNING, CG_NOTE_ERROR };

enum cg_item_state { CG_ITEM_WAITING, CG_ITEM_ACTIVE, CG_ITEM_DONE, CG_ITEM_FAILED, CG_ITEM_SKIPPED };

/* One table (in the phases that walk tables) as the display sees it. */
struct cg_progress_item {
    const char *name;
    int64_t rows_expected; /* estimate or count; -1: unknown */
    _Atomic uint64_t rows, bytes;
    _Atomic int state; /* enum cg_item_state */
};

/* Called from whatever thread speaks; both may be NULL. The text is valid only during the call. */
struct cg_progress_sink {
    void *context;
    void (*phase)(void *context, enum cg_phase phase);
    void (*note)(void *context, enum cg_note_level level, const char *text);
};

struct cg_progress {
    struct cg_progress_sink sink;
    _Atomic int phase;                        /* enum cg_phase */
    _Atomic(struct cg_progress_item *) items; /* of the current phase; NULL when it has none */
    _Atomic size_t item_count;                /* set before items; an items array is never freed before the progress */
};

void cg_progress_init(struct cg_progress *progress, const struct cg_progress_sink *sink);
/* Every function below accepts a NULL progress. */
/* Enters a phase with the items it will walk (both 0 when it has none); the caller keeps the array until
 * the progress object's display has ended. */
void cg_progress_phase(struct cg_progress *progress, enum cg_phase phase, struct cg_progress_item *items, size_t count);
void cg_progress_add(struct cg_progress *progress, size_t item, uint64_t rows, uint64_t bytes);
void cg_progress_state(struct cg_progress *progress, size_t item, enum cg_item_state state);
void cg_progress_note(struct cg_progress *progress, enum cg_note_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "connect", "snapshot", ... */
const char *cg_phase_name(enum cg_phase phase);

#endif
