/* Moving the rows.
 *
 * A lane is a reader thread and a writer thread with a queue of messages between, bounded in bytes. The reader takes a
 * chunk from the feed, reads it on its source session, turns each row into its image and its digest, and hands batches
 * on; the writer puts them into the target and commits the chunk with its ledger row. So the next chunk is being read
 * while this one is written. Messages of a chunk come in the order BEGIN, BATCH..., then END or ABORT.
 *
 * Who owns what: a message and its batch belong to whoever popped it; batches go back to the lane's store of empty
 * ones. A chunk that cannot be read or written fails its table; a target connection that is lost fails the job. A
 * source session that is lost fails the table that was being read (R1) and is replaced by a spare for the others (R6).
 *
 * Under --on-error reject a row that cannot be converted is left out and counted, each batch is a part of its own that
 * goes in without the rows that the target refuses, and the end of a chunk that has any of either is rejects.h's. */
#include "pipelines/conversion_counts.h"
#include "pipelines/feed.h"
#include "pipelines/rejects.h"
#include "pipelines/run.h"

#include <stdlib.h>
#include <string.h>

enum {
    BATCH_BYTES = 1 << 20,
    BATCHES_MAX = 16,
    BATCHES_MIN = 3,
    BATCH_SWOLLEN = 4 << 20,
};

enum message_kind { MESSAGE_BEGIN, MESSAGE_BATCH, MESSAGE_END, MESSAGE_ABORT };

struct message {
    enum message_kind kind;
    struct cg_work *work;          /* BEGIN */
    struct cg_buffer batch;        /* BATCH */
    struct cg_chunk_result result; /* END */
    struct cg_conversion_counts conversions;
    uint64_t misfits; /* rows that were left out */
};

struct cg_lane {
    struct cg_run *run;
    struct cg_feed *feed;
    struct cg_queue *messages, *empty; /* empty: batches to be filled again */
    struct cg_session *session;
    pthread_t reader, writer;
    bool reading, writing;
};

/* ---- messages ---- */

static void message_free(void *item) {
    struct message *message = item;
    if (!message)
        return;
    cg_work_free(message->work);
    cg_buffer_done(&message->batch);
    cg_conversion_counts_done(&message->conversions);
    free(message);
}

static struct message *message_new(enum message_kind kind) {
    struct message *message = calloc(1, sizeof *message);
    if (message)
        message->kind = kind;
    return message;
}

/* Hands a message to the writer; false when the job was stopped. */
static bool send(struct cg_lane *lane, struct message *message) {
    if (message && cg_queue_push(lane->messages, message, message->batch.cap + 1) == CG_QUEUE_OK)
        return true;
    message_free(message);
    return false;
}

/* An empty batch of the lane's store: waits until the writer gives one back; NULL when the job was stopped. */
static struct message *batch_take(struct cg_lane *lane, struct cg_error *err) {
    void *item;
    if (cg_queue_pop(lane->empty, &item) != CG_QUEUE_OK) {
        cg_error_set(err, CG_ERR_CANCELLED, "stopped while rows were being read");
        return NULL;
    }
    struct message *batch = item;
    if (cg_buffer_reserve(&batch->batch, BATCH_BYTES + BATCH_BYTES / 4, err) == 0)
        return batch;
    message_free(batch);
    return NULL;
}

/* Empties a batch and puts it back; one that a huge row has swollen gives its memory back first. */
static void batch_return(struct cg_lane *lane, struct message *batch) {
    if (batch->batch.cap > BATCH_SWOLLEN) {
        cg_buffer_done(&batch->batch);
        cg_buffer_init(&batch->batch, CG_ROW_BYTES_MAX);
    }
    batch->batch.len = 0;
    if (cg_queue_push(lane->empty, batch, 1) != CG_QUEUE_OK)
        message_free(batch);
}

/* ---- the reader ---- */

