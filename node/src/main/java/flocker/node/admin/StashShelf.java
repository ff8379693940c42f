package flocker.node.admin;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.time.BootClock;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.Catalog;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The stashes on this host, also those of systems that are no more. A stash is asked about by every
 * status, and each takes several commands to read: what was read is said again for {@link
 * #GOOD_FOR}. What is not in a list of datasets is forgotten. Blocking; any thread.
 */
final class StashShelf {
  /** Only the space that a stash alone holds can change, as live snapshots go. */
  static final Duration GOOD_FOR = Duration.ofMinutes(1);

  private static final Pattern STASH = Pattern.compile("stash/(([0-9a-f]{16})-.+)");

  private final Optional<Storage> storage;
  private final HostName self;
  private final BootClock clock;
  private final Map<Dataset, Facts> read = new ConcurrentHashMap<>();

  /**
   * @param storage empty on a witness
   * @param self this host
   */
  StashShelf(Optional<Storage> storage, HostName self, BootClock clock) {
    this.storage = storage;
    this.self = self;
    this.clock = clock;
  }

  private record Stash(Dataset dataset, String name, SystemName system) {}

  private record Facts(
      String reason, Instant at, Optional<PositionLabel> position, long bytes, long readAt) {}

  /** Of one system, or of all. */
  List<StashView> of(Catalog catalog, Optional<SystemName> wanted) throws StorageFault {
    List<Stash> found =
        stashes(catalog).stream()
            .filter(s -> wanted.isEmpty() || wanted.get().equals(s.system()))
            .toList();
    List<StashView> views = new ArrayList<>();
    for (Stash stash : found) {
      Facts known = read.get(stash.dataset());
      long oldest = clock.nanos() - GOOD_FOR.toNanos();
      views.add(view(stash, known != null && known.readAt() > oldest ? known : look(stash)));
    }
    return views;
  }

  /** One of them, by its name, as it is now; the others are not looked into. */
  Optional<StashView> named(Catalog catalog, String name) throws StorageFault {
    for (Stash stash : stashes(catalog)) {
      if (stash.name().equals(name)) {
        return Optional.of(view(stash, look(stash)));
      }
    }
    return Optional.empty();
  }

  private List<Stash> stashes(Catalog catalog) throws StorageFault {
    if (storage.isEmpty()) {
      return List.of();
    }
    List<Stash> found =
        storage.get().datasets().stream().flatMap(d -> stash(catalog, d).stream()).toList();
    Set<Dataset> there = new HashSet<>();
    found.forEach(stash -> there.add(stash.dataset()));
    read.keySet().retainAll(there);
    return found;
  }

  private static Optional<Stash> stash(Catalog catalog, Dataset dataset) {
    Matcher matcher = STASH.matcher(dataset.path());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    SystemId owner = new SystemId(matcher.group(2));
    SystemName label =
        catalog.byId(owner).map(Catalog.Entry::name).orElse(new SystemName("destroyed-" + owner));
    return Optional.of(new Stash(dataset, matcher.group(1), label));
  }

  private Facts look(Stash stash) throws StorageFault {
    Storage from = storage.orElseThrow();
    long now = clock.nanos();
    Optional<Snapshot> newest = from.newest(stash.dataset());
    Instant at =
        from.property(stash.dataset(), "stash-at")
            .flatMap(StashShelf::instant)
            .or(() -> newest.map(Snapshot::created))
            .orElse(Instant.EPOCH);
    Facts facts =
        new Facts(
            from.property(stash.dataset(), "stash-reason").orElse("not noted"),
            at,
            newest.flatMap(Snapshot::position).flatMap(PositionLabel::of),
            from.used(stash.dataset()),
            now);
    read.put(stash.dataset(), facts);
    return facts;
  }

  private StashView view(Stash stash, Facts facts) {
    return new StashView(
        stash.name(),
        stash.system(),
        self,
        facts.reason(),
        facts.at(),
        facts.position(),
        Optional.of(facts.bytes()));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
