-- Accounts: who they are, how they are reached, where they are signed in.
--
-- Names, addresses and password hashes are sealed; look-ups go by blind
-- indexes.  What is empty has no bytes.

CREATE TABLE accounts (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	status BIGINT NOT NULL,
	external BYTEA NOT NULL,
	name BYTEA NOT NULL,
	address BYTEA NOT NULL,
	password BYTEA NOT NULL,
	locale TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	country TEXT NOT NULL,
	two_step BIGINT NOT NULL,
	delivery_codes BIGINT NOT NULL,
	channel BIGINT NOT NULL,
	generation BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	secured_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE INDEX accounts_tenant ON accounts (tenant, id);

-- What names exactly one account of a tenant: its own identifier at the shop,
-- and its e-mail address once that is registered.
CREATE TABLE account_names (
	tenant BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	lookup BYTEA NOT NULL,
	account BYTEA NOT NULL,
	PRIMARY KEY (tenant, kind, lookup)
);

CREATE INDEX account_names_account ON account_names (account);

-- A contact that is registered may be written codes to; one that is verified
-- has given a code back.
CREATE TABLE contacts (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	account BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	lookup BYTEA NOT NULL,
	address BYTEA NOT NULL,
	uses BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	registered_at BIGINT NOT NULL,
	verified_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE INDEX contacts_account ON contacts (account, id);

CREATE INDEX contacts_lookup ON contacts (tenant, lookup);

-- What the approval of a challenge does, in the transaction that approves.
CREATE TABLE approvals (
	challenge BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	account BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	target BYTEA NOT NULL,
	body BYTEA NOT NULL,
	generation BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	done_at BIGINT NOT NULL
);

CREATE INDEX approvals_account ON approvals (account, challenge);

CREATE TABLE sessions (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	account BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	hash BYTEA NOT NULL UNIQUE,
	host BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	proved_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_account ON sessions (account, id);

CREATE INDEX sessions_expires ON sessions (expires_at);

-- Trusted devices.  Absolute: no use prolongs them.
CREATE TABLE devices (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	account BYTEA NOT NULL,
	hash BYTEA NOT NULL UNIQUE,
	label BYTEA NOT NULL,
	generation BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);

CREATE INDEX devices_account ON devices (account, id);

CREATE INDEX devices_expires ON devices (expires_at);

-- Whose a challenge is; no bytes: an address that the shop named.
ALTER TABLE challenges ADD COLUMN account BYTEA NOT NULL DEFAULT '';

-- A notice about an account goes to an address of its own, also one that was
-- just removed; no bytes: to the recipient of its challenge.
ALTER TABLE messages ADD COLUMN recipient BYTEA NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN locale TEXT NOT NULL DEFAULT '';

CREATE INDEX messages_personal ON messages (id) WHERE length(recipient) > 0;
