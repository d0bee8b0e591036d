#include <linear.h>

// The version of the library that is loaded, which the header declares as a variable.
static inline int liblinear_loaded_version(void) { return liblinear_version; }
