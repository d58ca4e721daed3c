/* --collation: what case-insensitive text becomes, and what of its collation's meaning remains to be lost.
 *
 * icu: a nondeterministic collation of the target schema, named for what it does: und_ai_ci ignores case and accents,
 * sv_as_ci only case, by the letters of Swedish. citext: the extension's type, which ignores case. Neither ignores
 * trailing spaces, as most of MySQL's collations do; what a key still tells apart that it called equal is told with it.
 *
 * ICU's levels (UTS 35, "Collation Settings"): strength 1 compares base letters, strength 2 accents too, neither case;
 * kc adds case to strength 1. */
#include "transform/plan_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- languages ---- */

/* A word of a MySQL collation's name, and the locale of its letters. Collations without one (general, unicode, 0900,
 * uca1400) go by the order of all languages. */
static const struct {
    const char *word, *locale;
} languages[] = {
    {"bg", "bg"},
    {"bulgarian", "bg"},
    {"bs", "bs"},
    {"croatian", "hr"},
    {"cs", "cs"},
    {"czech", "cs"},
    {"da", "da"},
    {"danish", "da"},
    {"de", "de-u-co-phonebk"},
    {"german2", "de-u-co-phonebk"},
    {"eo", "eo"},
    {"esperanto", "eo"},
    {"es", "es"},
    {"spanish", "es"},
    {"spanish2", "es-u-co-trad"},
    {"et", "et"},
    {"estonian", "et"},
    {"gl", "gl"},
    {"hr", "hr"},
    {"hu", "hu"},
    {"hungarian", "hu"},
    {"icelandic", "is"},
    {"is", "is"},
    {"la", "la"},
    {"roman", "la"},
    {"latvian", "lv"},
    {"lv", "lv"},
    {"lithuanian", "lt"},
    {"lt", "lt"},
    {"myanmar", "my"},
    {"nb", "nb"},
    {"nn", "nn"},
    {"persian", "fa"},
    {"pl", "pl"},
    {"polish", "pl"},
    {"ro", "ro"},
    {"romanian", "ro"},
    {"ru", "ru"},
    {"sinhala", "si"},
    {"sk", "sk"},
    {"slovak", "sk"},
    {"sl", "sl"},
    {"slovenian", "sl"},
    {"sv", "sv"},
    {"swedish", "sv"},
    {"tr", "tr"},
    {"turkish", "tr"},
    {"vi", "vi"},
    {"vietnamese", "vi"},
};

/* The words stand between underscores; the last one tells about case. */
static const char *locale_of(const char *collation) {
    const char *found = "und", *last = strrchr(collation, '_');
    for (const char *word = collation; last && word < last;) {
        size_t len = strcspn(word, "_");
        if (len == 4 && strncasecmp(word, "trad", len) == 0)
            return "es-u-co-trad";
        for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
            if (strlen(languages[i].word) == len && strncasecmp(word, languages[i].word, len) == 0)
                found = languages[i].locale;
        word += len + 1;
    }
    return found;
}

/* ---- collations ---- */

static const char *suffix_of(const struct cg_type *source) {
    if (!source->case_insensitive)
        return "_ai_cs";
    return source->accent_insensitive ? "_ai_ci" : "_as_ci";
}

static const char *strength_of(const struct cg_type *source) {
    if (!source->case_insensitive)
        return "kc-ks-level1";
    return source->accent_insensitive ? "ks-level1" : "ks-level2";
}

/* "de-u-co-phonebk" as part of a name: "de_phonebk". */
static void name_of(const char *locale, const char *suffix, char *out, size_t size) {
    const char *variant = strstr(locale, "-u-co-");
    if (variant)
        snprintf(out, size, "%.*s_%s%s", (int)(variant - locale), locale, variant + strlen("-u-co-"), suffix);
    else
        snprintf(out, size, "%s%s", locale, suffix);
}

