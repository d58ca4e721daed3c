/* A reader of any SELECT whose list a struct cg_mysql_select describes: tables (reader.c) and canaries (canary.c). */
#ifndef CG_EXTRACT_MYSQL_READER_H
#define CG_EXTRACT_MYSQL_READER_H

#include "extract/mysql/internal.h"
#include "extract/mysql/select.h"

/* Prepares and executes "SELECT " + the list + tail, unbuffered. On success the reader owns what `select` held (it is
 * left zeroed); on failure the caller still does. doing: "reading table `orders`", copied. */
CG_MUST_USE int cg_mysql_reader_start(struct cg_session *session, struct cg_mysql_select *select, const char *tail,
                                      const char *doing, struct cg_reader **ret_reader, struct cg_error *err);

#endif
