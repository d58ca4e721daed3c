/* crossgrade retry-rejects SOURCE TARGET RUN: rows that a run set aside, once more. Prints what became of them, or with
 * --log-format json one JSON object. */
#include "cli/job.h"
#include "cli/terminal.h"
#include "pipelines/retry.h"
#include "verify/verdict.h"

#include <inttypes.h>
#include <stdlib.h>
#include <yajl/yajl_gen.h>

enum { TEXT_WIDTH = 400, SOME_ARE_LEFT = 1 };

/* What the job is given and gives. */
struct retrying {
    struct cg_retry_report *report; /* NULL: it ended before there was anything to tell */
};

static int retry(const struct cg_job *job, void *context, struct cg_error *err) {
    struct retrying *retrying = context;
    return cg_retry_rejects(job, &retrying->report, err);
}

static uint64_t rows_left(const struct cg_retry_report *report) {
    uint64_t left = 0;
    for (size_t i = 0; i < report->table_count; i++)
        left += report->tables[i].left;
    return left;
}

/* ---- as text ---- */

static int put_line(struct cg_buffer *out, const char *indent, const char *text, struct cg_error *err) {
    if (cg_buffer_text(out, indent, err) < 0 || cli_put_text(out, text, TEXT_WIDTH, false, err) < 0)
        return -1;
    return cg_buffer_text(out, "\n", err);
}

static int put_details(struct cg_buffer *out, const struct cg_retry_table *table, bool redact, struct cg_error *err) {
    for (size_t i = 0; i < table->converted_count; i++) {
        const struct cg_retry_converted *c = &table->converted[i];
        if (cg_buffer_printf(out, err, "      %s in %" PRIu64 " row%s, column ", cg_conversions[c->conversion].name,
                             c->count, c->count == 1 ? "" : "s") < 0 ||
            put_line(out, "", c->column, err) < 0)
            return -1;
    }
    if (*table->why && put_line(out, "      ", table->why, err) < 0)
        return -1;
    for (size_t i = 0; i < table->sample_count && !redact; i++)
        if (cg_buffer_text(out, "      at ", err) < 0 ||
            cli_put_text(out, table->samples[i].key, TEXT_WIDTH, false, err) < 0 ||
            put_line(out, ": ", table->samples[i].reason, err) < 0)
            return -1;
    return !redact && table->left > table->sample_count && table->sample_count ? cg_buffer_text(out, "      ...\n", err)
                                                                               : 0;
}

static int put_table(struct cg_buffer *out, const struct cg_retry_table *table, bool redact, struct cg_error *err) {
    if (cg_buffer_text(out, "  ", err) < 0 || cli_put_text(out, table->source, TEXT_WIDTH, false, err) < 0 ||
        cg_buffer_printf(out, err, ": %" PRIu64 " loaded", table->loaded) < 0 ||
        (table->gone && cg_buffer_printf(out, err, ", %" PRIu64 " no longer in the source", table->gone) < 0) ||
        cg_buffer_printf(out, err, ", %" PRIu64 " still set aside\n", table->left) < 0)
        return -1;
    return put_details(out, table, redact, err);
}

static int put_text(struct cg_buffer *out, const struct cg_retry_report *report, bool redact, struct cg_error *err) {
    if (!report->table_count) {
        if (cg_buffer_text(out, "run ", err) < 0 || cli_put_text(out, report->run_id, 80, false, err) < 0)
            return -1;
        return cg_buffer_text(out, " has no rows that are set aside\n", err);
    }
    if (cg_buffer_text(out, "rows that run ", err) < 0 || cli_put_text(out, report->run_id, 80, false, err) < 0 ||
        cg_buffer_text(out, " had set aside:\n", err) < 0)
        return -1;
    for (size_t i = 0; i < report->table_count; i++)
        if (put_table(out, &report->tables[i], redact, err) < 0)
            return -1;
    return cg_buffer_text(
        out, "the source was read as it is now: crossgrade verify SOURCE TARGET compares both sides\n", err);
}

