package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.ByteSize;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.RetentionView;
import flocker.protocol.admin.SystemName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "retention",
    description = "Which snapshots are kept, and for how long.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RetentionCommand.Show.class,
      RetentionCommand.SetThem.class,
      RetentionCommand.Plan.class
    })
final class RetentionCommand extends CommandGroup {
  private static final int SHOWN = 200;

  /** What is common to all of them. */
  abstract static class OnRetention extends NodeCall {
    /** Filled in by the parser. */
    @Parameters(paramLabel = "NAME", converter = Values.Name.class)
    SystemName system;

    final String path() {
      return "/v1/systems/" + system + "/retention";
    }

    final String question(int limit, HostName host, RetentionRules rules) {
      return path()
          + "?limit="
          + limit
          + (host == null ? "" : "&host=" + host)
          + (rules == null ? "" : "&rules=" + encoded(rules.toString()));
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }

  @Command(
      name = "show",
      description = "Show the rules, and what is kept for hosts that are behind or away.",
      footer = {"", "Example:", "  flocker retention show shop"})
  static final class Show extends OnRetention {
    @Override
    public Integer call() {
      return show(
          client().get(question(0, null, null)), RetentionView.class, RetentionCommand::rules);
    }
  }

  @Command(
      name = "plan",
      description = "Show for each snapshot which rule keeps or destroys it. Nothing is destroyed.",
      footer = {
        "",
        "Rules are a line: 'all for AGE', then any of 'N/min|h|day|week for AGE' from young to"
            + " old,",
        "then 'at least N'. Ages are counted back from the newest snapshot.",
        "",
        "Examples:",
        "  flocker retention plan shop",
        "  flocker retention plan shop --host b",
        "  flocker retention plan shop --rules 'all for 10m, 1/h for 3d, at least 20'"
      })
  static final class Plan extends OnRetention {
    @Option(
        names = "--host",
        paramLabel = "HOST",
        converter = Values.Host.class,
        description = "Whose copy; the master's if left out.")
    private HostName host;

    @Option(
        names = "--rules",
        paramLabel = "LINE",
        converter = Values.Rules.class,
        description = "Try these rules instead of those in force.")
    private RetentionRules rules;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "200",
        description = "Show so many of the newest (0 to 1000); default ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() {
      Instant now = context().clock().instant();
      return show(
          client().get(question(limit, host, rules)), RetentionView.class, view -> plan(view, now));
    }
  }

  @Command(
      name = "set",
      description = "Change the rules; snapshots that no rule keeps any more are destroyed.",
      footer = {
        "",
        "On a terminal it asks for the system's name once more; elsewhere --confirm must give it.",
        "",
        "Examples:",
        "  flocker retention set shop --rules 'all for 10m, 1/h for 3d, at least 20' --dry-run",
        "  flocker retention set shop --slaves '1/day for 365d, at least 20' --confirm shop"
      })
  static final class SetThem extends OnRetention {
    @Option(
        names = "--rules",
        paramLabel = "LINE",
        converter = Values.Rules.class,
        description = "For the copy on the master.")
    private RetentionRules rules;

    @Option(
        names = "--slaves",
        paramLabel = "LINE",
        converter = Values.Rules.class,
        description = "For the copies on the other hosts.")
    private RetentionRules slaves;

    @Option(
        names = "--dry-run",
        description = "Only show what --rules would do to the master's copy.")
    private boolean dryRun;

    @Option(names = "--confirm", paramLabel = "NAME", description = "The system's name once more.")
    private String confirmation;

    @Mixin private ChangeTimeout timeout;

    @Override
    public Integer call() {
      if (rules == null && slaves == null) {
        throw misuse("Say new rules with --rules or --slaves, or both.");
      }
      if (dryRun) {
        if (rules == null) {
          throw misuse(
              "A dry run of --slaves is asked of a slave: flocker retention plan "
                  + system
                  + " --host HOST --rules '"
                  + slaves
                  + "'.");
        }
        Instant now = context().clock().instant();
        return show(
            client().get(question(SHOWN, null, rules)),
            RetentionView.class,
            view -> plan(view, now));
      }
      String confirmed =
          confirmation == null
              ? context().keyboard().ask("Type the name of the system to change its rules: ")
              : confirmation;
      if (!system.value().equals(confirmed)) {
        throw misuse(
            "New rules may destroy snapshots of "
                + system
                + "; see --dry-run. Nothing was done; repeat its name in --confirm.");
      }
      return order(
          path(),
          new ApiRequest.SetRetention(
              Optional.ofNullable(rules), Optional.ofNullable(slaves), system.value()),
          timeout.value());
    }
  }

  private static String rules(RetentionView view) {
    StringBuilder text = new StringBuilder();
    text.append("on the master:  ").append(view.settings().retention()).append('\n');
    text.append("on slaves:      ").append(view.settings().onSlaves()).append('\n');
    text.append(summary(view));
    for (RetentionView.Base base : view.bases()) {
      text.append("base of ").append(base.host()).append(": ");
      text.append(base.snapshot().map(Object::toString).orElse("not known"));
      if (base.bytes() > 0) {
        text.append(", holds ").append(new ByteSize(base.bytes())).append(" for it alone");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String summary(RetentionView view) {
    String said =
        view.total()
            + " snapshots on "
            + view.host()
            + (view.master() ? " (master)" : " (slave)")
            + "; "
            + view.destroyed()
            + " of them go"
            + (view.destroyed() == 0
                ? ""
                : ", which frees at least " + new ByteSize(view.freesAtLeast()))
            + "\n";
    return view.pressure().isEmpty() ? said : said + "! " + view.pressure() + "\n";
  }

  private static String plan(RetentionView view, Instant now) {
    StringBuilder text = new StringBuilder("by the rules: " + view.rules() + "\n");
    text.append(summary(view));
    if (view.snapshots().isEmpty()) {
      return text.toString();
    }
    TextTable table = new TextTable("", "SNAPSHOT", "TAKEN", "", "BY", "FREES");
    for (RetentionView.Line line : view.snapshots()) {
      table.row(
          line.name(),
          TimeText.ago(line.at(), now),
          line.keep() ? "keep" : "DESTROY",
          line.why(),
          line.bytes().map(bytes -> new ByteSize(bytes).toString()).orElse(""));
    }
    text.append(table);
    if (view.snapshots().size() < view.total()) {
      text.append("the newest ").append(view.snapshots().size());
      text.append(" of ").append(view.total()).append(" are shown; --limit shows more\n");
    }
    return text.toString();
  }
}
