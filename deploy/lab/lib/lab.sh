# A whole lab: up, down, status. Sourced by `lab`.
# shellcheck shell=bash

parse_up() {
  local count=3 witnesses=0 index
  STORAGE=zfs-fuse SIZE=4G NODE=yes SETTINGS=() WAIT=60
  while [ $# -gt 0 ]; do
    case $1 in
      --hosts | --witnesses | --size | --lease | --set | --storage | --wait)
        [ $# -ge 2 ] || usage_error "up: $1 needs a value"
        case $1 in
          --hosts) count=$2 ;;
          --witnesses) witnesses=$2 ;;
          --size) SIZE=$2 ;;
          --lease) SETTINGS+=("flocker.lease.duration=$2") ;;
          --set) SETTINGS+=("$2") ;;
          --storage) STORAGE=$2 ;;
          --wait) WAIT=$2 ;;
        esac
        shift 2
        ;;
      --no-node) NODE=no && shift ;;
      *) usage_error "up: unknown option '$1'" ;;
    esac
  done
  [[ $count =~ ^([1-9]|1[0-9]|2[0-2])$ ]] || usage_error "up: --hosts is 1 to 22"
  [[ $witnesses =~ ^[0-9]$ ]] || usage_error "up: --witnesses is 0 to 9"
  [[ $SIZE =~ ^[0-9]+[MGT]$ ]] || usage_error "up: --size is e.g. 512M or 4G"
  [[ $WAIT =~ ^[0-9]+$ ]] || usage_error "up: --wait is a number of seconds"
  HOSTS=()
  # Letters up to v: a name that begins with w is a witness.
  for ((index = 0; index < count; index++)); do HOSTS+=("$(printf "\\x$(printf %x $((97 + index)))")"); done
  for ((index = 0; index < witnesses; index++)); do HOSTS+=("w$index"); done
}

# Makes and starts one host; a worker process of `up` that runs beside its fellows.
make_host() { # HOST
  record_self "worker-$1"
  power_on "$1" && storage_up "$1" || return 1
  [ "$NODE" = yes ] || return 0
  init_node "$1" || {
    warn "host $1: flocker init refused:"
    tail -n 5 "$(dir_of "$1")/node.log" >&2
    return 1
  }
  start_node "$1" && wait_ready "$1" "$WAIT"
}

up_verb() {
  parse_up "$@"
  ! lab_exists || die "lab '$NAME' exists already ($LAB); take it down first: lab${NAME_HINT} down"
  need_tools unshare nsenter setsid flock ip tc nft ps awk curl python3
  check_storage
  mkdir -p "$LABS"
  # One lab at a time on this machine chooses its number and makes what is named after it.
  exec 8</run
  flock 8
  choose_number
  mkdir "$LAB" 2>/dev/null || die "lab '$NAME' exists already ($LAB)"
  chmod 700 "$LAB"
  lock_lab
  save_lab
  load_lab
  record_self "up"
  record "cgroup flocker-lab/$NAME"
  trap 'warn "interrupted; what was made so far goes with: lab${NAME_HINT} down"; exit 1' INT TERM
  make_bridge
  exec 8<&-
  [ "$NODE" = no ] || prepare_node

  local host worker workers=() failed=no
  for host in "${HOSTS[@]}"; do
    mkdir -p "$(dir_of "$host")"
    od -An -N8 -tx8 /dev/urandom | tr -d ' \n' >"$(dir_of "$host")/id"
  done
  for host in "${HOSTS[@]}"; do
    make_host "$host" &
    workers+=($!)
  done
  for worker in "${workers[@]}"; do wait "$worker" || failed=yes; done
  [ $failed = no ] || die "lab '$NAME' did not come up. Look with: lab${NAME_HINT} status; take it away with: lab${NAME_HINT} down"
  : >"$LAB/ready"
  say "lab '$NAME' is up: $(for host in "${HOSTS[@]}"; do printf '%s %s  ' "$host" "$(address_of "$host")"; done)"
}

# Ends every process that was written down and is still the one that was.
kill_recorded() {
  local pid start what
  while read -r pid start what; do
    [ "$(start_time "$pid")" = "$start" ] && kill -KILL "$pid" 2>/dev/null
  done < <(recorded process)
  return 0
}

