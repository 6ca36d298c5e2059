-- The first schema.
--
-- Types are PostgreSQL's; SQLite is given BLOB for BYTEA.  No column is NULL:
-- zero and the empty string say "not".  Times are milliseconds since 1970.
--
-- Identifiers begin with their time, so rows and index entries that are
-- written together lie together.  There are no foreign keys on the hot tables
-- (challenges, messages, counters): each insert would look its parent up and,
-- in PostgreSQL, lock the one row of a busy tenant; the use cases find the
-- parent anyway.  api_keys and settings are cold and have them.

CREATE TABLE installation (
	one BIGINT PRIMARY KEY CHECK (one = 1),
	schema_version BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	revision BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);

CREATE TABLE tenants (
	id BYTEA PRIMARY KEY NOT NULL,
	name TEXT NOT NULL UNIQUE,
	brand TEXT NOT NULL,
	created_at BIGINT NOT NULL
);

CREATE TABLE api_keys (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL REFERENCES tenants (id),
	hash BYTEA NOT NULL UNIQUE,
	label TEXT NOT NULL,
	scopes BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	revoked_at BIGINT NOT NULL
);

CREATE TABLE settings (
	tenant BYTEA NOT NULL REFERENCES tenants (id),
	section TEXT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (tenant, section, name)
);

CREATE TABLE challenges (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	purpose BIGINT NOT NULL,
	channel BIGINT NOT NULL,
	status BIGINT NOT NULL,
	generation BIGINT NOT NULL,
	attempts_left BIGINT NOT NULL,
	attempts_max BIGINT NOT NULL,
	sends_left BIGINT NOT NULL,
	sends_max BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	resend_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	spent BIGINT NOT NULL,
	redeemed_at BIGINT NOT NULL,
	subject BYTEA NOT NULL,
	address BYTEA NOT NULL,
	digest BYTEA NOT NULL,
	recipient BYTEA NOT NULL,
	binding BYTEA NOT NULL,
	locale TEXT NOT NULL,
	length BIGINT NOT NULL,
	code_key BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	forgotten BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE INDEX challenges_pending ON challenges (expires_at) WHERE status = 0;

-- Keyed by id and not by ended_at, so that a check does not write to it.
CREATE INDEX challenges_readable ON challenges (id) WHERE forgotten = 0;

CREATE TABLE counters (
	tenant BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	counted BYTEA NOT NULL,
	streak BIGINT NOT NULL,
	marks BYTEA NOT NULL,
	day BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (tenant, kind, counted)
);

-- By day, so that a counter's entry moves at most once a day.
CREATE INDEX counters_day ON counters (day);

CREATE TABLE messages (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	challenge BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	generation BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	channel BIGINT NOT NULL,
	state BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	sent_at BIGINT NOT NULL,
	detail TEXT NOT NULL,
	version BIGINT NOT NULL
);

CREATE INDEX messages_due ON messages (due_at) WHERE state = 0;

CREATE INDEX messages_challenge ON messages (challenge, id);

CREATE TABLE audit_events (
	id BYTEA PRIMARY KEY NOT NULL,
	body TEXT NOT NULL,
	key_version BIGINT NOT NULL,
	mac BYTEA NOT NULL
);

CREATE TABLE audit_segments (
	n BIGINT PRIMARY KEY NOT NULL,
	events BIGINT NOT NULL,
	sealed_at BIGINT NOT NULL,
	body TEXT NOT NULL,
	hash_before BYTEA NOT NULL,
	hash BYTEA NOT NULL,
	key_version BIGINT NOT NULL,
	signature BYTEA NOT NULL
);

CREATE TABLE idempotency (
	tenant BYTEA NOT NULL,
	asked BYTEA NOT NULL,
	request BYTEA NOT NULL,
	status BIGINT NOT NULL,
	answer BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (tenant, asked)
);

CREATE INDEX idempotency_created ON idempotency (created_at);
