package flocker.node.publish;

/** Where the connections of a user system go. */
public sealed interface Route {
  /** To the container on this host, which is the master. */
  record ToContainer(String address) implements Route {}

  /** To the same published port of the master's host. */
  record ToHost(String address) implements Route {}

  /** Nowhere for now: hold new connections. */
  enum Hold implements Route {
    INSTANCE
  }
}
