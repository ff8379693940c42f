package flocker.node.storage.zfs;

import flocker.node.storage.Dataset;
import flocker.protocol.id.SnapshotName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every argument list of {@code zfs}, {@code zpool} and {@code umount} that the product uses. Names
 * come validated by their types and begin with the pool's name, so none can be taken for an option.
 * Options are those that both zfs-fuse 0.7 and OpenZFS 2 have, unless the method says otherwise.
 */
final class ZfsCommand {
  private static final List<String> FOLDERS =
      List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin", "/usr/local/bin");

  /** The properties {@link #state} asks for, in this order. */
  static final List<String> STATE =
      List.of("type", "mounted", "canmount", "readonly", "mountpoint", "origin");

  private final String pool;
  private final String parent;
  private final String zfs = locate("zfs");
  private final String zpool = locate("zpool");

  ZfsCommand(ZfsSettings settings) {
    this.pool = settings.pool();
    this.parent = settings.parent();
  }

  private static String locate(String program) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(program);
  }

  String name(Dataset dataset) {
    return parent + "/" + dataset;
  }

  String name(Dataset dataset, SnapshotName snapshot) {
    return name(dataset) + "@" + snapshot;
  }

  /** Prints the release; zfs-fuse does not know the command. */
  List<String> version() {
    return List.of(zfs, "version");
  }

  /** Without arguments it only prints the pool version this software runs. */
  List<String> poolVersion() {
    return List.of(zpool, "upgrade");
  }

  List<String> health() {
    return List.of(zpool, "list", "-H", "-o", "health", pool);
  }

  /** Prints the tree of the pool's devices. */
  List<String> devices() {
    return List.of(zpool, "status", pool);
  }

  List<String> space() {
    return List.of(zfs, "get", "-Hp", "-o", "property,value", "used,available", pool);
  }

  List<String> parentState() {
    return state(parent);
  }

  List<String> state(Dataset dataset) {
    return state(name(dataset));
  }

  private List<String> state(String name) {
    return List.of(zfs, "get", "-Hp", "-o", "property,value", String.join(",", STATE), name);
  }

  List<String> createParent(Path mountBase) {
    return List.of(
        zfs,
        "create",
        "-p",
        "-o",
        "canmount=off",
        "-o",
        "mountpoint=" + mountBase,
        "-o",
        "readonly=on",
        "-o",
        "atime=off",
        parent);
  }

  List<String> setOnParent(String property, String value) {
    return List.of(zfs, "set", property + "=" + value, parent);
  }

  /** A dataset that only holds others, such as {@code stash}. */
  List<String> createFolder(Dataset dataset) {
    return List.of(zfs, "create", "-o", "canmount=off", name(dataset));
  }

  List<String> create(Dataset dataset) {
    return List.of(zfs, "create", "-o", "canmount=noauto", "-o", "readonly=off", name(dataset));
  }

  /** All filesystems below the parent (itself first), each with {@code canmount}. */
  List<String> filesystems() {
    return List.of(
        zfs, "list", "-H", "-o", "name,canmount,mounted", "-t", "filesystem", "-r", parent);
  }

  List<String> children(Dataset dataset) {
    return List.of(
        zfs, "list", "-H", "-o", "name", "-t", "filesystem", "-r", "-d", "1", name(dataset));
  }

  List<String> destroy(Dataset dataset) {
    return List.of(zfs, "destroy", "-r", name(dataset));
  }

  List<String> destroy(Dataset dataset, SnapshotName snapshot) {
    return List.of(zfs, "destroy", name(dataset, snapshot));
  }

  List<String> rename(Dataset from, Dataset to) {
    return List.of(zfs, "rename", name(from), name(to));
  }

  List<String> snapshot(Dataset dataset, SnapshotName snapshot) {
    return List.of(zfs, "snapshot", name(dataset, snapshot));
  }

  /** GUID and creation of one snapshot: the same few milliseconds however many there are. */
  List<String> describe(Dataset dataset, SnapshotName snapshot) {
    return List.of(
        zfs, "get", "-Hp", "-o", "property,value", "guid,creation", name(dataset, snapshot));
  }

  /** All snapshots of a dataset, at a cost that grows with their number (zfs-fuse). */
  List<String> snapshotsByGet(Dataset dataset) {
    return List.of(
        zfs,
        "get",
        "-Hp",
        "-r",
        "-d",
        "1",
        "-o",
        "name,property,value",
        "guid,createtxg,creation",
        name(dataset));
  }

  /** The same where {@code list -p} exists (OpenZFS). */
  List<String> snapshotsByList(Dataset dataset) {
    return List.of(
        zfs,
        "list",
        "-Hp",
        "-d",
        "1",
        "-t",
        "snapshot",
        "-o",
        "name,guid,createtxg,creation",
        name(dataset));
  }

  /** Bytes referenced by {@code newer} that were born after {@code older} (OpenZFS). */
  List<String> written(Dataset dataset, SnapshotName older, SnapshotName newer) {
    return List.of(
        zfs, "get", "-Hp", "-o", "property,value", "written@" + older, name(dataset, newer));
  }

  /** Which filesystem below the parent is a clone of what. */
  List<String> origins() {
    return List.of(zfs, "list", "-H", "-o", "name,origin", "-t", "filesystem", "-r", parent);
  }

  /** What each of these snapshots holds alone, one line each in this order. */
  List<String> held(Dataset dataset, List<SnapshotName> snapshots) {
    List<String> words = new ArrayList<>(List.of(zfs, "get", "-Hp", "-o", "value", "used"));
    snapshots.forEach(snapshot -> words.add(name(dataset, snapshot)));
    return List.copyOf(words);
  }

  List<String> used(Dataset dataset) {
    return List.of(zfs, "get", "-Hp", "-o", "property,value", "used", name(dataset));
  }

  /** Size of a full send before it is made: uncompressed, as plain streams are. */
  List<String> referenced(Dataset dataset, SnapshotName snapshot) {
    return List.of(
        zfs,
        "get",
        "-Hp",
        "-o",
        "property,value",
        "referenced,compressratio",
        name(dataset, snapshot));
  }

  /** A dry run of a send (OpenZFS). */
  List<String> estimate(
      Dataset dataset, Optional<SnapshotName> base, SnapshotName to, boolean modern) {
    return sendWords(List.of("-nP"), dataset, base, to, modern);
  }

  /** {@code modern}: with large blocks, embedded and compressed records (OpenZFS). */
  List<String> send(Dataset dataset, Optional<SnapshotName> base, SnapshotName to, boolean modern) {
    return sendWords(List.of(), dataset, base, to, modern);
  }

  private List<String> sendWords(
      List<String> extra,
      Dataset dataset,
      Optional<SnapshotName> base,
      SnapshotName to,
      boolean modern) {
    List<String> words = new ArrayList<>(List.of(zfs, "send"));
    words.addAll(extra);
    if (modern) {
      words.addAll(List.of("-L", "-e", "-c"));
    }
    base.ifPresent(name -> words.addAll(List.of("-i", "@" + name)));
    words.add(name(dataset, to));
    return List.copyOf(words);
  }

  /**
   * {@code -u} is not in zfs-fuse's usage text, but works. Never {@code -F}. {@code setting}:
   * {@code -o} exists (OpenZFS), used where a new dataset is made.
   */
  List<String> receive(Dataset dataset, boolean incremental, boolean setting) {
    Stream<String> options =
        setting && !incremental ? Stream.of("-u", "-o", "canmount=noauto") : Stream.of("-u");
    return Stream.of(Stream.of(zfs, "receive"), options, Stream.of(name(dataset)))
        .flatMap(words -> words)
        .toList();
  }

  List<String> mount(Dataset dataset) {
    return List.of(zfs, "mount", name(dataset));
  }

  List<String> unmount(Dataset dataset) {
    return List.of(zfs, "unmount", name(dataset));
  }

  /** Takes a mount away whose daemon has died. */
  static List<String> detach(Path mountPoint) {
    return List.of("umount", "-l", mountPoint.toString());
  }

  /** Fails on a mount whose daemon has died. */
  static List<String> touchMount(Path mountPoint) {
    return List.of("stat", "-f", "-c", "%T", mountPoint.toString());
  }

  List<String> set(Dataset dataset, String property, String value) {
    return List.of(zfs, "set", property + "=" + value, name(dataset));
  }

  List<String> userProperty(Dataset dataset, String key) {
    return List.of(zfs, "get", "-H", "-o", "source,value", "flocker:" + key, name(dataset));
  }

  List<String> setUserProperty(Dataset dataset, String key, String value) {
    return set(dataset, "flocker:" + key, value);
  }

  /**
   * {@code canmount=off}, because {@code zfs clone} of zfs-fuse mounts a {@code noauto} one at
   * once; {@link #set} it to {@code noauto} afterwards.
   */
  List<String> cloneFrom(Dataset dataset, SnapshotName snapshot, Dataset clone) {
    return List.of(
        zfs,
        "clone",
        "-o",
        "canmount=off",
        "-o",
        "readonly=off",
        name(dataset, snapshot),
        name(clone));
  }

  List<String> promote(Dataset clone) {
    return List.of(zfs, "promote", name(clone));
  }
}
