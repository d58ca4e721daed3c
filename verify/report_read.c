/* A report's JSON back into the model, by the tables of report_fields.c; see report.h. Members that are not known are
 * passed over (later versions only add); one that is there but of another kind is an error. */
#include "verify/report_fields.h"

#include <yajl/yajl_tree.h>

#include <stdint.h>
#include <stdlib.h>

struct reader {
    struct cg_arena *arena;
    struct cg_error *err;
};

static yajl_val member(yajl_val object, const char *name) {
    for (size_t i = 0; i < object->u.object.len; i++)
        if (strcmp(object->u.object.keys[i], name) == 0)
            return object->u.object.values[i];
    return NULL;
}

static int wrong(struct reader *r, const struct cg_field *field) {
    return cg_error_set(r->err, CG_ERR_USAGE,
                        "this is not a report of crossgrade: member \"%s\" is not what it must be", field->json);
}

static int read_struct(struct reader *r, const struct cg_field_list *fields, yajl_val object, char *at);

static int read_text(struct reader *r, const struct cg_field *field, yajl_val value, char *place) {
    if (!YAJL_IS_STRING(value))
        return wrong(r, field);
    char *copy = cg_arena_strdup(r->arena, YAJL_GET_STRING(value));
    if (!copy)
        return cg_error_memory(r->err);
    *(const char **)(void *)place = copy;
    return 0;
}

static int read_count(struct reader *r, const struct cg_field *field, yajl_val value, uint64_t *ret) {
    const char *digits = YAJL_IS_NUMBER(value) ? YAJL_GET_NUMBER(value) : "";
    char *end;
    if (*digits < '0' || *digits > '9')
        return wrong(r, field);
    *ret = strtoull(digits, &end, 10);
    return *end ? wrong(r, field) : 0;
}

static int read_name(struct reader *r, const struct cg_field *field, yajl_val value, char *place) {
    const char *name = YAJL_GET_STRING(value);
    for (int i = 0; name && i < field->limit; i++)
        if (strcmp(field->name(i), name) == 0) {
            *(int *)(void *)place = i;
            return 0;
        }
    return wrong(r, field);
}

static int read_digest(struct reader *r, const struct cg_field *field, yajl_val value, char *at) {
    struct cg_digest *digest = (struct cg_digest *)(void *)(at + field->offset);
    if (YAJL_IS_NULL(value))
        return 0;
    const char *hex = YAJL_IS_STRING(value) ? YAJL_GET_STRING(value) : "";
    if (strlen(hex) != 32 || strspn(hex, "0123456789abcdef") != 32)
        return wrong(r, field);
    char high[17] = "";
    memcpy(high, hex, 16);
    digest->high = strtoull(high, NULL, 16);
    digest->low = strtoull(hex + 16, NULL, 16);
    *(bool *)(void *)(at + field->extra) = true;
    return 0;
}

static int read_array(struct reader *r, const struct cg_field *field, yajl_val value, char *at) {
    if (!YAJL_IS_ARRAY(value))
        return wrong(r, field);
    bool texts = field->kind == CG_FIELD_TEXTS;
    size_t count = value->u.array.len, size = texts ? sizeof(char *) : field->fields->size;
    char *items = cg_arena_array(r->arena, count + 1, size);
    if (!items)
        return cg_error_memory(r->err);
    for (size_t i = 0; i < count; i++)
        if (texts ? read_text(r, field, value->u.array.values[i], items + i * size) < 0
                  : read_struct(r, field->fields, value->u.array.values[i], items + i * size) < 0)
            return -1;
    *(void **)(void *)(at + field->offset) = items;
    *(size_t *)(void *)(at + field->extra) = count;
    return 0;
}

static int read_field(struct reader *r, const struct cg_field *field, yajl_val value, char *at) {
    char *place = at + field->offset;
    uint64_t count = 0;
    switch (field->kind) {
    case CG_FIELD_TEXT:
        return read_text(r, field, value, place);
    case CG_FIELD_COUNT:
        return read_count(r, field, value, (uint64_t *)(void *)place);
    case CG_FIELD_SIZE:
        if (read_count(r, field, value, &count) < 0)
            return -1;
        *(size_t *)(void *)place = count;
        return 0;
    case CG_FIELD_MAYBE:
        *(int64_t *)(void *)place = -1;
        if (YAJL_IS_NULL(value))
            return 0;
        if (read_count(r, field, value, &count) < 0 || count > INT64_MAX)
            return wrong(r, field);
        *(int64_t *)(void *)place = (int64_t)count;
        return 0;
    case CG_FIELD_SECONDS:
        if (!YAJL_IS_NUMBER(value))
            return wrong(r, field);
        *(double *)(void *)place = strtod(YAJL_GET_NUMBER(value), NULL);
        return 0;
    case CG_FIELD_BOOL:
        if (!YAJL_IS_TRUE(value) && !YAJL_IS_FALSE(value))
            return wrong(r, field);
        *(bool *)(void *)place = YAJL_IS_TRUE(value);
        return 0;
    case CG_FIELD_NAME:
        return read_name(r, field, value, place);
    case CG_FIELD_DIGEST:
        return read_digest(r, field, value, at);
    case CG_FIELD_TEXTS:
    case CG_FIELD_ARRAY:
        return read_array(r, field, value, at);
    case CG_FIELD_OBJECT:
        return read_struct(r, field->fields, value, place);
    case CG_FIELD_GROUP:
        return read_struct(r, field->fields, value, at);
    case CG_FIELD_NULL:
    case CG_FIELD_EMPTY:
        return 0;
    case CG_FIELD_VERSION:
        return read_count(r, field, value, &count);
    }
    return 0;
}

static int read_struct(struct reader *r, const struct cg_field_list *fields, yajl_val object, char *at) {
    if (!YAJL_IS_OBJECT(object))
        return cg_error_set(r->err, CG_ERR_USAGE, "this is not a report of crossgrade: an object is missing");
    for (size_t i = 0; i < fields->count; i++) {
        const struct cg_field *field = &fields->items[i];
        yajl_val value = member(object, field->json);
        if (field->kind == CG_FIELD_TEXT)
            *(const char **)(void *)(at + field->offset) = "";
        if (value && read_field(r, field, value, at) < 0)
            return -1;
    }
    return 0;
}

int cg_report_read_json(const char *json, struct cg_arena *arena, struct cg_report **ret_report, struct cg_error *err) {
    char why[256] = "";
    struct reader r = {arena, err};
    yajl_val tree = yajl_tree_parse(json, why, sizeof why);
    if (!tree)
        return cg_error_set(err, CG_ERR_USAGE, "the report is not JSON: %s", why);
    struct cg_report *report = cg_arena_alloc(arena, sizeof *report);
    int result = report ? 0 : cg_error_memory(err);
    if (result == 0 && (!YAJL_IS_OBJECT(tree) || !member(tree, "verdict") || !member(tree, "tables")))
        result = cg_error_set(err, CG_ERR_USAGE, "this is not a report of crossgrade: it has no verdict or no tables");
    if (result == 0)
        result = read_struct(&r, &cg_report_fields, tree, (char *)report);
    yajl_tree_free(tree);
    if (result == 0)
        for (size_t i = 0; i < report->table_count; i++) { /* the sums count the rows too */
            report->tables[i].digest_source.rows = (uint64_t)report->tables[i].rows_source;
            report->tables[i].digest_target.rows = (uint64_t)report->tables[i].rows_target;
        }
    if (result == 0)
        *ret_report = report;
    return result;
}
