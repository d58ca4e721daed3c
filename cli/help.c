/* --help, made from the tables of commands and options: 80 columns, standard output. */
#include "cli/cli.h"
#include "core/conversions.h"

#include <csv.h>
#include <cyaml/cyaml.h>
#include <libpq-fe.h>
#include <mysql/mysql.h>
#include <string.h>
#include <xxhash.h>
#include <yajl/yajl_version.h>
#include <yaml.h>

enum { WIDTH = 80, OPTION_INDENT = 2, HELP_INDENT = 29 };

static const char *const group_titles[CG_GROUP_COUNT] = {
    [CG_GROUP_SCOPE] = "What is moved or compared",
    [CG_GROUP_VALUES] = "Types and values",
    [CG_GROUP_CONDUCT] = "How it runs",
    [CG_GROUP_OUTPUT] = "What it tells",
};

/* Writes text in words, from column `at`, following lines indented; ends the line. */
static void wrap(FILE *out, const char *text, int at, int indent) {
    int column = at;
    while (*text) {
        int len = (int)strcspn(text, " ");
        bool starts = column <= indent;
        if (!starts && column + 1 + len > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            starts = true;
        }
        fprintf(out, "%s%.*s", starts ? "" : " ", len, text);
        column += len + !starts;
        text += len;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_option(const struct cg_option *option, FILE *out) {
    char head[80], body[512];
    int len = option->argument ? snprintf(head, sizeof head, "--%s %s", option->name, option->argument)
                               : snprintf(head, sizeof head, "--%s", option->name);
    const char *again = option->kind == CG_OPTION_LIST ? " Repeatable." : "";
    if (option->kind != CG_OPTION_FLAG && *option->fallback)
        snprintf(body, sizeof body, "%s%s [%s]", option->help, again, option->fallback);
    else
        snprintf(body, sizeof body, "%s%s", option->help, again);
    fprintf(out, "%*s%s", OPTION_INDENT, "", head);
    if (OPTION_INDENT + len + 1 > HELP_INDENT)
        fputc('\n', out);
    fprintf(out, "%*s", OPTION_INDENT + len + 1 > HELP_INDENT ? HELP_INDENT : HELP_INDENT - OPTION_INDENT - len, "");
    wrap(out, body, HELP_INDENT, HELP_INDENT);
}

static void print_group(enum cg_command command, enum cg_option_group group, FILE *out) {
    bool any = false;
    for (size_t i = 0; i < cg_option_count; i++) {
        const struct cg_option *option = &cg_option_table[i];
        if (option->group != group || !(option->commands & command))
            continue;
        if (!any)
            fprintf(out, "\n%s:\n", group_titles[group]);
        any = true;
        print_option(option, out);
    }
    if (group == CG_GROUP_OUTPUT)
        fprintf(out, "  --help%*sThis text.\n", HELP_INDENT - 8, "");
}

/* What --accept takes, from the table of conversions. */
static void print_acceptable(FILE *out) {
    fprintf(out, "\nNames for --accept:\n");
    for (size_t i = 0; i < CG_CONVERSION_COUNT; i++) {
        if (!cg_conversions[i].needs_acceptance)
            continue;
        fprintf(out, "  %-*s", HELP_INDENT - 2, cg_conversions[i].name);
        if (strlen(cg_conversions[i].name) >= HELP_INDENT - 2)
            fprintf(out, "\n%*s", HELP_INDENT, "");
        wrap(out, cg_conversions[i].meaning, HELP_INDENT, HELP_INDENT);
    }
}

static const char *const exit_codes =
    "Exit codes (the first of 6 5 4 3 1 2 0 that applies):\n"
    "  0  done; a verdict is SAFE, or SAFE_WITH_CONVERSIONS with all accepted\n"
    "  1  finished with at least one blocker: something differs, failed or is missing\n"
    "  2  finished without a blocker; evidence is missing or acceptance awaited\n"
    "  3  refused before any row moved: usage, configuration, rights, existing tables\n"
    "  4  a server, the network or this machine failed; the run is not complete\n"
    "  5  stopped by a signal\n"
    "  6  internal error, or the self-test failed\n";

static const char *const exit_codes_plain =
    "Exit codes: 0 done, 3 refused, 4 a server or the network failed, 5 stopped\n"
    "by a signal, 6 internal error.\n";

void cli_help_command(const struct cli_command *command, FILE *out) {
    const char *name = cg_command_name(command->command);
    bool judges = command->command & (CG_CMD_MIGRATE | CG_CMD_VERIFY | CG_CMD_RUN);
    fprintf(out, "usage: crossgrade %s %s [options]\n\n", name, command->operands);
    for (const char *line = command->description; *line;) {
        size_t len = strcspn(line, "\n");
        char paragraph[1024];
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)len, line);
        wrap(out, paragraph, 0, 0);
        line += len + (line[len] == '\n');
    }
    for (int group = 0; group < CG_GROUP_COUNT; group++)
        print_group(command->command, (enum cg_option_group)group, out);
    if (judges)
        print_acceptable(out);
    fprintf(out, "\nValues in [brackets] are defaults. --name VALUE and --name=VALUE are the same;\n"
                 "--flag=false turns a flag off again; -- ends the options.\n");
    fprintf(out, "\nExamples:\n%s\n%s", command->examples, judges ? exit_codes : exit_codes_plain);
}

