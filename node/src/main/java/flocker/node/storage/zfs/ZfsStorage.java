package flocker.node.storage.zfs;

import flocker.node.storage.Capabilities;
import flocker.node.storage.Capabilities.Feature;
import flocker.node.storage.Dataset;
import flocker.node.storage.MountPlace;
import flocker.node.storage.PoolState;
import flocker.node.storage.ReceiveStream;
import flocker.node.storage.SendStream;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.node.storage.TakenSnapshot;
import flocker.node.time.BootClock;
import flocker.protocol.id.SnapshotName;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One pool of zfs-fuse 0.7 or OpenZFS 2. Thread-safe: sends, receives, snapshots and the rest may
 * run at the same time.
 *
 * <p>All datasets lie below one parent, which is read-only, so that a received copy is from its
 * first moment; those that are made writable say so themselves. None is mounted unless asked, not
 * even by an import.
 */
public final class ZfsStorage implements Storage {
  private static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  // zfs-fuse aborts at 8192.
  private static final int LONGEST_VALUE = 4096;
  // Of one command line: far below what the kernel takes, and a bounded answer.
  private static final int MOST_NAMES = 200;

  private final ZfsShell shell;
  private final ZfsCommand command;
  private final ZfsMounts mounts;
  private final ZfsCanary canary;
  private final ZfsSnapshots snapshots;
  private final StallWatch watch;
  private final SealedCopies sealed;
  private volatile Capabilities capabilities = new Capabilities("unknown", "", Set.of());

  public ZfsStorage(ZfsSettings settings, BootClock clock) {
    this.shell = new ZfsShell(settings, clock);
    this.command = shell.command();
    this.mounts = new ZfsMounts(shell);
    this.canary = new ZfsCanary(shell, mounts);
    this.snapshots = new ZfsSnapshots(shell, clock, () -> capabilities.has(Feature.PARSABLE_LIST));
    this.sealed = new SealedCopies(clock);
    this.watch = new StallWatch(clock, settings.deadlines().stall());
  }

  @Override
  public Capabilities open() throws StorageFault {
    snapshots.forgetAll();
    sealed.forgetAll();
    capabilities = new ZfsProbe(shell, mounts).open();
    return capabilities;
  }

  @Override
  public PoolState pool() throws StorageFault {
    String health = ZfsOutput.health(shell.ask(command.health()));
    Map<String, String> space =
        ZfsOutput.properties(shell.ask(command.space()), List.of("used", "available"));
    long free = ZfsOutput.count(space.get("available"));
    return new PoolState(health, free, free + ZfsOutput.count(space.get("used")));
  }

  @Override
  public List<Path> devices() throws StorageFault {
    return ZfsOutput.devices(shell.settings().pool(), shell.ask(command.devices()));
  }

  @Override
  public MountPlace mountPlace(Dataset dataset) {
    return shell.settings().place(command.name(dataset));
  }

  @Override
  public List<Dataset> datasets() throws StorageFault {
    String parent = shell.settings().parent();
    return ZfsOutput.filesystems(parent, shell.ask(command.filesystems())).stream()
        .flatMap(each -> ZfsOutput.dataset(parent, each.name()).stream())
        .filter(each -> !each.equals(ZfsCanary.DATASET))
        .sorted(Comparator.comparing(Dataset::path))
        .toList();
  }

  @Override
  public boolean exists(Dataset dataset) throws StorageFault {
    ZfsRunner.Result state = shell.attempt(command.state(dataset));
    if (state.ok()) {
      return true;
    }
    StorageFault fault = shell.explained(state.fault());
    if (fault.kind() == Kind.NOT_FOUND) {
      return false;
    }
    throw fault;
  }

  @Override
  public void create(Dataset dataset) throws StorageFault {
    makeFoldersFor(dataset);
    shell.ask(command.create(dataset));
  }

