/**
 * What this host tells Prometheus: {@code GET /metrics}, each host of itself. {@link
 * flocker.node.metrics.Metric} is the list of them, printed in docs/operations/metrics.md; {@link
 * flocker.node.metrics.Exposition} turns what the node answers into them and is pure; {@link
 * flocker.node.metrics.MeteredStorage} counts what goes through storage.
 */
package flocker.node.metrics;
