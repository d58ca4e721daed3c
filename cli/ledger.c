/* One session on the database that holds a ledger; see ledger.h. */
#include "cli/ledger.h"

int cli_ledger_open(const struct cli_call *call, struct cli_ledger *ret_ledger, struct cg_error *err) {
    struct cg_uri uri;
    *ret_ledger = (struct cli_ledger){0};
    if (cli_ledger_uri(&call->options, &uri, err) < 0)
        return -1;
    if (cg_target_open(&uri, call->options.schema, call->options.ledger_schema, &ret_ledger->target, err) < 0 ||
        cg_target_session_open(ret_ledger->target, &ret_ledger->session, err) < 0) {
        cg_error_object(err, "%s", uri.shown);
        return -1;
    }
    return 0;
}

void cli_ledger_close(struct cli_ledger *ledger) {
    cg_target_session_close(ledger->session);
    cg_target_free(ledger->target);
    *ledger = (struct cli_ledger){0};
}
