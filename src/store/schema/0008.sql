-- Authenticators: what a person has that shows codes of its own.  Secret and
-- label are sealed for their row.  moved counts: of TOTP the last step that
-- was accepted, of HOTP the next counter; it only grows.

CREATE TABLE authenticators (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	account BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	hash BIGINT NOT NULL,
	digits BIGINT NOT NULL,
	period_s BIGINT NOT NULL,
	label BYTEA NOT NULL,
	secret BYTEA NOT NULL,
	moved BIGINT NOT NULL,
	drift BIGINT NOT NULL,
	found BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	confirmed_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE INDEX authenticators_account ON authenticators (account, id);

CREATE INDEX authenticators_unconfirmed ON authenticators (created_at)
	WHERE confirmed_at = 0;

-- The last set of recovery codes of an account: ten MACs of slow hashes, and
-- a bit for each that was used.
CREATE TABLE recovery_sets (
	account BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	salt BYTEA NOT NULL,
	macs BYTEA NOT NULL,
	used BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
