package flocker.node.storage.zfs;

import flocker.node.storage.Capabilities;
import flocker.node.storage.Capabilities.Feature;
import flocker.node.storage.Dataset;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what this ZFS can do, and puts Flocker's part of the pool in order. */
final class ZfsProbe {
  private static final Logger LOG = LoggerFactory.getLogger(ZfsProbe.class);

  private final ZfsShell shell;
  private final ZfsMounts mounts;

  ZfsProbe(ZfsShell shell, ZfsMounts mounts) {
    this.shell = shell;
    this.mounts = mounts;
  }

  Capabilities open() throws StorageFault {
    Capabilities found = capabilities();
    parent();
    tidy();
    return found;
  }

  private Capabilities capabilities() throws StorageFault {
    ZfsRunner.Result version = shell.attempt(shell.command().version());
    Optional<String> release = ZfsOutput.release(version.stdout());
    if (version.ok() && release.isPresent()) {
      return new Capabilities("OpenZFS", release.get(), EnumSet.allOf(Feature.class));
    }
    StorageFault fault = version.fault();
    if (fault.kind() != Kind.UNSUPPORTED) {
      throw fault;
    }
    String text = shell.ask(shell.command().poolVersion());
    String pool =
        ZfsOutput.poolVersion(text)
            .orElseThrow(
                () ->
                    new StorageFault(
                        Kind.UNSUPPORTED,
                        "this is neither OpenZFS 0.8 or newer nor zfs-fuse: " + text.strip()));
    return new Capabilities("zfs-fuse", "pool version " + pool, Set.of());
  }

  /** Replicas are received below the parent, so what it says (read-only) holds from the start. */
  private void parent() throws StorageFault {
    ZfsCommand command = shell.command();
    ZfsRunner.Result state = shell.attempt(command.parentState());
    if (!state.ok()) {
      StorageFault fault = state.fault();
      if (fault.kind() != Kind.NOT_FOUND) {
        throw fault;
      }
      // Without a pool this says "no such pool": UNAVAILABLE.
      shell
          .runner()
          .run(command.createParent(shell.settings().mountBase()), shell.deadlines().command());
      return;
    }
    Map<String, String> values = ZfsOutput.properties(state.stdout(), ZfsCommand.STATE);
    Map<String, String> wanted =
        Map.of(
            "canmount", "off",
            "readonly", "on",
            "mountpoint", shell.settings().mountBase().toString());
    for (Map.Entry<String, String> each : wanted.entrySet()) {
      String is = values.get(each.getKey());
      // With an alternative root the mountpoint is shown with it in front.
      if (!is.equals(each.getValue())
          && !(each.getKey().equals("mountpoint") && is.endsWith(each.getValue()))) {
        shell.ask(command.setOnParent(each.getKey(), each.getValue()));
      }
    }
  }

  /**
   * A copy whose receive was cut off from its last step would be mounted by the next import; a
   * mounted copy shows stale files after the next receive.
   */
  private void tidy() throws StorageFault {
    String parent = shell.settings().parent();
    for (ZfsOutput.Filesystem each :
        ZfsOutput.filesystems(parent, shell.ask(shell.command().filesystems()))) {
      Optional<Dataset> dataset = ZfsOutput.dataset(parent, each.name());
      if (dataset.isPresent() && each.canMount().equals("on")) {
        LOG.atInfo().addKeyValue("dataset", each.name()).log("dataset-no-longer-mounted-by-itself");
        mounts.unmount(dataset.get());
        shell.ask(shell.command().set(dataset.get(), "canmount", "noauto"));
      }
    }
  }
}
