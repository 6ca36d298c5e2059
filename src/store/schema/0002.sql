-- Whom a tenant's mail is from, and the keys that prove it (DKIM).

CREATE TABLE senders (
	tenant BYTEA NOT NULL REFERENCES tenants (id),
	channel BIGINT NOT NULL,
	address TEXT NOT NULL,
	name TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (tenant, channel)
);

-- A key that is retired keeps its public half, so that mail it signed can be
-- checked later; its name in the DNS is not given out again.
CREATE TABLE dkim_keys (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL REFERENCES tenants (id),
	domain TEXT NOT NULL,
	selector TEXT NOT NULL,
	algorithm BIGINT NOT NULL,
	public_key TEXT NOT NULL,
	private_key BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	retired_at BIGINT NOT NULL,
	UNIQUE (domain, selector)
);