# Takes away what the ledger says, newest first; can be repeated after it was interrupted.
down_verb() {
  [ $# = 0 ] || usage_error "down: takes no argument"
  if ! lab_exists; then
    rmdir "$LABS" 2>/dev/null || :
    say "there is no lab '$NAME'; nothing to do"
    return
  fi
  [ ! -e "$LAB/lab.conf" ] || load_lab
  # After a reboot of this machine only the files are left; numbers of processes mean others now.
  local here=no end=$((SECONDS + 30)) kind name what
  if [ -e "$LAB/lab.conf" ] && [ "$BOOT_ID" = "$(</proc/sys/kernel/random/boot_id)" ]; then here=yes; fi
  until try_lock; do
    [ $here = no ] || kill_recorded
    [ "$SECONDS" -lt "$end" ] || die "something holds lab '$NAME' for 30 s; see: fuser -v $LAB"
    sleep 0.05
  done
  if [ $here = yes ]; then
    # Links first: a host that loses its power says goodbye to nobody.
    for what in $(recorded link); do [ ! -e "/sys/class/net/$what" ] || ip link del "$what" 2>/dev/null || :; done
    thaw_groups ''
    kill_recorded
    while read -r kind name what; do
      wait_dead "$kind" "$name" 20 || die "process $kind ($what) of lab '$NAME' does not die; nothing more was taken away"
    done < <(recorded process)
    wait_groups_empty '' || die "processes are left in the control groups of lab '$NAME': $(group_members '' | paste -sd' ' -)"
    remove_groups ''
    for what in $(recorded table); do nft delete table bridge "$what" 2>/dev/null || :; done
    # Links whose host was being made when the first round went over them.
    for what in $(recorded link); do [ ! -e "/sys/class/net/$what" ] || ip link del "$what" 2>/dev/null || :; done
    while read -r name _; do zpool destroy -f "$name" 2>/dev/null || :; done < <(recorded pool)
  fi
  ! grep -qF " $LAB/" /proc/self/mountinfo || die "something is mounted below $LAB; nothing was deleted there"
  # The ledger goes last, so that an interrupted `down` can be repeated.
  find "$LAB" -mindepth 1 -maxdepth 1 ! -name ledger ! -name lab.conf -exec rm -rf --one-file-system {} +
  rm -rf --one-file-system "$LAB"
  rmdir "$LABS" 2>/dev/null || :
  say "lab '$NAME' is gone"
}

status_verb() {
  [ $# = 0 ] || usage_error "status: takes no argument"
  local host power storage node cut
  printf '%-5s %-13s %-6s %-9s %-9s %s\n' HOST ADDRESS POWER STORAGE NODE LINK
  for host in "${HOSTS[@]}"; do
    power=off storage=- node=-
    if has_power "$host"; then
      power=on
      storage=$(storage_state "$host")
      node=$(node_state "$host")
    fi
    printf '%-5s %-13s %-6s %-9s %-9s %s\n' "$host" "$(address_of "$host")" "$power" "$storage" "$node" \
      "$([ -e "$(dir_of "$host")/slow" ] && cat "$(dir_of "$host")/slow" || printf 'full speed')"
  done
  cut=$(cuts | paste -sd' ' -)
  [ -z "$cut" ] || say "cut: $cut"
}

stopped() { [ "$(awk '/^State:/ { print $2; exit }' "/proc/$1/status" 2>/dev/null)" = T ]; }

storage_state() { # HOST
  local pid
  if is_witness "$1"; then printf 'none'; return; fi
  if [ "$STORAGE" = openzfs ]; then printf 'kernel'; return; fi
  pid=$(daemon_pid "$1" zfs-fuse)
  if [ -z "$pid" ]; then printf 'dead'; elif stopped "$pid"; then printf 'frozen'; else printf 'on'; fi
}

node_state() { # HOST
  local pid
  if [ "$NODE" = no ]; then printf 'none'; return; fi
  pid=$(node_pid "$1")
  if [ -z "$pid" ]; then printf 'dead'; elif stopped "$pid"; then printf 'frozen'; elif is_ready "$1"; then printf 'ready'; else printf 'not ready'; fi
}
