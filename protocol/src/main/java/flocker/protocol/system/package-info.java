/**
 * The documents of authority records: what the voters of a user system keep of its settings, and
 * what the voters of the cluster keep of the list of systems. JSON; unknown properties are kept out
 * by their version, see {@link flocker.protocol.system.Documents}.
 */
package flocker.protocol.system;
