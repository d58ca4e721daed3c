/* One setter and one printer for all rows of the option table; see options.h. */
#include "core/options.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What docs/manual.md announces for later versions. */
static const char *const planned_options[] = {"resume", "mode", "witness", "settle", "workers", "max-differences"};

static const struct {
    enum cg_command command;
    const char *name;
} command_names[] = {
    {CG_CMD_MIGRATE, "migrate"}, {CG_CMD_VERIFY, "verify"},
    {CG_CMD_SCHEMA, "schema"},   {CG_CMD_RUN, "run"},
    {CG_CMD_RUNS, "runs"},       {CG_CMD_REPORT, "report"},
    {CG_CMD_FORGET, "forget"},   {CG_CMD_RETRY_REJECTS, "retry-rejects"},
};

const char *cg_command_name(enum cg_command command) {
    for (size_t i = 0; i < sizeof command_names / sizeof *command_names; i++)
        if (command_names[i].command == command)
            return command_names[i].name;
    return "unknown";
}

enum cg_command cg_command_by_name(const char *name) {
    for (size_t i = 0; i < sizeof command_names / sizeof *command_names; i++)
        if (strcmp(command_names[i].name, name) == 0)
            return command_names[i].command;
    return (enum cg_command)0;
}

static int default_jobs(void) {
    cpu_set_t cores;
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count < 1 ? 1 : count < 8 ? count : 8;
}

void cg_options_init(struct cg_options *options, struct cg_arena *arena) {
    *options = (struct cg_options){.arena = arena,
                                   .jobs = default_jobs(),
                                   .schema = "public",
                                   .rejects = "rejects",
                                   .max_rejects = 10000,
                                   .memory = (uint64_t)256 << 20,
                                   .ledger_schema = "crossgrade",
                                   .section = "pre-data,post-data"};
}

static const char *name_for_command(const void *context, size_t i) {
    const enum cg_command *command = context;
    return cg_option_table[i].commands & *command ? cg_option_table[i].name : NULL;
}

const struct cg_option *cg_option_find(const char *name, enum cg_command command, const char **ret_nearest) {
    if (ret_nearest)
        *ret_nearest = NULL;
    for (size_t i = 0; i < cg_option_count; i++)
        if (cg_option_table[i].commands & command && strcmp(cg_option_table[i].name, name) == 0)
            return &cg_option_table[i];
    if (ret_nearest)
        *ret_nearest = cg_nearest(name, cg_option_count, name_for_command, &command);
    return NULL;
}

bool cg_option_is_planned(const char *name) {
    for (size_t i = 0; i < sizeof planned_options / sizeof *planned_options; i++)
        if (strcmp(planned_options[i], name) == 0)
            return true;
    return false;
}

/* "migrate, schema, run": who takes an option. */
static void commands_of(const struct cg_option *option, char *out, size_t cap) {
    out[0] = '\0';
    for (size_t i = 0; i < sizeof command_names / sizeof *command_names; i++) {
        if (option->commands & command_names[i].command) {
            size_t len = strlen(out);
            (void)snprintf(out + len, cap - len, "%s%s", len ? ", " : "", command_names[i].name);
        }
    }
}

int cg_option_refuse(const char *name, enum cg_command command, const char *prefix, struct cg_error *err) {
    const char *nearest;
    (void)cg_option_find(name, command, &nearest);
    if (cg_option_is_planned(name)) {
        cg_error_set(err, CG_ERR_USAGE, "%s%s is not available in this version", prefix, name);
        return -1;
    }
    for (size_t i = 0; i < cg_option_count; i++) {
        if (strcmp(cg_option_table[i].name, name) == 0) {
            char commands[120];
            commands_of(&cg_option_table[i], commands, sizeof commands);
            return cg_error_set(err, CG_ERR_USAGE, "%s%s is not an option of %s; it belongs to %s", prefix, name,
                                cg_command_name(command), commands);
        }
    }
    cg_error_set(err, CG_ERR_USAGE, "unknown %s %s%s", *prefix ? "option" : "key", prefix, name);
    if (nearest)
        cg_error_hint(err, "did you mean %s%s?", prefix, nearest);
    return -1;
}

