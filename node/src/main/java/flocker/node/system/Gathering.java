package flocker.node.system;

import flocker.node.authority.AuthorityView;
import flocker.node.authority.VoterActor;
import flocker.node.supervisor.MasterSupervisorActor;
import flocker.node.supervisor.SupervisorView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks the parts of a user system's tree what they know; who does not answer is left out. */
record Gathering(
    ActorSystem<?> system,
    ActorRef<VoterActor.Command> voter,
    Optional<ActorRef<MasterSupervisorActor.Command>> supervisor) {
  private static final Duration ANSWER = Duration.ofSeconds(2);

  CompletionStage<SystemReport> report(
      BiFunction<Optional<AuthorityView>, Optional<SupervisorView>, SystemReport> make) {
    CompletionStage<Optional<AuthorityView>> authority =
        AskPattern.<VoterActor.Command, AuthorityView>ask(
                voter, VoterActor.Describe::new, ANSWER, system.scheduler())
            .thenApply(Optional::of)
            .exceptionally(failure -> Optional.empty());
    CompletionStage<Optional<SupervisorView>> steps =
        supervisor
            .map(
                s ->
                    AskPattern.<MasterSupervisorActor.Command, SupervisorView>ask(
                            s, MasterSupervisorActor.Describe::new, ANSWER, system.scheduler())
                        .thenApply(Optional::of)
                        .exceptionally(failure -> Optional.empty()))
            .orElse(CompletableFuture.completedFuture(Optional.empty()));
    return authority.thenCombine(steps, make);
  }
}
