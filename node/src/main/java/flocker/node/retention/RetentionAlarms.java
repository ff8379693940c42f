package flocker.node.retention;

import flocker.node.storage.Snapshot;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What an operator must know of what is kept and given up. Pure. */
final class RetentionAlarms {
  private RetentionAlarms() {}

  /**
   * @param known while this host is master, what it knows of the others
   * @param heard who has confirmed anything in this epoch
   * @param label what people call a host
   * @return texts by the alarms' codes; none is empty
   */
  static Map<String, String> of(
      RetentionRound.Looked looked,
      BaseBook known,
      Set<HostId> heard,
      Function<HostId, String> label) {
    Map<String, String> alarms = new TreeMap<>();
    alarms.put("space", looked.pressure());
    for (RetentionPlan.Held held : looked.plan().held()) {
      for (String name : held.hosts()) {
        alarms.put("base-" + name, RetentionPlan.costly(name, held, looked.budgetBytes()));
      }
    }
    Set<SnapshotGuid> here =
        looked.snapshots().stream().map(Snapshot::guid).collect(Collectors.toSet());
    known
        .known()
        .forEach(
            (id, guid) -> {
              if (!here.contains(guid) && !heard.contains(id)) {
                alarms.put("base-" + label.apply(id), lost(label.apply(id)));
              }
            });
    alarms.values().removeIf(String::isEmpty);
    return alarms;
  }

  private static String lost(String host) {
    return host
        + " has not been heard since, and what it could be sent from is not here any more: it needs"
        + " a full resend, or an older common snapshot, when it returns";
  }
}
