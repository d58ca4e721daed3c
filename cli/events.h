/* --log-format json: one JSON object per line with "time" (ISO 8601, UTC), "event" and the event's own fields. */
#ifndef CG_CLI_EVENTS_H
#define CG_CLI_EVENTS_H

#include "core/buffer.h"

#include <yajl/yajl_gen.h>

struct cli_event {
    yajl_gen gen;
};

/* Begins an event; -1 when memory is out. After 0, cli_event_end must follow. */
CG_MUST_USE int cli_event_begin(struct cli_event *event, const char *name);
void cli_event_text(struct cli_event *event, const char *key, const char *text); /* left out when NULL */
void cli_event_texts(struct cli_event *event, const char *key, const char *const *texts, size_t count); /* a list */
void cli_event_number(struct cli_event *event, const char *key, int64_t number);
void cli_event_real(struct cli_event *event, const char *key, double number);
/* Appends the line and frees the event. */
CG_MUST_USE int cli_event_end(struct cli_event *event, struct cg_buffer *out, struct cg_error *err);

#endif
