// System calls that fail on demand: a library to preload into a program under test.
//
// CFAULTS_FILE    a file of sizeof(struct cfaults_state) zeros, shared by all processes of a run
// CFAULTS_CALLS   which calls count, such as "fsync,rename"; by default all that change files
// CFAULTS_ROOT    only calls on files below this folder count, and on descriptors of such files
// CFAULTS_AT      the number of the call at which the fault occurs, from 1
// CFAULTS_ACTION  kill: this process dies before the call; kill-all: all processes die at once;
//                 power: as kill-all, and the harness discards what was not flushed;
//                 error: the call fails; short: a write takes half of its bytes
// CFAULTS_ERRNO   the error number
// CFAULTS_FOR     how many consecutive counted calls fail; 0 for all that follow
// CFAULTS_CLOCK   the error of the wall clock in seconds; "jump" for a new error at every reading
#define _GNU_SOURCE
#include "CFaults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum action { NONE, KILL, KILL_ALL, POWER, ERROR, SHORT };

static struct cfaults_state *shared;
static enum action action;
static uint64_t at, span = 1;
static int error_number = EIO;
static const char *calls, *root;
static size_t root_length;
static enum { RIGHT, SHIFTED, JUMPING } clock_is;
static long clock_shift;
static int is_ready;

static void prepare(void) {
  if (is_ready) return;
  is_ready = 1;
  const char *text = getenv("CFAULTS_CLOCK");
  if (text) {
    clock_is = strcmp(text, "jump") == 0 ? JUMPING : SHIFTED;
    clock_shift = atol(text);
  }
  const char *path = getenv("CFAULTS_FILE");
  if (!path) return;
  // Directly to the kernel, as with all calls that must not be counted here.
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *memory = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  syscall(SYS_close, file);
  if (memory == MAP_FAILED) return;
  calls = getenv("CFAULTS_CALLS");
  root = getenv("CFAULTS_ROOT");
  root_length = root ? strlen(root) : 0;
  if ((text = getenv("CFAULTS_AT"))) at = strtoull(text, NULL, 10);
  if ((text = getenv("CFAULTS_FOR"))) span = strtoull(text, NULL, 10);
  if ((text = getenv("CFAULTS_ERRNO"))) error_number = atoi(text);
  if ((text = getenv("CFAULTS_ACTION"))) {
    action = strcmp(text, "kill") == 0       ? KILL
             : strcmp(text, "kill-all") == 0 ? KILL_ALL
             : strcmp(text, "power") == 0    ? POWER
             : strcmp(text, "error") == 0    ? ERROR
             : strcmp(text, "short") == 0    ? SHORT
                                             : NONE;
  }
  shared = memory;
  int place = __atomic_fetch_add(&shared->process_count, 1, __ATOMIC_SEQ_CST);
  if (place < CFAULTS_PROCESSES) shared->processes[place] = getpid();
}

__attribute__((constructor)) static void begin(void) { prepare(); }

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }
#define NEXT(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))next(#name)

// MARK: Which call

static int is_listed(const char *name) {
  if (!calls) return strcmp(name, "read") != 0 && strcmp(name, "open-read") != 0;
  size_t length = strlen(name);
  for (const char *place = calls; (place = strstr(place, name)); place += length)
    if ((place == calls || place[-1] == ',') && (place[length] == ',' || !place[length])) return 1;
  return 0;
}

static int is_below_root(const char *path) {
  if (!root) return 1;
  char whole[8192];
  if (path[0] != '/') {
    long length = syscall(SYS_getcwd, whole, 4096);
    if (length <= 0 || strlen(path) > 4000) return 0;
    whole[length - 1] = '/';
    strcpy(whole + length, path);
    path = whole;
  }
  return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || !path[root_length]);
}

static void kill_all(void) {
  int count = __atomic_load_n(&shared->process_count, __ATOMIC_SEQ_CST);
  for (int i = 0; i < count && i < CFAULTS_PROCESSES; i++) {
    int process = shared->processes[i];
    // Each leads a process group that includes the programs it started; this process comes last.
    if (process != getpid()) kill(-process, SIGKILL);
  }
  kill(-getpid(), SIGKILL);
  kill(getpid(), SIGKILL);
}

