package flocker.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static flocker.arch.Rules.outermost;
import static flocker.arch.Rules.outermostEndingWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Who may name whom, and what is pure. Every exception has a name and a reason here; a new one is a
 * decision, not a habit.
 */
class ArchitectureTest {
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("flocker");

  /** What is made of everything: the entry point, its parts, and what each actor is given. */
  private static final Set<String> COMPOSITION =
      named("flocker.node.", "NodeMain", "NodeParts", "system.Host");

  /** Not actors, but Pekko by nature: each adapts one thing of Pekko to our words. */
  private static final Set<String> ADAPTERS =
      named(
          "flocker.node.",
          "admin.Changes",
          "admin.Desks",
          "admin.SnapshotReads",
          "admin.Trees",
          "api.AdminGate",
          "api.ApiResponses",
          "api.ApiRoutes",
          "api.ApiServer",
          "api.HistoryRoutes",
          "api.ArchiveRoutes",
          "api.ContentDownload",
          "api.MastershipRoutes",
          "api.RouteParts",
          "api.SnapshotRoutes",
          "cluster.Directory",
          "cluster.FormationRoutes",
          "cluster.NeverDowning",
          "cluster.PekkoConfig",
          "metrics.MetricsRoutes",
          "page.PageRoutes",
          "publish.PortForwarder",
          "supervisor.StepRunner",
          "system.Gathering",
          "watch.WatchRoutes");

  /** Keeps what an actor knows, and tells the event log of changes. Nothing else of Pekko. */
  private static final Set<String> TELLERS = named("flocker.node.", "system.SystemFacts");

  private static final DescribedPredicate<JavaClass> ACTORS = outermostEndingWith("Actor");

  /** Messages may carry a reply address. */
  private static final DescribedPredicate<JavaClass> MESSAGES =
      resideInAPackage("flocker.protocol..")
          .and(DescribedPredicate.not(resideInAPackage("flocker.protocol.wire..")));

  private static final DescribedPredicate<JavaClass> DECISIONS =
      resideInAnyPackage(
              "flocker.node.authority..", "flocker.protocol.id..", "flocker.protocol.authority..")
          .and(DescribedPredicate.not(ACTORS))
          .or(
              outermost(
                  named(
                      "flocker.node.",
                      "change.Damper",
                      "browse.Lending",
                      "change.Pace",
                      "cluster.Formation",
                      "cluster.Outbox",
                      "cluster.Hearsay",
                      "publish.Routing",
                      "replication.Ahead",
                      "replication.BackOff",
                      "replication.ChunkOrder",
                      "replication.Floor",
                      "replication.ReplicationPlan",
                      "replication.SendWindow",
                      "replication.StashPlan",
                      "replication.StreamProgress",
                      "retention.BaseBook",
                      "retention.RetentionAlarms",
                      "retention.RetentionPlan",
                      "retention.RetentionReport",
                      "snapshot.Debounce",
                      "snapshot.Demands",
                      "snapshot.Sequence",
                      "supervisor.Agenda",
                      "supervisor.Backlog",
                      "supervisor.Handover",
                      "supervisor.HeldLease",
                      "supervisor.Mastership",
                      "supervisor.Phase",
                      "supervisor.Restarts",
                      "supervisor.RollBack",
                      "supervisor.Stage",
                      "supervisor.Step",
                      "system.BarrierOrder",
                      "system.LossBound",
                      "system.Successor",
                      "system.TakeOverLimit",
                      "watch.ClusterEvents",
                      "watch.Trail")))
          .as("decisions");

  /**
   * Blocking drivers wait for processes by the JVM's own monotonic clock; no lease is ever computed
   * from it.
   */
  private static final DescribedPredicate<JavaClass> DRIVERS =
      resideInAnyPackage(
          "flocker.node.storage.zfs..",
          "flocker.node.container.oci..",
          "flocker.node.guard..",
          "flocker.node.time..");

  /** The command is a short-lived program of its own: it makes its own ids and reads a clock. */
  private static final DescribedPredicate<JavaClass> COMMAND =
      resideInAPackage("flocker.node.cli..");

  private static Set<String> named(String prefix, String... names) {
    return Stream.of(names).map(name -> prefix + name).collect(Collectors.toUnmodifiableSet());
  }

  private static void holds(ArchRule rule) {
    List<String> broken = Rules.violations(rule, PROGRAM);
    assertThat(broken).as(rule.getDescription()).isEmpty();
  }

  @Test
  void theWholeProgramIsLookedAt() {
    assertThat(PROGRAM.contain("flocker.protocol.wire.WireCatalogue")).isTrue();
    assertThat(PROGRAM.contain("flocker.node.authority.Authority")).isTrue();
    assertThat(PROGRAM.contain("flocker.arch.ArchitectureTest")).isFalse();
  }

  @Test
  void pekkoIsKnownToActorsAndFewAdapters() {
    holds(
        Rules.pekkoOnlyIn(
            ACTORS
                .or(outermost(COMPOSITION))
                .or(outermost(ADAPTERS))
                .or(outermost(TELLERS))
                .or(resideInAPackage("flocker.protocol.wire.."))
                .or(MESSAGES)));
  }

