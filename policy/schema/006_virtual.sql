-- A permit may be virtual: of a device's own ports, reached by jumps alone,
-- with nothing bound.
ALTER TABLE permit ADD COLUMN virtual INTEGER NOT NULL DEFAULT 0;

-- What a session holds by such a permit: "22,80".
ALTER TABLE session ADD COLUMN standing TEXT NOT NULL DEFAULT '';
