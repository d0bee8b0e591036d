// SQLite, and two system calls that Swift's Glibc module does not show.
#include <sqlite3.h>
#include <sys/vfs.h>

// unistd.h declares it for _GNU_SOURCE only.
int syncfs(int descriptor);
