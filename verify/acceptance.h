/* Finding the --accept that covers something; private to verify/. */
#ifndef CG_VERIFY_ACCEPTANCE_H
#define CG_VERIFY_ACCEPTANCE_H

#include "verify/verdict.h"

#include <stdio.h>

/* The first acceptance for that conversion at that place, or NULL. table and column may be NULL. */
struct cg_acceptance *cg_acceptances_find(struct cg_acceptances *acceptances, enum cg_conversion conversion,
                                          const char *table, const char *column);

#endif
