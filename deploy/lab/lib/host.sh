# A host: namespaces with a process 1 of their own; power, pause, exec. Sourced by `lab`.
# shellcheck shell=bash

# hosts/NAME/power: "OUTER START PID1 START"; OUTER waits for PID1 and takes it with it.
pid_of() { # HOST: its process 1, seen from this machine
  local outer start pid pid_start
  read -r outer start pid pid_start 2>/dev/null <"$(dir_of "$1")/power" || return 0
  [ "$(start_time "$pid")" = "$pid_start" ] && printf '%s' "$pid"
}

has_power() { # HOST
  local outer start pid pid_start
  read -r outer start pid pid_start 2>/dev/null <"$(dir_of "$1")/power" || return 1
  alive "$pid" "$pid_start"
}

need_power() {
  has_power "$1" || die "host $1 has no power; give it back with: lab${NAME_HINT} boot $1"
}

# Runs in the host's namespaces, in the caller's folder where the host has it.
inside() { # HOST CMD...
  local pid
  pid=$(pid_of "$1")
  shift
  # shellcheck disable=SC2016 # expanded inside
  nsenter -t "$pid" -m -u -i -n -p -- sh -c 'cd "$1" 2>/dev/null || cd /; shift; exec "$@"' sh "$PWD" "$@"
}

# The environment of everything that runs on as part of the host.
host_env() {
  env -i PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root LANG=C.UTF-8 \
    ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} ${FLOCKER_MEASURE:+FLOCKER_MEASURE="$FLOCKER_MEASURE"} "$@"
}

# Starts a daemon that belongs to the host: child of its process 1, in no way tied to this shell.
spawn() { # HOST LOG CMD...
  local pid log=$2
  pid=$(pid_of "$1")
  shift 2
  # shellcheck disable=SC2016 # expanded inside
  host_env nsenter -t "$pid" -m -u -i -n -p -- sh -c 'cd /; setsid "$@" & exit 0' sh "$@" \
    </dev/null >>"$log" 2>&1 9<&-
}

# A daemon of the host by the name of its program: a child of process 1, not the init of a
# container (which has process ids of its own).
daemon_pid() { # HOST COMM
  local pid child
  pid=$(pid_of "$1")
  [ -n "$pid" ] || return 0
  for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
    if [ "$(cat "/proc/$child/comm" 2>/dev/null)" = "$2" ] &&
      [ "$(readlink "/proc/$child/ns/pid")" = "$(readlink "/proc/$pid/ns/pid")" ] &&
      alive "$child" "$(start_time "$child")"; then
      printf '%s' "$child"
      return
    fi
  done
}

power_on() { # HOST
  local host=$1 dir outer
  dir=$(dir_of "$host")
  mkdir -p "$dir/state" "$dir/disk"
  rm -f "$dir/up" "$dir/power"
  (
    record_self "host-$host"
    exec setsid unshare -m -u -i -n -p -f --kill-child=SIGKILL --mount-proc --propagation slave \
      bash "$HERE/lib/host-init" "$host" "$LAB" </dev/null >>"$dir/host.log" 2>&1 9<&-
  ) &
  outer=$!
  local end=$((SECONDS + 10)) pid=
  until [ -e "$dir/up" ]; do
    [ -e "/proc/$outer" ] && [ "$SECONDS" -lt "$end" ] || {
      warn "host $host did not come up; $dir/host.log says:"
      tail -n 5 "$dir/host.log" >&2
      return 1
    }
    sleep 0.01
  done
  pid=$(cat "/proc/$outer/task/$outer/children")
  pid=${pid%% *}
  printf '%s %s %s %s\n' "$outer" "$(start_time "$outer")" "$pid" "$(start_time "$pid")" >"$dir/power"
  plug_in "$host" || { warn "no network for host $host"; return 1; }
}

# Every process of the host and of the containers in it, seen from this machine.
members() { # HOST
  local pid
  pid=$(pid_of "$1")
  [ -n "$pid" ] || return 0
  ps -eo pid=,ppid=,pidns= | awk -v root="$pid" '
    { parent[$1] = $2; ns[$1] = $3 }
    END {
      for (p in parent) {
        q = p
        while (q in parent && q != root && ns[q] != ns[root]) q = parent[q]
        if (q in parent && (q == root || ns[q] == ns[root])) print p
      }
    }'
}

# --- the host's control groups: flocker-lab/LAB/HOST in every hierarchy of this machine -----------

