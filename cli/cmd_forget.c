/* crossgrade forget TARGET RUN: takes a run out of the ledger. */
#include "cli/ledger.h"
#include "cli/terminal.h"
#include "verify/verdict.h"

#include <inttypes.h>
#include <string.h>

/* The run of that id among those the ledger holds; NULL when it is not there. */
static int find_run(struct cli_ledger *ledger, const char *run_id, struct cg_arena *arena,
                    const struct cg_ledger_run_row **ret_run, struct cg_error *err) {
    struct cg_ledger_run_row *runs = NULL;
    size_t count = 0;
    if (cg_ledger_runs(ledger->session, arena, &runs, &count, err) < 0)
        return -1;
    *ret_run = NULL;
    for (size_t i = 0; i < count; i++)
        if (strcmp(runs[i].run_id, run_id) == 0)
            *ret_run = &runs[i];
    return 0;
}

static int say(const char *run_id, const struct cg_ledger_run_row *run, struct cg_error *err) {
    struct cg_buffer out;
    cg_buffer_init(&out, 1 << 16);
    int result = cg_buffer_text(&out, "removed run ", err);
    if (result == 0)
        result = cli_put_text(&out, run_id, 80, false, err);
    if (result == 0 && run)
        result =
            cg_buffer_printf(&out, err, " (%" PRId64 " tables, started %s, %s)", run->tables, run->started, run->state);
    if (result == 0)
        result = cg_buffer_text(&out, " from the ledger; the tables it moved stay\n", err);
    if (result == 0)
        result = cli_write_stdout(cg_buffer_slice(&out), err);
    cg_buffer_done(&out);
    return result;
}

static int forget(const struct cli_call *call, struct cli_ledger *ledger, struct cg_error *err) {
    const char *run_id = call->options.run_id;
    const struct cg_ledger_run_row *run;
    if (cli_ledger_open(call, ledger, err) < 0 || find_run(ledger, run_id, call->arena, &run, err) < 0 ||
        cg_ledger_forget(ledger->session, run_id, err) < 0)
        return -1;
    return call->options.quiet ? 0 : say(run_id, run, err);
}

int cmd_forget(struct cli_call *call) {
    struct cli_ledger ledger = {0};
    struct cg_error err = {0};
    call->options.target = call->arguments->operands[0];
    call->options.run_id = call->arguments->operands[1];
    int result = forget(call, &ledger, &err);
    cli_ledger_close(&ledger);
    return result < 0 ? cli_fail(call, &err) : CLI_EXIT_OK;
}
