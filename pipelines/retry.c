/* Rejected rows once more; see retry.h.
 *
 * Tables are gone through again as long as rows go in: one that the target refused for its parent may fit once the
 * parent, rejected too, is there. */
#include "pipelines/retry.h"
#include "extract/source.h"
#include "load/ledger.h"
#include "pipelines/conversion_counts.h"
#include "pipelines/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    PAGE = 500, /* rows of one transaction */
    SAMPLES = 5
};

/* One table: how its rows are read and written. */
struct subject {
    const struct cg_ledger_table_row *row;
    struct cg_retry_table *told;
    const struct cg_table *source;
    const char *target;
    const struct cg_column **read_columns;
    const char **write_columns;
    size_t column_count;
    struct cg_encoder_plan *encoder; /* NULL: it cannot be tried, told->why says why */
    bool refused_by_target;          /* some row, in the last pass */
};

struct retry {
    const struct cg_job *job;
    const struct cg_options *options;
    struct cg_arena *arena;
    struct cg_control control;
    struct cg_uri source_uri, target_uri;
    struct cg_source *source;
    struct cg_target *target;
    struct cg_target_session *ledger, *writer;
    struct cg_session *reader;
    struct cg_catalog *source_catalog, *target_catalog;
    struct cg_ledger_run run;
    struct cg_typemap *map;
    struct cg_plan *plan;
    struct subject *subjects;
    struct cg_retry_report *report;
};

/* ---- before anything is tried ---- */

static void cancel_source(void *source) {
    cg_source_cancel(source);
}

static void cancel_target(void *target) {
    cg_target_cancel(target);
}

static int open_target(struct retry *r, struct cg_error *err) {
    if (cg_uri_parse(r->options->target, r->arena, &r->target_uri, err) < 0)
        return -1;
    cg_progress_note(r->job->progress, CG_NOTE_INFO, "connecting to %s", r->target_uri.shown);
    if (cg_target_open(&r->target_uri, r->options->schema, r->options->ledger_schema, &r->target, err) < 0 ||
        cg_control_register(&r->control, cancel_target, r->target, err) < 0 ||
        cg_target_session_open(r->target, &r->ledger, err) < 0 ||
        cg_target_session_open(r->target, &r->writer, err) < 0)
        return -1;
    return cg_target_claim(r->ledger, err);
}

/* The tables that have rows to be tried; the report begins with them. */
static int find_tables(struct retry *r, struct cg_error *err) {
    struct cg_ledger_table_row *rows = NULL;
    size_t count = 0;
    if (cg_ledger_run_read(r->ledger, r->options->run_id, r->arena, &r->run, err) < 0 ||
        cg_ledger_prepare(r->ledger, err) < 0 || /* one of an earlier version holds no rejected rows */
        cg_ledger_run_tables(r->ledger, r->options->run_id, r->arena, &rows, &count, err) < 0)
        return -1;
    r->report->tables = cg_arena_array(r->arena, count + 1, sizeof *r->report->tables);
    r->subjects = cg_arena_array(r->arena, count + 1, sizeof *r->subjects);
    if (!r->report->tables || !r->subjects)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].rejected)
            continue;
        struct cg_retry_table *table = &r->report->tables[r->report->table_count];
        *table = (struct cg_retry_table){
            .source = rows[i].source, .target = rows[i].target, .left = rows[i].rejected, .why = ""};
        r->subjects[r->report->table_count++] = (struct subject){.row = &rows[i], .told = table};
    }
    return 0;
}

/* Rows of another database with the same keys would be other rows. */
static int check_source(struct retry *r, struct cg_error *err) {
    struct cg_uri then;
    const char *identity = r->source_catalog->server.identity;
    if (*identity && *r->run.source_identity && strcmp(identity, r->run.source_identity) != 0) {
        cg_error_set(err, CG_ERR_USAGE, "run %s moved from server %s, but this one is %s", r->run.run_id,
                     r->run.source_identity, identity);
        cg_error_object(err, "%s", r->source_uri.shown);
        cg_error_hint(err, "name the source of that run: it was %s", r->run.source);
        return -1;
    }
    struct cg_error unused = {0};
    if (cg_uri_parse(r->run.source, r->arena, &then, &unused) < 0 || !then.database ||
        strcmp(then.database, r->source_catalog->database) == 0)
        return 0;
    cg_error_set(err, CG_ERR_USAGE, "run %s moved database %s, not %s", r->run.run_id, then.database,
                 r->source_catalog->database);
    cg_error_object(err, "%s", r->source_uri.shown);
    return -1;
}

