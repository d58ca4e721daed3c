/* OVER, and the functions that are said with it only. */
#include "transform/sql/translate_functions.h"
#include "transform/sql/translate_select.h"

#include <ctype.h>

/* ROWS counts rows in both; RANGE by numbers or INTERVALs does not mean the same for all types. */
static int frame(struct tr *t, const char *frame) {
    if (strncmp(frame, "ROWS", 4) == 0 && !strchr(frame, '\''))
        return 0;
    for (const char *p = frame; *p; p++)
        if (isdigit((unsigned char)*p) || *p == '\'')
            return cg_tr_refuse(t, "a window's frame is %s", frame);
    return strstr(frame, "INTERVAL") ? cg_tr_refuse(t, "a window's frame is %s", frame) : 0;
}

/* What stands between the parentheses. */
int cg_tr_window_body(struct tr *t, const struct cg_sql_window *window, const char **ret_text) {
    const char *text = window->name ? cg_tr_name(t, window->name) : "", *orders;
    for (size_t i = 0; i < window->partition_count; i++) {
        struct tr_value value;
        if (cg_tr_expression(t, window->partition[i], &value) < 0 || cg_tr_as_shown(t, &value) < 0)
            return -1;
        cg_tr_note_grouping(t, &value.type);
        text = cg_tr_say(t, "%s%s%s%s", text, i ? ", " : *text ? " " : "", i ? "" : "PARTITION BY ", value.text);
    }
    if (window->order.count) {
        if (cg_tr_orders(t, &window->order, &orders) < 0)
            return -1;
        text = cg_tr_say(t, "%s%s%s", text, *text ? " " : "", orders);
    }
    if (window->frame) {
        if (frame(t, window->frame) < 0)
            return -1;
        text = cg_tr_say(t, "%s%s%s", text, *text ? " " : "", window->frame);
    }
    *ret_text = text;
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_window(struct tr *t, const struct cg_sql_window *window, const char **ret_text) {
    const char *body;
    *ret_text = "";
    if (!window)
        return 0;
    if (window->name && !window->partition_count && !window->order.count && !window->frame) {
        *ret_text = cg_tr_say(t, " OVER %s", cg_tr_name(t, window->name));
        return cg_tr_failed(t) ? -1 : 0;
    }
    if (cg_tr_window_body(t, window, &body) < 0)
        return -1;
    *ret_text = cg_tr_say(t, " OVER (%s)", body);
    return cg_tr_failed(t) ? -1 : 0;
}

static int over(struct tr *t, const struct tr_call *call, const char *function, struct tr_type type,
                struct tr_value *ret) {
    const char *window, *list = "";
    for (size_t i = 0; i < call->count; i++)
        list = cg_tr_say(t, i ? "%s, %s" : "%s%s", list, call->arguments[i].text);
    if (cg_tr_window(t, call->node->window, &window) < 0)
        return -1;
    return cg_tr_set(t, ret, cg_tr_say(t, "pg_catalog.%s(%s)%s", function, list, window), TR_CAST, type);
}

/* ROW_NUMBER, RANK, DENSE_RANK, NTILE, PERCENT_RANK, CUME_DIST */
int cg_tr_make_rank(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (over(t, call, call->node->name, ret->type, ret) < 0)
        return -1;
    ret->nullable = false;
    return 0;
}

/* LAG and LEAD: the default is of the value's type. */
int cg_tr_make_lag(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value both[2] = {call->arguments[0]};
    struct tr_type type = both[0].type;
    if (call->count > 1 && cg_tr_as_integer(t, &call->arguments[1], "integer") < 0)
        return -1;
    if (call->count > 2) {
        both[1] = call->arguments[2];
        if (cg_tr_unify(t, both, 2, &type) < 0)
            return -1;
        call->arguments[2] = both[1];
        if (cg_tr_cast(t, &both[0], type.pg) < 0 || cg_tr_cast(t, &call->arguments[2], type.pg) < 0)
            return -1;
    }
    call->arguments[0] = both[0];
    return over(t, call, call->node->name, type, ret);
}

/* FIRST_VALUE, LAST_VALUE, NTH_VALUE */
int cg_tr_make_nth(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (call->count > 1 && cg_tr_as_integer(t, &call->arguments[1], "integer") < 0)
        return -1;
    return over(t, call, call->node->name, call->arguments[0].type, ret);
}
