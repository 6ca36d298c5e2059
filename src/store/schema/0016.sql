-- What a session's owner knows it by, "Firefox on Linux", sealed; or empty.
ALTER TABLE sessions ADD COLUMN label BYTEA NOT NULL DEFAULT '';
