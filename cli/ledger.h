/* One session on the database that holds a ledger, for runs, report and forget. */
#ifndef CG_CLI_LEDGER_H
#define CG_CLI_LEDGER_H

#include "cli/cli.h"
#include "load/ledger.h"

struct cli_ledger {
    struct cg_target *target;
    struct cg_target_session *session;
};

/* Connects to options->target. The caller closes, also after a failure. */
CG_MUST_USE int cli_ledger_open(const struct cli_call *call, struct cli_ledger *ret_ledger, struct cg_error *err);
/* Is there a ledger in the database at all? */
CG_MUST_USE int cli_ledger_exists(const struct cli_call *call, struct cli_ledger *ledger, bool *ret_exists,
                                  struct cg_error *err);
void cli_ledger_close(struct cli_ledger *ledger);

#endif
