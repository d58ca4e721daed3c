/* Running a job for a subcommand; see job.h. */
#include "cli/job.h"

#include "cli/display.h"
#include "cli/events.h"
#include "cli/signals.h"
#include "core/secrets.h"
#include "pipelines/file.h"
#include "verify/verdict.h"

#include <string.h>
#include <unistd.h>

enum { LARGEST_TEXT = 1 << 30 }; /* of a report or of DDL */

/* A job that is running: what its signal and its end need. */
struct running {
    struct cli_display *display;
    struct cg_job job;
};

static void on_stop(void *context, const char *signal_name) {
    char text[120];
    snprintf(text, sizeof text, "stopping: %s; what is in flight is rolled back (once more ends at once)", signal_name);
    cli_display_note(context, CG_NOTE_WARNING, text);
}

/* What is in force as text, in the arena. */
static int configuration(const struct cg_options *options, enum cg_command command, const char **ret_text,
                         struct cg_error *err) {
    struct cg_buffer text;
    cg_buffer_init(&text, LARGEST_TEXT);
    int result = cg_pipeline_file_write(options, command, &text, err);
    if (result == 0) {
        *ret_text = cg_arena_strndup(options->arena, (const char *)text.data, text.len);
        if (!*ret_text)
            result = cg_error_memory(err);
    }
    cg_buffer_done(&text);
    return result;
}

static int begin(struct cli_call *call, enum cg_command command, struct running *run, struct cg_error *err) {
    *run = (struct running){0};
    if (configuration(&call->options, command, &run->job.configuration, err) < 0 ||
        cli_display_start(&call->options, &run->display, err) < 0)
        return -1;
    run->job.options = &call->options;
    run->job.arena = call->arena;
    run->job.progress = cli_display_progress(run->display);
    run->job.cancel = cli_signals_cancel();
    cli_signals_job_begin(on_stop, run->display);
    return 0;
}

static void end(struct running *run) {
    cli_signals_job_end();
    cli_display_stop(run->display);
}

/* ---- telling the report ---- */

static int print_report(const struct cg_report *report, const struct cg_options *options, struct cg_error *err) {
    struct cli_terminal terminal = cli_terminal_of(STDOUT_FILENO);
    struct cg_buffer text;
    cg_buffer_init(&text, LARGEST_TEXT);
    int result = cg_report_write_text(report, terminal.width, terminal.colour, options->redact, &text, err);
    if (result == 0)
        result = cli_write_stdout(cg_buffer_slice(&text), err);
    cg_buffer_done(&text);
    return result;
}

/* The line by which the report can be had again, or NULL when no ledger has it: a run that was stopped
 * left no verdict there. */
static const char *again(const struct cg_report *report, const struct cg_options *options, enum cg_command command) {
    struct cg_uri uri;
    const char *ledger = command == CG_CMD_MIGRATE ? options->target : options->ledger;
    if (!report->complete || !ledger || !report->run_id || !*report->run_id ||
        cg_uri_parse(ledger, options->arena, &uri, NULL) < 0)
        return NULL;
    const char *bare = cg_uri_without_secrets(&uri, options->arena);
    bool elsewhere = strcmp(options->ledger_schema, "crossgrade") != 0;
    return bare ? cg_arena_printf(options->arena, "crossgrade report '%s' %s%s%s", bare, report->run_id,
                                  elsewhere ? " --ledger-schema " : "", elsewhere ? options->ledger_schema : "")
                : NULL;
}

static void say_where(const struct cg_report *report, const struct cg_options *options, enum cg_command command) {
    const char *line = again(report, options, command);
    if (options->quiet || options->log_format == CG_LOG_JSON)
        return;
    for (size_t i = 0; i < options->reports.count; i++)
        fprintf(stderr, "report written to %s\n", options->reports.items[i]);
    if (line)
        fprintf(stderr, "this report again: %s\n", line);
}

static void say_finished(const struct cg_report *report, const struct cg_options *options, enum cg_command command,
                         int code) {
    struct cli_event event;
    struct cg_buffer line;
    if (options->log_format != CG_LOG_JSON || cli_event_begin(&event, "finished") < 0)
        return;
    cg_buffer_init(&line, 1 << 20);
    cli_event_text(&event, "run_id", report->run_id);
    cli_event_text(&event, "verdict", cg_verdict_name(report->verdict));
    cli_event_number(&event, "exit_code", code);
    cli_event_text(&event, "report_again", again(report, options, command));
    cli_event_texts(&event, "reports", options->reports.items, options->reports.count);
    if (cli_event_end(&event, &line, NULL) == 0)
        (void)fwrite(line.data, 1, line.len, stderr);
    cg_buffer_done(&line);
}

