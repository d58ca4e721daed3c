/* Memory that is freed all at once; see arena.h. Blocks of 64 KiB or of what was asked, in a list. */
#include "core/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct cg_arena {
    struct block *blocks; /* the one in use first */
};

struct cg_arena *cg_arena_new(void) {
    return calloc(1, sizeof(struct cg_arena));
}

void cg_arena_free(struct cg_arena *arena) {
    if (!arena)
        return;
    for (struct block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

static struct block *block_with_room(struct cg_arena *arena, size_t bytes) {
    if (arena->blocks && arena->blocks->size - arena->blocks->used >= bytes)
        return arena->blocks;
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct block *block = calloc(1, sizeof *block + size);
    if (!block)
        return NULL;
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *cg_arena_alloc(struct cg_arena *arena, size_t bytes) {
    if (bytes > SIZE_MAX / 2)
        return NULL;
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *block = block_with_room(arena, bytes);
    if (!block)
        return NULL;
    void *memory = block->bytes + block->used;
    block->used += bytes;
    return memory;
}

void *cg_arena_array(struct cg_arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        return NULL;
    return cg_arena_alloc(arena, count * size);
}

void *cg_arena_push(struct cg_arena *arena, void *array, size_t *count, size_t size) {
    size_t n = *count;
    /* The capacity is the next power of two from 4 on: it needs no field of its own. */
    bool full = n == 0 || (n >= 4 && (n & (n - 1)) == 0);
    if (full) {
        void *wider = cg_arena_array(arena, n < 4 ? 4 : n * 2, size);
        if (!wider)
            return NULL;
        if (n)
            memcpy(wider, array, n * size);
        array = wider;
    }
    memset((char *)array + n * size, 0, size);
    *count = n + 1;
    return array;
}

char *cg_arena_strndup(struct cg_arena *arena, const char *text, size_t len) {
    if (!text)
        return NULL;
    char *copy = cg_arena_alloc(arena, len + 1);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

char *cg_arena_strdup(struct cg_arena *arena, const char *text) {
    return text ? cg_arena_strndup(arena, text, strlen(text)) : NULL;
}

char *cg_arena_printf(struct cg_arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return NULL;
    char *text = cg_arena_alloc(arena, (size_t)len + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}
