/* docs/expressions.md ends with tables of the functions: they are printed from the translator's own, so that they stay
 * true. CG_DOCS: the folder; with CG_DOCS_WRITE set, the file is brought up to date. */
#include "transform/sql/translate_functions.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char mark[] = "## Functions\n";

static void put_name(FILE *out, const char *name) {
    fputs("| `", out);
    for (; *name; name++)
        fputc(toupper((unsigned char)*name), out);
    fputs("` | ", out);
}

/* A bar would end the cell. */
static void put_cell(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputs(" |\n", out);
}

static void put_kind(FILE *out, const char *title, enum tr_function_kind kind) {
    fprintf(out, "\n### %s\n\n| function | in PostgreSQL |\n|---|---|\n", title);
    for (size_t i = 0; i < cg_tr_function_count; i++) {
        if (cg_tr_functions[i].kind != kind)
            continue;
        put_name(out, cg_tr_functions[i].name);
        put_cell(out, cg_tr_functions[i].about);
    }
}

static char *printed(void) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fputs(mark, out);
    put_kind(out, "Of values", TR_FUNCTION);
    put_kind(out, "Aggregates", TR_AGGREGATE);
    put_kind(out, "Window functions", TR_WINDOW);
    fputs("\n### Refused\n\nAny other function is refused as one that has no translation.\n\n| function | why "
          "|\n|---|---|\n",
          out);
    for (size_t i = 0; i < cg_tr_refused_count; i++) {
        put_name(out, cg_tr_refused[i].name);
        put_cell(out, cg_tr_refused[i].why);
    }
    fclose(out);
    return text;
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s cannot be read", path);
    char *text = calloc(1, 1 << 20);
    size_t length = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

static void the_tables_of_functions_are_the_translators_own(void **state) {
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/expressions.md", getenv("CG_DOCS"));
    char *text = read_file(path), *tables = strstr(text, mark), *expected = printed();
    if (getenv("CG_DOCS_WRITE")) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "%.*s%s", tables ? (int)(tables - text) : (int)strlen(text), text, expected);
        fclose(file);
    } else {
        assert_non_null(tables);
        if (strcmp(tables, expected) != 0)
            fail_msg("%s is not up to date: run this test with CG_DOCS_WRITE=1", path);
    }
    free(expected);
    free(text);
}

static void every_row_says_what_it_does(void **state) {
    (void)state;
    for (size_t i = 0; i < cg_tr_function_count; i++) {
        const struct tr_function *f = &cg_tr_functions[i];
        assert_true(f->about && *f->about);
        assert_true((f->form == NULL) != (f->make == NULL));
        assert_true(f->form == NULL || f->gives != NULL);
        assert_true(f->least >= 0 && (f->most < 0 || f->most >= f->least));
        for (size_t k = i + 1; k < cg_tr_function_count; k++)
            assert_string_not_equal(f->name, cg_tr_functions[k].name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_functions_are_the_translators_own),
        cmocka_unit_test(every_row_says_what_it_does),
    };
    if (!getenv("CG_DOCS")) {
        printf("skipped: CG_DOCS not set\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
