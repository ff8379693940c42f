/**
 * How messages and journal events become bytes. {@link flocker.protocol.wire.WireCatalogue} is the
 * only list of what may travel; the body is CBOR, except for chunks, which have a codec of their
 * own. Whatever is not in the list, is too long, has bytes behind its end or makes an invalid value
 * is refused with {@link java.io.NotSerializableException}, which remoting logs and drops.
 *
 * <p>A manifest never changes its meaning: an optional field may be added (and a golden file with
 * it), anything else is a new manifest {@code ….2}.
 */
package flocker.protocol.wire;
