/* The files of rejected rows: their names, and that libcsv's parser reads back exactly what was written. */
#include "pipelines/reject_file.h"
#include "tests/support/encode.h"
#include "transform/exact_text.h"

#include <csv.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- names ---- */

static const char *name_of(const char *table) {
    static char name[CG_REJECT_NAME];
    cg_reject_file_name(table, name);
    return name;
}

static void a_file_name_holds_nothing_that_a_shell_or_a_folder_minds(void **state) {
    (void)state;
    assert_string_equal(name_of("orders"), "orders.csv");
    assert_string_equal(name_of("../x"), "%2E.%2Fx.csv");
    assert_string_equal(name_of(".hidden"), "%2Ehidden.csv");
    assert_string_equal(name_of(".."), "%2E..csv");
    assert_string_equal(name_of("a.b-C_9"), "a.b-C_9.csv");
    assert_string_equal(name_of("Grün 100%"), "Gr%C3%BCn%20100%25.csv");
    assert_string_equal(name_of("a\nb`c\"d'e\\f"), "a%0Ab%60c%22d%27e%5Cf.csv");
}

static void a_long_name_is_cut_and_told_apart_by_a_hash(void **state) {
    (void)state;
    char one[300], two[300], first[CG_REJECT_NAME];
    size_t len = 0;
    for (int i = 0; i < 64; i++) /* MySQL's longest name: 64 characters, 4 bytes each in UTF-8, 12 in the file name */
        len += (size_t)snprintf(one + len, sizeof one - len, "\xf0\x9f\x9a\xb2");
    strcpy(two, one);
    strcpy(two + len - 4, "\xf0\x9f\x9a\xb3");
    strcpy(first, name_of(one));
    assert_true(strlen(first) + strlen(".partial") <= 255);
    assert_true(strlen(first) > 200);
    assert_string_not_equal(first, name_of(two));
    assert_string_equal(first, name_of(one));
    assert_null(strstr(first, "%-")); /* no %XX is cut in two */
    char plain[300];
    memset(plain, 'a', 243);
    strcpy(plain + 243, "");
    assert_int_equal(strlen(name_of(plain)), 247);
    strcpy(plain + 243, "b");
    assert_int_equal(strlen(name_of(plain)), 247);
    assert_non_null(strchr(name_of(plain), '-'));
}

/* ---- values as text ---- */

struct taken {
    char text[4096];
    size_t len;
};

static int take(void *context, struct cg_slice piece, struct cg_error *err) {
    (void)err;
    struct taken *taken = context;
    assert_true(taken->len + piece.len < sizeof taken->text);
    memcpy(taken->text + taken->len, piece.data, piece.len);
    taken->len += piece.len;
    return 0;
}

static const struct {
    const char *type;
    struct cg_value value;
    const char *text;
} texts[] = {
    {"bigint", I(INT64_MIN), "-9223372036854775808"},
    {"bigint unsigned", U(UINT64_MAX), "18446744073709551615"},
    {"float", FLOAT(0.1f), "0.100000001"},
    {"double", DOUBLE(0.1), "0.10000000000000001"},
    {"double", DOUBLE(-0.0), "-0"},
    {"decimal(10,2)", DECIMAL("-00000001.50"), "-00000001.50"},
    {"date", DATE(2023, 2, 31), "2023-02-31"},
    {"date", DATE(0, 0, 0), "0000-00-00"},
    {"datetime(3)", STAMP(2024, 2, 29, 1, 2, 3, 0), "2024-02-29 01:02:03.000"},
    {"datetime", STAMP(9, 0, 1, 23, 59, 60, 1), "0009-00-01 23:59:60.000001"},
    {"time", TIME(838, 59, 59, 0, true), "-838:59:59"},
    {"varchar(9)", TEXT(""), ""},
    {"varchar(9)", TEXT("NULL"), "NULL"},
    {"varchar(9)", TEXT(" a\tb\r\n\"c\",'d' "), " a\tb\r\n\"c\",'d' "},
    {"varchar(9)", TEXT("gr\xc3\xbcn \xf0\x9f\x9a\xb2"), "gr\xc3\xbcn \xf0\x9f\x9a\xb2"},
    {"varchar(9)", TEXT("a\0b"), "\\x610062"},
    {"varchar(9)", TEXT("\xed\xa0\x80"), "\\xeda080"},
    {"varchar(9)", TEXT("\\x61"), "\\x5c783631"},
    {"varchar(9)", TEXT("\\"), "\\x5c"},
    {"varchar(9)", TEXT("a\\x61"), "a\\x61"},
    {"json", JSON("{\"a\": \"\\u0000\"}"), "{\"a\": \"\\u0000\"}"},
    {"enum('','a')", TEXT(""), ""},
    {"enum('a')", ENUM_ZERO, "\\0"},
    {"varbinary(9)", BYTES("\0\xff"), "\\x00ff"},
    {"varbinary(9)", BYTES(""), "\\x"},
    {"bit(10)", BITS("\x02\x81"), "1010000001"},
    {"bit(1)", BITS("\x01"), "1"},
    {"geometry", GEO("\xe6\x10\0\0\x01"), "\\xe610000001"},
    {"vector(2)", VECTOR("\0\0\x80\x3f\0\0\0\xc0"), "[1,-2]"},
};