static int open_source(struct retry *r, struct cg_error *err) {
    struct cg_snapshot snapshot;
    if (cg_uri_parse(r->options->source, r->arena, &r->source_uri, err) < 0)
        return -1;
    cg_progress_note(r->job->progress, CG_NOTE_INFO, "connecting to %s", r->source_uri.shown);
    if (cg_source_open(&r->source_uri, "", NULL, &r->source, err) < 0 ||
        cg_control_register(&r->control, cancel_source, r->source, err) < 0 ||
        cg_source_snapshot(r->source, 1, r->arena, &r->source_catalog, &snapshot, err) < 0 ||
        cg_source_acquire(r->source, &r->reader, err) < 0)
        return -1;
    return check_source(r, err);
}

static int make_plan(struct retry *r, struct cg_error *err) {
    if (cg_target_catalog(r->ledger, r->arena, &r->target_catalog, err) < 0 ||
        cg_typemap_load(r->source_catalog->server.engine, "postgresql", r->options->typemap,
                        r->options->map_columns.items, r->options->map_columns.count, r->arena, &r->map, err) < 0)
        return -1;
    struct cg_plan_input input = {
        .source = r->source_catalog, .map = r->map, .options = r->options, .actual = r->target_catalog};
    return cg_plan_make(&input, r->arena, &r->plan, err);
}

/* ---- one table ---- */

static int compile(struct retry *r, struct subject *s, const struct cg_table_plan *plan, const struct cg_table *target,
                   struct cg_error *err) {
    size_t most = plan->column_count + 1;
    struct cg_encode_column *columns = cg_arena_array(r->arena, most, sizeof *columns);
    size_t *key = cg_arena_array(r->arena, most, sizeof *key);
    s->read_columns = cg_arena_array(r->arena, most, sizeof *s->read_columns);
    s->write_columns = cg_arena_array(r->arena, most, sizeof *s->write_columns);
    if (!columns || !key || !s->read_columns || !s->write_columns)
        return cg_error_memory(err);
    for (size_t i = 0; i < plan->column_count; i++) {
        const struct cg_column *source = plan->columns[i].source;
        const char *name = plan->columns[i].target ? plan->columns[i].target->name : source->name;
        const struct cg_column *actual = cg_table_column(target, name);
        if (!actual)
            return cg_error_set(err, CG_ERR_OBJECT, "table %s of the target has no column %s, for %s of the source",
                                target->name, name, source->name);
        if (actual->generated)
            continue;
        cg_conversion_set allowed = cg_typemap_allowed(r->map, s->source, source);
        columns[s->column_count] = (struct cg_encode_column){.source = source, .target = actual, .allowed = allowed};
        s->read_columns[s->column_count] = source;
        s->write_columns[s->column_count++] = actual->name;
    }
    return cg_encoder_compile(s->source->name, columns, s->column_count, key,
                              cg_run_key_columns(s->source, s->read_columns, s->column_count, key), CG_MISFIT_DIFFER,
                              r->arena, &s->encoder, NULL, err);
}

static const struct cg_table_plan *plan_of(const struct retry *r, const char *source) {
    for (size_t i = 0; i < r->plan->table_count; i++)
        if (strcmp(r->plan->tables[i].source->name, source) == 0)
            return &r->plan->tables[i];
    return NULL;
}

/* Why the table's rows cannot be tried; NULL when they can. */
static const char *prepare(struct retry *r, struct subject *s) {
    struct cg_error err = {0};
    s->source = cg_catalog_table(r->source_catalog, s->row->source);
    s->target = s->row->target;
    const struct cg_table *target = cg_catalog_table(r->target_catalog, s->target);
    const struct cg_table_plan *plan = plan_of(r, s->row->source);
    if (strcmp(s->row->state, "done") != 0)
        return "the table itself is not whole on the target (it failed in that run): migrate it again";
    if (!s->source || !plan)
        return "the source has no such table any more";
    if (!target)
        return "the target has no such table any more";
    if (compile(r, s, plan, target, &err) == 0)
        return NULL;
    s->encoder = NULL;
    return cg_arena_printf(r->arena, "%s%s%s", err.message, err.hint[0] ? ": " : "", err.hint);
}

