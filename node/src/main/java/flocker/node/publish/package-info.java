/**
 * Published ports: every host accepts connections on a user system's ports and leads them to the
 * container on the master, so a client may know any one of the hosts.
 *
 * <p>{@link flocker.node.publish.Routing} decides (pure), {@link
 * flocker.node.publish.PublisherActor} carries out, {@link flocker.node.publish.PortForwarder}
 * moves the bytes with Pekko Streams.
 *
 * <pre>
 *            accepted
 *               │ no route, or the target does not answer (yet)
 *        ┌── waiting ◄──────────┐
 *        │      │ route known   │ refused; the route has changed meanwhile
 *  held  │      ▼               │
 *  too   │  connecting ─────────┘
 *  long  │      │ connected
 *        ▼      ▼
 *      reset  served ── route changed away ──► reset
 * </pre>
 */
package flocker.node.publish;