static void a_value_s_text_loses_nothing(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct taken taken = {.len = 0};
        struct cg_type type = type_of(texts[i].type);
        struct cg_error err = {0};
        assert_int_equal(cg_exact_text(&type, &texts[i].value, (struct cg_slice){NULL, 0}, take, &taken, &err), 0);
        taken.text[taken.len] = '\0';
        assert_string_equal(taken.text, texts[i].text);
    }
}

static void r10_a_text_that_the_source_would_change_is_given_as_it_is_stored(void **state) {
    (void)state;
    struct cg_type type = type_of("varchar(9)");
    type.charset = "gbk";
    struct cg_value value = TEXT("a?");
    value.substituted = true;
    struct taken taken = {.len = 0};
    struct cg_error err = {0};
    assert_int_equal(cg_exact_text(&type, &value, cg_slice_text("a\x81\x30"), take, &taken, &err), 0);
    assert_int_equal(taken.len, strlen("\\gbk:618130"));
    assert_memory_equal(taken.text, "\\gbk:618130", taken.len);
    assert_int_equal(cg_exact_text(&type, &value, (struct cg_slice){NULL, 0}, take, &taken, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
}

/* ---- files ---- */

enum { MOST_FIELDS = 64 };
struct parsed {
    char *fields[MOST_FIELDS]; /* NULL: a field of nothing at all */
    size_t lens[MOST_FIELDS], count, lines;
};

static void on_field(void *text, size_t len, void *context) {
    struct parsed *parsed = context;
    assert_true(parsed->count < MOST_FIELDS);
    parsed->fields[parsed->count] = NULL;
    if (text) {
        parsed->fields[parsed->count] = malloc(len + 1);
        memcpy(parsed->fields[parsed->count], text, len);
        parsed->fields[parsed->count][len] = '\0';
    }
    parsed->lens[parsed->count++] = len;
}

static void on_line(int end, void *context) {
    (void)end;
    ((struct parsed *)context)->lines++;
}

static void read_back(const char *path, struct parsed *parsed) {
    struct csv_parser parser;
    *parsed = (struct parsed){.count = 0};
    assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL), 0);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char bytes[8192];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        assert_int_equal(csv_parse(&parser, bytes, n, on_field, on_line, parsed), n);
    assert_int_equal(csv_fini(&parser, on_field, on_line, parsed), 0);
    fclose(file);
    csv_free(&parser);
}

static void forget(struct parsed *parsed) {
    for (size_t i = 0; i < parsed->count; i++)
        free(parsed->fields[i]);
}

struct place {
    char dir[64], rejects[80];
};

static struct place make_place(void) {
    struct place place;
    strcpy(place.dir, "/tmp/crossgrade_rejects_XXXXXX");
    assert_non_null(mkdtemp(place.dir));
    snprintf(place.rejects, sizeof place.rejects, "%s/rejects", place.dir);
    return place;
}

