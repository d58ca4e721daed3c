/* The report's JSON form as data: for each struct of the model its members' names, kinds and places. Writer and reader
 * walk the same tables, so that what one writes the other reads. Private to verify/. */
#ifndef CG_VERIFY_REPORT_FIELDS_H
#define CG_VERIFY_REPORT_FIELDS_H

#include "core/progress.h"
#include "verify/report.h"

enum { CG_REPORT_SCHEMA_VERSION = 1 };

enum cg_field_kind {
    CG_FIELD_TEXT,    /* const char * */
    CG_FIELD_COUNT,   /* uint64_t */
    CG_FIELD_SIZE,    /* size_t */
    CG_FIELD_MAYBE,   /* int64_t; -1 is null */
    CG_FIELD_SECONDS, /* double */
    CG_FIELD_BOOL,    /* bool */
    CG_FIELD_NAME,    /* an enum: name(value) for value 0 .. limit-1 */
    CG_FIELD_DIGEST,  /* struct cg_digest, 32 digits; null unless the bool at `extra` is set */
    CG_FIELD_TEXTS,   /* const char **, count at `extra` */
    CG_FIELD_ARRAY,   /* pointer to structs of `fields`, count at `extra` */
    CG_FIELD_OBJECT,  /* an embedded struct of `fields` */
    CG_FIELD_GROUP,   /* members of the same struct, put into an object of their own in the JSON */
    CG_FIELD_NULL,    /* always null in this version: nothing is known of it yet */
    CG_FIELD_EMPTY,   /* always an empty array in this version */
    CG_FIELD_VERSION, /* CG_REPORT_SCHEMA_VERSION */
};

/* What --redact does to it. */
enum cg_field_secrecy { CG_FIELD_OPEN, CG_FIELD_HASHED, CG_FIELD_WITHHELD };

struct cg_field {
    const char *json;
    enum cg_field_kind kind;
    size_t offset, extra;
    const struct cg_field_list *fields;
    const char *(*name)(int value);
    int limit;
    enum cg_field_secrecy secrecy;
};

struct cg_field_list {
    const struct cg_field *items;
    size_t count;
    size_t size; /* of the struct */
};

extern const struct cg_field_list cg_report_fields;

#endif
