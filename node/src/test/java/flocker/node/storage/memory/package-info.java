/**
 * The storage port in memory, for tests of everything above it. It passes the same contract as the
 * real drivers ({@code InMemoryStorageTest} and its sisters), is deterministic, and fails on
 * request.
 */
package flocker.node.storage.memory;
