/* The list of rules: loading the three layers (--map-column, the user's file, the embedded default), compiling each
 * rule, and telling what has to be probed. */
#include "transform/typemap.h"

#include "core/buffer.h"
#include "core/options.h"
#include "embedded.h"
#include "transform/typemap_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file being compiled. */
struct compile {
    const char *file; /* as messages name it */
    enum cg_rule_origin origin;
    const char *source_engine, *target_engine;
    struct cg_arena *arena;
    struct cg_typemap *map;
    struct cg_error *err;
};

static const char *const source_types[] = {
    "tinyint",
    "smallint",
    "mediumint",
    "int",
    "bigint",
    "decimal",
    "float",
    "double",
    "bit",
    "char",
    "varchar",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "binary",
    "varbinary",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
    "date",
    "datetime",
    "timestamp",
    "time",
    "year",
    "enum",
    "set",
    "json",
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "uuid",
    "inet4",
    "inet6",
    "vector",
    "multipolygon",
    "geometrycollection",
};
enum { SOURCE_TYPES = sizeof source_types / sizeof *source_types };

/* What a rule may allow or declare: what can happen to one column. */
static const enum cg_conversion column_conversions[] = {
    CG_JSON_NORMALISED,      CG_NAME_SHORTENED,       CG_TYPE_WIDENED,       CG_ZERO_DATE_TO_NULL,
    CG_PARTIAL_DATE_TO_NULL, CG_INVALID_DATE_TO_NULL, CG_NOT_NULL_DROPPED,   CG_ENUM_INVALID_TO_NULL,
    CG_NUL_REMOVED,          CG_NUL_TO_BYTEA,         CG_JSON_NUL_REMOVED,   CG_CHARSET_SUBSTITUTED,
    CG_JSON_DUPLICATE_KEY,   CG_JSON_NUMBER_CHANGED,  CG_GENERATED_TO_PLAIN, CG_DEFAULT_DROPPED,
};
enum { COLUMN_CONVERSIONS = sizeof column_conversions / sizeof *column_conversions };

static int complain(const struct compile *c, const struct yaml_rule *y, const char *format, ...) CG_PRINTF(3, 4);
static int complain(const struct compile *c, const struct yaml_rule *y, const char *format, ...) {
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cg_error_set(c->err, CG_ERR_USAGE, "%s:%lld: %s", c->file, (long long)y->line, text);
    cg_error_hint(c->err, "docs/typemaps.md describes the format");
    return -1;
}

/* ---- compiling one rule ---- */

static int copy_names(const struct compile *c, char *const *items, unsigned count, struct cg_names *ret_names) {
    ret_names->items = cg_arena_array(c->arena, count + 1u, sizeof *ret_names->items);
    if (!ret_names->items)
        return cg_error_memory(c->err);
    for (unsigned i = 0; i < count; i++)
        if (!(ret_names->items[i] = cg_arena_strdup(c->arena, items[i])))
            return cg_error_memory(c->err);
    ret_names->count = count;
    return 0;
}

static int compile_span(const struct compile *c, const struct yaml_rule *y, const char *key,
                        const struct yaml_span *span, struct cg_span *ret_span) {
    if (!span)
        return 0;
    if (span->is ? span->min || span->max : !span->min && !span->max)
        return complain(c, y, "%s is either one number or {min: .., max: ..}", key);
    ret_span->given = true;
    ret_span->min = span->is ? *span->is : span->min ? *span->min : 0;
    ret_span->max = span->is ? *span->is : span->max ? *span->max : INT64_MAX;
    if (ret_span->min > ret_span->max || ret_span->min < 0)
        return complain(c, y, "%s matches nothing: from %lld to %lld", key, (long long)ret_span->min,
                        (long long)ret_span->max);
    return 0;
}

static int compare_number_texts(const void *a, const void *b) {
    return cg_decimal_compare(*(char *const *)a, *(char *const *)b);
}

