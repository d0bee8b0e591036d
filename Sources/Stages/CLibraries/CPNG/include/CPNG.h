/* libpng behind two calls that never jump out: every png_ call and its setjmp stay in one C frame. */
#ifndef CPNG_H
#define CPNG_H
#include <stddef.h>
const char *cpng_version(void);
#endif
