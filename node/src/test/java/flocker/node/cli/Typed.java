package flocker.node.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A person or script that types commands, and what they saw. */
final class Typed {
  private final Map<String, String> environment = new HashMap<>();
  private boolean terminal;
  private String answer;
  private int looks = 1000;

  private int exit;
  private String out = "";
  private String err = "";

  static Typed against(String url) {
    return new Typed().with("FLOCKER_API", url);
  }

  Typed with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Typed onTerminal() {
    terminal = true;
    return this;
  }

  /** What the person types when asked. */
  Typed answering(String text) {
    answer = text;
    return this;
  }

  /** How often a command that waits may wait. */
  Typed interruptedAfter(int pauses) {
    looks = pauses;
    return this;
  }

  Typed run(String... args) {
    StringWriter seen = new StringWriter();
    StringWriter complaints = new StringWriter();
    AtomicInteger pauses = new AtomicInteger();
    CliContext context =
        new CliContext(
            environment,
            Path.of("/home/somebody"),
            new PrintWriter(seen, true),
            new PrintWriter(complaints, true),
            terminal,
            question -> answer,
            Clock.fixed(Instant.parse("2026-03-01T12:00:10.250Z"), ZoneOffset.UTC),
            time -> pauses.incrementAndGet() <= looks);
    exit = FlockerCommand.execute(context, args);
    out = seen.toString();
    err = complaints.toString();
    return this;
  }

  int exit() {
    return exit;
  }

  String out() {
    return out;
  }

  String err() {
    return err;
  }
}
