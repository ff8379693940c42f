package flocker.node.journal;

import com.typesafe.config.ConfigFactory;
import flocker.protocol.id.HostId;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * A process that keeps numbers in a journal, one after the other, and prints each that was
 * acknowledged. Arguments: state directory, host id, how many (0: until killed).
 */
final class JournalProgram {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private JournalProgram() {}

  // A program, not a test: its output is its result, and it measures its own start.
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[2]);
    JournalFiles journal = JournalFiles.open(Path.of(args[0]), new HostId(args[1]));
    ActorSystem<LineKeeper.Command> system =
        ActorSystem.create(
            LineKeeper.create("line"), "keeper", ConfigFactory.load(journal.config()));
    long last = ask(system);
    long sinceStart =
        System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.println("recovered " + last + " after " + sinceStart + " ms");
    long[] micros = new long[count == 0 ? 1 : count];
    for (int i = 0; count == 0 || i < count; i++) {
      long number = ++last;
      long began = System.nanoTime();
      AskPattern.<LineKeeper.Command, Done>ask(
              system, to -> new LineKeeper.Keep(number, to), PATIENCE, system.scheduler())
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
      micros[count == 0 ? 0 : i] = (System.nanoTime() - began) / 1000;
      System.out.println("kept " + number);
    }
    Arrays.sort(micros);
    System.out.println(
        "median " + micros[count / 2] + " us, p99 " + micros[count * 99 / 100] + " us");
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS") || line.startsWith("Threads")) {
        System.out.println(line);
      }
    }
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    journal.close();
  }

  private static long ask(ActorSystem<LineKeeper.Command> system) throws Exception {
    return AskPattern.<LineKeeper.Command, Long>ask(
            system, LineKeeper.Tell::new, PATIENCE, system.scheduler())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
