/**
 * The journal: one SQLite file on the host's own disk (never on the guarded pool), in which the
 * voters' events are on disk before anybody is told. Pekko Persistence writes it through
 * pekko-persistence-jdbc; this package makes it, checks it and configures it. Why this database:
 * docs/decisions/0002-journal.md.
 */
package flocker.node.journal;
