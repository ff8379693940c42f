/**
 * The life of one user system on one host: what a host does from the moment it is elected until it
 * is a slave again. {@link flocker.node.supervisor.Mastership} decides which step comes next and is
 * pure; {@code MasterSupervisorActor} owns the container and carries the steps out, one at a time,
 * with the guards armed around every run of it.
 *
 * <pre>
 * take-over   occupy → open → first-snapshot → replicate → (launch, if the system is to run)
 * launch      arm → fresh-lease → start → ports
 * lapse       hold → kill → disarm, then launch as soon as a lease is held again
 * yield       hold → kill → disarm → stop-replication → stop-snapshots → close → vacate
 * stop        hold → stop → disarm → snapshot
 * switchover  hold → stop → disarm → stop-changes → seal → final-snapshot → confirm → release → … → vacate
 * </pre>
 *
 * A step that runs is never cancelled: what happened meanwhile (the lease lapsed, another host was
 * elected) is acted upon when it ends. What must not wait for that, the death of the container, is
 * the guards' business.
 */
package flocker.node.supervisor;
