/* What a terminal can show: its size, whether colours are wanted, and text from elsewhere made harmless. */
#ifndef CG_CLI_TERMINAL_H
#define CG_CLI_TERMINAL_H

#include "core/buffer.h"

#include <stdbool.h>

struct cli_terminal {
    bool is_terminal; /* and one whose cursor can be moved */
    bool colour;
    int width, height; /* 80 by 24 when it is none */
};

/* Asks about a file descriptor, NO_COLOR and TERM. */
struct cli_terminal cli_terminal_of(int fd);
/* The columns that cli_put_text would give the text; stops counting when past `limit`. */
int cli_text_columns(const char *text, int limit);
/* Appends text without control characters (as \xNN, \uNNNN; so with marks that turn the writing direction), at most
 * `width` columns of it, the last one "~" when something was cut; pads with spaces to `width` when pad is set. */
CG_MUST_USE int cli_put_text(struct cg_buffer *out, const char *text, int width, bool pad, struct cg_error *err);
/* Appends a whole message: as above without a limit, but a line break becomes a line break and two spaces. */
CG_MUST_USE int cli_put_message(struct cg_buffer *out, const char *text, struct cg_error *err);

#endif
