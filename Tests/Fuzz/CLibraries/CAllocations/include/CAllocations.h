#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stdint.h>

/* What this process has asked of the heap, Swift and C libraries alike. The functions of malloc are
   replaced by ones that count and pass the call on (glibc only). */

/* Bytes that are taken now. */
int64_t callocations_live(void);

/* Starts the high-water mark anew, from what is taken now. */
void callocations_begin(void);

/* The most bytes taken at one time since the last start. */
int64_t callocations_peak(void);

#endif
