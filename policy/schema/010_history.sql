-- The history of devices.  All of it is bounded, and nothing is a change of the
-- directory.  Times are seconds since the epoch; a device's days and hours begin
-- at its own second of the hour (history_slot in history.h).

-- Presence, a row a span: until 0 lasts; why it ended: enum span_end; gone: the
-- seconds of absence within a span that was joined of several.
CREATE TABLE history_span (
	device	INTEGER NOT NULL,
	since	INTEGER NOT NULL,
	until	INTEGER NOT NULL DEFAULT 0,
	why	INTEGER NOT NULL DEFAULT 0,
	gone	INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (device, since)
) WITHOUT ROWID;

-- The absences of the server: of every node.  until 0: it has not come back.
CREATE TABLE history_outage (
	since	INTEGER PRIMARY KEY,
	until	INTEGER NOT NULL,
	why	INTEGER NOT NULL
);

-- The figures of a device's day, packed (history_pack.h); hour is the last one
-- written, and polls were counted in it.
CREATE TABLE history_day (
	day	INTEGER NOT NULL,
	device	INTEGER NOT NULL,
	hour	INTEGER NOT NULL,
	polls	INTEGER NOT NULL,
	bytes_in INTEGER NOT NULL,
	bytes_out INTEGER NOT NULL,
	packed	BLOB NOT NULL,
	PRIMARY KEY (day, device)
) WITHOUT ROWID;

-- The days of which there are rows, by which those of one device are found.
CREATE TABLE history_calendar (
	day	INTEGER NOT NULL PRIMARY KEY
) WITHOUT ROWID;

-- A device's texts, a row a change.
CREATE TABLE history_text (
	device	INTEGER NOT NULL,
	name	TEXT NOT NULL,
	since	INTEGER NOT NULL,
	value	TEXT NOT NULL,
	PRIMARY KEY (device, name, since)
) WITHOUT ROWID;

CREATE TRIGGER device_removed_history AFTER DELETE ON device BEGIN
	DELETE FROM history_span WHERE device = OLD.id;
	DELETE FROM history_text WHERE device = OLD.id;
	DELETE FROM history_day WHERE device = OLD.id
	    AND day IN (SELECT day FROM history_calendar);
END;
