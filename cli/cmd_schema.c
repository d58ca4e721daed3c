/* crossgrade schema SOURCE [TARGET]: the DDL that migrate would run. */
#include "cli/job.h"

int cmd_schema(struct cli_call *call) {
    struct cg_error err = {0};
    call->options.source = call->arguments->operands[0];
    call->options.target = call->arguments->operands[1]; /* NULL when it was left out */
    if (cli_validate(&call->options, CG_CMD_SCHEMA, &err) < 0)
        return cli_fail(call, &err);
    return cli_job_print(call, CG_CMD_SCHEMA, cg_schema_print);
}
