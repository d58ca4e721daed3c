/* The report as a person reads it, top-down: the verdict, why, what to do; then the tables; then what was converted,
 * lost, decided; then how it was proved. Nothing is printed for what is empty. See report.h. */
#include "core/progress.h"
#include "verify/report.h"
#include "verify/text_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LISTED = 12 };

static const char *verdict_colour(enum cg_verdict verdict) {
    static const char *const colours[] = {CG_GREEN, CG_GREEN, CG_RED, CG_YELLOW};
    return colours[verdict];
}

static const char *status_colour(enum cg_table_status status) {
    switch (status) {
    case CG_STATUS_IDENTICAL:
    case CG_STATUS_EQUIVALENT:
    case CG_STATUS_CONVERTED:
        return CG_GREEN;
    case CG_STATUS_DIFFERENT:
    case CG_STATUS_FAILED:
        return CG_RED;
    default:
        return CG_YELLOW;
    }
}

static void put_verdict(struct cg_text *t, const struct cg_report *report) {
    cg_text_coloured(t, verdict_colour(report->verdict), "%s", cg_verdict_name(report->verdict));
    cg_text_line(t, "");
    for (size_t i = 0; i < report->reason_count && i < LISTED; i++)
        cg_text_paragraph(t, i ? "  - " : "  ", report->reasons[i]);
    cg_text_more(t, report->reason_count, LISTED);
}

static void put_blockers(struct cg_text *t, const struct cg_report *report) {
    if (!report->blocker_count)
        return;
    cg_text_heading(t, "What stands in the way");
    for (size_t i = 0; i < report->blocker_count && i < LISTED; i++) {
        const struct cg_report_blocker *b = &report->blockers[i];
        cg_text_paragraph_printf(t, "  ", "%s: %s", b->object, t->redact ? b->code : b->message);
        if (b->action && *b->action)
            cg_text_paragraph_printf(t, "    ", "-> %s", b->action);
    }
    cg_text_more(t, report->blocker_count, LISTED);
}

static void put_side(struct cg_text *t, const char *label, const struct cg_report_side *side) {
    cg_text_paragraph_printf(t, label, "%s %s at %s, database %s", side->engine, side->version, side->host,
                             side->database);
}

/* "12,345,678"; "-" when it is not known. */
static const char *grouped(int64_t number, char ret_text[32]) {
    char digits[24];
    if (number < 0)
        return "-";
    int length = snprintf(digits, sizeof digits, "%" PRId64, number), out = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            ret_text[out++] = ',';
        ret_text[out++] = digits[i];
    }
    ret_text[out] = '\0';
    return ret_text;
}

static void put_sides(struct cg_text *t, const struct cg_report *report) {
    cg_text_heading(t, "What was compared");
    put_side(t, "  source  ", &report->source);
    put_side(t, "  target  ", &report->target);
    if (*report->as_of)
        cg_text_paragraph_printf(t, "  as of   ", "%s (source moved since: %s)", report->as_of,
                                 cg_moved_name(report->source_moved));
    char compared[32], total[32];
    cg_text_paragraph_printf(t, "  covered ", "%zu of %zu tables, %zu of %zu columns, %s of %s rows",
                             report->tables_compared, report->table_count, report->columns_compared,
                             report->columns_total, grouped((int64_t)report->rows_compared, compared),
                             grouped((int64_t)report->rows_total, total));
}

static void put_tables(struct cg_text *t, const struct cg_report *report) {
    char source[32], target[32];
    cg_text_heading(t, "Tables");
    int name_width = t->width - 2 - 14 - 14 - 14 - 2;
    cg_text_row(t, NULL, name_width, "table", "source rows", "target rows", "status");
    for (size_t i = 0; i < report->table_count; i++) {
        const struct cg_report_table *table = &report->tables[i];
        cg_text_row(t, status_colour(table->status), name_width, table->source, grouped(table->rows_source, source),
                    grouped(table->rows_target, target), cg_table_status_name(table->status));
    }
}

