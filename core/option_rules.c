/* Which options contradict each other, and which make sense only beside another; see options.h. */
#include "core/options.h"

#include <string.h>

/* needs: the first is nothing without the other; else the two exclude each other. */
static const struct {
    const char *option;
    bool needs;
    const char *other, *why;
} rules[] = {
    {"schema-only", false, "before-load", "no rows are loaded"},
    {"schema-only", false, "after-load", "no rows are loaded"},
    {"schema-only", false, "data-only", "one makes what the other takes as it is"},
    {"truncate", true, "data-only", "other tables are made, and empty"},
    {"manage-constraints", true, "data-only", "what a run makes itself has none before its rows are in"},
    {"data-only", false, "drop-existing", "it fills the tables that are there"},
    {"data-only", false, "map-column", "the target's types are taken as they are"},
    {"data-only", false, "write-map", "no type is chosen"},
    {"data-only", false, "probe", "no type is chosen"},
    {"data-only", false, "owner", "nothing is made"},
    {"data-only", false, "orphans", "foreign keys are taken as they are"},
    {"data-only", false, "collation", "the target's types are taken as they are"},
};

bool cg_option_given(const struct cg_option *option, const struct cg_options *options) {
    const void *value = (const char *)options + option->field;
    switch (option->kind) {
    case CG_OPTION_FLAG:
        return *(const bool *)value;
    case CG_OPTION_TEXT: {
        const char *text = *(const char *const *)value;
        return text && strcmp(text, option->fallback) != 0;
    }
    case CG_OPTION_LIST:
        return ((const struct cg_strings *)value)->count > 0;
    case CG_OPTION_CHOICE: {
        int choice;
        memcpy(&choice, value, sizeof choice); /* enums are ints here */
        return choice != 0;
    }
    case CG_OPTION_NUMBER:
    case CG_OPTION_SIZE:
        break;
    }
    return false;
}

static bool given(const struct cg_options *options, const char *name) {
    for (size_t i = 0; i < cg_option_count; i++)
        if (strcmp(cg_option_table[i].name, name) == 0)
            return cg_option_given(&cg_option_table[i], options);
    return false;
}

int cg_options_check(const struct cg_options *options, struct cg_error *err) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!given(options, rules[i].option) || given(options, rules[i].other) == rules[i].needs)
            continue;
        cg_error_set(err, CG_ERR_USAGE, rules[i].needs ? "--%s needs --%s: %s" : "--%s and --%s exclude each other: %s",
                     rules[i].option, rules[i].other, rules[i].why);
        return -1;
    }
    return 0;
}
