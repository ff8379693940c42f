/*
 * What both programs need to outlive the process that started them: an own session, no inherited
 * descriptors, no catchable signal, and, where the host allows it, an own cgroup, locked memory and
 * no place on the kernel's list of processes to sacrifice. Everything that may be refused is
 * refused softly: the caller can say so, but must go on.
 */
#ifndef FLOCKER_DETACHED_H
#define FLOCKER_DETACHED_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NANOS_PER_SECOND 1000000000LL

static inline int64_t boot_nanos(void) {
  struct timespec ts;
  if (clock_gettime(CLOCK_BOOTTIME, &ts) != 0) abort();
  return (int64_t)ts.tv_sec * NANOS_PER_SECOND + ts.tv_nsec;
}

static inline void pause_micros(long micros) {
  struct timespec ts = {0, micros * 1000};
  (void)nanosleep(&ts, NULL);
}

/* Writes a whole short text to an existing file; 0 or -1 with errno. */
static inline int write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t n = write(fd, text, strlen(text));
  int failure = n < 0 ? errno : 0;
  close(fd);
  errno = failure;
  return n < 0 ? -1 : 0;
}

static inline void ignore_signals(void) {
  struct sigaction ignore;
  memset(&ignore, 0, sizeof ignore);
  ignore.sa_handler = SIG_IGN;
  for (int s = 1; s < NSIG; s++) {
    if (s != SIGKILL && s != SIGSTOP && s != SIGCHLD) (void)sigaction(s, &ignore, NULL);
  }
}

/* Closes everything from descriptor {first} on, except {keep}. */
static inline void close_inherited(int first, int keep) {
  for (int fd = first; fd < 65536; fd++) {
    if (fd == keep) continue;
    if (keep < fd && syscall(SYS_close_range, (unsigned)fd, ~0U, 0) == 0) return;
    (void)close(fd);
  }
}

/* Standard streams become /dev/null; all else that was inherited, except {keep}, is closed. */
static inline void drop_streams(int keep) {
  int null = open("/dev/null", O_RDWR);
  if (null >= 0) {
    (void)dup2(null, 0);
    (void)dup2(null, 1);
    (void)dup2(null, 2);
  }
  close_inherited(3, keep);
}

/* Moves this process into the given cgroup directory, which is made if needed, with its parents. */
static inline int move_to_cgroup(const char *dir) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s/cgroup.procs", dir) >= (int)sizeof path) return -1;
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    (void)mkdir(path, 0755); /* if it is not there then, the write says so */
    *slash = '/';
  }
  return write_text(path, "0");
}

/* Asks never to be chosen by the out-of-memory killer; returns the adjustment that holds now. */
static inline int shield_from_oom(void) {
  char text[32];
  if (write_text("/proc/self/oom_score_adj", "-1000") == 0) return -1000;
  int fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return 0;
  text[n] = 0;
  return atoi(text);
}

#endif
