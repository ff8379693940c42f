package flocker.node.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import flocker.node.journal.JournalFault.Kind;
import flocker.protocol.id.HostId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * The journal of this host, opened: checked, and locked against a second process until closed.
 *
 * <p>It is made once, by {@link #create}, together with the host's id, and never again by itself: a
 * host without its journal has forgotten what it promised, and is another host.
 */
public final class JournalFiles implements AutoCloseable {
  /** The database's name below the state directory. */
  public static final String FILE = "journal.sqlite";

  private static final String NEW_FILE = "journal.sqlite.new";
  private static final String LOCK_FILE = "journal.lock";

  /** "FLKR": what SQLite's header says whose file this is. */
  private static final int APPLICATION_ID = 0x464c4b52;

  private static final int SCHEMA_VERSION = 1;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final HostId host;
  private final FileChannel lockChannel;

  private JournalFiles(Path file, HostId host, FileChannel lockChannel) {
    this.file = file;
    this.host = host;
    this.lockChannel = lockChannel;
  }

  /**
   * Makes the journal of a new host, durable when this returns: either all of it is there or
   * nothing.
   *
   * @param stateDir exists
   * @param host the id made with it, which the host's configuration keeps too
   */
  public static void create(Path stateDir, HostId host) throws JournalFault {
    Path file = stateDir.resolve(FILE);
    if (Files.exists(file)) {
      throw new JournalFault(
          Kind.EXISTS,
          "Tried to make a new journal, but "
              + file
              + " exists. Nothing was changed. It holds what this host has promised to others:"
              + " use the existing installation, or, if this host shall become a new one, remove"
              + " it from its cluster first and then delete "
              + stateDir
              + ".");
    }
    Path fresh = stateDir.resolve(NEW_FILE);
    try {
      Files.deleteIfExists(fresh);
      Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      write(fresh, host);
      sync(fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      sync(stateDir);
    } catch (IOException | SQLException e) {
      throw new JournalFault(
          Kind.IO,
          "Could not make the journal "
              + file
              + ": "
              + e.getMessage()
              + ". Check the disk and"
              + " its permissions, and try again.",
          e);
    }
  }

  /**
   * Opens the journal and keeps it from other processes.
   *
   * @param expected the host's id by its configuration
   */
  public static JournalFiles open(Path stateDir, HostId expected) throws JournalFault {
    Path file = stateDir.resolve(FILE);
    if (!Files.exists(file)) {
      throw new JournalFault(
          Kind.MISSING,
          "The journal "
              + file
              + " is missing. Without it this host does not know what it promised, so it does not"
              + " start. Mount or restore nothing older in its place: if the file is lost, remove"
              + " host "
              + expected
              + " from the cluster on another host (flocker host remove) and join again as a new"
              + " host; its copies of the data are kept.");
    }
    FileChannel lock = lock(stateDir.resolve(LOCK_FILE), file);
    try {
      HostId found = check(file);
      if (!found.equals(expected)) {
        throw new JournalFault(
            Kind.OTHER_HOST,
            "The journal "
                + file
                + " belongs to host "
                + found
                + ", but the configuration says that this is host "
                + expected
                + ". One of them was copied from elsewhere. Nothing was changed. Put back the"
                + " files that belong together, or join as a new host.");
      }
      return new JournalFiles(file, expected, lock);
    } catch (JournalFault fault) {
      closeQuietly(lock, fault);
      throw fault;
    }
  }

  /** Whose journal this is. */
  public HostId host() {
    return host;
  }

  /** The part of the actor system's configuration that makes Pekko Persistence use this journal. */
  public Config config() {
    return config(file);
  }

  static Config config(Path file) {
    return ConfigFactory.parseResources(
            JournalFiles.class.getClassLoader(),
            "flocker-journal.conf",
            ConfigParseOptions.defaults().setAllowMissing(false))
        .withValue(
            "pekko-persistence-jdbc.shared-databases.slick.db.properties.url",
            ConfigValueFactory.fromAnyRef(url(file)));
  }

  private static String url(Path file) {
    return "jdbc:sqlite:" + file.toAbsolutePath();
  }

  /**
   * Lets others use it: another process, or a new actor system of this one, which must open it
   * anew. The actor system that used it must have ended before.
   */
  @Override
  public void close() throws IOException {
    try {
      JournalSource.closeAll(url(file));
    } catch (SQLException e) {
      throw new IOException("could not close the journal " + file + ": " + e.getMessage(), e);
    } finally {
      lockChannel.close();
    }
  }

  private static void write(Path file, HostId host) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = FULL");
      connection.setAutoCommit(false);
      for (String sql : schema().split(";", -1)) {
        if (!sql.isBlank()) {
          statement.executeUpdate(sql);
        }
      }
      statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
      statement.executeUpdate("PRAGMA user_version = " + SCHEMA_VERSION);
      try (PreparedStatement row =
          connection.prepareStatement("INSERT INTO flocker_journal VALUES (1, ?)")) {
        row.setString(1, host.value());
        row.executeUpdate();
      }
      connection.commit();
    }
  }

  private static String schema() throws IOException {
    try (InputStream in = JournalFiles.class.getResourceAsStream("/journal-schema.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
    }
  }

  private static HostId check(Path file) throws JournalFault {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      if (number(statement, "PRAGMA application_id") != APPLICATION_ID) {
        throw unreadable(file, "it is a database of another program", null);
      }
      int version = number(statement, "PRAGMA user_version");
      if (version != SCHEMA_VERSION) {
        throw new JournalFault(
            Kind.FOREIGN_SCHEMA,
            "The journal "
                + file
                + " has format "
                + version
                + "; this version of Flocker reads format "
                + SCHEMA_VERSION
                + ". Nothing was changed. Start the version of Flocker that wrote it, or read the"
                + " changelog on how to upgrade.");
      }
      String verdict = text(statement, "PRAGMA quick_check(1)");
      if (!verdict.equals("ok")) {
        throw unreadable(file, "SQLite's check says: " + verdict, null);
      }
      return new HostId(text(statement, "SELECT host_id FROM flocker_journal"));
    } catch (SQLException | IllegalArgumentException e) {
      throw unreadable(file, e.getMessage(), e);
    }
  }

  private static JournalFault unreadable(Path file, String why, Exception cause) {
    return new JournalFault(
        Kind.UNREADABLE,
        "The journal "
            + file
            + " cannot be read: "
            + why
            + ". This host does not start, as it does not know what it promised. Check the disk;"
            + " if the file is lost, remove this host from the cluster on another host (flocker"
            + " host remove) and join again as a new host. Do not restore an older copy.",
        cause);
  }

  private static int number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static FileChannel lock(Path lockFile, Path journal) throws JournalFault {
    FileChannel channel = null;
    JournalFault fault;
    try {
      channel =
          FileChannel.open(
              lockFile,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
      fault = inUse(journal);
    } catch (OverlappingFileLockException e) {
      fault = inUse(journal);
    } catch (IOException e) {
      fault =
          new JournalFault(
              Kind.IO, "Could not lock the journal " + journal + ": " + e.getMessage() + ".", e);
    }
    closeQuietly(channel, fault);
    throw fault;
  }

  private static JournalFault inUse(Path journal) {
    return new JournalFault(
        Kind.IN_USE,
        "Another process uses the journal "
            + journal
            + ". Is a Flocker node running already? Two with the same journal would break their"
            + " promises, so this one does not start.");
  }

  private static void closeQuietly(FileChannel channel, JournalFault fault) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        fault.addSuppressed(e);
      }
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
