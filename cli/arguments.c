/* Taking a command line apart: --name value, --name=value, flags, operands, -- ends the options. */
#include "cli/cli.h"
#include "core/secrets.h"

#include <string.h>

/* Where the parser stands. */
struct scan {
    int argc;
    char **argv;
    int at;
    enum cg_command command;
    struct cg_arena *arena;
};

static int add_operand(struct scan *scan, const char *text, struct cli_arguments *out, struct cg_error *err) {
    if (out->operand_count == CLI_MOST_OPERANDS) {
        const char *shown = cg_secrets_masked(text, scan->arena);
        return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is one argument too many", shown ? shown : "it");
    }
    const char *copy = cg_arena_strdup(scan->arena, text);
    if (!copy)
        return cg_error_memory(err);
    out->operands[out->operand_count++] = copy;
    return 0;
}

static int add_setting(struct scan *scan, const struct cg_option *option, const char *value, struct cli_arguments *out,
                       struct cg_error *err) {
    size_t count = out->setting_count;
    struct cli_setting *settings = cg_arena_push(scan->arena, out->settings, &count, sizeof *settings);
    const char *copy = cg_arena_strdup(scan->arena, value);
    if (!settings || !copy)
        return cg_error_memory(err);
    settings[count - 1] = (struct cli_setting){option, copy};
    out->settings = settings;
    out->setting_count = count;
    return 0;
}

/* text: behind the two dashes. */
static int take_option(struct scan *scan, const char *text, struct cli_arguments *out, struct cg_error *err) {
    const char *equals = strchr(text, '=');
    const char *name = cg_arena_strndup(scan->arena, text, equals ? (size_t)(equals - text) : strlen(text));
    if (!name)
        return cg_error_memory(err);
    const struct cg_option *option = cg_option_find(name, scan->command, NULL);
    if (!option)
        return cg_option_refuse(name, scan->command, "--", err);
    if (equals)
        return add_setting(scan, option, equals + 1, out, err);
    if (option->kind == CG_OPTION_FLAG)
        return add_setting(scan, option, "true", out, err);
    const char *value = scan->at < scan->argc ? scan->argv[scan->at] : NULL;
    if (!value || strncmp(value, "--", 2) == 0) {
        cg_error_set(err, CG_ERR_USAGE, "--%s has no value; %s is wanted", name, option->argument);
        if (value)
            cg_error_hint(err, "a value that begins with -- is written --%s=VALUE", name);
        return -1;
    }
    scan->at++;
    return add_setting(scan, option, value, out, err);
}

int cli_arguments_parse(int argc, char **argv, enum cg_command command, struct cg_arena *arena,
                        struct cli_arguments *ret_arguments, struct cg_error *err) {
    struct scan scan = {argc, argv, 0, command, arena};
    struct cli_arguments out = {0};
    bool options_ended = false;
    while (scan.at < argc) {
        const char *text = argv[scan.at++];
        int result = 0;
        if (options_ended || text[0] != '-' || !text[1]) {
            result = add_operand(&scan, text, &out, err);
        } else if (strcmp(text, "--") == 0) {
            options_ended = true;
        } else if (strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0) {
            out.help = true;
        } else if (text[1] == '-') {
            result = take_option(&scan, text + 2, &out, err);
        } else {
            cg_error_set(err, CG_ERR_USAGE, "unknown option %s", text);
            cg_error_hint(err, "options are written out with two dashes; -- before an argument that begins with -");
            result = -1;
        }
        if (result < 0)
            return -1;
    }
    *ret_arguments = out;
    return 0;
}

/* Is an earlier setting one of the same option? */
static bool seen_before(const struct cli_arguments *arguments, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (arguments->settings[i].option == arguments->settings[at].option)
            return true;
    return false;
}

int cli_settings_apply(const struct cli_arguments *arguments, enum cg_command command, struct cg_options *options,
                       struct cg_error *err) {
    for (size_t i = 0; i < arguments->setting_count; i++) {
        const struct cli_setting *setting = &arguments->settings[i];
        if (!(setting->option->commands & command))
            return cg_option_refuse(setting->option->name, command, "--", err);
        if (!seen_before(arguments, i))
            cg_option_clear(setting->option, options);
        if (cg_option_set(setting->option, options, setting->value, err) < 0) {
            cg_error_object(err, "option --%s", setting->option->name);
            return -1;
        }
    }
    return 0;
}
