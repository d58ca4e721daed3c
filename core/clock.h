/* Time for measuring how long something took. */
#ifndef CG_CORE_CLOCK_H
#define CG_CORE_CLOCK_H

/* Seconds on CLOCK_MONOTONIC: since some moment, never set back, whatever becomes of the system's date. */
double cg_now(void);

#endif
