/* Which known word was meant: the optimal string alignment distance (insert, delete, replace, swap neighbours). */
#include "core/options.h"

#include <string.h>

enum { LONGEST = 48 };

static unsigned min3(unsigned a, unsigned b, unsigned c) {
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edits between two words of at most LONGEST bytes: three rows of the classic table suffice. */
static unsigned distance(const char *a, const char *b) {
    size_t a_len = strlen(a), b_len = strlen(b);
    unsigned rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned differs = a[i - 1] != b[j - 1];
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + differs);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
    }
    return rows[a_len % 3][b_len];
}

const char *cg_nearest(const char *word, size_t count, const char *(*candidate)(const void *context, size_t i),
                       const void *context) {
    const char *best = NULL, *prefixed = NULL;
    size_t word_len = strlen(word), prefixed_count = 0;
    unsigned best_distance = (unsigned)(word_len / 3 + 1);
    if (word_len == 0 || word_len > LONGEST)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const char *name = candidate(context, i);
        if (!name || strlen(name) > LONGEST)
            continue;
        if (word_len >= 2 && strncmp(name, word, word_len) == 0) {
            prefixed = name;
            prefixed_count++;
        }
        unsigned d = distance(word, name);
        if (d <= best_distance && (!best || d < best_distance)) {
            best = name;
            best_distance = d;
        }
    }
    if (best && best_distance <= 1)
        return best;
    return prefixed_count == 1 ? prefixed : best;
}