static void put_filters(struct cg_text *t, const struct cg_report *report) {
    if (report->filtered_count)
        cg_text_heading(t, "Tables of which only some rows were moved and compared (--where)");
    for (size_t i = 0; i < report->filtered_count; i++) {
        const char *filter = "";
        for (size_t k = 0; k < report->table_count; k++)
            if (!t->redact && strcmp(report->tables[k].source, report->filtered[i]) == 0 && report->tables[k].filter)
                filter = report->tables[k].filter;
        cg_text_paragraph_printf(t, "  ", "%s%s%s", report->filtered[i], *filter ? ": " : "", filter);
    }
}

static void put_conversion(struct cg_text *t, const struct cg_report_table *table,
                           const struct cg_report_conversion *c) {
    const struct cg_conversion_info *info = &cg_conversions[c->conversion];
    char count[32];
    cg_text_paragraph_printf(t, "  ", "%s%s%s: %s in %s rows%s", table->source, *c->column ? "." : "", c->column,
                             info->name, grouped((int64_t)c->count, count),
                             !info->needs_acceptance ? ""
                             : c->accepted           ? ", accepted"
                                                     : ", NOT accepted");
    if (t->redact || !c->sample_key_count)
        return;
    char keys[600] = "";
    size_t used = 0;
    for (size_t k = 0; k < c->sample_key_count && used < sizeof keys - 1; k++)
        used += (size_t)snprintf(keys + used, sizeof keys - used, "%s%s", k ? "; " : "", c->sample_keys[k]);
    cg_text_paragraph_printf(t, "      ", "at %s%s", keys, c->count > c->sample_key_count ? "; ..." : "");
}

static void put_rejects_of(struct cg_text *t, const struct cg_report_table *table) {
    char count[32];
    const char *accepted = "";
    for (size_t i = 0; i < table->conversion_count; i++)
        if (table->conversions[i].conversion == CG_ROW_REJECTED)
            accepted = table->conversions[i].accepted ? ", accepted" : ", NOT accepted";
    cg_text_paragraph_printf(t, "  ", "%s: row_rejected, %s row%s%s", table->source,
                             grouped((int64_t)table->rows_rejected, count), table->rows_rejected == 1 ? "" : "s",
                             accepted);
    if (table->rejects_file && *table->rejects_file)
        cg_text_paragraph_printf(t, "      ", "in file %s", table->rejects_file);
    for (size_t i = 0; i < table->reject_count && !t->redact; i++) {
        const struct cg_report_reject *r = &table->rejects[i];
        cg_text_paragraph_printf(t, "      ", "at %s%s%s: %s", r->key, *r->column ? ", column " : "", r->column,
                                 r->reason);
    }
    if (table->reject_count && table->rows_rejected > table->reject_count && !t->redact)
        cg_text_paragraph(t, "      ", "...");
}

static void put_rejects(struct cg_text *t, const struct cg_report *report) {
    bool any = false;
    for (size_t i = 0; i < report->table_count; i++) {
        if (!report->tables[i].rows_rejected)
            continue;
        if (!any)
            cg_text_heading(t, "Rows that were set aside");
        any = true;
        put_rejects_of(t, &report->tables[i]);
    }
}

static void put_conversions(struct cg_text *t, const struct cg_report *report) {
    bool any = false;
    for (size_t i = 0; i < report->table_count; i++)
        for (size_t k = 0; k < report->tables[i].conversion_count; k++) {
            if (report->tables[i].conversions[k].conversion == CG_ROW_REJECTED)
                continue;
            if (!any)
                cg_text_heading(t, "Values that were converted");
            any = true;
            put_conversion(t, &report->tables[i], &report->tables[i].conversions[k]);
        }
}

