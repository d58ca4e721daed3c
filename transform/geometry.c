/* MySQL geometry to EWKB; see geometry.h. */
#include "transform/geometry.h"

enum { POINT = 1, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON, COLLECTION };
enum { HEADER = 5, COORDINATES = 16, MAX_DEPTH = 64, SRID_FLAG = 0x20000000 };

static uint32_t little_u32(const unsigned char *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_little_u32(struct cg_buffer *out, uint32_t v) {
    unsigned char bytes[4] = {(unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16),
                              (unsigned char)(v >> 24)};
    cg_put_bytes(out, bytes, sizeof bytes);
}

struct cursor {
    const unsigned char *p, *end;
};

static bool take(struct cursor *c, size_t bytes) {
    if ((size_t)(c->end - c->p) < bytes)
        return false;
    c->p += bytes;
    return true;
}

static bool take_count(struct cursor *c, uint32_t *ret_count) {
    if (!take(c, 4))
        return false;
    *ret_count = little_u32(c->p - 4);
    return true;
}

static bool take_points(struct cursor *c) {
    uint32_t count;
    return take_count(c, &count) && take(c, (size_t)count * COORDINATES);
}

static bool take_rings(struct cursor *c) {
    uint32_t count;
    if (!take_count(c, &count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!take_points(c))
            return false;
    return true;
}

/* The members that a collection of that type may have; 0: any. */
static uint32_t member_type(uint32_t type) {
    return type == COLLECTION ? 0 : type - MULTIPOINT + POINT;
}

static const char short_text[] = "the geometry is cut short";

/* Reads one header and, unless it is a collection, its coordinates; a collection's count goes to *ret_members. */
static const char *take_geometry(struct cursor *c, uint32_t wanted, uint32_t *ret_type, uint32_t *ret_members) {
    if (!take(c, HEADER))
        return short_text;
    if (c->p[-HEADER] != 1)
        return "the geometry is not little-endian";
    uint32_t type = little_u32(c->p - 4);
    if (type < POINT || type > COLLECTION)
        return "the geometry's type is unknown";
    if (wanted && type != wanted)
        return "the geometry holds a part of another type";
    *ret_type = type;
    *ret_members = 0;
    bool whole = type == POINT        ? take(c, COORDINATES)
                 : type == LINESTRING ? take_points(c)
                 : type == POLYGON    ? take_rings(c)
                                      : take_count(c, ret_members);
    return whole ? NULL : short_text;
}

const char *cg_geometry_check(struct cg_slice value) {
    if (value.len < 4 + HEADER)
        return short_text;
    struct cursor c = {value.data + 4, value.data + value.len};
    struct {
        uint32_t wanted, left;
    } stack[MAX_DEPTH] = {{0, 1}};
    size_t depth = 1;
    while (depth > 0) {
        if (stack[depth - 1].left == 0) {
            depth--;
            continue;
        }
        stack[depth - 1].left--;
        uint32_t type, members;
        const char *why = take_geometry(&c, stack[depth - 1].wanted, &type, &members);
        if (why)
            return why;
        if (members == 0)
            continue;
        if (depth == MAX_DEPTH)
            return "the geometry is nested too deeply";
        stack[depth].wanted = member_type(type);
        stack[depth++].left = members;
    }
    return c.p == c.end ? NULL : "the geometry has bytes behind its end";
}

uint32_t cg_geometry_srid(struct cg_slice value) {
    return little_u32(value.data);
}

size_t cg_geometry_ewkb_length(struct cg_slice value) {
    return cg_geometry_srid(value) ? value.len : value.len - 4;
}

void cg_geometry_put_ewkb(struct cg_buffer *out, struct cg_slice value) {
    uint32_t srid = cg_geometry_srid(value), type = little_u32(value.data + 5);
    cg_put_u8(out, 1);
    put_little_u32(out, srid ? type | SRID_FLAG : type);
    if (srid)
        put_little_u32(out, srid);
    cg_put_bytes(out, value.data + 4 + HEADER, value.len - 4 - HEADER);
}
