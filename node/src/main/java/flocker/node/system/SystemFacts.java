package flocker.node.system;

import flocker.node.authority.AuthorityView;
import flocker.node.authority.Effect;
import flocker.node.change.SourceStatus;
import flocker.node.replication.ReceiverEvent;
import flocker.node.replication.ReplicatorEvent.ReplicaStatus;
import flocker.node.retention.RetentionActor;
import flocker.node.supervisor.Phase;
import flocker.node.supervisor.ShippingActor;
import flocker.node.supervisor.SupervisorEvent;
import flocker.node.supervisor.SupervisorView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SystemId;
import flocker.protocol.system.SystemRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a host has learned about one user system since it started, for status and events; nothing is
 * decided by it. Owned by its {@code UserSystemActor}.
 */
public final class SystemFacts {
  private final SystemId id;
  private final SystemName name;
  private final Host host;
  private final Map<HostId, ReplicaStatus> replicas = new TreeMap<>();
  private List<SourceStatus> sources = List.of();
  private final Map<String, Long> refused = new TreeMap<>();
  private final Map<String, String> alarms = new TreeMap<>();
  private final Map<String, Instant> alarmsSince = new TreeMap<>();
  private Optional<HostId> master = Optional.empty();
  private Epoch epoch = Epoch.ZERO;
  private Position position = Position.NONE;
  private Optional<Instant> positionAt = Optional.empty();
  private Optional<Instant> startedAt = Optional.empty();
  private Optional<Integer> exitCode = Optional.empty();
  private Phase phase = Phase.STANDBY;
  private boolean resting = true;
  private int restarts;

  SystemFacts(SystemId id, SystemName name, Host host) {
    this.id = id;
    this.name = name;
    this.host = host;
  }

  Position position() {
    return position;
  }

  void position(Position now) {
    if (!now.equals(position)) {
      position = now;
      positionAt = Optional.of(host.wallClock().get());
    }
  }

  Optional<HostId> master() {
    return master;
  }

  String alarmText(String code) {
    return alarms.getOrDefault(code, "");
  }

  /** Whether this host is master, and what the slaves have confirmed to it in this epoch. */
  RetentionActor.Role role() {
    Map<HostId, SnapshotGuid> confirmed = new TreeMap<>();
    replicas.forEach(
        (slave, status) ->
            status.confirmed().ifPresent(position -> confirmed.put(slave, position.guid())));
    boolean mine = master.equals(Optional.of(host.config().self().id()));
    return new RetentionActor.Role(mine ? Optional.of(epoch) : Optional.empty(), confirmed);
  }

  Phase phase() {
    return phase;
  }

  /** True while the supervisor has no step to do. */
  boolean rests() {
    return resting;
  }

  /** Empty text clears. */
  void alarm(String code, String text) {
    if (text.isEmpty()) {
      alarmsSince.remove(code);
      if (alarms.remove(code) != null) {
        event("alarm-cleared", code + " is well again", Map.of("code", code));
      }
    } else if (!text.equals(alarms.put(code, text))) {
      alarmsSince.putIfAbsent(code, host.wallClock().get());
      event("alarm-raised", text, Map.of("code", code));
    }
  }

  /** True if this is another master or another epoch than before. */
  boolean master(HostId now, Epoch of) {
    boolean changed = !master.equals(Optional.of(now)) || !epoch.equals(of);
    if (changed) {
      master = Optional.of(now);
      epoch = of;
      String label = host.config().host(now).name();
      event("master-known", label + " is master", Map.of("master", label, "epoch", of.toString()));
    }
    return changed;
  }

  void decided(Effect effect) {
    HostId self = host.config().self().id();
    if (effect instanceof Effect.Elected elected) {
      replicas.clear();
      restarts = 0;
      event("elected", "this host was elected", Map.of("epoch", elected.epoch().toString()));
      epoch = elected.epoch();
      master = Optional.of(self);
    } else if (effect instanceof Effect.LeaseHeld held) {
      // Also after a restart of this node, which was not elected in this life.
      epoch = held.epoch();
      master = Optional.of(self);
    } else if (effect instanceof Effect.LeaseLapsed lapsed) {
      event(
          "lease-lapsed",
          "this host lost its lease: no majority answered in time",
          Map.of("epoch", lapsed.epoch().toString()));
    } else if (effect instanceof Effect.Deposed deposed) {
      forgetOwn(self);
      event(
          "deposed",
          "another host holds a newer epoch",
          Map.of("epoch", deposed.epoch().toString(), "by", deposed.by().toString()));
    } else if (effect instanceof Effect.ReleaseDone released) {
      forgetOwn(self);
      event(
          "released",
          "this host gave the system to " + host.config().host(released.target()).name(),
          Map.of("epoch", released.epoch().toString()));
    }
  }