static void put_loss_name(struct cg_text *t, const struct cg_report *report, enum cg_conversion conversion) {
    size_t count = 0, accepted = 0;
    for (size_t i = 0; i < report->loss_count; i++)
        if (report->losses[i].conversion == conversion) {
            count++;
            accepted += report->losses[i].accepted;
        }
    if (!count)
        return;
    const struct cg_conversion_info *info = &cg_conversions[conversion];
    cg_text_paragraph_printf(t, "  ", "%s (%zu%s): %s", info->name, count,
                             !info->needs_acceptance ? ""
                             : accepted == count     ? ", accepted"
                                                     : ", NOT accepted",
                             info->meaning);
    size_t shown = 0;
    for (size_t i = 0; i < report->loss_count && shown < LISTED; i++) {
        const struct cg_report_loss *loss = &report->losses[i];
        if (loss->conversion != conversion)
            continue;
        shown++;
        if (*loss->reason)
            cg_text_paragraph_printf(t, "      ", "%s: %s", loss->object, loss->reason);
        else
            cg_text_paragraph(t, "      ", loss->object);
    }
    cg_text_more(t, count, LISTED);
}

static void put_losses(struct cg_text *t, const struct cg_report *report) {
    if (!report->loss_count)
        return;
    cg_text_heading(t, "What arrives otherwise, or not at all");
    for (int conversion = 0; conversion < CG_CONVERSION_COUNT; conversion++)
        put_loss_name(t, report, (enum cg_conversion)conversion);
}

/* Columns and tables are blockers, and stand there. */
static void put_extra(struct cg_text *t, const struct cg_report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->object_count; i++) {
        const struct cg_report_object *object = &report->objects[i];
        if (object->state != CG_STATE_EXTRA || strcmp(object->kind, "column") == 0 ||
            strcmp(object->kind, "table") == 0)
            continue;
        if (count++ == 0)
            cg_text_heading(t, "What only the target has");
        if (count <= LISTED)
            cg_text_paragraph_printf(t, "  ", "%s %s: %s", object->kind, object->name, object->error);
    }
    if (count)
        cg_text_more(t, count, LISTED);
}

/* Translations that mean the same but for some cases. */
static void put_notes(struct cg_text *t, const struct cg_report *report) {
    size_t told = 0;
    for (size_t i = 0; i < report->object_count; i++) {
        const struct cg_report_object *object = &report->objects[i];
        if (!object->note[0] || t->redact)
            continue;
        if (told == 0)
            cg_text_heading(t, "What was translated, and what to know about it");
        if (told++ < LISTED)
            cg_text_paragraph_printf(t, "  ", "%s %s: %s", object->kind, object->name, object->note);
    }
    cg_text_more(t, told, LISTED);
}

static void put_decisions(struct cg_text *t, const struct cg_report *report) {
    if (!report->decision_count)
        return;
    cg_text_heading(t, "Types that were decided by the data (--write-map keeps them)");
    for (size_t i = 0; i < report->decision_count && i < LISTED; i++) {
        const struct cg_report_decision *d = &report->decisions[i];
        cg_text_paragraph_printf(t, "  ", "%s%s%s: %s -> %s%s%s", d->table, *d->column ? "." : "", d->column,
                                 d->source_type, d->target_type, t->redact ? "" : ": ", t->redact ? "" : d->reason);
    }
    cg_text_more(t, report->decision_count, LISTED);
}

static void put_worth_knowing(struct cg_text *t, const struct cg_report *report) {
    if (!report->note_count)
        return;
    cg_text_heading(t, "Worth knowing");
    for (size_t i = 0; i < report->note_count && i < LISTED; i++)
        cg_text_paragraph_printf(t, "  ", "%s: %s", report->notes[i].object, report->notes[i].text);
    cg_text_more(t, report->note_count, LISTED);
}

