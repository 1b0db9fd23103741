-- Who may see and reach devices.  A key is one operator's or one device's.

CREATE TABLE operator (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	name	TEXT NOT NULL UNIQUE,
	role	INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
	grants	TEXT NOT NULL DEFAULT '',
	type	TEXT NOT NULL,
	digest	BLOB NOT NULL UNIQUE,
	blob	BLOB NOT NULL,
	comment	TEXT NOT NULL DEFAULT '',
	created	INTEGER NOT NULL
);

CREATE TRIGGER operator_added AFTER INSERT ON operator BEGIN
	INSERT INTO change (noun, id) VALUES (8, NEW.id);
END;
CREATE TRIGGER operator_changed
    AFTER UPDATE OF name, role, grants, digest ON operator BEGIN
	INSERT INTO change (noun, id) VALUES (8, NEW.id);
END;
CREATE TRIGGER operator_removed AFTER DELETE ON operator BEGIN
	INSERT INTO change (noun, id) VALUES (8, OLD.id);
END;

-- Operators connect, too: device is 0 then.
ALTER TABLE session ADD COLUMN operator INTEGER NOT NULL DEFAULT 0;
