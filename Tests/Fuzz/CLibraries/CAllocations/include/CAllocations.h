#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stdint.h>

/* Counts the heap allocations of this process, in Swift and C libraries alike. The malloc functions
   are replaced by ones that count and forward the call (glibc only). */

/* Bytes allocated now. */
int64_t callocations_live(void);

/* Resets the high-water mark to the bytes allocated now. */
void callocations_begin(void);

/* The maximum number of bytes allocated at one time since the last reset. */
int64_t callocations_peak(void);

#endif
