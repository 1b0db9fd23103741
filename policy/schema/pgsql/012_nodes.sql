-- oldest 12
-- Several servers on one store.  Programs of schema 11 know the key of wish
-- otherwise, and bind forwards that are another node's.

-- addr: of its relay, for other nodes; hostkeys: "ed25519 SHA256-HEX,..."; stale:
-- its stale-limit, s.
ALTER TABLE node ADD COLUMN addr TEXT NOT NULL DEFAULT '',
    ADD COLUMN version TEXT NOT NULL DEFAULT '',
    ADD COLUMN drain BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN hostkeys TEXT NOT NULL DEFAULT '',
    ADD COLUMN stale BIGINT NOT NULL DEFAULT 0;

-- The last two times between polls, s, of a device that several servers see: each
-- of them sees a part.
ALTER TABLE device_seen ADD COLUMN gap1 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_seen ADD COLUMN gap2 BIGINT NOT NULL DEFAULT 0;

-- The node that binds the port; '': the one that the tunnel leads to.
ALTER TABLE forward ADD COLUMN node TEXT NOT NULL DEFAULT '';

-- Virtual forwards are a node's own.
ALTER TABLE wish DROP CONSTRAINT wish_pkey,
    ADD PRIMARY KEY (device, dport, node);

-- Tunnels that are open, and the node that has each; dport 0: not known.
CREATE TABLE tunnel (
	device	BIGINT NOT NULL,
	sport	BIGINT NOT NULL,
	dport	BIGINT NOT NULL,
	node	TEXT NOT NULL,
	virtual	BIGINT NOT NULL,
	opened	BIGINT NOT NULL,
	PRIMARY KEY (device, sport)
);

-- One stream each from asker to node, which reads and deletes the row.
CREATE TABLE ticket (
	number	BIGINT PRIMARY KEY,
	secret	BYTEA NOT NULL,
	device	BIGINT NOT NULL,
	dport	BIGINT NOT NULL,
	sport	BIGINT NOT NULL,
	jump	BIGINT NOT NULL,
	from_port BIGINT NOT NULL,
	addr	TEXT NOT NULL,
	asker	TEXT NOT NULL,
	node	TEXT NOT NULL,
	until	BIGINT NOT NULL
);

CREATE FUNCTION device_removed_tunnel () RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
	DELETE FROM tunnel WHERE device = OLD.id;
	RETURN NULL;
END $$;
CREATE TRIGGER device_removed_tunnel AFTER DELETE ON device
    FOR EACH ROW EXECUTE FUNCTION device_removed_tunnel ();

-- Nouns 13 to 16: what nodes tell each other.
CREATE FUNCTION node_change () RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
	PERFORM change_add (13, 0, 0, '',
	    CASE TG_OP WHEN 'DELETE' THEN OLD.name ELSE NEW.name END);
	RETURN NULL;
END $$;
CREATE TRIGGER node_added AFTER INSERT OR DELETE ON node
    FOR EACH ROW EXECUTE FUNCTION node_change ();
CREATE TRIGGER node_changed AFTER UPDATE OF addr, version, drain ON node
    FOR EACH ROW WHEN ((OLD.addr, OLD.version, OLD.drain)
	IS DISTINCT FROM (NEW.addr, NEW.version, NEW.drain))
    EXECUTE FUNCTION node_change ();

-- A virtual forward that ends, or begins again; its steps between are its node's.
CREATE FUNCTION wish_change () RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
	IF TG_OP = 'DELETE' THEN
		PERFORM change_add (14, OLD.device, OLD.dport, '', OLD.node);
	ELSE
		PERFORM change_add (14, NEW.device, NEW.dport, '', NEW.node);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER wish_added AFTER INSERT ON wish
    FOR EACH ROW WHEN (NEW.state < 3) EXECUTE FUNCTION wish_change ();
CREATE TRIGGER wish_changed AFTER UPDATE OF state, sport ON wish
    FOR EACH ROW WHEN ((OLD.state < 3) <> (NEW.state < 3)
	OR OLD.sport <> NEW.sport) EXECUTE FUNCTION wish_change ();
