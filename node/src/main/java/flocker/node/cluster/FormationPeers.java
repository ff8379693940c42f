package flocker.node.cluster;

import flocker.protocol.formation.FormationView;
import flocker.protocol.formation.PromiseAnswer;
import flocker.protocol.formation.PromiseRequest;
import flocker.protocol.id.HostId;
import java.util.concurrent.CompletionStage;

/** The other hosts' API, as far as formation needs it. Each stage ends within about a second. */
public interface FormationPeers {
  /** Where {@code host} stands. */
  CompletionStage<FormationView> view(HostId host);

  /** Asks {@code voter} for its promise. */
  CompletionStage<PromiseAnswer> promise(HostId voter, PromiseRequest request);

  /** Gives the promise back. */
  CompletionStage<PromiseAnswer> withdraw(HostId voter, PromiseRequest request);
}
