/* Rows that break a foreign key, found on the target with the target's own equality (R31), told apart by what the
 * source says of them, and taken out when the user asked for it.
 *
 * A row whose key has a NULL refers to nothing and breaks nothing (MATCH SIMPLE). All functions work on one target
 * session, outside any transaction; the constraint itself need not exist. What the source says is kept in temporary
 * tables of the session: CG_ERR_RIGHTS names the GRANT when none may be made. */
#ifndef CG_LOAD_ORPHANS_H
#define CG_LOAD_ORPHANS_H

#include "load/target.h"

/* A foreign key of a table, both in the target's names. */
struct cg_orphan_place {
    const struct cg_table *child;
    const struct cg_foreign_key *fk;
    size_t number; /* another one for each place of a session: it names the temporary tables */
};

/* How many rows of the child break it. */
CG_MUST_USE int cg_orphans_count(struct cg_target_session *session, const struct cg_orphan_place *place,
                                 uint64_t *ret_count, struct cg_error *err);

/* What the source says of a row of the child. */
enum cg_orphan_told {
    CG_ORPHAN_TOLD_MISSING,      /* it has no parent there either */
    CG_ORPHAN_TOLD_BY_COLLATION, /* its parent there is equal by collation only */
    CG_ORPHAN_TOLDS
};
/* Appends some row images of the key's columns, in their order, to `images`, and counts them. 1: there may be more; 0:
 * that was the end; -1: err. */
typedef int cg_orphan_images(void *context, struct cg_buffer *images, uint64_t *ret_rows, struct cg_error *err);
/* Keeps the keys of such rows; both tellings must be in before rows are told apart. */
CG_MUST_USE int cg_orphans_tell(struct cg_target_session *session, const struct cg_orphan_place *place,
                                enum cg_orphan_told which, cg_orphan_images *next, void *context, struct cg_error *err);

enum cg_orphan_kind {
    CG_ORPHAN_TRUE,         /* the source has no parent for it either */
    CG_ORPHAN_BY_COLLATION, /* its parent is there, under a spelling that only the source calls equal */
    CG_ORPHAN_UNEXPLAINED,  /* the source has its parent, the target does not */
    CG_ORPHAN_KINDS
};
enum { CG_ORPHAN_SAMPLES = 5 };
struct cg_orphans_found {
    uint64_t count[CG_ORPHAN_KINDS];
    const char *samples[CG_ORPHAN_KINDS][CG_ORPHAN_SAMPLES]; /* "id=17 (parent_id=99)"; NULL when there are fewer */
};
/* Tells the rows that break it apart; texts live in the arena. */
CG_MUST_USE int cg_orphans_sort(struct cg_target_session *session, const struct cg_orphan_place *place,
                                struct cg_arena *arena, struct cg_orphans_found *ret_found, struct cg_error *err);

enum cg_orphan_action { CG_ORPHAN_DELETE, CG_ORPHAN_SET_NULL };
/* What is to be done, and who takes the images of the rows: columns[column_count] of the child, as COPY BINARY gives
 * them; every row as it was before, then, unless it is deleted, every row as it is afterwards. digests is asked once,
 * in the end, before anything is committed, and may refuse what it saw. */
struct cg_orphan_removal {
    enum cg_orphan_action action;
    int64_t table_id;        /* the ledger's, of the child */
    bool spare_by_collation; /* rows that cg_orphans_tell called BY_COLLATION stay as they are */
    const char *const *columns;
    size_t column_count;
    int (*image)(void *context, bool after, struct cg_slice image, struct cg_error *err);
    int (*digests)(void *context, struct cg_digest *ret_before, struct cg_digest *ret_after, struct cg_error *err);
    void *context;
};
struct cg_orphans_removed {
    uint64_t rows;
    const char *samples[CG_ORPHAN_SAMPLES];
};
/* Deletes the rows that break the key now, or sets its columns NULL in them: in one transaction, under a lock that lets
 * nobody else write to the child, with an entry in the ledger, exactly the rows whose images were handed out; or not at
 * all. Nothing to do is no error and leaves no entry. */
CG_MUST_USE int cg_orphans_remove(struct cg_target_session *session, const struct cg_orphan_place *place,
                                  const struct cg_orphan_removal *removal, struct cg_arena *arena,
                                  struct cg_orphans_removed *ret_removed, struct cg_error *err);

#endif
