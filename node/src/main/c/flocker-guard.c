/*
 * flocker-guard: kills one container when the newest deadline it was fed has passed, whatever the
 * program that fed it does.
 *
 *   flocker-guard --role a|b --base PATH --deadline NANOS --cgroup DIR [--cgroup DIR ...]
 *                 [--move DIR ...]
 *
 * Two run per container. Each listens on PATH.<role>.sock (mode 0600) and holds a connection to the
 * other; the connection ends when either dies. The caller returns when the guard is armed.
 *
 * Kills when the newest deadline (CLOCK_BOOTTIME) has passed, or when its partner and every feeding
 * connection are gone. Order: freeze, SIGKILL, thaw (a frozen cgroup-v1 group never dies), verify;
 * again until nothing is left. Where the kernel has cgroup.kill it is used too. After that it stays
 * and kills whatever still appears in the cgroups (a program that was stopped in the middle of
 * starting the container goes on later), until it is released, or nobody has been connected for
 * LINGER. The outcome is in PATH.<role>.result.
 *
 * Lines from clients, each answered by one line:
 *   deadline NANOS   "ok NANOS" with the deadline that holds now: it never goes back.
 *                    "refused killed": it has passed.
 *   status           "armed|killing|killed ..." with key=value pairs.
 *   release          "ok released" and the end, but only if every cgroup is empty;
 *                    else "refused alive".
 *   partner          "ok partner": this connection is the other guard.
 *
 * No heap is used after the start: static buffers only, all memory locked where allowed.
 */
#define _GNU_SOURCE
#include "detached.h"

#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>

#define MAX_CGROUPS 16
#define MAX_MOVES 32
#define MAX_CLIENTS 16
#define MAX_DEPTH 16
#define LINE 256
#define MILLI 1000000LL
/* Not proven dead within this time is said in the result; killing goes on. */
#define PROOF_LIMIT (1000 * MILLI)
/* How long a guard that has killed stays without a client. */
#define LINGER (30 * NANOS_PER_SECOND)
/* How often it looks for processes that appear in the cgroups after the kill. */
#define WATCH (10 * MILLI)

enum state { ARMED, KILLING, KILLED };
enum link { NEVER, ALIVE, GONE, RELEASED };

struct client {
  int fd;
  bool feeds;
  size_t used;
  char line[LINE];
};

static const char *cgroups[MAX_CGROUPS];
static int cgroup_count;
static const char *moves[MAX_MOVES];
static int move_count;
static char role = 'a';
static char socket_path[PATH_MAX], partner_path[PATH_MAX], result_path[PATH_MAX];
static char result_temporary[PATH_MAX];

static enum state state = ARMED;
static int64_t deadline, begun, ended, alone_since;
static const char *reason = "none";
static long passes, kills;
static bool unproven_told;

static enum link partner = NEVER;
static bool had_feed;
static int timer_fd = -1, listen_fd = -1, partner_fd = -1;
static struct client clients[MAX_CLIENTS];
static bool locked, realtime;
static int oom_adjustment, moved;

/* ---- cgroups ---- */

struct dirent64 {
  uint64_t ino;
  int64_t off;
  uint16_t reclen;
  uint8_t type;
  char name[];
};

static int read_small(int dir, const char *name, char *into, size_t size) {
  int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t n = read(fd, into, size - 1);
  close(fd);
  if (n < 0) return -1;
  into[n] = 0;
  return (int)n;
}

static int write_at(int dir, const char *name, const char *text) {
  int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t n = write(fd, text, strlen(text));
  close(fd);
  return n < 0 ? -1 : 0;
}

/*
 * Counts the processes of one group and kills them if asked. A pid of 0 is a process of another pid
 * namespace: it counts, but kill(0) would be this guard's own group. -1: could not be read.
 */
static long each_process(int dir, bool kill_them) {
  static char buffer[4096];
  int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? 0 : -1;
  long count = 0, pid = 0;
  bool digits = false;
  for (;;) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0) {
      int failure = errno;
      close(fd);
      return failure == ENODEV ? count : -1; /* removed while it was read */
    }
    if (n == 0) break;
    for (ssize_t i = 0; i < n; i++) {
      if (buffer[i] >= '0' && buffer[i] <= '9') {
        pid = pid * 10 + (buffer[i] - '0');
        digits = true;
      } else if (digits) {
        count++;
        if (kill_them && pid > 1 && kill((pid_t)pid, SIGKILL) == 0) kills++;
        pid = 0;
        digits = false;
      }
    }
  }
  close(fd);
  return count;
}

