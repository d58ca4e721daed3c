/* What a migration would do, as text: the DDL for `schema`, the plan for `migrate --dry-run`. Reads both servers,
 * writes to neither. */
#include "pipelines/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Text inside an SQL comment that was begun: every further line of it goes behind two dashes of its own, so that
 * nothing in it can become a statement. */
static int put_comment(struct cg_buffer *out, const char *text, struct cg_error *err) {
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '\n' || c == '\r' ? cg_buffer_text(out, "\n--   ", err) < 0
                                   : cg_buffer_append(out, c < 0x20 || c == 0x7f ? " " : text, 1, err) < 0)
            return -1;
    }
    return cg_buffer_text(out, "\n", err);
}

static int put_proof(const struct cg_run *run, struct cg_buffer *out, struct cg_error *err) {
    if (!run->unproved || !run->plan->translation_count)
        return 0;
    return cg_buffer_text(out, "-- what is translated here is not proved: ", err) < 0
               ? -1
               : put_comment(out, run->unproved, err);
}

static int put_notes(struct cg_buffer *out, const struct cg_plan *plan, struct cg_error *err) {
    for (size_t i = 0; i < plan->translation_count; i++) {
        const struct cg_translation *t = &plan->translations[i];
        if (t->note &&
            (cg_buffer_printf(out, err, "-- translated: %s ", t->kind) < 0 || put_comment(out, t->name, err) < 0 ||
             cg_buffer_text(out, "--   ", err) < 0 || put_comment(out, t->note, err) < 0))
            return -1;
    }
    return 0;
}

static int put_losses(struct cg_buffer *out, const struct cg_plan *plan, struct cg_error *err) {
    for (size_t i = 0; i < plan->loss_count; i++) {
        const struct cg_loss *loss = &plan->losses[i];
        if (cg_buffer_printf(out, err, "-- %s: ", cg_conversions[loss->conversion].name) < 0 ||
            put_comment(out, loss->name, err) < 0)
            return -1;
        if (loss->reason && *loss->reason &&
            (cg_buffer_text(out, "--   ", err) < 0 || put_comment(out, loss->reason, err) < 0))
            return -1;
        if (loss->text && *loss->text &&
            (cg_buffer_text(out, "--   ", err) < 0 || put_comment(out, loss->text, err) < 0))
            return -1;
    }
    for (size_t i = 0; i < plan->table_count; i++)
        if (plan->tables[i].failed &&
            (cg_buffer_text(out, "-- not made: ", err) < 0 || put_comment(out, plan->tables[i].source->name, err) < 0 ||
             put_comment(out, plan->tables[i].failed, err) < 0))
            return -1;
    return 0;
}

static bool in_section(const struct cg_options *options, enum cg_ddl_phase phase) {
    bool pre = phase <= CG_DDL_TABLE;
    if (!options->section)
        return true;
    return strstr(options->section, pre ? "pre-data" : "post-data") != NULL;
}

static int put_statements(struct cg_run *run, struct cg_buffer *out, struct cg_error *err) {
    for (size_t i = 0; i < run->ddl.count; i++) {
        const struct cg_ddl *ddl = &run->ddl.items[i];
        if (in_section(run->options, ddl->phase) && cg_buffer_printf(out, err, "%s;\n\n", ddl->sql) < 0)
            return -1;
    }
    return 0;
}

static int print_schema(struct cg_run *run, struct cg_buffer *out, struct cg_error *err) {
    if (cg_run_ddl(run, err) < 0)
        return -1;
    if (cg_buffer_printf(out, err, "-- crossgrade %s: database ", CG_VERSION) < 0 ||
        put_comment(out, run->source_catalog->database, err) < 0 || put_proof(run, out, err) < 0 ||
        put_notes(out, run->plan, err) < 0 || put_losses(out, run->plan, err) < 0 || cg_buffer_text(out, "\n", err) < 0)
        return -1;
    return put_statements(run, out, err);
}

/* ---- the plan ---- */

/* The target's own column where tables are filled that are there, NULL when it has none; else the one to be made. */
static const struct cg_column *column_to_be(const struct cg_run *run, const struct cg_table_plan *plan,
                                            const struct cg_column_plan *column) {
    if (!run->options->data_only)
        return column->target;
    const struct cg_table *actual = cg_catalog_table(run->target_catalog, plan->target->name);
    return actual ? cg_table_column(actual, column->target->name) : NULL;
}

static int put_table(struct cg_run *run, size_t index, const struct cg_catalog *existing, struct cg_buffer *out,
                     struct cg_error *err) {
    const struct cg_table_plan *plan = &run->plan->tables[index];
    if (plan->excluded)
        return cg_buffer_printf(out, err, "%s: excluded\n", plan->source->name);
    if (plan->failed)
        return cg_buffer_printf(out, err, "%s: cannot be moved: %s\n%s%s%s", plan->source->name, plan->failed,
                                plan->failed_hint ? "  hint: " : "", plan->failed_hint ? plan->failed_hint : "",
                                plan->failed_hint ? "\n" : "");
    if (cg_buffer_printf(out, err, "%s -> %s.%s (about %" PRId64 " rows)\n", plan->source->name, run->options->schema,
                         plan->target->name, plan->source->row_estimate) < 0)
        return -1;
    if (existing && !run->options->data_only && cg_catalog_table(existing, plan->target->name) &&
        cg_buffer_printf(out, err, "  exists already: %s\n",
                         run->options->drop_existing ? "it would be dropped (--drop-existing)"
                                                     : "the run would be refused without --drop-existing") < 0)
        return -1;
    if (plan->source->filter && cg_buffer_printf(out, err, "  only rows where %s\n", plan->source->filter) < 0)
        return -1;
    for (size_t i = 0; i < plan->column_count; i++) {
        const struct cg_column_plan *column = &plan->columns[i];
        const struct cg_column *target = column_to_be(run, plan, column);
        if (cg_buffer_printf(out, err, "  %-28s %-24s -> %s%s\n", column->source->name, column->source->type.full,
                             target ? target->type.full : "nothing",
                             !target || target->nullable ? "" : " not null") < 0)
            return -1;
    }
    return 0;
}

