/**
 * Which snapshots a copy keeps, so that lists stay short and space is given back. {@link flocker.node.retention.Thinning} decides
 * and is pure; {@code ThinningActor} carries it out, a few snapshots at a time.
 *
 * <p>The rule depends on nothing but the snapshots' creation times, which are the same on every host: so all hosts keep the
 * same old ones, and a slave that comes back finds a common base.
 */
package flocker.node.retention;
