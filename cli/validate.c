/* What can be refused before anything connects; see cli.h. */
#include "cli/cli.h"
#include "core/secrets.h"
#include "verify/report.h"
#include "verify/verdict.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Which engines a command takes on which side; the first that is found is right. */
static const char *const mysql_family[] = {"mysql", "mariadb", NULL};
static const char *const postgresql[] = {"postgresql", NULL};
static const char *const every_engine[] = {"mysql", "mariadb", "postgresql", NULL};

static bool is_one_of(const char *word, const char *const *words) {
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

/* Is there an @ behind a ?: perhaps a password with a ? in it, whose pieces a message could show? */
static bool may_leak(const char *text) {
    const char *query = strchr(text, '?');
    return query && strchr(query, '@') && cg_secrets_present(text);
}

/* A URI that cannot be read may hold a password where none is looked for: the URI itself is not shown. */
static int parse_uri(const char *text, const char *role, struct cg_arena *arena, struct cg_uri *ret_uri,
                     struct cg_error *err) {
    if (cg_uri_parse(text, arena, ret_uri, err) == 0)
        return 0;
    if (may_leak(text)) {
        cg_error_set(err, CG_ERR_USAGE, "the URI cannot be read");
        cg_error_hint(err, "write / ? # @ : %% in user and password as %%2F %%3F %%23 %%40 %%3A %%25");
    } else if (err) {
        err->object[0] = '\0'; /* the role says more than the text */
    }
    cg_error_object(err, "%s", role);
    return -1;
}

static int check_engine(const struct cg_uri *uri, const char *role, const char *const *engines, const char *command,
                        struct cg_error *err) {
    if (is_one_of(uri->scheme, engines))
        return 0;
    if (!is_one_of(uri->scheme, every_engine)) {
        cg_error_set(err, CG_ERR_USAGE, "%s:// is no engine that crossgrade knows", uri->scheme);
        cg_error_hint(err, "mysql://, mariadb:// or postgresql://");
    } else {
        cg_error_set(err, CG_ERR_USAGE, "%s with a %s of %s is not available in this version", command, role,
                     uri->scheme);
        cg_error_hint(err, "this version goes from mysql:// or mariadb:// to postgresql://");
    }
    cg_error_object(err, "%s %s", role, uri->shown);
    return -1;
}

static int check_side(const char *text, const char *role, const char *const *engines, enum cg_command command,
                      struct cg_arena *arena, struct cg_error *err) {
    struct cg_uri uri;
    if (!text) {
        cg_error_set(err, CG_ERR_USAGE, "no %s is given", role);
        cg_error_hint(err, "%s needs the URI of a %s", cg_command_name(command), role);
        return -1;
    }
    if (parse_uri(text, role, arena, &uri, err) < 0 ||
        check_engine(&uri, role, engines, cg_command_name(command), err) < 0)
        return -1;
    if (engines == mysql_family && !uri.database) {
        cg_error_set(err, CG_ERR_USAGE, "the URI names no database");
        cg_error_object(err, "%s %s", role, uri.shown);
        cg_error_hint(err, "%s://user@host:3306/DATABASE", uri.scheme);
        return -1;
    }
    return 0;
}

static int file_refused(const char *option, const char *path, const char *why, struct cg_error *err) {
    cg_error_set(err, CG_ERR_USAGE, "%s: %s", path, why);
    cg_error_object(err, "option --%s", option);
    return -1;
}

static int check_readable(const char *option, const char *path, struct cg_error *err) {
    struct stat there;
    if (access(path, R_OK) < 0)
        return file_refused(option, path, strerror(errno), err);
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        return file_refused(option, path, "is a folder", err);
    return 0;
}

/* Files are written beside themselves and renamed: the folder must be writable. */
static int check_writable(const char *option, const char *path, struct cg_arena *arena, struct cg_error *err) {
    struct stat there;
    const char *slash = strrchr(path, '/');
    const char *folder = !slash ? "." : slash == path ? "/" : cg_arena_strndup(arena, path, (size_t)(slash - path));
    if (!folder)
        return cg_error_memory(err);
    if (stat(path, &there) == 0) {
        if (S_ISDIR(there.st_mode))
            return file_refused(option, path, "is a folder", err);
        if (!S_ISREG(there.st_mode) || access(path, W_OK) < 0)
            return access(path, W_OK) < 0 ? file_refused(option, path, strerror(errno), err) : 0;
    }
    if (access(folder, W_OK | X_OK) < 0) {
        int why = errno;
        cg_error_set(err, CG_ERR_USAGE, "%s cannot be written: folder %s: %s", path, folder, strerror(why));
        cg_error_object(err, "option --%s", option);
        return -1;
    }
    return 0;
}

/* A folder that will be made when it is not there. */
static int check_folder(const char *option, const char *path, struct cg_arena *arena, struct cg_error *err) {
    struct stat there;
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (stat(path, &there) != 0)
        return check_writable(option, cg_arena_strndup(arena, path, len), arena, err);
    if (!S_ISDIR(there.st_mode))
        return file_refused(option, path, "is not a folder", err);
    return access(path, W_OK | X_OK) < 0 ? file_refused(option, path, strerror(errno), err) : 0;
}

static bool ends_with(const char *text, const char *end) {
    size_t text_len = strlen(text), end_len = strlen(end);
    return text_len >= end_len && strcmp(text + text_len - end_len, end) == 0;
}

static int check_report(const char *path, struct cg_arena *arena, struct cg_error *err) {
    if (!cg_report_path_ok(path)) {
        bool later = ends_with(path, ".html") || ends_with(path, ".xml");
        (void)file_refused("report", path,
                           later ? "reports of this form are not available in this version"
                                 : "the ending says in which form to write",
                           err);
        cg_error_hint(err, "use a name that ends in .txt or .json");
        return -1;
    }
    return check_writable("report", path, arena, err);
}

static int check_files(const struct cg_options *options, struct cg_error *err) {
    for (size_t i = 0; i < options->reports.count; i++)
        if (check_report(options->reports.items[i], options->arena, err) < 0)
            return -1;
    for (size_t i = 0; i < options->before_load.count; i++)
        if (check_readable("before-load", options->before_load.items[i], err) < 0)
            return -1;
    for (size_t i = 0; i < options->after_load.count; i++)
        if (check_readable("after-load", options->after_load.items[i], err) < 0)
            return -1;
    if (options->typemap && check_readable("typemap", options->typemap, err) < 0)
        return -1;
    if (options->write_map && check_writable("write-map", options->write_map, options->arena, err) < 0)
        return -1;
    if (options->on_error == CG_ON_ERROR_REJECT && check_folder("rejects", options->rejects, options->arena, err) < 0)
        return -1;
    return options->output ? check_writable("output", options->output, options->arena, err) : 0;
}

static int check_accept(const struct cg_options *options, struct cg_error *err) {
    struct cg_acceptances acceptances;
    return cg_acceptances_parse(&options->accept, options->arena, &acceptances, err);
}

int cli_validate(const struct cg_options *options, enum cg_command command, struct cg_error *err) {
    struct cg_arena *arena = options->arena;
    bool wants_target = command != CG_CMD_SCHEMA || options->target;
    if (cg_options_check(options, err) < 0)
        return -1;
    if (check_side(options->source, "source", mysql_family, command, arena, err) < 0)
        return -1;
    if (wants_target && check_side(options->target, "target", postgresql, command, arena, err) < 0)
        return -1;
    if (options->ledger && check_side(options->ledger, "ledger", postgresql, command, arena, err) < 0)
        return -1;
    if (strcmp(options->schema, options->ledger_schema) == 0) {
        cg_error_set(err, CG_ERR_USAGE, "\"%s\" is the schema of the tables as well", options->schema);
        cg_error_object(err, "option --ledger-schema");
        cg_error_hint(err, "give the ledger a schema of its own");
        return -1;
    }
    return check_accept(options, err) < 0 ? -1 : check_files(options, err);
}

int cli_ledger_uri(const struct cg_options *options, struct cg_uri *ret_uri, struct cg_error *err) {
    if (options->output && check_writable("output", options->output, options->arena, err) < 0)
        return -1;
    if (parse_uri(options->target, "target", options->arena, ret_uri, err) < 0)
        return -1;
    return check_engine(ret_uri, "target", postgresql, "a ledger", err);
}
