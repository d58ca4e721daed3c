/* Sorting the members of a JSON object in place; see json_internal.h. Only objects whose keys do not come in ascending
 * order get here, so MySQL's and jsonb's own short-keys-first order pays for one copy, and nothing allocates once warm.
 */
#include "transform/canonical.h"
#include "transform/json_internal.h"

enum { FEW = 16 }; /* members that insertion sorts */

/* For the usual few members. Stable, in place. */
static void insertion_sort(const unsigned char *text, struct cg_json_member *members, size_t count) {
    for (size_t i = 1; i < count; i++) {
        struct cg_json_member member = members[i];
        size_t at = i;
        for (; at > 0 && cg_json_compare_keys(text, &members[at - 1], &member) > 0; at--)
            members[at] = members[at - 1];
        members[at] = member;
    }
}

/* Merges two sorted runs that lie next to each other into `to`; of equal keys the left one's comes first. */
static void merge(const unsigned char *text, const struct cg_json_member *from, size_t middle, size_t end,
                  struct cg_json_member *to) {
    size_t left = 0, right = middle;
    while (left < middle && right < end)
        *to++ = cg_json_compare_keys(text, &from[left], &from[right]) <= 0 ? from[left++] : from[right++];
    while (left < middle)
        *to++ = from[left++];
    while (right < end)
        *to++ = from[right++];
}

/* Bottom-up merge sort: stable, no recursion. Returns the array that holds the result: members or spare. */
static struct cg_json_member *merge_sort(const unsigned char *text, struct cg_json_member *members,
                                         struct cg_json_member *spare, size_t count) {
    struct cg_json_member *from = members, *to = spare;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t i = 0; i < count; i += 2 * width) {
            size_t left = count - i;
            merge(text, from + i, left < width ? left : width, left < 2 * width ? left : 2 * width, to + i);
        }
        struct cg_json_member *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

int cg_json_order(struct cg_buffer *text, struct cg_json_member *members, size_t count, bool keep_duplicates,
                  struct cg_buffer *scratch, struct cg_buffer *spare, unsigned *findings, struct cg_error *err) {
    size_t start = members[0].start;
    scratch->len = 0;
    spare->len = 0;
    if (cg_buffer_append(scratch, text->data + start, text->len - start, err) < 0 ||
        cg_buffer_reserve(spare, count > FEW ? count * sizeof *members : 0, err) < 0)
        return -1;
    const struct cg_json_member *sorted = members;
    if (count > FEW)
        sorted = merge_sort(text->data, members, (struct cg_json_member *)(void *)spare->data, count);
    else
        insertion_sort(text->data, members, count);
    const unsigned char *base = scratch->data;
    /* compare in the copy: text is overwritten below */
    text->len = start;
    for (size_t i = 0; i < count; i++) {
        struct cg_json_member here = sorted[i];
        if (i + 1 < count) {
            struct cg_json_member a = {here.start - start, here.key_end - start, 0};
            struct cg_json_member b = {sorted[i + 1].start - start, sorted[i + 1].key_end - start, 0};
            if (cg_json_compare_keys(base, &a, &b) == 0) {
                *findings |= CG_JSON_HAS_DUPLICATE_KEY;
                if (!keep_duplicates)
                    continue;
            }
        }
        if (text->len > start)
            cg_put_u8(text, ',');
        cg_put_bytes(text, base + here.start - start, here.end - here.start);
    }
    return 0;
}
