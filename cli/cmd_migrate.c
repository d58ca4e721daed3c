/* crossgrade migrate SOURCE TARGET */
#include "cli/job.h"

int cmd_migrate(struct cli_call *call) {
    call->options.source = call->arguments->operands[0];
    call->options.target = call->arguments->operands[1];
    return cli_job_run(call, CG_CMD_MIGRATE);
}