enum act { FREEZE, KILL, THAW, COUNT };

/* Does {act} to the group {dir} and all below it. Returns how many live there, -1: unknown. */
static long walk(int dir, enum act act, int depth) {
  char entries[2048];
  char text[64];
  long total = 0;
  bool all_below = false;
  switch (act) {
    case FREEZE: /* reaches the groups below too */
      if (write_at(dir, "freezer.state", "FROZEN") == 0) return 0;
      if (faccessat(dir, "cgroup.kill", F_OK, 0) != 0) (void)write_at(dir, "cgroup.freeze", "1");
      return 0;
    case KILL:
      (void)write_at(dir, "cgroup.kill", "1");
      total = each_process(dir, true);
      break;
    case THAW:
      (void)write_at(dir, "freezer.state", "THAWED");
      (void)write_at(dir, "cgroup.freeze", "0");
      break;
    case COUNT:
      if (read_small(dir, "cgroup.events", text, sizeof text) > 0) {
        all_below = true;
        total = strstr(text, "populated 0") != NULL ? 0 : 1;
      } else {
        total = each_process(dir, false);
      }
      break;
  }
  if (total < 0 && act != COUNT) total = 0; /* verifying will tell */
  if (total < 0 || all_below) return total;
  if (depth >= MAX_DEPTH) return -1;
  if (lseek(dir, 0, SEEK_SET) < 0) return -1;
  for (;;) {
    long n = syscall(SYS_getdents64, dir, entries, sizeof entries);
    if (n < 0) return errno == ENOENT ? total : -1;
    if (n == 0) return total;
    for (long at = 0; at < n;) {
      struct dirent64 *entry = (struct dirent64 *)(entries + at);
      at += entry->reclen;
      if (entry->type != 4 || entry->name[0] == '.') continue;
      int below = openat(dir, entry->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (below < 0) continue; /* just removed: it was empty */
      long live = walk(below, act, depth + 1);
      close(below);
      if (live < 0) return -1;
      total += live;
    }
  }
}

static long each_cgroup(enum act act) {
  long total = 0;
  bool unknown = false;
  for (int i = 0; i < cgroup_count; i++) {
    int dir = open(cgroups[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
      if (errno != ENOENT) unknown = true;
      continue;
    }
    long live = walk(dir, act, 0);
    close(dir);
    if (live < 0) unknown = true;
    else total += live;
  }
  return unknown ? -1 : total;
}

static bool frozen(void) {
  char text[64];
  for (int i = 0; i < cgroup_count; i++) {
    int dir = open(cgroups[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) continue;
    int n = read_small(dir, "freezer.state", text, sizeof text);
    close(dir);
    if (n > 0 && strncmp(text, "FROZEN", 6) != 0) return false;
  }
  return true;
}

/* Freeze, kill, thaw, verify, once. True if nothing is left. */
static bool kill_pass(void) {
  passes++;
  (void)each_cgroup(FREEZE);
  for (int i = 0; i < 20 && !frozen(); i++) pause_micros(100);
  (void)each_cgroup(KILL);
  (void)each_cgroup(THAW);
  for (int i = 0; i < 20; i++) {
    if (each_cgroup(COUNT) == 0) return true;
    pause_micros(100);
  }
  return false;
}

/* ---- outcome ---- */

static void write_result(const char *outcome) {
  char text[512];
  int n = snprintf(text, sizeof text,
      "%s reason=%s deadline=%lld begun=%lld ended=%lld passes=%ld kills=%ld\n", outcome, reason,
      (long long)deadline, (long long)begun, (long long)ended, passes, kills);
  int fd = open(result_temporary, O_WRONLY | O_CREAT | O_TRUNC | O_DSYNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  bool whole = write(fd, text, (size_t)n) == n;
  close(fd);
  if (whole) (void)rename(result_temporary, result_path);
}

static void set_timer(int64_t at) {
  struct itimerspec when;
  memset(&when, 0, sizeof when);
  if (at < 1) at = 1; /* zero would disarm it */
  when.it_value.tv_sec = at / NANOS_PER_SECOND;
  when.it_value.tv_nsec = at % NANOS_PER_SECOND;
  (void)timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static int feeds(void) {
  int count = 0;
  for (int i = 0; i < MAX_CLIENTS; i++) count += clients[i].fd >= 0 && clients[i].feeds;
  return count;
}

static void finish(void) {
  (void)unlink(socket_path);
  _exit(0);
}

/* One step of whatever is due; sets the timer for the next. */
static void advance(void) {
  int64_t now = boot_nanos();
  if (state == ARMED) {
    bool orphaned = partner != ALIVE && feeds() == 0 && (had_feed || partner != NEVER);
    if (orphaned && partner == RELEASED && each_cgroup(COUNT) == 0) finish();
    if (now < deadline && !orphaned) {
      set_timer(deadline);
      return;
    }
    reason = now >= deadline ? "deadline" : "orphaned";
    state = KILLING;
    begun = now;
  }
  if (state == KILLED) {
    if (each_cgroup(COUNT) == 0) {
      if (feeds() > 0) alone_since = now;
      if (now - alone_since > LINGER) finish();
      set_timer(now + WATCH);
      return;
    }
    reason = "late-process";
    state = KILLING;
    begun = now;
    unproven_told = false;
  }
  if (kill_pass()) {
    ended = boot_nanos();
    alone_since = ended;
    state = KILLED;
    write_result("killed");
    set_timer(ended + WATCH);
    return;
  }
  if (!unproven_told && boot_nanos() - begun > PROOF_LIMIT) {
    unproven_told = true;
    write_result("not-proven-dead");
  }
  set_timer(boot_nanos() + 2 * MILLI);
}

/* ---- conversation ---- */

static void answer(int fd, const char *format, ...) {
  char text[8192];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text - 1, format, arguments);
  va_end(arguments);
  if (n < 0) return;
  if (n > (int)sizeof text - 2) n = (int)sizeof text - 2;
  text[n++] = '\n';
  (void)send(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL); /* a deaf client loses answers */
}

static const char *state_name(void) {
  if (state == ARMED) return "armed";
  if (state == KILLED) return "killed";
  return unproven_told ? "not-proven-dead" : "killing";
}

static void answer_status(int fd) {
  static const char *links[] = {"none", "alive", "gone", "released"};
  char groups[6000];
  size_t used = 0;
  groups[0] = 0;
  for (int i = 0; i < cgroup_count; i++) {
    int n = snprintf(groups + used, sizeof groups - used, " cgroup=%s", cgroups[i]);
    if (n < 0 || (size_t)n >= sizeof groups - used) break;
    used += (size_t)n;
  }
  answer(fd,
      "%s role=%c pid=%d deadline=%lld now=%lld reason=%s begun=%lld ended=%lld partner=%s feeds=%d"
      " locked=%d realtime=%d oom=%d moved=%d/%d%s",
      state_name(), role, (int)getpid(), (long long)deadline, (long long)boot_nanos(), reason,
      (long long)begun, (long long)ended, links[partner], feeds(), locked, realtime,
      oom_adjustment, moved, move_count, groups);
}

static void close_client(struct client *client) {
  if (client->fd >= 0) close(client->fd);
  client->fd = -1;
  client->feeds = false;
  client->used = 0;
}

static void handle_deadline(struct client *client, const char *number) {
  char *end = NULL;
  errno = 0;
  long long asked = strtoll(number, &end, 10);
  if (errno != 0 || end == number || *end != 0 || asked < 0) {
    answer(client->fd, "refused not a number of nanoseconds");
    return;
  }
  client->feeds = true;
  had_feed = true;
  if (state != ARMED) {
    answer(client->fd, "refused %s", state_name());
    return;
  }
  if (asked > deadline) deadline = asked;
  answer(client->fd, "ok %lld", (long long)deadline);
}

static void handle_release(struct client *client) {
  if (each_cgroup(COUNT) != 0) {
    answer(client->fd, "refused alive");
    return;
  }
  if (partner_fd >= 0) (void)send(partner_fd, "bye\n", 4, MSG_DONTWAIT | MSG_NOSIGNAL);
  (void)unlink(result_path);
  (void)unlink(socket_path);
  answer(client->fd, "ok released");
  _exit(0);
}

static void handle_line(struct client *client, const char *line) {
  if (strncmp(line, "deadline ", 9) == 0) {
    handle_deadline(client, line + 9);
  } else if (strcmp(line, "status") == 0) {
    answer_status(client->fd);
  } else if (strcmp(line, "release") == 0) {
    handle_release(client);
  } else if (strcmp(line, "partner") == 0) {
    if (partner_fd >= 0) close(partner_fd);
    partner_fd = client->fd;
    partner = ALIVE;
    client->fd = -1;
    answer(partner_fd, "ok partner");
  } else {
    answer(client->fd, "refused unknown request");
  }
}

static void read_client(struct client *client) {
  ssize_t n = recv(client->fd, client->line + client->used, LINE - 1 - client->used, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    close_client(client);
    return;
  }
  client->used += (size_t)n;
  for (;;) {
    char *end = memchr(client->line, '\n', client->used);
    if (end == NULL) break;
    *end = 0;
    size_t length = (size_t)(end - client->line) + 1;
    handle_line(client, client->line);
    if (client->fd < 0) {
      client->used = 0;
      return;
    }
    client->used -= length;
    memmove(client->line, client->line + length, client->used);
  }
  if (client->used >= LINE - 1) close_client(client);
}

static void read_partner(void) {
  char text[64];
  ssize_t n = recv(partner_fd, text, sizeof text, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n > 0) {
    if (n >= 4 && memcmp(text + n - 4, "bye\n", 4) == 0) partner = RELEASED;
    return;
  }
  close(partner_fd);
  partner_fd = -1;
  if (partner != RELEASED) partner = GONE;
}

static void accept_client(void) {
  int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  struct ucred who;
  socklen_t size = sizeof who;
  bool trusted = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0
      && (who.uid == 0 || who.uid == geteuid());
  for (int i = 0; trusted && i < MAX_CLIENTS; i++) {
    if (clients[i].fd < 0) {
      clients[i].fd = fd;
      clients[i].used = 0;
      clients[i].feeds = false;
      return;
    }
  }
  close(fd);
}

static void serve(void) {
  struct pollfd polled[MAX_CLIENTS + 3];
  for (;;) {
    polled[0] = (struct pollfd){timer_fd, POLLIN, 0};
    polled[1] = (struct pollfd){listen_fd, POLLIN, 0};
    polled[2] = (struct pollfd){partner_fd, POLLIN, 0};
    for (int i = 0; i < MAX_CLIENTS; i++) {
      polled[3 + i] = (struct pollfd){clients[i].fd, POLLIN, 0};
    }
    if (poll(polled, MAX_CLIENTS + 3, -1) < 0 && errno != EINTR) pause_micros(1000);
    if (polled[0].revents) {
      uint64_t expirations;
      (void)!read(timer_fd, &expirations, sizeof expirations);
    }
    /* What was fed before now counts, also if this guard wakes late: clients before the clock. */
    for (int i = 0; i < MAX_CLIENTS; i++) {
      if (polled[3 + i].revents && clients[i].fd == polled[3 + i].fd) read_client(&clients[i]);
    }
    if (polled[2].revents && partner_fd == polled[2].fd) read_partner();
    if (polled[1].revents) accept_client();
    advance();
  }
}

/* ---- start ---- */

static int fail(const char *what) {
  fprintf(stderr, "flocker-guard: %s: %s\n", what, strerror(errno));
  return 1;
}

static int connect_to(const char *path) {
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct timeval limit = {0, 500000};
  (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  int failure = errno;
  close(fd);
  errno = failure;
  return -1;
}

static int open_socket(void) {
  int other = connect_to(socket_path);
  if (other >= 0) {
    close(other);
    errno = EADDRINUSE;
    return -1;
  }
  if (errno == ECONNREFUSED) (void)unlink(socket_path);
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  if (strlen(socket_path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, socket_path);
  listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listen_fd < 0) return -1;
  umask(0177);
  if (bind(listen_fd, (struct sockaddr *)&address, sizeof address) != 0) return -1;
  return listen(listen_fd, MAX_CLIENTS);
}

/* Joins a partner that runs already; without one, the partner will come to us. */
static void find_partner(void) {
  char reply[16];
  int fd = connect_to(partner_path);
  if (fd < 0) return;
  if (send(fd, "partner\n", 8, MSG_NOSIGNAL) == 8
      && recv(fd, reply, 11, MSG_WAITALL) == 11 && memcmp(reply, "ok partner\n", 11) == 0) {
    partner_fd = fd;
    partner = ALIVE;
    return;
  }
  close(fd);
}

/* The daemon: tells {ready} one byte when armed, or the text of its failure. */
static void run_guard(int ready) {
  (void)setsid();
  ignore_signals();
  (void)signal(SIGCHLD, SIG_IGN);
  (void)chdir("/");
  drop_streams(ready);
  (void)prctl(PR_SET_NAME, "flocker-guard");
  for (int i = 0; i < move_count; i++) moved += move_to_cgroup(moves[i]) == 0;
  oom_adjustment = shield_from_oom();
  struct sched_param priority = {.sched_priority = 50};
  realtime = sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0;
  if (!realtime) (void)setpriority(PRIO_PROCESS, 0, -20);
  locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
  for (int i = 0; i < MAX_CLIENTS; i++) clients[i].fd = -1;
  timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer_fd < 0 || open_socket() != 0) {
    dprintf(ready, "%s: %s", socket_path, strerror(errno));
    _exit(1);
  }
  (void)unlink(result_path);
  find_partner();
  set_timer(deadline);
  (void)!write(ready, "+", 1);
  close(ready);
  serve();
}

static int launch(void) {
  int ready[2];
  char said[512];
  if (pipe2(ready, O_CLOEXEC) != 0) return fail("pipe");
  pid_t child = fork();
  if (child < 0) return fail("fork");
  if (child == 0) {
    close(ready[0]);
    if (setsid() < 0) _exit(1);
    pid_t guard = fork(); /* so that the guard is nobody's child and leads no session */
    if (guard < 0) _exit(1);
    if (guard == 0) run_guard(ready[1]);
    _exit(0);
  }
  close(ready[1]);
  (void)waitpid(child, NULL, 0);
  size_t used = 0;
  for (;;) {
    ssize_t n = read(ready[0], said + used, sizeof said - 1 - used);
    if (n <= 0 || used + (size_t)n >= sizeof said - 1) break;
    used += (size_t)n;
  }
  said[used] = 0;
  if (used == 1 && said[0] == '+') return 0;
  fprintf(stderr, "flocker-guard: %s\n", used > 0 ? said : "it ended at once");
  return 1;
}

static int usage(const char *what) {
  fprintf(stderr,
      "flocker-guard: %s\n"
      "usage: flocker-guard --role a|b --base PATH --deadline NANOS --cgroup DIR..."
      " [--move DIR...]\n",
      what);
  return 2;
}

int main(int argc, char **argv) {
  const char *base = NULL;
  if (argc % 2 != 1) return usage("every option takes a value");
  for (int i = 1; i < argc; i += 2) {
    const char *value = argv[i + 1];
    if (strcmp(argv[i], "--role") == 0) {
      role = value[0];
    } else if (strcmp(argv[i], "--base") == 0) {
      base = value;
    } else if (strcmp(argv[i], "--deadline") == 0) {
      char *end = NULL;
      errno = 0;
      deadline = strtoll(value, &end, 10);
      if (errno != 0 || *end != 0 || end == value) return usage("--deadline is not a number");
    } else if (strcmp(argv[i], "--cgroup") == 0) {
      if (cgroup_count == MAX_CGROUPS) return usage("too many --cgroup");
      cgroups[cgroup_count++] = value;
    } else if (strcmp(argv[i], "--move") == 0) {
      if (move_count == MAX_MOVES) return usage("too many --move");
      moves[move_count++] = value;
    } else {
      return usage(argv[i]);
    }
  }
  if (role != 'a' && role != 'b') return usage("--role must be a or b");
  if (base == NULL || base[0] != '/') return usage("--base must be an absolute path");
  if (cgroup_count == 0) return usage("no --cgroup");
  if (strlen(base) > PATH_MAX - 32) return usage("--base is too long");
  snprintf(socket_path, sizeof socket_path, "%s.%c.sock", base, role);
  snprintf(partner_path, sizeof partner_path, "%s.%c.sock", base, role == 'a' ? 'b' : 'a');
  snprintf(result_path, sizeof result_path, "%s.%c.result", base, role);
  snprintf(result_temporary, sizeof result_temporary, "%s.%c.result.tmp", base, role);
  return launch();
}
