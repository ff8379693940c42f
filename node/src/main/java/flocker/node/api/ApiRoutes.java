package flocker.node.api;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.NewSystem;
import flocker.protocol.admin.OperationId;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.SystemName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Location;
import org.apache.pekko.http.javadsl.server.Route;

/** The tree of addresses; the package lists them. */
final class ApiRoutes extends RouteParts {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_FOLLOW_SECONDS = 60;
  private static final int DEFAULT_LIMIT = 100;

  private final HistoryRoutes history;
  private final SnapshotRoutes snapshots;
  private final ArchiveRoutes archive;
  private final MastershipRoutes mastership;

  ApiRoutes(AdminGate admin) {
    super(admin);
    this.history = new HistoryRoutes(admin);
    this.snapshots = new SnapshotRoutes(admin);
    this.archive = new ArchiveRoutes(admin);
    this.mastership = new MastershipRoutes(admin);
  }

  /** All routes, with those of other parts beside them; every failure is answered in JSON. */
  Route all(List<Route> more) {
    return handleRejections(
        responses.rejections(),
        () ->
            handleExceptions(
                responses.exceptions(),
                () -> concat(pathPrefix("v1", this::version1), more.toArray(Route[]::new))));
  }

  private Route version1() {
    return concat(
        path("ready", () -> get(this::ready)),
        path("status", () -> get(() -> read(AdminCommand.DescribeCluster::new))),
        path("events", () -> get(this::events)),
        path("stashes", () -> get(this::stashes)),
        history.stash(),
        path("operations", () -> get(() -> read(AdminCommand.ListOperations::new))),
        path(segment("operations").slash(segment()), id -> get(() -> operation(id))),
        path(
            "systems",
            () -> concat(get(() -> read(AdminCommand.ListSystems::new)), post(this::create))),
        pathPrefix(segment("systems").slash(segment()), this::system));
  }

  private Route system(String name) {
    return concat(
        pathEnd(() -> concat(get(() -> describe(name)), delete(() -> destroy(name)))),
        path("start", () -> post(() -> change(name, AdminCommand.StartSystem::new))),
        path("stop", () -> post(() -> change(name, AdminCommand.StopSystem::new))),
        path("switchover", () -> post(() -> switchOver(name))),
        path("exec", () -> post(() -> exec(name))),
        path("logs", () -> get(() -> logs(name))),
        history.ofSystem(name),
        mastership.ofSystem(name),
        path("export", () -> post(() -> archive.export(name))),
        pathPrefix("snapshots", () -> snapshots.of(name)));
  }

  private Route ready() {
    return onSuccess(
        admin.ask(AdminCommand.DescribeReadiness::new, READY_TIMEOUT, SILENT_READ),
        reply -> complete(responses.readiness(reply)));
  }

  private Route describe(String name) {
    SystemName system = parsed(name, SystemName::new);
    return read(replyTo -> new AdminCommand.DescribeSystem(system, replyTo));
  }

  private Route operation(String text) {
    OperationId id = parsed(text, OperationId::new);
    return read(replyTo -> new AdminCommand.DescribeOperation(id, replyTo));
  }

  private Route logs(String name) {
    SystemName system = parsed(name, SystemName::new);
    int most = AdminCommand.DescribeLogs.MAX_BYTES;
    return query(
        query -> {
          int maxBytes = (int) query.number("maxBytes", most, 1, most);
          return read(replyTo -> new AdminCommand.DescribeLogs(system, maxBytes, replyTo));
        });
  }

  private Route stashes() {
    return query(
        query -> {
          var system = query.value("system", SystemName::new);
          return read(replyTo -> new AdminCommand.ListStashes(system, replyTo));
        });
  }

  private Route events() {
    return query(
        query -> {
          Optional<Long> since =
              Optional.of(query.number("since", -1, 0, Long.MAX_VALUE)).filter(n -> n >= 0);
          int limit =
              (int) query.number("limit", DEFAULT_LIMIT, 1, AdminCommand.ListEvents.MAX_LIMIT);
          Duration wait = Duration.ofSeconds(query.number("follow", 0, 0, MAX_FOLLOW_SECONDS));
          return answer(
              admin.events(since, limit, wait, SILENT_READ), wait.plus(READ_TIMEOUT), 200);
        });
  }

  private Route create() {
    return body(
        NewSystem.class,
        (system, query) ->
            withRequestTimeout(
                query.timeout().plus(ANSWER_MARGIN),
                () ->
                    onSuccess(
                        admin.ask(
                            replyTo -> new AdminCommand.CreateSystem(system, replyTo),
                            query.timeout(),
                            SILENT_CHANGE),
                        reply -> complete(accepted(reply)))));
  }

  private HttpResponse accepted(AdminReply reply) {
    HttpResponse response = responses.reply(reply, 202);
    return reply instanceof OperationView operation
        ? response.addHeader(Location.create("/v1/operations/" + operation.id()))
        : response;
  }

  private Route destroy(String name) {
    SystemName system = parsed(name, SystemName::new);
    return query(
        query -> {
          if (query.text("confirm").isEmpty()) {
            throw ApiProblem.badRequest(
                "destroying " + system + " removes all its copies: repeat its name in 'confirm'");
          }
          return changed(
              query,
              replyTo -> new AdminCommand.DestroySystem(system, query.text("confirm"), replyTo));
        });
  }

  private Route switchOver(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.SwitchOver.class,
        (request, query) ->
            changed(query, replyTo -> new AdminCommand.SwitchOver(system, request.to(), replyTo)));
  }

  private Route exec(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Exec.class,
        (request, query) -> {
          Duration limit = Duration.ofSeconds(request.timeoutSeconds());
          Duration patience = limit.plus(ANSWER_MARGIN);
          return answer(
              admin.ask(
                  replyTo ->
                      new AdminCommand.ExecInSystem(system, request.command(), limit, replyTo),
                  patience,
                  SILENT_CHANGE),
              patience,
              200);
        });
  }
}
