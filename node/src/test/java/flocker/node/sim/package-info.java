/**
 * Whole clusters in one thread: the production {@link flocker.node.authority.Authority} of every
 * host under virtual time, with lost, delayed and repeated messages, cuts, crashes that lose writes
 * which were not yet synced, frozen JVMs, paused machines and drifting clocks, and around it a thin
 * model of a master's life. Everything follows from one seed; {@link flocker.node.sim.Invariants}
 * looks after each event.
 *
 * <p>Not modelled: Pekko, membership, formation, ZFS itself, retention, full disks, lost journals.
 */
package flocker.node.sim;
