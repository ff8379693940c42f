package flocker.node.cli;

import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.FileList;
import flocker.protocol.admin.HostName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "browse",
    description = "Look at the files of a snapshot, and copy one out.",
    footer = {
      "",
      "The snapshot is read through a short-lived read-only clone; nothing is changed.",
      "",
      "Examples:",
      "  flocker snapshot browse shop newest /etc",
      "  flocker snapshot browse shop 513.42 /etc/passwd --save passwd.old",
      "  flocker snapshot browse shop before-upgrade /var/lib --on b"
    })
final class SnapshotBrowseCommand extends SnapshotCommand.OnSnapshot {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Parameters(paramLabel = "PATH", index = "2", arity = "0..1", defaultValue = "/")
  private String path;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Copy the file at PATH to this new file here.")
  private Path target;

  @Option(
      names = "--on",
      paramLabel = "HOST",
      converter = Values.Host.class,
      description = "Look at the copy of this host; else at the master's.")
  private HostName host;

  @Override
  public Integer call() {
    return target == null ? list() : save();
  }

  private String query() {
    return "?path="
        + URLEncoder.encode(path, StandardCharsets.UTF_8)
        + (host == null ? "" : "&host=" + host);
  }

  private int list() {
    String after = "";
    while (true) {
      String from =
          after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
      ApiClient.Answer answer = client().get(path("/files" + query() + from), PATIENCE);
      FileList list = answer.as(FileList.class);
      if (json()) {
        return show(answer, FileList.class, l -> "");
      }
      out().print(text(list, after.isEmpty()));
      if (!list.more() || list.entries().isEmpty()) {
        out().flush();
        return ExitCode.DONE.value();
      }
      after = list.entries().get(list.entries().size() - 1).name();
    }
  }

  private static String text(FileList list, boolean first) {
    TextTable table =
        first
            ? new TextTable("", "MODE", "OWNER", "SIZE", "MODIFIED", "NAME")
            : new TextTable("", "", "", "", "", "");
    for (FileList.Entry entry : list.entries()) {
      table.row(
          letter(entry.type()) + entry.mode(),
          entry.uid() + ":" + entry.gid(),
          entry.type() == FileList.Type.FILE ? new ByteSize(entry.bytes()).toString() : "-",
          TimeText.utc(entry.modified()),
          entry.name() + entry.target().map(to -> " -> " + to).orElse(""));
    }
    return (first ? list.path() + " in " + list.snapshot() + " on " + list.host() + "\n" : "")
        + table;
  }

  private static String letter(FileList.Type type) {
    return Map.of(
            FileList.Type.DIRECTORY, "d",
            FileList.Type.LINK, "l",
            FileList.Type.FILE, "-",
            FileList.Type.SPECIAL, "s")
        .get(type);
  }

  /** Half a file is removed again; one that was there is never written over. */
  private int save() {
    Path place = context().directory().resolve(target);
    long bytes;
    try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW)) {
      bytes = client().download(path("/content" + query()), out, PATIENCE);
    } catch (FileAlreadyExistsException e) {
      throw new CliFailure(
          ExitCode.REFUSED, "exists", place + " exists; nothing was written over it");
    } catch (IOException e) {
      remove(place);
      throw new CliFailure(
          ExitCode.REFUSED, "failed", place + " could not be written: " + e.getMessage());
    } catch (CliFailure e) {
      remove(place);
      throw e;
    }
    out()
        .println(
            json()
                ? "{\"file\":" + quoted(place) + ",\"bytes\":" + bytes + "}"
                : path + " is copied to " + place + " (" + new ByteSize(bytes) + ")");
    out().flush();
    return ExitCode.DONE.value();
  }

  private static String quoted(Path place) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(place.toString()).toString();
  }

  private static void remove(Path place) {
    try {
      Files.deleteIfExists(place);
    } catch (IOException e) {
      // The failure that is told is the one that came first.
    }
  }
}
