package flocker.node.container.rootfs;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** How an archive is packed; read by its first bytes, written by its file's name. */
public enum Compression {
  NONE("", "tar"),
  GZIP("\u001f\u008b", "gz"),
  ZSTD("(\u00b5/\u00fd", "zst"),
  XZ("\u00fd7zXZ\u0000", "xz"),
  /** Known to say so: nobody should need to guess why it is refused. */
  BZIP2("BZh", "bz2");

  private static final int LONGEST_MAGIC = 6;

  // Archives may ask for any amount of memory; the strongest usual presets need less than this.
  private static final int XZ_MEMORY_KIB = 128 << 10;
  private static final int ZSTD_LONGEST_WINDOW_LOG = 27;
  private static final int ZSTD_LEVEL = 3;
  private static final int XZ_PRESET = 3;

  // One character for each byte.
  private final String magic;
  private final String ending;

  Compression(String magic, String ending) {
    this.magic = magic;
    this.ending = ending;
  }

  /** By the ending of the name; NONE for any other. {@code .tgz} is gzip. */
  public static Compression named(String file) {
    if (file.endsWith(".tgz")) {
      return GZIP;
    }
    return Arrays.stream(values())
        .filter(each -> file.endsWith("." + each.ending))
        .findFirst()
        .orElse(NONE);
  }

  /** What {@code packed} was before it was packed, whichever of these it was packed by. */
  static InputStream unpacked(InputStream packed) throws IOException, ImportFault {
    BufferedInputStream in = new BufferedInputStream(packed, 1 << 16);
    in.mark(LONGEST_MAGIC);
    String start = new String(in.readNBytes(LONGEST_MAGIC), StandardCharsets.ISO_8859_1);
    in.reset();
    Compression found = NONE;
    for (Compression each : values()) {
      found = each != NONE && start.startsWith(each.magic) ? each : found;
    }
    return found.reading(in);
  }

  private InputStream reading(InputStream in) throws IOException, ImportFault {
    return switch (this) {
      case NONE -> in;
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .get();
      case ZSTD -> new ZstdInputStreamNoFinalizer(in).setLongMax(ZSTD_LONGEST_WINDOW_LOG);
      case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
      case BZIP2 ->
          throw new ImportFault(
              ImportFault.Kind.UNSUPPORTED,
              "import refused: the archive is compressed by bzip2; plain, gzip, zstd and xz are"
                  + " read: unpack it first (bzip2 -d)");
    };
  }

  /** Packs what is written; closing it ends the archive and closes {@code out}. */
  OutputStream writing(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out, 1 << 16);
      case ZSTD -> new ZstdOutputStreamNoFinalizer(out, ZSTD_LEVEL);
      case XZ -> new XZOutputStream(out, new LZMA2Options(XZ_PRESET));
      case BZIP2 -> throw new IOException("bzip2 is not written; choose .tar, .gz, .zst or .xz");
    };
  }
}