/* ---- as JSON ---- */

static void put_name(yajl_gen gen, const char *name) {
    yajl_gen_string(gen, (const unsigned char *)name, strlen(name));
}

static void put_member(yajl_gen gen, const char *name, const char *text) {
    put_name(gen, name);
    put_name(gen, text);
}

static void put_count(yajl_gen gen, const char *name, uint64_t count) {
    put_name(gen, name);
    yajl_gen_integer(gen, (long long)count);
}

static void put_converted(yajl_gen gen, const struct cg_retry_table *table) {
    put_name(gen, "conversions");
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < table->converted_count; i++) {
        yajl_gen_map_open(gen);
        put_member(gen, "name", cg_conversions[table->converted[i].conversion].name);
        put_member(gen, "column", table->converted[i].column);
        put_count(gen, "count", table->converted[i].count);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
}

static void put_left(yajl_gen gen, const struct cg_retry_table *table, bool redact) {
    put_name(gen, "rejects");
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < table->sample_count && !redact; i++) {
        yajl_gen_map_open(gen);
        put_member(gen, "key", table->samples[i].key);
        put_member(gen, "reason", table->samples[i].reason);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
}

static int put_json(struct cg_buffer *out, const struct cg_retry_report *report, bool redact, struct cg_error *err) {
    const unsigned char *text;
    size_t len;
    yajl_gen gen = yajl_gen_alloc(NULL);
    if (!gen)
        return cg_error_memory(err);
    yajl_gen_config(gen, yajl_gen_beautify, 1);
    yajl_gen_map_open(gen);
    put_member(gen, "run_id", report->run_id);
    put_name(gen, "tables");
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < report->table_count; i++) {
        const struct cg_retry_table *table = &report->tables[i];
        yajl_gen_map_open(gen);
        put_member(gen, "source", table->source);
        put_member(gen, "target", table->target);
        put_count(gen, "loaded", table->loaded);
        put_count(gen, "gone", table->gone);
        put_count(gen, "rejected", table->left);
        put_member(gen, "why", table->why);
        put_converted(gen, table);
        put_left(gen, table, redact);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
    yajl_gen_map_close(gen);
    int result = yajl_gen_get_buf(gen, &text, &len) == yajl_gen_status_ok
                     ? cg_buffer_append(out, text, len, err)
                     : cg_error_set(err, CG_ERR_INTERNAL, "what became of the rows could not be written as JSON");
    yajl_gen_free(gen);
    return result;
}

/* ---- the command ---- */

static int tell(const struct cli_call *call, const struct cg_retry_report *report, struct cg_error *err) {
    struct cg_buffer out;
    cg_buffer_init(&out, (size_t)1 << 28);
    bool redact = call->options.redact;
    int result = call->options.log_format == CG_LOG_JSON ? put_json(&out, report, redact, err)
                                                         : put_text(&out, report, redact, err);
    if (result == 0)
        result = cli_write_stdout(cg_buffer_slice(&out), err);
    cg_buffer_done(&out);
    return result;
}

int cmd_retry_rejects(struct cli_call *call) {
    struct retrying retrying = {NULL};
    struct cg_error err = {0}, failure = {0};
    call->options.source = call->arguments->operands[0];
    call->options.target = call->arguments->operands[1];
    call->options.run_id = call->arguments->operands[2];
    if (cli_validate(&call->options, CG_CMD_RETRY_REJECTS, &err) < 0)
        return cli_fail(call, &err);
    int result = cli_job_do(call, CG_CMD_RETRY_REJECTS, retry, &retrying, &failure), code = CLI_EXIT_OK;
    if (retrying.report) {
        if (rows_left(retrying.report))
            code = SOME_ARE_LEFT;
        if (tell(call, retrying.report, &err) < 0)
            code = cg_exit_code_worse(code, cli_fail(call, &err));
    }
    return result < 0 ? cg_exit_code_worse(code, cli_fail(call, &failure)) : code;
}
