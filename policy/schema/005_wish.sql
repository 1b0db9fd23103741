-- Virtual forwards, which bind no port: what operators' jumps wished for.  The
-- server's own word.  Of those that have ended a device's last one stays, to
-- say why.
CREATE TABLE wish (
	device	INTEGER NOT NULL,
	dport	INTEGER NOT NULL,
	sport	INTEGER NOT NULL,
	node	TEXT NOT NULL,
	created	INTEGER NOT NULL,
	state	INTEGER NOT NULL,
	state_at INTEGER NOT NULL,
	reason	TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (device, dport)
) WITHOUT ROWID;

CREATE TRIGGER device_removed_wish AFTER DELETE ON device BEGIN
	DELETE FROM wish WHERE device = OLD.id;
END;