/* One row's image into the batch. Under --on-error reject a row without one is left out. */
static int put_row(struct cg_lane *lane, size_t table, struct cg_encoder *encoder, const struct cg_value *values,
                   struct cg_buffer *batch, struct message *end, struct cg_error *err) {
    if (!lane->run->rejects)
        return cg_encoder_row(encoder, values, batch, &end->result.digest, err);
    struct cg_digest digest = {0};
    size_t before = batch->len;
    if (cg_encoder_row(encoder, values, batch, &digest, err) < 0)
        return -1;
    const struct cg_misfit *misfit = cg_encoder_last_misfit(encoder);
    if (!misfit) {
        cg_digest_add(&end->result.digest, &digest);
        return 0;
    }
    batch->len = before;
    end->misfits++;
    int result = cg_rejects_count(lane->run, table, misfit->why, err);
    cg_encoder_take_back(encoder);
    return result;
}

/* Reads the rows of a chunk into batches. 0: to the end; -1: err. */
static int read_rows(struct cg_lane *lane, size_t table, struct cg_reader *reader, struct cg_encoder *encoder,
                     struct message *end, struct cg_error *err) {
    struct message *batch = NULL;
    struct cg_source_row row;
    int more;
    while ((more = cg_reader_next(reader, &row, err)) > 0) {
        if (!batch && !(batch = batch_take(lane, err)))
            return -1;
        if (put_row(lane, table, encoder, row.values, &batch->batch, end, err) < 0)
            break;
        if (batch->batch.len < BATCH_BYTES)
            continue;
        end->result.bytes += batch->batch.len;
        if (!send(lane, batch))
            return cg_error_set(err, CG_ERR_CANCELLED, "stopped while rows were being read");
        batch = NULL;
    }
    if (more != 0) {
        if (batch)
            batch_return(lane, batch);
        return -1;
    }
    if (!batch)
        return 0;
    end->result.bytes += batch->batch.len;
    return send(lane, batch) ? 0 : cg_error_set(err, CG_ERR_CANCELLED, "stopped while rows were being read");
}

static int read_chunk(struct cg_lane *lane, const struct cg_work *work, struct message *end, struct cg_error *err) {
    struct cg_run_table *table = &lane->run->tables[work->table];
    struct cg_encoder *encoder = cg_encoder_new(table->encoder, CG_ROW_BYTES_MAX);
    if (!encoder)
        return cg_error_memory(err);
    struct cg_read what = {.table = table->plan->source,
                           .columns = table->read_columns,
                           .column_count = table->column_count,
                           .predicate = work->predicate};
    struct cg_reader *reader = NULL;
    int result = cg_reader_open(lane->session, &what, &reader, err);
    if (result == 0)
        result = read_rows(lane, work->table, reader, encoder, end, err);
    cg_reader_close(reader);
    if (result == 0)
        result = cg_conversion_counts_take(encoder, table->read_columns, table->column_count, &end->conversions, err);
    cg_encoder_free(encoder);
    if (result < 0)
        cg_error_object(err, "table %s, chunk %d", table->plan->source->name, work->number);
    return result;
}

/* A lost session is given back and a spare taken; false when there is none left: the job has then failed. */
static bool replace_session(struct cg_lane *lane, const struct cg_error *why) {
    struct cg_run *run = lane->run;
    cg_source_release(run->source, lane->session);
    lane->session = NULL;
    if (atomic_fetch_sub(&run->spares, 1) <= 0) {
        cg_control_fail(&run->control, why);
        return false;
    }
    struct cg_error err = {0};
    if (cg_source_acquire_now(run->source, &lane->session, &err) < 0) {
        cg_control_fail(&run->control, &err);
        return false;
    }
    cg_progress_note(run->progress, CG_NOTE_WARNING,
                     "a source session was lost; a spare of the same snapshot takes its place");
    return true;
}

/* One chunk from the feed to the writer; false ends the lane. */
static bool move_chunk(struct cg_lane *lane, struct cg_work *work) {
    struct cg_run *run = lane->run;
    struct message *begin = message_new(MESSAGE_BEGIN), *end = message_new(MESSAGE_END);
    struct cg_work here = *work; /* the message owns the work; its predicate lives until the writer has the end */
    struct cg_error err = {0};
    char *predicate = strdup(work->predicate);
    if (!begin || !end || !predicate) {
        cg_work_free(work);
        message_free(begin);
        message_free(end);
        free(predicate);
        cg_error_memory(&err);
        cg_control_fail(&run->control, &err);
        return false;
    }
    begin->work = work;
    here.predicate = predicate;
    bool alive = send(lane, begin);
    if (alive && !cg_run_table_failed(run, here.table) && read_chunk(lane, &here, end, &err) < 0) {
        end->kind = MESSAGE_ABORT;
        if (!cg_control_stopped(&run->control))
            cg_run_table_fail(run, here.table, &err);
        if (err.cls == CG_ERR_NETWORK)
            alive = replace_session(lane, &err);
    } else if (cg_run_table_failed(run, here.table)) {
        end->kind = MESSAGE_ABORT;
    }
    free(predicate);
    return send(lane, end) && alive;
}

