/**
 * What hosts say to each other, over the API, to become one cluster.
 *
 * <pre>
 * any host  → any host  GET  /v1/cluster/formation            → FormationView
 * founder   → voter     POST /v1/cluster/formation/promise    PromiseRequest → PromiseAnswer
 * founder   → voter     POST /v1/cluster/formation/withdrawal PromiseRequest → PromiseAnswer
 * </pre>
 *
 * JSON, by {@code AdminJson}.
 */
package flocker.protocol.formation;
