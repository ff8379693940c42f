package flocker.node.metrics;

import flocker.node.system.EventsActor;
import flocker.node.system.SystemsActor;
import flocker.protocol.admin.AdminCommand;
import flocker.protocol.admin.AdminReply;
import flocker.protocol.admin.ClusterView;
import flocker.protocol.admin.SystemDetail;
import flocker.protocol.admin.SystemView;
import flocker.protocol.system.Catalog;
import flocker.protocol.system.ToSystems;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code GET /metrics}: asks this host's own actors, and writes down what they say. */
public final class MetricsRoutes extends AllDirectives {
  /**
   * @param lease how long one lasts
   * @param desk of this host
   * @param meters empty on a witness
   */
  public record Sources(
      Duration lease,
      ActorRef<ToSystems> systems,
      ActorRef<AdminCommand> desk,
      ActorRef<EventsActor.Command> events,
      Optional<StorageMeters> meters) {}

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final ContentType TEXT =
      ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");

  private final ActorSystem<?> system;
  private final Sources sources;
  private final PrometheusRegistry jvm = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  private MetricsRoutes(ActorSystem<?> system, Sources sources) {
    this.system = system;
    this.sources = sources;
    JvmMetrics.builder().register(jvm);
  }

  /** To be tried beside the API's other routes. */
  public static Route create(ActorSystem<?> system, Sources sources) {
    return new MetricsRoutes(system, sources).routes();
  }

  private Route routes() {
    return path("metrics", () -> get(() -> onSuccess(readings(), r -> complete(written(r)))));
  }

  private CompletionStage<AdminReply> desk(Function<ActorRef<AdminReply>, AdminCommand> question) {
    return AskPattern.ask(sources.desk(), question::apply, PATIENCE, system.scheduler());
  }

  private CompletionStage<Readings> readings() {
    CompletionStage<SystemsActor.Described> described =
        AskPattern.ask(sources.systems(), SystemsActor.Describe::new, PATIENCE, system.scheduler());
    CompletionStage<AdminReply> self = desk(AdminCommand.DescribeCluster::new);
    CompletionStage<EventsActor.Counts> counts =
        AskPattern.ask(sources.events(), EventsActor.Count::new, PATIENCE, system.scheduler());
    return described.thenCompose(
        known ->
            views(known)
                .thenCombine(self, (views, host) -> Map.entry(views, (ClusterView) host))
                .thenCombine(
                    counts,
                    (both, events) ->
                        new Readings(
                            both.getValue(),
                            known.clusterMaster().isPresent(),
                            sources.lease(),
                            both.getKey(),
                            events.numbers(),
                            sources.meters().map(StorageMeters::read))));
  }

  /** What this host's desk says of each system; one that does not answer is left out. */
  private CompletionStage<List<SystemView>> views(SystemsActor.Described known) {
    CompletionStage<List<SystemView>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (Catalog.Entry entry : known.catalog().systems()) {
      all =
          all.thenCombine(
              desk(replyTo -> new AdminCommand.DescribeSystem(entry.name(), replyTo))
                  .handle(
                      (reply, failure) ->
                          reply instanceof SystemDetail detail
                              ? Optional.of(detail.system())
                              : Optional.<SystemView>empty()),
              (list, view) -> {
                view.ifPresent(list::add);
                return list;
              });
    }
    return all;
  }

  private HttpResponse written(Readings readings) {
    List<MetricSnapshot> all = new ArrayList<>();
    Exposition.of(readings).forEach(all::add);
    jvm.scrape().forEach(all::add);
    ByteArrayOutputStream text = new ByteArrayOutputStream(16 << 10);
    try {
      writer.write(text, new MetricSnapshots(all));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HttpResponse.create()
        .withEntity(TEXT, text.toByteArray())
        .addHeader(RawHeader.create("Cache-Control", "no-store"));
  }
}
