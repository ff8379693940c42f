package flocker.node.cli;

import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.Done;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SnapshotView;
import flocker.protocol.admin.StashDetail;
import flocker.protocol.admin.StashList;
import flocker.protocol.admin.StashView;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VersionRef;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "stash",
    description = "Look at versions that lost and were kept, and make one live again.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StashCommand.ListThem.class,
      StashCommand.Show.class,
      StashCommand.Adopt.class,
      StashCommand.Destroy.class
    })
final class StashCommand extends CommandGroup {

  @Command(
      name = "list",
      description = "List the stashes on all hosts in contact.",
      footer = {"", "Examples:", "  flocker stash list", "  flocker stash list shop"})
  static final class ListThem extends NodeCall {
    @Parameters(
        paramLabel = "NAME",
        arity = "0..1",
        converter = Values.Name.class,
        description = "Of this system only.")
    private SystemName system;

    @Override
    public Integer call() {
      String query = system == null ? "" : "?system=" + system;
      return show(
          client().get("/v1/stashes" + query),
          StashList.class,
          list -> text(list, context().clock().instant()));
    }

    private static String text(StashList list, Instant now) {
      StringBuilder text = new StringBuilder();
      if (list.stashes().isEmpty()) {
        text.append("no stashes\n");
      } else {
        TextTable table =
            new TextTable("", "STASH", "SYSTEM", "HOST", "POSITION", "SIZE", "AGE", "REASON");
        for (StashView stash : list.stashes()) {
          table.row(
              stash.name(),
              stash.system(),
              stash.host(),
              stash.position().map(Object::toString).orElse("-"),
              stash.bytes().map(bytes -> new ByteSize(bytes).toString()).orElse("?"),
              TimeText.ago(stash.at(), now),
              stash.reason());
        }
        text.append(table);
      }
      list.silentHosts()
          .forEach(host -> text.append("! ").append(host).append(" did not answer\n"));
      return text.toString();
    }
  }

  /** What is common to commands about one stash. */
  abstract static class OnStash extends NodeCall {
    /** Filled in by the parser. */
    @Parameters(paramLabel = "STASH", description = "As 'flocker stash list' names it.")
    String stash;

    /** Filled in by the parser. */
    @Option(
        names = "--host",
        paramLabel = "HOST",
        converter = Values.Host.class,
        description = "Where it is; needed if several hosts have one of that name.")
    HostName host;

    final String path(String query) {
      if (!stash.matches("[A-Za-z0-9_.:-]{1,120}")) {
        throw misuse("Not the name of a stash, see 'flocker stash list': " + stash);
      }
      String where = host == null ? "" : "host=" + host;
      String all = where + (where.isEmpty() || query.isEmpty() ? "" : "&") + query;
      return "/v1/stashes/" + stash + (all.isEmpty() ? "" : "?" + all);
    }
  }

  @Command(
      name = "show",
      description = "Show one stash: why it was kept, what it is built on, its snapshots.",
      footer = {"", "Example:", "  flocker stash show 8123456789abcdef-513-42-20260301T120000Z"})
  static final class Show extends OnStash {
    @Override
    public Integer call() {
      Instant now = context().clock().instant();
      return show(client().get(path("")), StashDetail.class, detail -> text(detail, now));
    }

    private static String text(StashDetail detail, Instant now) {
      StashView stash = detail.stash();
      StringBuilder text = new StringBuilder(stash.name() + "\n");
      text.append("  of ").append(stash.system()).append(" on ").append(stash.host());
      text.append(", kept ").append(TimeText.ago(stash.at(), now)).append('\n');
      text.append("  because: ").append(stash.reason()).append('\n');
      text.append("  position ").append(stash.position().map(Object::toString).orElse("-"));
      text.append(", holds ");
      text.append(stash.bytes().map(bytes -> new ByteSize(bytes).toString()).orElse("?"));
      text.append(" for itself\n  newest in common with what replaced it: ");
      text.append(detail.base().orElse("nothing")).append('\n');
      TextTable table = new TextTable("  ", "SNAPSHOT", "TAKEN", "");
      for (SnapshotView snapshot : detail.snapshots()) {
        table.row(snapshot.name(), TimeText.utc(snapshot.at()), TimeText.ago(snapshot.at(), now));
      }
      return text + table.toString();
    }
  }

  @Command(
      name = "adopt",
      description = "Make a stash of the master the live version; what is live becomes a stash.",
      footer = {
        "",
        "It is a roll-back to the stash, see 'flocker rollback --help'. A stash of another host is",
        "adopted after 'flocker switchover NAME --to HOST'.",
        "",
        "Example:",
        "  flocker stash adopt shop 8123456789abcdef-513-42-20260301T120000Z --confirm shop"
      })
  static final class Adopt extends NodeCall {
    @Parameters(paramLabel = "NAME", index = "0", converter = Values.Name.class)
    private SystemName system;

    @Parameters(paramLabel = "STASH", index = "1")
    private String stash;

    @Option(names = "--dry-run", description = "Only show what it would do.")
    private boolean dryRun;

    @Option(names = "--confirm", paramLabel = "NAME", description = "The system's name once more.")
    private String confirmation;

    @Option(names = "--no-wait", description = "Do not wait for its end.")
    private boolean noWait;

    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      RollBackCommand.Going going;
      try {
        going = new RollBackCommand.Going(this, system, new VersionRef("stash/" + stash));
      } catch (IllegalArgumentException e) {
        throw misuse(e.getMessage());
      }
      return dryRun ? going.show() : going.go(confirmation, !noWait, timeout);
    }
  }

  @Command(
      name = "destroy",
      description = "Destroy a stash for ever.",
      footer = {
        "",
        "On a terminal it asks for the stash's name once more; elsewhere --confirm must give it.",
        "",
        "Example:",
        "  flocker stash destroy STASH --host b --confirm STASH"
      })
  static final class Destroy extends OnStash {
    @Option(names = "--dry-run", description = "Only show what would be destroyed.")
    private boolean dryRun;

    @Option(names = "--confirm", paramLabel = "STASH", description = "The stash's name once more.")
    private String confirmation;

    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      if (dryRun) {
        Instant now = context().clock().instant();
        return show(
            client().get(path("")),
            StashDetail.class,
            detail -> "would be destroyed:\n" + Show.text(detail, now));
      }
      String confirmed =
          confirmation == null
              ? context().keyboard().ask("Type the name of the stash to destroy it: ")
              : confirmation;
      if (!stash.equals(confirmed)) {
        throw misuse(
            "A destroyed stash is gone for ever. Nothing was done; repeat its name in --confirm.");
      }
      String query = "confirm=" + stash + "&" + timeoutQuery(timeout.value());
      return show(client().delete(path(query), timeout.value()), Done.class, Done::message);
    }
  }
}
