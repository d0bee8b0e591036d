#include <libsvm/svm.h>

// The version of the library that is loaded, which the header declares as a variable.
static inline int libsvm_loaded_version(void) { return libsvm_version; }