static void *read_lane(void *argument) {
    struct cg_lane *lane = argument;
    for (struct cg_work *work; (work = cg_feed_next(lane->feed));)
        if (!move_chunk(lane, work))
            break;
    cg_queue_close(lane->messages);
    return NULL;
}

/* ---- the writer ---- */

/* The chunk that the writer is in. */
struct writing {
    struct cg_work *work;         /* NULL between chunks */
    bool open;                    /* its transaction is */
    struct cg_refusals *refusals; /* --on-error reject: what the target refused of it */
};

/* committed: what is in the target, and how many rows were set aside; NULL: nothing is. */
static void chunk_over(struct cg_run *run, struct writing *now, const struct cg_chunk_result *committed,
                       uint64_t rejected) {
    struct cg_run_table *table = &run->tables[now->work->table];
    size_t index = now->work->table;
    pthread_mutex_lock(&table->lock);
    table->chunks_done++;
    if (committed) {
        table->rows += committed->digest.rows;
        table->bytes += committed->bytes;
        table->rejected += rejected;
    }
    bool complete = table->walked && table->chunks_done == table->chunks;
    if (complete)
        table->rows_ended = cg_now();
    pthread_mutex_unlock(&table->lock);
    cg_work_free(now->work);
    cg_refusals_free(now->refusals);
    *now = (struct writing){0};
    if (complete)
        cg_keys_table_complete(run, index);
}

static int begin_chunk(struct cg_run *run, struct cg_target_session *session, struct writing *now,
                       struct cg_error *err) {
    struct cg_run_table *table = &run->tables[now->work->table];
    struct cg_chunk_id id;
    pthread_mutex_lock(&table->lock);
    if (table->rows_started == 0)
        table->rows_started = cg_now();
    pthread_mutex_unlock(&table->lock);
    cg_progress_state(run->progress, now->work->table, CG_ITEM_ACTIVE);
    if (cg_ledger_chunk_lease(session, table->ledger_id, now->work->number, cg_slice_text(now->work->predicate), &id,
                              err) < 0)
        return -1;
    if (run->rejects && !(now->refusals = cg_refusals_new(run, now->work->table)))
        return cg_error_memory(err);
    int result =
        run->rejects
            ? cg_chunk_begin_parts(session, id, table->target->name, table->write_columns, table->column_count, err)
            : cg_chunk_begin(session, id, table->target->name, table->write_columns, table->column_count, err);
    now->open = result == 0;
    return result;
}

static int write_batch(struct cg_run *run, struct cg_target_session *session, struct cg_slice images,
                       struct writing *now, struct cg_error *err) {
    uint64_t rows;
    return run->rejects ? cg_chunk_write_part(session, images, cg_refusals_add, now->refusals, &rows, err)
                        : cg_chunk_write(session, images, err);
}

/* The chunk is written; it commits, with or without rows that are set aside. */
static int end_chunk(struct cg_run *run, struct cg_target_session *session, struct message *end, struct writing *now,
                     struct cg_error *err) {
    struct cg_reject_chunk rejects = {
        .work = now->work, .refusals = now->refusals, .misfits = end->misfits, .result = end->result};
    enum cg_reject_outcome outcome = CG_REJECT_COMMITTED;
    if (cg_reject_chunk_any(&rejects))
        outcome = cg_reject_chunk_commit(run, session, &rejects, err);
    else if (cg_chunk_commit(session, &end->result, end->conversions.items, end->conversions.count, err) < 0)
        outcome = CG_REJECT_FAILED;
    if (outcome == CG_REJECT_FAILED)
        return -1;
    bool committed = outcome == CG_REJECT_COMMITTED;
    if (committed)
        cg_progress_add(run->progress, now->work->table, rejects.result.digest.rows, rejects.result.bytes);
    chunk_over(run, now, committed ? &rejects.result : NULL, cg_reject_chunk_rows(&rejects));
    return 0;
}

