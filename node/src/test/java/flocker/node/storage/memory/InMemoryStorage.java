package flocker.node.storage.memory;

import flocker.node.storage.Capabilities;
import flocker.node.storage.Dataset;
import flocker.node.storage.Increment;
import flocker.node.storage.MountPlace;
import flocker.node.storage.PoolState;
import flocker.node.storage.ReceiveStream;
import flocker.node.storage.SendStream;
import flocker.node.storage.Snapshot;
import flocker.node.storage.Storage;
import flocker.node.storage.StorageFault;
import flocker.node.storage.StorageFault.Kind;
import flocker.node.storage.TakenSnapshot;
import flocker.node.storage.memory.Filesystem.Version;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SnapshotName;
import flocker.protocol.replication.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A host's storage in memory. Lineage is real: streams build on GUIDs, a target that was written to
 * refuses, clones depend on their origin. A mounted dataset is a folder among the temporary files,
 * and what is in it when a snapshot is taken is in the snapshot.
 *
 * <p>Deterministic: GUIDs and times follow from {@code seed} and the order of calls. Thread-safe.
 * Not as in ZFS: content counts, so writing the same bytes again is no change; mounted folders do
 * not notice open files, and writes to a read-only one are lost instead of refused.
 */
public final class InMemoryStorage implements Storage, AutoCloseable {
  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

  private final long seed;
  private final long capacityBytes;
  private final Path mounts;
  private final Faults faults = new Faults();
  private final Map<String, Filesystem> filesystems = new TreeMap<>();
  private long taken;
  private int mountCount;

  /** Ample room. */
  public InMemoryStorage(long seed) {
    this(seed, 1L << 30);
  }