cgroup_dirs() { # HOST|'' -> existing directories, one a line
  local path=flocker-lab/$NAME${1:+/$1} mount
  while read -r mount; do
    [ ! -d "$mount/$path" ] || printf '%s\n' "$mount/$path"
  done < <(awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts)
}

# A frozen group of version 1 does not die: thaw it before its processes are killed.
thaw_groups() { # HOST|''
  local dir state
  while read -r dir; do
    while read -r state; do
      { case $state in
        */freezer.state) echo THAWED >"$state" ;;
        */cgroup.freeze) echo 0 >"$state" ;;
      esac; } 2>/dev/null || :
    done < <(find "$dir" -name freezer.state -o -name cgroup.freeze 2>/dev/null)
  done < <(cgroup_dirs "$1")
}

# Prints the processes that are left in the groups.
group_members() { # HOST|''
  local dir
  while read -r dir; do
    find "$dir" -name cgroup.procs -exec cat {} + 2>/dev/null || :
  done < <(cgroup_dirs "$1") | sort -un
}

remove_groups() { # HOST|''
  local dir
  while read -r dir; do
    find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || :
    rmdir "${dir%/flocker-lab/*}/flocker-lab" 2>/dev/null || :
  done < <(cgroup_dirs "$1")
}

# A killed process leaves its group a moment after it has died.
wait_groups_empty() { # HOST|''
  local end=$((SECONDS + 5))
  while [ -n "$(group_members "$1")" ]; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.02
  done
}

power_off() { # HOST: kills everything at once; returns when it is proven dead
  local host=$1 dir outer start pid pid_start
  dir=$(dir_of "$host")
  unplug "$host"
  read -r outer start pid pid_start <"$dir/power" 2>/dev/null || return 0
  if [ "$(start_time "$pid")" = "$pid_start" ]; then kill -KILL "$pid" 2>/dev/null || :; fi
  thaw_groups "$host"
  # The kernel ends process 1 of a pid namespace only after everything else in it has gone.
  if ! wait_dead "$pid" "$pid_start" 20 || ! wait_dead "$outer" "$start" 5; then
    warn "host $host: something cannot be killed (stuck in the kernel?):"
    ps -o pid,stat,wchan:20,args -p "$(members "$host" | paste -sd, -)" >&2 || :
    return 1
  fi
  wait_groups_empty "$host" || {
    warn "host $host: processes are left in its control groups: $(group_members "$host" | paste -sd' ' -)"
    return 1
  }
  remove_groups "$host"
  rm -f "$dir/power" "$dir/up"
  release_storage "$host"
}

# --- verbs ---------------------------------------------------------------------------------------

exec_verb() {
  [ $# -ge 2 ] || usage_error "exec: e.g.: lab exec a ip addr"
  need_host "$1"
  need_power "$1"
  inside "$@"
}

kill_verb() {
  [ $# = 1 ] || usage_error "kill: name one host"
  need_host "$1"
  has_power "$1" || die "host $1 has no power already"
  power_off "$1" || exit 1
  say "host $1 has lost its power; give it back with: lab${NAME_HINT} boot $1"
}

boot_verb() {
  [ $# = 1 ] || usage_error "boot: name one host"
  need_host "$1"
  ! has_power "$1" || die "host $1 has power already"
  power_on "$1" && storage_up "$1" || die "host $1 did not boot; see $(dir_of "$1")/*.log"
  [ "$NODE" = no ] || start_node "$1" || die "host $1: the node did not start; see: lab logs $1"
  say "host $1 has booted"
}

# Stops until nothing new appears: a process may fork while its parent is not stopped yet.
pause_verb() {
  [ $# = 1 ] || usage_error "pause: name one host"
  need_host "$1"
  need_power "$1"
  local before='' now
  now=$(members "$1" | sort)
  while [ "$now" != "$before" ]; do
    # shellcheck disable=SC2086 # one word each
    kill -STOP $now 2>/dev/null || :
    before=$now
    now=$(members "$1" | sort)
  done
  say "everything in host $1 stands still; go on with: lab${NAME_HINT} unpause $1"
}

unpause_verb() {
  [ $# = 1 ] || usage_error "unpause: name one host"
  need_host "$1"
  need_power "$1"
  # shellcheck disable=SC2046 # one word each
  kill -CONT $(members "$1") 2>/dev/null || :
  say "host $1 goes on"
}