static int prepare_all(struct retry *r, struct cg_error *err) {
    for (size_t i = 0; i < r->report->table_count; i++) {
        const char *why = prepare(r, &r->subjects[i]);
        if (!r->subjects[i].encoder && !why)
            return cg_error_memory(err);
        if (why)
            r->subjects[i].told->why = why;
    }
    return 0;
}

/* ---- one row ---- */

/* What tries the rows of one page. */
struct trial {
    struct retry *r;
    struct subject *s;
    struct cg_encoder *encoder;
    struct cg_buffer image;
    struct cg_arena *arena; /* of the page */
    struct cg_retry *now;   /* the row at hand */
    uint64_t loaded;
};

static int refused(void *context, struct cg_slice image, const struct cg_error *why, struct cg_error *err) {
    struct trial *t = context;
    struct cg_reject *reject = &t->now->reject;
    (void)image;
    t->now->state = CG_RETRY_REJECTED;
    t->s->refused_by_target = true;
    reject->by_target = true;
    reject->column = NULL;
    reject->sqlstate = cg_arena_strdup(t->arena, why->sqlstate);
    reject->reason = cg_arena_strdup(t->arena, why->message);
    return reject->sqlstate && reject->reason ? 0 : cg_error_memory(err);
}

static int not_converted(struct trial *t, const struct cg_misfit *misfit, struct cg_error *err) {
    struct cg_reject *reject = &t->now->reject;
    reject->by_target = false;
    reject->sqlstate = NULL;
    reject->column = misfit->column == CG_WHOLE_ROW ? NULL : t->s->read_columns[misfit->column]->name;
    reject->reason = misfit->would_allow < 0 ? cg_arena_strdup(t->arena, misfit->why)
                                             : cg_arena_printf(t->arena, "%s (a rule that allows %s would let it pass)",
                                                               misfit->why, cg_conversions[misfit->would_allow].name);
    return reject->reason ? 0 : cg_error_memory(err);
}

/* What was applied to the row, in the page's arena. */
static int keep_conversions(struct trial *t, struct cg_error *err) {
    struct cg_conversion_counts counts = {0};
    if (cg_conversion_counts_take(t->encoder, t->s->read_columns, t->s->column_count, &counts, err) < 0)
        return -1;
    struct cg_conversion_count *kept = cg_arena_array(t->arena, counts.count + 1, sizeof *kept);
    for (size_t i = 0; kept && i < counts.count; i++) {
        kept[i] = counts.items[i];
        for (size_t k = 0; k < CG_SAMPLE_KEYS; k++)
            kept[i].samples[k] = cg_arena_strdup(t->arena, counts.items[i].samples[k]);
    }
    t->now->conversions = kept;
    t->now->conversion_count = counts.count;
    cg_conversion_counts_done(&counts);
    return kept ? 0 : cg_error_memory(err);
}

/* The row as the source has it now: a part of its own, so that what is refused is known. */
static int try_values(struct trial *t, const struct cg_value *values, struct cg_error *err) {
    struct cg_digest digest = {0};
    uint64_t rows = 0;
    t->image.len = 0;
    cg_encoder_reset(t->encoder);
    if (cg_encoder_row(t->encoder, values, &t->image, &digest, err) < 0)
        return -1;
    t->now->reject.digest = digest;
    const struct cg_misfit *misfit = cg_encoder_last_misfit(t->encoder);
    if (misfit)
        return not_converted(t, misfit, err);
    if (keep_conversions(t, err) < 0)
        return -1;
    t->now->state = CG_RETRY_LOADED; /* unless it is refused */
    if (cg_chunk_write_part(t->r->writer, cg_buffer_slice(&t->image), refused, t, &rows, err) < 0)
        return -1;
    t->loaded += rows;
    return 0;
}