/* ---- values ---- */

static void *field_of(const struct cg_option *option, struct cg_options *options) {
    return (char *)options + option->field;
}

static const void *value_of(const struct cg_option *option, const struct cg_options *options) {
    return (const char *)options + option->field;
}

static int set_flag(const struct cg_option *option, struct cg_options *options, const char *value,
                    struct cg_error *err) {
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on"}; /* odd places are true */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(value, words[i]) == 0) {
            *(bool *)field_of(option, options) = i % 2;
            return 0;
        }
    }
    return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is neither true nor false", value);
}

static int check_text(const struct cg_option *option, const char **value, struct cg_error *err) {
    if (!**value)
        return cg_error_set(err, CG_ERR_USAGE, "the value is empty; %s is wanted", option->argument);
    return option->check ? option->check(value, err) : 0;
}

static int set_text(const struct cg_option *option, struct cg_options *options, const char *value,
                    struct cg_error *err) {
    if (check_text(option, &value, err) < 0)
        return -1;
    const char *copy = cg_arena_strdup(options->arena, value);
    if (!copy)
        return cg_error_memory(err);
    *(const char **)field_of(option, options) = copy;
    return 0;
}

static int set_list(const struct cg_option *option, struct cg_options *options, const char *value,
                    struct cg_error *err) {
    struct cg_strings *list = field_of(option, options);
    if (check_text(option, &value, err) < 0)
        return -1;
    const char *copy = cg_arena_strdup(options->arena, value);
    size_t count = list->count;
    const char **items = copy ? cg_arena_push(options->arena, list->items, &count, sizeof *items) : NULL;
    if (!items)
        return cg_error_memory(err);
    items[count - 1] = copy;
    *list = (struct cg_strings){items, count};
    return 0;
}

static int set_number(const struct cg_option *option, struct cg_options *options, const char *value,
                      struct cg_error *err) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    if (errno || !isdigit((unsigned char)*value) || *end || number < option->minimum || number > option->maximum)
        return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is not a whole number from %" PRIu64 " to %" PRIu64, value,
                            option->minimum, option->maximum);
    *(int *)field_of(option, options) = (int)number;
    return 0;
}

static int size_out_of_range(const struct cg_option *option, const char *value, bool small, struct cg_error *err) {
    static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB"};
    uint64_t limit = small ? option->minimum : option->maximum;
    size_t unit = 0;
    for (; limit >= 1024 && limit % 1024 == 0 && unit + 1 < sizeof units / sizeof *units; unit++)
        limit /= 1024;
    return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is too %s: the %s is %" PRIu64 "%s", value,
                        small ? "small" : "large", small ? "least" : "most", limit, units[unit]);
}

static int set_size(const struct cg_option *option, struct cg_options *options, const char *value,
                    struct cg_error *err) {
    uint64_t bytes;
    if (cg_size_parse(value, &bytes, err) < 0)
        return -1;
    if (bytes < option->minimum || bytes > option->maximum)
        return size_out_of_range(option, value, bytes < option->minimum, err);
    *(uint64_t *)field_of(option, options) = bytes;
    return 0;
}

/* "text, json" */
static void join_words(const char *const *words, char *out, size_t cap) {
    out[0] = '\0';
    for (; *words; words++) {
        size_t len = strlen(out);
        (void)snprintf(out + len, cap - len, "%s%s", len ? ", " : "", *words);
    }
}

static int set_choice(const struct cg_option *option, struct cg_options *options, const char *value,
                      struct cg_error *err) {
    for (int i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], value) == 0) {
            memcpy(field_of(option, options), &i, sizeof i); /* enums are ints here */
            return 0;
        }
    }
    char allowed[120];
    join_words(option->choices, allowed, sizeof allowed);
    bool planned = false;
    for (const char *const *later = option->planned; later && *later; later++)
        planned |= strcmp(*later, value) == 0;
    cg_error_set(err, CG_ERR_USAGE, planned ? "\"%s\" is not available in this version" : "\"%s\" is not known", value);
    cg_error_hint(err, "allowed: %s", allowed);
    return -1;
}

