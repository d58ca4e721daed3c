/* A column's type from a row of information_schema.COLUMNS; see catalog_internal.h and core/catalog.h. */
#include "engine/mysql/catalog_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

/* Where a type's measures stand. */
enum shape {
    SHAPE_PLAIN,
    SHAPE_INTEGER, /* display width in COLUMN_TYPE, unsigned, zerofill */
    SHAPE_DECIMAL, /* precision, scale, unsigned, zerofill */
    SHAPE_FLOAT,   /* unsigned, zerofill */
    SHAPE_TIME,    /* fraction */
    SHAPE_STRING,  /* length */
    SHAPE_LABELS,
    SHAPE_BITS,   /* length is NUMERIC_PRECISION */
    SHAPE_VECTOR, /* length is the number of elements, in COLUMN_TYPE */
};

static const struct known_type {
    const char *data_type; /* as the server says */
    const char *name;      /* as the model says; NULL: the same */
    enum shape shape;
} known_types[] = {
    {"tinyint", NULL, SHAPE_INTEGER},   {"smallint", NULL, SHAPE_INTEGER},
    {"mediumint", NULL, SHAPE_INTEGER}, {"int", NULL, SHAPE_INTEGER},
    {"bigint", NULL, SHAPE_INTEGER},    {"year", NULL, SHAPE_INTEGER},
    {"decimal", NULL, SHAPE_DECIMAL},   {"float", NULL, SHAPE_FLOAT},
    {"double", NULL, SHAPE_FLOAT},      {"datetime", NULL, SHAPE_TIME},
    {"timestamp", NULL, SHAPE_TIME},    {"time", NULL, SHAPE_TIME},
    {"char", NULL, SHAPE_STRING},       {"varchar", NULL, SHAPE_STRING},
    {"tinytext", NULL, SHAPE_STRING},   {"text", NULL, SHAPE_STRING},
    {"mediumtext", NULL, SHAPE_STRING}, {"longtext", NULL, SHAPE_STRING},
    {"binary", NULL, SHAPE_STRING},     {"varbinary", NULL, SHAPE_STRING},
    {"tinyblob", NULL, SHAPE_STRING},   {"blob", NULL, SHAPE_STRING},
    {"mediumblob", NULL, SHAPE_STRING}, {"longblob", NULL, SHAPE_STRING},
    {"enum", NULL, SHAPE_LABELS},       {"set", NULL, SHAPE_LABELS},
    {"bit", NULL, SHAPE_BITS},          {"vector", NULL, SHAPE_VECTOR},
    {"integer", "int", SHAPE_INTEGER},  {"numeric", "decimal", SHAPE_DECIMAL},
    {"real", "double", SHAPE_FLOAT},    {"geomcollection", "geometrycollection", SHAPE_PLAIN},
};

static enum shape shape_of(const char *data_type, const char **ret_name) {
    *ret_name = NULL;
    for (size_t i = 0; i < sizeof known_types / sizeof *known_types; i++)
        if (strcmp(known_types[i].data_type, data_type) == 0) {
            *ret_name = known_types[i].name;
            return known_types[i].shape;
        }
    return SHAPE_PLAIN;
}

/* The number of "int(10) unsigned"; -1 without one. */
static int64_t number_in_parentheses(const char *full) {
    const char *open = strchr(full, '(');
    return open && isdigit((unsigned char)open[1]) ? strtoll(open + 1, NULL, 10) : -1;
}

/* Only for numbers: an enum's labels could hold the word. */
static void read_attributes(const char *full, struct cg_type *type) {
    type->is_unsigned = strcasestr(full, " unsigned") != NULL;
    type->zerofill = strcasestr(full, " zerofill") != NULL;
}

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcasecmp(text + len - end_len, end) == 0;
}

/* MySQL 8 lists the collations that do not pad; before it all pad. MariaDB has "nopad" in the name. "binary" never
 * pads on either. */
static bool pads(const struct cg_mysql_reading *reading, const char *collation) {
    if (strcasecmp(collation, "binary") == 0)
        return false;
    if (reading->mariadb)
        return !strcasestr(collation, "_nopad_");
    for (size_t i = 0; i < reading->no_pad_count; i++)
        if (strcasecmp(reading->no_pad[i], collation) == 0)
            return false;
    return true;
}

static void read_collation(const struct cg_mysql_rows *row, struct cg_type *type) {
    const char *collation = cg_mysql_field(row, "COLLATION_NAME");
    if (!collation)
        return;
    type->charset = cg_mysql_field_copy(row, "CHARACTER_SET_NAME");
    type->collation = cg_mysql_field_copy(row, "COLLATION_NAME");
    type->case_insensitive = ends_with(collation, "_ci");
    type->pad_space = pads(row->reading, collation);
}

int cg_mysql_read_type(struct cg_mysql_rows *row, struct cg_type *type, struct cg_error *err) {
    const char *renamed = NULL, *full = cg_mysql_field_or_empty(row, "COLUMN_TYPE");
    enum shape shape = shape_of(cg_mysql_field_or_empty(row, "DATA_TYPE"), &renamed);
    type->name = renamed ? renamed : cg_mysql_field_copy(row, "DATA_TYPE");
    type->full = cg_mysql_copy(row->reading, full);
    type->length = -1;
    type->precision = type->scale = type->fraction = type->display_width = -1;
    read_collation(row, type);
    const char *srid = cg_mysql_field(row, "SRS_ID");
    if (srid) {
        type->has_srid = true;
        type->srid = (uint32_t)strtoul(srid, NULL, 10);
    }
    switch (shape) {
    case SHAPE_PLAIN:
        break;
    case SHAPE_INTEGER:
        type->display_width = (int)number_in_parentheses(full);
        read_attributes(full, type);
        break;
    case SHAPE_DECIMAL:
        type->precision = (int)cg_mysql_field_number(row, "NUMERIC_PRECISION", -1);
        type->scale = (int)cg_mysql_field_number(row, "NUMERIC_SCALE", -1);
        read_attributes(full, type);
        break;
    case SHAPE_FLOAT:
        read_attributes(full, type);
        break;
    case SHAPE_TIME:
        type->fraction = (int)cg_mysql_field_number(row, "DATETIME_PRECISION", 0);
        break;
    case SHAPE_STRING:
        type->length = cg_mysql_field_number(row, "CHARACTER_MAXIMUM_LENGTH", -1);
        break;
    case SHAPE_BITS:
        type->length = cg_mysql_field_number(row, "NUMERIC_PRECISION", -1);
        break;
    case SHAPE_VECTOR:
        type->length = number_in_parentheses(full);
        break;
    case SHAPE_LABELS:
        return cg_mysql_labels(row->reading, full, &type->labels, &type->label_count, err);
    }
    return 0;
}
