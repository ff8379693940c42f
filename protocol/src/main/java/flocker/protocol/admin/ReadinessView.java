package flocker.protocol.admin;

/**
 * @param ready the node belongs to a cluster with a majority and can serve
 * @param waitingFor for people; empty when ready
 */
public record ReadinessView(boolean ready, String waitingFor) implements AdminReply {
  public ReadinessView {
    waitingFor = waitingFor == null ? "" : waitingFor;
  }
}
