/* libpng behind calls that never jump out: every png_ call and its setjmp stay in one C frame. */
#ifndef CPNG_H
#define CPNG_H
#include <stddef.h>
#include <stdint.h>

/* Room for a message, its final NUL included. */
#define CPNG_MESSAGE 128

/* The version of the libpng that is linked. */
const char *cpng_version(void);

/* Decodes into `pixels`, `width * height * channels` samples of 8 bits. Raw samples: no gamma, no
 * colour profile; alpha is dropped, 16 bits are scaled. `channels` is 3, or 1 for grey files only.
 * Returns 0, or -1 with the reason in `message`. */
int cpng_decode(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int channels,
                uint8_t *pixels, char message[CPNG_MESSAGE]);

/* Encodes with fixed settings. On 0, `*bytes` is the caller's to release with `cpng_release`. */
int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                uint8_t **bytes, size_t *count, char message[CPNG_MESSAGE]);

/* Releases what `cpng_encode` gave. */
void cpng_release(uint8_t *bytes);
#endif