/* "enum, set": the types of which no canary came back, by their plain names, each once; "" when there is none. */
static const char *types_without_canary(const struct cg_report *report, char *out, size_t cap) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < report->self_test_type_count && used < cap - 1; i++) {
        const char *type = report->self_test_types[i].source_type;
        int len = (int)strcspn(type, "( ");
        bool told = strcmp(report->self_test_types[i].result, "passed") == 0;
        for (size_t k = 0; k < i && !told; k++)
            told = strcmp(report->self_test_types[k].result, "passed") != 0 &&
                   (int)strcspn(report->self_test_types[k].source_type, "( ") == len &&
                   strncmp(report->self_test_types[k].source_type, type, (size_t)len) == 0;
        if (!told)
            used += (size_t)snprintf(out + used, cap - used, "%s%.*s", used ? ", " : "", len, type);
    }
    return out;
}

static void put_self_test(struct cg_text *t, const struct cg_report *report) {
    size_t passed = 0, count = report->self_test_type_count;
    for (size_t i = 0; i < count; i++)
        passed += strcmp(report->self_test_types[i].result, "passed") == 0;
    bool failed = report->self_test == CG_SELF_TEST_FAILED;
    char rest[400];
    if (report->self_test == CG_SELF_TEST_NOT_RUN)
        cg_text_paragraph(t, "  self-test  ", "not run");
    else if (*types_without_canary(report, rest, sizeof rest))
        cg_text_paragraph_printf(t, "  self-test  ", "canaries of %zu of %zu types arrived as they must (%s: %s)",
                                 passed, count, failed ? "FAILED or not tested" : "not tested", rest);
    else
        cg_text_paragraph_printf(t, "  self-test  ", "canaries of %zu of %zu types arrived as they must", passed,
                                 count);
}

static void put_proof(struct cg_text *t, const struct cg_report *report) {
    size_t same = 0, lost = 0;
    char number[32];
    for (size_t i = 0; i < report->object_count; i++) {
        same += report->objects[i].state == CG_STATE_SAME || report->objects[i].state == CG_STATE_MAPPED;
        lost += report->objects[i].state == CG_STATE_NOT_CARRIED;
    }
    cg_text_heading(t, "How it was proved");
    if (report->tables_compared)
        cg_text_paragraph(t, "  rows       ", "both sides read again and digested (XXH3-128 sums)");
    if (report->object_count)
        cg_text_paragraph_printf(t, "  schema     ", "%zu of %zu objects are the same or mapped%s%s%s", same,
                                 report->object_count, lost ? ", " : "", lost ? grouped((int64_t)lost, number) : "",
                                 lost ? " named as losses" : "");
    put_self_test(t, report);
    if (report->seconds[CG_PHASE_ROWS] > 0)
        cg_text_paragraph_printf(t, "  time       ", "prepare %.1f s, rows %.1f s, keys %.1f s, verify %.1f s",
                                 report->seconds[CG_PHASE_PROBE] + report->seconds[CG_PHASE_SCHEMA],
                                 report->seconds[CG_PHASE_ROWS], report->seconds[CG_PHASE_KEYS],
                                 report->seconds[CG_PHASE_VERIFY]);
    if (*report->unused_accepts)
        cg_text_paragraph_printf(t, "  note       ", "--accept that met nothing: %s", report->unused_accepts);
}

int cg_report_write_text(const struct cg_report *report, int width, bool colour, bool redact, struct cg_buffer *out,
                         struct cg_error *err) {
    struct cg_text t = {.out = out, .width = width < 60 ? 60 : width, .colour = colour, .redact = redact};
    put_verdict(&t, report);
    put_blockers(&t, report);
    put_sides(&t, report);
    put_tables(&t, report);
    put_filters(&t, report);
    put_rejects(&t, report);
    put_conversions(&t, report);
    put_losses(&t, report);
    put_extra(&t, report);
    put_notes(&t, report);
    put_decisions(&t, report);
    put_worth_knowing(&t, report);
    put_proof(&t, report);
    return t.failed ? cg_error_memory(err) : 0;
}
