# One bridge per lab, one link per host, cuts and limits. Sourced by `lab`.
# shellcheck shell=bash

# Takes the first number whose bridge and subnet nobody uses. The caller holds the machine-wide
# lock, so that two labs that start at once take different ones.
choose_number() {
  local number
  for number in $(seq 0 250); do
    [ ! -e "/sys/class/net/fl${number}br" ] || continue
    ip -4 route show table all | grep -q "\b10\.77\.$number\." && continue
    grep -qs "^NUMBER=$number$" "$LABS"/*/lab.conf && continue
    NUMBER=$number
    return 0
  done
  die "no free subnet left in 10.77.0.0/16 for a lab"
}

make_bridge() {
  record "link $BRIDGE"
  ip link add "$BRIDGE" type bridge mcast_snooping 0 || die "cannot make the bridge $BRIDGE"
  echo 1 >"/proc/sys/net/ipv6/conf/$BRIDGE/disable_ipv6" 2>/dev/null || :
  ip addr add "10.77.$NUMBER.254/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  record "table $TABLE"
  # Pairs of hosts between which nothing passes, and hosts that this machine (where the clients
  # are) does not hear, or that do not hear it.
  nft -f - <<EOF || die "nft refused the table $TABLE"
table bridge $TABLE {
  set between { type ifname . ifname; }
  set to_client { type ifname; }
  set from_client { type ifname; }
  chain pass { type filter hook forward priority 0; iifname . oifname @between drop; }
  chain hear { type filter hook input priority 0; iifname @to_client drop; }
  chain tell { type filter hook output priority 0; oifname @from_client drop; }
}
EOF
}

# The link of a host whose namespaces exist. The hardware address stays the same over a power loss,
# as that of a real card does.
plug_in() { # HOST
  local host=$1 link address pid mac
  link=$(link_of "$host") address=$(address_of "$host") pid=$(pid_of "$host")
  mac=$(printf '02:f1:0c:%02x:00:%02x' "$NUMBER" "$(index_of "$host")")
  record "link $link"
  ip link add "$link" type veth peer name eth0 address "$mac" netns "$pid" || return 1
  echo 1 >"/proc/sys/net/ipv6/conf/$link/disable_ipv6" 2>/dev/null || :
  ip link set "$link" master "$BRIDGE" up
  nsenter -t "$pid" -n ip -batch - <<EOF
link set lo up
addr add $address/24 dev eth0
link set eth0 up
EOF
  [ ! -e "$(dir_of "$host")/slow" ] || limit_link "$host" "$(<"$(dir_of "$host")/slow")"
}

# Takes the link away first: a host without power sends no goodbye to its peers.
unplug() { # HOST
  ip link del "$(link_of "$1")" 2>/dev/null || :
}

# Drops what goes from one to the other.
cut_way() { # FROM TO
  local from to
  from=$(link_of "$1") to=$(link_of "$2")
  case "$1 $2" in
    client\ *) nft add element bridge "$TABLE" from_client "{ \"$to\" }" ;;
    *\ client) nft add element bridge "$TABLE" to_client "{ \"$from\" }" ;;
    *) nft add element bridge "$TABLE" between "{ \"$from\" . \"$to\" }" ;;
  esac || die "nft refused the cut from $1 to $2"
}

cut_verb() {
  local one_way=no ends=() argument
  for argument in "$@"; do
    case $argument in
      --one-way) one_way=yes ;;
      -*) usage_error "cut: unknown option $argument" ;;
      *) ends+=("$argument") ;;
    esac
  done
  [ ${#ends[@]} = 2 ] || usage_error "cut: name two hosts, e.g.: lab cut a b [--one-way]"
  for argument in "${ends[@]}"; do [ "$argument" = client ] || need_host "$argument"; done
  [ "${ends[0]}" != "${ends[1]}" ] || usage_error "cut: a host is not cut from itself"
  cut_way "${ends[0]}" "${ends[1]}"
  if [ $one_way = yes ]; then
    say "nothing passes from ${ends[0]} to ${ends[1]} any more (the other way is open); undo: lab${NAME_HINT} heal"
  else
    cut_way "${ends[1]}" "${ends[0]}"
    say "nothing passes between ${ends[0]} and ${ends[1]} any more; undo: lab${NAME_HINT} heal"
  fi
}

heal_verb() {
  [ $# = 0 ] || usage_error "heal: takes no argument, it heals all cuts"
  local set
  for set in between to_client from_client; do
    nft flush set bridge "$TABLE" "$set" || die "nft refused"
  done
  say "all cuts are healed"
}

cuts() { # prints "a>b" for each way that is cut
  local set
  for set in between to_client from_client; do
    nft list set bridge "$TABLE" "$set" 2>/dev/null | grep -o '"fl[^"]*"\( \. "[^"]*"\)\?' |
      sed -e 's/"//g' -e "s/fl$NUMBER-//g" -e 's/ \. />/' -e "$(case $set in
        to_client) printf 's/$/>client/' ;;
        from_client) printf 's/^/client>/' ;;
      esac)"
  done
}

limit_link() { # HOST RATE
  local link pid
  link=$(link_of "$1") pid=$(pid_of "$1")
  local shape=(root tbf rate "$2" burst 64kb latency 200ms)
  tc qdisc replace dev "$link" "${shape[@]}" &&
    nsenter -t "$pid" -n tc qdisc replace dev eth0 "${shape[@]}"
}

slow_verb() {
  [ $# = 2 ] || usage_error "slow: e.g.: lab slow b 20mbit, lab slow b off"
  need_host "$1"
  need_power "$1"
  if [ "$2" = off ]; then
    tc qdisc del dev "$(link_of "$1")" root 2>/dev/null || :
    nsenter -t "$(pid_of "$1")" -n tc qdisc del dev eth0 root 2>/dev/null || :
    rm -f "$(dir_of "$1")/slow"
    say "the link of $1 is not limited"
    return
  fi
  [[ $2 =~ ^[0-9]+(\.[0-9]+)?([kmg]?(bit|bps))$ ]] ||
    usage_error "slow: '$2' is no rate; e.g. 500kbit, 20mbit, off"
  limit_link "$1" "$2" || die "tc refused the rate $2"
  printf '%s\n' "$2" >"$(dir_of "$1")/slow"
  say "the link of $1 is limited to $2 each way"
}
