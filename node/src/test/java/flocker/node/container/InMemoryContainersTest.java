package flocker.node.container;

import flocker.protocol.id.SystemId;
import java.nio.file.Path;
import java.util.List;

/** The fake keeps the same contract as the real drivers. */
final class InMemoryContainersTest extends ContainerContract {
  private final InMemoryContainers runtime = new InMemoryContainers();

  @Override
  protected ContainerRuntime runtime() {
    return runtime;
  }

  @Override
  protected ContainerRuntime nextRuntime() {
    return new InMemoryContainers(runtime.host());
  }

  @Override
  protected ContainerSpec spec(SystemId system, Init init) {
    List<String> command =
        switch (init) {
          case SERVES -> List.of("serves");
          case ENDS_WITH_3 -> List.of("ends", "3");
          case IGNORES_TERM -> List.of("ignores-term");
          case MISSING -> List.of("/sbin/nothing");
        };
    return plainSpec(system, Path.of("/memory"), command);
  }
}
