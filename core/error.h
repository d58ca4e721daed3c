/* Errors as values: what went wrong, where, why, and what to do now.
 *
 * The caller owns a struct cg_error (zero-initialised) and passes its address down; a function that fails fills it and
 * returns -1. The text lives inside the struct, so an error can be told when memory is out. Library code never prints
 * and never exits: only cli/ does, and chooses the exit code from the class (docs/manual.md, "Exit codes"). */
#ifndef CG_CORE_ERROR_H
#define CG_CORE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

#define CG_MUST_USE                    __attribute__((warn_unused_result))
#define CG_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

enum cg_error_class {
    CG_ERR_NONE = 0,
    CG_ERR_USAGE,     /* command line, pipeline file, URI, type map: refused before any row moved */
    CG_ERR_RIGHTS,    /* login refused, privilege missing, database missing: refused */
    CG_ERR_CONFLICT,  /* the target already holds what the run would make: refused */
    CG_ERR_DATA,      /* a value that no rule allows, a row that the target refuses: its table fails */
    CG_ERR_OBJECT,    /* one schema object could not be made: a blocker, the others go on */
    CG_ERR_CHANGED,   /* the source's definition changed during the run (R5): its table fails */
    CG_ERR_ENGINE,    /* a server reported an error of no class above */
    CG_ERR_NETWORK,   /* a connection was lost or could not be made */
    CG_ERR_SYSTEM,    /* this machine: memory, files, threads */
    CG_ERR_CANCELLED, /* stopped by a signal, or because another part failed first */
    CG_ERR_INTERNAL,  /* a contract was broken: a defect in crossgrade */
};

struct cg_error {
    enum cg_error_class cls;
    bool retryable;     /* the same call may succeed when repeated (deadlock, serialization, lock timeout) */
    char sqlstate[6];   /* five characters as the server gave them, or "" */
    int vendor;         /* MySQL errno, or 0 */
    char object[320];   /* what it concerns: "table shop.orders, chunk 12, key 4711", "server 127.0.0.1:3306"; or "" */
    char message[1024]; /* what happened and why, the server's own words included */
    char hint[512];     /* what to do now, or "" */
};

/* Fills err (which may be NULL) with a class and a message; clears everything else in it. Returns -1, always, so that
 * `return cg_error_set(...)` reads well. */
int cg_error_set(struct cg_error *err, enum cg_error_class cls, const char *format, ...) CG_PRINTF(3, 4);

/* Adds to an error that was set: the object it concerns (kept if there is one already: the innermost knows best), and
 * the next step for the user (replaced). Both do nothing when err is NULL. */
void cg_error_object(struct cg_error *err, const char *format, ...) CG_PRINTF(2, 3);
void cg_error_hint(struct cg_error *err, const char *format, ...) CG_PRINTF(2, 3);

/* Out of memory: class CG_ERR_SYSTEM. Returns -1. */
int cg_error_memory(struct cg_error *err);

/* A name for the class: "usage", "rights", ... Never NULL. */
const char *cg_error_class_name(enum cg_error_class cls);

#endif
