package flocker.node.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of the page, as the build left them on the class path. Only what the page itself names
 * is known; no path of a request ever reaches the class path.
 */
final class PageFiles {
  /**
   * @param plain its bytes
   * @param gzip the same, compressed
   */
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record PageFile(byte[] plain, byte[] gzip) {}

  private static final String FOLDER = "/web/";
  private static final String INDEX = "index.html";
  private static final Pattern ASSET = Pattern.compile("\"/assets/([A-Za-z0-9.-]+)\"");

  private final Map<String, PageFile> assets = new HashMap<>();
  private final Optional<PageFile> index;

  /** Reads all there is; none if the build left the page out. */
  PageFiles() {
    index = read(INDEX);
    index.ifPresent(
        page -> {
          Matcher named = ASSET.matcher(new String(page.plain(), StandardCharsets.UTF_8));
          while (named.find()) {
            String name = named.group(1);
            assets.put(
                name,
                read(name)
                    .orElseThrow(
                        () -> new IllegalStateException("the page names a missing " + name)));
          }
        });
  }

  /** Empty if the build left the page out. */
  Optional<PageFile> index() {
    return index;
  }

  /** A file that the page names. */
  Optional<PageFile> asset(String name) {
    return Optional.ofNullable(assets.get(name));
  }

  private static Optional<PageFile> read(String name) {
    Optional<byte[]> plain = bytes(FOLDER + name);
    Optional<byte[]> gzip = bytes(FOLDER + name + ".gz");
    return plain.flatMap(p -> gzip.map(g -> new PageFile(p, g)));
  }

  private static Optional<byte[]> bytes(String path) {
    try (InputStream in = PageFiles.class.getResourceAsStream(path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
