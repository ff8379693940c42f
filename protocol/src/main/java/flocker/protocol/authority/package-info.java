/**
 * What the voters of one authority say to each other. An authority is a user system, or the cluster
 * itself.
 *
 * <pre>
 * candidate → voter   pre-vote-request            voter → candidate   pre-vote-answer
 * candidate → voter   vote-request                voter → candidate   vote-answer
 * master    → voter   renew                       voter → master      renew-answer
 * master    → voter   release                     candidate → host    nudge
 * master    → voter   record-barrier              voter → master      barrier-answer
 * master    → voter   offer-record                voter → master      record-answer
 * candidate → voter   show-record
 * </pre>
 *
 * All messages from one host to another that are due at the same moment travel in one {@link
 * flocker.protocol.authority.AuthorityBatch}. The epoch is the first field of each and is looked at
 * first. An answer names the renewal, candidacy, barrier or record that it answers and counts for
 * no other.
 */
package flocker.protocol.authority;
