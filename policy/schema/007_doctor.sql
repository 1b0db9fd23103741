-- An operator may be for a time only: until then, or 0 for good.
ALTER TABLE operator ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER operator_changed;
CREATE TRIGGER operator_changed
    AFTER UPDATE OF name, role, grants, digest, expires ON operator BEGIN
	INSERT INTO change (noun, id) VALUES (8, NEW.id);
END;

-- The last login that was refused to a device: one with its key, and one that
-- came under its name with another key, which may be anybody's.  The server's
-- own word.
CREATE TABLE refusal (
	device	INTEGER NOT NULL,
	own	INTEGER NOT NULL CHECK (own IN (0, 1)),
	at	INTEGER NOT NULL,
	addr	TEXT NOT NULL,
	reason	TEXT NOT NULL,
	PRIMARY KEY (device, own)
) WITHOUT ROWID;

CREATE TRIGGER device_removed_refusal AFTER DELETE ON device BEGIN
	DELETE FROM refusal WHERE device = OLD.id;
END;