void cli_help_program(FILE *out) {
    fputs("crossgrade moves MySQL and MariaDB databases into PostgreSQL and proves that\n"
          "nothing was lost.\n\n"
          "usage: crossgrade COMMAND ARGUMENTS [options]\n\n"
          "Commands:\n",
          out);
    for (size_t i = 0; i < cli_command_count; i++) {
        const struct cli_command *command = &cli_commands[i];
        char usage[60];
        snprintf(usage, sizeof usage, "%s %s", cg_command_name(command->command), command->operands);
        fprintf(out, "  %-24s ", usage);
        wrap(out, command->summary, 27, 27);
    }
    fputs("  help [COMMAND]           What a command does, its options, examples.\n\n"
          "Databases are named by URIs:\n"
          "  mysql://USER@HOST:3306/DATABASE       (or mariadb://...)\n"
          "  postgresql://USER@HOST:5432/DATABASE\n"
          "Passwords come from ~/.my.cnf or MYSQL_PWD, and from ~/.pgpass or PGPASSWORD;\n"
          "in a URI they work too and are hidden from the process list.\n\n"
          "Examples:\n"
          "  crossgrade migrate mysql://root@db1/shop postgresql://me@db2/shop\n"
          "  crossgrade verify mysql://root@db1/shop postgresql://me@db2/shop\n"
          "  crossgrade help migrate\n\n",
          out);
    fputs(exit_codes, out);
    fputs("\n--version prints the versions of crossgrade and of its libraries.\n", out);
}

void cli_usage(FILE *out) {
    fputs("usage: crossgrade COMMAND ARGUMENTS [options]\n  commands:", out);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(out, " %s", cg_command_name(cli_commands[i].command));
    fputs("\n  crossgrade --help tells more, crossgrade help COMMAND about one of them\n", out);
}

void cli_version(FILE *out) {
    int pq = PQlibVersion();
    unsigned xx = XXH_versionNumber();
    int yajl = yajl_version();
    fprintf(out, "crossgrade %s\n", CG_VERSION);
    fprintf(out, "libpq %d.%d\n", pq / 10000, pq % 10000);
    fprintf(out, "MySQL client %s\n", mysql_get_client_info());
    fprintf(out, "xxHash %u.%u.%u\n", xx / 10000, xx / 100 % 100, xx % 100);
    fprintf(out, "yajl %d.%d.%d\n", yajl / 10000, yajl / 100 % 100, yajl % 100);
    fprintf(out, "libcyaml %s\n", cyaml_version_str);
    fprintf(out, "libyaml %s\n", yaml_get_version_string());
    fprintf(out, "libcsv %d.%d.%d\n", CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
}
