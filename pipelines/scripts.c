/* --before-load and --after-load; see scripts.h. */
#include "pipelines/scripts.h"

#include "core/clock.h"
#include "core/digest.h"
#include "pipelines/evidence.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LARGEST_SCRIPT = 64 << 20 };

/* ---- reading ---- */

static int read_file(FILE *file, struct cg_buffer *out, struct cg_error *err) {
    char block[8192];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) {
        if (out->len + got > LARGEST_SCRIPT)
            return cg_error_set(err, CG_ERR_USAGE, "larger than a script can be (64 MiB)");
        if (cg_buffer_append(out, block, got, err) < 0)
            return -1;
    }
    if (ferror(file))
        return cg_error_set(err, CG_ERR_USAGE, "cannot be read: %s", strerror(errno));
    if (out->len && memchr(out->data, 0, out->len))
        return cg_error_set(err, CG_ERR_USAGE, "holds a zero byte: it is not SQL");
    return 0;
}

static int read_script(struct cg_arena *arena, struct cg_script *script, struct cg_error *err) {
    FILE *file = fopen(script->file, "re");
    if (!file)
        return cg_error_set(err, CG_ERR_USAGE, "cannot be read: %s", strerror(errno));
    struct cg_buffer text;
    struct cg_digest digest = {0};
    cg_buffer_init(&text, LARGEST_SCRIPT + 1);
    int result = read_file(file, &text, err);
    fclose(file);
    if (result == 0) {
        cg_digest_row(&digest, text.data ? (const void *)text.data : "", text.len);
        cg_digest_hex(&digest, script->digest);
        script->bytes = text.len;
        script->text = cg_arena_strndup(arena, text.data ? (const char *)text.data : "", text.len);
        if (!script->text)
            result = cg_error_memory(err);
    }
    cg_buffer_done(&text);
    return result;
}

static int read_scripts(struct cg_run *run, const struct cg_strings *files, const char *option,
                        struct cg_scripts *scripts, struct cg_error *err) {
    scripts->items = cg_arena_array(run->arena, files->count + 1, sizeof *scripts->items);
    if (!scripts->items)
        return cg_error_memory(err);
    for (; scripts->count < files->count; scripts->count++) {
        struct cg_script *script = &scripts->items[scripts->count];
        script->file = files->items[scripts->count];
        if (read_script(run->arena, script, err) < 0) {
            cg_error_object(err, "option --%s %s", option, script->file);
            return -1;
        }
    }
    return 0;
}

int cg_scripts_read(struct cg_run *run, struct cg_error *err) {
    if (read_scripts(run, &run->options->before_load, "before-load", &run->before_load, err) < 0)
        return -1;
    return read_scripts(run, &run->options->after_load, "after-load", &run->after_load, err);
}

/* ---- running ---- */

/* On a session of its own: a script may change its settings. */
static int execute(struct cg_run *run, const struct cg_script *script, struct cg_error *err) {
    struct cg_target_session *session = NULL;
    size_t line = 0;
    if (cg_target_session_open(run->target, &session, err) < 0)
        return -1;
    int result = cg_target_script(session, script->text, &line, err);
    cg_target_session_close(session);
    if (result < 0 && line)
        cg_error_object(err, "%s:%zu", script->file, line);
    else if (result < 0)
        cg_error_object(err, "%s", script->file);
    return result;
}

static int tell_ledger(struct cg_run *run, const char *kind, const struct cg_script *script, const char *text,
                       struct cg_error *err) {
    return cg_ledger_event(run->main_session, run->report->run_id, kind, script->file, text, err);
}

/* What was run stands in the report by its fingerprint; its text may hold secrets. */
static int tell_report(struct cg_run *run, const char *when, const struct cg_script *script, struct cg_error *err) {
    const char *text =
        cg_arena_printf(run->arena, "%s (%zu bytes, XXH3-128 %s)", script->file, script->bytes, script->digest);
    return text ? cg_evidence_setting(&run->report->target, run->arena, when, text, err) : cg_error_memory(err);
}

static int run_script(struct cg_run *run, const char *when, const struct cg_script *script, struct cg_error *err) {
    struct cg_error inner = {0};
    double start = cg_now();
    const char *what = cg_arena_printf(run->arena, "--%s, %zu bytes, XXH3-128 %s", when, script->bytes, script->digest);
    if (!what)
        return cg_error_memory(err);
    cg_progress_note(run->progress, CG_NOTE_INFO, "running %s", script->file);
    if (tell_ledger(run, "script.begin", script, what, err) < 0)
        return -1;
    int result = execute(run, script, err);
    const char *end = result == 0 ? cg_arena_printf(run->arena, "done in %.3f s", cg_now() - start)
                                  : cg_arena_printf(run->arena, "failed: %s: %s", err->object, err->message);
    if (result < 0 && (err->cls == CG_ERR_NETWORK || cg_control_stopped(&run->control)))
        return -1; /* there is nobody to tell */
    if (tell_ledger(run, "script.end", script, end ? end : "", &inner) < 0 ||
        tell_report(run, when, script, &inner) < 0) {
        if (result == 0)
            *err = inner;
        return -1;
    }
    return result;
}

int cg_scripts_before_load(struct cg_run *run, struct cg_error *err) {
    for (size_t i = 0; i < run->before_load.count; i++) {
        if (run_script(run, "before-load", &run->before_load.items[i], err) == 0)
            continue;
        if (err->cls == CG_ERR_OBJECT)
            err->cls = CG_ERR_USAGE; /* no row has moved */
        return -1;
    }
    return cg_control_check(&run->control, err);
}

static int tell_failure(struct cg_run *run, const struct cg_script *script, const char *why, struct cg_error *err) {
    struct cg_report_object object = {
        .kind = "script", .name = script->file, .state = CG_STATE_MISSING, .sql = "", .error = why};
    return why ? cg_report_add_object(run->report, &object, run->arena, err) : cg_error_memory(err);
}

int cg_scripts_after_load(struct cg_run *run, struct cg_error *err) {
    size_t i = 0;
    struct cg_error why = {0};
    while (i < run->after_load.count && run_script(run, "after-load", &run->after_load.items[i], &why) == 0)
        i++;
    if (i == run->after_load.count)
        return cg_control_check(&run->control, err);
    if (why.cls != CG_ERR_OBJECT && why.cls != CG_ERR_RIGHTS) {
        *err = why;
        return -1;
    }
    cg_progress_note(run->progress, CG_NOTE_WARNING, "%s: %s", why.object, why.message);
    if (tell_failure(run, &run->after_load.items[i], cg_arena_printf(run->arena, "%s: %s", why.object, why.message),
                     err) < 0)
        return -1;
    while (++i < run->after_load.count)
        if (tell_failure(run, &run->after_load.items[i], "not run, because one before it failed", err) < 0)
            return -1;
    return cg_control_check(&run->control, err);
}
