package flocker.node.api;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import flocker.protocol.admin.HistoryCommand;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.RetentionRules;
import flocker.protocol.admin.StashCommand;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.VerifyCommand;
import flocker.protocol.admin.VersionRef;
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
    return concat(
        path("retention", () -> concat(get(() -> retention(name)), post(() -> setRetention(name)))),
        path("verify", () -> post(() -> verify(name))),
        path(
            "rollback",
            () -> concat(get(() -> describeRollBack(name)), post(() -> rollBack(name)))));
  }

  /** Below {@code /v1}. */
  Route stash() {
    return path(
        segment("stashes").slash(segment()),
        name -> concat(get(() -> describeStash(name)), delete(() -> destroyStash(name))));
  }

  private Route describeStash(String name) {
    return query(
        query -> {
          Optional<HostName> host = query.value("host", HostName::new);
          return read(
              replyTo ->
                  parsed(name, stash -> new StashCommand.DescribeStash(stash, host, replyTo)));
        });
  }

  private Route destroyStash(String name) {
    return query(
        query -> {
          Optional<HostName> host = query.value("host", HostName::new);
          if (query.text("confirm").isEmpty()) {
            throw ApiProblem.badRequest(
                "a destroyed stash is gone for ever: repeat its name in 'confirm'");
          }
          return changed(
              query,
              replyTo ->
                  parsed(
                      name,
                      stash ->
                          new StashCommand.DestroyStash(
                              stash, host, query.text("confirm"), replyTo)));
        });
  }

  private Route describeRollBack(String name) {
    SystemName system = parsed(name, SystemName::new);
    return query(
        query -> {
          VersionRef to = parsed(query.text("to"), VersionRef::new);
          return read(replyTo -> new HistoryCommand.DescribeRollBack(system, to, replyTo));
        });
  }

  private Route rollBack(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.RollBack.class,
        (request, query) ->
            answer(
                admin.ask(
                    replyTo ->
                        new HistoryCommand.RollBack(
                            system, request.to(), request.confirm(), replyTo),
                    query.timeout(),
                    SILENT_CHANGE),
                query.timeout(),
                202));
  }

  private Route verify(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Nothing.class,
        (nothing, query) ->
            answer(
                admin.ask(
                    replyTo -> new VerifyCommand.Verify(system, replyTo),
                    query.timeout(),
                    SILENT_CHANGE),
                query.timeout(),
                202));
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
