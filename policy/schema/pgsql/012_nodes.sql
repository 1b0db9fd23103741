-- Several servers on one store.

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
