-- What people of a tenant should see soon: the audit events that are alerts,
-- as they stand in the log.

CREATE TABLE alerts (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	body TEXT NOT NULL
);

CREATE INDEX alerts_tenant ON alerts (tenant, id);
