/* Lines of text of a given width into a buffer: paragraphs that wrap with an indent, table rows that keep their columns
 * whatever the names hold. Everything is escaped: control characters and bytes that are not UTF-8 become \xNN. Errors
 * are sticky
 * (`failed`), so that writing reads as a plain sequence. Private to verify/. */
#ifndef CG_VERIFY_TEXT_WRITER_H
#define CG_VERIFY_TEXT_WRITER_H

#include "core/buffer.h"

#include <stdbool.h>

#define CG_RED    "\x1b[31;1m"
#define CG_GREEN  "\x1b[32;1m"
#define CG_YELLOW "\x1b[33;1m"

struct cg_text {
    struct cg_buffer *out;
    int width; /* columns */
    bool colour, redact, failed;
};

void cg_text_line(struct cg_text *t, const char *line);
/* An empty line and the heading. */
void cg_text_heading(struct cg_text *t, const char *heading);
void cg_text_coloured(struct cg_text *t, const char *colour, const char *format, ...) CG_PRINTF(3, 4);
/* Wraps at the width; the first line begins with `indent`, the others with as many blanks. */
void cg_text_paragraph(struct cg_text *t, const char *indent, const char *text);
void cg_text_paragraph_printf(struct cg_text *t, const char *indent, const char *format, ...) CG_PRINTF(3, 4);
/* A name cut to its width, two numbers to the right, a last column; colour (may be NULL) for the last one. */
void cg_text_row(struct cg_text *t, const char *colour, int name_width, const char *name, const char *first,
                 const char *second, const char *last);
/* "... and 12 more, all in the JSON report" when count is above shown. */
void cg_text_more(struct cg_text *t, size_t count, size_t shown);

#endif
