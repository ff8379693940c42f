package flocker.node.admin;

import flocker.node.container.rootfs.ImportProgress;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.OperationId;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.RefusalCode;
import flocker.protocol.admin.SystemName;
import java.time.Instant;
import java.util.Optional;

/** How far one piece of long work has come. Written by the worker's thread, read by the actor's. */
final class Operation implements ImportProgress {
  private static final double NANOS = 1e9;

  private final OperationId id;
  private final String kind;
  private final Optional<SystemName> system;
  private final HostName host;
  private final String doing;
  private final Instant startedAt;
  private final long startedNanos;
  private OperationView.State state = OperationView.State.RUNNING;
  private long doneBytes;
  private String message;
  private Optional<Instant> endedAt = Optional.empty();
  private Optional<RefusalCode> refusal = Optional.empty();

  Operation(
      OperationId id,
      String kind,
      Optional<SystemName> system,
      HostName host,
      String doing,
      Instant startedAt,
      long startedNanos) {
    this.id = id;
    this.kind = kind;
    this.system = system;
    this.host = host;
    this.doing = doing;
    this.message = doing;
    this.startedAt = startedAt;
    this.startedNanos = startedNanos;
  }

  OperationId id() {
    return id;
  }

  @Override
  public synchronized void at(long bytes, long entries) {
    doneBytes = bytes;
    message = doing + ": " + entries + " files and directories so far";
  }

  synchronized void message(String text) {
    message = text;
  }

  synchronized void done(String text, Instant at) {
    end(OperationView.State.DONE, text, at);
  }

  synchronized void failed(RefusalCode code, String why, Instant at) {
    refusal = Optional.of(code);
    end(OperationView.State.FAILED, why, at);
  }

  private void end(OperationView.State how, String text, Instant at) {
    state = how;
    message = text;
    endedAt = Optional.of(at);
  }

  synchronized OperationView view(long nowNanos) {
    double seconds = Math.max((nowNanos - startedNanos) / NANOS, 0.001);
    long rate = state == OperationView.State.RUNNING ? (long) (doneBytes / seconds) : 0;
    return new OperationView(
        id,
        kind,
        system,
        host,
        state,
        doneBytes,
        Optional.empty(),
        rate,
        message,
        startedAt,
        endedAt,
        refusal);
  }
}
