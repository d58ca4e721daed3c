/* Memory that is freed all at once: catalogs, plans and reports live in one arena each.
 *
 * Allocation failure is sticky: a function that gets NULL from an arena returns cg_error_memory(err). */
#ifndef CG_CORE_ARENA_H
#define CG_CORE_ARENA_H

#include "core/error.h"

#include <stddef.h>

struct cg_arena;

/* A new empty arena, or NULL when memory is out. */
struct cg_arena *cg_arena_new(void);
/* Frees everything that came from it. Accepts NULL. */
void cg_arena_free(struct cg_arena *arena);

/* Zeroed memory aligned for anything, valid until the arena is freed; NULL when memory is out. */
void *cg_arena_alloc(struct cg_arena *arena, size_t bytes);
/* A zeroed array; NULL also when count * size overflows. */
void *cg_arena_array(struct cg_arena *arena, size_t count, size_t size);
/* Room for one more element in an array that the arena holds: returns the (possibly moved) array with *count raised by
 * one and the new last element zeroed; grows by doubling. array may be NULL with *count 0. NULL when memory is out. */
void *cg_arena_push(struct cg_arena *arena, void *array, size_t *count, size_t size);
/* Copies of text; a NULL text gives NULL without being an error. */
char *cg_arena_strdup(struct cg_arena *arena, const char *text);
char *cg_arena_strndup(struct cg_arena *arena, const char *text, size_t len);
char *cg_arena_printf(struct cg_arena *arena, const char *format, ...) CG_PRINTF(2, 3);

#endif
