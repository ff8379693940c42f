package flocker.node.api;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.FileChunk;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SystemName;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.server.Route;

/** The addresses below {@code /v1/systems/<name>/snapshots}. */
final class SnapshotRoutes extends RouteParts {
  private static final int DEFAULT_LIMIT = 100;

  SnapshotRoutes(AdminGate admin) {
    super(admin);
  }

  Route of(String name) {
    return concat(
        pathEnd(() -> concat(get(() -> list(name)), post(() -> create(name)))),
        path(segment().slash("pin"), snapshot -> post(() -> pin(name, snapshot, true))),
        path(segment().slash("unpin"), snapshot -> post(() -> pin(name, snapshot, false))),
        path(segment().slash("files"), snapshot -> get(() -> files(name, snapshot))),
        path(segment().slash("content"), snapshot -> get(() -> content(name, snapshot))),
        path(segment().slash("diff"), snapshot -> get(() -> diff(name, snapshot))));
  }

  private Route files(String name, String snapshot) {
    SystemName system = parsed(name, SystemName::new);
    SnapshotRef ref = parsed(snapshot, SnapshotRef::new);
    int most = SnapshotCommand.ListFiles.MAX_LIMIT;
    return query(
        query -> {
          int limit = (int) query.number("limit", most, 1, most);
          Optional<HostName> host = query.value("host", HostName::new);
          return look(
              query,
              replyTo ->
                  new SnapshotCommand.ListFiles(
                      system, host, ref, query.text("path"), query.text("after"), limit, replyTo));
        });
  }

  private Route diff(String name, String snapshot) {
    SystemName system = parsed(name, SystemName::new);
    SnapshotRef from = parsed(snapshot, SnapshotRef::new);
    int most = SnapshotCommand.DiffSnapshots.MAX_LIMIT;
    return query(
        query -> {
          int limit = (int) query.number("limit", most, 1, most);
          SnapshotRef to =
              query.value("to", SnapshotRef::new).orElseGet(() -> new SnapshotRef("newest"));
          Optional<HostName> host = query.value("host", HostName::new);
          return look(
              query,
              replyTo -> new SnapshotCommand.DiffSnapshots(system, host, from, to, limit, replyTo));
        });
  }

  /** Nothing is changed by it, but a clone must be made, and much may be read. */
  private Route look(ApiQuery query, Function<ActorRef<AdminReply>, AdminCommand> question) {
    return answer(admin.ask(question, query.timeout(), SILENT_READ), query.timeout(), 200);
  }

  /** The first chunk decides about the answer's code; what breaks later breaks the connection. */
  private Route content(String name, String snapshot) {
    SystemName system = parsed(name, SystemName::new);
    SnapshotRef ref = parsed(snapshot, SnapshotRef::new);
    return query(
        query -> {
          Optional<HostName> host = query.value("host", HostName::new);
          ContentDownload download =
              new ContentDownload(admin, system, host, ref, query.text("path"), query.timeout());
          return withoutRequestTimeout(
              () ->
                  onSuccess(
                      download.first(),
                      reply ->
                          complete(
                              reply instanceof FileChunk chunk
                                  ? download.response(chunk)
                                  : responses.reply(reply, 200))));
        });
  }

  private Route list(String name) {
    SystemName system = parsed(name, SystemName::new);
    int most = SnapshotCommand.ListSnapshots.MAX_LIMIT;
    return query(
        query -> {
          int limit = (int) query.number("limit", DEFAULT_LIMIT, 1, most);
          return read(replyTo -> new SnapshotCommand.ListSnapshots(system, limit, replyTo));
        });
  }

  private Route create(String name) {
    SystemName system = parsed(name, SystemName::new);
    return body(
        ApiRequest.CreateSnapshot.class,
        (request, query) ->
            changed(
                query,
                replyTo -> new SnapshotCommand.CreateSnapshot(system, request.label(), replyTo)));
  }

  private Route pin(String name, String snapshot, boolean pinned) {
    SystemName system = parsed(name, SystemName::new);
    SnapshotRef ref = parsed(snapshot, SnapshotRef::new);
    return body(
        ApiRequest.Nothing.class,
        (nothing, query) ->
            changed(
                query, replyTo -> new SnapshotCommand.PinSnapshot(system, ref, pinned, replyTo)));
  }
}
