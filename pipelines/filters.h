/* --where: which rows of a table are moved. */
#ifndef CG_PIPELINES_FILTERS_H
#define CG_PIPELINES_FILTERS_H

#include "core/options.h"
#include "extract/source.h"

/* Gives the tables of the source's catalog the filters that the options name, each taken by the server first.
 * CG_ERR_USAGE for a table that is not there, is excluded or has two, and for what the server refuses. session: of the
 * source. */
CG_MUST_USE int cg_filters_set(const struct cg_options *options, struct cg_session *session, struct cg_catalog *catalog,
                               struct cg_error *err);

#endif
