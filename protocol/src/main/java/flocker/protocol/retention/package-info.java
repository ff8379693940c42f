/**
 * What hosts tell each other of what must be kept. One message, {@link
 * flocker.protocol.retention.BasesTold}, from a system's master to the retention of each other host
 * with storage; nobody answers it.
 */
package flocker.protocol.retention;
