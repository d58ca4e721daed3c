/* A table's partitions: every one that is wanted is there, with its bounds; a range that is gone takes no rows any
 * more. Partitions are known by their bounds, not by their names; there may be more of them. See schema_internal.h.
 *
 * The target tells its lowest partitions line by line: name, then the bounds as PostgreSQL prints them (numbers bare or
 * quoted by their type), so that quotes do not count. */
#include "verify/schema_internal.h"

#include <string.h>

/* One wanted partition's bounds in PostgreSQL's words, without quotes; NULL when memory is out. */
static const char *bounds_text(const struct cg_bound *bounds, size_t count, struct cg_arena *arena) {
    static const char *const words[] = {"", "NULL", "MINVALUE", "MAXVALUE"};
    const char *text = "(";
    for (size_t i = 0; text && i < count; i++)
        text = cg_arena_printf(arena, "%s%s%s", text, i ? ", " : "",
                               !bounds                            ? "MINVALUE"
                               : bounds[i].kind == CG_BOUND_VALUE ? bounds[i].text
                                                                  : words[bounds[i].kind]);
    return text ? cg_arena_printf(arena, "%s)", text) : NULL;
}

static const char *wanted_text(const struct cg_partitioning *by, const struct cg_partition *partition,
                               struct cg_arena *arena) {
    if (partition->is_default)
        return "DEFAULT";
    if (by->method == CG_PARTITION_HASH)
        return cg_arena_printf(arena, "FOR VALUES WITH (modulus %u, remainder %u)", partition->modulus,
                               partition->remainder);
    if (by->method == CG_PARTITION_LIST) {
        const char *values = bounds_text(partition->values, partition->value_count, arena);
        return values ? cg_arena_printf(arena, "FOR VALUES IN %s", values) : NULL;
    }
    const char *from = bounds_text(partition->from, by->column_count, arena);
    const char *to = bounds_text(partition->to, by->column_count, arena);
    return from && to ? cg_arena_printf(arena, "FOR VALUES FROM %s TO %s", from, to) : NULL;
}

/* Past quotes, spaces, and a midnight that a day may be told with. */
static const char *skip_spelling(const char *text) {
    static const char midnight[] = "00:00:00";
    text += strspn(text, "' ");
    if (strncmp(text, midnight, sizeof midnight - 1) == 0 && text[sizeof midnight - 1] != '.')
        text += sizeof midnight - 1;
    return text + strspn(text, "' ");
}

/* Up to the end of the line. */
static bool same_bounds(const char *wanted, const char *line) {
    for (;;) {
        wanted = skip_spelling(wanted);
        line = skip_spelling(line);
        if (!*wanted || !*line || *line == '\n')
            return !*wanted && (!*line || *line == '\n');
        if (*wanted++ != *line++)
            return false;
    }
}

/* How many of the target's partitions have these bounds. A name may hold anything but the keywords in this place. */
static size_t count_bounds(const char *partitions, const char *wanted) {
    size_t count = 0;
    for (const char *line = strchr(partitions, '\n'); line; line = strchr(line, '\n')) {
        line++;
        size_t len = strcspn(line, "\n");
        for (size_t i = 1; i < len; i++)
            if (line[i - 1] == ' ' && same_bounds(wanted, line + i)) {
                count++;
                break;
            }
    }
    return count;
}

/* The first wanted bounds that the target has less often than the plan; NULL when there are none. -1 for want of
 * memory. */
static int find_missing(const struct cg_schema_input *input, const struct cg_partitioning *by, const char *partitions,
                        size_t times, const char **ret_missing) {
    for (size_t i = 0; i < by->count && !*ret_missing; i++) {
        const struct cg_partition *partition = &by->items[i];
        if (partition->below) { /* only the lowest ones are told, and those of all partitions look alike */
            if (find_missing(input, partition->below, partitions, by->count, ret_missing) < 0)
                return -1;
            continue;
        }
        const char *wanted = wanted_text(by, partition, input->arena);
        if (!wanted)
            return -1;
        if (count_bounds(partitions, wanted) < times)
            *ret_missing = wanted;
    }
    return 0;
}

int cg_schema_partitions(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                         const struct cg_table *actual, struct cg_error *err) {
    const struct cg_partitioning *by = plan->target->partitioning;
    const char *missing = NULL, *why = NULL, *told = actual->partition_text ? actual->partition_text : "";
    if (!by || (actual->kind != CG_TABLE_PARTITIONED && !input->of_run))
        return 0; /* a named loss */
    if (actual->kind != CG_TABLE_PARTITIONED)
        why = "it has no partitions";
    else if (!input->of_run && find_missing(input, by, told, 1, &missing) < 0) /* a run made them by these words */
        return cg_error_memory(err);
    if (missing && !(why = cg_arena_printf(input->arena, "it has no partition %s", missing)))
        return cg_error_memory(err);
    return cg_schema_object(input, "partition", NULL, actual->name, why ? CG_STATE_CHANGED : CG_STATE_MAPPED, why, err);
}