int cg_option_set(const struct cg_option *option, struct cg_options *options, const char *value, struct cg_error *err) {
    static int (*const setters[])(const struct cg_option *, struct cg_options *, const char *, struct cg_error *) = {
        [CG_OPTION_FLAG] = set_flag,     [CG_OPTION_TEXT] = set_text, [CG_OPTION_LIST] = set_list,
        [CG_OPTION_NUMBER] = set_number, [CG_OPTION_SIZE] = set_size, [CG_OPTION_CHOICE] = set_choice,
    };
    return setters[option->kind](option, options, value, err);
}

int cg_options_set(struct cg_options *options, enum cg_command command, const char *name, const char *value,
                   struct cg_error *err) {
    const struct cg_option *option = cg_option_find(name, command, NULL);
    if (!option)
        return cg_option_refuse(name, command, "--", err);
    if (cg_option_set(option, options, value, err) < 0) {
        cg_error_object(err, "option --%s", name);
        return -1;
    }
    return 0;
}

void cg_option_clear(const struct cg_option *option, struct cg_options *options) {
    if (option->kind == CG_OPTION_LIST)
        *(struct cg_strings *)field_of(option, options) = (struct cg_strings){0};
}

const struct cg_strings *cg_option_list(const struct cg_option *option, const struct cg_options *options) {
    return option->kind == CG_OPTION_LIST ? value_of(option, options) : NULL;
}

static const char *show_size(uint64_t bytes, struct cg_arena *arena) {
    static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (unit < 4 && bytes && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    return cg_arena_printf(arena, "%" PRIu64 "%s", bytes, units[unit]);
}

static const char *show_list(const struct cg_strings *list, struct cg_arena *arena) {
    const char *text = "";
    for (size_t i = 0; text && i < list->count; i++)
        text = cg_arena_printf(arena, "%s%s%s", text, i ? "\n" : "", list->items[i]);
    return text;
}

const char *cg_option_show(const struct cg_option *option, const struct cg_options *options, struct cg_arena *arena) {
    const void *value = value_of(option, options);
    int choice = 0;
    switch (option->kind) {
    case CG_OPTION_FLAG:
        return *(const bool *)value ? "true" : "false";
    case CG_OPTION_TEXT:
        return *(const char *const *)value ? *(const char *const *)value : "";
    case CG_OPTION_LIST:
        return show_list(value, arena);
    case CG_OPTION_NUMBER:
        return cg_arena_printf(arena, "%d", *(const int *)value);
    case CG_OPTION_SIZE:
        return show_size(*(const uint64_t *)value, arena);
    case CG_OPTION_CHOICE:
        memcpy(&choice, value, sizeof choice);
        return option->choices[choice];
    }
    return NULL;
}

int cg_size_parse(const char *text, uint64_t *ret_bytes, struct cg_error *err) {
    static const struct {
        const char *name;
        unsigned shift;
    } units[] = {{"", 0},     {"B", 0},    {"K", 10},   {"M", 20},   {"G", 30},
                 {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}, {"T", 40}};
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    for (size_t i = 0; !errno && isdigit((unsigned char)*text) && i < sizeof units / sizeof *units; i++) {
        if (strcasecmp(end, units[i].name) == 0 && number <= UINT64_MAX >> units[i].shift) {
            *ret_bytes = (uint64_t)number << units[i].shift;
            return 0;
        }
    }
    cg_error_set(err, CG_ERR_USAGE, "\"%s\" is not a size", text);
    cg_error_hint(err, "write a whole number of bytes, or with a unit: 65536, 64KiB, 256MiB, 1GiB");
    return -1;
}
