/* The option table and what the form of a value must be; see options.h. */
#include "core/options.h"

#include <string.h>

#define JOBS      (CG_CMD_MIGRATE | CG_CMD_VERIFY | CG_CMD_RUN) /* what a pipeline file can hold */
#define PLANNING  (CG_CMD_MIGRATE | CG_CMD_SCHEMA | CG_CMD_RUN) /* what makes a plan from type maps */
#define LEDGER    (CG_CMD_RUNS | CG_CMD_REPORT | CG_CMD_FORGET | CG_CMD_RETRY_REJECTS) /* what reads the ledger */
#define MIGRATING (CG_CMD_MIGRATE | CG_CMD_RUN)

static const char *const probe_choices[] = {"full", "sample", "off", NULL};
static const char *const names_choices[] = {"keep", "lower", "snake", NULL};
static const char *const on_error_choices[] = {"stop-table", "reject", "stop", NULL};
static const char *const collation_choices[] = {"plain", "icu", "citext", NULL};
static const char *const orphans_choices[] = {"report", "delete", "null", NULL};
static const char *const log_choices[] = {"text", "json", NULL};
static const char *const format_choices[] = {"text", "json", NULL};
static const char *const format_planned[] = {"html", "junit", NULL};

/* A PostgreSQL schema that may be made or written to. */
static int check_schema(const char **value, struct cg_error *err) {
    if (strlen(*value) > 63)
        return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is longer than the 63 bytes of a PostgreSQL name", *value);
    if (strncmp(*value, "pg_", 3) == 0 || strcmp(*value, "information_schema") == 0)
        return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is a schema of PostgreSQL itself", *value);
    return 0;
}

static int check_map_column(const char **value, struct cg_error *err) {
    const char *equals = strchr(*value, '=');
    const char *dot = strchr(*value, '.');
    if (equals && equals[1] && dot && dot > *value && dot + 1 < equals)
        return 0;
    cg_error_set(err, CG_ERR_USAGE, "\"%s\" is not of the form TABLE.COLUMN=TYPE", *value);
    cg_error_hint(err, "for instance orders.paid=boolean");
    return -1;
}

static int check_where(const char **value, struct cg_error *err) {
    const char *equals = strchr(*value, '=');
    if (equals && equals > *value && equals[1])
        return 0;
    cg_error_set(err, CG_ERR_USAGE, "\"%s\" is not of the form TABLE=CONDITION", *value);
    cg_error_hint(err, "for instance \"orders=placed >= '2024-01-01'\"");
    return -1;
}

static int check_section(const char **value, struct cg_error *err) {
    static const char *const spellings[][2] = {{"pre-data", "pre-data"},
                                               {"post-data", "post-data"},
                                               {"pre-data,post-data", "pre-data,post-data"},
                                               {"post-data,pre-data", "pre-data,post-data"}};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        if (strcmp(*value, spellings[i][0]) == 0) {
            *value = spellings[i][1];
            return 0;
        }
    }
    return cg_error_set(err, CG_ERR_USAGE, "\"%s\" is neither pre-data nor post-data nor pre-data,post-data", *value);
}

#define FIELD(name) offsetof(struct cg_options, name)

