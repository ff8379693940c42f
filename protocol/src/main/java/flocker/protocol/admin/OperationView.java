package flocker.protocol.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * Long work and how far it has come.
 *
 * @param kind stable word, e.g. {@code system-create}
 * @param host where the work is done
 * @param doneBytes so far
 * @param totalBytes where it is known
 * @param bytesPerSecond lately; zero when nothing moves
 * @param message for people: what is being done, or how it ended
 * @param refusal why it failed; present if and only if {@code state} is failed
 */
public record OperationView(
    OperationId id,
    String kind,
    Optional<SystemName> system,
    HostName host,
    State state,
    long doneBytes,
    Optional<Long> totalBytes,
    long bytesPerSecond,
    String message,
    Instant startedAt,
    Optional<Instant> endedAt,
    Optional<RefusalCode> refusal)
    implements AdminReply {
  /** The life of an operation. */
  public enum State {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("done")
    DONE,
    @JsonProperty("failed")
    FAILED
  }

  public OperationView {
    if ((state == State.FAILED) != refusal.isPresent()) {
      throw new IllegalArgumentException("a failed operation has a refusal, and no other has one");
    }
    if ((state == State.RUNNING) == endedAt.isPresent()) {
      throw new IllegalArgumentException("an operation has an end unless it is running");
    }
  }
}