/* The collation of the plan that does what the source's does; made when it is the first of its kind. */
static int collation_of(struct planner *p, const struct cg_type *source, const struct cg_collation **ret_collation) {
    struct cg_catalog *catalog = p->plan->target;
    const char *locale = locale_of(source->collation);
    char name[64];
    name_of(locale, suffix_of(source), name, sizeof name);
    for (size_t i = 0; i < catalog->collation_count; i++)
        if (strcmp(catalog->collations[i].name, name) == 0) {
            *ret_collation = &catalog->collations[i];
            return 0;
        }
    struct cg_collation *all = cg_arena_push(p->arena, catalog->collations, &catalog->collation_count, sizeof *all);
    if (!all)
        return cg_error_memory(p->err);
    catalog->collations = all;
    struct cg_collation *made = &all[catalog->collation_count - 1];
    if (cg_plan_text(p, &made->name, "%s", name) < 0 || cg_plan_text(p, &made->full, "%s.%s", p->schema, name) < 0 ||
        cg_plan_text(p, &made->locale, "%s-%s%s", locale, strstr(locale, "-u-") ? "" : "u-", strength_of(source)) < 0)
        return -1;
    *ret_collation = made;
    return 0;
}

/* ---- columns ---- */

static bool is_plain_text(const struct cg_type *type) {
    static const char *const names[] = {"text", "varchar", "bpchar"};
    for (size_t i = 0; type->name && !type->array && i < sizeof names / sizeof *names; i++)
        if (strcmp(type->name, names[i]) == 0)
            return true;
    return false;
}

static bool has_labels(const struct cg_type *source) {
    return strcmp(source->name, "enum") == 0 || strcmp(source->name, "set") == 0;
}

bool cg_plan_wants_collation(const struct planner *p, const struct cg_type *source, const struct cg_type *target) {
    if (!source->collation || has_labels(source) || !is_plain_text(target))
        return false;
    switch (p->in->options->collation) {
    case CG_COLLATION_PLAIN:
        return false;
    case CG_COLLATION_ICU:
        return source->case_insensitive || source->accent_insensitive;
    case CG_COLLATION_CITEXT:
        return source->case_insensitive;
    }
    return false;
}

int cg_plan_collate(struct planner *p, const struct cg_type *source, struct column_choice *choice) {
    const struct cg_collation *collation = NULL;
    if (!is_plain_text(&choice->target))
        return 0;
    if (p->in->options->collation == CG_COLLATION_CITEXT) {
        choice->citext_length = choice->target.length;
        choice->target.name = choice->target.full = "citext";
        choice->target.length = -1;
        choice->target.case_insensitive = true;
        return 0;
    }
    if (collation_of(p, source, &collation) < 0)
        return -1;
    choice->target.collation = collation->full;
    choice->target.case_insensitive = source->case_insensitive;
    choice->target.accent_insensitive = source->accent_insensitive;
    return 0;
}

/* ---- what is told apart ---- */

unsigned cg_plan_told_apart(const struct planner *p, const struct cg_column_plan *column) {
    const struct cg_type *source = &column->source->type, *target = &column->target->type;
    bool citext = strcmp(target->name, "citext") == 0 && !target->array;
    if (!source->collation || has_labels(source) || !(is_plain_text(target) || citext))
        return 0;
    return (source->case_insensitive && !target->case_insensitive ? CG_APART_CASE : 0u) |
           (source->case_insensitive && citext && p->in->citext_ascii ? CG_APART_LETTERS : 0u) |
           (source->accent_insensitive && !target->accent_insensitive ? CG_APART_ACCENTS : 0u) |
           (source->pad_space && !target->pad_space ? CG_APART_SPACES : 0u);
}

int cg_plan_apart_text(struct planner *p, unsigned apart, const char **ret_text) {
    static const struct {
        unsigned bit;
        const char *word;
    } words[] = {{CG_APART_CASE, "case"},
                 {CG_APART_LETTERS, "the case of letters beyond ASCII"},
                 {CG_APART_ACCENTS, "accents"},
                 {CG_APART_SPACES, "trailing spaces"}};
    const char *text = "";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!(apart & words[i].bit))
            continue;
        bool last = (apart >> 1) < words[i].bit;
        if (cg_plan_text(p, &text, "%s%s%s", text, !*text ? "" : last ? " or " : ", ", words[i].word) < 0)
            return -1;
    }
    *ret_text = text;
    return 0;
}

/* ---- notes ---- */

static bool in_unique_key(const struct cg_table *table, const char *column) {
    for (size_t i = 0; i < table->key_count; i++)
        if ((table->keys[i].kind == CG_KEY_PRIMARY || table->keys[i].kind == CG_KEY_UNIQUE) &&
            cg_key_has_column(&table->keys[i], column))
            return true;
    return false;
}

