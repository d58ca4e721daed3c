/* What a run did on purpose to rows; see change.h. */
#include "pipelines/change.h"

static void add(struct cg_digest *to, const struct cg_change_digests *from, int part) {
    if (part == CG_CHANGE_BASE)
        cg_digest_add(to, &from->base);
    else if ((size_t)part < from->generated_count)
        cg_digest_add(to, &from->generated[part]);
}

void cg_changes_account(const struct cg_table_changes *changes, int part, struct cg_digest *source,
                        struct cg_digest *target) {
    for (size_t i = 0; changes && i < changes->count; i++) {
        add(target, &changes->items[i].removed, part);
        add(source, &changes->items[i].added, part);
    }
}
