/* Type maps as users write them: the YAML of a file, or (first byte odd) the text of a --map-column option. What is
 * taken is asked about columns of every kind: does a rule match, what does it need to know, which type does it give. */
#include "fuzz.h"
#include "tests/support/encode.h"
#include "transform/typemap_private.h"

#include <sys/mman.h>
#include <unistd.h>

static const char *const columns[] = {"tinyint", "int unsigned", "decimal(10,2)", "varchar(20)", "datetime(6)",
                                      "time(3)", "bit(5)",       "enum('a','b')", "set('a')",    "json",
                                      "point",   "vector(3)",    "binary(16)",    "year",        "longtext"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void ask(const struct cg_typemap *map, const struct cg_column *column, struct cg_arena *arena) {
    struct cg_column only = *column;
    struct cg_table table = {.schema = "db", .name = "orders", .columns = &only, .column_count = 1};
    struct cg_typemap_needs needs;
    (void)cg_typemap_needs_data(map, &table, column, &needs);
    for (size_t i = 0; i < map->count; i++) {
        struct cg_type type = {0};
        enum cg_target_special special;
        struct cg_error err = {0};
        if (!cg_rule_matches(&map->rules[i], &table, column))
            continue;
        if (cg_target_type(map->rules[i].target, column, arena, &type, &special, &err) < 0)
            fuzz_require(err.message[0]);
        else
            fuzz_require(type.name && type.full);
    }
}

/* A file of these bytes that nobody else sees. */
static int make_file(struct cg_slice text, char ret_path[64]) {
    int file = memfd_create("map", 0);
    fuzz_require(file >= 0 && write(file, text.data, text.len) == (ssize_t)text.len);
    snprintf(ret_path, 64, "/proc/self/fd/%d", file);
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct cg_column kinds[COLUMNS];
    struct fuzz_input input = {data, size};
    bool option = fuzz_flag(&input);
    struct cg_slice rest = fuzz_bytes(&input, SIZE_MAX);
    char *text = fuzz_text(rest), path[64] = "";
    const char *options[] = {text};
    int file = option ? -1 : make_file(rest, path);
    struct cg_arena *arena = cg_arena_new();
    struct cg_typemap *map = NULL;
    struct cg_error err = {0};
    fuzz_require(arena);
    for (size_t i = 0; i < COLUMNS && !kinds[i].name; i++)
        kinds[i] = column_of("state", columns[i], true);
    int rc = cg_typemap_load("mysql", "postgresql", option ? NULL : path, options, option, arena, &map, &err);
    fuzz_require(rc == 0 ? map != NULL : err.cls == CG_ERR_USAGE && err.message[0]);
    for (size_t i = 0; i < COLUMNS && rc == 0; i++)
        ask(map, &kinds[i], arena);
    cg_arena_free(arena);
    if (file >= 0)
        close(file);
    free(text);
    return 0;
}
