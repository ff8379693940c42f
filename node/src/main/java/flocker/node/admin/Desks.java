package flocker.node.admin;

import flocker.node.cluster.Directory;
import flocker.node.config.HostEntry;
import flocker.node.system.Host;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotList;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.id.HostId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/** The desks of all hosts of the cluster, and what is asked of several of them at once. */
final class Desks {
  private static final Duration REMOTE = Duration.ofMillis(1500);
  // For a host that was silent already: an operator looks at the status of just such a cluster.
  private static final Duration SILENT = Duration.ofMillis(300);

  /** A copy may be behind the master by so many and still be seen to hold the older ones. */
  private static final int MORE_ELSEWHERE = 100;

  private final ActorSystem<?> system;
  private final Host host;
  private final Hosts hosts;
  private final ActorRef<AdminCommand> desk;
  private final Directory directory;

  Desks(ActorSystem<?> system, Host host, ActorRef<AdminCommand> desk, Directory directory) {
    this.system = system;
    this.host = host;
    this.hosts = new Hosts(host.config());
    this.desk = desk;
    this.directory = directory;
  }

  /** The desk of a host, be it this one. */
  ActorRef<AdminCommand> at(HostId id) {
    return hosts.isSelf(id) ? desk : directory.at(id, "/user/desk");
  }

  /** Its answer; fails when it does not come in time. */
  CompletionStage<AdminReply> ask(
      HostId id, Function<ActorRef<AdminReply>, AdminCommand> question) {
    return AskPattern.<AdminCommand, AdminReply>ask(
        at(id), question::apply, patience(id), system.scheduler());
  }

  private Duration patience(HostId id) {
    Address address = directory.addresses().get(id);
    for (Member member : Cluster.get(system).state().getUnreachable()) {
      if (member.address().equals(address)) {
        return SILENT;
      }
    }
    return REMOTE;
  }

  /** All of them, in their order; fails when one does. */
  static <T> CompletionStage<List<T>> all(List<? extends CompletionStage<T>> stages) {
    CompletionStage<List<T>> result = CompletableFuture.completedFuture(new ArrayList<>());
    for (CompletionStage<T> stage : stages) {
      result =
          result.thenCombine(
              stage,
              (list, value) -> {
                list.add(value);
                return list;
              });
    }
    return result;
  }

  /** What a host says of itself; never fails. */
  CompletionStage<HostFacts> hostFacts(HostEntry entry) {
    return ask(entry.id(), AdminCommand.DescribeCluster::new)
        .thenApply(
            reply ->
                reply instanceof ClusterView view && !view.hosts().isEmpty()
                    ? HostFacts.told(entry, view.hosts().get(0), view.alarms())
                    : HostFacts.unreachable(entry))
        .exceptionally(failure -> HostFacts.unreachable(entry));
  }

  /** The stashes of all hosts, newest first, and who did not answer; never fails. */
  CompletionStage<StashList> stashes(Optional<SystemName> name) {
    return all(host.config().hosts().stream()
            .filter(entry -> !entry.witness())
            .map(
                entry ->
                    ask(entry.id(), r -> new AdminCommand.ListStashes(name, r))
                        .exceptionally(
                            failure -> new StashList(List.of(), List.of(hosts.name(entry.id()))))
                        .thenApply(
                            reply ->
                                reply instanceof StashList list
                                    ? list
                                    : new StashList(List.of(), List.of(hosts.name(entry.id())))))
            .toList())
        .thenApply(Desks::together);
  }

  private static StashList together(List<StashList> lists) {
    return new StashList(
        lists.stream()
            .flatMap(list -> list.stashes().stream())
            .sorted(Comparator.comparing(StashView::at).reversed())
            .toList(),
        lists.stream().flatMap(list -> list.silentHosts().stream()).toList());
  }

  /** The snapshots of all hosts; those of the {@code first} count, as far as it answers. */
  CompletionStage<AdminReply> snapshots(
      SnapshotCommand.ListSnapshots question, CompletionStage<HostName> first) {
    List<HostEntry> asked = host.config().hosts().stream().filter(h -> !h.witness()).toList();
    return first.thenCombine(
        all(asked.stream().map(entry -> snapshotsOn(entry, question)).toList()),
        (name, replies) -> together(name, asked, replies, question.limit()));
  }

  private CompletionStage<AdminReply> snapshotsOn(
      HostEntry entry, SnapshotCommand.ListSnapshots question) {
    int limit =
        Math.min(question.limit() + MORE_ELSEWHERE, SnapshotCommand.ListSnapshots.MAX_LIMIT);
    return ask(entry.id(), r -> new SnapshotCommand.ListSnapshots(question.system(), limit, r))
        .exceptionally(
            failure -> new AdminRefusal(RefusalCode.UNAVAILABLE, entry.name() + " did not answer"));
  }

  private AdminReply together(
      HostName first, List<HostEntry> asked, List<AdminReply> replies, int limit) {
    List<SnapshotList> lists = new ArrayList<>();
    List<HostName> silent = new ArrayList<>();
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i) instanceof SnapshotList list) {
        lists.add(list);
      } else {
        silent.add(hosts.name(asked.get(i).id()));
      }
    }
    return lists.isEmpty() ? replies.get(0) : Holders.together(first, lists, silent, limit);
  }
}
