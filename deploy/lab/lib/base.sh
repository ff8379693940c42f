# Messages, the lab's folder, its lock and its ledger. Sourced by `lab`.
# shellcheck shell=bash disable=SC2034 # other parts use what is set here

say() { printf '%s\n' "$*"; }
warn() { printf 'lab: %s\n' "$*" >&2; }

# Refused or failed: exit 1.
die() {
  warn "$*"
  exit 1
}

# Wrong usage: exit 2.
usage_error() {
  warn "$*"
  warn "see: lab help"
  exit 2
}

need_root() {
  [ "$(id -u)" = 0 ] || die "must run as root: it makes namespaces, network links and storage pools."
}

# need_tools TOOL...: says what is missing and how to get it.
need_tools() {
  local tool missing=()
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || missing+=("$tool")
  done
  [ ${#missing[@]} = 0 ] ||
    die "not installed: ${missing[*]}. Install what Flocker needs with: $ROOT/deploy/setup"
}

# Whole lines of a /proc file can vanish while they are read; that is an answer, not an error.
start_time() { # PID: when it started, in clock ticks since boot; nothing if it is gone
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  stat=${stat##*) }
  # shellcheck disable=SC2086 # the fields are the words
  set -- $stat
  printf '%s' "${20}"
}

# True while any thread of the process can still run. A zombie whose threads are all gone is dead,
# although its parent may not have noticed; a zombie leader with living threads is not.
alive() { # PID START
  [ -n "$1" ] && [ "$(start_time "$1")" = "$2" ] || return 1
  local tasks state
  tasks=("/proc/$1/task/"*)
  state=$(awk '/^State:/ { print $2; exit }' "/proc/$1/status" 2>/dev/null) || return 1
  [ "${#tasks[@]}" -gt 1 ] || { [ -n "$state" ] && [ "$state" != Z ] && [ "$state" != X ]; }
}

wait_dead() { # PID START SECONDS
  local end=$((SECONDS + $3))
  while alive "$1" "$2"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.01
  done
}

# --- the lab's folder -----------------------------------------------------------------------

lab_exists() { [ -d "$LAB" ]; }

need_lab() {
  lab_exists || die "there is no lab '$NAME'. Make one with: lab${NAME_HINT} up"
  [ -e "$LAB/ready" ] ||
    warn "'lab up' of '$NAME' has not finished; if it is not running any more: lab${NAME_HINT} down"
  load_lab
}

# What `up` decided once: NUMBER, STORAGE, SIZE, NODE, BOOT_ID, SETTINGS, HOSTS (a b … w0 …).
load_lab() {
  [ -r "$LAB/lab.conf" ] || die "$LAB/lab.conf is missing; take the rest away with: lab${NAME_HINT} down"
  # shellcheck source=/dev/null
  . "$LAB/lab.conf"
  BRIDGE=fl${NUMBER}br
  TABLE=flocker_lab_$NUMBER
}

save_lab() {
  {
    printf 'NUMBER=%q\nSTORAGE=%q\nSIZE=%q\nNODE=%q\nBOOT_ID=%q\n' \
      "$NUMBER" "$STORAGE" "$SIZE" "$NODE" "$(</proc/sys/kernel/random/boot_id)"
    printf 'HOSTS=(%s)\n' "${HOSTS[*]}"
    printf 'SETTINGS=('
    [ ${#SETTINGS[@]} = 0 ] || printf ' %q' "${SETTINGS[@]}"
    printf ' )\n'
  } >"$LAB/lab.conf"
}

need_host() { # HOST
  [ -n "${1:-}" ] || usage_error "which host? One of: ${HOSTS[*]}"
  local host
  for host in "${HOSTS[@]}"; do
    [ "$host" != "$1" ] || return 0
  done
  die "there is no host '$1' in lab '$NAME'; there are: ${HOSTS[*]}"
}

index_of() { # HOST
  local index
  for index in "${!HOSTS[@]}"; do
    [ "${HOSTS[index]}" != "$1" ] || printf '%s' "$index"
  done
}

is_witness() { [[ $1 == w[0-9]* ]]; }
address_of() { printf '10.77.%s.%s' "$NUMBER" $((11 + $(index_of "$1"))); }
link_of() { printf 'fl%s-%s' "$NUMBER" "$1"; }
dir_of() { printf '%s/hosts/%s' "$LAB" "$1"; }

# --- the lock: one change of a lab at a time ---------------------------------------------------
# The lock is a lock on the lab's folder through descriptor 9. Everything that `lab` starts inherits
# it, so that nobody else goes on while a worker of a killed `lab` still works; what outlives the
# command (hosts, daemons) closes it first.

try_lock() {
  exec 9<"$LAB" || return 1
  flock -n 9
}

lock_lab() {
  exec 9<"$LAB" || die "cannot open $LAB"
  flock -w 30 9 || die "another 'lab' command has been changing lab '$NAME' for 30 s; try again when it has ended"
}

# --- the ledger: what was made, written down before it is made -----------------------------------
# Lines: `process PID START WHAT`, `link NAME`, `table NAME`, `cgroup PATH`, `pool NAME HOST`.

record() { printf '%s\n' "$*" >>"$LAB/ledger"; }

# Records the calling (sub)shell itself; used before it works or becomes a daemon by exec.
record_self() {
  # Not inside $(…): that is a shell of its own, with another start.
  local self=$BASHPID
  record "process $self $(start_time "$self") $1"
}

recorded() { # KIND: the rest of each such line, newest first
  [ -r "$LAB/ledger" ] || return 0
  tac "$LAB/ledger" | sed -n "s/^$1 //p"
}
