/* The table of subcommands: what they take, what --help says of them. */
#include "cli/cli.h"

const struct cli_command cli_commands[] = {
    {CG_CMD_MIGRATE, "SOURCE TARGET", 2, 2, "Move a database and prove that nothing was lost.",
     "Creates the schema in the target, streams every row, makes keys, indexes, foreign keys and sequences, reads both "
     "sides again, and gives a verdict. The source is never written to.\n"
     "SOURCE is mysql://USER@HOST:PORT/DATABASE (or mariadb://), TARGET postgresql://USER@HOST:PORT/DATABASE.",
     "  crossgrade migrate mysql://root@db1/shop postgresql://me@db2/shop\n"
     "  crossgrade migrate mysql://root@db1/shop postgresql://me@db2/shop \\\n"
     "      --accept zero_date_to_null --report shop.json --report shop.txt\n"
     "  crossgrade migrate mysql://root@db1/shop postgresql://me@db2/shop --dry-run\n",
     cmd_migrate},
    {CG_CMD_VERIFY, "SOURCE TARGET", 2, 2, "Compare two databases, whoever moved the rows.",
     "Compares schema, rows and sequences of two databases, from their catalogs as they are, and gives a verdict. It "
     "only reads, and writes nothing unless --ledger names a database.",
     "  crossgrade verify mysql://reader@db1/shop postgresql://reader@db2/shop\n"
     "  crossgrade verify mysql://reader@db1/shop postgresql://reader@db2/shop \\\n"
     "      --include 'order*' --report differences.json\n",
     cmd_verify},
    {CG_CMD_SCHEMA, "SOURCE [TARGET]", 1, 2, "Print the DDL that migrate would run.",
     "Prints the statements that migrate would run, as text for psql, with comments for what is lost. With TARGET its "
     "version and extensions are taken into account. Nothing is changed.",
     "  crossgrade schema mysql://root@db1/shop > shop.sql\n"
     "  crossgrade schema mysql://root@db1/shop --section pre-data\n",
     cmd_schema},
    {CG_CMD_RUN, "FILE.yaml", 1, 1, "Do what a pipeline file says.",
     "Runs migrate or verify with source, target and options from a YAML file whose keys are the options' names. "
     "${VARIABLE} is taken from the environment. Options of the command line override the file; their lists replace "
     "the file's.",
     "  crossgrade run shop.yaml\n"
     "  crossgrade run shop.yaml --jobs 4 --show-config\n",
     cmd_run},
    {CG_CMD_RUNS, "TARGET", 1, 1, "List the runs in a target's ledger.",
     "Lists the runs that the ledger of a target database knows, with their verdicts; as a JSON array with "
     "--log-format json.",
     "  crossgrade runs postgresql://me@db2/shop\n", cmd_runs},
    {CG_CMD_REPORT, "TARGET RUN", 2, 2, "Print a run's report again.",
     "Prints the report of a run from the ledger of its target database.",
     "  crossgrade report postgresql://me@db2/shop 20261120-131255-7f3a9c\n"
     "  crossgrade report postgresql://me@db2/shop 20261120-131255-7f3a9c \\\n"
     "      --format json --output shop.json\n",
     cmd_report},
    {CG_CMD_FORGET, "TARGET RUN", 2, 2, "Take a run out of the ledger.",
     "Removes a run from the ledger of its target database. The tables that it moved stay.",
     "  crossgrade forget postgresql://me@db2/shop 20261120-131255-7f3a9c\n", cmd_forget},
    {CG_CMD_RETRY_REJECTS, "SOURCE TARGET RUN", 3, 3, "Try rows again that a run set aside.",
     "Reads the rows that a run of migrate --on-error reject set aside again from the source, as it is now, by their "
     "keys, and loads those that fit by now: because the source, the type map or the target was mended. None is loaded "
     "twice. A row of a table without a key cannot be found again.",
     "  crossgrade retry-rejects mysql://root@db1/shop postgresql://me@db2/shop \\\n"
     "      20261120-131255-7f3a9c --typemap allow.yaml\n",
     cmd_retry_rejects},
};

const size_t cli_command_count = sizeof cli_commands / sizeof *cli_commands;
