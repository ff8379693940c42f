/*
 * Gives one lab host's node a wall clock of its own: preloaded, it adds the offset in the file
 * $FLOCKER_LAB_CLOCK (nanoseconds, a native signed 64-bit number, read anew at each call) to
 * CLOCK_REALTIME. Elapsed-time clocks are untouched. A wait until a wall-clock time ends by the
 * kernel's clock; the node makes none.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void open_offset(void) {
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  const char *path = getenv("FLOCKER_LAB_CLOCK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *map = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (map != MAP_FAILED) offset = map;
}

int clock_gettime(clockid_t clock, struct timespec *ts) {
  if (!real_clock_gettime) real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  int answer = real_clock_gettime(clock, ts);
  if (answer == 0 && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t nanos = *offset + ts->tv_nsec;
    int64_t seconds = nanos / 1000000000;
    nanos -= seconds * 1000000000;
    if (nanos < 0) {
      nanos += 1000000000;
      seconds--;
    }
    ts->tv_sec += seconds;
    ts->tv_nsec = nanos;
  }
  return answer;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone) {
  (void)zone;
  struct timespec ts;
  int answer = clock_gettime(CLOCK_REALTIME, &ts);
  tv->tv_sec = ts.tv_sec;
  tv->tv_usec = ts.tv_nsec / 1000;
  return answer;
}

time_t time(time_t *t) {
  struct timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  if (t) *t = ts.tv_sec;
  return ts.tv_sec;
}
