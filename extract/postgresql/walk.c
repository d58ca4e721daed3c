/* Cutting a table by ctid (R22): ranges of blocks, from the size that the table has now, which is after the snapshot: a
 * row of the snapshot lies in a block that is there. The first and the last range of each piece are open all the same.
 *
 * A partitioned table is cut partition by partition; a predicate names its partition by tableoid, and the reader reads
 * that partition itself. Where a piece cannot be read so (a foreign partition, no right on the partition, a server
 * before 14, which has no TID range scan), the table is one range. */
#include "embedded.h"
#include "extract/postgresql/internal.h"

#include <stdio.h>
#include <stdlib.h>

enum { BLOCKS_UNKNOWN = 4096, VERSION_TID_RANGE = 140000 }; /* 32 MiB in blocks of 8 KiB, when no estimate is there */

struct piece {
    const char *name; /* quoted and qualified */
    uint64_t blocks;
    double density; /* rows in a block; -1: unknown */
};

struct cg_walk {
    struct cg_source_base base;
    struct cg_arena *arena;
    struct cg_buffer predicate;
    bool by_partition;
    struct piece *pieces;
    size_t piece_count, piece; /* piece: the one being cut */
    uint64_t block;            /* where the next range of it begins */
    uint64_t first_rows, rows;
    bool begun, whole; /* whole: the table is one range */
};

/* ---- opening ---- */

static int take_pieces(struct cg_walk *walk, const PGresult *rows, struct cg_error *err) {
    size_t count = (size_t)PQntuples(rows);
    walk->pieces = cg_arena_array(walk->arena, count, sizeof *walk->pieces);
    if (count && !walk->pieces)
        return cg_error_memory(err);
    for (int i = 0; i < (int)count; i++) {
        struct piece *piece = &walk->pieces[walk->piece_count];
        piece->name = cg_arena_strdup(walk->arena, PQgetvalue(rows, i, 0));
        piece->blocks = strtoull(PQgetvalue(rows, i, 1), NULL, 10);
        piece->density = strtod(PQgetvalue(rows, i, 2), NULL);
        if (!piece->name)
            return cg_error_memory(err);
        if (PQgetvalue(rows, i, 3)[0] != 't')
            walk->whole = true;
        if (piece->blocks > 0) /* an empty file holds no row of the snapshot */
            walk->piece_count++;
    }
    if (walk->piece_count == 0)
        walk->whole = true;
    return 0;
}

static int measure(struct cg_walk *walk, struct cg_session *session, const struct cg_table *table,
                   struct cg_error *err) {
    const char *params[] = {table->schema, table->name};
    char doing[192];
    snprintf(doing, sizeof doing, "measuring %s.%s", table->schema, table->name);
    PGresult *rows;
    if (cg_pg_session_query(session, cg_embedded_postgresql_source_walk_sql, params, 2, doing, &rows, err))
        return -1;
    int rc = take_pieces(walk, rows, err);
    PQclear(rows);
    return rc;
}

int cg_pg_walk_open(struct cg_session *session, const struct cg_table *table, uint64_t first_rows, uint64_t rows,
                    struct cg_walk **ret_walk, struct cg_error *err) {
    struct cg_walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return cg_error_memory(err);
    walk->base = session->base;
    walk->arena = cg_arena_new();
    cg_buffer_init(&walk->predicate, 4096);
    walk->by_partition = table->kind == CG_TABLE_PARTITIONED;
    walk->rows = rows ? rows : 1;
    walk->first_rows = first_rows ? first_rows : walk->rows;
    walk->whole = session->source->version < VERSION_TID_RANGE;
    int rc = walk->arena ? 0 : cg_error_memory(err);
    if (rc == 0 && !walk->whole)
        rc = measure(walk, session, table, err);
    if (rc) {
        cg_pg_walk_close(walk);
        return -1;
    }
    *ret_walk = walk;
    return 0;
}

void cg_pg_walk_close(struct cg_walk *walk) {
    if (!walk)
        return;
    cg_buffer_done(&walk->predicate);
    cg_arena_free(walk->arena);
    free(walk);
}

/* ---- cutting ---- */

/* How many blocks hold about so many rows. Without an estimate, 32 MiB stand for a chunk's rows. */
static uint64_t blocks_for(const struct cg_walk *walk, const struct piece *piece, uint64_t rows) {
    double blocks =
        piece->density > 0 ? (double)rows / piece->density : BLOCKS_UNKNOWN * ((double)rows / (double)walk->rows);
    if (blocks < 1)
        return 1;
    return blocks < (double)piece->blocks ? (uint64_t)blocks : piece->blocks;
}

static int put_predicate(struct cg_walk *walk, const struct piece *piece, uint64_t from, uint64_t to,
                         struct cg_error *err) {
    struct cg_buffer *b = &walk->predicate;
    bool open_start = from == 0, open_end = to >= piece->blocks;
    b->len = 0;
    if (walk->by_partition && (cg_buffer_text(b, "tableoid = ", err) || cg_pg_put_literal(b, piece->name, err) ||
                               cg_buffer_text(b, open_start && open_end ? "::regclass" : "::regclass AND ", err)))
        return -1;
    if (!open_start && cg_buffer_printf(b, err, "ctid >= '(%llu,0)'::tid", (unsigned long long)from))
        return -1;
    if (!open_start && !open_end && cg_buffer_text(b, " AND ", err))
        return -1;
    if (!open_end && cg_buffer_printf(b, err, "ctid < '(%llu,0)'::tid", (unsigned long long)to))
        return -1;
    return 0;
}

int cg_pg_walk_next(struct cg_walk *walk, struct cg_chunk *ret_chunk, struct cg_error *err) {
    bool first = !walk->begun;
    walk->begun = true;
    if (walk->whole) {
        *ret_chunk = (struct cg_chunk){.predicate = "", .rows_expected = -1};
        return first ? 1 : 0;
    }
    if (walk->piece == walk->piece_count)
        return 0;
    const struct piece *piece = &walk->pieces[walk->piece];
    uint64_t from = walk->block;
    uint64_t to = from + blocks_for(walk, piece, first ? walk->first_rows : walk->rows);
    if (put_predicate(walk, piece, from, to, err))
        return -1;
    const char *text = cg_buffer_cstr(&walk->predicate, err);
    if (!text)
        return -1;
    uint64_t blocks = (to < piece->blocks ? to : piece->blocks) - from;
    ret_chunk->predicate = text;
    ret_chunk->rows_expected = piece->density > 0 ? (int64_t)((double)blocks * piece->density) : -1;
    walk->block = to;
    if (to >= piece->blocks) {
        walk->piece++;
        walk->block = 0;
    }
    return 1;
}
