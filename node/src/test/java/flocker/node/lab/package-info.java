/**
 * Whole hosts under faults: real processes, real ZFS, real containers, real partitions, driven by
 * {@code deploy/lab/lab} and looked at from outside: over the API, as a client of the user system,
 * and in the control groups. Tier {@code lab}.
 */
package flocker.node.lab;
