-- What the running server notes: none of it is a change of the directory.

-- beats: how many heartbeats there were, for the place in the ring.
CREATE TABLE device_seen (
	device	INTEGER PRIMARY KEY,
	beats	INTEGER NOT NULL DEFAULT 0,
	last_seen INTEGER NOT NULL DEFAULT 0,
	interval INTEGER NOT NULL DEFAULT 0,
	addr	TEXT NOT NULL DEFAULT '',
	client	TEXT NOT NULL DEFAULT ''
);
INSERT INTO device_seen (device) SELECT id FROM device;

-- A ring of 64 (HEARTBEAT_KEEP) a device: id is device * 64 + place, so that
-- it cannot grow and a device's own lie together.
CREATE TABLE heartbeat (
	id	INTEGER PRIMARY KEY,
	seq	INTEGER NOT NULL,
	at	INTEGER NOT NULL,
	interval INTEGER NOT NULL,
	addr	TEXT NOT NULL,
	client	TEXT NOT NULL,
	health	TEXT NOT NULL
);
CREATE UNIQUE INDEX heartbeat_seq ON heartbeat (seq);

-- The last seq given out; it outlives the heartbeats.
CREATE TABLE heartbeat_last (
	one	INTEGER PRIMARY KEY CHECK (one = 1),
	seq	INTEGER NOT NULL
);
INSERT INTO heartbeat_last VALUES (1, 0);

CREATE TRIGGER device_added_seen AFTER INSERT ON device BEGIN
	INSERT INTO device_seen (device) VALUES (NEW.id);
END;
CREATE TRIGGER device_removed_seen AFTER DELETE ON device BEGIN
	DELETE FROM device_seen WHERE device = OLD.id;
	DELETE FROM heartbeat
	    WHERE id >= OLD.id * 64 AND id < (OLD.id + 1) * 64;
END;

CREATE TABLE session (
	node	TEXT NOT NULL,
	id	INTEGER NOT NULL,
	device	INTEGER NOT NULL,
	since	INTEGER NOT NULL,
	addr	TEXT NOT NULL,
	client	TEXT NOT NULL,
	digest	BLOB NOT NULL,
	ports	TEXT NOT NULL,
	PRIMARY KEY (node, id)
) WITHOUT ROWID;

CREATE TABLE node (
	name	TEXT PRIMARY KEY,
	pid	INTEGER NOT NULL,
	listen	TEXT NOT NULL,
	started	INTEGER NOT NULL,
	alive	INTEGER NOT NULL,
	applied	INTEGER NOT NULL DEFAULT 0,
	status	TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
