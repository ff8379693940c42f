/**
 * Identities and names as values. Every type validates itself in its constructor, so that a value
 * that exists is a value that may be used. Nothing in here knows Pekko, a clock or a file.
 */
package flocker.protocol.id;
