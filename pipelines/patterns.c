/* Are the tables named by --include and --exclude there? See patterns.h. */
#include "pipelines/patterns.h"

static int check(const struct cg_strings *patterns, const char *option, const struct cg_catalog *catalog,
                 struct cg_error *err) {
    for (size_t i = 0; i < patterns->count; i++) {
        bool met = false;
        for (size_t k = 0; k < catalog->table_count && !met; k++)
            met = cg_glob_match(patterns->items[i], catalog->tables[k].name);
        if (!met) {
            cg_error_set(err, CG_ERR_USAGE, "%s %s matches no table of database %s", option, patterns->items[i],
                         catalog->database);
            cg_error_hint(err, "patterns are matched against whole table names, upper and lower case told apart");
            return -1;
        }
    }
    return 0;
}

int cg_patterns_check(const struct cg_options *options, const struct cg_catalog *source, struct cg_error *err) {
    return check(&options->include, "--include", source, err) < 0 ? -1
                                                                  : check(&options->exclude, "--exclude", source, err);
}