  /** {@code capacityBytes}: of content, shared content counted once. */
  public InMemoryStorage(long seed, long capacityBytes) {
    this.seed = seed;
    this.capacityBytes = capacityBytes;
    try {
      this.mounts = Files.createTempDirectory("flocker-memory-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The means to make it fail. */
  public Faults faults() {
    return faults;
  }

  /** Storage dies: nothing is mounted any more, what was mounted and written to needs its log. */
  public synchronized void kill() {
    faults.become(Faults.Condition.DEAD);
    for (Filesystem each : filesystems.values()) {
      if (each.mounted != null) {
        Tree before = each.live;
        each.sync();
        each.unreplayed |= !each.live.equals(each.tipTree()) || !each.live.equals(before);
        each.mounted = null;
      }
      each.receiving = false;
    }
  }

  @Override
  public synchronized Capabilities open() throws StorageFault {
    faults.before("open");
    return new Capabilities("memory", "1", Set.of());
  }

  @Override
  public synchronized PoolState pool() throws StorageFault {
    faults.before("pool");
    filesystems.values().forEach(Filesystem::sync);
    return new PoolState("ONLINE", Math.max(0, capacityBytes - used()), capacityBytes);
  }

  private long used() {
    Set<byte[]> blocks = Blocks.none();
    for (Filesystem each : filesystems.values()) {
      blocks.addAll(each.live.blocks());
      each.versions.forEach(version -> blocks.addAll(version.tree.blocks()));
    }
    return Blocks.size(blocks);
  }

  private void requireRoom(long more) throws StorageFault {
    filesystems.values().forEach(Filesystem::sync);
    if (used() + more >= capacityBytes) {
      throw new StorageFault(Kind.NO_SPACE, "out of space: " + capacityBytes + " bytes are full");
    }
  }

  @Override
  public synchronized List<Dataset> datasets() throws StorageFault {
    faults.before("datasets");
    return filesystems.keySet().stream().map(Dataset::new).toList();
  }

  @Override
  public synchronized boolean exists(Dataset dataset) throws StorageFault {
    faults.before("exists");
    return filesystems.containsKey(dataset.path());
  }

  @Override
  public synchronized void create(Dataset dataset) throws StorageFault {
    faults.before("create");
    requireRoom(0);
    put(dataset, new Filesystem());
    faults.after("create");
  }

  private Filesystem get(Dataset dataset) throws StorageFault {
    Filesystem found = filesystems.get(dataset.path());
    if (found == null) {
      throw new StorageFault(Kind.NOT_FOUND, "dataset " + dataset + " does not exist");
    }
    return found;
  }

  private Version get(Dataset dataset, SnapshotName name) throws StorageFault {
    return get(dataset)
        .version(name)
        .orElseThrow(
            () ->
                new StorageFault(
                    Kind.NOT_FOUND, "snapshot " + dataset + "@" + name + " does not exist"));
  }

  private void put(Dataset dataset, Filesystem filesystem) throws StorageFault {
    requireAbsent(dataset);
    String path = dataset.path();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      filesystems.computeIfAbsent(path.substring(0, slash), key -> new Filesystem());
    }
    filesystems.put(path, filesystem);
  }

  private void requireAbsent(Dataset dataset) throws StorageFault {
    if (filesystems.containsKey(dataset.path())) {
      throw new StorageFault(Kind.EXISTS, "dataset " + dataset + " already exists");
    }
  }

  @Override
  public synchronized void destroy(Dataset dataset) throws StorageFault {
    faults.before("destroy");
    Filesystem filesystem = get(dataset);
    requireNoReceive(dataset, filesystem);
    boolean children =
        filesystems.keySet().stream().anyMatch(path -> path.startsWith(dataset + "/"));
    if (children || filesystem.versions.stream().anyMatch(this::hasClones)) {
      throw new StorageFault(Kind.HAS_DEPENDENTS, "others depend on " + dataset);
    }
    unmount(filesystem);
    filesystems.remove(dataset.path());
    faults.after("destroy");
  }

  private boolean hasClones(Version version) {
    return filesystems.values().stream().anyMatch(each -> each.origin == version);
  }

  private static void requireNoReceive(Dataset dataset, Filesystem filesystem) throws StorageFault {
    if (filesystem.receiving) {
      throw new StorageFault(Kind.BUSY, dataset + " is busy with a receive");
    }
  }

  @Override
  public synchronized void rename(Dataset from, Dataset to) throws StorageFault {
    faults.before("rename");
    Filesystem filesystem = get(from);
    requireNoReceive(from, filesystem);
    requireAbsent(to);
    unmount(filesystem);
    put(to, filesystem);
    filesystems.remove(from.path());
    List<String> below =
        filesystems.keySet().stream().filter(path -> path.startsWith(from + "/")).toList();
    for (String path : below) {
      filesystems.put(to + path.substring(from.path().length()), filesystems.remove(path));
    }
    faults.after("rename");
  }

  @Override
  public synchronized List<Snapshot> snapshots(Dataset dataset) throws StorageFault {
    faults.before("snapshots");
    return get(dataset).versions.stream().map(each -> each.snapshot).toList();
  }

  @Override
  public synchronized Optional<Snapshot> newest(Dataset dataset) throws StorageFault {
    faults.before("newest");
    return get(dataset).versions.stream()
        .map(each -> each.snapshot)
        .filter(each -> each.position().isPresent())
        .reduce((older, newer) -> newer);
  }

  @Override
  public synchronized Snapshot snapshot(Dataset dataset, SnapshotName name) throws StorageFault {
    faults.before("snapshot");
    Filesystem filesystem = get(dataset);
    if (filesystem.version(name).isPresent()) {
      throw new StorageFault(Kind.EXISTS, dataset + "@" + name + " already exists");
    }
    if (filesystem.unreplayed) {
      throw new StorageFault(Kind.BUSY, dataset + " is busy: its log must be replayed by a mount");
    }
    requireRoom(0);
    Snapshot snapshot = new Snapshot(name, guid(), FIRST.plusSeconds(taken));
    filesystem.versions.add(new Version(snapshot, filesystem.live, filesystem));
    faults.after("snapshot");
    return snapshot;
  }

  @Override
  public synchronized TakenSnapshot snapshotAfter(
      Dataset dataset, SnapshotName base, SnapshotName name) throws StorageFault {
    Snapshot taken = snapshot(dataset, name);
    try {
      boolean written = !unchanged(dataset, base, name);
      byte[] stream = encoded(dataset, Optional.of(base), name);
      Optional<Increment> increment =
          stream.length > Increment.MOST_BYTES
              ? Optional.empty()
              : Optional.of(
                  new Increment(get(dataset, base).snapshot.guid(), Payload.wrap(stream)));
      return new TakenSnapshot(taken, written, increment);
    } catch (StorageFault e) {
      return new TakenSnapshot(taken, true, Optional.empty());
    }
  }

  /** Never zero, different for each seed and count. Source: the finalizer of SplitMix64. */
  private SnapshotGuid guid() {
    taken++;
    long mixed = seed * 0x9E3779B97F4A7C15L + taken;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return new SnapshotGuid((mixed ^ (mixed >>> 31)) | 1);
  }

  @Override
  public synchronized void destroySnapshot(Dataset dataset, SnapshotName name) throws StorageFault {
    faults.before("destroySnapshot");
    Version version = get(dataset, name);
    if (hasClones(version)) {
      throw new StorageFault(Kind.HAS_DEPENDENTS, dataset + "@" + name + " has dependent clones");
    }
    get(dataset).versions.remove(version);
    faults.after("destroySnapshot");
  }

  @Override
  public synchronized boolean unchanged(Dataset dataset, SnapshotName older, SnapshotName newer)
      throws StorageFault {
    faults.before("unchanged");
    return get(dataset, older).tree.equals(get(dataset, newer).tree);
  }

  @Override
  public synchronized SendStream send(Dataset dataset, Optional<SnapshotName> base, SnapshotName to)
      throws StorageFault {
    faults.before("send");
    try {
      return new MemorySend(faults, encoded(dataset, base, to), null);
    } catch (StorageFault e) {
      // As with a real sender, only its end tells.
      return new MemorySend(faults, new byte[0], e);
    }
  }

  private byte[] encoded(Dataset dataset, Optional<SnapshotName> base, SnapshotName to)
      throws StorageFault {
    Version target = get(dataset, to);
    Tree from = Tree.EMPTY;
    Optional<SnapshotGuid> fromGuid = Optional.empty();
    if (base.isPresent()) {
      Version version = get(dataset, base.get());
      if (version.owner.versions.indexOf(version) >= target.owner.versions.indexOf(target)) {
        throw new StorageFault(Kind.BASE_MISMATCH, base.get() + " is not earlier than " + to);
      }
      from = version.tree;
      fromGuid = Optional.of(version.snapshot.guid());
    }
    Snapshot snapshot = target.snapshot;
    return new MemoryStream(
            fromGuid, snapshot.guid(), to, snapshot.created(), target.tree.since(from))
        .encode();
  }

  @Override
  public synchronized ReceiveStream receive(Dataset dataset, boolean incremental)
      throws StorageFault {
    faults.before("receive");
    if (!incremental) {
      requireAbsent(dataset);
      return new MemoryReceive(faults, bytes -> receiveFull(dataset, bytes), () -> {});
    }
    Filesystem filesystem = get(dataset);
    if (filesystem.receiving) {
      StorageFault busy = new StorageFault(Kind.BUSY, dataset + " is busy with a receive");
      return new MemoryReceive(
          faults,
          bytes -> {
            throw busy;
          },
          () -> {});
    }
    unmount(filesystem);
    filesystem.receiving = true;
    return new MemoryReceive(
        faults,
        bytes -> receiveIncrement(dataset, filesystem, bytes),
        () -> endReceive(filesystem));
  }

  private synchronized void endReceive(Filesystem filesystem) {
    filesystem.receiving = false;
  }

  private synchronized void receiveFull(Dataset dataset, byte[] bytes) throws StorageFault {
    MemoryStream stream = MemoryStream.decode(bytes);
    if (stream.from().isPresent()) {
      throw new StorageFault(Kind.BAD_STREAM, "the stream needs a base; " + dataset + " has none");
    }
    requireRoom(stream.length());
    Filesystem made = new Filesystem();
    append(made, Tree.EMPTY, stream);
    put(dataset, made);
    faults.after("receive");
  }

  private synchronized void receiveIncrement(Dataset dataset, Filesystem filesystem, byte[] bytes)
      throws StorageFault {
    MemoryStream stream = MemoryStream.decode(bytes);
    if (stream.from().isEmpty()) {
      throw new StorageFault(Kind.BAD_STREAM, "a full stream cannot extend " + dataset);
    }
    Optional<Version> tip = filesystem.tip();
    if (!stream.from().equals(tip.map(each -> each.snapshot.guid()))) {
      throw new StorageFault(
          Kind.BASE_MISMATCH, "the stream does not build on the newest snapshot of " + dataset);
    }
    if (filesystem.unreplayed || !filesystem.live.equals(filesystem.tipTree())) {
      throw new StorageFault(
          Kind.MODIFIED, dataset + " has been modified since its newest snapshot");
    }
    requireRoom(stream.length());
    append(filesystem, filesystem.live, stream);
    faults.after("receive");
  }

  private static void append(Filesystem filesystem, Tree base, MemoryStream stream)
      throws StorageFault {
    try {
      Tree tree = stream.applyTo(base);
      filesystem.versions.add(new Version(stream.makes(), tree, filesystem));
      filesystem.live = tree;
      filesystem.readOnly = true;
    } catch (IOException | RuntimeException e) {
      throw new StorageFault(Kind.BAD_STREAM, "the stream's content is not whole: " + e, e);
    }
  }

  @Override
  public List<Path> devices() {
    return List.of();
  }

  @Override
  public MountPlace mountPlace(Dataset dataset) {
    return new MountPlace("memory/" + dataset, Path.of("/proc/self/mountinfo"), Path.of("/"));
  }

  @Override
  public synchronized Path mount(Dataset dataset) throws StorageFault {
    faults.before("mount");
    Filesystem filesystem = get(dataset);
    if (filesystem.mounted == null) {
      // One place for each dataset, so that a second mount finds the same path.
      Path place = mounts.resolve(dataset.path().replace('/', '~'));
      if (Files.exists(place)) {
        Tree.delete(place);
      }
      mountCount++;
      filesystem.live.restore(place);
      filesystem.mounted = place;
      filesystem.unreplayed = false;
    }
    return filesystem.mounted;
  }

  /** How often anything was really mounted. */
  public synchronized int mountCount() {
    return mountCount;
  }

  @Override
  public synchronized void unmount(Dataset dataset) throws StorageFault {
    faults.before("unmount");
    unmount(get(dataset));
  }

  private static void unmount(Filesystem filesystem) {
    if (filesystem.mounted != null) {
      filesystem.sync();
      Tree.delete(filesystem.mounted);
      filesystem.mounted = null;
    }
  }

  @Override
  public synchronized boolean readOnly(Dataset dataset) throws StorageFault {
    faults.before("readOnly");
    return get(dataset).readOnly;
  }

  @Override
  public synchronized void setReadOnly(Dataset dataset, boolean readOnly) throws StorageFault {
    faults.before("setReadOnly");
    Filesystem filesystem = get(dataset);
    filesystem.sync();
    filesystem.readOnly = readOnly;
    faults.after("setReadOnly");
  }

  @Override
  public synchronized Optional<String> property(Dataset dataset, String key) throws StorageFault {
    faults.before("property");
    return Optional.ofNullable(get(dataset).properties.get(key));
  }

  @Override
  public synchronized void setProperty(Dataset dataset, String key, String value)
      throws StorageFault {
    faults.before("setProperty");
    if (!key.matches("[a-z0-9][a-z0-9._-]{0,63}")
        || value.matches("(?s).*\\p{Cntrl}.*")
        || value.length() > 4096) {
      throw new IllegalArgumentException("not a property: " + key + "=" + value);
    }
    get(dataset).properties.put(key, value);
    faults.after("setProperty");
  }

  @Override
  public synchronized void cloneFrom(Dataset dataset, SnapshotName snapshot, Dataset clone)
      throws StorageFault {
    faults.before("cloneFrom");
    Version version = get(dataset, snapshot);
    requireRoom(0);
    Filesystem made = new Filesystem();
    made.live = version.tree;
    made.origin = version;
    put(clone, made);
    faults.after("cloneFrom");
  }

  @Override
  public synchronized void promote(Dataset clone) throws StorageFault {
    faults.before("promote");
    Filesystem promoted = get(clone);
    Version origin = promoted.origin;
    if (origin == null) {
      throw new StorageFault(Kind.UNSUPPORTED, clone + " is not a cloned filesystem");
    }
    Filesystem parent = origin.owner;
    List<Version> moved =
        List.copyOf(parent.versions.subList(0, parent.versions.indexOf(origin) + 1));
    for (Version each : moved) {
      if (promoted.version(each.snapshot.name()).isPresent()) {
        throw new StorageFault(Kind.EXISTS, clone + "@" + each.snapshot.name() + " already exists");
      }
    }
    parent.versions.removeAll(moved);
    promoted.versions.addAll(0, moved);
    moved.forEach(each -> each.owner = promoted);
    promoted.origin = parent.origin;
    parent.origin = origin;
    faults.after("promote");
  }

  @Override
  public synchronized Optional<Origin> origin(Dataset dataset) throws StorageFault {
    faults.before("origin");
    Version origin = get(dataset).origin;
    return filesystems.entrySet().stream()
        .filter(each -> origin != null && each.getValue() == origin.owner)
        .map(each -> new Origin(new Dataset(each.getKey()), origin.snapshot.name()))
        .findFirst();
  }

  @Override
  public synchronized Map<Dataset, Origin> origins() throws StorageFault {
    faults.before("origins");
    Map<Dataset, Origin> found = new TreeMap<>(Comparator.comparing(Dataset::path));
    for (String path : filesystems.keySet()) {
      Dataset dataset = new Dataset(path);
      origin(dataset).ifPresent(origin -> found.put(dataset, origin));
    }
    return found;
  }

  @Override
  public synchronized Map<SnapshotName, Long> held(Dataset dataset, List<SnapshotName> names)
      throws StorageFault {
    faults.before("held");
    Map<SnapshotName, Long> held = new HashMap<>();
    for (SnapshotName name : names) {
      Version version = get(dataset, name);
      held.put(name, Blocks.onlyIn(version, filesystems.values()));
    }
    return held;
  }

  @Override
  public synchronized long used(Dataset dataset) throws StorageFault {
    faults.before("used");
    Filesystem filesystem = get(dataset);
    filesystem.sync();
    Set<byte[]> blocks = Blocks.none();
    filesystem.versions.forEach(version -> blocks.addAll(version.tree.blocks()));
    blocks.addAll(filesystem.live.blocks());
    if (filesystem.origin != null) {
      blocks.removeAll(filesystem.origin.tree.blocks());
    }
    return Blocks.size(blocks);
  }

  @Override
  public synchronized Optional<Long> estimateSend(
      Dataset dataset, Optional<SnapshotName> base, SnapshotName to) throws StorageFault {
    faults.before("estimateSend");
    return Optional.of((long) encoded(dataset, base, to).length);
  }

  @Override
  public synchronized void canary() throws StorageFault {
    faults.before("canary");
  }

  /** Deletes the temporary files. */
  @Override
  public synchronized void close() {
    Tree.delete(mounts);
  }
}