/* Prints and writes the report; one place that fails does not keep it from the others. Gives the exit code of what
 * failed. */
static int tell(const struct cg_report *report, const struct cg_options *options) {
    struct cg_error err = {0};
    int code = CLI_EXIT_OK;
    if (print_report(report, options, &err) < 0) {
        cli_print_error(&err, options->log_format);
        code = cg_exit_code_worse(code, cg_exit_code(err.cls));
    }
    for (size_t i = 0; i < options->reports.count; i++) {
        err = (struct cg_error){0};
        if (cg_report_write_file(report, options->reports.items[i], options->redact, &err) < 0) {
            cli_print_error(&err, options->log_format);
            code = cg_exit_code_worse(code, cg_exit_code(err.cls));
        }
    }
    return code;
}

/* What the evidence makes of it, and what ended it early. */
static int report_code(const struct cg_report *report) {
    int code = cg_verdict_exit_code(report);
    if (report->failure != CG_ERR_NONE)
        code = cg_exit_code_worse(code, cg_exit_code(report->failure));
    if (report->self_test == CG_SELF_TEST_FAILED)
        code = cg_exit_code_worse(code, CLI_EXIT_INTERNAL);
    return code;
}

static int judge(struct cli_call *call, enum cg_command command) {
    struct running run;
    struct cg_report *report = NULL;
    struct cg_error err = {0};
    if (begin(call, command, &run, &err) < 0)
        return cli_fail(call, &err);
    int result = command == CG_CMD_VERIFY ? cg_verify(&run.job, &report, &err) : cg_migrate(&run.job, &report, &err);
    end(&run);
    if (result < 0 && err.cls == CG_ERR_CANCELLED && !err.hint[0] && command == CG_CMD_MIGRATE)
        cg_error_hint(&err, call->options.data_only
                                ? "rows that were moved so far stay in the target; run again with --truncate"
                                : "what was made so far stays in the target; run again with --drop-existing");
    int code = CLI_EXIT_OK;
    if (report) {
        code = cg_exit_code_worse(report_code(report), tell(report, &call->options));
        say_where(report, &call->options, command);
    }
    if (result < 0)
        code = cg_exit_code_worse(code, cli_fail(call, &err));
    bool ended_early = result < 0 || (report && !report->complete);
    if (atomic_load(cli_signals_cancel()) && ended_early)
        code = cg_exit_code_worse(code, CLI_EXIT_STOPPED);
    if (report)
        say_finished(report, &call->options, command, code);
    return code;
}

int cli_job_print(struct cli_call *call, enum cg_command command,
                  int (*print)(const struct cg_job *, struct cg_buffer *, struct cg_error *)) {
    struct running run;
    struct cg_buffer text;
    struct cg_error err = {0};
    if (begin(call, command, &run, &err) < 0)
        return cli_fail(call, &err);
    cg_buffer_init(&text, LARGEST_TEXT);
    int result = print(&run.job, &text, &err);
    end(&run);
    if (result == 0)
        result = cli_write_stdout(cg_buffer_slice(&text), &err);
    cg_buffer_done(&text);
    return result < 0 ? cli_fail(call, &err) : CLI_EXIT_OK;
}

int cli_job_do(struct cli_call *call, enum cg_command command,
               int (*work)(const struct cg_job *, void *, struct cg_error *), void *context, struct cg_error *err) {
    struct running run;
    if (begin(call, command, &run, err) < 0)
        return -1;
    int result = work(&run.job, context, err);
    end(&run);
    return result;
}

static int show_configuration(struct cli_call *call, enum cg_command command) {
    struct cg_error err = {0};
    const char *text;
    if (configuration(&call->options, command, &text, &err) < 0 || cli_write_stdout(cg_slice_text(text), &err) < 0)
        return cli_fail(call, &err);
    return CLI_EXIT_OK;
}

int cli_job_run(struct cli_call *call, enum cg_command command) {
    struct cg_error err = {0};
    if (cli_validate(&call->options, command, &err) < 0) {
        if (call->command == CG_CMD_RUN) /* what is missing is missing in its file */
            cg_error_object(&err, "%s", call->arguments->operands[0]);
        return cli_fail(call, &err);
    }
    if (call->options.show_config)
        return show_configuration(call, command);
    if (call->options.dry_run && command == CG_CMD_MIGRATE)
        return cli_job_print(call, command, cg_migrate_describe);
    return judge(call, command);
}
