package flocker.node.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import flocker.protocol.admin.AdminJson;
import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import java.time.Duration;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.marshallers.jackson.Jackson;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The part of the API by which hosts become one cluster; see {@code flocker.protocol.formation}.
 */
public final class FormationRoutes extends AllDirectives {
  static final String VIEW = "v1/cluster/formation";
  static final String PROMISE = VIEW + "/promise";
  static final String WITHDRAWAL = VIEW + "/withdrawal";

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final ActorRef<FormationActor.Command> formation;
  private final ObjectMapper json = AdminJson.strict();

  private FormationRoutes(ActorSystem<?> system, ActorRef<FormationActor.Command> formation) {
    this.system = system;
    this.formation = formation;
  }

  /** To be tried beside the API's other routes. */
  public static Route create(ActorSystem<?> system, ActorRef<FormationActor.Command> formation) {
    return new FormationRoutes(system, formation).routes();
  }

  private Route routes() {
    return pathPrefix(
        PathMatchers.separateOnSlashes(VIEW),
        () ->
            concat(
                pathEnd(
                    () ->
                        get(
                            () ->
                                onSuccess(
                                    AskPattern.<FormationActor.Command, FormationView>ask(
                                        formation,
                                        FormationActor.Describe::new,
                                        TIMEOUT,
                                        system.scheduler()),
                                    view -> completeOK(view, Jackson.marshaller(json))))),
                path("promise", () -> asked(FormationActor.AskPromise::new)),
                path("withdrawal", () -> asked(FormationActor.GiveBackPromise::new))));
  }

  private Route asked(
      BiFunction<PromiseRequest, ActorRef<PromiseAnswer>, FormationActor.Command> command) {
    return post(
        () ->
            entity(
                Jackson.unmarshaller(json, PromiseRequest.class),
                request ->
                    onSuccess(
                        AskPattern.<FormationActor.Command, PromiseAnswer>ask(
                            formation,
                            replyTo -> command.apply(request, replyTo),
                            TIMEOUT,
                            system.scheduler()),
                        answer -> completeOK(answer, Jackson.marshaller(json)))));
  }
}
