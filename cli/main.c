/* crossgrade: finds the subcommand, takes its arguments apart, hides passwords from the process list, runs it. */
#include "cli/cli.h"
#include "cli/signals.h"
#include "core/secrets.h"
#include "verify/verdict.h"

#include <string.h>

/* Subcommands that only a later version has. */
static const char *const planned_commands[] = {"check", "worker", "follow", "cutover"};

static const struct cli_command *find_command(const char *name) {
    enum cg_command command = cg_command_by_name(name);
    for (size_t i = 0; i < cli_command_count; i++)
        if (cli_commands[i].command == command)
            return &cli_commands[i];
    return NULL;
}

static const char *command_at(const void *context, size_t i) {
    (void)context;
    static const char *const others[] = {"help", "--help", "--version"};
    return i < cli_command_count ? cg_command_name(cli_commands[i].command) : others[i - cli_command_count];
}

static int refuse_command(const char *name, struct cg_arena *arena) {
    struct cg_error err = {0};
    bool planned = false;
    for (size_t i = 0; i < sizeof planned_commands / sizeof *planned_commands; i++)
        planned |= strcmp(planned_commands[i], name) == 0;
    const char *shown = cg_secrets_masked(name, arena);
    const char *nearest = cg_nearest(name, cli_command_count + 3, command_at, NULL);
    if (planned)
        cg_error_set(&err, CG_ERR_USAGE, "the command %s is not available in this version", name);
    else
        cg_error_set(&err, CG_ERR_USAGE, "unknown command \"%s\"", shown ? shown : "");
    if (nearest && !planned)
        cg_error_hint(&err, "did you mean %s?", nearest);
    else
        cg_error_hint(&err, "crossgrade --help lists the commands");
    cli_print_error(&err, CG_LOG_TEXT);
    return CLI_EXIT_REFUSED;
}

static int check_operands(const struct cli_command *command, const struct cli_arguments *arguments,
                          struct cg_error *err) {
    if (arguments->operand_count >= command->least && arguments->operand_count <= command->most)
        return 0;
    cg_error_set(err, CG_ERR_USAGE, "%s takes %s; %zu %s given", cg_command_name(command->command), command->operands,
                 arguments->operand_count, arguments->operand_count == 1 ? "argument was" : "arguments were");
    cg_error_hint(err, "crossgrade help %s shows examples", cg_command_name(command->command));
    return -1;
}

/* Errors in the options themselves have to be told in some form: the one asked for, if it was understood. */
static void take_log_format(const struct cli_arguments *arguments, struct cg_options *options) {
    for (size_t i = 0; i < arguments->setting_count; i++)
        if (strcmp(arguments->settings[i].option->name, "log-format") == 0 &&
            cg_option_set(arguments->settings[i].option, options, arguments->settings[i].value, NULL) < 0)
            continue; /* told when all settings are applied */
}

static int run_command(const struct cli_command *command, int argc, char **argv, struct cg_arena *arena) {
    struct cli_arguments arguments = {0};
    struct cli_call call = {.command = command->command, .arena = arena, .arguments = &arguments};
    struct cg_error err = {0};
    cg_options_init(&call.options, arena);
    int result = cli_arguments_parse(argc, argv, command->command, arena, &arguments, &err);
    for (int i = 0; i < argc; i++)
        cg_secrets_wipe(argv[i]);
    if (result < 0) {
        if (!err.hint[0])
            cg_error_hint(&err, "crossgrade help %s lists the options", cg_command_name(command->command));
        return cli_fail(&call, &err);
    }
    if (arguments.help) {
        cli_help_command(command, stdout);
        return CLI_EXIT_OK;
    }
    take_log_format(&arguments, &call.options);
    bool from_file = command->command == CG_CMD_RUN; /* applies them over its file */
    if (check_operands(command, &arguments, &err) < 0 ||
        (!from_file && cli_settings_apply(&arguments, command->command, &call.options, &err) < 0))
        return cli_fail(&call, &err);
    return command->run(&call);
}

static int help(int argc, char **argv, struct cg_arena *arena) {
    if (argc == 0 || strcmp(argv[0], "help") == 0) {
        cli_help_program(stdout);
        return CLI_EXIT_OK;
    }
    const struct cli_command *command = find_command(argv[0]);
    if (!command)
        return refuse_command(argv[0], arena);
    cli_help_command(command, stdout);
    return CLI_EXIT_OK;
}

/* argv[1...]: the command and what follows. */
static int dispatch(int argc, char **argv, struct cg_arena *arena) {
    const char *first = argc > 0 ? argv[0] : NULL;
    if (!first) {
        cli_usage(stderr);
        return CLI_EXIT_REFUSED;
    }
    if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0) {
        cli_version(stdout);
        return CLI_EXIT_OK;
    }
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0)
        return help(argc - 1, argv + 1, arena);
    const struct cli_command *command = find_command(first);
    if (!command) {
        int code = refuse_command(first, arena);
        for (int i = 0; i < argc; i++)
            cg_secrets_wipe(argv[i]);
        return code;
    }
    return run_command(command, argc - 1, argv + 1, arena);
}

/* What --help and --version wrote must have arrived, or success is a lie. */
static int flush_output(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "crossgrade: standard output: cannot write\n");
    return cg_exit_code_worse(code, cg_exit_code(CG_ERR_SYSTEM));
}

int main(int argc, char **argv) {
    struct cg_arena *arena = cg_arena_new();
    if (!arena || cli_signals_start() < 0) {
        fprintf(stderr, "crossgrade: this machine has no memory or no thread left\n");
        cg_arena_free(arena);
        return cg_exit_code(CG_ERR_SYSTEM);
    }
    int code = flush_output(dispatch(argc - 1, argv + 1, arena));
    cli_signals_stop();
    cg_arena_free(arena);
    return code;
}
