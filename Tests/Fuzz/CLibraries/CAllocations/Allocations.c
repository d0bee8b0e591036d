#include "CAllocations.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static int64_t live, peak;

static void *taken(void *block) {
  if (block) {
    int64_t now = __atomic_add_fetch(&live, (int64_t)malloc_usable_size(block), __ATOMIC_RELAXED);
    /* Inputs are tested on one thread; the peak need not be exact across threads. */
    if (now > __atomic_load_n(&peak, __ATOMIC_RELAXED))
      __atomic_store_n(&peak, now, __ATOMIC_RELAXED);
  }
  return block;
}

static void given_back(void *block) {
  if (block)
    __atomic_sub_fetch(&live, (int64_t)malloc_usable_size(block), __ATOMIC_RELAXED);
}

int64_t callocations_live(void) { return __atomic_load_n(&live, __ATOMIC_RELAXED); }

void callocations_begin(void) {
  __atomic_store_n(&peak, callocations_live(), __ATOMIC_RELAXED);
}

int64_t callocations_peak(void) { return __atomic_load_n(&peak, __ATOMIC_RELAXED); }

void *malloc(size_t size) { return taken(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return taken(__libc_calloc(count, size)); }

void *realloc(void *block, size_t size) {
  size_t before = block ? malloc_usable_size(block) : 0;
  void *moved = __libc_realloc(block, size);
  if (!moved && size > 0) return NULL;
  __atomic_sub_fetch(&live, (int64_t)before, __ATOMIC_RELAXED);
  return taken(moved);
}

void free(void *block) {
  given_back(block);
  __libc_free(block);
}

void *memalign(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) {
  return taken(__libc_memalign(alignment, size));
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *found = memalign(alignment, size);
  if (!found) return ENOMEM;
  *block = found;
  return 0;
}
