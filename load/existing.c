/* What the tables that are there do with rows that come in; see existing.h. */
#include "load/existing.h"

bool cg_existing_trigger_fires(const struct cg_existing_trigger *trigger, bool truncate) {
    bool on = trigger->state == 'O' || trigger->state == 'A';
    return on && (trigger->on_insert || (trigger->on_truncate && truncate));
}

bool cg_existing_foreign_key_checks(const struct cg_existing_foreign_key *key) {
    return key->child_table && key->enforced;
}
