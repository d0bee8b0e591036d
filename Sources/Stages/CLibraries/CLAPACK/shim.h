#include <stddef.h>

// The part of LAPACK that Classifiers calls. OpenBLAS contains the Fortran symbols; not every
// package of it has a header for them. The last two arguments are the hidden lengths of `job` and
// `triangle`.
void dsyevd_(
  const char *job, const char *triangle, const int *n, double *matrix, const int *stride,
  double *values, double *work, const int *work_count, int *integers, const int *integer_count,
  int *info, size_t job_length, size_t triangle_length);