static void drop_place(const struct place *place) {
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%s'", place->dir);
    assert_int_equal(system(command), 0);
}

static struct cg_column columns[] = {
    {.name = "id"}, {.name = "say \"hi\", ü"}, {.name = "empty"}, {.name = "none"}, {.name = "raw"}};
enum { COLUMNS = sizeof columns / sizeof *columns };
static const struct cg_column *column_list[COLUMNS];

static struct cg_reject_file *open_file(const struct place *place, const char *table) {
    static const char *const types[] = {"int", "longtext", "varchar(9)", "varchar(9)", "longblob"};
    struct cg_error err = {0};
    struct cg_reject_file *file = NULL;
    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i].type = type_of(types[i]);
        column_list[i] = &columns[i];
    }
    assert_int_equal(
        cg_reject_file_open(place->rejects, "20261120-131255-7f3a9c", table, column_list, COLUMNS, &file, &err), 0);
    return file;
}

static void put_row(struct cg_reject_file *file, int id, struct cg_slice text, struct cg_slice raw) {
    struct cg_error err = {0};
    const struct cg_slice stored[COLUMNS] = {{NULL, 0}};
    const struct cg_value values[COLUMNS] = {
        I(id), {.kind = CG_VALUE_TEXT, .bytes = text}, TEXT(""), NOTHING, {.kind = CG_VALUE_BYTES, .bytes = raw}};
    const struct cg_reject_note note = {3, id ? "id=1" : NULL, NULL, "because of \"this\",\nand that"};
    assert_int_equal(cg_reject_file_row(file, &note, values, stored, &err), 0);
}

static void libcsv_reads_back_what_was_written(void **state) {
    (void)state;
    struct place place = make_place();
    struct cg_reject_file *file = open_file(&place, "../x");
    struct cg_error err = {0};
    /* Larger than every piece and buffer, with quotes where pieces meet. */
    size_t len = 3 * CG_TEXT_PIECE + 11, raw_len = 200001;
    unsigned char *text = malloc(len), *raw = malloc(raw_len);
    for (size_t i = 0; i < len; i++)
        text[i] = (unsigned char)"\"a,\r\n \""[i % 7];
    for (size_t i = 0; i < raw_len; i++)
        raw[i] = (unsigned char)(i * 7);
    put_row(file, 1, (struct cg_slice){text, len}, (struct cg_slice){raw, raw_len});
    put_row(file, 0, cg_slice_text("\t NULL "), cg_slice_text("a"));
    assert_int_equal(cg_reject_file_finish(file, &err), 0);
    struct parsed parsed;
    read_back(cg_reject_file_path(file), &parsed);
    enum { WIDTH = 4 + COLUMNS };
    assert_int_equal(parsed.lines, 3);
    assert_int_equal(parsed.count, 3 * WIDTH);
    assert_string_equal(parsed.fields[0], "crossgrade_chunk");
    assert_string_equal(parsed.fields[3], "crossgrade_reason");
    assert_string_equal(parsed.fields[5], "say \"hi\", ü");
    char **row = parsed.fields + WIDTH;
    assert_string_equal(row[0], "3");
    assert_string_equal(row[1], "id=1");
    assert_null(row[2]);
    assert_string_equal(row[3], "because of \"this\",\nand that");
    assert_string_equal(row[4], "1");
    assert_int_equal(parsed.lens[WIDTH + 5], len);
    assert_memory_equal(row[5], text, len);
    assert_string_equal(row[6], ""); /* '' and NULL are told apart */
    assert_null(row[7]);
    assert_int_equal(parsed.lens[WIDTH + 8], 2 + 2 * raw_len);
    assert_memory_equal(row[8], "\\x00070e151c", 12);
    assert_null(row[WIDTH + 1]);
    assert_string_equal(row[WIDTH + 5], "\t NULL ");
    assert_string_equal(row[WIDTH + 8], "\\x61");
    forget(&parsed);
    cg_reject_file_close(file);
    free(text);
    free(raw);
    drop_place(&place);
}

