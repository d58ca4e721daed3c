/* The file of a table's rejected rows; see reject_file.h. libcsv quotes the fields: every field but NULL stands in
 * quotes, NULL is nothing at all between two commas, as in PostgreSQL's own CSV. */
#include "pipelines/reject_file.h"
#include "core/buffer.h"
#include "transform/exact_text.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { NAME_MAX_BYTES = 255, FLUSH_BYTES = 256 * 1024 };

static const char partial[] = ".partial";

struct cg_reject_file {
    int fd, folder; /* folder: of the file, to make its name last */
    char *path, *partial_path;
    bool finished;
    const struct cg_column *const *columns;
    size_t column_count;
    off_t kept, written; /* bytes of the file */
    struct cg_buffer waiting;
};

/* ---- its name ---- */

static bool stays_as_it_is(unsigned char c, bool first) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           (c == '.' && !first);
}

void cg_reject_file_name(const char *table, char ret_name[CG_REJECT_NAME]) {
    enum { MOST = NAME_MAX_BYTES - (int)sizeof ".csv.partial" + 1, HASH = 17 };
    size_t len = 0, cut = 0;
    bool whole = true;
    for (const unsigned char *p = (const unsigned char *)table; *p && whole; p++) {
        bool plain = stays_as_it_is(*p, p == (const unsigned char *)table);
        size_t bytes = plain ? 1 : 3;
        whole = len + bytes <= MOST;
        if (!whole)
            break;
        if (plain)
            ret_name[len] = (char)*p;
        else
            snprintf(ret_name + len, 4, "%%%02X", *p);
        len += bytes;
        if (len <= MOST - HASH)
            cut = len; /* never inside a %XX */
    }
    if (!whole) {
        len = cut + HASH;
        snprintf(ret_name + cut, HASH + 1, "-%016llx", (unsigned long long)XXH3_64bits(table, strlen(table)));
    }
    memcpy(ret_name + len, ".csv", sizeof ".csv");
}

/* ---- bytes ---- */

static int failed(const struct cg_reject_file *file, const char *what, int why, struct cg_error *err) {
    cg_error_set(err, CG_ERR_SYSTEM, "the file of rejected rows cannot be %s: %s", what, strerror(why));
    cg_error_object(err, "%s", cg_reject_file_path(file));
    return -1;
}

