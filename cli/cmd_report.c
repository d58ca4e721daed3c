/* crossgrade report TARGET RUN: a run's report, once more. */
#include "cli/ledger.h"
#include "cli/terminal.h"
#include "verify/report.h"
#include "verify/verdict.h"

#include <unistd.h>

/* For a terminal as wide as it is and in colour; for a file or a pipe in 80 columns. */
static int put_report(const struct cli_call *call, const struct cg_report *report, struct cg_buffer *out,
                      struct cg_error *err) {
    const struct cg_options *options = &call->options;
    if (options->format == CG_REPORT_JSON)
        return cg_report_write_json(report, options->redact, out, err);
    struct cli_terminal terminal = {.width = 80};
    if (!options->output)
        terminal = cli_terminal_of(STDOUT_FILENO);
    return cg_report_write_text(report, terminal.width, terminal.colour, options->redact, out, err);
}

static int tell(const struct cli_call *call, struct cli_ledger *ledger, struct cg_buffer *out, struct cg_error *err) {
    const char *json;
    struct cg_report *report;
    if (cli_ledger_open(call, ledger, err) < 0 ||
        cg_ledger_report(ledger->session, call->options.run_id, call->arena, &json, err) < 0 ||
        cg_report_read_json(json, call->arena, &report, err) < 0 || put_report(call, report, out, err) < 0)
        return -1;
    return call->options.output ? cli_write_file(call->options.output, cg_buffer_slice(out), err)
                                : cli_write_stdout(cg_buffer_slice(out), err);
}

int cmd_report(struct cli_call *call) {
    struct cli_ledger ledger = {0};
    struct cg_buffer out;
    struct cg_error err = {0};
    call->options.target = call->arguments->operands[0];
    call->options.run_id = call->arguments->operands[1];
    cg_buffer_init(&out, (size_t)1 << 30);
    int result = tell(call, &ledger, &out, &err);
    cg_buffer_done(&out);
    cli_ledger_close(&ledger);
    return result < 0 ? cli_fail(call, &err) : CLI_EXIT_OK;
}
