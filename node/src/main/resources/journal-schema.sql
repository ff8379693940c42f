-- The journal's tables, as pekko-persistence-jdbc 1.1.1 expects them (its schema/h2, in SQLite's
-- types), and the row that says whose journal this is. A change needs a new user_version.
CREATE TABLE flocker_journal (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  host_id TEXT NOT NULL
);
CREATE TABLE event_journal (
  ordering INTEGER PRIMARY KEY AUTOINCREMENT,
  deleted BOOLEAN NOT NULL DEFAULT FALSE,
  persistence_id TEXT NOT NULL,
  sequence_number INTEGER NOT NULL,
  writer TEXT NOT NULL,
  write_timestamp INTEGER NOT NULL,
  adapter_manifest TEXT NOT NULL,
  event_payload BLOB NOT NULL,
  event_ser_id INTEGER NOT NULL,
  event_ser_manifest TEXT NOT NULL,
  meta_payload BLOB,
  meta_ser_id INTEGER,
  meta_ser_manifest TEXT,
  UNIQUE (persistence_id, sequence_number)
);
CREATE TABLE event_tag (
  event_id INTEGER,
  persistence_id TEXT,
  sequence_number INTEGER,
  tag TEXT,
  PRIMARY KEY (persistence_id, sequence_number, tag)
);
CREATE TABLE snapshot (
  persistence_id TEXT NOT NULL,
  sequence_number INTEGER NOT NULL,
  created INTEGER NOT NULL,
  snapshot_ser_id INTEGER NOT NULL,
  snapshot_ser_manifest TEXT NOT NULL,
  snapshot_payload BLOB NOT NULL,
  meta_ser_id INTEGER,
  meta_ser_manifest TEXT,
  meta_payload BLOB,
  PRIMARY KEY (persistence_id, sequence_number)
);