static int flush(struct cg_reject_file *file, struct cg_error *err) {
    for (size_t at = 0; at < file->waiting.len;) {
        ssize_t n = write(file->fd, file->waiting.data + at, file->waiting.len - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(file, "written", errno, err);
        at += (size_t)n;
        file->written += n;
    }
    file->waiting.len = 0;
    return 0;
}

static int put(struct cg_reject_file *file, const void *bytes, size_t len, struct cg_error *err) {
    if (cg_buffer_append(&file->waiting, bytes, len, err) < 0)
        return -1;
    return file->waiting.len < FLUSH_BYTES ? 0 : flush(file, err);
}

/* A piece of a field: libcsv quotes it as a field of its own, and the quotes around it are left out. */
static int put_piece(void *context, struct cg_slice piece, struct cg_error *err) {
    struct cg_reject_file *file = context;
    unsigned char quoted[2 * CG_TEXT_PIECE + 2];
    size_t len = csv_write(quoted, sizeof quoted, piece.data, piece.len);
    return put(file, quoted + 1, len - 2, err);
}

static int put_text_field(struct cg_reject_file *file, bool first, const char *text, struct cg_error *err) {
    if (!first && put(file, ",", 1, err) < 0)
        return -1;
    if (!text)
        return 0;
    if (put(file, "\"", 1, err) < 0)
        return -1;
    for (size_t left = strlen(text); left;) {
        size_t piece = left < CG_TEXT_PIECE ? left : CG_TEXT_PIECE;
        if (put_piece(file, (struct cg_slice){(const unsigned char *)text, piece}, err) < 0)
            return -1;
        text += piece;
        left -= piece;
    }
    return put(file, "\"", 1, err);
}

static int put_value_field(struct cg_reject_file *file, const struct cg_column *column, const struct cg_value *value,
                           struct cg_slice stored, struct cg_error *err) {
    if (value->kind == CG_VALUE_NULL)
        return put(file, ",", 1, err);
    if (put(file, ",\"", 2, err) < 0 || cg_exact_text(&column->type, value, stored, put_piece, file, err) < 0)
        return -1;
    return put(file, "\"", 1, err);
}

static int end_line(struct cg_reject_file *file, struct cg_error *err) {
    return put(file, "\r\n", 2, err);
}

/* ---- opening ---- */

/* Makes the name of what was made in a folder last; a file system that cannot do that says EINVAL. */
static void sync_folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash > path ? (size_t)(slash - path) : 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

static int make_folder(const char *path, struct cg_error *err) {
    if (mkdir(path, 0700) == 0) {
        sync_folder_of(path);
        return 0;
    }
    if (errno == EEXIST)
        return 0;
    cg_error_set(err, CG_ERR_SYSTEM, "the folder for rejected rows cannot be made: %s", strerror(errno));
    cg_error_object(err, "%s", path);
    cg_error_hint(err, "name another place by --rejects");
    return -1;
}

static int make_file(struct cg_reject_file *file, const char *folder, struct cg_error *err) {
    file->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->folder < 0)
        return failed(file, "made", errno, err);
    file->fd = open(file->partial_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return file->fd < 0 ? failed(file, "made", errno, err) : 0;
}

static int put_header(struct cg_reject_file *file, struct cg_error *err) {
    static const char *const own[] = {"crossgrade_chunk", "crossgrade_key", "crossgrade_column", "crossgrade_reason"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (put_text_field(file, i == 0, own[i], err) < 0)
            return -1;
    for (size_t i = 0; i < file->column_count; i++)
        if (put_text_field(file, false, file->columns[i]->name, err) < 0)
            return -1;
    return end_line(file, err);
}

static int open_in(struct cg_reject_file *file, const char *dir, const char *run_id, const char *table,
                   struct cg_error *err) {
    char name[CG_REJECT_NAME], *folder = NULL;
    cg_reject_file_name(table, name);
    if (asprintf(&folder, "%s/%s", dir, run_id) < 0)
        return cg_error_memory(err);
    int result = -1;
    if (asprintf(&file->path, "%s/%s", folder, name) < 0) {
        file->path = NULL;
        cg_error_memory(err);
    } else if (asprintf(&file->partial_path, "%s%s", file->path, partial) < 0) {
        file->partial_path = NULL;
        cg_error_memory(err);
    } else if (make_folder(dir, err) == 0 && make_folder(folder, err) == 0) {
        result = make_file(file, folder, err);
    }
    free(folder);
    if (result < 0 || put_header(file, err) < 0)
        return -1;
    cg_reject_file_keep(file);
    return 0;
}

int cg_reject_file_open(const char *dir, const char *run_id, const char *table, const struct cg_column *const *columns,
                        size_t column_count, struct cg_reject_file **ret_file, struct cg_error *err) {
    struct cg_reject_file *file = calloc(1, sizeof *file);
    if (!file)
        return cg_error_memory(err);
    file->fd = file->folder = -1;
    file->columns = columns;
    file->column_count = column_count;
    cg_buffer_init(&file->waiting, (size_t)2 * FLUSH_BYTES);
    if (open_in(file, dir, run_id, table, err) < 0) {
        cg_reject_file_close(file);
        return -1;
    }
    *ret_file = file;
    return 0;
}

const char *cg_reject_file_path(const struct cg_reject_file *file) {
    return file->finished ? file->path : file->partial_path;
}

/* ---- rows ---- */

int cg_reject_file_row(struct cg_reject_file *file, const struct cg_reject_note *note, const struct cg_value *values,
                       const struct cg_slice *stored, struct cg_error *err) {
    char chunk[16];
    snprintf(chunk, sizeof chunk, "%d", note->chunk);
    if (put_text_field(file, true, chunk, err) < 0 || put_text_field(file, false, note->key, err) < 0 ||
        put_text_field(file, false, note->column, err) < 0 || put_text_field(file, false, note->reason, err) < 0)
        return -1;
    for (size_t i = 0; i < file->column_count; i++)
        if (put_value_field(file, file->columns[i], &values[i], stored[i], err) < 0)
            return -1;
    return end_line(file, err);
}

int cg_reject_file_sync(struct cg_reject_file *file, struct cg_error *err) {
    if (flush(file, err) < 0)
        return -1;
    if (fsync(file->fd) != 0)
        return failed(file, "brought to the disk", errno, err);
    return fsync(file->folder) == 0 ? 0 : failed(file, "brought to the disk", errno, err);
}

void cg_reject_file_keep(struct cg_reject_file *file) {
    file->kept = file->written + (off_t)file->waiting.len;
}

int cg_reject_file_undo(struct cg_reject_file *file, struct cg_error *err) {
    if (file->written + (off_t)file->waiting.len == file->kept)
        return 0;
    if (file->kept > file->written) {
        file->waiting.len = (size_t)(file->kept - file->written);
        return 0;
    }
    file->waiting.len = 0;
    if (ftruncate(file->fd, file->kept) != 0 || lseek(file->fd, file->kept, SEEK_SET) < 0)
        return failed(file, "cut back", errno, err);
    file->written = file->kept;
    return 0;
}

int cg_reject_file_finish(struct cg_reject_file *file, struct cg_error *err) {
    if (cg_reject_file_sync(file, err) < 0)
        return -1;
    if (rename(file->partial_path, file->path) != 0)
        return failed(file, "put in place", errno, err);
    file->finished = true;
    return fsync(file->folder) == 0 ? 0 : failed(file, "brought to the disk", errno, err);
}

void cg_reject_file_close(struct cg_reject_file *file) {
    if (!file)
        return;
    if (file->fd >= 0)
        close(file->fd);
    if (file->folder >= 0)
        close(file->folder);
    cg_buffer_done(&file->waiting);
    free(file->path);
    free(file->partial_path);
    free(file);
}
