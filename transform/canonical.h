/* The canonical form of a row image, for hashing only: where two engines may spell one value two ways, the digest
 * hashes one spelling (docs/architecture.md, "Canonical form"). Both sides go through here, so a fault would agree with
 * itself: canaries and the witness stand against that.
 *
 * Format of an image: PostgreSQL "COPY", "Binary Format", "Tuples". */
#ifndef CG_TRANSFORM_CANONICAL_H
#define CG_TRANSFORM_CANONICAL_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/digest.h"

enum cg_canonical_form {
    CG_CANONICAL_BYTES = 0, /* the field's bytes as they are */
    CG_CANONICAL_JSON,    /* jsonb: version byte 1, then text. Keys sorted, duplicates resolved to the last, numbers as
                             exact decimals without redundant digits, strings as UTF-8 */
    CG_CANONICAL_NUMERIC, /* numeric without a fixed scale: display scale dropped */
    CG_CANONICAL_BPCHAR,  /* padding stripped, only when both sides are blank-padded (R29) */
    CG_CANONICAL_ARRAY,   /* element OID dropped */
    CG_CANONICAL_JSON_TEXT, /* json: the text alone. As above, but duplicates and -0 stay: json keeps what it was given
                             */
};

/* What a table's images need. columns[column_count]; `plain` when every column is CG_CANONICAL_BYTES: one hash call. */
struct cg_canonical {
    const enum cg_canonical_form *columns;
    size_t column_count;
    bool plain;
};

/* The form for a pair of columns that are compared in the target's type. Both types are given as they are in the two
 * catalogs. */
enum cg_canonical_form cg_canonical_form_of(const struct cg_type *source, const struct cg_type *target);

/* Scratch memory for one thread. */
struct cg_canonicaliser;
/* canonical must outlive it. max_row: the most bytes one row may have. NULL when memory is out. */
struct cg_canonicaliser *cg_canonicaliser_new(const struct cg_canonical *canonical, size_t max_row);
void cg_canonicaliser_free(struct cg_canonicaliser *c); /* accepts NULL */
/* Adds one row image to the digest in canonical form. CG_ERR_INTERNAL when the image is malformed (wrong field count,
 * lengths beyond the end). */
CG_MUST_USE int cg_canonical_row(struct cg_canonicaliser *c, struct cg_slice image, struct cg_digest *digest,
                                 struct cg_error *err);

/* What is odd about a JSON text, found while it is made canonical. What counts as JSON is what PostgreSQL's own reader
 * (RFC 8259, in UTF-8) takes; the tests compare it with yajl, which is laxer: it takes vertical tabs and ill-formed
 * UTF-8, and turns a lone surrogate into '?'. */
enum cg_json_finding {
    CG_JSON_FINE = 0,
    CG_JSON_HAS_DUPLICATE_KEY = 1,   /* jsonb keeps the last */
    CG_JSON_HAS_CHANGED_NUMBER = 2,  /* -0: jsonb drops the sign */
    CG_JSON_HAS_NUL = 4,             /* \u0000: jsonb and text cannot hold it */
    CG_JSON_HAS_HUGE_NUMBER = 8,     /* beyond numeric: more than 131072 digits before or 16383 after the point */
    CG_JSON_INVALID = 16,            /* not JSON, or not UTF-8 */
    CG_JSON_HAS_LONE_SURROGATE = 32, /* \ud800 without its other half: json keeps it, jsonb refuses it */
    CG_JSON_HAS_LONG_STRING = 64,    /* over 2^28 - 1 bytes: jsonb refuses it */
};
enum cg_json_mode {
    CG_JSON_AS_JSONB, /* CG_CANONICAL_JSON */
    CG_JSON_AS_TEXT,  /* CG_CANONICAL_JSON_TEXT */
};
struct cg_json; /* a reusable tokenizer with its scratch; one thread */
struct cg_json *cg_json_new(void);
void cg_json_free(struct cg_json *json); /* accepts NULL */
/* Appends the canonical text of `text` to out; *ret_findings is a set of enum cg_json_finding. With CG_JSON_INVALID
 * nothing was appended; -1 only for want of memory. Any depth: it does not recurse. */
CG_MUST_USE int cg_json_canonical_as(struct cg_json *json, enum cg_json_mode mode, struct cg_slice text,
                                     struct cg_buffer *out, unsigned *ret_findings, struct cg_error *err);
/* Appends valid JSON without its \u0000 escapes. */
CG_MUST_USE int cg_json_remove_nul(struct cg_slice text, struct cg_buffer *out, struct cg_error *err);

#endif
