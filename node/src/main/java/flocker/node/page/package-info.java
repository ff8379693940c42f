/**
 * The web page, served from the program's own jar: {@code GET /} and {@code GET /assets/…}. Its
 * sources are in {@code node/src/main/web}; it asks the API of the node that served it and nobody
 * else, and the answers here forbid it anything more. Nothing of it is secret: it is served before
 * anybody has logged in.
 */
package flocker.node.page;