/* Has a note of its index told of it? */
static bool in_plain_index(const struct cg_table *table, const char *column) {
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].kind == CG_KEY_INDEX && cg_key_has_column(&table->keys[i], column))
            return true;
    return false;
}

/* Searches that go by an index would miss what they found. */
static int note_index(struct planner *p, const struct cg_table_plan *table, const struct cg_key *key) {
    const char *which = "", *words = NULL, *object = NULL, *text = NULL;
    unsigned apart = 0;
    for (size_t i = 0; i < key->part_count; i++) {
        const struct cg_column_plan *column = key->parts[i].column ? cg_plan_column(table, key->parts[i].column) : NULL;
        if (!column || !cg_plan_told_apart(p, column))
            continue;
        apart |= cg_plan_told_apart(p, column);
        if (cg_plan_text(p, &which, "%s%s%s (%s)", which, *which ? ", " : "", column->source->name,
                         column->source->type.collation) < 0)
            return -1;
    }
    if ((apart & ~(unsigned)CG_APART_SPACES) == 0)
        return 0;
    if (cg_plan_apart_text(p, apart, &words) < 0 ||
        cg_plan_text(p, &object, "index %s.%s", table->source->name, key->name) < 0 ||
        cg_plan_text(p, &text, "%s: a search found there what differs only in %s, and does not here", which, words) < 0)
        return -1;
    return cg_plan_note(p, object, text);
}

/* One line for all columns of which no key or index has told. */
static int note_columns(struct planner *p, size_t columns, size_t tables, unsigned apart) {
    const char *words = NULL, *object = NULL, *text = NULL;
    if (!columns)
        return 0;
    bool plain = p->in->options->collation == CG_COLLATION_PLAIN && (apart & (CG_APART_CASE | CG_APART_ACCENTS));
    if (cg_plan_apart_text(p, apart, &words) < 0 ||
        cg_plan_text(p, &object, "%zu column%s of %zu table%s", columns, columns == 1 ? "" : "s", tables,
                     tables == 1 ? "" : "s") < 0 ||
        cg_plan_text(p, &text,
                     "text that differs only in %s was equal there, in comparisons, DISTINCT and GROUP BY, "
                     "and is not here%s",
                     words, plain ? "; --collation icu or citext ignores case" : "") < 0)
        return -1;
    return cg_plan_note(p, object, text);
}

/* What cannot be done with a nondeterministic collation. */
static int note_limits(struct planner *p, size_t columns) {
    const char *object = NULL;
    if (!columns)
        return 0;
    if (cg_plan_text(p, &object, "%zu column%s with a collation of ICU", columns, columns == 1 ? "" : "s") < 0)
        return -1;
    return cg_plan_note(p, object,
                        p->in->server_version >= 180000
                            ? "regular expressions and SIMILAR TO refuse such text: write COLLATE \"C\" behind it there"
                            : "LIKE, regular expressions, SIMILAR TO, position() and replace() refuse such text before "
                              "PostgreSQL 18: write COLLATE \"C\" behind it there");
}

int cg_plan_note_collations(struct planner *p) {
    size_t columns = 0, tables = 0, collated = 0;
    unsigned apart = 0;
    for (size_t t = 0; t < p->plan->table_count; t++) {
        const struct cg_table_plan *table = &p->plan->tables[t];
        size_t before = columns;
        for (size_t i = 0; table->target && i < table->source->key_count; i++)
            if (table->source->keys[i].kind == CG_KEY_INDEX && note_index(p, table, &table->source->keys[i]) < 0)
                return -1;
        for (size_t c = 0; table->target && c < table->column_count; c++) {
            const struct cg_column_plan *column = &table->columns[c];
            unsigned told = cg_plan_told_apart(p, column);
            collated += !p->in->actual && column->target->type.collation != NULL;
            if (!told || in_unique_key(table->source, column->source->name) ||
                (told != CG_APART_SPACES && in_plain_index(table->source, column->source->name)))
                continue;
            columns++;
            apart |= told;
        }
        tables += columns > before;
    }
    return note_columns(p, columns, tables, apart) < 0 ? -1 : note_limits(p, collated);
}
