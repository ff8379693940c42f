/* One operation on a file, as a program in a user system does it: operations NAME FILE. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static int fail(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  return errno == EOPNOTSUPP ? 3 : 1;
}

static int put(const char *file, int flags, const char *text) {
  int fd = open(file, flags, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) return fail("write");
  return close(fd) ? fail("close") : 0;
}

static int mapped(const char *file) {
  int fd = open(file, O_RDWR);
  char *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return fail("mmap");
  at[7]++;
  return munmap(at, 4096) || close(fd) ? fail("munmap") : 0;
}

/* The mapping and the file stay open, as those of a database do. */
static int synced(const char *file) {
  int fd = open(file, O_RDWR);
  char *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return fail("mmap");
  at[9]++;
  if (msync(at, 4096, MS_SYNC)) return fail("msync");
  sleep(3);
  return 0;
}

static int flushed(const char *file) {
  int fd = open(file, O_RDWR);
  return fd < 0 || fsync(fd) || close(fd) ? fail("fsync") : 0;
}

static int put_synced(const char *file) {
  int fd = open(file, O_WRONLY);
  if (fd < 0 || write(fd, "synced", 6) < 0 || fsync(fd)) return fail("write");
  return close(fd) ? fail("close") : 0;
}

int main(int count, char **words) {
  if (count != 3) return 2;
  const char *what = words[1], *file = words[2];
  char other[4096];
  snprintf(other, sizeof other, "%s.new", file);
  if (!strcmp(what, "write")) return put(file, O_WRONLY, "written");
  if (!strcmp(what, "append")) return put(file, O_WRONLY | O_APPEND, "appended");
  if (!strcmp(what, "mmap")) return mapped(file);
  if (!strcmp(what, "msync")) return synced(file);
  if (!strcmp(what, "truncate")) return truncate(file, 100) ? fail(what) : 0;
  if (!strcmp(what, "create")) return mknod(other, S_IFREG | 0644, 0) ? fail(what) : 0;
  if (!strcmp(what, "delete")) return unlink(file) ? fail(what) : 0;
  if (!strcmp(what, "rename")) return rename(file, other) ? fail(what) : 0;
  if (!strcmp(what, "chmod")) return chmod(file, 0600) ? fail(what) : 0;
  if (!strcmp(what, "xattr")) return setxattr(file, "user.a", "b", 1, 0) ? fail(what) : 0;
  if (!strcmp(what, "synced")) return put_synced(file);
  if (!strcmp(what, "fsync")) return flushed(file);
  return 2;
}
