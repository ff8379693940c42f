package flocker.node.replication;

import flocker.protocol.id.Position;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.replication.SlaveVersions;
import flocker.protocol.replication.StreamPlan;
import flocker.protocol.replication.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What to send to a slave, from what both have. Pure. */
sealed interface ReplicationPlan {
  /** The slave has {@code version}, which is the newest. */
  record UpToDate(Version version) implements ReplicationPlan {}

  /** The slave has nothing. */
  record Full(Version to) implements ReplicationPlan {}

  /** The slave's newest is in the master's history. */
  record Incremental(Version from, Version to) implements ReplicationPlan {}

  /** The slave has what the master's history lacks; it must be stashed. */
  record Diverged(Evidence evidence, Version to) implements ReplicationPlan {}

  /** The master has not told of any snapshot yet. */
  record Nothing() implements ReplicationPlan {}

  /** Why two histories are not one. */
  enum Cause {
    /** The slave has snapshots that the master never had. */
    OWN_SNAPSHOTS,
    /** Both have a snapshot at the same position, and they are not the same. */
    SAME_POSITION,
    /** The slave may hold writes that are in no snapshot. */
    DIRTY,
    /** There is no common snapshot at all. */
    NOTHING_COMMON,
    /**
     * The slave's newest were the master's too, and were thinned there: nothing in them is lost,
     * but nothing can be built on them.
     */
    THINNED
  }

  /**
   * @param common the newest snapshot that both have
   * @param slaveNewest the slave's newest of any name
   * @param slaveOnly the slave's snapshots after {@code common}, oldest first
   * @param masterOnly how many the master has after {@code common}
   */
  record Evidence(
      Cause cause,
      Optional<Version> common,
      Optional<Version> slaveNewest,
      List<Version> slaveOnly,
      int masterOnly) {
    public Evidence {
      slaveOnly = List.copyOf(slaveOnly);
    }

    /** For people. */
    @Override
    public String toString() {
      return cause
          + ": newest common "
          + common.map(Version::toString).orElse("none")
          + ", "
          + slaveOnly.size()
          + " only there, "
          + masterOnly
          + " only here";
    }
  }

  /**
   * @param master its history, oldest first, up to the newest snapshot that it has told of
   * @param slave what the slave says it has
   */
  static ReplicationPlan of(List<Version> master, SlaveVersions slave) {
    if (master.isEmpty()) {
      return new Nothing();
    }
    Version to = master.get(master.size() - 1);
    if (!slave.exists()) {
      return new Full(to);
    }
    Map<SnapshotGuid, Integer> known = new HashMap<>();
    for (int i = 0; i < master.size(); i++) {
      known.put(master.get(i).guid(), i);
    }
    List<Version> theirs = slave.versions();
    int newest = theirs.size() - 1;
    while (newest >= 0 && !known.containsKey(theirs.get(newest).guid())) {
      newest--;
    }
    Optional<Version> common = newest < 0 ? Optional.empty() : Optional.of(theirs.get(newest));
    List<Version> slaveOnly = theirs.subList(newest + 1, theirs.size());
    int commonIndex = common.map(version -> known.get(version.guid())).orElse(-1);
    Optional<Cause> cause = cause(master, slave, common, slaveOnly);
    if (cause.isPresent()) {
      int masterOnly = master.size() - 1 - commonIndex;
      return new Diverged(
          new Evidence(cause.get(), common, slave.newest(), slaveOnly, masterOnly), to);
    }
    Version base = master.get(commonIndex);
    return base.equals(to) ? new UpToDate(to) : new Incremental(base, to);
  }

  private static Optional<Cause> cause(
      List<Version> master,
      SlaveVersions slave,
      Optional<Version> common,
      List<Version> slaveOnly) {
    if (common.isEmpty()) {
      return Optional.of(Cause.NOTHING_COMMON);
    }
    if (samePositionTwice(master, slaveOnly)) {
      return Optional.of(Cause.SAME_POSITION);
    }
    if (slave.mayBeDirty()) {
      return Optional.of(Cause.DIRTY);
    }
    if (slaveOnly.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        slaveOnly.stream().allMatch(version -> passed(master, version))
            ? Cause.THINNED
            : Cause.OWN_SNAPSHOTS);
  }

  private static boolean samePositionTwice(List<Version> master, List<Version> slaveOnly) {
    Map<List<Long>, SnapshotGuid> at = new HashMap<>();
    for (Version version : master) {
      version.position().ifPresent(position -> at.put(key(position), version.guid()));
    }
    return slaveOnly.stream()
        .flatMap(version -> version.position().stream())
        .anyMatch(
            position ->
                at.containsKey(key(position)) && !at.get(key(position)).equals(position.guid()));
  }

  private static List<Long> key(Position position) {
    return List.of(position.epoch().value(), position.sequence());
  }

  /**
   * A position contains every smaller one of its own epoch, because one host took them all: so if
   * the master has a later one of the same epoch, this one was in its history.
   */
  private static boolean passed(List<Version> master, Version version) {
    return version
        .position()
        .map(
            lost ->
                master.stream()
                    .flatMap(kept -> kept.position().stream())
                    .anyMatch(
                        kept ->
                            kept.epoch().equals(lost.epoch()) && kept.sequence() > lost.sequence()))
        .orElse(false);
  }

  /** The stream that carries this out; empty where none is needed. */
  default Optional<StreamPlan> stream() {
    if (this instanceof Full full) {
      return Optional.of(
          new StreamPlan(
              StreamPlan.Mode.NEW,
              Optional.empty(),
              Optional.empty(),
              full.to(),
              Optional.empty()));
    }
    if (this instanceof Incremental increment) {
      return Optional.of(
          new StreamPlan(
              StreamPlan.Mode.EXTEND,
              Optional.of(increment.from().guid()),
              Optional.of(increment.from().guid()),
              increment.to(),
              Optional.empty()));
    }
    if (this instanceof Diverged diverged) {
      return Optional.of(
          new StreamPlan(
              StreamPlan.Mode.REPLACE,
              diverged.evidence().common().map(Version::guid),
              diverged.evidence().slaveNewest().map(Version::guid),
              diverged.to(),
              Optional.empty()));
    }
    return Optional.empty();
  }
}