static int try_row(struct trial *t, struct cg_error *err) {
    const struct cg_reject *reject = &t->now->reject;
    if (!reject->where.data)
        return 0; /* it has no key: it stays where it is */
    const char *predicate = cg_arena_strndup(t->arena, (const char *)reject->where.data, reject->where.len);
    if (!predicate)
        return cg_error_memory(err);
    struct cg_read what = {.table = t->s->source,
                           .columns = t->s->read_columns,
                           .column_count = t->s->column_count,
                           .predicate = predicate};
    struct cg_reader *reader = NULL;
    struct cg_source_row row;
    if (cg_reader_open(t->r->reader, &what, &reader, err) < 0)
        return -1;
    int more = cg_reader_next(reader, &row, err);
    if (more == 0)
        t->now->state = CG_RETRY_GONE;
    int result = more > 0 ? try_values(t, row.values, err) : more;
    if (result == 0 && more > 0 && (more = cg_reader_next(reader, &row, err)) != 0)
        result = more < 0
                     ? -1
                     : cg_error_set(err, CG_ERR_CHANGED, "the source has more than one row where %.300s", predicate);
    cg_reader_close(reader);
    return result;
}

/* ---- one page: a transaction ---- */

static int tell_converted(struct trial *t, const struct cg_retry *outcome, struct cg_error *err) {
    struct cg_retry_table *told = t->s->told;
    for (size_t i = 0; i < outcome->conversion_count; i++) {
        const struct cg_conversion_count *count = &outcome->conversions[i];
        struct cg_retry_converted *to = NULL;
        for (size_t k = 0; k < told->converted_count && !to; k++)
            if (told->converted[k].conversion == count->conversion &&
                strcmp(told->converted[k].column, count->column) == 0)
                to = &told->converted[k];
        if (!to) {
            struct cg_retry_converted *all =
                cg_arena_push(t->r->arena, told->converted, &told->converted_count, sizeof *all);
            if (!all)
                return cg_error_memory(err);
            told->converted = all;
            to = &all[told->converted_count - 1];
            *to = (struct cg_retry_converted){.conversion = count->conversion, .column = count->column};
        }
        to->count += count->count;
    }
    return 0;
}

static int tell(struct trial *t, const struct cg_retry *outcomes, size_t count, struct cg_error *err) {
    struct cg_retry_table *told = t->s->told;
    for (size_t i = 0; i < count; i++) {
        told->loaded += outcomes[i].state == CG_RETRY_LOADED;
        told->gone += outcomes[i].state == CG_RETRY_GONE;
        told->left -= outcomes[i].state != CG_RETRY_REJECTED;
        if (outcomes[i].state == CG_RETRY_LOADED && tell_converted(t, &outcomes[i], err) < 0)
            return -1;
        if (outcomes[i].state != CG_RETRY_REJECTED || told->sample_count == SAMPLES)
            continue;
        const struct cg_reject *reject = &outcomes[i].reject;
        struct cg_arena *arena = t->r->arena;
        struct cg_retry_left *all = cg_arena_push(arena, told->samples, &told->sample_count, sizeof *all);
        if (!all)
            return cg_error_memory(err);
        told->samples = all;
        struct cg_retry_left *one = &all[told->sample_count - 1];
        *one = (struct cg_retry_left){
            cg_arena_strdup(arena, reject->key ? reject->key : "a row without a key"),
            reject->where.data ? cg_arena_strdup(arena, reject->reason)
                               : cg_arena_printf(arena, "its table has no key to find it by: %s", reject->reason)};
        if (!one->key || !one->reason)
            return cg_error_memory(err);
    }
    return 0;
}

/* *ret_last: the highest id that was tried; *ret_count: how many. */
static int try_page(struct trial *t, int64_t after, int64_t *ret_last, size_t *ret_count, struct cg_error *err) {
    struct cg_reject *rejects = NULL;
    size_t count = 0;
    struct subject *s = t->s;
    if (cg_retry_begin(t->r->writer, s->row->id, after, PAGE, s->target, s->write_columns, s->column_count, t->arena,
                       &rejects, &count, err) < 0)
        return -1;
    struct cg_retry *outcomes = cg_arena_array(t->arena, count + 1, sizeof *outcomes);
    int result = outcomes ? 0 : cg_error_memory(err);
    for (size_t i = 0; result == 0 && i < count; i++) {
        outcomes[i] = (struct cg_retry){.state = CG_RETRY_REJECTED, .reject = rejects[i]};
        t->now = &outcomes[i];
        result = try_row(t, err);
    }
    if (result == 0)
        result = cg_retry_commit(t->r->writer, outcomes, count, t->loaded, err);
    else
        cg_chunk_abort(t->r->writer);
    if (result == 0 && count)
        *ret_last = rejects[count - 1].id;
    *ret_count = count;
    return result == 0 ? tell(t, outcomes, count, err) : -1;
}

