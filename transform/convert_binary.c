/* Bytes, UUIDs, network addresses, geometry and vectors on their way into a row image; see convert.h. */
#include "transform/convert.h"
#include "transform/geometry.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <math.h>

enum cg_fit cg_encode_bytea(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    return cg_put_field(job, value->bytes);
}

enum cg_fit cg_encode_bytes_uuid(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    if (value->bytes.len != 16)
        return cg_misfit(job, -1, "a uuid has 16 bytes, this value %zu", value->bytes.len);
    return cg_put_field(job, value->bytes);
}

static int hex_digit(unsigned char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lower case with dashes: any other spelling would come back changed. */
static bool parse_uuid(struct cg_slice text, unsigned char ret_uuid[16]) {
    if (text.len != 36)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < 36;) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text.data[i++] != '-')
                return false;
            continue;
        }
        int high = hex_digit(text.data[i]), low = hex_digit(text.data[i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret_uuid[at++] = (unsigned char)(high * 16 + low);
        i += 2;
    }
    return true;
}

enum cg_fit cg_encode_text_uuid(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    unsigned char uuid[16];
    if (!parse_uuid(value->bytes, uuid))
        return cg_misfit(job, -1, "it is not a UUID in lower case with dashes, as PostgreSQL prints it");
    return cg_put_field(job, (struct cg_slice){uuid, sizeof uuid});
}

/* inet_recv: family (2 or 3), bits, is-cidr, number of address bytes, address. */
static enum cg_fit put_inet(struct cg_job *job, bool v6, const unsigned char *address) {
    unsigned char field[20] = {v6 ? 3 : 2, v6 ? 128 : 32, 0, v6 ? 16 : 4};
    memcpy(field + 4, address, field[3]);
    return cg_put_field(job, (struct cg_slice){field, 4u + field[3]});
}

enum cg_fit cg_encode_text_inet(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    char text[INET6_ADDRSTRLEN], again[INET6_ADDRSTRLEN];
    unsigned char address[16];
    bool v6 =
        value->bytes.len > 0 && value->bytes.len < sizeof text && memchr(value->bytes.data, ':', value->bytes.len);
    bool valid = value->bytes.len > 0 && value->bytes.len < sizeof text;
    if (valid) {
        memcpy(text, value->bytes.data, value->bytes.len);
        text[value->bytes.len] = '\0';
        valid = strlen(text) == value->bytes.len && inet_pton(v6 ? AF_INET6 : AF_INET, text, address) == 1;
    }
    if (!valid)
        return cg_misfit(job, -1, "it is not a network address");
    bool same = inet_ntop(v6 ? AF_INET6 : AF_INET, address, again, sizeof again) && strcmp(text, again) == 0;
    if (path->canonical_only && !same)
        return cg_misfit(job, -1, "as a network address it would be spelled %s", again);
    return put_inet(job, v6, address);
}

enum cg_fit cg_encode_geometry(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_slice bytes = value->bytes;
    if (bytes.len > CG_FIELD_MAX)
        return cg_put_field(job, bytes);
    const char *why = cg_geometry_check(bytes);
    if (why)
        return cg_misfit(job, -1, "%s", why);
    bool postgis = strcmp(path->target->type.name, "geometry") == 0;
    if (postgis && cg_geometry_srid(bytes) > CG_POSTGIS_SRID_MAX)
        return cg_misfit(job, -1, "PostGIS would replace the SRID %" PRIu32, cg_geometry_srid(bytes));
    if (cg_buffer_reserve(job->out, 4 + bytes.len, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, (uint32_t)cg_geometry_ewkb_length(bytes));
    cg_geometry_put_ewkb(job->out, bytes);
    return CG_FITS;
}

static uint32_t component_bits(struct cg_slice vector, size_t i) {
    const unsigned char *p = vector.data + 4 * i;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool all_finite(struct cg_slice vector) {
    for (size_t i = 0; i < vector.len / 4; i++)
        if ((component_bits(vector, i) & 0x7f800000) == 0x7f800000)
            return false;
    return true;
}

/* pgvector's vector_recv: dimensions, an unused word, components. */
enum cg_fit cg_encode_vector(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    enum { MAX_DIMENSIONS = 16000 };
    struct cg_slice vector = value->bytes;
    size_t dimensions = vector.len / 4;
    if (vector.len % 4 || dimensions == 0 || dimensions > MAX_DIMENSIONS)
        return cg_misfit(job, -1, "a vector has 1 to %d components of 4 bytes", MAX_DIMENSIONS);
    if (path->length > 0 && dimensions != (uint64_t)path->length)
        return cg_misfit(job, -1, "it has %zu components, the target %" PRId64, dimensions, path->length);
    if (!all_finite(vector))
        return cg_misfit(job, -1, "a vector cannot hold NaN or infinity");
    if (cg_buffer_reserve(job->out, 8 + vector.len, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, (uint32_t)(4 + vector.len));
    cg_put_u16(job->out, (uint16_t)dimensions);
    cg_put_u16(job->out, 0);
    for (size_t i = 0; i < dimensions; i++)
        cg_put_u32(job->out, component_bits(vector, i));
    return CG_FITS;
}

enum cg_fit cg_encode_vector_array(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    enum { MAX_COMPONENTS = 1 << 26 };
    struct cg_slice vector = value->bytes;
    uint32_t count = (uint32_t)(vector.len / 4);
    if (vector.len % 4 || vector.len / 4 > MAX_COMPONENTS)
        return cg_misfit(job, -1, "a vector has components of 4 bytes");
    if (cg_buffer_reserve(job->out, 24 + 8 * (size_t)count, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, count ? 20 + 8 * count : 12);
    cg_put_u32(job->out, count ? 1 : 0);
    cg_put_u32(job->out, 0);
    cg_put_u32(job->out, path->element_oid);
    if (count) {
        cg_put_u32(job->out, count);
        cg_put_u32(job->out, 1);
    }
    for (size_t i = 0; i < count; i++) {
        cg_put_u32(job->out, 4);
        cg_put_u32(job->out, component_bits(vector, i));
    }
    return CG_FITS;
}
