/* One session on the database that holds a ledger; see ledger.h. */
#include "cli/ledger.h"

#include "engine/postgresql/connection.h"

#include <string.h>

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

int cli_ledger_exists(const struct cli_call *call, struct cli_ledger *ledger, bool *ret_exists, struct cg_error *err) {
    static const char undefined_table[] = "42P01"; /* also when the schema is not there */
    struct cg_buffer sql;
    struct cg_error answer = {0};
    cg_buffer_init(&sql, 1024);
    int result = cg_buffer_text(&sql, "SELECT 1 FROM ", err);
    if (result == 0)
        result = cg_pg_put_qualified(&sql, call->options.ledger_schema, "run", err);
    const char *text = result == 0 ? cg_buffer_cstr(&sql, err) : NULL;
    if (text) {
        bool failed = cg_target_execute(ledger->session, text, &answer) < 0;
        *ret_exists = !failed || strcmp(answer.sqlstate, undefined_table) != 0;
    }
    cg_buffer_done(&sql);
    return text ? 0 : -1;
}

void cli_ledger_close(struct cli_ledger *ledger) {
    cg_target_session_close(ledger->session);
    cg_target_free(ledger->target);
    *ledger = (struct cli_ledger){0};
}
