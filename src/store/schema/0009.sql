-- The road of a message: the provider that it waits for, the plan that it
-- belongs to with its step there, and until when the next step waits for a
-- receipt; zero where nothing follows.  The price is what was set aside for
-- it, in millionths of the providers' currency.

ALTER TABLE messages ADD COLUMN route TEXT NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN plan TEXT NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN step BIGINT NOT NULL DEFAULT 0;

ALTER TABLE messages ADD COLUMN deadline_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE messages ADD COLUMN price BIGINT NOT NULL DEFAULT 0;

DROP INDEX messages_due;

CREATE INDEX messages_due ON messages (channel, route, due_at)
	WHERE state = 0;

CREATE INDEX messages_deadline ON messages (deadline_at)
	WHERE deadline_at <> 0;

-- The other contact that a challenge may be sent to, sealed; or empty.
ALTER TABLE challenges ADD COLUMN fallback BYTEA NOT NULL DEFAULT '';

-- What was sent by telephone and what became of it, in buckets of time: for a
-- block of numbers, a prefix, a country, a network, a tenant.
CREATE TABLE tallies (
	tenant BYTEA NOT NULL,
	kind BIGINT NOT NULL,
	counted BYTEA NOT NULL,
	buckets BYTEA NOT NULL,
	day BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (tenant, kind, counted)
);

CREATE INDEX tallies_day ON tallies (day);

-- Money set aside, in millionths: of a day, a month, a country's day.
CREATE TABLE spending (
	tenant BYTEA NOT NULL,
	scope TEXT NOT NULL,
	day BIGINT NOT NULL,
	spent BIGINT NOT NULL,
	PRIMARY KEY (tenant, scope)
);

CREATE INDEX spending_day ON spending (day);
