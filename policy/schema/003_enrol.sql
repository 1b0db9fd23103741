-- Tokens: with one a device registers itself.  hash is argon2id of the secret
-- by these parameters (RFC 9106): memory in KiB, passes, lanes.
CREATE TABLE token (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	name	TEXT NOT NULL UNIQUE,
	device	TEXT NOT NULL DEFAULT '',
	tags	TEXT NOT NULL DEFAULT '',
	uses	INTEGER NOT NULL CHECK (uses > 0),
	uses_left INTEGER NOT NULL CHECK (uses_left BETWEEN 0 AND uses),
	created	INTEGER NOT NULL,
	expires	INTEGER NOT NULL,
	memory	INTEGER NOT NULL,
	passes	INTEGER NOT NULL,
	lanes	INTEGER NOT NULL,
	salt	BLOB NOT NULL,
	hash	BLOB NOT NULL
);

CREATE TRIGGER token_added AFTER INSERT ON token BEGIN
	INSERT INTO change (noun, id, ref) VALUES (7, NEW.id, 0);
END;
CREATE TRIGGER token_changed AFTER UPDATE OF uses_left, expires ON token BEGIN
	INSERT INTO change (noun, id, ref) VALUES (7, NEW.id, 0);
END;
CREATE TRIGGER token_removed AFTER DELETE ON token BEGIN
	INSERT INTO change (noun, id, ref) VALUES (7, OLD.id, 0);
END;

-- Who holds a connection now.
CREATE INDEX session_device ON session (device);

-- When its key was last seen at two places at once, and which.
ALTER TABLE device_seen ADD COLUMN twice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_seen ADD COLUMN places TEXT NOT NULL DEFAULT '';