  private void forgetOwn(HostId self) {
    master = master.filter(known -> !known.equals(self));
    replicas.clear();
  }

  void supervisorSaid(SupervisorEvent said) {
    if (said instanceof SupervisorEvent.PhaseChanged changed) {
      phase = changed.to();
      if (changed.to() == Phase.RUNNING) {
        startedAt = Optional.of(host.wallClock().get());
        alarm("supervisor", "");
      } else if (changed.to() == Phase.STANDBY || changed.to() == Phase.STOPPED) {
        startedAt = Optional.empty();
      }
      event(
          "phase-changed",
          changed.from() + " → " + changed.to(),
          Map.of("from", changed.from().name(), "to", changed.to().name()));
    } else if (said instanceof SupervisorEvent.AlarmChanged alarm) {
      alarm("supervisor", alarm.alarm());
    } else if (said instanceof SupervisorEvent.ContainerEnded ended) {
      startedAt = Optional.empty();
      exitCode = ended.exitCode();
      if (ended.byItself()) {
        restarts++;
        event(
            "container-ended",
            "the container ended by itself",
            Map.of("exit-code", ended.exitCode().map(String::valueOf).orElse("unknown")));
      }
    } else if (said instanceof SupervisorEvent.Resting rest) {
      resting = rest.resting();
    } else if (said instanceof SupervisorEvent.FromShipping from) {
      shipped(from.notice());
    }
  }

  private void shipped(ShippingActor.Notice notice) {
    if (notice instanceof ShippingActor.PositionReached reached) {
      position(reached.position());
    } else if (notice instanceof ShippingActor.ReplicaChanged changed) {
      replicas.put(changed.status().slave(), changed.status());
    } else if (notice instanceof ShippingActor.SourcesChanged changed) {
      sources = changed.sources();
    }
  }

  Optional<Position> receiverSaid(ReceiverEvent notice) {
    if (notice instanceof ReceiverEvent.PositionChanged moved) {
      position(moved.position());
      return Optional.of(moved.position());
    } else if (notice instanceof ReceiverEvent.StashMade stashed) {
      event(
          "stashed",
          "a version that lost was kept as " + stashed.stash(),
          Map.of("stash", stashed.stash().path()));
    } else if (notice instanceof ReceiverEvent.Refused one) {
      refused.merge(one.why(), 1L, Long::sum);
    }
    return Optional.empty();
  }

  private void event(String type, String text, Map<String, String> details) {
    host.events().tell(new EventsActor.Happened(type, Optional.of(name), text, details));
  }

  /** The facts as they are now. */
  Sheet sheet() {
    return new Sheet(
        id,
        master,
        epoch,
        position,
        positionAt,
        List.copyOf(replicas.values()),
        sources,
        Map.copyOf(refused),
        startedAt,
        exitCode,
        restarts,
        Map.copyOf(alarms),
        Map.copyOf(alarmsSince));
  }

  /** An immutable copy. */
  public record Sheet(
      SystemId id,
      Optional<HostId> master,
      Epoch epoch,
      Position position,
      Optional<Instant> positionAt,
      List<ReplicaStatus> replicas,
      List<SourceStatus> sources,
      Map<String, Long> refused,
      Optional<Instant> startedAt,
      Optional<Integer> exitCode,
      int restarts,
      Map<String, String> alarms,
      Map<String, Instant> alarmsSince) {
    /** When the alarm of that code was raised. */
    public Instant alarmSince(String code) {
      return alarmsSince.get(code);
    }

    SystemReport report(
        SystemRecord wanted,
        RecordVersion version,
        Optional<AuthorityView> authority,
        Optional<SupervisorView> supervisor) {
      return new SystemReport(this, wanted, version, authority, supervisor);
    }
  }
}
