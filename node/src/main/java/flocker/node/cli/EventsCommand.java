package flocker.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.admin.EventPage;
import flocker.protocol.admin.EventView;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "events",
    description = "Show what happened, oldest first.",
    footer = {
      "",
      "With --follow and --json each event is one line.",
      "",
      "Examples:",
      "  flocker events --limit 20",
      "  flocker events --follow",
      "  flocker events --follow --json | jq -r .text"
    })
final class EventsCommand extends NodeCall {
  private static final int WAIT_SECONDS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(WAIT_SECONDS + 20L);
  private static final Duration RETRY = Duration.ofSeconds(1);

  @Option(
      names = "--since",
      paramLabel = "NUMBER",
      description = "Those after the event of this number; default: the newest.")
  private Long since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most this many at once (1 to 500); default ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--follow", description = "Go on with what happens, until interrupted.")
  private boolean follow;

  @Override
  public Integer call() {
    ApiClient client = client();
    String first = "/v1/events?limit=" + limit + (since == null ? "" : "&since=" + since);
    ApiClient.Answer answer = client.get(first);
    if (!follow) {
      return show(answer, EventPage.class, EventsCommand::text);
    }
    EventPage page = answer.as(EventPage.class);
    long next = page.next();
    print(page);
    while (context().pause().of(Duration.ZERO)) {
      try {
        page =
            client
                .get(
                    "/v1/events?limit=" + limit + "&since=" + next + "&follow=" + WAIT_SECONDS,
                    PATIENCE)
                .as(EventPage.class);
        print(page);
        next = page.next();
      } catch (CliFailure failure) {
        context().err().println("flocker: " + failure.getMessage() + " Trying again.");
        context().err().flush();
        context().pause().of(RETRY);
      }
    }
    return ExitCode.DONE.value();
  }

  private void print(EventPage page) {
    for (EventView event : page.events()) {
      out().println(json() ? line(event) : text(event));
    }
    out().flush();
  }

  private static String line(EventView event) {
    try {
      return AdminJson.tolerant().writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event cannot be written as JSON", e);
    }
  }

  private static String text(EventPage page) {
    StringBuilder text = new StringBuilder();
    page.events().forEach(event -> text.append(text(event)).append('\n'));
    return page.events().isEmpty() ? "no events" : text.toString();
  }

  private static String text(EventView event) {
    return TimeText.utc(event.at())
        + "  "
        + event.host()
        + "  "
        + event.system().map(system -> system + ": ").orElse("")
        + event.text()
        + "  ["
        + event.type()
        + " #"
        + event.seq()
        + "]";
  }
}
