package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.StorageFault;
import java.nio.file.Path;

/** Mounts and unmounts datasets, also those whose storage daemon died under them. */
final class ZfsMounts {
  private final ZfsShell shell;

  ZfsMounts(ZfsShell shell) {
    this.shell = shell;
  }

  /** Mounts if it is not; returns the place as this JVM sees it. */
  Path mount(Dataset dataset) throws StorageFault {
    ZfsShell.State state = shell.state(dataset);
    Path place = state.path();
    if (state.mounted()) {
      if (shell.attempt(ZfsCommand.touchMount(place)).ok()) {
        return shell.settings().seen(place);
      }
      shell.ask(ZfsCommand.detach(place));
    }
    if (!state.canMount().equals("noauto")) {
      shell.ask(shell.command().set(dataset, "canmount", "noauto"));
    }
    shell.retryingBusy(() -> mountNow(dataset));
    return shell.settings().seen(place);
  }

  private void mountNow(Dataset dataset) throws StorageFault {
    // Long, because the log is replayed in here.
    ZfsRunner.Result result =
        shell.runner().attempt(shell.command().mount(dataset), shell.deadlines().bulk());
    if (!result.ok() && !ZfsFaults.alreadyMounted(result.stderr())) {
      throw shell.explained(result.fault());
    }
  }

  /** Unmounts if it is mounted. */
  void unmount(Dataset dataset) throws StorageFault {
    shell.retryingBusy(() -> unmountNow(dataset));
  }

  private void unmountNow(Dataset dataset) throws StorageFault {
    ZfsRunner.Result result =
        shell.runner().attempt(shell.command().unmount(dataset), shell.deadlines().bulk());
    if (result.ok() || ZfsFaults.notMounted(result.stderr())) {
      return;
    }
    StorageFault fault = shell.explained(result.fault());
    if (fault.kind() == StorageFault.Kind.NOT_FOUND
        || fault.kind() == StorageFault.Kind.UNAVAILABLE) {
      throw fault;
    }
    Path place = shell.state(dataset).path();
    if (shell.attempt(ZfsCommand.touchMount(place)).ok()) {
      throw fault;
    }
    shell.ask(ZfsCommand.detach(place));
  }
}
