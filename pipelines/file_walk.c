/* The shape of a pipeline file, event by event, so that every complaint has the line of what it is about; see file.h.
 */
#include "pipelines/file.h"

#include <string.h>
#include <strings.h>
#include <yaml.h>

/* A walk: one event at a time, owned by the walk until the next. */
struct walk {
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    const char *file;
    struct cg_arena *arena;
    struct cg_pipeline_keys keys;
};

const char *cg_pipeline_key_name(size_t index) {
    static const char *const fixed[CG_PIPELINE_FIXED_KEYS] = {"command", "source", "target"};
    return index < CG_PIPELINE_FIXED_KEYS ? fixed[index] : cg_option_table[index - CG_PIPELINE_FIXED_KEYS].name;
}

static const char *candidate(const void *context, size_t i) {
    (void)context;
    if (i >= CG_PIPELINE_FIXED_KEYS && !(cg_option_table[i - CG_PIPELINE_FIXED_KEYS].commands & CG_CMD_RUN))
        return NULL;
    return cg_pipeline_key_name(i);
}

static int event_line(const struct walk *walk) {
    return (int)walk->event.start_mark.line + 1;
}

static int next(struct walk *walk, struct cg_error *err) {
    if (walk->has_event)
        yaml_event_delete(&walk->event);
    walk->has_event = false;
    if (yaml_parser_parse(&walk->parser, &walk->event)) {
        walk->has_event = true;
        return 0;
    }
    const yaml_parser_t *parser = &walk->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return cg_error_memory(err);
    cg_error_set(err, CG_ERR_USAGE, "this is not valid YAML: %s%s%s", parser->context ? parser->context : "",
                 parser->context ? ": " : "", parser->problem ? parser->problem : "unknown problem");
    cg_error_object(err, "%s, line %zu", walk->file, parser->problem_mark.line + 1);
    return -1;
}

static const char *scalar(const struct walk *walk) {
    return (const char *)walk->event.data.scalar.value;
}

/* An unquoted nothing: `key:`, `key: ~`, `key: null`. */
static bool is_null(const struct walk *walk) {
    return walk->event.type == YAML_SCALAR_EVENT && walk->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (!*scalar(walk) || strcmp(scalar(walk), "~") == 0 || strcasecmp(scalar(walk), "null") == 0);
}

static int at_key(const struct walk *walk, int line, const char *key, struct cg_error *err) {
    cg_error_object(err, "%s, line %d, key %s", walk->file, line, key);
    return -1;
}

/* One scalar, as a value or as an item of a list; the event is there already. */
static int check_scalar(struct walk *walk, const char *key, struct cg_error *err) {
    if (is_null(walk)) {
        cg_error_set(err, CG_ERR_USAGE, "there is no value");
        cg_error_hint(err, "leave the key out for its default");
    } else if (walk->event.type == YAML_ALIAS_EVENT) {
        cg_error_set(err, CG_ERR_USAGE, "aliases (*name) are not understood here");
        cg_error_hint(err, "write the value out, or use ${VARIABLE} from the environment");
    } else if (walk->event.type != YAML_SCALAR_EVENT) {
        cg_error_set(err, CG_ERR_USAGE, "one value is wanted here, not a %s",
                     walk->event.type == YAML_SEQUENCE_START_EVENT ? "list" : "mapping");
    } else if (strlen(scalar(walk)) != walk->event.data.scalar.length) {
        cg_error_set(err, CG_ERR_USAGE, "the value holds a NUL byte");
    } else {
        return 0;
    }
    return at_key(walk, event_line(walk), key, err);
}

static int walk_list(struct walk *walk, struct cg_pipeline_key *key, struct cg_error *err) {
    const char *name = cg_pipeline_key_name(key->index);
    if (walk->event.type != YAML_SEQUENCE_START_EVENT) {
        cg_error_set(err, CG_ERR_USAGE, "a list is wanted here");
        cg_error_hint(err, "write %s: [ONE, TWO], or one \"- ITEM\" per line below the key", name);
        return at_key(walk, key->line, name, err);
    }
    for (;;) {
        if (next(walk, err) < 0)
            return -1;
        if (walk->event.type == YAML_SEQUENCE_END_EVENT)
            return 0;
        if (check_scalar(walk, name, err) < 0)
            return -1;
        int *lines = cg_arena_push(walk->arena, key->item_lines, &key->item_count, sizeof *lines);
        if (!lines)
            return cg_error_memory(err);
        key->item_lines = lines;
        lines[key->item_count - 1] = event_line(walk);
    }
}

