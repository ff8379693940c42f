package flocker.node.admin;

import flocker.node.browse.BrowseActor;
import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.system.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Reads the files of a snapshot through a lent clone, which is given back whatever happens. */
record SnapshotReads(ActorRef<BrowseActor.Command> browse, Trees trees) {
  private static final Duration OPENED_WITHIN = Duration.ofSeconds(60);

  /** Reads below the root; blocks. */
  interface Reading<T> {
    T in(Path root) throws Exception;
  }

  /** Reads below two roots; blocks. */
  interface Comparing<T> {
    T of(Path first, Path second) throws Exception;
  }

  <T> CompletionStage<T> with(Dataset dataset, Snapshot snapshot, Reading<T> reading) {
    return held(
        dataset, snapshot, root -> trees.blocking(Host.STORAGE_DISPATCHER, () -> reading.in(root)));
  }

  <T> CompletionStage<T> withBoth(
      Dataset dataset, Snapshot first, Snapshot second, Comparing<T> comparing) {
    return held(
        dataset,
        first,
        one ->
            held(
                dataset,
                second,
                other -> trees.blocking(Host.STORAGE_DISPATCHER, () -> comparing.of(one, other))));
  }

  private <T> CompletionStage<T> held(
      Dataset dataset, Snapshot snapshot, Function<Path, CompletionStage<T>> use) {
    return AskPattern.<BrowseActor.Command, BrowseActor.Answer>ask(
            browse,
            r -> new BrowseActor.Hold(dataset, snapshot, r),
            OPENED_WITHIN,
            trees.system().scheduler())
        .thenCompose(
            answer -> {
              if (answer instanceof BrowseActor.Held held) {
                return use.apply(held.root())
                    .whenComplete(
                        (value, failure) ->
                            browse.tell(new BrowseActor.Release(dataset, snapshot)));
              }
              String why = answer instanceof BrowseActor.NotHeld no ? no.why() : "no answer";
              return CompletableFuture.failedStage(
                  new IllegalStateException("the snapshot cannot be looked into: " + why));
            });
  }
}
