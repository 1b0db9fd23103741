-- The operator who opened a forward, which ends with the operator; 0: it was
-- opened on the server.  The name is for when the operator is gone.  Whose the
-- forwards are that are there already is not known.
ALTER TABLE forward ADD COLUMN operator INTEGER NOT NULL DEFAULT 0;
ALTER TABLE forward ADD COLUMN owner TEXT NOT NULL DEFAULT '';
