package flocker.node.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the node's API is. */
record ApiAddress(URI base) {
  private static final String DEFAULT_RUN_DIR = "/run/flocker";

  /** From the option, else {@code FLOCKER_API}, else the file that a running node leaves. */
  static ApiAddress find(String option, Map<String, String> environment) {
    if (option != null) {
      return parse(option, "--api");
    }
    String variable = environment.getOrDefault("FLOCKER_API", "");
    if (!variable.isEmpty()) {
      return parse(variable, "FLOCKER_API");
    }
    Path file = Path.of(environment.getOrDefault("FLOCKER_RUN_DIR", DEFAULT_RUN_DIR), "api");
    try {
      return parse(Files.readString(file).strip(), file.toString());
    } catch (IOException e) {
      throw CliFailure.noContact(
          "no node was found: "
              + file
              + " cannot be read ("
              + (Files.exists(file) ? "not permitted; are you root?" : "it does not exist")
              + "). Start the node on this host, or name another with --api URL.");
    }
  }

  private static ApiAddress parse(String text, String from) {
    try {
      URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean usable =
          ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getRawPath().isEmpty()
              && uri.getRawQuery() == null
              && uri.getRawUserInfo() == null;
      if (usable) {
        return new ApiAddress(uri);
      }
    } catch (URISyntaxException e) {
      // Answered below, like an address of another shape.
    }
    throw CliFailure.usage(
        "the node's address in " + from + " is not like http://10.0.0.1:7420: '" + text + "'");
  }
}
