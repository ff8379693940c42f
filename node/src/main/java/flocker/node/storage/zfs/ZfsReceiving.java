package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.node.storage.Snapshot;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;

/** What one receive means for its dataset. */
final class ZfsReceiving implements ZfsReceiveStream.Owner {
  private final ZfsShell shell;
  private final ZfsSnapshots snapshots;
  private final Dataset dataset;
  private final boolean incremental;
  private final boolean settle;

  /**
   * @param settle whether a property has to be set afterwards: a new copy must not be mounted by an
   *     import, one that was writable must no longer be
   */
  ZfsReceiving(
      ZfsShell shell,
      ZfsSnapshots snapshots,
      Dataset dataset,
      boolean incremental,
      boolean settle) {
    this.shell = shell;
    this.snapshots = snapshots;
    this.dataset = dataset;
    this.incremental = incremental;
    this.settle = settle;
  }

  @Override
  public void begins() {
    snapshots.receiveBegins(dataset);
  }

  @Override
  public void admit(StreamHeader header) throws StorageFault {
    if (header.from().isPresent() != incremental) {
      throw new StorageFault(
          Kind.BAD_STREAM,
          incremental
              ? "a full stream came where " + dataset + " was to be extended"
              : "a stream that needs a base came where " + dataset + " was to be made");
    }
    if (incremental && !header.from().equals(snapshots.tip(dataset))) {
      throw new StorageFault(
          Kind.BASE_MISMATCH,
          "the stream builds on GUID "
              + header.from().get()
              + ", but the newest snapshot of "
              + dataset
              + " is "
              + snapshots.tip(dataset).map(Object::toString).orElse("none"));
    }
  }

  @Override
  public void received(StreamHeader header) throws StorageFault {
    if (settle) {
      shell.ask(
          incremental
              ? shell.command().set(dataset, "readonly", "on")
              : shell.command().set(dataset, "canmount", "noauto"));
    }
    snapshots.received(dataset, new Snapshot(header.name(), header.to(), header.created()));
  }

  @Override
  public void ended(boolean admitted, boolean mayStillHappen) {
    if (admitted || mayStillHappen) {
      snapshots.receiveFailed(dataset, mayStillHappen);
    } else {
      snapshots.receiveRefused(dataset);
    }
  }
}
