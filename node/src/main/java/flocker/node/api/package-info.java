/**
 * The HTTP API of a node: JSON over {@code /v1/…}. A route reads and checks a request, asks the
 * node's admin actor, and writes the answer down; it decides nothing.
 *
 * <pre>
 * GET    /v1/ready                              200 or 503
 * GET    /v1/status
 * GET    /v1/systems                            POST: create, 202 with an operation
 * GET    /v1/systems/{name}                     DELETE ?confirm={name}
 * POST   /v1/systems/{name}/start               {}
 * POST   /v1/systems/{name}/stop                {}
 * POST   /v1/systems/{name}/switchover          {"to":"host"}
 * POST   /v1/systems/{name}/exec                {"command":[…],"timeoutSeconds":60}
 * GET    /v1/systems/{name}/logs                ?maxBytes=
 * POST   /v1/systems/{name}/export              {"target":{"kind":"tar","path":"/…"},"snapshot":…}
 * GET    /v1/systems/{name}/snapshots           ?limit=          POST: {"label":"before-upgrade"}
 * POST   /v1/systems/{name}/snapshots/{snapshot}/pin     {}
 * POST   /v1/systems/{name}/snapshots/{snapshot}/unpin   {}
 * GET    /v1/systems/{name}/snapshots/{snapshot}/files   ?path= &amp;after= &amp;limit= &amp;host=
 * GET    /v1/systems/{name}/snapshots/{snapshot}/content ?path= &amp;host= (the file's bytes)
 * GET    /v1/systems/{name}/snapshots/{snapshot}/diff    ?to= &amp;limit= &amp;host=
 * GET    /v1/systems/{name}/retention           ?host= &amp;rules= &amp;limit=
 * POST   /v1/systems/{name}/retention           {"retention":"…","onSlaves":"…","confirm":"{name}"}
 * GET    /v1/systems/{name}/rollback            ?to=
 * POST   /v1/systems/{name}/rollback            {"to":"…","confirm":"{name}"}, 202 with an operation
 * GET    /v1/stashes                            ?system=
 * GET    /v1/stashes/{stash}                    ?host=          DELETE ?confirm={stash} &amp;host=
 * GET    /v1/events                             ?since= &amp;limit= &amp;follow= (seconds to wait for one)
 * GET    /v1/operations
 * GET    /v1/operations/{id}
 * </pre>
 *
 * A {snapshot} is its name, label, position ({@code 513.42}), GUID or {@code newest}. Every POST
 * has a JSON object as its body, with that content type. Changes take {@code ?timeout=} in seconds;
 * when it passes the answer is 504 and the outcome unknown. Every refusal is {@link
 * flocker.protocol.admin.ErrorBody}. Pekko is known to {@code ApiServer}, the routes, {@code
 * ApiResponses} and {@code AdminGate} only.
 */
package flocker.node.api;
