/* crossgrade runs TARGET: what the ledger knows, a line per run, or a JSON array. */
#include "cli/board.h"
#include "cli/ledger.h"
#include "cli/terminal.h"
#include "verify/verdict.h"

#include <inttypes.h>
#include <yajl/yajl_gen.h>

/* "2026-11-20 13:12" of "2026-11-20T13:12:55Z" or of what PostgreSQL prints. */
static int put_minute(struct cg_buffer *out, const char *time, struct cg_error *err) {
    char minute[17] = "";
    snprintf(minute, sizeof minute, "%s", time ? time : "");
    if (minute[0] && minute[10] == 'T')
        minute[10] = ' ';
    return cg_buffer_printf(out, err, "%-16s", minute);
}

/* Two lines: what came of it; where the rows came from. */
static int put_run(struct cg_buffer *out, const struct cg_ledger_run_row *run, struct cg_error *err) {
    const char *verdict = run->verdict && *run->verdict ? run->verdict : "-";
    if (cli_put_text(out, run->run_id, 24, true, err) < 0 || put_minute(out, run->started, err) < 0 ||
        cg_buffer_printf(out, err, " %-9s", run->state) < 0 || cli_put_text(out, verdict, 22, false, err) < 0)
        return -1;
    char rows[24];
    cli_format_count((uint64_t)run->rows, rows);
    bool compared = run->tables == 0 && run->verdict && *run->verdict; /* by verify: it moves nothing */
    if ((compared ? cg_buffer_text(out, "\n  nothing moved, compared with ", err)
                  : cg_buffer_printf(out, err, "\n  %" PRId64 " table%s, %s rows from ", run->tables,
                                     run->tables == 1 ? "" : "s", rows)) < 0 ||
        cli_put_text(out, run->source ? run->source : "", 45, false, err) < 0)
        return -1;
    return cg_buffer_text(out, "\n", err);
}

static int put_text(struct cg_buffer *out, const struct cg_ledger_run_row *runs, size_t count, struct cg_error *err) {
    if (count == 0)
        return cg_buffer_text(out, "The ledger holds no runs.\n", err);
    if (cg_buffer_printf(out, err, "%-24s%-16s %-9s%s\n", "RUN", "STARTED (UTC)", "STATE", "VERDICT") < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (put_run(out, &runs[i], err) < 0)
            return -1;
    return 0;
}

static void put_member(yajl_gen gen, const char *name, const char *text) {
    yajl_gen_string(gen, (const unsigned char *)name, strlen(name));
    if (text)
        yajl_gen_string(gen, (const unsigned char *)text, strlen(text));
    else
        yajl_gen_null(gen);
}

static void put_number(yajl_gen gen, const char *name, int64_t number) {
    yajl_gen_string(gen, (const unsigned char *)name, strlen(name));
    yajl_gen_integer(gen, number);
}

static int put_json(struct cg_buffer *out, const struct cg_ledger_run_row *runs, size_t count, struct cg_error *err) {
    const unsigned char *text;
    size_t len;
    yajl_gen gen = yajl_gen_alloc(NULL);
    if (!gen)
        return cg_error_memory(err);
    yajl_gen_config(gen, yajl_gen_beautify, 1);
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < count; i++) {
        yajl_gen_map_open(gen);
        put_member(gen, "run_id", runs[i].run_id);
        put_member(gen, "state", runs[i].state);
        put_member(gen, "verdict", runs[i].verdict && *runs[i].verdict ? runs[i].verdict : NULL);
        put_member(gen, "source", runs[i].source);
        put_member(gen, "started", runs[i].started);
        put_member(gen, "finished", runs[i].finished && *runs[i].finished ? runs[i].finished : NULL);
        put_number(gen, "tables", runs[i].tables);
        put_number(gen, "rows", runs[i].rows);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
    int result = yajl_gen_get_buf(gen, &text, &len) == yajl_gen_status_ok
                     ? cg_buffer_append(out, text, len, err)
                     : cg_error_set(err, CG_ERR_INTERNAL, "the list of runs could not be written as JSON");
    yajl_gen_free(gen);
    return result;
}

/* A database without a ledger is no error: nothing was moved into it. */
static int put_no_ledger(const struct cli_call *call, struct cg_buffer *out, struct cg_error *err) {
    if (call->options.log_format == CG_LOG_JSON)
        return cg_buffer_text(out, "[]\n", err);
    if (cg_buffer_text(out, "There is no ledger in schema ", err) < 0 ||
        cli_put_text(out, call->options.ledger_schema, 40, false, err) < 0)
        return -1;
    return cg_buffer_text(out, ": no runs.\n", err);
}

static int list(const struct cli_call *call, struct cli_ledger *ledger, struct cg_buffer *out, struct cg_error *err) {
    struct cg_ledger_run_row *runs = NULL;
    size_t count = 0;
    bool exists = true;
    if (cli_ledger_open(call, ledger, err) < 0)
        return -1;
    if (cg_ledger_runs(ledger->session, call->arena, &runs, &count, err) < 0) {
        struct cg_error unused = {0};
        if (err->cls != CG_ERR_USAGE || cli_ledger_exists(call, ledger, &exists, &unused) < 0 || exists)
            return -1;
        return put_no_ledger(call, out, err);
    }
    return call->options.log_format == CG_LOG_JSON ? put_json(out, runs, count, err) : put_text(out, runs, count, err);
}

int cmd_runs(struct cli_call *call) {
    struct cli_ledger ledger = {0};
    struct cg_buffer out;
    struct cg_error err = {0};
    call->options.target = call->arguments->operands[0];
    cg_buffer_init(&out, (size_t)1 << 28);
    int result = list(call, &ledger, &out, &err);
    if (result == 0)
        result = cli_write_stdout(cg_buffer_slice(&out), &err);
    cg_buffer_done(&out);
    cli_ledger_close(&ledger);
    return result < 0 ? cli_fail(call, &err) : CLI_EXIT_OK;
}
