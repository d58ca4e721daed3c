/* Errors, results and files: how they leave the program. */
#include "cli/cli.h"
#include "cli/events.h"
#include "cli/terminal.h"
#include "verify/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The server's code for what happened, unless the message has it already. */
static int put_code(struct cg_buffer *out, const struct cg_error *err, struct cg_error *failure) {
    char number[16];
    snprintf(number, sizeof number, "%d", err->vendor);
    if (err->sqlstate[0] && !strstr(err->message, err->sqlstate))
        return cg_buffer_printf(out, failure, " (SQLSTATE %s)", err->sqlstate);
    if (err->vendor && !strstr(err->message, number))
        return cg_buffer_printf(out, failure, " (error %d)", err->vendor);
    return 0;
}

static int put_error(struct cg_buffer *out, const struct cg_error *err, struct cg_error *failure) {
    if (cg_buffer_text(out, "crossgrade: ", failure) < 0)
        return -1;
    if (err->object[0] && (cli_put_message(out, err->object, failure) < 0 || cg_buffer_text(out, ": ", failure) < 0))
        return -1;
    if (cli_put_message(out, err->message[0] ? err->message : "failed without a message", failure) < 0 ||
        put_code(out, err, failure) < 0)
        return -1;
    if (err->hint[0] &&
        (cg_buffer_text(out, "\n  hint: ", failure) < 0 || cli_put_message(out, err->hint, failure) < 0))
        return -1;
    return cg_buffer_text(out, "\n", failure);
}

static int put_error_event(struct cg_buffer *out, const struct cg_error *err, struct cg_error *failure) {
    struct cli_event event;
    if (cli_event_begin(&event, "error") < 0)
        return cg_error_memory(failure);
    cli_event_text(&event, "class", cg_error_class_name(err->cls));
    cli_event_text(&event, "object", err->object);
    cli_event_text(&event, "message", err->message);
    cli_event_text(&event, "hint", err->hint);
    cli_event_text(&event, "sqlstate", err->sqlstate);
    cli_event_number(&event, "vendor", err->vendor);
    return cli_event_end(&event, out, failure);
}

void cli_print_error(const struct cg_error *err, enum cg_log_format format) {
    struct cg_buffer out;
    struct cg_error failure = {0};
    cg_buffer_init(&out, 1 << 16);
    int result = format == CG_LOG_JSON ? put_error_event(&out, err, &failure) : put_error(&out, err, &failure);
    if (result == 0)
        (void)fwrite(out.data, 1, out.len, stderr);
    else /* no memory for anything finer */
        (void)fprintf(stderr, "crossgrade: %s\n", err->message);
    cg_buffer_done(&out);
}

int cli_fail(const struct cli_call *call, const struct cg_error *err) {
    cli_print_error(err, call->options.log_format);
    return cg_exit_code(err->cls);
}

static int write_all(int fd, struct cg_slice bytes) {
    for (size_t done = 0; done < bytes.len;) {
        ssize_t n = write(fd, bytes.data + done, bytes.len - done);
        if (n < 0 && errno != EINTR)
            return -1;
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int cli_write_stdout(struct cg_slice bytes, struct cg_error *err) {
    if (fflush(stdout) == 0 && write_all(STDOUT_FILENO, bytes) == 0)
        return 0;
    cg_error_set(err, CG_ERR_SYSTEM, "cannot write: %s", strerror(errno));
    cg_error_object(err, "standard output");
    return -1;
}

static int file_error(const char *path, struct cg_error *err) {
    cg_error_set(err, CG_ERR_SYSTEM, "cannot be written: %s", strerror(errno));
    cg_error_object(err, "file %s", path);
    return -1;
}

/* Into what is there: a pipe, a device. */
static int write_in_place(const char *path, struct cg_slice bytes, struct cg_error *err) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int failed = fd < 0 || write_all(fd, bytes) < 0;
    failed |= fd >= 0 && close(fd) < 0;
    return failed ? file_error(path, err) : 0;
}

/* The rights of a file made in the usual way. */
static mode_t usual_mode(void) {
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

int cli_write_file(const char *path, struct cg_slice bytes, struct cg_error *err) {
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
        return write_in_place(path, bytes, err);
    size_t cap = strlen(path) + 16;
    char *temporary = malloc(cap);
    if (!temporary)
        return cg_error_memory(err);
    snprintf(temporary, cap, "%s.XXXXXX", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    int failed = fd < 0 || fchmod(fd, usual_mode()) < 0 || write_all(fd, bytes) < 0 || fsync(fd) < 0;
    if (failed)
        (void)file_error(path, err);
    if (fd >= 0 && close(fd) < 0 && !failed)
        failed = file_error(path, err) < 0;
    if (!failed && rename(temporary, path) < 0)
        failed = file_error(path, err) < 0;
    if (failed && fd >= 0)
        unlink(temporary);
    free(temporary);
    return failed ? -1 : 0;
}
