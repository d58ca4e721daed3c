/* Are the tables named by --include and --exclude there? See patterns.h. */
#include "pipelines/patterns.h"

static bool met(const char *pattern, const struct cg_catalog *catalog) {
    for (size_t i = 0; catalog && i < catalog->table_count; i++)
        if (cg_glob_match(pattern, catalog->tables[i].name))
            return true;
    for (size_t i = 0; catalog && i < catalog->object_count; i++)
        if (catalog->objects[i].kind == CG_OBJECT_UNREADABLE && cg_glob_match(pattern, catalog->objects[i].name))
            return true;
    return false;
}

static int check(const struct cg_strings *patterns, const char *option, const struct cg_catalog *source,
                 const struct cg_catalog *other, struct cg_error *err) {
    for (size_t i = 0; i < patterns->count; i++) {
        if (met(patterns->items[i], source) || met(patterns->items[i], other))
            continue;
        cg_error_set(err, CG_ERR_USAGE, "%s %s matches no table of database %s", option, patterns->items[i],
                     source->database);
        cg_error_hint(err, "patterns are matched against whole table names, upper and lower case told apart");
        return -1;
    }
    return 0;
}

int cg_patterns_check(const struct cg_options *options, const struct cg_catalog *source,
                      const struct cg_catalog *target, struct cg_error *err) {
    if (check(&options->include, "--include", source, NULL, err) < 0)
        return -1;
    return check(&options->exclude, "--exclude", source, target, err);
}
