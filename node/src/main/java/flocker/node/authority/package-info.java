/**
 * Who is master: the decisions of voter, candidate and lease-holder, as a state machine without
 * Pekko, clock, randomness or I/O ({@link flocker.node.authority.Authority}), and the event-sourced
 * actor that carries them out ({@code VoterActor}). Rules: docs/architecture.md, "Authority".
 */
package flocker.node.authority;
