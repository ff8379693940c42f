/**
 * The {@code flocker} command. Each command is one request to a node's HTTP API (see {@code
 * flocker.node.api}) and one way to show the answer; nothing here loads the actor system, so that a
 * command starts fast. {@code *Text} classes turn views into text and are pure.
 *
 * <p>Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no contact with the node, 4 not
 * permitted, 5 timed out with unknown outcome. {@code system exec} returns what the command inside
 * returned.
 */
package flocker.node.cli;