  @Test
  void messagesKnowOnlyReplyAddressesOfPekko() {
    holds(Rules.onlyActorRefIn(MESSAGES.or(outermost(TELLERS))));
  }

  @Test
  void decisionsArePure() {
    holds(Rules.pure(DECISIONS));
  }

  @Test
  void clocksAndChanceComeFromOutside() {
    holds(
        Rules.clocksAndChanceOnlyIn(
            DRIVERS.or(COMMAND).or(outermost(named("flocker.node.", "NodeMain")))));
  }

  @Test
  void onlyTheEntryPointNamesDrivers() {
    DescribedPredicate<JavaClass> main = outermost(named("flocker.node.", "NodeMain"));
    holds(Rules.knownOnlyTo("flocker.node.storage.zfs..", main));
    holds(Rules.knownOnlyTo("flocker.node.container.oci..", main));
    // `flocker init` makes the journal of a new host.
    holds(
        Rules.knownOnlyTo(
            "flocker.node.journal..",
            main.or(outermost(named("flocker.node.cli.", "InitCommand")))));
  }

  @Test
  void portsDoNotKnowTheirUsers() {
    DescribedPredicate<JavaClass> ports =
        resideInAnyPackage(
            "flocker.node.storage..",
            "flocker.node.container..",
            "flocker.node.guard..",
            "flocker.node.time..");
    holds(
        Rules.neverSees(
            ports,
            "flocker.node.admin..",
            "flocker.node.api..",
            "flocker.node.authority..",
            "flocker.node.change..",
            "flocker.node.cli..",
            "flocker.node.cluster..",
            "flocker.node.publish..",
            "flocker.node.replication..",
            "flocker.node.snapshot..",
            "flocker.node.supervisor..",
            "flocker.node.system.."));
  }

  @Test
  void authorityKnowsNeitherStorageNorContainers() {
    holds(
        Rules.neverSees(
            resideInAPackage("flocker.node.authority.."),
            "flocker.node.storage..",
            "flocker.node.container..",
            "flocker.node.guard..",
            "flocker.node.replication..",
            "flocker.node.supervisor..",
            "flocker.node.system..",
            "flocker.node.admin..",
            "flocker.node.api..",
            "flocker.node.config.."));
  }

  @Test
  void whatFollowsChangesIsJoinedByTheSupervisorAlone() {
    holds(
        Rules.neverSees(
            resideInAPackage("flocker.node.change.."),
            "flocker.node.snapshot..",
            "flocker.node.replication..",
            "flocker.node.supervisor.."));
    holds(
        Rules.neverSees(
            resideInAPackage("flocker.node.snapshot.."),
            "flocker.node.replication..",
            "flocker.node.supervisor..",
            "flocker.node.authority.."));
    holds(
        Rules.neverSees(
            resideInAPackage("flocker.node.replication.."),
            "flocker.node.supervisor..",
            "flocker.node.authority..",
            "flocker.node.system.."));
  }

  @Test
  void protocolKnowsNothingOfTheNode() {
    holds(Rules.neverSees(resideInAPackage("flocker.protocol.."), "flocker.node.."));
  }

  @Test
  void theApiAsksActorsAndTouchesNothingElse() {
    holds(
        Rules.neverSees(
            resideInAPackage("flocker.node.api.."),
            "flocker.node.storage..",
            "flocker.node.container..",
            "flocker.node.guard..",
            "flocker.node.authority..",
            "flocker.node.replication..",
            "flocker.node.supervisor..",
            "flocker.node.system.."));
  }

  @Test
  void theCommandSpeaksHttpOnly() {
    DescribedPredicate<JavaClass> command =
        COMMAND.and(DescribedPredicate.not(outermost(named("flocker.node.cli.", "NodeCommand"))));
    holds(Rules.neverSees(command, "org.apache.pekko..", "scala.."));
    holds(
        Rules.neverSees(
            command,
            "flocker.node.storage..",
            "flocker.node.guard..",
            "flocker.node.authority..",
            "flocker.node.replication..",
            "flocker.node.supervisor..",
            "flocker.node.system..",
            "flocker.node.admin.."));
  }

  @Test
  void packagesOfTheNodeHaveNoCycles() {
    DescribedPredicate<JavaClass> composed = outermost(COMPOSITION);
    holds(
        SlicesRuleDefinition.slices()
            .matching("flocker.node.(*)..")
            .should()
            .beFreeOfCycles()
            // What everything is made of is named by all, and names all.
            .ignoreDependency(composed, DescribedPredicate.alwaysTrue())
            .ignoreDependency(DescribedPredicate.alwaysTrue(), composed));
  }

  @Test
  void packagesOfTheProtocolHaveNoCycles() {
    holds(
        SlicesRuleDefinition.slices().matching("flocker.protocol.(*)..").should().beFreeOfCycles());
  }
}
