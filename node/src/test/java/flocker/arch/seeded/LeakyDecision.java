package flocker.arch.seeded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** Decides with everything that a decision must not have. */
public final class LeakyDecision {
  private final LongSupplier clock = System::nanoTime;

  /** Names more of Pekko than a reply address. */
  public boolean tells(ActorSystem<String> system, ActorRef<String> replyTo) {
    replyTo.tell(system.name());
    return true;
  }

  /** Reads the wall clock. */
  public Instant reads() {
    return Instant.now();
  }

  /** Reads the monotonic clock through a method reference. */
  public long elapsed() {
    return clock.getAsLong();
  }

  /** Makes chance. */
  public int guesses() {
    return new Random().nextInt() + UUID.randomUUID().hashCode();
  }

  /** Looks at the disk. */
  public String looks(Path file) throws IOException {
    return Files.readString(file);
  }
}