/* A list has to be whole numbers without a gap: the probe asks for minimum and maximum, not for every value. */
static int compile_list(const struct compile *c, const struct yaml_rule *y, struct yaml_values *values,
                        struct cg_rule *rule) {
    for (unsigned i = 0; i < values->in_count; i++) {
        size_t sign = values->in[i][0] == '-', len = strlen(values->in[i]);
        if (len - sign == 0 || len - sign > 18 || strspn(values->in[i] + sign, "0123456789") != len - sign)
            return complain(c, y, "values: \"%.60s\" is no whole number of at most 18 digits", values->in[i]);
    }
    qsort(values->in, values->in_count, sizeof *values->in, compare_number_texts);
    for (unsigned i = 1; i < values->in_count; i++)
        if (strtoll(values->in[i], NULL, 10) > strtoll(values->in[i - 1], NULL, 10) + 1)
            return complain(c, y,
                            "values: a list has to be without gaps, nothing lies between %s and %s; use {min, max}",
                            values->in[i - 1], values->in[i]);
    rule->whole = true;
    rule->min = cg_arena_strdup(c->arena, values->in[0]);
    rule->max = cg_arena_strdup(c->arena, values->in[values->in_count - 1]);
    return rule->min && rule->max ? 0 : cg_error_memory(c->err);
}

static int compile_bounds(const struct compile *c, const struct yaml_rule *y, const struct yaml_values *values,
                          struct cg_rule *rule) {
    const char *const bounds[] = {values->min, values->max};
    if (!bounds[0] && !bounds[1])
        return complain(c, y, "values is a list, {min: .., max: ..} or time_of_day");
    for (size_t i = 0; i < 2; i++)
        if (bounds[i] && cg_decimal_compare(bounds[i], "0") == -2)
            return complain(c, y, "values: \"%.60s\" is no number", bounds[i]);
    if (bounds[0] && bounds[1] && cg_decimal_compare(bounds[0], bounds[1]) > 0)
        return complain(c, y, "values matches nothing: from %.60s to %.60s", bounds[0], bounds[1]);
    rule->min = cg_arena_strdup(c->arena, bounds[0]);
    rule->max = cg_arena_strdup(c->arena, bounds[1]);
    return (bounds[0] && !rule->min) || (bounds[1] && !rule->max) ? cg_error_memory(c->err) : 0;
}

static int compile_values(const struct compile *c, const struct yaml_rule *y, struct cg_rule *rule) {
    struct yaml_values *values = y->match.values;
    if (!values)
        return 0;
    int forms = (values->is != NULL) + (values->in_count > 0) + (values->min || values->max);
    if (forms > 1)
        return complain(c, y, "values is a list, {min: .., max: ..} or time_of_day, not several of them");
    if (values->is) {
        if (strcmp(values->is, "time_of_day") != 0)
            return complain(c, y, "values: \"%.60s\" is not known; the only word is time_of_day", values->is);
        rule->values = CG_VALUES_TIME_OF_DAY;
        return 0;
    }
    rule->values = CG_VALUES_RANGE;
    return values->in_count ? compile_list(c, y, values, rule) : compile_bounds(c, y, values, rule);
}

static const char *conversion_name(const void *context, size_t i) {
    (void)context;
    return cg_conversions[column_conversions[i]].name;
}

static int compile_set(const struct compile *c, const struct yaml_rule *y, const char *key, char *const *names,
                       unsigned count, cg_conversion_set *ret_set) {
    cg_conversion_set set = 0;
    for (unsigned i = 0; i < count; i++) {
        size_t at = 0;
        while (at < COLUMN_CONVERSIONS && strcmp(conversion_name(NULL, at), names[i]) != 0)
            at++;
        if (at == COLUMN_CONVERSIONS) {
            const char *near = cg_nearest(names[i], COLUMN_CONVERSIONS, conversion_name, NULL);
            bool known = cg_conversion_by_name(names[i]) >= 0;
            return complain(c, y, "%s: \"%.60s\" %s%s%s%s", key, names[i],
                            known ? "cannot happen to a column; use --accept" : "is no conversion",
                            near && !known ? "; did you mean " : "", near && !known ? near : "",
                            near && !known ? "?" : "");
        }
        set |= CG_CONVERSION_BIT(column_conversions[at]);
    }
    *ret_set = set;
    return 0;
}

static int compile_has(const struct compile *c, const struct yaml_rule *y, struct cg_rule *rule) {
    const char *has = y->match.has;
    if (!has)
        return 0;
    if (strcmp(has, "postgis") != 0 && strcmp(has, "vector") != 0)
        return complain(c, y, "has: \"%.60s\" is not known; there are postgis and vector", has);
    rule->has = has[0] == 'p' ? CG_HAS_POSTGIS : CG_HAS_VECTOR;
    return 0;
}

