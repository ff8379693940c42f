# The Flocker node of a host: build, identity, start, stop, clock. Sourced by `lab`.
# shellcheck shell=bash

API_PORT=7420

# Builds the distribution if it is missing or older than a source; takes a copy, so that a later
# build does not change the files under a running lab.
prepare_node() {
  local dist=${FLOCKER_DIST:-}
  if [ -z "$dist" ]; then
    dist=$ROOT/node/target/flocker
    if [ ! -x "$dist/bin/flocker" ] || [ ! -e "$dist/.built" ] || [ -n "$(find "$ROOT/pom.xml" \
      "$ROOT"/{node,protocol}/pom.xml "$ROOT"/{node,protocol}/src/main -newer "$dist/.built" -print -quit)" ]; then
      need_tools mvn
      say "building Flocker (a minute the first time) …"
      (cd "$ROOT" && mvn -q -B -ntp package -DskipTests -Dspotless.check.skip=true 9<&-) ||
        die "the build failed; see above"
      : >"$dist/.built"
    fi
  fi
  [ -x "$dist/bin/flocker" ] || die "there is no $dist/bin/flocker"
  cp -a "$dist" "$LAB/flocker"
  build_clock
}

# The wall clock cannot be stepped for one host alone by the kernel (time namespaces have none), so
# the node's programs see it through a preloaded library that adds the host's offset.
build_clock() {
  command -v gcc >/dev/null 2>&1 || return 0
  gcc -O2 -shared -fPIC -o "$LAB/wallclock.so" "$HERE/lib/wallclock.c" -ldl || :
}

# Identity and configuration, made once from the list of all hosts.
init_node() { # HOST
  local host=$1 peer options=()
  options=(--state-dir /var/lib/flocker --cluster "$NAME" --name "$host"
    --address "$(address_of "$host")" --index "$(index_of "$host")" --id "$(<"$(dir_of "$host")/id")")
  for peer in "${HOSTS[@]}"; do
    [ "$peer" != "$host" ] || continue
    options+=(--peer "$peer,$(index_of "$peer"),$(address_of "$peer"),$(<"$(dir_of "$peer")/id")$(is_witness "$peer" && printf ',witness')")
  done
  if is_witness "$host"; then options+=(--witness); else options+=(--pool "$(pool_of "$host")"); fi
  options+=(--set "flocker.container.cgroup-parent=/flocker-lab/$NAME/$host")
  for peer in "${SETTINGS[@]}"; do options+=(--set "$peer"); done
  inside "$host" "$LAB/flocker/bin/flocker" init "${options[@]}" >>"$(dir_of "$host")/node.log" 2>&1
}

start_node() { # HOST
  local host=$1 dir preload=()
  dir=$(dir_of "$host")
  if [ -e "$LAB/wallclock.so" ]; then
    [ -e "$dir/clock" ] || write_clock "$dir/clock" 0
    preload=(env LD_PRELOAD="$LAB/wallclock.so" FLOCKER_LAB_CLOCK="$dir/clock")
  fi
  spawn "$host" "$dir/node.log" "${preload[@]}" "$LAB/flocker/bin/flocker" node --state-dir /var/lib/flocker
}

api_of() { printf 'http://%s:%s' "$(address_of "$1")" "$API_PORT"; }

is_ready() { # HOST
  curl -fs -o /dev/null --max-time 2 "$(api_of "$1")/v1/ready" 2>/dev/null
}

wait_ready() { # HOST SECONDS
  local host=$1 end=$((SECONDS + $2))
  until is_ready "$host"; do
    if [ "$SECONDS" -ge "$end" ] || { sleep 0.1 && [ -z "$(node_pid "$host")" ]; }; then
      warn "the node of host $host is not ready: $(
        [ -n "$(node_pid "$host")" ] || printf 'it has ended; '
      )$(curl -s --max-time 2 "$(api_of "$host")/v1/ready" 2>/dev/null || printf 'its API does not answer')"
      warn "the end of its log (all of it: lab${NAME_HINT} logs $host):"
      tail -n 8 "$(dir_of "$host")/node.log" >&2
      return 1
    fi
  done
}

node_pid() { daemon_pid "$1" java; }

need_node() { # HOST: sets PID
  need_host "$1"
  need_power "$1"
  PID=$(node_pid "$1")
  [ -n "$PID" ] || die "no node runs on host $1; start it with: lab${NAME_HINT} start $1"
}

# --- verbs ---------------------------------------------------------------------------------------

crash_verb() {
  [ $# = 1 ] || usage_error "crash: name one host"
  need_node "$1"
  local start
  start=$(start_time "$PID")
  kill -KILL "$PID"
  wait_dead "$PID" "$start" 10 || die "the JVM of host $1 does not die (pid $PID)"
  say "the JVM of host $1 is dead (containers and guards go on); start it with: lab${NAME_HINT} start $1"
}

start_verb() {
  [ $# = 1 ] || usage_error "start: name one host"
  need_host "$1"
  need_power "$1"
  [ "$NODE" = yes ] || die "lab '$NAME' was made with --no-node"
  [ -z "$(node_pid "$1")" ] || die "the node of host $1 runs already"
  start_node "$1"
  say "the node of host $1 starts"
}

freeze_verb() {
  [ $# = 1 ] || usage_error "freeze: name one host"
  need_node "$1"
  kill -STOP "$PID"
  say "the JVM of host $1 stands still; go on with: lab${NAME_HINT} thaw $1"
}

thaw_verb() {
  [ $# = 1 ] || usage_error "thaw: name one host"
  need_node "$1"
  kill -CONT "$PID"
  say "the JVM of host $1 goes on"
}

# The offset in seconds as a native 64-bit count of nanoseconds, in one write.
write_clock() { # FILE SECONDS
  python3 -c 'import struct, sys
open(sys.argv[1], "r+b" if len(sys.argv) > 3 else "wb").write(struct.pack("=q", round(float(sys.argv[2]) * 1e9)))' "$@"
}

clock_verb() {
  [ $# = 2 ] && [[ $2 =~ ^[+-]?[0-9]+(\.[0-9]+)?$ ]] || usage_error "clock: e.g.: lab clock a +3600, lab clock a -30, lab clock a 0"
  need_host "$1"
  [ -e "$LAB/wallclock.so" ] ||
    die "no clock to step: the kernel has one wall clock for all hosts, and the library that gives a node its own was not built (no gcc when the lab was made)"
  local file
  file=$(dir_of "$1")/clock
  [ -e "$file" ] || die "the node of host $1 was never started"
  write_clock "$file" "$2" in-place
  say "the wall clock of the node on host $1 is ${2} s off now (the kernel's elapsed time, guards and containers keep theirs)"
}

logs_verb() {
  local host=${1:-} follow=()
  [ "${2:-}" != -f ] || follow=(-f)
  { [ $# = 1 ] || { [ $# = 2 ] && [ "$2" = -f ]; }; } || usage_error "logs: lab logs HOST [-f]"
  need_host "$host"
  tail -n +1 "${follow[@]}" -- "$(dir_of "$host")"/{node,host,zfs-fuse}.log 2>/dev/null || :
}

flocker_verb() {
  [ $# -ge 1 ] || usage_error "flocker: e.g.: lab flocker a status"
  need_host "$1"
  need_power "$1"
  [ "$NODE" = yes ] || die "lab '$NAME' was made with --no-node"
  local host=$1
  shift
  inside "$host" "$LAB/flocker/bin/flocker" "$@"
}
