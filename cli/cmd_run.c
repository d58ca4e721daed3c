/* crossgrade run FILE.yaml: the file's options first, the command line's over them. */
#include "cli/job.h"
#include "pipelines/file.h"

int cmd_run(struct cli_call *call) {
    struct cg_error err = {0};
    enum cg_command command;
    if (cg_pipeline_file_read(call->arguments->operands[0], &call->options, &command, &err) < 0 ||
        cli_settings_apply(call->arguments, command, &call->options, &err) < 0)
        return cli_fail(call, &err);
    return cli_job_run(call, command);
}
