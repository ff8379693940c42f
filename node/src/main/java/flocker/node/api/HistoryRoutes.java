package flocker.node.api;

import flocker.protocol.admin.HistoryCommand;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.SystemName;
import java.util.Optional;
import org.apache.pekko.http.javadsl.server.Route;

/** The addresses of a user system's past: what is kept of it, and going back to it. */
final class HistoryRoutes extends RouteParts {
  private static final int DEFAULT_LIMIT = 200;

  HistoryRoutes(AdminGate admin) {
    super(admin);
  }

  /** Below {@code /v1/systems/{name}}. */
  Route ofSystem(String name) {
    return path(
        "retention", () -> concat(get(() -> retention(name)), post(() -> setRetention(name))));
  }

  private Route retention(String name) {
    SystemName system = parsed(name, SystemName::new);
    int most = HistoryCommand.DescribeRetention.MAX_LIMIT;
    return query(
        query -> {
          Optional<HostName> host = query.value("host", HostName::new);
          Optional<RetentionRules> rules = query.value("rules", RetentionRules::parse);
          int limit = (int) query.number("limit", DEFAULT_LIMIT, 0, most);
          return read(
              replyTo -> new HistoryCommand.DescribeRetention(system, host, rules, limit, replyTo));
        });
  }

  private Route setRetention(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.SetRetention.class,
        (request, query) ->
            changed(
                query,
                replyTo ->
                    new HistoryCommand.SetRetention(
                        system,
                        request.retention(),
                        request.onSlaves(),
                        request.confirm(),
                        replyTo)));
  }
}
