/* Small queries on a session; see query.h. */
#include "extract/mysql/query.h"

int cg_mysql_session_query(struct cg_session *session, const struct cg_buffer *sql, const char *doing,
                           MYSQL_RES **ret_result, struct cg_error *err) {
    if (mysql_real_query(session->mysql, (const char *)sql->data, (unsigned long)sql->len) != 0)
        return cg_mysql_session_error(session, NULL, doing, err);
    MYSQL_RES *result = mysql_store_result(session->mysql);
    if (!result)
        return cg_mysql_session_error(session, NULL, doing, err);
    *ret_result = result;
    return 0;
}

int cg_mysql_put_table(struct cg_buffer *b, const struct cg_table *table, struct cg_error *err) {
    if (cg_mysql_put_name(b, table->schema, err) < 0 || cg_buffer_text(b, ".", err) < 0)
        return -1;
    return cg_mysql_put_name(b, table->name, err);
}

int cg_mysql_put_hex(struct cg_buffer *b, struct cg_slice bytes, struct cg_error *err) {
    static const char digits[] = "0123456789ABCDEF";
    if (cg_buffer_reserve(b, bytes.len * 2, err) < 0)
        return -1;
    for (size_t i = 0; i < bytes.len; i++) {
        cg_put_u8(b, (uint8_t)digits[bytes.data[i] >> 4]);
        cg_put_u8(b, (uint8_t)digits[bytes.data[i] & 15]);
    }
    return 0;
}
