/**
 * How hosts find each other and talk: formation and membership of the Pekko cluster, and the
 * courier that carries authority messages between hosts.
 *
 * <p>Nothing in here decides who is master, and nothing of authority, leases or streams waits for
 * anything in here: fixed actor paths are addressed directly, whatever membership says of a host
 * (joining, unreachable, not a member). The decisions are pure ({@link
 * flocker.node.cluster.Outbox}, {@link flocker.node.cluster.Formation}); actors carry them out.
 */
package flocker.node.cluster;
