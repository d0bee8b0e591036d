// Asks the processor to bring the cache line at an address nearer. Swift has no such operation.
// Nothing is read, so any address is allowed.
__attribute__((always_inline)) static inline void cprefetch(const void *address) {
  __builtin_prefetch(address);
}
