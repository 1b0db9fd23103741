-- Alerts, open and closed: the server's own word.  closed 0: it is open.
-- told: enum alert_told.
CREATE TABLE alert (
	id	TEXT PRIMARY KEY,
	kind	INTEGER NOT NULL,
	subject	TEXT NOT NULL,
	device	INTEGER NOT NULL DEFAULT 0,
	tag	TEXT NOT NULL DEFAULT '',
	since	INTEGER NOT NULL,
	opened	INTEGER NOT NULL,
	closed	INTEGER NOT NULL DEFAULT 0,
	told	INTEGER NOT NULL DEFAULT 0,
	count	INTEGER NOT NULL DEFAULT 0,
	summary	TEXT NOT NULL DEFAULT '',
	devices	TEXT NOT NULL DEFAULT '',
	missing	TEXT NOT NULL DEFAULT ''
);
CREATE INDEX alert_open ON alert (opened) WHERE closed = 0;
CREATE INDEX alert_closed ON alert (closed) WHERE closed <> 0;

-- What is not told, until then; device is that of a target that is a device.
CREATE TABLE mute (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	target	TEXT NOT NULL UNIQUE,
	device	INTEGER NOT NULL DEFAULT 0,
	until	INTEGER NOT NULL,
	who	TEXT NOT NULL DEFAULT ''
);
CREATE TRIGGER mute_added AFTER INSERT ON mute BEGIN
	INSERT INTO change (noun, id) VALUES (10, NEW.id);
END;
CREATE TRIGGER mute_changed AFTER UPDATE ON mute BEGIN
	INSERT INTO change (noun, id) VALUES (10, NEW.id);
END;
CREATE TRIGGER mute_removed AFTER DELETE ON mute BEGIN
	INSERT INTO change (noun, id) VALUES (10, OLD.id);
END;
CREATE TRIGGER device_removed_mute AFTER DELETE ON device BEGIN
	DELETE FROM mute WHERE device = OLD.id;
END;

-- From when on a health field is alerted: field, op and value as in "mem<5%".
CREATE TABLE bound (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	bound	TEXT NOT NULL,
	tag	TEXT NOT NULL DEFAULT '',
	hold	INTEGER NOT NULL DEFAULT 0,
	UNIQUE (bound, tag)
);
CREATE TRIGGER bound_added AFTER INSERT ON bound BEGIN
	INSERT INTO change (noun, id) VALUES (11, NEW.id);
END;
CREATE TRIGGER bound_changed AFTER UPDATE ON bound BEGIN
	INSERT INTO change (noun, id) VALUES (11, NEW.id);
END;
CREATE TRIGGER bound_removed AFTER DELETE ON bound BEGIN
	INSERT INTO change (noun, id) VALUES (11, OLD.id);
END;
