package flocker.node.api;

import flocker.protocol.admin.AdminRefusal;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.FileChunk;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.SnapshotCommand;
import flocker.protocol.admin.SnapshotRef;
import flocker.protocol.admin.SystemName;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** The contents of one file of a snapshot, asked for chunk by chunk as the client takes them. */
record ContentDownload(
    AdminGate admin,
    SystemName system,
    Optional<HostName> host,
    SnapshotRef snapshot,
    String path,
    Duration timeout) {

  CompletionStage<AdminReply> first() {
    return chunk(snapshot, path, 0);
  }

  private CompletionStage<AdminReply> chunk(SnapshotRef of, String file, long offset) {
    return admin.ask(
        replyTo -> new SnapshotCommand.ReadFile(system, host, of, file, offset, replyTo),
        timeout,
        "the node did not answer in time; nothing was changed, try again");
  }

  HttpResponse response(FileChunk first) {
    if (first.size() == 0) {
      return HttpResponse.create().withEntity(ContentTypes.APPLICATION_OCTET_STREAM, new byte[0]);
    }
    // By its whole name: 'newest' may be another one by the time the next chunk is asked for.
    SnapshotRef same = new SnapshotRef(first.snapshot().value());
    Source<ByteString, NotUsed> rest =
        Source.unfoldAsync(
            (long) bytes(first).size(),
            at ->
                at >= first.size()
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : chunk(same, first.path(), at).thenCompose(reply -> next(reply, at)));
    return HttpResponse.create()
        .withEntity(
            HttpEntities.create(
                ContentTypes.APPLICATION_OCTET_STREAM,
                first.size(),
                Source.single(bytes(first)).concat(rest)));
  }

  private static CompletionStage<Optional<Pair<Long, ByteString>>> next(AdminReply reply, long at) {
    if (reply instanceof FileChunk chunk && chunk.offset() == at && !chunk.content().isEmpty()) {
      ByteString bytes = bytes(chunk);
      return CompletableFuture.completedFuture(Optional.of(Pair.create(at + bytes.size(), bytes)));
    }
    return CompletableFuture.failedFuture(
        new IOException(
            reply instanceof AdminRefusal refusal ? refusal.message() : "the file ended early"));
  }

  private static ByteString bytes(FileChunk chunk) {
    return ByteString.fromArray(Base64.getDecoder().decode(chunk.content()));
  }
}
