/* The printer's primitives; see ddl.h. */
#include "load/postgresql/ddl.h"

#include <stdio.h>

static bool keep(struct ddl_printer *p, int rc) {
    if (rc)
        p->failed = true;
    return !p->failed;
}

void cg_ddl_text(struct ddl_printer *p, const char *text) {
    if (!p->failed)
        keep(p, cg_buffer_text(&p->text, text, p->err));
}

void cg_ddl_name(struct ddl_printer *p, const char *name) {
    if (!p->failed)
        keep(p, cg_pg_put_name(&p->text, name, p->err));
}

void cg_ddl_qualified(struct ddl_printer *p, const char *schema, const char *name) {
    if (!p->failed)
        keep(p, cg_pg_put_qualified(&p->text, schema, name, p->err));
}

void cg_ddl_object(struct ddl_printer *p, const char *name) {
    cg_ddl_qualified(p, p->options->schema, name);
}

void cg_ddl_literal(struct ddl_printer *p, const char *text) {
    if (!p->failed)
        keep(p, cg_pg_put_literal(&p->text, text, p->err));
}

void cg_ddl_object_literal(struct ddl_printer *p, const char *name) {
    if (p->failed)
        return;
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 16);
    const char *text = NULL;
    if (keep(p, cg_pg_put_qualified(&b, p->options->schema, name, p->err)))
        keep(p, (text = cg_buffer_cstr(&b, p->err)) ? 0 : -1);
    if (text)
        cg_ddl_literal(p, text);
    cg_buffer_done(&b);
}

void cg_ddl_printf(struct ddl_printer *p, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof text)
        cg_ddl_refuse(p, "text is too long", format);
    else
        cg_ddl_text(p, text);
}

void cg_ddl_names(struct ddl_printer *p, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        cg_ddl_text(p, i ? ", " : "(");
        cg_ddl_name(p, names[i]);
    }
    cg_ddl_text(p, ")");
}

void cg_ddl_expression(struct ddl_printer *p, const char *expression) {
    cg_ddl_text(p, "(");
    cg_ddl_text(p, expression);
    cg_ddl_text(p, strstr(expression, "--") ? "\n)" : ")");
}

void cg_ddl_number(struct ddl_printer *p, const char *digits) {
    size_t sign = *digits == '-';
    size_t len = strspn(digits + sign, "0123456789");
    if (len == 0 || digits[sign + len])
        cg_ddl_refuse(p, "a number of the catalog is none", digits);
    else
        cg_ddl_text(p, digits);
}

void cg_ddl_refuse(struct ddl_printer *p, const char *what, const char *name) {
    if (!p->failed)
        keep(p, cg_error_set(p->err, CG_ERR_INTERNAL, "DDL cannot be printed: %s: %s", what, name));
}

static void finish(struct ddl_printer *p, const struct cg_ddl *statement) {
    if (p->failed)
        return;
    char *sql = cg_arena_strndup(p->arena, (const char *)p->text.data, p->text.len);
    struct cg_ddl *items = sql ? cg_arena_push(p->arena, p->list.items, &p->list.count, sizeof *p->list.items) : NULL;
    if (!items || !statement->name) {
        keep(p, cg_error_memory(p->err));
        return;
    }
    p->list.items = items;
    items[p->list.count - 1] = *statement;
    items[p->list.count - 1].sql = sql;
    p->text.len = 0;
}

void cg_ddl_finish(struct ddl_printer *p, enum cg_ddl_phase phase, const char *kind, const char *name,
                   const struct cg_table *table) {
    finish(p, &(struct cg_ddl){.phase = phase, .kind = kind, .name = name, .table = table});
}

void cg_ddl_finish_optional(struct ddl_printer *p, enum cg_ddl_phase phase, const char *kind, const char *name,
                            const struct cg_table *table) {
    finish(p, &(struct cg_ddl){.phase = phase, .kind = kind, .name = name, .table = table, .optional = true});
}

const char *cg_ddl_name_in(struct ddl_printer *p, const struct cg_table *table, const char *name) {
    return cg_arena_printf(p->arena, "%s.%s", table->name, name);
}
