#ifndef CFAULTS_H
#define CFAULTS_H

#include <stdint.h>

/// A file, identified by device and inode, that was written and may not be on disk yet.
struct cfaults_file {
  uint64_t device;
  uint64_t inode;
  /// The number of bytes that are certainly on disk.
  int64_t secured;
  int32_t dirty;
};

enum { CFAULTS_PROCESSES = 64, CFAULTS_FILES = 4096, CFAULTS_WORDS = 512 };

/// The state shared by all processes with one CFAULTS_FILE: a file of this size, initially zeros.
struct cfaults_state {
  /// The number of calls counted so far, in all processes.
  uint64_t calls;
  /// The number of calls with a fault.
  uint64_t fired;
  uint32_t lock;
  int32_t process_count;
  int32_t processes[CFAULTS_PROCESSES];
  /// The first call with a fault.
  char what[CFAULTS_WORDS];
  int32_t file_count;
  struct cfaults_file files[CFAULTS_FILES];
};

#endif