/* One message; 0, or -1 with err when the target failed. */
static int write_message(struct cg_run *run, struct cg_target_session *session, struct message *message,
                         struct writing *now, struct cg_error *err) {
    switch (message->kind) {
    case MESSAGE_BEGIN:
        now->work = message->work;
        message->work = NULL;
        if (cg_run_table_failed(run, now->work->table))
            return 0;
        return begin_chunk(run, session, now, err);
    case MESSAGE_BATCH:
        if (!now->open || !message->batch.len)
            return 0;
        return write_batch(run, session, cg_buffer_slice(&message->batch), now, err);
    case MESSAGE_END:
        if (!now->open) {
            chunk_over(run, now, NULL, 0);
            return 0;
        }
        now->open = false;
        return end_chunk(run, session, message, now, err);
    case MESSAGE_ABORT:
        if (now->open)
            cg_chunk_abort(session);
        chunk_over(run, now, NULL, 0);
        return 0;
    }
    return 0;
}

/* A refused row fails its table and the lane goes on; a lost connection fails the job. */
static bool survive(struct cg_run *run, struct cg_target_session *session, enum message_kind kind, struct writing *now,
                    struct cg_error *err) {
    struct cg_run_table *table = &run->tables[now->work->table];
    cg_error_object(err, "table %s, chunk %d", table->plan->source->name, now->work->number);
    if (now->open)
        cg_chunk_abort(session);
    now->open = false;
    if (!cg_control_stopped(&run->control))
        cg_run_table_fail(run, now->work->table, err);
    if (err->cls == CG_ERR_NETWORK || err->cls == CG_ERR_SYSTEM || err->cls == CG_ERR_INTERNAL) {
        cg_control_fail(&run->control, err);
        return false;
    }
    if (kind == MESSAGE_END)
        chunk_over(run, now, NULL, 0);
    return true;
}

static void *write_lane(void *argument) {
    struct cg_lane *lane = argument;
    struct cg_run *run = lane->run;
    struct cg_target_session *session = NULL;
    struct cg_error err = {0};
    if (cg_target_session_open(run->target, &session, &err) < 0) {
        cg_control_fail(&run->control, &err);
        return NULL;
    }
    struct writing now = {0};
    bool alive = true;
    for (void *item; alive && cg_queue_pop(lane->messages, &item) == CG_QUEUE_OK;) {
        struct message *message = item;
        if (cg_control_stopped(&run->control))
            alive = false; /* the target was told to cancel: nothing may begin behind that */
        else if (write_message(run, session, message, &now, &err) < 0)
            alive = survive(run, session, message->kind, &now, &err);
        if (message->kind == MESSAGE_BATCH)
            batch_return(lane, message);
        else
            message_free(message);
    }
    if (now.open)
        cg_chunk_abort(session);
    cg_work_free(now.work);
    cg_refusals_free(now.refusals);
    cg_target_session_close(session);
    return NULL;
}

/* ---- the stage ---- */

static void table_walked(void *context, size_t index, int chunks, const struct cg_error *err) {
    struct cg_run *run = context;
    struct cg_run_table *table = &run->tables[index];
    if (err && !cg_control_stopped(&run->control))
        cg_run_table_fail(run, index, err);
    pthread_mutex_lock(&table->lock);
    table->walked = true;
    table->chunks = chunks;
    bool complete = table->chunks_done == chunks;
    if (complete)
        table->rows_ended = cg_now();
    pthread_mutex_unlock(&table->lock);
    if (complete)
        cg_keys_table_complete(run, index);
}

/* Ends both queues: whoever waits in one of them wakes. */
static void abort_lane(void *object) {
    struct cg_lane *lane = object;
    cg_queue_abort(lane->messages);
    cg_queue_abort(lane->empty);
}

/* How many batches a lane has: half of --memory goes to them, the rest to drivers and everything else. */
static size_t batch_count(const struct cg_run *run) {
    uint64_t count = run->options->memory / 2 / run->lane_count / (BATCH_BYTES + BATCH_BYTES / 4);
    return (size_t)(count > BATCHES_MAX ? BATCHES_MAX : count < BATCHES_MIN ? BATCHES_MIN : count);
}

