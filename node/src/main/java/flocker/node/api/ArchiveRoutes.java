package flocker.node.api;

import flocker.protocol.admin.ArchiveCommand;
import flocker.protocol.admin.OperationView;
import flocker.protocol.admin.SystemName;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Location;
import org.apache.pekko.http.javadsl.server.Route;

/** The address {@code /v1/systems/<name>/export}. */
final class ArchiveRoutes extends RouteParts {
  ArchiveRoutes(AdminGate admin) {
    super(admin);
  }

  Route export(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.Export.class,
        (request, query) ->
            withRequestTimeout(
                query.timeout().plus(ANSWER_MARGIN),
                () ->
                    onSuccess(
                        admin.ask(
                            replyTo ->
                                new ArchiveCommand.ExportSystem(
                                    system,
                                    request.host(),
                                    request.snapshot(),
                                    request.target(),
                                    replyTo),
                            query.timeout(),
                            SILENT_CHANGE),
                        reply -> {
                          HttpResponse response = responses.reply(reply, 202);
                          return complete(
                              reply instanceof OperationView operation
                                  ? response.addHeader(
                                      Location.create("/v1/operations/" + operation.id()))
                                  : response);
                        })));
  }
}