static int walk_value(struct walk *walk, struct cg_pipeline_key *key, struct cg_error *err) {
    bool list = key->index >= CG_PIPELINE_FIXED_KEYS &&
                cg_option_table[key->index - CG_PIPELINE_FIXED_KEYS].kind == CG_OPTION_LIST;
    if (next(walk, err) < 0)
        return -1;
    return list ? walk_list(walk, key, err) : check_scalar(walk, cg_pipeline_key_name(key->index), err);
}

static int refuse_key(struct walk *walk, const char *name, size_t all, struct cg_error *err) {
    (void)cg_option_refuse(name, CG_CMD_RUN, "", err);
    const char *nearest = cg_nearest(name, all, candidate, NULL);
    if (nearest && !cg_option_is_planned(name))
        cg_error_hint(err, "did you mean %s?", nearest);
    cg_error_object(err, "%s, line %d", walk->file, event_line(walk));
    return -1;
}

/* Finds the key that the current event names; adds it to the keys of the walk. */
static int walk_key(struct walk *walk, struct cg_error *err) {
    if (walk->event.type != YAML_SCALAR_EVENT) {
        cg_error_set(err, CG_ERR_USAGE, "a key is wanted here: an option's name");
        cg_error_object(err, "%s, line %d", walk->file, event_line(walk));
        return -1;
    }
    size_t all = CG_PIPELINE_FIXED_KEYS + cg_option_count, index = 0;
    for (; index < all; index++) {
        const char *known = candidate(NULL, index);
        if (known && strcmp(known, scalar(walk)) == 0)
            break;
    }
    if (index == all)
        return refuse_key(walk, scalar(walk), all, err);
    for (size_t i = 0; i < walk->keys.count; i++) {
        if (walk->keys.items[i].index == index) {
            cg_error_set(err, CG_ERR_USAGE, "the key is there twice, first in line %d", walk->keys.items[i].line);
            return at_key(walk, event_line(walk), scalar(walk), err);
        }
    }
    size_t count = walk->keys.count;
    struct cg_pipeline_key *items = cg_arena_push(walk->arena, walk->keys.items, &count, sizeof *items);
    if (!items)
        return cg_error_memory(err);
    items[count - 1] = (struct cg_pipeline_key){.index = index, .line = event_line(walk)};
    walk->keys = (struct cg_pipeline_keys){items, count};
    return 0;
}

/* The next event must be of that type. */
static int expect(struct walk *walk, yaml_event_type_t type, const char *complaint, struct cg_error *err) {
    if (next(walk, err) < 0)
        return -1;
    if (walk->event.type == type)
        return 0;
    cg_error_set(err, CG_ERR_USAGE, "%s", complaint);
    cg_error_object(err, "%s, line %d", walk->file, event_line(walk));
    return -1;
}

static int walk_document(struct walk *walk, struct cg_error *err) {
    if (expect(walk, YAML_STREAM_START_EVENT, "the file is no YAML stream", err) < 0 ||
        expect(walk, YAML_DOCUMENT_START_EVENT, "the file is empty", err) < 0 ||
        expect(walk, YAML_MAPPING_START_EVENT, "the file must be a mapping: one \"key: value\" per line", err) < 0)
        return -1;
    for (;;) {
        if (next(walk, err) < 0)
            return -1;
        if (walk->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (walk_key(walk, err) < 0 || walk_value(walk, &walk->keys.items[walk->keys.count - 1], err) < 0)
            return -1;
    }
    if (expect(walk, YAML_DOCUMENT_END_EVENT, "the file goes on after its mapping", err) < 0)
        return -1;
    return expect(walk, YAML_STREAM_END_EVENT, "a second document begins; one file is one run", err);
}

int cg_pipeline_walk(const char *text, size_t len, const char *name, struct cg_arena *arena,
                     struct cg_pipeline_keys *ret_keys, struct cg_error *err) {
    struct walk walk = {.file = name, .arena = arena};
    if (!yaml_parser_initialize(&walk.parser))
        return cg_error_memory(err);
    yaml_parser_set_input_string(&walk.parser, (const unsigned char *)text, len);
    int result = walk_document(&walk, err);
    if (walk.has_event)
        yaml_event_delete(&walk.event);
    yaml_parser_delete(&walk.parser);
    if (result == 0)
        *ret_keys = walk.keys;
    return result;
}
