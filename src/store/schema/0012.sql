-- What a tenant says in his own words: one row for each part of a message.

CREATE TABLE templates (
	tenant BYTEA NOT NULL REFERENCES tenants (id),
	purpose BIGINT NOT NULL,
	locale BIGINT NOT NULL,
	part BIGINT NOT NULL,
	text TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (tenant, purpose, locale, part)
);
