// Instructions of the processor for which Swift has no operation.

// Asks for the cache line at an address. Nothing is read, so any address is allowed.
__attribute__((always_inline)) static inline void cprefetch(const void *address) {
  __builtin_prefetch(address);
}

typedef float cfloat8 __attribute__((ext_vector_type(8)));

// Eight values clipped below and above, in one instruction each; what is not a number stays. For
// comparisons in a loop, Swift emits four.
__attribute__((always_inline)) static inline cfloat8 cclip(
    cfloat8 value, cfloat8 floor, cfloat8 ceiling) {
  value = floor > value ? floor : value;
  return ceiling < value ? ceiling : value;
}