const struct cg_option cg_option_table[] = {
    {.name = "schema",
     .argument = "NAME",
     .fallback = "public",
     .commands = JOBS | CG_CMD_SCHEMA | CG_CMD_RETRY_REJECTS,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(schema),
     .check = check_schema,
     .help = "Schema of the target database that holds the tables; migrate makes it when it is not there."},
    {.name = "include",
     .argument = "GLOB",
     .fallback = "",
     .commands = JOBS | CG_CMD_SCHEMA,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_LIST,
     .field = FIELD(include),
     .help = "Only tables whose name in the source matches (*, ?, [set]); all when not given."},
    {.name = "exclude",
     .argument = "GLOB",
     .fallback = "",
     .commands = JOBS | CG_CMD_SCHEMA,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_LIST,
     .field = FIELD(exclude),
     .help = "Not these tables; the report lists and counts them. Wins over --include."},
    {.name = "names",
     .argument = "keep|lower|snake",
     .fallback = "keep",
     .commands = JOBS | CG_CMD_SCHEMA | CG_CMD_RETRY_REJECTS,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_CHOICE,
     .field = FIELD(names),
     .choices = names_choices,
     .help = "How names are spelled on the target: as they are, in lower case, in snake_case. Two that would be the "
             "same stay two."},
    {.name = "where",
     .argument = "TABLE=EXPR",
     .fallback = "",
     .commands = PLANNING,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_LIST,
     .field = FIELD(where),
     .check = check_where,
     .help = "Only the rows of TABLE for which EXPR, in the source's SQL, holds; one for each table. The "
             "verdict says that the table is filtered."},
    {.name = "drop-existing",
     .fallback = "off",
     .commands = PLANNING,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(drop_existing),
     .help = "Drop the tables that the run is about to make, never CASCADE. Without it, existing tables are an "
             "error."},
    {.name = "schema-only",
     .fallback = "off",
     .commands = MIGRATING,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(schema_only),
     .help = "Make everything that is schema, keys and foreign keys included, and move no rows."},
    {.name = "data-only",
     .fallback = "off",
     .commands = MIGRATING,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(data_only),
     .help = "Move rows into tables that are there, with the types that they have; make nothing. Tables that hold rows "
             "are an error, unless --truncate."},
    {.name = "truncate",
     .fallback = "off",
     .commands = MIGRATING,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(truncate),
     .help = "With --data-only: empty exactly the tables that are loaded first, never CASCADE."},
    {.name = "manage-constraints",
     .fallback = "off",
     .commands = MIGRATING,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(manage_constraints),
     .help =
         "With --data-only: drop the tables' foreign keys and switch their triggers off for the load, and bring them "
         "back exactly, whatever becomes of it."},
    {.name = "owner",
     .argument = "ROLE",
     .fallback = "",
     .commands = PLANNING,
     .group = CG_GROUP_SCOPE,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(owner),
     .help = "Role that is to own the schema, tables, sequences, types, views and functions that are made; the "
             "target's user when not "
             "given."},
    {.name = "collation",
     .argument = "plain|icu|citext",
     .fallback = "plain",
     .commands = PLANNING,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_CHOICE,
     .field = FIELD(collation),
     .choices = collation_choices,
     .help = "What case-insensitive text becomes: text that tells letters apart, text with nondeterministic ICU "
             "collations, or the extension citext's type."},
    {.name = "typemap",
     .argument = "FILE",
     .fallback = "",
     .commands = PLANNING | CG_CMD_RETRY_REJECTS,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(typemap),
     .help = "Type-map rules (YAML) asked before the default map."},
    {.name = "map-column",
     .argument = "T.C=TYPE",
     .fallback = "",
     .commands = PLANNING | CG_CMD_RETRY_REJECTS,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_LIST,
     .field = FIELD(map_columns),
     .check = check_map_column,
     .help = "One column's target type, before every other rule."},
    {.name = "write-map",
     .argument = "FILE",
     .fallback = "",
     .commands = MIGRATING,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(write_map),
     .help = "Save every decision that was taken from the data as a type map, so that the next run repeats it."},
    {.name = "probe",
     .argument = "full|sample|off",
     .fallback = "full",
     .commands = PLANNING,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_CHOICE,
     .field = FIELD(probe),
     .choices = probe_choices,
     .help = "How much is read for rules that ask what the data holds: all of it; 10,000 rows from either end of the "
             "primary key; nothing, and such rules never hold. A value that does not fit later stops its table."},
    {.name = "accept",
     .argument = "NAME[:T[.C]][<=N]",
     .fallback = "",
     .commands = JOBS,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_LIST,
     .field = FIELD(accept),
     .help = "Accept a named conversion or loss: everywhere, in one table or column, at most N values. Recorded "
             "with the counts it covered."},
    {.name = "on-error",
     .argument = "stop-table|reject|stop",
     .fallback = "stop-table",
     .commands = MIGRATING,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_CHOICE,
     .field = FIELD(on_error),
     .choices = on_error_choices,
     .help = "After a value that no rule allows or a row that the target refuses: give up the table, set the row "
             "aside, or give up the run."},
    {.name = "rejects",
     .argument = "DIR",
     .fallback = "rejects",
     .commands = MIGRATING,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(rejects),
     .help = "Folder that takes rows which were set aside, as DIR/RUN/TABLE.csv; made when the first one is."},
    {.name = "max-rejects",
     .argument = "N",
     .fallback = "10000",
     .commands = MIGRATING,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_NUMBER,
     .field = FIELD(max_rejects),
     .minimum = 1,
     .maximum = 1000000,
     .help = "Rows of one table that may be set aside, 1 to 1000000; with one more the table is given up."},
    {.name = "orphans",
     .argument = "report|delete|null",
     .fallback = "report",
     .commands = MIGRATING,
     .group = CG_GROUP_VALUES,
     .kind = CG_OPTION_CHOICE,
     .field = FIELD(orphans),
     .choices = orphans_choices,
     .help = "Rows without the parent that a foreign key names: report them, or on the target alone delete them, or "
             "make their reference NULL; both await --accept."},
    {.name = "jobs",
     .argument = "N",
     .fallback = "cores, at most 8",
     .commands = JOBS | CG_CMD_SCHEMA,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_NUMBER,
     .field = FIELD(jobs),
     .minimum = 1,
     .maximum = 128,
     .help = "Lanes that work side by side, 1 to 128; each has a session on both sides."},
    {.name = "memory",
     .argument = "SIZE",
     .fallback = "256MiB",
     .commands = JOBS | CG_CMD_SCHEMA,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_SIZE,
     .field = FIELD(memory),
     .minimum = (uint64_t)64 << 20,
     .maximum = (uint64_t)1 << 44,
     .help = "Resident memory to stay within, besides three times the largest row: bytes, or with KiB, MiB, GiB; "
             "64MiB at least."},
    {.name = "before-load",
     .argument = "FILE.sql",
     .fallback = "",
     .commands = MIGRATING,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_LIST,
     .field = FIELD(before_load),
     .help = "SQL for the target to run when the tables are there and no row is in yet, in order. One that "
             "fails ends the run."},
    {.name = "after-load",
     .argument = "FILE.sql",
     .fallback = "",
     .commands = MIGRATING,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_LIST,
     .field = FIELD(after_load),
     .help = "SQL for the target to run after rows and keys, before the verification, which sees what it changes, "
             "in order. One that fails is a blocker."},
    {.name = "ledger-schema",
     .argument = "NAME",
     .fallback = "crossgrade",
     .commands = JOBS | CG_CMD_SCHEMA | LEDGER,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(ledger_schema),
     .check = check_schema,
     .help = "Schema of the target database that holds the ledger; never compared."},
    {.name = "ledger",
     .argument = "URI",
     .fallback = "",
     .commands = CG_CMD_VERIFY | CG_CMD_RUN,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(ledger),
     .help = "PostgreSQL database whose ledger takes the verdict; without it verify writes nothing."},
    {.name = "dry-run",
     .fallback = "off",
     .commands = MIGRATING,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(dry_run),
     .help = "Print what would be done, table by table, and change nothing."},
    {.name = "show-config",
     .fallback = "off",
     .commands = JOBS,
     .group = CG_GROUP_CONDUCT,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(show_config),
     .help = "Print what is in force as a pipeline file, without passwords, and end."},
    {.name = "report",
     .argument = "FILE",
     .fallback = "",
     .commands = JOBS,
     .group = CG_GROUP_OUTPUT,
     .kind = CG_OPTION_LIST,
     .field = FIELD(reports),
     .help = "Also write the report to a file; .json or .txt chooses its form."},
    {.name = "redact",
     .fallback = "off",
     .commands = JOBS | CG_CMD_REPORT | CG_CMD_RETRY_REJECTS,
     .group = CG_GROUP_OUTPUT,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(redact),
     .help = "No values in reports: keys appear as digests."},
    {.name = "section",
     .argument = "LIST",
     .fallback = "pre-data,post-data",
     .commands = CG_CMD_SCHEMA,
     .group = CG_GROUP_OUTPUT,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(section),
     .check = check_section,
     .help = "pre-data: types and tables. post-data: keys, indexes, foreign keys, sequences. Both, comma-separated."},
    {.name = "format",
     .argument = "text|json",
     .fallback = "text",
     .commands = CG_CMD_REPORT,
     .group = CG_GROUP_OUTPUT,
     .kind = CG_OPTION_CHOICE,
     .field = FIELD(format),
     .choices = format_choices,
     .planned = format_planned,
     .help = "How the report is printed."},
    {.name = "output",
     .argument = "FILE",
     .fallback = "",
     .commands = CG_CMD_REPORT,
     .group = CG_GROUP_OUTPUT,
     .kind = CG_OPTION_TEXT,
     .field = FIELD(output),
     .help = "Write to a file instead of standard output."},
    {.name = "quiet",
     .fallback = "off",
     .commands = JOBS | CG_CMD_SCHEMA | LEDGER,
     .group = CG_GROUP_OUTPUT,
     .kind = CG_OPTION_FLAG,
     .field = FIELD(quiet),
     .help = "No progress; errors and the report remain."},
    {.name = "log-format",
     .argument = "text|json",
     .fallback = "text",
     .commands = JOBS | CG_CMD_SCHEMA | LEDGER,
     .group = CG_GROUP_OUTPUT,
     .kind = CG_OPTION_CHOICE,
     .field = FIELD(log_format),
     .choices = log_choices,
     .help = "Progress and errors on standard error as text or as one JSON object per line."},
};

const size_t cg_option_count = sizeof cg_option_table / sizeof *cg_option_table;
