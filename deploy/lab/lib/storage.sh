# A host's storage: zfs-fuse (a daemon and a pool file per host) or the kernel's OpenZFS (a pool
# file per host). Sourced by `lab`.
# shellcheck shell=bash

pool_of() { # HOST: zfs-fuse pools are private to their daemon, the kernel's are not
  if [ "$STORAGE" = openzfs ]; then printf 'flocker-lab-%s-%s' "$NUMBER" "$1"; else printf 'tank'; fi
}

check_storage() {
  case $STORAGE in
    zfs-fuse)
      need_tools zfs-fuse zpool zfs
      [ -e /dev/fuse ] || modprobe fuse 2>/dev/null || :
      [ -e /dev/fuse ] || die "there is no /dev/fuse on this machine; zfs-fuse cannot run"
      ;;
    openzfs)
      [ -e /dev/zfs ] || modprobe zfs 2>/dev/null || :
      [ -e /dev/zfs ] ||
        die "the kernel of this machine has no OpenZFS (no /dev/zfs); use: lab up --storage zfs-fuse"
      need_tools zpool zfs
      ;;
    *) usage_error "up: --storage is zfs-fuse or openzfs" ;;
  esac
}

# The daemon must answer before anything else can be done with it. A new one exits silently while a
# thread of its predecessor still holds the lock; storage_kill waits for that.
start_daemon() { # HOST
  local host=$1 dir end
  dir=$(dir_of "$host")
  spawn "$host" "$dir/zfs-fuse.log" zfs-fuse -n --no-kstat-mount --stack-size=1024 -m 64
  end=$((SECONDS + 10))
  until inside "$host" zpool list >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || {
      warn "zfs-fuse of host $host does not answer; $dir/zfs-fuse.log says:"
      tail -n 5 "$dir/zfs-fuse.log" >&2
      return 1
    }
    sleep 0.02
  done
}

# Brings the pool up: a new one where there is none, else as a machine does when it boots.
storage_up() { # HOST
  local host=$1 pool disk
  is_witness "$host" && return 0
  pool=$(pool_of "$host") disk=$(dir_of "$host")/disk
  [ "$STORAGE" = openzfs ] || start_daemon "$host" || return 1
  if [ -e "$disk/made" ]; then
    # -f: the pool was not exported, as after any power loss. Its one user was proven dead before.
    inside "$host" zpool import -d "$disk" -o cachefile=none -f "$pool"
  else
    rm -f "$disk/pool"
    truncate -s "$SIZE" "$disk/pool"
    [ "$STORAGE" = zfs-fuse ] || record "pool $pool $host"
    if ! inside "$host" zpool create -o cachefile=none -O atime=off -O compression=on \
      -O canmount=off -m none "$pool" "$disk/pool" >"$disk/create.log" 2>&1; then
      warn "host $host: zpool create failed:"
      cat "$disk/create.log" >&2
      return 1
    fi
    # Made last: a pool that was half made is made anew.
    : >"$disk/made"
  fi
}

# After a power loss the kernel's ZFS still has the pool; a daemon died with its host.
release_storage() { # HOST
  [ "$STORAGE" = openzfs ] && ! is_witness "$1" || return 0
  zpool export -f "$(pool_of "$1")" 2>/dev/null || :
}

# Dead mounts keep the pool's mount points busy; the newest goes first.
detach_dead_mounts() { # HOST
  # shellcheck disable=SC2016 # expanded inside
  inside "$1" sh -c 'tac /proc/mounts | awk '\''$3 ~ /^fuse/ && $1 ~ /^tank(\/|$)/ { print $2 }'\'' |
    while read -r mount; do umount -l "$mount"; done'
}

storage_verb() {
  [ $# = 2 ] || usage_error "storage: e.g.: lab storage kill a   (kill, start, freeze, thaw)"
  need_host "$2"
  need_power "$2"
  is_witness "$2" && die "host $2 is a witness; it has no storage"
  [ "$STORAGE" = zfs-fuse ] || die "the kernel's ZFS has no daemon that could be killed or stopped"
  local pid
  pid=$(daemon_pid "$2" zfs-fuse)
  case $1 in
    start)
      [ -z "$pid" ] || die "zfs-fuse runs on host $2 already"
      detach_dead_mounts "$2"
      storage_up "$2" || die "host $2 has no storage; see $(dir_of "$2")/zfs-fuse.log"
      say "storage of host $2 is back"
      ;;
    kill | freeze | thaw)
      [ -n "$pid" ] || die "zfs-fuse does not run on host $2; start it with: lab${NAME_HINT} storage start $2"
      case $1 in
        kill)
          local start
          start=$(start_time "$pid")
          kill -KILL "$pid"
          wait_dead "$pid" "$start" 10 || die "zfs-fuse of host $2 does not die (pid $pid)"
          say "zfs-fuse of host $2 is dead; bring it back with: lab${NAME_HINT} storage start $2"
          ;;
        freeze) kill -STOP "$pid" && say "zfs-fuse of host $2 stands still; go on with: lab${NAME_HINT} storage thaw $2" ;;
        thaw) kill -CONT "$pid" && say "zfs-fuse of host $2 goes on" ;;
      esac
      ;;
    *) usage_error "storage: kill, start, freeze or thaw" ;;
  esac
}

fill_verb() {
  local free=no
  [ "${2:-}" != --free ] || free=yes
  { [ $# = 1 ] || { [ $# = 2 ] && [ $free = yes ]; }; } || usage_error "fill: lab fill HOST [--free]"
  need_host "$1"
  need_power "$1"
  is_witness "$1" && die "host $1 is a witness; it has no pool"
  local filler
  filler=$(pool_of "$1")/lab-filler
  if [ $free = yes ]; then
    inside "$1" zfs list -H -o name "$filler" >/dev/null 2>&1 || die "the pool of host $1 was not filled"
    # A mounted filesystem is busy for a moment after its unmount.
    inside "$1" zfs unmount "$filler" 2>/dev/null || :
    local try
    for try in 1 2 3 4 5 6 7 8 9 10; do
      ! inside "$1" zfs destroy "$filler" 2>/dev/null || { say "the pool of host $1 has room again"; return; }
      sleep 0.2
    done
    die "cannot take the filler away ($try tries)"
  fi
  inside "$1" zfs list -H -o name "$filler" >/dev/null 2>&1 && die "the pool of host $1 is filled already; undo: lab${NAME_HINT} fill $1 --free"
  inside "$1" zfs create -o compression=off -o mountpoint=/run/lab-filler "$filler" ||
    die "cannot make $filler"
  # Until nothing fits: big pieces first, then small ones, pushed out to the pool each time.
  inside "$1" sh -c 'for size in 1M 128k 4k; do
      dd if=/dev/zero of=/run/lab-filler/$size bs=$size conv=fsync 2>/dev/null || :
    done'
  say "the pool of host $1 is full ($(inside "$1" zfs list -H -o avail "$filler") free); undo: lab${NAME_HINT} fill $1 --free"
}
