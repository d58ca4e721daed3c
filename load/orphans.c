/* The thin wrappers through which everything else calls a target's handling of orphans; see orphans.h. */
#include "load/orphans.h"

#include "load/internal.h"

int cg_orphans_count(struct cg_target_session *session, const struct cg_orphan_place *place, uint64_t *ret_count,
                     struct cg_error *err) {
    return cg_target_checked(session->ops->orphans->count(session, place, ret_count, err), "orphans count", err);
}

int cg_orphans_tell(struct cg_target_session *session, const struct cg_orphan_place *place, enum cg_orphan_told which,
                    cg_orphan_images *next, void *context, struct cg_error *err) {
    return cg_target_checked(session->ops->orphans->tell(session, place, which, next, context, err), "orphans tell",
                             err);
}

int cg_orphans_sort(struct cg_target_session *session, const struct cg_orphan_place *place, struct cg_arena *arena,
                    struct cg_orphans_found *ret_found, struct cg_error *err) {
    return cg_target_checked(session->ops->orphans->sort(session, place, arena, ret_found, err), "orphans sort", err);
}

int cg_orphans_remove(struct cg_target_session *session, const struct cg_orphan_place *place,
                      const struct cg_orphan_removal *removal, struct cg_arena *arena,
                      struct cg_orphans_removed *ret_removed, struct cg_error *err) {
    return cg_target_checked(session->ops->orphans->remove(session, place, removal, arena, ret_removed, err),
                             "orphans remove", err);
}