/// Counts a call; returns whether it must fail.
static int meets_fault(const char *name, const char *path) {
  prepare();
  if (!shared || !is_listed(name) || !is_below_root(path)) return 0;
  uint64_t number = __atomic_add_fetch(&shared->calls, 1, __ATOMIC_SEQ_CST);
  if (action == NONE || !at || number < at || (span && number >= at + span)) return 0;
  if (action == SHORT && strcmp(name, "write") != 0) return 0;
  if (__atomic_fetch_add(&shared->fired, 1, __ATOMIC_SEQ_CST) == 0)
    snprintf(shared->what, CFAULTS_WORDS, "%s %s", name, path);
  switch (action) {
    case KILL: kill(getpid(), SIGKILL); break;
    case KILL_ALL:
    case POWER: kill_all(); break;
    default: break;
  }
  return 1;
}

static int meets_fault_at(const char *name, int descriptor, char *path, size_t size) {
  prepare();
  if (!shared || !is_listed(name)) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  long length = syscall(SYS_readlink, link, path, size - 1);
  path[length > 0 ? length : 0] = 0;
  // Pipes and other descriptors without a path are not files.
  return path[0] == '/' && meets_fault(name, path);
}

static int fail(void) {
  errno = error_number;
  return -1;
}

// MARK: Data not yet on disk

static void lock(void) {
  while (__atomic_exchange_n(&shared->lock, 1, __ATOMIC_ACQUIRE)) usleep(10);
}

static void unlock(void) { __atomic_store_n(&shared->lock, 0, __ATOMIC_RELEASE); }

/// The entry of a file in the list, created if it is missing; NULL if there is no room.
static struct cfaults_file *place_of(const struct stat *status, int64_t secured) {
  for (int i = 0; i < shared->file_count; i++) {
    struct cfaults_file *file = &shared->files[i];
    if (file->inode == status->st_ino && file->device == status->st_dev) return file;
  }
  if (shared->file_count == CFAULTS_FILES) return NULL;
  struct cfaults_file *file = &shared->files[shared->file_count++];
  *file = (struct cfaults_file){status->st_dev, status->st_ino, secured, 0};
  return file;
}

static int tracks(void) { return shared && action == POWER; }