  /** {@code a/b/c} needs {@code a} and {@code a/b}. */
  private void makeFoldersFor(Dataset dataset) throws StorageFault {
    String path = dataset.path();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      Dataset folder = new Dataset(path.substring(0, slash));
      if (exists(folder)) {
        continue;
      }
      ZfsRunner.Result made = shell.attempt(command.createFolder(folder));
      if (!made.ok() && made.fault().kind() != Kind.EXISTS) {
        throw shell.explained(made.fault());
      }
    }
  }

  @Override
  public void destroy(Dataset dataset) throws StorageFault {
    long filesystems = shell.ask(command.children(dataset)).lines().count();
    if (filesystems > 1) {
      throw new StorageFault(
          Kind.HAS_DEPENDENTS, "other datasets lie below " + dataset + "; it is left as it is");
    }
    mounts.unmount(dataset);
    try {
      shell.retryingBusy(() -> shell.askLong(command.destroy(dataset)));
    } finally {
      snapshots.forgetAll();
      sealed.forgetAll();
    }
  }

  @Override
  public void rename(Dataset from, Dataset to) throws StorageFault {
    mounts.unmount(from);
    makeFoldersFor(to);
    try {
      shell.retryingBusy(() -> shell.ask(command.rename(from, to)));
    } finally {
      snapshots.forgetAll();
      sealed.forgetAll();
    }
  }

  @Override
  public List<Snapshot> snapshots(Dataset dataset) throws StorageFault {
    return snapshots.all(dataset);
  }

  @Override
  public Optional<Snapshot> newest(Dataset dataset) throws StorageFault {
    return snapshots.all(dataset).stream()
        .filter(each -> each.position().isPresent())
        .reduce((older, newer) -> newer);
  }

  @Override
  public Snapshot snapshot(Dataset dataset, SnapshotName name) throws StorageFault {
    return snapshots.take(dataset, name);
  }

  @Override
  public TakenSnapshot snapshotAfter(Dataset dataset, SnapshotName base, SnapshotName name)
      throws StorageFault {
    return capabilities.has(Feature.WRITTEN_PROPERTY)
        ? afterByProperty(dataset, base, name)
        : snapshots.takeAfter(dataset, base, name, () -> send(dataset, Optional.of(base), name));
  }

  private TakenSnapshot afterByProperty(Dataset dataset, SnapshotName base, SnapshotName name)
      throws StorageFault {
    Snapshot taken = snapshots.take(dataset, name);
    try {
      if (unchanged(dataset, base, name)) {
        return new TakenSnapshot(taken, false, Optional.empty());
      }
      try (SendStream stream = send(dataset, Optional.of(base), name)) {
        return new TakenSnapshot(taken, true, ZfsIncrement.read(stream).increment());
      }
    } catch (StorageFault e) {
      // It counts as written, and whoever needs the stream reads it.
      return new TakenSnapshot(taken, true, Optional.empty());
    }
  }

  @Override
  public void destroySnapshot(Dataset dataset, SnapshotName name) throws StorageFault {
    snapshots.destroy(dataset, name);
  }

  @Override
  public boolean unchanged(Dataset dataset, SnapshotName older, SnapshotName newer)
      throws StorageFault {
    if (capabilities.has(Feature.WRITTEN_PROPERTY)) {
      String text = shell.ask(command.written(dataset, older, newer));
      String property = "written@" + older;
      return ZfsOutput.count(ZfsOutput.properties(text, List.of(property)).get(property)) == 0;
    }
    try (SendStream stream = send(dataset, Optional.of(older), newer)) {
      byte[] bytes = stream.bytes().readNBytes(StreamHeader.EMPTY_STREAM_LENGTH + 1);
      if (bytes.length > StreamHeader.EMPTY_STREAM_LENGTH) {
        return false;
      }
      stream.finish();
      return StreamHeader.isEmptyStream(bytes);
    } catch (IOException e) {
      throw new StorageFault(Kind.TIMEOUT, "the send of " + dataset + " broke off: " + e, e);
    }
  }

  @Override
  public SendStream send(Dataset dataset, Optional<SnapshotName> base, SnapshotName to)
      throws StorageFault {
    List<String> argv = command.send(dataset, base, to, modern());
    return ZfsSendStream.start(shell, argv, watch);
  }

  private boolean modern() {
    return capabilities.has(Feature.LARGE_COMPRESSED_EMBEDDED_SEND)
        && !shell.settings().plainStreams();
  }

  @Override
  public ReceiveStream receive(Dataset dataset, boolean incremental) throws StorageFault {
    boolean wasWritable = false;
    if (incremental) {
      wasWritable = !sealed.knows(dataset) && seal(dataset);
    } else {
      if (exists(dataset)) {
        throw new StorageFault(
            Kind.EXISTS, dataset + " exists; a full stream is never received over it");
      }
      makeFoldersFor(dataset);
    }
    boolean settable = capabilities.has(Feature.PARSABLE_LIST);
    ZfsReceiveStream.Owner owner =
        new ZfsReceiving(
            shell, snapshots, dataset, incremental, incremental ? wasWritable : !settable);
    return ZfsReceiveStream.start(
        shell, command.receive(dataset, incremental, settable), watch, owner);
  }

  /** Unmounts; true if the dataset is writable. */
  private boolean seal(Dataset dataset) throws StorageFault {
    long ticket = sealed.ticket();
    ZfsShell.State state = shell.state(dataset);
    if (state.mounted()) {
      mounts.unmount(dataset);
    }
    if (state.readOnly()) {
      sealed.offer(dataset, ticket);
    }
    return !state.readOnly();
  }

  @Override
  public Path mount(Dataset dataset) throws StorageFault {
    if (sealed.touched(dataset)) {
      // Received into since anybody looked: a mount made by hand meanwhile shows what was there
      // before.
      mounts.unmount(dataset);
    }
    return mounts.mount(dataset);
  }

  @Override
  public void unmount(Dataset dataset) throws StorageFault {
    mounts.unmount(dataset);
  }

  @Override
  public boolean readOnly(Dataset dataset) throws StorageFault {
    return shell.state(dataset).readOnly();
  }

  @Override
  public void setReadOnly(Dataset dataset, boolean readOnly) throws StorageFault {
    sealed.forgetAll();
    shell.ask(command.set(dataset, "readonly", readOnly ? "on" : "off"));
  }

  @Override
  public Optional<String> property(Dataset dataset, String key) throws StorageFault {
    return ZfsOutput.userProperty(shell.ask(command.userProperty(dataset, checked(key))));
  }

  @Override
  public void setProperty(Dataset dataset, String key, String value) throws StorageFault {
    boolean odd = value.chars().anyMatch(each -> each < ' ' || each == 127);
    if (odd || value.getBytes(StandardCharsets.UTF_8).length > LONGEST_VALUE) {
      throw new IllegalArgumentException(
          "a property's value is at most " + LONGEST_VALUE + " bytes without control characters");
    }
    shell.ask(command.setUserProperty(dataset, checked(key), value));
  }

  private static String checked(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not a property key: " + key);
    }
    return key;
  }

  @Override
  public void cloneFrom(Dataset dataset, SnapshotName snapshot, Dataset clone) throws StorageFault {
    makeFoldersFor(clone);
    shell.ask(command.cloneFrom(dataset, snapshot, clone));
    shell.ask(command.set(clone, "canmount", "noauto"));
  }

  @Override
  public void promote(Dataset clone) throws StorageFault {
    try {
      shell.ask(command.promote(clone));
    } finally {
      snapshots.forgetAll();
      sealed.forgetAll();
    }
  }

  @Override
  public Optional<Origin> origin(Dataset dataset) throws StorageFault {
    return ZfsOutput.origin(shell.settings().parent(), shell.state(dataset).origin());
  }

  @Override
  public Map<Dataset, Origin> origins() throws StorageFault {
    return ZfsOutput.origins(shell.settings().parent(), shell.ask(command.origins()));
  }

  @Override
  public Map<SnapshotName, Long> held(Dataset dataset, List<SnapshotName> names)
      throws StorageFault {
    Map<SnapshotName, Long> held = new HashMap<>();
    for (int from = 0; from < names.size(); from += MOST_NAMES) {
      List<SnapshotName> some = names.subList(from, Math.min(from + MOST_NAMES, names.size()));
      held.putAll(ZfsOutput.counts(some, shell.ask(command.held(dataset, some))));
    }
    return held;
  }

  @Override
  public long used(Dataset dataset) throws StorageFault {
    String text = shell.ask(command.used(dataset));
    return ZfsOutput.count(ZfsOutput.properties(text, List.of("used")).get("used"));
  }

  @Override
  public Optional<Long> estimateSend(Dataset dataset, Optional<SnapshotName> base, SnapshotName to)
      throws StorageFault {
    if (capabilities.has(Feature.PARSABLE_LIST)) {
      return Optional.of(
          ZfsOutput.estimate(shell.ask(command.estimate(dataset, base, to, modern()))));
    }
    if (base.isPresent()) {
      return Optional.empty();
    }
    Map<String, String> values =
        ZfsOutput.properties(
            shell.ask(command.referenced(dataset, to)), List.of("referenced", "compressratio"));
    BigDecimal referenced = BigDecimal.valueOf(ZfsOutput.count(values.get("referenced")));
    return Optional.of(
        referenced.multiply(ZfsOutput.ratio(values.get("compressratio"))).longValue());
  }

  @Override
  public void canary() throws StorageFault {
    canary.sing();
  }
}
