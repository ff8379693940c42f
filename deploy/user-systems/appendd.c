/*
 * A server that keeps numbered lines: the smallest workload whose losses can be counted.
 *
 * One command a line over TCP, one answer each:
 *   append TEXT   appends TEXT and fsyncs it   -> ok NUMBER      (the first line has number 1)
 *   count                                      -> ok NUMBER
 *   read FROM     lines FROM and after         -> ok COUNT, then that many lines
 *   who           which run of the server      -> ok BOOT-ID     (new at each start)
 * Anything else, or what fails                 -> error WHY
 *
 * An answer "ok NUMBER" to append means that fsync returned on the writable file. At start a torn
 * last line, which nobody was told of, is cut off. Runs as process 1 of a container: ends on TERM.
 *
 * Usage: appendd FILE PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CLIENTS = 64, MAX_LINE = 8192 };

struct client {
  char line[MAX_LINE];
  size_t length;
};

static const char *path;
static int file = -1;
static long lines;
static char boot_id[32];

static void fail(const char *what) {
  fprintf(stderr, "appendd: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void end(int signal) {
  (void)signal;
  _exit(0);
}

/* Counts the lines and cuts off a torn one. */
static void open_file(void) {
  file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) fail(path);
  char buffer[65536];
  off_t good = 0, at = 0;
  for (;;) {
    ssize_t n = pread(file, buffer, sizeof buffer, at);
    if (n < 0) fail("read");
    if (n == 0) break;
    for (ssize_t i = 0; i < n; i++) {
      if (buffer[i] == '\n') {
        lines++;
        good = at + i + 1;
      }
    }
    at += n;
  }
  if (good != at && (ftruncate(file, good) != 0 || fsync(file) != 0)) fail("truncate");
  if (lseek(file, good, SEEK_SET) < 0) fail("seek");
}

/* A peer that does not read its answers is left alone after a second. */
static int send_all(int socket, const char *data, size_t length) {
  while (length > 0) {
    ssize_t n = send(socket, data, length, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    data += n;
    length -= (size_t)n;
  }
  return 0;
}

__attribute__((format(printf, 2, 3))) static int answer(int socket, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return send_all(socket, text, (size_t)length);
}

static int append(int socket, const char *text, size_t length) {
  char line[MAX_LINE + 1];
  memcpy(line, text, length);
  line[length] = '\n';
  off_t before = lseek(file, 0, SEEK_CUR);
  ssize_t n = write(file, line, length + 1);
  if (n != (ssize_t)(length + 1) || fsync(file) != 0) {
    int why = n >= 0 && n != (ssize_t)(length + 1) ? ENOSPC : errno;
    /* What is not acknowledged must not be half there; if even that fails, start anew. */
    if (ftruncate(file, before) != 0 || lseek(file, before, SEEK_SET) < 0) exit(1);
    return answer(socket, "error %s\n", strerror(why));
  }
  return answer(socket, "ok %ld\n", ++lines);
}

static int read_back(int socket, long from) {
  long skip = from > 1 ? from - 1 : 0, left = lines > skip ? lines - skip : 0;
  if (answer(socket, "ok %ld\n", left) != 0) return -1;
  char buffer[65536];
  off_t at = 0;
  for (;;) {
    ssize_t n = pread(file, buffer, sizeof buffer, at);
    if (n <= 0) return n == 0 ? 0 : -1;
    ssize_t start = 0;
    for (; skip > 0 && start < n; start++) skip -= buffer[start] == '\n';
    if (send_all(socket, buffer + start, (size_t)(n - start)) != 0) return -1;
    at += n;
  }
}

static int obey(int socket, char *line, size_t length) {
  if (strncmp(line, "append ", 7) == 0) return append(socket, line + 7, length - 7);
  if (strcmp(line, "count") == 0) return answer(socket, "ok %ld\n", lines);
  if (strncmp(line, "read ", 5) == 0) return read_back(socket, atol(line + 5));
  if (strcmp(line, "who") == 0) return answer(socket, "ok %s\n", boot_id);
  return answer(socket, "error unknown command\n");
}

/* Reads what there is and obeys each whole line; -1 when the client has to go. */
static int serve(int socket, struct client *client) {
  ssize_t n = recv(socket, client->line + client->length, MAX_LINE - client->length, 0);
  if (n <= 0) return n < 0 && errno == EINTR ? 0 : -1;
  client->length += (size_t)n;
  char *begin = client->line, *newline;
  while ((newline = memchr(begin, '\n', client->length - (size_t)(begin - client->line)))) {
    *newline = '\0';
    if (obey(socket, begin, (size_t)(newline - begin)) != 0) return -1;
    begin = newline + 1;
  }
  client->length -= (size_t)(begin - client->line);
  memmove(client->line, begin, client->length);
  return client->length < MAX_LINE ? 0 : -1;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: appendd FILE PORT\n");
    return 2;
  }
  path = arguments[1];
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGCHLD, SIG_IGN); /* orphans are reaped by the kernel */
  open_file();
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  snprintf(boot_id, sizeof boot_id, "%lld%09ld", (long long)now.tv_sec, now.tv_nsec);

  static struct client clients[MAX_CLIENTS];
  struct pollfd fds[MAX_CLIENTS + 1];
  int used = 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  if (listen(listener, 64) != 0) fail("listen");
  fds[0] = (struct pollfd){.fd = listener, .events = POLLIN};
  printf("appendd: %ld lines, port %s\n", lines, arguments[2]);
  fflush(stdout);

  for (;;) {
    fds[0].events = used < MAX_CLIENTS ? POLLIN : 0;
    if (poll(fds, (nfds_t)used + 1, -1) < 0) {
      if (errno == EINTR) continue;
      fail("poll");
    }
    for (int i = used; i >= 1; i--) {
      if (!fds[i].revents || serve(fds[i].fd, &clients[i - 1]) == 0) continue;
      close(fds[i].fd);
      fds[i] = fds[used];
      clients[i - 1] = clients[used - 1];
      used--;
    }
    if (fds[0].revents & POLLIN) {
      int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
      if (socket < 0) continue;
      struct timeval second = {.tv_sec = 1};
      setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
      clients[used].length = 0;
      fds[++used] = (struct pollfd){.fd = socket, .events = POLLIN};
    }
  }
}
