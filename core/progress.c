/* What a run tells while it works; see progress.h. */
#include "core/progress.h"

#include <stdarg.h>
#include <stdio.h>

void cg_progress_init(struct cg_progress *progress, const struct cg_progress_sink *sink) {
    *progress = (struct cg_progress){0};
    if (sink)
        progress->sink = *sink;
}

void cg_progress_phase(struct cg_progress *progress, enum cg_phase phase, struct cg_progress_item *items,
                       size_t count) {
    if (!progress)
        return;
    atomic_store(&progress->items, NULL); /* a display never sees new items with an old count */
    atomic_store(&progress->item_count, count);
    atomic_store(&progress->items, items);
    atomic_store(&progress->phase, (int)phase);
    if (progress->sink.phase)
        progress->sink.phase(progress->sink.context, phase);
}

static struct cg_progress_item *item_at(struct cg_progress *progress, size_t item) {
    if (!progress)
        return NULL;
    struct cg_progress_item *items = atomic_load(&progress->items);
    return items && item < atomic_load(&progress->item_count) ? &items[item] : NULL;
}

void cg_progress_add(struct cg_progress *progress, size_t item, uint64_t rows, uint64_t bytes) {
    struct cg_progress_item *at = item_at(progress, item);
    if (at) {
        atomic_fetch_add_explicit(&at->rows, rows, memory_order_relaxed);
        atomic_fetch_add_explicit(&at->bytes, bytes, memory_order_relaxed);
    }
}

void cg_progress_state(struct cg_progress *progress, size_t item, enum cg_item_state state) {
    struct cg_progress_item *at = item_at(progress, item);
    if (at)
        atomic_store(&at->state, (int)state);
}

void cg_progress_note(struct cg_progress *progress, enum cg_note_level level, const char *format, ...) {
    if (!progress || !progress->sink.note)
        return;
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    progress->sink.note(progress->sink.context, level, text);
}

const char *cg_phase_name(enum cg_phase phase) {
    static const char *const names[CG_PHASE_COUNT] = {"connect", "snapshot", "probe",  "schema",
                                                      "rows",    "keys",     "verify", "verdict"};
    return (unsigned)phase < CG_PHASE_COUNT ? names[phase] : "unknown";
}
