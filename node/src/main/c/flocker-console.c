/*
 * flocker-console: stays between a container's init and its log, so that output and exit code
 * survive the program that started the container.
 *
 *   flocker-console --log FILE --max BYTES --exit FILE --pid FILE [--move DIR ...] -- CREATE ...
 *
 * Runs CREATE (e.g. "runc create ... --pid-file FILE") with its output going to the log. Ends with
 * CREATE's exit code as soon as that is known; a detached process then goes on: it is the
 * subreaper of init, copies init's output to FILE (renamed to FILE.1 at half of BYTES, so that both
 * never hold more), and when init ends writes "exit CODE" or "signal NUMBER" to the exit file.
 */
#define _GNU_SOURCE
#include "detached.h"

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define MAX_MOVES 32
/* Output that something else still holds open is waited for this long after init's end. */
#define DRAIN_MILLIS 500

static const char *log_path, *exit_path, *pid_path;
static char older_path[PATH_MAX], exit_temporary[PATH_MAX];
static long long max_bytes = 1 << 20;
static const char *moves[MAX_MOVES];
static int move_count;
static int log_fd = -1;
static long long log_bytes;
static char buffer[65536];

static void open_log(void) {
  struct stat about;
  log_fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  log_bytes = log_fd >= 0 && fstat(log_fd, &about) == 0 ? about.st_size : 0;
}

/* What cannot be written is dropped: a full disk must not stop the container. */
static void append(const char *bytes, size_t count) {
  while ((long long)count > max_bytes / 2) {
    size_t part = max_bytes > 2 ? (size_t)(max_bytes / 2) : 1;
    append(bytes, part);
    bytes += part;
    count -= part;
  }
  if (log_bytes + (long long)count > max_bytes / 2 && log_bytes > 0) {
    if (log_fd >= 0) close(log_fd);
    (void)rename(log_path, older_path);
    open_log();
  }
  if (log_fd < 0) open_log();
  if (log_fd < 0) return;
  while (count > 0) {
    ssize_t n = write(log_fd, bytes, count);
    if (n <= 0) return;
    log_bytes += n;
    bytes += n;
    count -= (size_t)n;
  }
}

/* Copies what is there; false at the end of the output. */
static bool copy_output(int output) {
  ssize_t n = read(output, buffer, sizeof buffer);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  append(buffer, (size_t)n);
  return true;
}

static void write_exit(int status) {
  char text[64];
  int n = WIFSIGNALED(status) ? snprintf(text, sizeof text, "signal %d\n", WTERMSIG(status))
                              : snprintf(text, sizeof text, "exit %d\n", WEXITSTATUS(status));
  int fd = open(exit_temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  bool whole = write(fd, text, (size_t)n) == n;
  close(fd);
  if (whole) (void)rename(exit_temporary, exit_path);
}

static pid_t read_pid(void) {
  char text[32];
  int fd = open(pid_path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return -1;
  text[n] = 0;
  return (pid_t)atoi(text);
}

/* Waits for {create}; its output goes on being copied meanwhile. */
static int await_create(pid_t create, int output) {
  int status = 0;
  for (;;) {
    struct pollfd polled = {output, POLLIN, 0};
    if (poll(&polled, 1, 5) > 0) (void)copy_output(output);
    pid_t ended = waitpid(create, &status, WNOHANG);
    if (ended == create) return status;
    if (ended < 0 && errno != EINTR) return 127 << 8;
  }
}

static void follow(pid_t init, int output) {
  bool open_output = true;
  int watched = (int)syscall(SYS_pidfd_open, init, 0);
  for (;;) {
    struct pollfd polled[2] = {{watched, POLLIN, 0}, {open_output ? output : -1, POLLIN, 0}};
    /* Without pidfd_open (before Linux 5.3) init is looked at every 20 ms. */
    (void)poll(polled, 2, watched >= 0 ? 1000 : 20);
    if (open_output && polled[1].revents) open_output = copy_output(output);
    int status = 0;
    for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != init) continue;
      write_exit(status);
      int left = DRAIN_MILLIS;
      while (open_output && left > 0) {
        struct pollfd last = {output, POLLIN, 0};
        if (poll(&last, 1, 20) > 0) open_output = copy_output(output);
        else left -= 20;
      }
      _exit(0);
    }
    if (kill(init, 0) != 0 && errno == ESRCH) _exit(0); /* not our child: the code is unknown */
  }
}

static void run_console(int ready, char **create_command) {
  int output[2];
  (void)setsid();
  ignore_signals();
  (void)chdir("/");
  (void)prctl(PR_SET_NAME, "flocker-console");
  (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
  drop_streams(ready);
  for (int i = 0; i < move_count; i++) (void)move_to_cgroup(moves[i]);
  if (pipe2(output, O_CLOEXEC) != 0) _exit(1);
  pid_t create = fork();
  if (create < 0) _exit(1);
  if (create == 0) {
    for (int s = 1; s < NSIG; s++) (void)signal(s, SIG_DFL);
    (void)dup2(output[1], 1);
    (void)dup2(output[1], 2);
    execvp(create_command[0], create_command);
    dprintf(2, "cannot run %s: %s\n", create_command[0], strerror(errno));
    _exit(127);
  }
  close(output[1]);
  /* Only after the fork: neither this is inherited by the container. */
  (void)shield_from_oom();
  (void)fcntl(output[0], F_SETFL, O_NONBLOCK);
  int status = await_create(create, output[0]);
  unsigned char code = WIFEXITED(status) ? (unsigned char)WEXITSTATUS(status) : 128;
  pid_t init = code == 0 ? read_pid() : -1;
  if (code == 0 && init <= 0) code = 126;
  if (code != 0) {
    while (copy_output(output[0])) {
      struct pollfd polled = {output[0], POLLIN, 0};
      if (poll(&polled, 1, 20) <= 0) break;
    }
  }
  (void)!write(ready, &code, 1);
  close(ready);
  if (code != 0) _exit(code);
  follow(init, output[0]);
}

static int usage(void) {
  fprintf(stderr,
      "usage: flocker-console --log FILE --max BYTES --exit FILE --pid FILE [--move DIR...]"
      " -- CREATE...\n");
  return 2;
}

int main(int argc, char **argv) {
  int at = 1;
  for (; at + 1 < argc && strcmp(argv[at], "--") != 0; at += 2) {
    const char *value = argv[at + 1];
    if (strcmp(argv[at], "--log") == 0) log_path = value;
    else if (strcmp(argv[at], "--max") == 0) max_bytes = atoll(value);
    else if (strcmp(argv[at], "--exit") == 0) exit_path = value;
    else if (strcmp(argv[at], "--pid") == 0) pid_path = value;
    else if (strcmp(argv[at], "--move") == 0 && move_count < MAX_MOVES) moves[move_count++] = value;
    else return usage();
  }
  if (at + 1 >= argc || log_path == NULL || exit_path == NULL || pid_path == NULL) return usage();
  if (snprintf(older_path, sizeof older_path, "%s.1", log_path) >= (int)sizeof older_path
      || snprintf(exit_temporary, sizeof exit_temporary, "%s.tmp", exit_path)
          >= (int)sizeof exit_temporary) {
    return usage();
  }
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) return 1;
  pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    close(ready[0]);
    if (fork() == 0) run_console(ready[1], argv + at + 1);
    _exit(0);
  }
  close(ready[1]);
  (void)waitpid(child, NULL, 0);
  unsigned char code = 125;
  if (read(ready[0], &code, 1) != 1) code = 125;
  return code;
}
