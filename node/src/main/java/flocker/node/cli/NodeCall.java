package flocker.node.cli;

import flocker.node.api.ApiRequest;
import flocker.protocol.admin.Done;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks a node. */
@Command(synopsisHeading = "Usage: ", descriptionHeading = "%n", optionListHeading = "%n")
abstract class NodeCall implements Callable<Integer> {
  /** Filled in by the parser. */
  @Spec CommandSpec spec;

  final FlockerCommand root() {
    return (FlockerCommand) spec.root().userObject();
  }

  final CliContext context() {
    return root().context();
  }

  final PrintWriter out() {
    return context().out();
  }

  final ApiClient client() {
    return root().client();
  }

  final boolean json() {
    return root().json();
  }

  /** Shows an answer: as JSON if that was asked for, else by {@code text}. */
  final <T> int show(ApiClient.Answer answer, Class<T> type, Text<T> text) {
    out().println(json() ? answer.pretty() : text.of(answer.as(type)).stripTrailing());
    out().flush();
    return ExitCode.DONE.value();
  }

  /** Posts an order that needs no more words to {@code path}, and shows what came of it. */
  final int order(String path, Duration timeout) {
    return order(path, new ApiRequest.Nothing(), timeout);
  }

  /** Posts an order to {@code path}, and shows what came of it. */
  final int order(String path, ApiRequest words, Duration timeout) {
    return show(
        client().post(path + "?" + timeoutQuery(timeout), words, timeout),
        Done.class,
        Done::message);
  }

  /** How a view looks to a person. */
  @FunctionalInterface
  interface Text<T> {
    String of(T view);
  }

  /** A query part that tells the node how long it may take. */
  static String timeoutQuery(Duration timeout) {
    return "timeout=" + Math.max(1, timeout.plusMillis(999).toSeconds());
  }

  final ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
