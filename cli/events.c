/* JSON lines; see events.h. */
#include "cli/events.h"

#include "cli/terminal.h"

#include <stdio.h>
#include <time.h>

int cli_event_begin(struct cli_event *event, const char *name) {
    event->gen = yajl_gen_alloc(NULL);
    if (!event->gen)
        return -1;
    yajl_gen_config(event->gen, yajl_gen_validate_utf8, 1);
    struct timespec now;
    struct tm utc;
    char time[64];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t len = strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(time + len, sizeof time - len, ".%03ldZ", now.tv_nsec / 1000000);
    yajl_gen_map_open(event->gen);
    cli_event_text(event, "time", time);
    cli_event_text(event, "event", name);
    return 0;
}

/* Bytes that are not UTF-8 (a name in another charset) are spelt out, so that the line stays JSON. */
static void put_string(struct cli_event *event, const char *text) {
    if (yajl_gen_string(event->gen, (const unsigned char *)text, strlen(text)) != yajl_gen_invalid_string)
        return;
    struct cg_buffer spelt;
    cg_buffer_init(&spelt, 1 << 16);
    if (cli_put_text(&spelt, text, 1 << 15, false, NULL) < 0)
        spelt.len = 0;
    yajl_gen_string(event->gen, spelt.len ? spelt.data : (const unsigned char *)"", spelt.len);
    cg_buffer_done(&spelt);
}

void cli_event_text(struct cli_event *event, const char *key, const char *text) {
    if (text) {
        put_string(event, key);
        put_string(event, text);
    }
}

void cli_event_texts(struct cli_event *event, const char *key, const char *const *texts, size_t count) {
    put_string(event, key);
    yajl_gen_array_open(event->gen);
    for (size_t i = 0; i < count; i++)
        put_string(event, texts[i]);
    yajl_gen_array_close(event->gen);
}

void cli_event_number(struct cli_event *event, const char *key, int64_t number) {
    put_string(event, key);
    yajl_gen_integer(event->gen, number);
}

void cli_event_real(struct cli_event *event, const char *key, double number) {
    char text[40];
    int len = snprintf(text, sizeof text, "%.1f", number);
    put_string(event, key);
    yajl_gen_number(event->gen, text, (size_t)len);
}

int cli_event_end(struct cli_event *event, struct cg_buffer *out, struct cg_error *err) {
    const unsigned char *text;
    size_t len;
    int result = -1;
    yajl_gen_map_close(event->gen);
    if (yajl_gen_get_buf(event->gen, &text, &len) != yajl_gen_status_ok)
        cg_error_set(err, CG_ERR_SYSTEM, "a log event could not be written as JSON");
    else if (cg_buffer_append(out, text, len, err) == 0)
        result = cg_buffer_text(out, "\n", err);
    yajl_gen_free(event->gen);
    return result;
}
