-- Several servers on one store.

-- addr: of its relay, for other nodes; hostkeys: "ed25519 SHA256-HEX,..."; stale:
-- its stale-limit, s.
ALTER TABLE node ADD COLUMN addr TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN drain INTEGER NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN hostkeys TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;

-- The last two times between polls, s, of a device that several servers see: each
-- of them sees a part.
ALTER TABLE device_seen ADD COLUMN gap1 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_seen ADD COLUMN gap2 INTEGER NOT NULL DEFAULT 0;

-- The node that binds the port; '': the one that the tunnel leads to.
ALTER TABLE forward ADD COLUMN node TEXT NOT NULL DEFAULT '';

-- Virtual forwards are a node's own.
DROP TRIGGER device_removed_wish;
ALTER TABLE wish RENAME TO wish_before;
CREATE TABLE wish (
	device	INTEGER NOT NULL,
	dport	INTEGER NOT NULL,
	sport	INTEGER NOT NULL,
	node	TEXT NOT NULL,
	created	INTEGER NOT NULL,
	state	INTEGER NOT NULL,
	state_at INTEGER NOT NULL,
	reason	TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (device, dport, node)
) WITHOUT ROWID;
INSERT INTO wish (device, dport, sport, node, created, state, state_at, reason)
    SELECT device, dport, sport, node, created, state, state_at, reason
    FROM wish_before;
DROP TABLE wish_before;
CREATE TRIGGER device_removed_wish AFTER DELETE ON device BEGIN
	DELETE FROM wish WHERE device = OLD.id;
END;

-- Tunnels that are open, and the node that has each; dport 0: not known.
CREATE TABLE tunnel (
	device	INTEGER NOT NULL,
	sport	INTEGER NOT NULL,
	dport	INTEGER NOT NULL,
	node	TEXT NOT NULL,
	virtual	INTEGER NOT NULL,
	opened	INTEGER NOT NULL,
	PRIMARY KEY (device, sport)
) WITHOUT ROWID;
CREATE TRIGGER device_removed_tunnel AFTER DELETE ON device BEGIN
	DELETE FROM tunnel WHERE device = OLD.id;
END;

-- One stream each from asker to node, which reads and deletes the row.
CREATE TABLE ticket (
	number	INTEGER PRIMARY KEY,
	secret	BLOB NOT NULL,
	device	INTEGER NOT NULL,
	dport	INTEGER NOT NULL,
	sport	INTEGER NOT NULL,
	jump	INTEGER NOT NULL,
	from_port INTEGER NOT NULL,
	addr	TEXT NOT NULL,
	asker	TEXT NOT NULL,
	node	TEXT NOT NULL,
	until	INTEGER NOT NULL
);

-- When it was made, us since the epoch: how far behind a node is.  0: not known.
ALTER TABLE change ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
-- A row that comes with a time is a copy.
CREATE TRIGGER change_timed AFTER INSERT ON change WHEN NEW.at = 0 BEGIN
	UPDATE change SET at =
	    CAST ((julianday ('now') - 2440587.5) * 86400000 AS INTEGER) * 1000
	    WHERE seq = NEW.seq;
END;