CREATE TRIGGER wish_removed AFTER DELETE ON wish
    FOR EACH ROW WHEN (OLD.state < 3) EXECUTE FUNCTION wish_change ();

CREATE FUNCTION tunnel_change () RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
	IF TG_OP = 'DELETE' THEN
		PERFORM change_add (15, OLD.device, OLD.sport, '', OLD.node);
	ELSE
		PERFORM change_add (15, NEW.device, NEW.sport, '', NEW.node);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER tunnel_added AFTER INSERT OR DELETE ON tunnel
    FOR EACH ROW EXECUTE FUNCTION tunnel_change ();
CREATE TRIGGER tunnel_changed AFTER UPDATE ON tunnel
    FOR EACH ROW WHEN ((OLD.dport, OLD.node, OLD.virtual)
	IS DISTINCT FROM (NEW.dport, NEW.node, NEW.virtual))
    EXECUTE FUNCTION tunnel_change ();

CREATE FUNCTION ticket_change () RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN
	PERFORM change_add (16, 0, 0, '', NEW.node);
	RETURN NULL;
END $$;
CREATE TRIGGER ticket_added AFTER INSERT ON ticket
    FOR EACH ROW EXECUTE FUNCTION ticket_change ();

-- When it was made, us since the epoch: how far behind a node is.
ALTER TABLE change ADD COLUMN at BIGINT NOT NULL DEFAULT
    CAST (extract (epoch FROM clock_timestamp ()) * 1000000 AS BIGINT);

-- A ticket's secret is its node's: no role that only reads the store, like that of
-- pages and consoles, reads it.
DO $$ DECLARE
	who TEXT;
BEGIN
	FOR who IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'
	    ELSE quote_ident (pg_get_userbyid (a.grantee)) END
	    FROM pg_class c, aclexplode (c.relacl) a
	    WHERE c.oid = to_regclass ('ticket') AND a.grantee <> c.relowner LOOP
		EXECUTE 'REVOKE ALL ON ticket FROM ' || who;
	END LOOP;
END $$;

-- Who has the lock of a name: a connection that lasts.  Not advisory locks, since
-- a role that only reads the store may take each of these.
CREATE TABLE node_lock (
	name	TEXT PRIMARY KEY,
	pid	INTEGER NOT NULL,
	role	OID NOT NULL,
	began	TIMESTAMPTZ NOT NULL
);
CREATE FUNCTION node_lock_held (wanted TEXT, mine BOOLEAN) RETURNS BOOLEAN
    LANGUAGE plpgsql AS $$ BEGIN
	PERFORM pg_stat_clear_snapshot ();
	RETURN EXISTS (SELECT 1 FROM node_lock l JOIN pg_stat_activity a
	    ON a.pid = l.pid AND a.usesysid = l.role
	    AND coalesce (a.backend_start, l.began) = l.began
	    WHERE l.name = wanted AND (NOT mine OR l.pid = pg_backend_pid ()));
END $$;
CREATE FUNCTION node_lock_take (wanted TEXT) RETURNS BIGINT
    LANGUAGE plpgsql AS $$ BEGIN
	IF node_lock_held (wanted, true) THEN
		RETURN 1;
	ELSIF node_lock_held (wanted, false) THEN
		RETURN 0;
	END IF;
	INSERT INTO node_lock VALUES (wanted, 0, 0, '-infinity')
	    ON CONFLICT DO NOTHING;
	PERFORM 1 FROM node_lock WHERE name = wanted FOR UPDATE;
	IF node_lock_held (wanted, false) THEN
		RETURN 0;
	END IF;
	UPDATE node_lock SET (pid, role, began) = (SELECT a.pid, a.usesysid,
	    a.backend_start FROM pg_stat_activity a
	    WHERE a.pid = pg_backend_pid ()) WHERE name = wanted;
	RETURN 1;
END $$;
