package flocker.node.cli;

import flocker.protocol.admin.DiffView;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SnapshotRef;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    description = "Show which paths differ between two snapshots.",
    footer = {
      "",
      "+ only in the second, - only in the first, M content, T type, o owner or mode.",
      "",
      "Examples:",
      "  flocker snapshot diff shop before-upgrade newest",
      "  flocker snapshot diff shop 513.42 513.50 --limit 1000"
    })
final class SnapshotDiffCommand extends SnapshotCommand.OnSnapshot {
  private static final Duration MARGIN = Duration.ofSeconds(10);

  @Parameters(
      paramLabel = "SECOND",
      index = "2",
      arity = "0..1",
      defaultValue = "newest",
      converter = Values.Snapshot.class)
  private SnapshotRef second;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "200",
      description = "Show at most this many paths (1 to 1000); default ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--on",
      paramLabel = "HOST",
      converter = Values.Host.class,
      description = "Compare the copies of this host; else the master's.")
  private HostName host;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "2m",
      converter = Values.Time.class,
      description = "Give up after this (1s to 10m); default ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Override
  public Integer call() {
    String query =
        "/diff?to="
            + second
            + "&limit="
            + limit
            + (host == null ? "" : "&host=" + host)
            + "&"
            + timeoutQuery(timeout);
    return show(
        client().get(path(query), timeout.plus(MARGIN)), DiffView.class, SnapshotDiffCommand::text);
  }

  private static String text(DiffView view) {
    StringBuilder text = new StringBuilder();
    for (DiffView.Change change : view.changes()) {
      text.append(letter(change.kind())).append(' ').append(change.path()).append('\n');
    }
    long all = view.added() + view.removed() + view.changed();
    return text
        + (view.changes().size() < all ? "… " + view.changes().size() + " of " + all + "\n" : "")
        + view.added()
        + " added, "
        + view.removed()
        + " removed, "
        + view.changed()
        + " changed from "
        + view.from()
        + " to "
        + view.to()
        + " on "
        + view.host();
  }

  private static String letter(DiffView.Kind kind) {
    return Map.of(
            DiffView.Kind.ADDED, "+",
            DiffView.Kind.REMOVED, "-",
            DiffView.Kind.CONTENT, "M",
            DiffView.Kind.TYPE, "T",
            DiffView.Kind.ATTRIBUTES, "o")
        .get(kind);
  }
}
