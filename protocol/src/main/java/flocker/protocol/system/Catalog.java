package flocker.protocol.system;

import flocker.protocol.admin.Publish;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SystemId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the cluster's own authority keeps: which systems there are, and which there were, so that a
 * host that was away cannot bring a destroyed one back.
 */
public record Catalog(List<Entry> systems, SortedSet<SystemId> destroyed) {
  /** Of a new cluster. */
  public static final Catalog EMPTY = new Catalog(List.of(), new TreeSet<>());

  /**
   * One system.
   *
   * @param createdOn the host that imported the user filesystem
   * @param initial as it was at creation; the system's own record has the present one
   */
  public record Entry(SystemId id, HostId createdOn, SystemRecord initial) {
    public SystemName name() {
      return initial.name();
    }
  }

  public Catalog {
    systems = List.copyOf(systems);
    destroyed = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(destroyed));
  }

  public Optional<Entry> byName(SystemName name) {
    return systems.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  public Optional<Entry> byId(SystemId id) {
    return systems.stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  /** Why {@code wanted} cannot be added: its name, one of its ports or its id is taken. */
  public Optional<String> objection(Entry wanted) {
    if (byName(wanted.name()).isPresent()) {
      return Optional.of("a system named '" + wanted.name().value() + "' exists");
    }
    if (byId(wanted.id()).isPresent() || destroyed.contains(wanted.id())) {
      return Optional.of("system id " + wanted.id() + " was used before");
    }
    for (Entry other : systems) {
      for (Publish port : wanted.initial().settings().publish()) {
        if (other.initial().settings().publish().stream().anyMatch(port::collidesWith)) {
          return Optional.of(
              "port " + port + " is published by '" + other.name().value() + "' already");
        }
      }
    }
    return Optional.empty();
  }

  /** With one more system; there must be no {@link #objection}. */
  public Catalog with(Entry added) {
    Optional<String> objection = objection(added);
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
    List<Entry> all = new ArrayList<>(systems);
    all.add(added);
    return new Catalog(all, destroyed);
  }

  /** Without a system, whose id is remembered. */
  public Catalog without(SystemId gone) {
    List<Entry> left = new ArrayList<>(systems);
    left.removeIf(entry -> entry.id().equals(gone));
    SortedSet<SystemId> ids = new TreeSet<>(destroyed);
    ids.add(gone);
    return new Catalog(left, ids);
  }
}
