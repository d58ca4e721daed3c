/* Where the statements of an SQL file begin: for telling people the line of the one that failed. */
#ifndef CG_ENGINE_POSTGRESQL_STATEMENTS_H
#define CG_ENGINE_POSTGRESQL_STATEMENTS_H

#include <stddef.h>

/* The line, from 1 on, in which the statement of that number (from 0 on) begins, comments before it left out; the last
 * line when there are fewer. Statements end at semicolons outside quotes, parentheses, comments and the BEGIN ATOMIC
 * ... END of a function's body, as psql has it. */
size_t cg_pg_statement_line(const char *sql, size_t number);
/* The line of a character, from 1 on, as the server counts them (PG_DIAG_STATEMENT_POSITION). */
size_t cg_pg_position_line(const char *sql, size_t position);

#endif
