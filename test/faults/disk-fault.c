/*
 * A disk that fails on purpose: preloaded, it answers calls on chosen files with an error. The file named by
 * JARI_DISK_FAULTS has one fault a line, read again at every call:
 *
 *   fsync TIMES PART   fsync and fdatasync of files whose path holds PART fail with EIO, TIMES times (-1: always)
 *   readonly PREFIX    files whose path begins with PREFIX can be read and not written: EROFS
 *   full PREFIX        no room is left for files whose path begins with PREFIX: ENOSPC
 *
 * Each failure adds one byte to JARI_DISK_FAULTS.hits, which is also how TIMES is counted over several processes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static const char *control(void) { return getenv("JARI_DISK_FAULTS"); }

/* Past our own wrappers, straight to the kernel. */
static size_t slurp(const char *path, char *into, size_t size) {
  long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return 0;
  long got = syscall(SYS_read, fd, into, size - 1);
  syscall(SYS_close, fd);
  if (got < 0) got = 0;
  into[got] = 0;
  return (size_t)got;
}

static long hits(void) {
  char path[PATH_MAX];
  struct stat st;
  snprintf(path, sizeof path, "%s.hits", control());
  return stat(path, &st) == 0 ? (long)st.st_size : 0;
}

static void hit(void) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s.hits", control());
  long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  syscall(SYS_write, fd, "x", 1);
  syscall(SYS_close, fd);
}

static int fails(const char *kind, const char *path) {
  char text[4096];
  if (control() == NULL || slurp(control(), text, sizeof text) == 0) return 0;
  char *rest = text, *line;
  while ((line = strsep(&rest, "\n")) != NULL) {
    char part[PATH_MAX];
    long times;
    if (strcmp(kind, "fsync") == 0 && sscanf(line, "fsync %ld %4095s", &times, part) == 2) {
      if (strstr(path, part) == NULL || (times >= 0 && hits() >= times)) continue;
      hit();
      return 1;
    }
    char said[16];
    if (sscanf(line, "%15s %4095s", said, part) == 2 && strcmp(kind, said) == 0) {
      if (strncmp(path, part, strlen(part)) != 0) continue;
      hit();
      return 1;
    }
  }
  return 0;
}

static int fd_fails(const char *kind, int fd) {
  char link[64], path[PATH_MAX];
  if (control() == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return fails(kind, path);
}

static int refuse(int code) {
  errno = code;
  return -1;
}

int fsync(int fd) { return fd_fails("fsync", fd) ? refuse(EIO) : fd_fails("readonly", fd) ? refuse(EROFS) : REAL(fsync)(fd); }
int fdatasync(int fd) {
  return fd_fails("fsync", fd) ? refuse(EIO) : fd_fails("readonly", fd) ? refuse(EROFS) : REAL(fdatasync)(fd);
}

static int writes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0; }

#define OPEN(name)                                                             \
  int name(const char *path, int flags, ...) {                                 \
    va_list more;                                                              \
    va_start(more, flags);                                                     \
    mode_t mode = va_arg(more, mode_t);                                        \
    va_end(more);                                                              \
    if (writes(flags) && fails("readonly", path)) return refuse(EROFS);        \
    return REAL(name)(path, flags, mode);                                      \
  }
OPEN(open)
OPEN(open64)

#define WRITE(name, type, args, call)                                          \
  type name args {                                                             \
    if (fd_fails("readonly", fd)) return refuse(EROFS);                        \
    if (fd_fails("full", fd)) return refuse(ENOSPC);                           \
    return REAL(name) call;                                                    \
  }
WRITE(pwrite, ssize_t, (int fd, const void *from, size_t n, off_t at), (fd, from, n, at))
WRITE(pwrite64, ssize_t, (int fd, const void *from, size_t n, off64_t at), (fd, from, n, at))
WRITE(ftruncate, int, (int fd, off_t to), (fd, to))
WRITE(ftruncate64, int, (int fd, off64_t to), (fd, to))
WRITE(fchmod, int, (int fd, mode_t mode), (fd, mode))

#define CHANGE(name, args, call)                                               \
  int name args {                                                              \
    if (fails("readonly", path)) return refuse(EROFS);                         \
    return REAL(name) call;                                                    \
  }
CHANGE(unlink, (const char *path), (path))
CHANGE(mkdir, (const char *path, mode_t mode), (path, mode))
CHANGE(rename, (const char *path, const char *to), (path, to))

int access(const char *path, int how) {
  return (how & W_OK) != 0 && fails("readonly", path) ? refuse(EROFS) : REAL(access)(path, how);
}

/* The kernel alone knows which of these are files, and pipes must stay quick. */
ssize_t write(int fd, const void *from, size_t n) {
  static __thread int inside;
  if (fd > 2 && !inside) {
    inside = 1;
    int bad = fd_fails("readonly", fd) ? EROFS : fd_fails("full", fd) ? ENOSPC : 0;
    inside = 0;
    if (bad) return refuse(bad);
  }
  return syscall(SYS_write, fd, from, n);
}

#define STATFS(name, type)                                                     \
  int name(const char *path, struct type *into) {                              \
    int answer = REAL(name)(path, into);                                       \
    if (answer == 0 && fails("full", path)) into->f_bavail = 0;                \
    return answer;                                                             \
  }
STATFS(statfs, statfs)
STATFS(statfs64, statfs64)
