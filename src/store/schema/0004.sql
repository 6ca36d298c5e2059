-- Waiting events are written with each check and moved soon after: kept in the
-- order of their key, they cost one tree to change instead of two.

CREATE TABLE audit_events_by_id (
	id BYTEA PRIMARY KEY NOT NULL,
	body TEXT NOT NULL,
	key_version BIGINT NOT NULL,
	mac BYTEA NOT NULL
) /* clustered */;

INSERT INTO audit_events_by_id (id, body, key_version, mac)
	SELECT id, body, key_version, mac FROM audit_events;

DROP TABLE audit_events;

ALTER TABLE audit_events_by_id RENAME TO audit_events;
