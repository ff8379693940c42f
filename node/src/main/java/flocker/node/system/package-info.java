/**
 * The actor trees of the user systems, and the list of them: {@code SystemsActor} keeps the
 * cluster's own authority and spawns one {@code UserSystemActor} for each system of the catalog;
 * that one joins voter, supervisor, receiver and publisher of its system on this host.
 */
package flocker.node.system;
