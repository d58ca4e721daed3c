/* A type map's YAML into structs.
 *
 * libcyaml does the loading, driven by the schema below. It reports the line of a container rather than of the key that
 * is wrong, knows no value that may be a number or a range, and takes any word for a boolean. So the text is walked
 * first, event by event, against the same schema: unknown and repeated keys, values of the wrong kind, aliases, tags
 * and second documents are errors with their own line. While walking, the document is written out again in flow style
 * with every token on the line it had, and made regular: where the schema has a list and the map one word, the word
 * becomes a list; where the schema has a mapping and the map a scalar or a list, it goes under that mapping's key `is`
 * or `in`; and each rule gets its line under `@line`. That text is what libcyaml loads. */
#include "core/buffer.h"
#include "core/options.h"
#include "transform/typemap_private.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { MAP_MAX = 1 << 20 };

#define NAME_FLAGS (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

static const cyaml_schema_value_t word_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t span_fields[] = {
    CYAML_FIELD_INT_PTR("is", NAME_FLAGS, struct yaml_span, is),
    CYAML_FIELD_INT_PTR("min", NAME_FLAGS, struct yaml_span, min),
    CYAML_FIELD_INT_PTR("max", NAME_FLAGS, struct yaml_span, max),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t values_fields[] = {
    CYAML_FIELD_STRING_PTR("is", NAME_FLAGS, struct yaml_values, is, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("in", NAME_FLAGS, struct yaml_values, in, &word_schema, 0, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("min", NAME_FLAGS, struct yaml_values, min, 0, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("max", NAME_FLAGS, struct yaml_values, max, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

#define WORDS(key, member)                                                                                             \
    CYAML_FIELD_SEQUENCE(key, NAME_FLAGS, struct yaml_match, member, &word_schema, 0, CYAML_UNLIMITED)
#define SPAN(key, member) CYAML_FIELD_MAPPING_PTR(key, NAME_FLAGS, struct yaml_match, member, span_fields)
#define FLAG(key, member) CYAML_FIELD_BOOL_PTR(key, NAME_FLAGS, struct yaml_match, member)
#define WORD(key, member) CYAML_FIELD_STRING_PTR(key, NAME_FLAGS, struct yaml_match, member, 0, CYAML_UNLIMITED)

static const cyaml_schema_field_t match_fields[] = {
    WORDS("type", type),
    SPAN("precision", precision),
    SPAN("scale", scale),
    SPAN("length", length),
    SPAN("display_width", display_width),
    SPAN("label_bytes", label_bytes),
    FLAG("unsigned", is_unsigned),
    FLAG("nullable", nullable),
    FLAG("auto_increment", auto_increment),
    FLAG("on_update", on_update),
    WORD("default", default_value),
    WORDS("charset", charset),
    WORDS("collation", collation),
    WORDS("table", table),
    WORDS("column", column),
    WORD("has", has),
    CYAML_FIELD_MAPPING_PTR("values", NAME_FLAGS, struct yaml_match, values, values_fields),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t rule_fields[] = {
    CYAML_FIELD_INT("@line", CYAML_FLAG_DEFAULT, struct yaml_rule, line),
    CYAML_FIELD_MAPPING("match", CYAML_FLAG_DEFAULT, struct yaml_rule, match, match_fields),
    CYAML_FIELD_STRING_PTR("target", CYAML_FLAG_POINTER, struct yaml_rule, target, 1, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("check", NAME_FLAGS, struct yaml_rule, check, 1, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("allow", NAME_FLAGS, struct yaml_rule, allow, &word_schema, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("declare", NAME_FLAGS, struct yaml_rule, declare, &word_schema, 0, CYAML_UNLIMITED),
    CYAML_FIELD_BOOL_PTR("nullable", NAME_FLAGS, struct yaml_rule, nullable),
    CYAML_FIELD_STRING_PTR("reason", NAME_FLAGS, struct yaml_rule, reason, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_rule, rule_fields),
};

static const cyaml_schema_field_t map_fields[] = {
    CYAML_FIELD_STRING_PTR("source", NAME_FLAGS, struct yaml_map, source, 0, CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("target", NAME_FLAGS, struct yaml_map, target, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("rules", CYAML_FLAG_POINTER, struct yaml_map, rules, &rule_schema, 0, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t map_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_map, map_fields),
};

struct walk {
    const char *file, *text;
    yaml_parser_t parser;
    yaml_event_t event; /* the current one; zeroed when there is none */
    struct cg_buffer out;
    size_t out_line; /* lines in out so far */
    struct cg_error *err;
};

static size_t event_line(const struct walk *w) {
    return w->event.start_mark.line + 1;
}

static int fail(const struct walk *w, size_t line, const char *format, ...) CG_PRINTF(3, 4);
static int fail(const struct walk *w, size_t line, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cg_error_set(w->err, CG_ERR_USAGE, "%s:%zu: %s", w->file, line, text);
    cg_error_hint(w->err, "docs/typemaps.md describes the format");
    return -1;
}

/* libyaml gives a mark for bad syntax, but only an offset for bytes that are no text. */
static size_t problem_line(const struct walk *w) {
    size_t line = w->parser.problem_mark.line ? w->parser.problem_mark.line : w->parser.context_mark.line;
    if (w->parser.error == YAML_READER_ERROR) {
        line = 0;
        for (size_t i = 0; i < w->parser.problem_offset && w->text[i]; i++)
            line += w->text[i] == '\n';
    }
    return line + 1;
}

static int next(struct walk *w) {
    yaml_event_delete(&w->event);
    memset(&w->event, 0, sizeof w->event);
    if (!yaml_parser_parse(&w->parser, &w->event)) {
        memset(&w->event, 0, sizeof w->event);
        if (w->parser.error == YAML_MEMORY_ERROR)
            return cg_error_memory(w->err);
        return fail(w, problem_line(w), "not YAML: %s%s%s", w->parser.problem ? w->parser.problem : "unreadable",
                    w->parser.context ? ", " : "", w->parser.context ? w->parser.context : "");
    }
    return 0;
}

/* ---- writing the regular form ---- */

/* Writes a token, on the line of the current event. */
static int put(struct walk *w, const char *token) {
    for (; w->out_line < event_line(w); w->out_line++)
        if (cg_buffer_text(&w->out, "\n", w->err) < 0)
            return -1;
    return cg_buffer_text(&w->out, token, w->err);
}

static int put_scalar(struct walk *w, const char *text, size_t len) {
    if (put(w, "\"") < 0)
        return -1;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = c >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
        if ((plain ? cg_buffer_append(&w->out, &text[i], 1, w->err) : cg_buffer_printf(&w->out, w->err, "\\x%02X", c)) <
            0)
            return -1;
    }
    return cg_buffer_text(&w->out, "\"", w->err);
}

/* ---- walking ---- */

static int walk_value(struct walk *w, const cyaml_schema_value_t *schema, const char *key);

static const char *kind_wanted(const cyaml_schema_value_t *schema) {
    switch (schema->type) {
    case CYAML_INT:
        return "a whole number";
    case CYAML_BOOL:
        return "true or false";
    case CYAML_MAPPING:
        return "a mapping";
    case CYAML_SEQUENCE:
        return "a list";
    default:
        return "one word or text";
    }
}

static const cyaml_schema_field_t *field_of(const cyaml_schema_value_t *mapping, const char *key) {
    for (const cyaml_schema_field_t *f = mapping->mapping.fields; f->key; f++)
        if (strcmp(f->key, key) == 0)
            return f;
    return NULL;
}

static const char *field_name(const void *context, size_t i) {
    const cyaml_schema_field_t *fields = context;
    return fields[i].key[0] == '@' ? NULL : fields[i].key;
}

static int unknown_key(struct walk *w, const cyaml_schema_value_t *schema, const char *text, const char *where) {
    size_t count = 0;
    while (schema->mapping.fields[count].key)
        count++;
    const char *near = cg_nearest(text, count, field_name, schema->mapping.fields);
    return fail(w, event_line(w), "unknown key \"%.100s\" in %s%s%s%s", text, where, near ? "; did you mean " : "",
                near ? near : "", near ? "?" : "");
}

/* Takes the key of a mapping that is the current event: known, and for the first time. */
static int walk_key(struct walk *w, const cyaml_schema_value_t *schema, const char *where, uint64_t *seen,
                    const cyaml_schema_field_t **ret_field) {
    if (w->event.type != YAML_SCALAR_EVENT)
        return fail(w, event_line(w), "a key of %s has to be a word", where);
    if (w->event.data.scalar.anchor || w->event.data.scalar.tag)
        return fail(w, event_line(w), "anchors and tags have no meaning in a type map");
    const char *text = (const char *)w->event.data.scalar.value;
    const cyaml_schema_field_t *field = text[0] == '@' ? NULL : field_of(schema, text);
    if (!field || strlen(text) != w->event.data.scalar.length)
        return unknown_key(w, schema, text, where);
    uint64_t bit = (uint64_t)1 << (field - schema->mapping.fields);
    if (*seen & bit)
        return fail(w, event_line(w), "key \"%s\" is given twice in %s", text, where);
    *seen |= bit;
    *ret_field = field;
    return put_scalar(w, text, strlen(text));
}

static int require_fields(struct walk *w, const cyaml_schema_value_t *schema, const char *where, uint64_t seen,
                          size_t line) {
    for (size_t i = 0; schema->mapping.fields[i].key; i++) {
        const cyaml_schema_field_t *field = &schema->mapping.fields[i];
        if (!(field->value.flags & CYAML_FLAG_OPTIONAL) && field->key[0] != '@' && !(seen & (uint64_t)1 << i))
            return fail(w, line, "%s has no \"%s\"", where, field->key);
    }
    return 0;
}

static int walk_mapping(struct walk *w, const cyaml_schema_value_t *schema, const char *key) {
    const char *where = schema->mapping.fields == map_fields ? "the map" : key;
    size_t line = event_line(w);
    uint64_t seen = 0;
    if (put(w, "{") < 0)
        return -1;
    if (field_of(schema, "@line") && cg_buffer_printf(&w->out, w->err, "\"@line\": %zu, ", line) < 0)
        return -1;
    for (;;) {
        const cyaml_schema_field_t *field = NULL;
        if (next(w) < 0)
            return -1;
        if (w->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (walk_key(w, schema, where, &seen, &field) < 0 || put(w, ": ") < 0 || next(w) < 0 ||
            walk_value(w, &field->value, field->key) < 0 || put(w, ", ") < 0)
            return -1;
    }
    if (require_fields(w, schema, where, seen, line) < 0)
        return -1;
    return put(w, "}");
}

static int walk_sequence(struct walk *w, const cyaml_schema_value_t *schema, const char *key) {
    const char *each = schema->sequence.entry == &rule_schema ? "the rule" : key;
    bool may_be_empty = schema->sequence.entry == &rule_schema || strcmp(key, "allow") == 0;
    if (put(w, "[") < 0)
        return -1;
    for (size_t count = 0;; count++) {
        if (next(w) < 0)
            return -1;
        if (w->event.type == YAML_SEQUENCE_END_EVENT)
            return count || may_be_empty ? put(w, "]") : fail(w, event_line(w), "%s is an empty list", key);
        /* A list in a list is not regular: only what an entry is may stand here. */
        if (walk_value(w, schema->sequence.entry, each) < 0 || put(w, ", ") < 0)
            return -1;
    }
}

static bool is_whole_number(const char *text, size_t len) {
    size_t at = text[0] == '-';
    size_t digits = len - at;
    return digits > 0 && digits <= 15 && strspn(text + at, "0123456789") == digits;
}

static int walk_scalar(struct walk *w, const cyaml_schema_value_t *schema, const char *key) {
    const char *text = (const char *)w->event.data.scalar.value;
    size_t len = w->event.data.scalar.length;
    char number[32];
    if (strlen(text) != len)
        return fail(w, event_line(w), "%s holds a NUL character", key);
    if (schema->type == CYAML_INT) {
        if (!is_whole_number(text, len))
            return fail(w, event_line(w), "%s is %s, not \"%.100s\"", key, kind_wanted(schema), text);
        snprintf(number, sizeof number, "%lld", strtoll(text, NULL, 10)); /* no octal surprise */
        return put(w, number);
    }
    if (schema->type == CYAML_BOOL) {
        bool yes = strcmp(text, "true") == 0 || strcmp(text, "yes") == 0;
        if (!yes && strcmp(text, "false") != 0 && strcmp(text, "no") != 0)
            return fail(w, event_line(w), "%s is %s, not \"%.100s\"", key, kind_wanted(schema), text);
        return put(w, yes ? "true" : "false");
    }
    if (len < schema->string.min)
        return fail(w, event_line(w), "%s is empty", key);
    return put_scalar(w, text, len);
}

/* A scalar or a list where the schema has a mapping: it goes under `is` or `in`, if the mapping has that. */
static int walk_short_form(struct walk *w, const cyaml_schema_value_t *schema, const char *key) {
    const char *under = w->event.type == YAML_SCALAR_EVENT ? "is" : "in";
    const cyaml_schema_field_t *field = field_of(schema, under);
    if (!field)
        return fail(w, event_line(w), "%s has to be %s", key, kind_wanted(schema));
    if (put(w, "{") < 0 || put_scalar(w, under, 2) < 0 || put(w, ": ") < 0 || walk_value(w, &field->value, key) < 0)
        return -1;
    return put(w, "}");
}

static bool has_properties(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor || event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor || event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor || event->data.mapping_start.tag;
    default:
        return true; /* an alias */
    }
}

/* The value that begins with the current event; ends on its last one. */
static int walk_value(struct walk *w, const cyaml_schema_value_t *schema, const char *key) {
    if (has_properties(&w->event))
        return fail(w, event_line(w), "anchors, aliases and tags have no meaning in a type map");
    bool scalar = w->event.type == YAML_SCALAR_EVENT, mapping = w->event.type == YAML_MAPPING_START_EVENT;
    if (schema->type == CYAML_MAPPING)
        return mapping ? walk_mapping(w, schema, key) : walk_short_form(w, schema, key);
    if (schema->type == CYAML_SEQUENCE) {
        if (w->event.type == YAML_SEQUENCE_START_EVENT)
            return walk_sequence(w, schema, key);
        if (!scalar || schema->sequence.entry != &word_schema)
            return fail(w, event_line(w), "%s has to be %s", key, kind_wanted(schema));
        if (put(w, "[") < 0 || walk_scalar(w, schema->sequence.entry, key) < 0)
            return -1;
        return put(w, "]");
    }
    if (!scalar)
        return fail(w, event_line(w), "%s has to be %s", key, kind_wanted(schema));
    return walk_scalar(w, schema, key);
}

static int walk_document(struct walk *w) {
    if (next(w) < 0 || next(w) < 0) /* the stream's start, then the document's */
        return -1;
    if (w->event.type != YAML_DOCUMENT_START_EVENT)
        return fail(w, event_line(w), "the map is empty; it has to have \"rules\"");
    if (next(w) < 0)
        return -1;
    if (w->event.type != YAML_MAPPING_START_EVENT)
        return fail(w, event_line(w), "a type map is a mapping with the key \"rules\"");
    if (walk_value(w, &map_schema, "the map") < 0 || next(w) < 0 || next(w) < 0)
        return -1;
    if (w->event.type != YAML_STREAM_END_EVENT)
        return fail(w, event_line(w), "a type map is one document, here begins another");
    return 0;
}

/* ---- libcyaml ---- */

struct first_message {
    char text[256];
};

/* libcyaml tells the cause first, then where it stood; the first line is enough to find a fault of ours. */
static void __attribute__((format(printf, 3, 0)))
keep_first(cyaml_log_t level, void *context, const char *format, va_list args) {
    struct first_message *first = context;
    if (level < CYAML_LOG_ERROR || first->text[0])
        return;
    vsnprintf(first->text, sizeof first->text, format, args);
    first->text[strcspn(first->text, "\n")] = '\0';
}

static const cyaml_config_t plain_config = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};

static int load_regular(struct walk *w, struct yaml_map **ret_map) {
    struct first_message first = {""};
    cyaml_config_t config = plain_config;
    config.log_fn = keep_first;
    config.log_ctx = &first;
    struct yaml_map *map = NULL;
    cyaml_err_t code = cyaml_load_data(w->out.data, w->out.len, &config, &map_schema, (cyaml_data_t **)&map, NULL);
    if (code == CYAML_ERR_OOM)
        return cg_error_memory(w->err);
    if (code != CYAML_OK)
        return cg_error_set(w->err, CG_ERR_USAGE, "%s: %s (%s)", w->file, cyaml_strerror(code), first.text);
    *ret_map = map;
    return 0;
}

int cg_yaml_map_read(const char *file, const char *text, size_t len, struct yaml_map **ret_map, struct cg_error *err) {
    struct walk w = {.file = file, .text = text, .out_line = 1, .err = err};
    if (len > MAP_MAX)
        return cg_error_set(err, CG_ERR_USAGE, "%s: a type map of more than 1 MiB is refused", file);
    cg_buffer_init(&w.out, (size_t)MAP_MAX * 16);
    if (!yaml_parser_initialize(&w.parser))
        return cg_error_memory(err);
    yaml_parser_set_input_string(&w.parser, (const unsigned char *)text, len);
    yaml_parser_set_encoding(&w.parser, YAML_UTF8_ENCODING);
    int result = walk_document(&w);
    if (result == 0)
        result = load_regular(&w, ret_map);
    yaml_event_delete(&w.event);
    yaml_parser_delete(&w.parser);
    cg_buffer_done(&w.out);
    return result;
}

void cg_yaml_map_free(struct yaml_map *map) {
    if (map)
        cyaml_free(&plain_config, &map_schema, map, 0);
}
