/**
 * Which snapshots a copy keeps, so that lists stay short and space is given back. {@link
 * flocker.node.retention.RetentionPlan} decides and is pure, as is {@code BaseBook}, what is known
 * of the other hosts' copies; {@code RetentionRound} looks and destroys; {@code RetentionActor}
 * drives it, a batch at a time.
 *
 * <p>Ages are counted back from the newest snapshot, and grids lie on whole periods since 1970: so
 * all hosts keep the same old ones, and a host that is away keeps what it has.
 *
 * <pre>
 * master                         every other host with storage
 *   BasesTold  ───────────────►  kept as property flocker:bases of its copy, and from then on as
 *   (every round, may be lost)   what is never destroyed there; whoever is elected goes on with it
 * </pre>
 */
package flocker.node.retention;
