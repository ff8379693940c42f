package flocker.node.api;

import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.MastershipCommand;
import flocker.protocol.admin.SystemName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.server.Route;

/** Addresses below a system that are about who is master and what that may lose. */
final class MastershipRoutes extends RouteParts {
  private static final int MOST_COPIES = 254;

  MastershipRoutes(AdminGate admin) {
    super(admin);
  }

  /** Below {@code /v1/systems/{name}}. */
  Route ofSystem(String name) {
    return concat(
        path("barrier", () -> post(() -> barrier(name))),
        path("loss-policy", () -> post(() -> loss(name))),
        path("pause", () -> post(() -> pause(name))),
        path("resume", () -> post(() -> resume(name))),
        path("promote", () -> concat(get(() -> promotion(name)), post(() -> promote(name)))));
  }

  private Route barrier(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Barrier.class,
        (request, query) -> {
          if (request.copies() < 0 || request.copies() > MOST_COPIES) {
            throw ApiProblem.badRequest("'copies' is a number from 0 to " + MOST_COPIES);
          }
          Duration limit = query.timeout();
          Duration patience = limit.plus(ANSWER_MARGIN);
          return answer(
              admin.ask(
                  replyTo ->
                      new MastershipCommand.TakeBarrier(
                          system, request.copies(), limit.toMillis(), replyTo),
                  patience,
                  SILENT_CHANGE),
              patience,
              200);
        });
  }

  private Route loss(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Loss.class,
        (request, query) ->
            changed(
                query,
                replyTo -> new MastershipCommand.SetLossPolicy(system, request.policy(), replyTo)));
  }

  private Route pause(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Reason.class,
        (request, query) ->
            valid(
                query, replyTo -> new MastershipCommand.Pause(system, request.reason(), replyTo)));
  }

  private Route resume(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Reason.class,
        (request, query) ->
            valid(
                query, replyTo -> new MastershipCommand.Resume(system, request.reason(), replyTo)));
  }

  private Route promotion(String name) {
    SystemName system = parsed(name, SystemName::new);
    return query(
        query -> {
          Optional<HostName> to = query.value("to", HostName::new);
          return read(replyTo -> new MastershipCommand.DescribePromotion(system, to, replyTo));
        });
  }

  private Route promote(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Promote.class,
        (request, query) ->
            valid(
                query,
                replyTo ->
                    new MastershipCommand.Promote(
                        system, request.to(), request.confirm(), request.reason(), replyTo)));
  }

  /** What the command itself refuses is the caller's mistake. */
  private Route valid(ApiQuery query, Function<ActorRef<AdminReply>, MastershipCommand> command) {
    try {
      MastershipCommand unused = command.apply(null);
    } catch (IllegalArgumentException e) {
      throw ApiProblem.badRequest(e.getMessage());
    }
    return changed(query, command::apply);
  }
}
