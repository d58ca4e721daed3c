/* Errors as values; see error.h. */
#include "core/error.h"

#include <stdio.h>
#include <string.h>

int cg_error_set(struct cg_error *err, enum cg_error_class cls, const char *format, ...) {
    if (!err)
        return -1;
    char message[sizeof err->message]; /* built first: the arguments may point into err */
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    memset(err, 0, sizeof *err);
    err->cls = cls;
    memcpy(err->message, message, sizeof message);
    return -1;
}

void cg_error_object(struct cg_error *err, const char *format, ...) {
    if (!err || err->object[0])
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(err->object, sizeof err->object, format, args);
    va_end(args);
}

void cg_error_hint(struct cg_error *err, const char *format, ...) {
    if (!err)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
}

int cg_error_memory(struct cg_error *err) {
    return cg_error_set(err, CG_ERR_SYSTEM, "out of memory");
}

const char *cg_error_class_name(enum cg_error_class cls) {
    static const char *const names[] = {
        [CG_ERR_NONE] = "none",         [CG_ERR_USAGE] = "usage",         [CG_ERR_RIGHTS] = "rights",
        [CG_ERR_CONFLICT] = "conflict", [CG_ERR_DATA] = "data",           [CG_ERR_OBJECT] = "object",
        [CG_ERR_CHANGED] = "changed",   [CG_ERR_ENGINE] = "engine",       [CG_ERR_NETWORK] = "network",
        [CG_ERR_SYSTEM] = "system",     [CG_ERR_CANCELLED] = "cancelled", [CG_ERR_INTERNAL] = "internal",
    };
    return (size_t)cls < sizeof names / sizeof *names ? names[cls] : "unknown";
}