static int lane_fill(struct cg_lane *lane, struct cg_error *err) {
    size_t count = batch_count(lane->run);
    lane->messages = cg_queue_new(count * 4, count * 2 * BATCH_BYTES, message_free);
    lane->empty = cg_queue_new(count, count, message_free);
    if (!lane->messages || !lane->empty)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct message *batch = message_new(MESSAGE_BATCH);
        if (!batch)
            return cg_error_memory(err);
        cg_buffer_init(&batch->batch, CG_ROW_BYTES_MAX);
        if (cg_queue_push(lane->empty, batch, 1) != CG_QUEUE_OK) {
            message_free(batch);
            return cg_error_set(err, CG_ERR_CANCELLED, "stopped before rows were read");
        }
    }
    return cg_control_register(&lane->run->control, abort_lane, lane, err);
}

static int lane_start(struct cg_lane *lane, struct cg_error *err) {
    if (lane_fill(lane, err) < 0 || cg_source_acquire_now(lane->run->source, &lane->session, err) < 0)
        return -1;
    int failed = pthread_create(&lane->reader, NULL, read_lane, lane);
    if (failed)
        return cg_error_set(err, CG_ERR_SYSTEM, "a thread cannot be started: %s", strerror(failed));
    lane->reading = true;
    failed = pthread_create(&lane->writer, NULL, write_lane, lane);
    if (failed)
        return cg_error_set(err, CG_ERR_SYSTEM, "a thread cannot be started: %s", strerror(failed));
    lane->writing = true;
    return 0;
}

static void join_lane(struct cg_lane *lane) {
    if (lane->reading)
        pthread_join(lane->reader, NULL);
    if (lane->writing)
        pthread_join(lane->writer, NULL);
    lane->reading = lane->writing = false;
    /* Whoever still counts rows may need it. */
    cg_source_release(lane->run->source, lane->session);
    lane->session = NULL;
    cg_control_unregister(&lane->run->control, lane);
    cg_queue_free(lane->messages);
    cg_queue_free(lane->empty);
    lane->messages = lane->empty = NULL;
}

static int run_lanes(struct cg_run *run, struct cg_feed *feed, struct cg_error *err) {
    int result = 0;
    for (size_t i = 0; i < run->lane_count && result == 0; i++) {
        run->lanes[i] = (struct cg_lane){.run = run, .feed = feed};
        result = lane_start(&run->lanes[i], err);
    }
    if (result < 0)
        cg_control_fail(&run->control, err);
    for (size_t i = 0; i < run->lane_count; i++)
        if (run->lanes[i].run)
            join_lane(&run->lanes[i]);
    return cg_control_check(&run->control, err);
}

static int move_wave(struct cg_run *run, size_t wave, const struct cg_table **tables, struct cg_error *err) {
    for (size_t i = 0; i < run->table_count; i++)
        tables[i] = cg_run_table_moves(run, i) && run->tables[i].wave == wave ? run->tables[i].plan->source : NULL;
    struct cg_feed_input input = {.source = run->source,
                                  .control = &run->control,
                                  .tables = tables,
                                  .table_count = run->table_count,
                                  .context = run,
                                  .walked = table_walked};
    struct cg_feed *feed = NULL;
    if (cg_feed_start(&input, &feed, err) < 0)
        return -1;
    int result = run_lanes(run, feed, err);
    cg_feed_free(feed);
    return result;
}

int cg_stage_rows(struct cg_run *run, struct cg_error *err) {
    const struct cg_table **tables = cg_arena_array(run->arena, run->table_count + 1, sizeof *tables);
    run->lane_count = (size_t)run->options->jobs;
    run->lanes = cg_arena_array(run->arena, run->lane_count, sizeof *run->lanes);
    if (!tables || !run->lanes)
        return cg_error_memory(err);
    cg_progress_phase(run->progress, CG_PHASE_ROWS, run->items, run->table_count);
    int result = move_wave(run, 0, tables, err);
    for (size_t wave = 1; wave < run->waves && result == 0; wave++) {
        cg_pool_wait(run->pool); /* who still counts the wave before holds sessions that the lanes need */
        result = move_wave(run, wave, tables, err);
    }
    return result;
}

void cg_lanes_free(struct cg_run *run) {
    for (size_t i = 0; i < run->lane_count; i++)
        cg_source_release(run->source, run->lanes[i].session);
    run->lane_count = 0;
}
