-- oldest 13
-- Programs of schema 12 keep neither times nor heartbeat_group, so theirs would
-- be missing for those of 13, and they would read none.

-- Heartbeats of a large fleet: what each costs in the write-ahead log is what
-- counts.

-- What changes at a poll stands together, since an update's record has the row
-- from the first byte that changes to the last.  times is a ring of the last 64
-- polls, 2 bytes each: 0: none, or s since the epoch, modulo 65535, plus 1.
CREATE TABLE device_seen_ordered (
	device	BIGINT NOT NULL,
	twice	BIGINT NOT NULL DEFAULT 0,
	places	TEXT COLLATE "C" NOT NULL DEFAULT '',
	client	TEXT COLLATE "C" NOT NULL DEFAULT '',
	addr	TEXT COLLATE "C" NOT NULL DEFAULT '',
	times	BYTEA NOT NULL DEFAULT decode(repeat('00', 128), 'hex'),
	interval BIGINT NOT NULL DEFAULT 0,
	gap1	BIGINT NOT NULL DEFAULT 0,
	gap2	BIGINT NOT NULL DEFAULT 0,
	beats	BIGINT NOT NULL DEFAULT 0,
	last_seen BIGINT NOT NULL DEFAULT 0,
	health	TEXT COLLATE "C" NOT NULL DEFAULT ''
) WITH (fillfactor = 70);
INSERT INTO device_seen_ordered (device, twice, places, client, addr, interval,
    gap1, gap2, beats, last_seen, health)
    SELECT device, twice, places, client, addr, interval, gap1, gap2, beats,
    last_seen, health FROM device_seen;
DROP TABLE device_seen;
ALTER TABLE device_seen_ordered RENAME TO device_seen;
ALTER TABLE device_seen ADD CONSTRAINT device_seen_pkey PRIMARY KEY (device);

-- Heartbeats as they were written, one row a group: each is compressed as a
-- whole, and there is one entry of an index.  The last one's number is last; slot
-- is the hour, modulo 8.  heartbeat is left to what is copied from SQLite.
CREATE TABLE heartbeat_group (
	slot	BIGINT NOT NULL,
	last	BIGINT NOT NULL,
	written	BIGINT NOT NULL,
	device	BIGINT[] NOT NULL,
	at	BIGINT[] NOT NULL,
	interval BIGINT[] NOT NULL,
	addr	TEXT[] COLLATE "C" NOT NULL,
	client	TEXT[] COLLATE "C" NOT NULL,
	health	TEXT[] COLLATE "C" NOT NULL
) PARTITION BY LIST (slot);
CREATE INDEX heartbeat_group_last ON heartbeat_group (last);
CREATE TABLE heartbeat_group_0 PARTITION OF heartbeat_group
    FOR VALUES IN (0);
CREATE TABLE heartbeat_group_1 PARTITION OF heartbeat_group
    FOR VALUES IN (1);
CREATE TABLE heartbeat_group_2 PARTITION OF heartbeat_group
    FOR VALUES IN (2);
CREATE TABLE heartbeat_group_3 PARTITION OF heartbeat_group
    FOR VALUES IN (3);
CREATE TABLE heartbeat_group_4 PARTITION OF heartbeat_group
    FOR VALUES IN (4);
CREATE TABLE heartbeat_group_5 PARTITION OF heartbeat_group
    FOR VALUES IN (5);
CREATE TABLE heartbeat_group_6 PARTITION OF heartbeat_group
    FOR VALUES IN (6);
CREATE TABLE heartbeat_group_7 PARTITION OF heartbeat_group
    FOR VALUES IN (7);

-- Empty the partitions of which all rows are older than 6 hours.  One that is
-- being read is left to the next hour.
CREATE FUNCTION heartbeat_drop (now BIGINT) RETURNS BIGINT
    LANGUAGE plpgsql AS $$
DECLARE
	part TEXT;
	newest BIGINT;
	n BIGINT := 0;
BEGIN
	FOR slot IN 0 .. 7 LOOP
		part := 'heartbeat_group_' || slot;
		EXECUTE format('SELECT written FROM %I ORDER BY last DESC '
		    'LIMIT 1', part) INTO newest;
		CONTINUE WHEN newest IS NULL
		    OR newest > now - 6 * 3600 * 1000000::bigint;
		BEGIN
			EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE '
			    'MODE NOWAIT', part);
			EXECUTE format('TRUNCATE %I', part);
			n := n + 1;
		EXCEPTION WHEN lock_not_available THEN
			NULL;
		END;
	END LOOP;
	RETURN n;
END
$$;

-- The devices' rows after a group, in the order of the arrays, which is that of
-- the devices: so two groups wait for each other, and are not in a deadlock.
CREATE FUNCTION heartbeat_seen (devices BIGINT[], counts BIGINT[],
    seen BIGINT[], intervals BIGINT[], gaps1 BIGINT[], gaps2 BIGINT[],
    anew BIGINT[], seconds BIGINT[], addrs TEXT[], clients TEXT[],
    healths TEXT[]) RETURNS void LANGUAGE plpgsql
    SET enable_nestloop = on SET enable_hashjoin = off
    SET enable_mergejoin = off SET enable_seqscan = off
    SET enable_indexscan = on AS $$
BEGIN
	UPDATE device_seen s SET beats = b.beats,
	    last_seen = GREATEST (s.last_seen, b.at), interval = b.interval,
	    gap1 = b.gap1, gap2 = b.gap2, addr = b.addr, client = b.client,
	    health = b.health, times = set_byte(set_byte(CASE b.anew WHEN 1
	    THEN decode(repeat('00', 128), 'hex') ELSE s.times END,
	    CAST (2 * ((b.beats - 1) % 64) AS INTEGER),
	    CAST (b.second / 256 AS INTEGER)),
	    CAST (2 * ((b.beats - 1) % 64) + 1 AS INTEGER),
	    CAST (b.second % 256 AS INTEGER))
	    FROM unnest(devices, counts, seen, intervals, gaps1, gaps2,
	    heartbeat_seen.anew, seconds, addrs, clients, healths) AS b (device,
	    beats, at, interval, gap1, gap2, anew, second, addr, client, health)
	    WHERE s.device = b.device;
END
$$;
