/**
 * Everything that crosses a wire or a disk: identities, messages between hosts, journal events,
 * their codecs.
 */
package flocker.protocol;
