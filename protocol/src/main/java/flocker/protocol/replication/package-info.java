/**
 * What a master and a slave say to each other while one snapshot travels.
 *
 * <pre>
 * master → slave                          slave → master
 * describe                                versions | refused
 * begin(plan)                             credit … | refused
 * chunk(number 1, 2, 3 …)                 credit … | failed
 * still-sending                           credit (also repeated while storage works)
 * end(trailer)                            received | failed
 * abort
 * </pre>
 *
 * Every message begins with the {@link flocker.protocol.replication.StreamId}, and that with the
 * epoch, which is looked at before anything else: a receiver that has promised a newer epoch
 * answers {@code refused(OLDER_EPOCH)} and does nothing. {@code describe} may be left out when the
 * master knows from the last {@code received} what the slave has: {@code begin} names the snapshot
 * it builds on, and is refused if that is not the newest.
 *
 * <p>The sender has at most as many chunks on the way as the newest {@code credit} allows. Chunks
 * have numbers and offsets without gaps. The receiver keeps the last chunk to itself until the
 * trailer's length and digest agree with what arrived and the sender's own exit was good, so that a
 * stream cut short, or changed on the way, can never be completed on its disk.
 */
package flocker.protocol.replication;