static off_t size_of(const char *path) {
    struct stat there;
    assert_int_equal(stat(path, &there), 0);
    return there.st_size;
}

static void rows_that_did_not_commit_are_taken_back(void **state) {
    (void)state;
    struct place place = make_place();
    struct cg_reject_file *file = open_file(&place, "t");
    struct cg_error err = {0};
    unsigned char *big = calloc(1, 400000);
    const struct cg_slice large = {big, 400000};
    assert_int_equal(cg_reject_file_sync(file, &err), 0);
    off_t header = size_of(cg_reject_file_path(file));
    assert_true(header > 0);
    put_row(file, 1, cg_slice_text("gone"), large);
    assert_int_equal(cg_reject_file_sync(file, &err), 0);
    assert_true(size_of(cg_reject_file_path(file)) > 800000);
    assert_int_equal(cg_reject_file_undo(file, &err), 0);
    assert_int_equal(size_of(cg_reject_file_path(file)), header);
    put_row(file, 1, cg_slice_text("kept"), cg_slice_text("a"));
    cg_reject_file_keep(file);
    put_row(file, 2, cg_slice_text("gone too"), cg_slice_text("a"));
    assert_int_equal(cg_reject_file_undo(file, &err), 0);
    assert_int_equal(cg_reject_file_finish(file, &err), 0);
    struct parsed parsed;
    read_back(cg_reject_file_path(file), &parsed);
    assert_int_equal(parsed.lines, 2);
    assert_string_equal(parsed.fields[4 + COLUMNS + 5], "kept");
    forget(&parsed);
    cg_reject_file_close(file);
    free(big);
    drop_place(&place);
}

static void only_a_finished_file_lacks_partial_and_nobody_else_may_read_it(void **state) {
    (void)state;
    struct place place = make_place();
    struct cg_error err = {0};
    struct cg_reject_file *file = open_file(&place, "t");
    char finished[200], half[220];
    snprintf(finished, sizeof finished, "%s/20261120-131255-7f3a9c/t.csv", place.rejects);
    snprintf(half, sizeof half, "%s.partial", finished);
    assert_string_equal(cg_reject_file_path(file), half);
    assert_int_equal(access(half, F_OK), 0);
    assert_int_equal(access(finished, F_OK), -1);
    struct stat there;
    assert_int_equal(stat(half, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0600);
    assert_int_equal(stat(place.rejects, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0700);
    assert_int_equal(cg_reject_file_finish(file, &err), 0);
    assert_string_equal(cg_reject_file_path(file), finished);
    assert_int_equal(access(half, F_OK), -1);
    assert_int_equal(access(finished, F_OK), 0);
    cg_reject_file_close(file);
    drop_place(&place);
}

static void a_file_that_is_there_is_never_written_over(void **state) {
    (void)state;
    struct place place = make_place();
    struct cg_error err = {0};
    struct cg_reject_file *file = open_file(&place, "t"), *second = NULL;
    assert_int_equal(
        cg_reject_file_open(place.rejects, "20261120-131255-7f3a9c", "t", column_list, COLUMNS, &second, &err), -1);
    assert_int_equal(err.cls, CG_ERR_SYSTEM);
    assert_non_null(strstr(err.object, "t.csv.partial"));
    assert_null(second);
    cg_reject_file_close(file);
    cg_reject_file_close(NULL);
    drop_place(&place);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_name_holds_nothing_that_a_shell_or_a_folder_minds),
        cmocka_unit_test(a_long_name_is_cut_and_told_apart_by_a_hash),
        cmocka_unit_test(a_value_s_text_loses_nothing),
        cmocka_unit_test(r10_a_text_that_the_source_would_change_is_given_as_it_is_stored),
        cmocka_unit_test(libcsv_reads_back_what_was_written),
        cmocka_unit_test(rows_that_did_not_commit_are_taken_back),
        cmocka_unit_test(only_a_finished_file_lacks_partial_and_nobody_else_may_read_it),
        cmocka_unit_test(a_file_that_is_there_is_never_written_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