static int try_pages(struct retry *r, struct subject *s, struct cg_encoder *encoder, struct cg_error *err) {
    int64_t after = 0;
    size_t count = PAGE;
    s->told->samples = NULL; /* those of this pass */
    s->told->sample_count = 0;
    s->refused_by_target = false;
    while (count == PAGE) {
        struct trial trial = {.r = r, .s = s, .encoder = encoder, .arena = cg_arena_new()};
        cg_buffer_init(&trial.image, CG_ROW_BYTES_MAX);
        int result = trial.arena ? try_page(&trial, after, &after, &count, err) : cg_error_memory(err);
        cg_buffer_done(&trial.image);
        cg_arena_free(trial.arena);
        if (result < 0 || cg_control_check(&r->control, err) < 0)
            return -1;
    }
    return 0;
}

static int try_table(struct retry *r, struct subject *s, struct cg_error *err) {
    struct cg_encoder *encoder = cg_encoder_new(s->encoder, CG_ROW_BYTES_MAX);
    if (!encoder)
        return cg_error_memory(err);
    int result = try_pages(r, s, encoder, err);
    cg_encoder_free(encoder);
    if (result < 0)
        cg_error_object(err, "table %s", s->row->source);
    return result;
}

/* ---- all tables ---- */

static uint64_t loaded_so_far(const struct retry *r) {
    uint64_t sum = 0;
    for (size_t i = 0; i < r->report->table_count; i++)
        sum += r->report->tables[i].loaded;
    return sum;
}

/* What one pass loaded may be what the target missed for the rest. */
static int try_tables(struct retry *r, struct cg_error *err) {
    uint64_t before;
    bool first = true;
    do {
        before = loaded_so_far(r);
        for (size_t i = 0; i < r->report->table_count; i++) {
            struct subject *s = &r->subjects[i];
            if (s->encoder && (first || s->refused_by_target) && try_table(r, s, err) < 0)
                return -1;
        }
        first = false;
    } while (loaded_so_far(r) > before);
    return 0;
}

static int note(struct retry *r, struct cg_error *err) {
    for (size_t i = 0; i < r->report->table_count; i++) {
        const struct cg_retry_table *t = &r->report->tables[i];
        char text[400];
        snprintf(text, sizeof text, "%" PRIu64 " loaded, %" PRIu64 " gone from the source, %" PRIu64 " left%s%s",
                 t->loaded, t->gone, t->left, *t->why ? ": " : "", t->why);
        if (cg_ledger_event(r->ledger, r->run.run_id, "rejects.retried", t->source, text, err) < 0)
            return -1;
    }
    return 0;
}

static int work(struct retry *r, struct cg_error *err) {
    if (cg_control_init(&r->control, r->job->cancel, err) < 0 || open_target(r, err) < 0 || find_tables(r, err) < 0)
        return -1;
    if (!r->report->table_count)
        return 0;
    if (open_source(r, err) < 0 || make_plan(r, err) < 0 || prepare_all(r, err) < 0)
        return -1;
    int result = try_tables(r, err);
    struct cg_error unused = {0};
    return note(r, result == 0 ? err : &unused) < 0 ? -1 : result;
}

int cg_retry_rejects(const struct cg_job *job, struct cg_retry_report **ret_report, struct cg_error *err) {
    struct retry r = {.job = job, .options = job->options, .arena = job->arena};
    r.report = cg_arena_alloc(job->arena, sizeof *r.report);
    if (!r.report)
        return cg_error_memory(err);
    r.report->run_id = job->options->run_id;
    int result = work(&r, err);
    struct cg_error first;
    if (result < 0 && cg_control_check(&r.control, &first) < 0)
        *err = first;
    if (r.source) {
        cg_source_release(r.source, r.reader);
        cg_control_unregister(&r.control, r.source);
    }
    if (r.target)
        cg_control_unregister(&r.control, r.target);
    if (r.writer)
        cg_target_session_close(r.writer);
    if (r.ledger)
        cg_target_session_close(r.ledger);
    cg_control_done(&r.control);
    cg_source_free(r.source);
    cg_target_free(r.target);
    if (result == 0 || r.report->table_count)
        *ret_report = r.report;
    return result;
}
