#ifndef CFAULTS_H
#define CFAULTS_H

#include <stdint.h>

/// A file that was written and may not be on the disk yet, by its number.
struct cfaults_file {
  uint64_t device;
  uint64_t inode;
  /// Bytes that are certain to be on the disk.
  int64_t secured;
  int32_t dirty;
};

enum { CFAULTS_PROCESSES = 64, CFAULTS_FILES = 4096, CFAULTS_WORDS = 512 };

/// What all processes with one CFAULTS_FILE share: a file of this size, zeros at first.
struct cfaults_state {
  /// How many calls were counted so far, in all processes.
  uint64_t calls;
  /// How many calls met with a fault.
  uint64_t fired;
  uint32_t lock;
  int32_t process_count;
  int32_t processes[CFAULTS_PROCESSES];
  /// The first call that met with a fault.
  char what[CFAULTS_WORDS];
  int32_t file_count;
  struct cfaults_file files[CFAULTS_FILES];
};

#endif
