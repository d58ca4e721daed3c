/* A report into a file, the format by its ending; see report.h. Written beside it first and then renamed, so that no
 * reader ever sees half of one. */
#include "verify/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_WIDTH = 100 };

static bool ends_with(const char *path, const char *ending) {
    size_t length = strlen(path), tail = strlen(ending);
    return length > tail && strcmp(path + length - tail, ending) == 0;
}

bool cg_report_path_ok(const char *path) {
    return ends_with(path, ".json") || ends_with(path, ".txt");
}

static int failed(const char *what, const char *path, struct cg_error *err) {
    cg_error_set(err, CG_ERR_SYSTEM, "the report cannot be %s: %s", what, strerror(errno));
    cg_error_object(err, "%s", path);
    cg_error_hint(err, "the ledger keeps it: crossgrade report TARGET RUN --output FILE writes it elsewhere");
    return -1;
}

static int write_bytes(const char *path, const struct cg_buffer *bytes, struct cg_error *err) {
    char *beside = NULL;
    if (asprintf(&beside, "%s.%ld.tmp", path, (long)getpid()) < 0)
        return cg_error_memory(err);
    FILE *file = fopen(beside, "w");
    int result = file ? 0 : failed("written", beside, err);
    if (file) {
        bool whole =
            fwrite(bytes->data, 1, bytes->len, file) == bytes->len && fflush(file) == 0 && fsync(fileno(file)) == 0;
        if (fclose(file) != 0 || !whole)
            result = failed("written", beside, err);
        else if (rename(beside, path) != 0)
            result = failed("put in place", path, err);
        if (result < 0)
            unlink(beside);
    }
    free(beside);
    return result;
}

int cg_report_write_file(const struct cg_report *report, const char *path, bool redact, struct cg_error *err) {
    if (!cg_report_path_ok(path)) {
        cg_error_set(err, CG_ERR_USAGE, "the ending of %s names no format of a report", path);
        cg_error_hint(err, "end it in .json or .txt");
        return -1;
    }
    struct cg_buffer bytes;
    cg_buffer_init(&bytes, (size_t)1 << 30);
    int result = ends_with(path, ".json") ? cg_report_write_json(report, redact, &bytes, err)
                                          : cg_report_write_text(report, FILE_WIDTH, false, redact, &bytes, err);
    if (result == 0)
        result = write_bytes(path, &bytes, err);
    cg_buffer_done(&bytes);
    return result;
}
