-- What logins, polls and forwards are decided by, and the log of its changes.
-- Times are microseconds since the epoch.

CREATE TABLE device (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	name	TEXT NOT NULL UNIQUE,
	alias	TEXT NOT NULL DEFAULT '',
	tags	TEXT NOT NULL DEFAULT '',
	enabled	INTEGER NOT NULL DEFAULT 1,
	created	INTEGER NOT NULL
);
CREATE UNIQUE INDEX device_alias ON device (alias) WHERE alias <> '';

CREATE TABLE key (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	device	INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
	type	TEXT NOT NULL,
	digest	BLOB NOT NULL UNIQUE,
	blob	BLOB NOT NULL,
	comment	TEXT NOT NULL DEFAULT '',
	created	INTEGER NOT NULL
);
CREATE INDEX key_device ON key (device);

CREATE TABLE permit (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	device	INTEGER REFERENCES device (id) ON DELETE CASCADE,
	tag	TEXT NOT NULL DEFAULT '',
	first	INTEGER NOT NULL CHECK (first BETWEEN 1 AND last),
	last	INTEGER NOT NULL CHECK (last <= 65535),
	created	INTEGER NOT NULL,
	CHECK ((device IS NULL) = (tag <> ''))
);
CREATE INDEX permit_device ON permit (device);

-- state: enum forward_state; 3 and above have ended.
CREATE TABLE forward (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	device	INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
	dport	INTEGER NOT NULL CHECK (dport BETWEEN 1 AND 65535),
	sport	INTEGER NOT NULL CHECK (sport BETWEEN 1 AND 65535),
	ttl	INTEGER NOT NULL,
	created	INTEGER NOT NULL,
	expires	INTEGER NOT NULL,
	state	INTEGER NOT NULL DEFAULT 0,
	state_at INTEGER NOT NULL,
	reason	TEXT NOT NULL DEFAULT '',
	cancelled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX forward_device ON forward (device);
CREATE INDEX forward_ended ON forward (id) WHERE state >= 3;
CREATE INDEX forward_live ON forward (id) WHERE state < 3;
-- A server port is promised once at a time.
CREATE UNIQUE INDEX forward_port ON forward (sport)
    WHERE state < 3 AND cancelled = 0;

-- noun: enum store_noun.  Written by the triggers, so that nothing that
-- touches the tables can forget it.
CREATE TABLE change (
	seq	INTEGER PRIMARY KEY AUTOINCREMENT,
	noun	INTEGER NOT NULL,
	id	INTEGER NOT NULL,
	ref	INTEGER NOT NULL DEFAULT 0,
	who	TEXT NOT NULL DEFAULT '',
	what	TEXT NOT NULL DEFAULT ''
);
CREATE TRIGGER change_keep AFTER INSERT ON change BEGIN
	DELETE FROM change WHERE seq <= NEW.seq - 100000;
END;

CREATE TRIGGER device_added AFTER INSERT ON device BEGIN
	INSERT INTO change (noun, id, ref) VALUES (1, NEW.id, NEW.id);
END;
CREATE TRIGGER device_changed
    AFTER UPDATE OF name, alias, tags, enabled ON device BEGIN
	INSERT INTO change (noun, id, ref) VALUES (1, NEW.id, NEW.id);
END;
CREATE TRIGGER device_removed AFTER DELETE ON device BEGIN
	INSERT INTO change (noun, id, ref) VALUES (1, OLD.id, OLD.id);
END;

CREATE TRIGGER key_added AFTER INSERT ON key BEGIN
	INSERT INTO change (noun, id, ref) VALUES (2, NEW.id, NEW.device);
END;
CREATE TRIGGER key_changed AFTER UPDATE OF device, digest ON key BEGIN
	INSERT INTO change (noun, id, ref) VALUES (2, NEW.id, NEW.device);
END;
CREATE TRIGGER key_removed AFTER DELETE ON key BEGIN
	INSERT INTO change (noun, id, ref) VALUES (2, OLD.id, OLD.device);
END;

CREATE TRIGGER permit_added AFTER INSERT ON permit BEGIN
	INSERT INTO change (noun, id, ref)
	    VALUES (3, NEW.id, coalesce(NEW.device, 0));
END;
CREATE TRIGGER permit_changed
    AFTER UPDATE OF device, tag, first, last ON permit BEGIN
	INSERT INTO change (noun, id, ref)
	    VALUES (3, NEW.id, coalesce(NEW.device, 0));
END;
CREATE TRIGGER permit_removed AFTER DELETE ON permit BEGIN
	INSERT INTO change (noun, id, ref)
	    VALUES (3, OLD.id, coalesce(OLD.device, 0));
END;

-- state, state_at and reason are the server's own word: no change.
CREATE TRIGGER forward_added AFTER INSERT ON forward BEGIN
	INSERT INTO change (noun, id, ref) VALUES (4, NEW.id, NEW.device);
END;
CREATE TRIGGER forward_changed
    AFTER UPDATE OF dport, sport, ttl, expires, cancelled ON forward BEGIN
	INSERT INTO change (noun, id, ref) VALUES (4, NEW.id, NEW.device);
END;
CREATE TRIGGER forward_removed AFTER DELETE ON forward WHEN OLD.state < 3
BEGIN
	INSERT INTO change (noun, id, ref) VALUES (4, OLD.id, OLD.device);
END;
