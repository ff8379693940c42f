package flocker.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The one configuration file of a host, {@code flocker.conf} in its state directory: HOCON, mode
 * 0600, read and written by the service alone. A write is a temporary file, fsync, rename, fsync of
 * the directory; so a crash leaves the old text or the new one.
 */
public final class ConfigFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;

  public ConfigFile(Path stateDir) {
    this.path = stateDir.resolve("flocker.conf");
  }

  public Path path() {
    return path;
  }

  public boolean exists() {
    return Files.exists(path);
  }

  /**
   * The file over the defaults, resolved; refuses a file that is missing, unreadable or open to
   * others.
   */
  public Config load() {
    if (!exists()) {
      throw new ConfigException(
          path + " does not exist: this host was not set up yet; run 'flocker init' first");
    }
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
      if (!mode.equals(PosixFilePermissions.fromString("rw-------"))) {
        throw new ConfigException(
            path
                + " has mode "
                + PosixFilePermissions.toString(mode)
                + ", expected rw-------: somebody else changed it; look at it, then set its mode back");
      }
      Config own =
          ConfigFactory.parseFile(
              path.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
      return ConfigFactory.defaultOverrides()
          .withFallback(own)
          .withFallback(ConfigFactory.defaultReference())
          .resolve();
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(path + " cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ConfigException(path + " cannot be read: " + e, e);
    }
  }

  /** Replaces the file. */
  public void write(Config config) {
    String text =
        "# Written by Flocker. Do not edit: changes are made with 'flocker config set'.\n"
            + config
                .root()
                .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
    Path temporary = path.resolveSibling("flocker.conf.new");
    try {
      Files.deleteIfExists(temporary);
      Files.createFile(temporary, OWNER_ONLY);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw new ConfigException(path + " cannot be written: " + e, e);
    }
  }
}