static void note_written(int descriptor) {
  struct stat status;
  if (!tracks() || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return;
  lock();
  struct cfaults_file *file = place_of(&status, status.st_size);
  if (file && !file->dirty) {
    file->dirty = 1;
    file->secured = status.st_size;
  }
  unlock();
}

/// A file that another program wrote may not be on disk yet when it gets its name.
static void note_named(const char *path) {
  struct stat status;
  if (!tracks() || lstat(path, &status) != 0 || !S_ISREG(status.st_mode)) return;
  lock();
  int known = shared->file_count;
  struct cfaults_file *file = place_of(&status, 0);
  if (file && shared->file_count > known) file->dirty = 1;
  unlock();
}

static void note_flushed(int descriptor) {
  struct stat status;
  if (!tracks() || fstat(descriptor, &status) != 0) return;
  lock();
  struct cfaults_file *file = place_of(&status, status.st_size);
  if (file) *file = (struct cfaults_file){status.st_dev, status.st_ino, status.st_size, 0};
  unlock();
}

static void note_all_flushed(void) {
  if (!tracks()) return;
  lock();
  for (int i = 0; i < shared->file_count; i++) shared->files[i].dirty = 0;
  unlock();
}

// MARK: Calls on descriptors

#define ON_DESCRIPTOR(name, descriptor) \
  char path[4096]; \
  if (meets_fault_at(name, descriptor, path, sizeof path)) return fail()

int fsync(int descriptor) {
  NEXT(fsync);
  ON_DESCRIPTOR("fsync", descriptor);
  int result = real(descriptor);
  if (result == 0) note_flushed(descriptor);
  return result;
}

int fdatasync(int descriptor) {
  NEXT(fdatasync);
  ON_DESCRIPTOR("fsync", descriptor);
  int result = real(descriptor);
  if (result == 0) note_flushed(descriptor);
  return result;
}

int syncfs(int descriptor) {
  NEXT(syncfs);
  ON_DESCRIPTOR("syncfs", descriptor);
  int result = real(descriptor);
  if (result == 0) note_all_flushed();
  return result;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  NEXT(write);
  char path[4096];
  if (meets_fault_at("write", descriptor, path, sizeof path)) {
    if (action != SHORT) return fail();
    count = count > 1 ? count / 2 : count;
  }
  note_written(descriptor);
  return real(descriptor, bytes, count);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  NEXT(pwrite64);
  char path[4096];
  if (meets_fault_at("write", descriptor, path, sizeof path)) {
    if (action != SHORT) return fail();
    count = count > 1 ? count / 2 : count;
  }
  note_written(descriptor);
  return real(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return pwrite64(descriptor, bytes, count, offset);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  NEXT(read);
  ON_DESCRIPTOR("read", descriptor);
  return real(descriptor, bytes, count);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
  NEXT(pread64);
  ON_DESCRIPTOR("read", descriptor);
  return real(descriptor, bytes, count, offset);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
  return pread64(descriptor, bytes, count, offset);
}

int ftruncate64(int descriptor, off64_t size) {
  NEXT(ftruncate64);
  ON_DESCRIPTOR("ftruncate", descriptor);
  return real(descriptor, size);
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

int fchmod(int descriptor, mode_t mode) {
  NEXT(fchmod);
  ON_DESCRIPTOR("fchmod", descriptor);
  return real(descriptor, mode);
}

// MARK: Calls on names

#define ON_PATH(name, path) \
  if (meets_fault(name, path)) return fail()

static int opened(const char *path, int flags) {
  // Opening to read changes nothing; it has its own name, so that kills can skip it.
  return meets_fault(flags & (O_WRONLY | O_RDWR | O_CREAT) ? "open" : "open-read", path);
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) {
  NEXT(open);
  MODE(flags)
  if (opened(path, flags)) return fail();
  return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  NEXT(open64);
  MODE(flags)
  if (opened(path, flags)) return fail();
  return real(path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  ON_PATH("mkdir", path);
  return real(path, mode);
}

int rmdir(const char *path) {
  NEXT(rmdir);
  ON_PATH("rmdir", path);
  return real(path);
}

int unlink(const char *path) {
  NEXT(unlink);
  ON_PATH("unlink", path);
  return real(path);
}

int link(const char *from, const char *to) {
  NEXT(link);
  ON_PATH("link", to);
  note_named(from);
  return real(from, to);
}

int symlink(const char *to, const char *path) {
  NEXT(symlink);
  ON_PATH("symlink", path);
  return real(to, path);
}

int rename(const char *from, const char *to) {
  NEXT(rename);
  ON_PATH("rename", to);
  note_named(from);
  return real(from, to);
}

// MARK: The clock

static long error_of_clock(void) {
  prepare();
  if (clock_is != JUMPING) return clock_is == SHIFTED ? clock_shift : 0;
  static uint64_t state = 0x9E3779B97F4A7C15;
  uint64_t draw = __atomic_add_fetch(&state, 0x9E3779B97F4A7C15, __ATOMIC_RELAXED);
  draw = (draw ^ draw >> 30) * 0xBF58476D1CE4E5B9;
  // Up to a week fast or slow.
  return (long)(draw >> 40) % 1209600 - 604800;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  NEXT(clock_gettime);
  int result = real(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += error_of_clock();
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  NEXT(gettimeofday);
  int result = real(now, zone);
  if (result == 0) now->tv_sec += error_of_clock();
  return result;
}

time_t time(time_t *place) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return (time_t)-1;
  if (place) *place = now.tv_sec;
  return now.tv_sec;
}
