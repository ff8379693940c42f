package flocker.node.guard;

import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The fake keeps the same contract as the real guards. */
final class InMemoryGuardsTest extends GuardsContract {
  private final SystemId system = new SystemId("00000000000000aa");
  private long now = 1_000_000_000L;
  private boolean alive;
  private final InMemoryGuards guards =
      new InMemoryGuards(() -> now, id -> alive = false, id -> alive);

  @Override
  protected SystemId system() {
    return system;
  }

  @Override
  protected List<Path> cgroups() {
    return List.of(Path.of("/memory"));
  }

  @Override
  protected Guards guards() {
    return guards;
  }

  @Override
  protected long in(Duration time) {
    return now + time.toNanos();
  }

  @Override
  protected void pass(Duration time) {
    now += time.toNanos();
    guards.tick();
  }

  @Override
  protected void bringToLife() {
    alive = true;
  }

  @Override
  protected boolean alive() {
    return alive;
  }

  @Override
  protected void end() {
    alive = false;
  }
}
