package flocker.node.retention;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.retention.BasesTold;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each other host has confirmed last, as far as one host knows: from masters that told it, and
 * while it is master itself from the hosts. Immutable and pure. Written down as one line, so that a
 * restart does not forget it.
 *
 * @param epoch of the newest master that was heard
 */
public record BaseBook(Epoch epoch, Map<HostId, SnapshotGuid> known) {
  /** Knows nothing. */
  public static final BaseBook EMPTY = new BaseBook(Epoch.ZERO, Map.of());

  private static final Pattern ENTRY = Pattern.compile("([0-9a-f]{16})=([0-9]{1,20})");
  private static final Pattern EPOCH = Pattern.compile("epoch=([0-9]{1,18})");

  public BaseBook {
    known = Collections.unmodifiableMap(new TreeMap<>(known));
  }

  /**
   * A master told what it knows. What it knows of this host is what both have: so that is this
   * host's base for the master.
   */
  BaseBook told(BasesTold told, HostId self) {
    if (told.epoch().compareTo(epoch) < 0 || told.from().equals(self)) {
      return this;
    }
    Map<HostId, SnapshotGuid> now = new TreeMap<>(known);
    for (BasesTold.Base base : told.bases()) {
      now.put(base.host(), base.guid());
      if (base.host().equals(self)) {
        now.put(told.from(), base.guid());
      }
    }
    return new BaseBook(told.epoch(), now);
  }

  /** This host is master of {@code mine}, and these hosts have confirmed these to it. */
  BaseBook confirmed(Epoch mine, Map<HostId, SnapshotGuid> confirmed) {
    Map<HostId, SnapshotGuid> now = new TreeMap<>(known);
    now.putAll(confirmed);
    return new BaseBook(mine.compareTo(epoch) > 0 ? mine : epoch, now);
  }

  /** With what is newer. */
  BaseBook with(BaseBook newer) {
    return confirmed(newer.epoch(), newer.known());
  }

  /** Only of hosts that there are. */
  BaseBook of(Set<HostId> hosts) {
    Map<HostId, SnapshotGuid> now = new TreeMap<>(known);
    now.keySet().retainAll(hosts);
    return new BaseBook(epoch, now);
  }

  /** What a master tells the others; what it knows of itself it does not need to. */
  List<BasesTold.Base> tell() {
    List<BasesTold.Base> bases = new ArrayList<>();
    known.forEach((host, guid) -> bases.add(new BasesTold.Base(host, guid)));
    return bases;
  }

  /** One line. */
  String write() {
    StringBuilder line = new StringBuilder("epoch=" + epoch);
    known.forEach((host, guid) -> line.append(' ').append(host).append('=').append(guid));
    return line.toString();
  }

  /** Reads what {@link #write} wrote; empty for anything else. */
  static Optional<BaseBook> read(String line) {
    String[] words = line.split(" ", -1);
    Matcher epoch = EPOCH.matcher(words[0]);
    if (!epoch.matches()) {
      return Optional.empty();
    }
    try {
      Map<HostId, SnapshotGuid> known = new TreeMap<>();
      for (int i = 1; i < words.length; i++) {
        Matcher entry = ENTRY.matcher(words[i]);
        if (!entry.matches()) {
          return Optional.empty();
        }
        known.put(new HostId(entry.group(1)), SnapshotGuid.parse(entry.group(2)));
      }
      return Optional.of(new BaseBook(new Epoch(Long.parseLong(epoch.group(1))), known));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
