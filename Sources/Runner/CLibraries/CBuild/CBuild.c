#include "CBuild.h"

#ifndef ASSAY_COMMIT
#define ASSAY_COMMIT ""
#endif
#ifndef ASSAY_DATE
#define ASSAY_DATE ""
#endif
#ifndef ASSAY_RELEASE
#define ASSAY_RELEASE 0
#endif

const char *cbuild_commit(void) { return ASSAY_COMMIT; }

const char *cbuild_date(void) { return ASSAY_DATE; }

int cbuild_is_release(void) { return ASSAY_RELEASE; }