static const char *source_type(const void *context, size_t i) {
    (void)context;
    return source_types[i];
}

static int check_types(const struct compile *c, const struct yaml_rule *y) {
    for (unsigned t = 0; t < y->match.type_count; t++) {
        size_t at = 0;
        while (at < SOURCE_TYPES && strcmp(source_types[at], y->match.type[t]) != 0)
            at++;
        if (at == SOURCE_TYPES) {
            const char *near = cg_nearest(y->match.type[t], SOURCE_TYPES, source_type, NULL);
            return complain(c, y, "type: \"%.60s\" is no type of MySQL or MariaDB by its plain name%s%s%s",
                            y->match.type[t], near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        }
    }
    return 0;
}

static int compile_target(const struct compile *c, const struct yaml_rule *y, struct cg_rule *rule) {
    struct cg_error inner = {0};
    if (cg_target_check(y->target, c->arena, &rule->target_name, &inner) < 0)
        return inner.cls == CG_ERR_USAGE
                   ? complain(c, y, "target: %.300s%s%.100s", inner.message, inner.hint[0] ? "; " : "", inner.hint)
                   : cg_error_memory(c->err);
    rule->target = cg_arena_strdup(c->arena, y->target);
    rule->check = cg_arena_strdup(c->arena, y->check);
    rule->reason = cg_arena_strdup(c->arena, y->reason ? y->reason : "");
    if (!rule->target || (y->check && !rule->check) || !rule->reason)
        return cg_error_memory(c->err);
    if (rule->check && !strstr(rule->check, "{column}"))
        return complain(c, y, "check: \"%.60s\" has no {column} in it", rule->check);
    return 0;
}

static int compile_lists(const struct compile *c, const struct yaml_rule *y, struct cg_rule *rule) {
    const struct yaml_match *m = &y->match;
    if (copy_names(c, m->type, m->type_count, &rule->type) < 0 ||
        copy_names(c, m->charset, m->charset_count, &rule->charset) < 0 ||
        copy_names(c, m->collation, m->collation_count, &rule->collation) < 0 ||
        copy_names(c, m->table, m->table_count, &rule->table) < 0 ||
        copy_names(c, m->column, m->column_count, &rule->column) < 0)
        return -1;
    rule->default_value = cg_arena_strdup(c->arena, m->default_value);
    if (m->default_value && !rule->default_value)
        return cg_error_memory(c->err);
    return 0;
}

static int flag_of(const bool *asked) {
    return asked ? *asked : -1;
}

static int compile_rule(const struct compile *c, const struct yaml_rule *y, struct cg_rule *rule) {
    const struct yaml_match *m = &y->match;
    rule->is_unsigned = flag_of(m->is_unsigned);
    rule->nullable = flag_of(m->nullable);
    rule->auto_increment = flag_of(m->auto_increment);
    rule->on_update = flag_of(m->on_update);
    rule->target_nullable = y->nullable && *y->nullable;
    rule->keeps_nullability = y->nullable && !*y->nullable;
    if (check_types(c, y) < 0 || compile_lists(c, y, rule) < 0 ||
        compile_span(c, y, "precision", m->precision, &rule->precision) < 0 ||
        compile_span(c, y, "scale", m->scale, &rule->scale) < 0 ||
        compile_span(c, y, "length", m->length, &rule->length) < 0 ||
        compile_span(c, y, "display_width", m->display_width, &rule->display_width) < 0 ||
        compile_span(c, y, "label_bytes", m->label_bytes, &rule->label_bytes) < 0)
        return -1;
    if (compile_values(c, y, rule) < 0 || compile_has(c, y, rule) < 0 || compile_target(c, y, rule) < 0 ||
        compile_set(c, y, "allow", y->allow, y->allow_count, &rule->allow) < 0 ||
        compile_set(c, y, "declare", y->declare, y->declare_count, &rule->declare) < 0)
        return -1;
    return 0;
}

/* ---- layers ---- */

static struct cg_rule *push_rule(const struct compile *c) {
    struct cg_rule *rules = cg_arena_push(c->arena, c->map->rules, &c->map->count, sizeof *rules);
    if (!rules)
        return NULL;
    c->map->rules = rules;
    struct cg_rule *rule = &rules[c->map->count - 1];
    rule->origin = c->origin;
    rule->is_unsigned = rule->nullable = rule->auto_increment = rule->on_update = -1;
    rule->reason = "";
    return rule;
}

static int check_engines(const struct compile *c, const struct yaml_map *yaml) {
    bool mysql = strcmp(c->source_engine, "mysql") == 0 || strcmp(c->source_engine, "mariadb") == 0;
    bool source_fits = !yaml->source || strcmp(yaml->source, c->source_engine) == 0 ||
                       (mysql && (strcmp(yaml->source, "mysql") == 0 || strcmp(yaml->source, "mariadb") == 0));
    if (source_fits && (!yaml->target || strcmp(yaml->target, c->target_engine) == 0))
        return 0;
    return cg_error_set(c->err, CG_ERR_USAGE, "%s is a map from %s to %s, but this run goes from %s to %s", c->file,
                        yaml->source ? yaml->source : c->source_engine, yaml->target ? yaml->target : c->target_engine,
                        c->source_engine, c->target_engine);
}

static int add_yaml(const struct compile *c, const struct yaml_map *yaml) {
    if (check_engines(c, yaml) < 0)
        return -1;
    for (unsigned i = 0; i < yaml->rules_count; i++) {
        struct cg_rule *rule = push_rule(c);
        if (!rule)
            return cg_error_memory(c->err);
        rule->where = c->origin == CG_RULE_DEFAULT
                          ? cg_arena_printf(c->arena, "default map, rule %u", i + 1)
                          : cg_arena_printf(c->arena, "%s:%lld", c->file, (long long)yaml->rules[i].line);
        if (!rule->where)
            return cg_error_memory(c->err);
        if (compile_rule(c, &yaml->rules[i], rule) < 0)
            return -1;
    }
    return 0;
}

static int add_text(const struct compile *c, const char *text, size_t len) {
    struct yaml_map *yaml = NULL;
    if (cg_yaml_map_read(c->file, text, len, &yaml, c->err) < 0)
        return -1;
    int result = add_yaml(c, yaml);
    cg_yaml_map_free(yaml);
    return result;
}

static int add_file(const struct compile *c) {
    struct cg_buffer text;
    char block[8192];
    size_t len;
    int result = -1;
    FILE *file = fopen(c->file, "rbe");
    if (!file)
        return cg_error_set(c->err, CG_ERR_USAGE, "type map %s cannot be opened: %s", c->file, strerror(errno));
    cg_buffer_init(&text, (size_t)2 << 20);
    while ((len = fread(block, 1, sizeof block, file)) > 0 && text.len <= (size_t)1 << 20)
        if (cg_buffer_append(&text, block, len, c->err) < 0)
            goto out;
    if (ferror(file))
        cg_error_set(c->err, CG_ERR_USAGE, "type map %s cannot be read: %s", c->file, strerror(errno));
    else if (cg_buffer_cstr(&text, c->err))
        result = add_text(c, (const char *)text.data, text.len);
out:
    fclose(file);
    cg_buffer_done(&text);
    return result;
}

static int refuse_option(const struct compile *c, const char *text, const char *why) {
    cg_error_set(c->err, CG_ERR_USAGE, "--map-column %.200s: %s", text, why);
    cg_error_hint(c->err, "write it as 'table.column=type', for instance 'orders.paid=boolean'");
    return -1;
}

/* A type has no "=" in it, a name may: the last one parts them. */
static int add_option(const struct compile *c, const char *text) {
    const char *equals = strrchr(text, '='), *name = NULL;
    struct cg_error inner = {0};
    if (!equals || equals == text || !equals[1] || !memchr(text, '.', (size_t)(equals - text)))
        return refuse_option(c, text, "it has to be TABLE.COLUMN=TYPE");
    if (cg_target_check(equals + 1, c->arena, &name, &inner) < 0) {
        cg_error_set(c->err, CG_ERR_USAGE, "--map-column %.200s: %s", text, inner.message);
        cg_error_hint(c->err, "%s", inner.hint);
        return -1;
    }
    struct cg_rule *rule = push_rule(c);
    if (!rule)
        return cg_error_memory(c->err);
    rule->where = "--map-column";
    rule->target_name = name;
    rule->option = cg_arena_strndup(c->arena, text, (size_t)(equals - text));
    rule->target = cg_arena_strdup(c->arena, equals + 1);
    return rule->option && rule->target ? 0 : cg_error_memory(c->err);
}

static int check_options_once(const struct compile *c) {
    for (size_t i = 0; i < c->map->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(c->map->rules[i].option, c->map->rules[j].option) == 0 &&
                strcmp(c->map->rules[i].target, c->map->rules[j].target) != 0)
                return cg_error_set(c->err, CG_ERR_USAGE, "--map-column names %.200s twice, as %s and as %s",
                                    c->map->rules[i].option, c->map->rules[j].target, c->map->rules[i].target);
    return 0;
}

static const char *default_map(const char *source_engine, const char *target_engine) {
    bool mysql = strcmp(source_engine, "mysql") == 0 || strcmp(source_engine, "mariadb") == 0;
    return mysql && strcmp(target_engine, "postgresql") == 0 ? cg_embedded_mysql_to_postgresql_yaml : NULL;
}

int cg_typemap_load(const char *source_engine, const char *target_engine, const char *user_file,
                    const char *const *map_columns, size_t map_column_count, struct cg_arena *arena,
                    struct cg_typemap **ret_map, struct cg_error *err) {
    struct cg_typemap *map = cg_arena_alloc(arena, sizeof *map);
    struct compile c = {NULL, CG_RULE_OPTION, source_engine, target_engine, arena, map, err};
    const char *text = default_map(source_engine, target_engine);
    if (!map)
        return cg_error_memory(err);
    if (!text)
        return cg_error_set(err, CG_ERR_USAGE, "there is no type map from %s to %s", source_engine, target_engine);
    for (size_t i = 0; i < map_column_count; i++)
        if (add_option(&c, map_columns[i]) < 0)
            return -1;
    if (check_options_once(&c) < 0)
        return -1;
    c.origin = CG_RULE_USER;
    c.file = user_file;
    if (user_file && add_file(&c) < 0)
        return -1;
    c.origin = CG_RULE_DEFAULT;
    c.file = "default map";
    if (add_text(&c, text, strlen(text)) < 0) {
        if (err && err->cls == CG_ERR_USAGE) /* nobody but us can have written it */
            err->cls = CG_ERR_INTERNAL;
        return -1;
    }
    *ret_map = map;
    return 0;
}

/* ---- what to probe ---- */

static void add_null_need(const struct cg_rule *rule, const struct cg_column *column, struct cg_typemap_needs *needs) {
    if (!cg_rule_asks_null(rule, column))
        return;
    if (cg_type_is_dated(&column->type))
        needs->dates = true;
    else
        needs->enum_zero = true;
}

bool cg_typemap_needs_data(const struct cg_typemap *map, const struct cg_table *table, const struct cg_column *column,
                           struct cg_typemap_needs *ret_needs) {
    struct cg_typemap_needs needs = {0};
    for (size_t i = 0; i < map->count; i++) {
        const struct cg_rule *rule = &map->rules[i];
        if (!cg_rule_matches(rule, table, column))
            continue;
        needs.range |= rule->values == CG_VALUES_RANGE;
        needs.time |= rule->values == CG_VALUES_TIME_OF_DAY;
        add_null_need(rule, column, &needs);
        if (rule->values == CG_VALUES_ANY && rule->has == CG_HAS_NOTHING)
            break; /* it matches whatever the data holds: nothing behind it is asked */
    }
    *ret_needs = needs;
    return needs.range || needs.dates || needs.time || needs.enum_zero;
}

cg_conversion_set cg_typemap_allowed(const struct cg_typemap *map, const struct cg_table *table,
                                     const struct cg_column *column) {
    cg_conversion_set allowed = 0;
    bool asked[2] = {false, false}; /* one of the user's, one of the default map's */
    for (size_t i = 0; i < map->count; i++) {
        const struct cg_rule *rule = &map->rules[i];
        bool *done = &asked[rule->origin == CG_RULE_DEFAULT];
        if (*done || !cg_rule_matches(rule, table, column))
            continue;
        *done = true;
        allowed |= rule->allow;
    }
    return allowed;
}
