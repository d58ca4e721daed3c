/* Pipeline files: a run written down. A YAML mapping whose keys are `command` (migrate or verify; migrate when absent),
 * `source`, `target` and the options' own names; docs/manual.md, "Pipeline files".
 *
 * libcyaml gives the line of the container, not of the key, for what it refuses. So the events of libyaml are walked
 * first (file_walk.c): unknown and doubled keys, wrong kinds, aliases are refused there with their own line; then
 * libcyaml loads the values by a schema made from the option table, variables are put in, and each value goes through
 * the setter that the command line uses. */
#ifndef CG_PIPELINES_FILE_H
#define CG_PIPELINES_FILE_H

#include "core/buffer.h"
#include "core/options.h"

/* Reads the file at path onto options (which hold the defaults) and sets *ret_command. CG_ERR_USAGE when it cannot be
 * read, or names file, line and key. On failure the options may have been set in part. */
CG_MUST_USE int cg_pipeline_file_read(const char *path, struct cg_options *options, enum cg_command *ret_command,
                                      struct cg_error *err);
/* The same for a text; name stands for the file in messages. */
CG_MUST_USE int cg_pipeline_text_read(const char *text, size_t len, const char *name, struct cg_options *options,
                                      enum cg_command *ret_command, struct cg_error *err);
/* Appends what is in force as a pipeline file that gives the same options again, except that passwords in URIs are left
 * out, with a comment that says so. CG_ERR_USAGE when source, target or ledger is not a URI. */
CG_MUST_USE int cg_pipeline_file_write(const struct cg_options *options, enum cg_command command, struct cg_buffer *out,
                                       struct cg_error *err);

/* Puts variables into a value: ${NAME}, ${NAME:-text when unset or empty}; $${ is a literal ${. CG_ERR_USAGE names the
 * variable. The text lives in the arena. */
CG_MUST_USE int cg_pipeline_expand(const char *text, struct cg_arena *arena, const char **ret_text,
                                   struct cg_error *err);

/* ---- between file.c and file_walk.c ---- */

enum { CG_PIPELINE_COMMAND, CG_PIPELINE_SOURCE, CG_PIPELINE_TARGET, CG_PIPELINE_FIXED_KEYS };

/* One key as it stands in the file. */
struct cg_pipeline_key {
    size_t index; /* a fixed key, or CG_PIPELINE_FIXED_KEYS + its place in cg_option_table */
    int line;
    int *item_lines; /* of a list's items */
    size_t item_count;
};

struct cg_pipeline_keys {
    struct cg_pipeline_key *items;
    size_t count;
};

/* The name of the key of that index. */
const char *cg_pipeline_key_name(size_t index);
/* Checks the file's shape and gives its keys in order, in the arena. */
CG_MUST_USE int cg_pipeline_walk(const char *text, size_t len, const char *name, struct cg_arena *arena,
                                 struct cg_pipeline_keys *ret_keys, struct cg_error *err);

#endif
