/* Keeping passwords out of what others can see: the process list, messages, stored configurations. */
#ifndef CG_CORE_SECRETS_H
#define CG_CORE_SECRETS_H

#include "core/arena.h"
#include "core/uri.h"

/* Overwrites, in place, what may be a password in a connection URI or in something that was meant to be one: from the
 * first : of the authority to the last @, and the value of every parameter whose name speaks of a password. Errs on the
 * side of overwriting too much. */
void cg_secrets_wipe(char *text);
/* A copy of text, wiped; NULL when memory is out. For echoing an argument that could not be understood. */
const char *cg_secrets_masked(const char *text, struct cg_arena *arena);
/* Does what cg_secrets_wipe overwrites exist in text? */
bool cg_secrets_present(const char *text);
/* The URI without its password and password parameters, to be used again by somebody who has another way to give
 * them. NULL when memory is out. */
const char *cg_uri_without_secrets(const struct cg_uri *uri, struct cg_arena *arena);

#endif
