-- Decisions with their reasons, for people who ask and for replays; and the
-- rules that tenants give.

CREATE TABLE decisions (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	event BIGINT NOT NULL,
	code BIGINT NOT NULL,
	rule TEXT NOT NULL,
	reasons TEXT NOT NULL,
	has_account BIGINT NOT NULL,
	account BYTEA NOT NULL,
	signals BYTEA NOT NULL,
	monitored BIGINT NOT NULL,
	monitored_code BIGINT NOT NULL,
	monitored_rule TEXT NOT NULL
);

CREATE INDEX decisions_tenant ON decisions (tenant, id);

-- For the erasure of an account.
CREATE INDEX decisions_account ON decisions (account) WHERE has_account = 1;

CREATE TABLE rule_sets (
	tenant BYTEA NOT NULL REFERENCES tenants (id),
	mode BIGINT NOT NULL,
	body TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (tenant, mode)
);
