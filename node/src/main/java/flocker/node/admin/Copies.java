package flocker.node.admin;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.system.Host;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.PositionLabel;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.SystemRecord;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads this host's copies and stashes for an operator. Blocking. */
final class Copies {
  private static final Pattern STASH = Pattern.compile("stash/(([0-9a-f]{16})-.+)");

  private Copies() {}

  /** The snapshots of the live copy, oldest first; none where there is no copy. */
  static List<Snapshot> snapshots(Host host, SystemId id) throws StorageFault {
    Dataset dataset = new Dataset(id.value());
    if (host.storage().isEmpty() || !host.storage().get().exists(dataset)) {
      return List.of();
    }
    return host.storage().get().snapshots(dataset);
  }

  /** The newest {@code limit} of them, with what each holds and which are pinned. */
  static SnapshotList list(Host host, SystemId id, SystemRecord wanted, int limit)
      throws StorageFault {
    List<Snapshot> all = snapshots(host, id);
    List<Snapshot> shown = all.subList(Math.max(all.size() - limit, 0), all.size());
    Map<SnapshotName, Long> held = held(host, id, shown);
    return new SnapshotList(
        wanted.name(),
        new HostName(host.config().self().name()),
        all.size(),
        shown.stream()
            .map(
                s ->
                    SnapshotView.of(s.name(), s.guid(), s.created())
                        .with(
                            wanted.pins().contains(s.guid()),
                            Optional.ofNullable(held.get(s.name()))))
            .toList(),
        List.of());
  }

  private static Map<SnapshotName, Long> held(Host host, SystemId id, List<Snapshot> shown)
      throws StorageFault {
    if (shown.isEmpty()) {
      return Map.of();
    }
    try {
      return host.storage()
          .orElseThrow()
          .held(new Dataset(id.value()), shown.stream().map(Snapshot::name).toList());
    } catch (StorageFault fault) {
      if (fault.kind() == StorageFault.Kind.NOT_FOUND) {
        // One of them was destroyed meanwhile: sizes are left out rather than asked for again.
        return Map.of();
      }
      throw fault;
    }
  }

  /** Stashes of one system, or of all, on this host; also those of systems that are no more. */
  static List<StashView> stashes(Host host, Catalog catalog, Optional<SystemName> wanted)
      throws StorageFault {
    return stashes(
        host, catalog, (stash, system) -> wanted.isEmpty() || wanted.get().equals(system));
  }

  /** One of them, by its name; the others are not looked into. */
  static Optional<StashView> stash(Host host, Catalog catalog, String name) throws StorageFault {
    return stashes(host, catalog, (stash, system) -> stash.equals(name)).stream().findFirst();
  }

  private static List<StashView> stashes(
      Host host, Catalog catalog, BiPredicate<String, SystemName> wanted) throws StorageFault {
    List<StashView> found = new ArrayList<>();
    if (host.storage().isEmpty()) {
      return found;
    }
    HostName self = new HostName(host.config().self().name());
    Storage storage = host.storage().get();
    for (Dataset dataset : storage.datasets()) {
      Matcher matcher = STASH.matcher(dataset.path());
      if (matcher.matches()) {
        SystemId owner = new SystemId(matcher.group(2));
        SystemName label =
            catalog
                .byId(owner)
                .map(Catalog.Entry::name)
                .orElse(new SystemName("destroyed-" + owner));
        if (wanted.test(matcher.group(1), label)) {
          found.add(view(storage, dataset, matcher.group(1), label, self));
        }
      }
    }
    return found;
  }

  private static StashView view(
      Storage storage, Dataset dataset, String name, SystemName label, HostName self)
      throws StorageFault {
    Optional<Snapshot> newest = storage.newest(dataset);
    String reason = storage.property(dataset, "stash-reason").orElse("not noted");
    Instant at =
        storage
            .property(dataset, "stash-at")
            .flatMap(Copies::instant)
            .or(() -> newest.map(Snapshot::created))
            .orElse(Instant.EPOCH);
    return new StashView(
        name,
        label,
        self,
        reason,
        at,
        newest.flatMap(Snapshot::position).flatMap(PositionLabel::of),
        Optional.of(storage.used(dataset)));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
