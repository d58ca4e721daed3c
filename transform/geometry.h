/* MySQL's geometry values (4 bytes SRID, little-endian, then WKB) as EWKB, PostGIS's extended well-known binary: the
 * same WKB with the SRID behind the first type word, which has the bit 0x20000000 then. SRID 0 means none and is not
 * written: so PostGIS prints it (geometry_send). Coordinates stay in the order in which they are stored, x first.
 *
 * WKB: OGC 06-103r4, 8.2. */
#ifndef CG_TRANSFORM_GEOMETRY_H
#define CG_TRANSFORM_GEOMETRY_H

#include "core/buffer.h"

#include <stdbool.h>

/* Above it PostGIS puts another one in its place. */
enum { CG_POSTGIS_SRID_MAX = 999999 };

/* NULL when the value is well-formed: little-endian, known types, counts that its length bears out, nothing behind it;
 * else what is wrong with it. */
const char *cg_geometry_check(struct cg_slice value);
uint32_t cg_geometry_srid(struct cg_slice value);
/* Length of the EWKB of a checked value, and the EWKB itself; the room must have been reserved. */
size_t cg_geometry_ewkb_length(struct cg_slice value);
void cg_geometry_put_ewkb(struct cg_buffer *out, struct cg_slice value);

#endif
