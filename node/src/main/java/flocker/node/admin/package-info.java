/**
 * What an operator asks, carried to the host that can do it. {@code AdminActor} ({@code
 * /user/admin}) is where the HTTP API asks; it finds out which host is meant and hands the
 * question, reply address unchanged, to that host's {@code DeskActor} ({@code /user/desk}), which
 * does it there or refuses, and never passes it on.
 */
package flocker.node.admin;
