/* One value on its way from a source's driver to the row image: a tagged scalar on the stack.
 *
 * A source decodes each field into one of these; which kind a column yields depends only on its type, except that any
 * value may be CG_VALUE_NULL and an ENUM may be CG_VALUE_ENUM_INVALID. What MySQL and MariaDB types yield:
 *
 *   TINYINT..BIGINT signed, YEAR            I64          UNSIGNED integers        U64
 *   FLOAT                                   F32          DOUBLE                   F64
 *   DECIMAL                                 DECIMAL      (text as the server prints it, may carry padding: R12)
 *   DATE, DATETIME, TIMESTAMP               DATE, TIMESTAMP, TIMESTAMP (the instant in UTC); not range-checked (R11)
 *   TIME                                    TIME         (hours up to 838, sign apart)
 *   CHAR, VARCHAR, TEXT family, ENUM, SET   TEXT         (utf8mb4 bytes, not validated: R10)
 *   UUID, INET4, INET6                      TEXT
 *   JSON, LONGTEXT with json_valid          JSON         (text as stored)
 *   BINARY, VARBINARY, BLOB family          BYTES
 *   BIT(n)                                  BITS         ((n+7)/8 bytes, most significant first)
 *   GEOMETRY family                         GEOMETRY     (4 bytes SRID, little-endian, then WKB)
 *   VECTOR                                  VECTOR       (float32, little-endian)
 *
 * Bytes belong to the reader and stay valid until its next row. */
#ifndef CG_CORE_VALUE_H
#define CG_CORE_VALUE_H

#include "core/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum cg_value_kind {
    CG_VALUE_NULL = 0,
    CG_VALUE_I64,
    CG_VALUE_U64,
    CG_VALUE_F32,
    CG_VALUE_F64,
    CG_VALUE_DECIMAL,
    CG_VALUE_DATE,
    CG_VALUE_TIME,
    CG_VALUE_TIMESTAMP,
    CG_VALUE_TEXT,
    CG_VALUE_ENUM_INVALID, /* an ENUM holding index 0: MySQL's mark of a value that was refused */
    CG_VALUE_JSON,
    CG_VALUE_BYTES,
    CG_VALUE_BITS,
    CG_VALUE_GEOMETRY,
    CG_VALUE_VECTOR,
    CG_VALUE_KINDS
};

/* Broken-down date and time exactly as the source holds it: month or day may be 0, day may exceed its month. */
struct cg_civil {
    uint32_t year, month, day;
    uint32_t hour, minute, second, microsecond; /* hour up to 838 for TIME */
    bool negative;                              /* TIME only */
};

struct cg_value {
    enum cg_value_kind kind;
    bool substituted; /* the server's charset conversion lost something in this text (R10) */
    union {
        int64_t i64;
        uint64_t u64;
        float f32;
        double f64;
        struct cg_civil civil;
        struct cg_slice bytes; /* DECIMAL, TEXT, JSON, BYTES, BITS, GEOMETRY, VECTOR */
    };
};

#endif