/* --data-only: what the target's own tables are in the way of, and what is to be known of them. */
static int put_existing(struct cg_run *run, struct cg_buffer *out, struct cg_error *err) {
    const struct {
        const char *heading;
        const struct cg_strings *texts;
    } lists[] = {{"In the way of the rows; the run would be refused", &run->problems},
                 {"To be known of the tables that are there", &run->remarks}};
    if (run->options->truncate &&
        cg_buffer_text(out, "\nthe tables above would be emptied first (--truncate)\n", err) < 0)
        return -1;
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t i = 0; i < lists[k].texts->count; i++)
            if ((i == 0 && cg_buffer_printf(out, err, "\n%s:\n", lists[k].heading) < 0) ||
                cg_buffer_printf(out, err, "  %s\n", lists[k].texts->items[i]) < 0)
                return -1;
    return 0;
}

static int put_scripts(const struct cg_scripts *scripts, const char *when, struct cg_buffer *out,
                       struct cg_error *err) {
    for (size_t i = 0; i < scripts->count; i++)
        if (cg_buffer_printf(out, err, "%s%s (%zu bytes)\n", when, scripts->items[i].file, scripts->items[i].bytes) < 0)
            return -1;
    return 0;
}

static int put_plan_translations(const struct cg_plan *plan, struct cg_buffer *out, struct cg_error *err) {
    if (plan->translation_count && cg_buffer_text(out, "\nTranslated:\n", err) < 0)
        return -1;
    for (size_t i = 0; i < plan->translation_count; i++) {
        const struct cg_translation *t = &plan->translations[i];
        if (cg_buffer_printf(out, err, "  %s %s%s%s\n", t->kind, t->name, t->note ? ": " : "", t->note ? t->note : "") <
            0)
            return -1;
    }
    return 0;
}

static int put_plan_losses(const struct cg_plan *plan, struct cg_buffer *out, struct cg_error *err) {
    if (plan->loss_count && cg_buffer_text(out, "\nDeclared conversions and losses:\n", err) < 0)
        return -1;
    for (size_t i = 0; i < plan->loss_count; i++) {
        const struct cg_loss *loss = &plan->losses[i];
        const struct cg_conversion_info *info = &cg_conversions[loss->conversion];
        bool told = loss->reason && *loss->reason;
        if (cg_buffer_printf(out, err, "  %s%s: %s %s%s%s\n", info->name,
                             info->needs_acceptance && !loss->accepted_by_map ? " (needs --accept)" : "", loss->kind,
                             loss->name, told ? "\n    " : "", told ? loss->reason : "") < 0)
            return -1;
    }
    return 0;
}

static int put_plan(struct cg_run *run, struct cg_buffer *out, struct cg_error *err) {
    struct cg_catalog *existing = NULL;
    if (run->target && cg_target_catalog(run->main_session, run->arena, &existing, err) < 0)
        return -1;
    for (size_t i = 0; i < run->plan->table_count; i++)
        if (put_table(run, i, existing, out, err) < 0)
            return -1;
    if (run->options->schema_only && cg_buffer_text(out, "no rows would be moved (--schema-only)\n", err) < 0)
        return -1;
    if (put_scripts(&run->before_load, "before the rows: ", out, err) < 0 ||
        put_scripts(&run->after_load, "after the keys: ", out, err) < 0)
        return -1;
    if (run->options->data_only)
        return put_existing(run, out, err);
    if (run->plan->decision_count && cg_buffer_text(out, "\nDecided by what the data holds:\n", err) < 0)
        return -1;
    for (size_t i = 0; i < run->plan->decision_count; i++) {
        const struct cg_decision *d = &run->plan->decisions[i];
        if (cg_buffer_printf(out, err, "  %s%s%s: %s -> %s: %s\n", d->table, *d->column ? "." : "", d->column,
                             d->source_type, d->target_type, d->reason) < 0)
            return -1;
    }
    return put_plan_translations(run->plan, out, err) < 0 ? -1 : put_plan_losses(run->plan, out, err);
}

static int describe(const struct cg_job *job, int (*put)(struct cg_run *, struct cg_buffer *, struct cg_error *),
                    struct cg_buffer *out, struct cg_error *err) {
    struct cg_run *run = cg_run_new(job, "schema");
    if (!run)
        return cg_error_memory(err);
    int result = cg_control_init(&run->control, job->cancel, err);
    if (result == 0)
        result = cg_stage_prepare(run, err);
    if (result == 0)
        result = put(run, out, err);
    struct cg_error first;
    if (result < 0 && cg_control_check(&run->control, &first) < 0)
        *err = first;
    cg_run_done(run);
    return result;
}

int cg_schema_print(const struct cg_job *job, struct cg_buffer *out, struct cg_error *err) {
    return describe(job, print_schema, out, err);
}

int cg_migrate_describe(const struct cg_job *job, struct cg_buffer *out, struct cg_error *err) {
    return describe(job, put_plan, out, err);
}
