-- Deliveries: what is on its way, who brings it, and what became of it.
--
-- An identifier that is not there has no bytes.  Days are counted from
-- 1970-01-01.  Who receives, where, what is in a parcel, and the names of
-- people are sealed.

CREATE TABLE shipments (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	account BYTEA NOT NULL,
	reference TEXT NOT NULL,
	status BIGINT NOT NULL,
	visits BIGINT NOT NULL,
	visits_max BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	failures_max BIGINT NOT NULL,
	method TEXT NOT NULL,
	country TEXT NOT NULL,
	region TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	amount BIGINT NOT NULL,
	currency TEXT NOT NULL,
	code BIGINT NOT NULL,
	rule TEXT NOT NULL,
	reason TEXT NOT NULL,
	promised_on BIGINT NOT NULL,
	next_on BIGINT NOT NULL,
	why TEXT NOT NULL,
	channel BIGINT NOT NULL,
	locale TEXT NOT NULL,
	subject BYTEA NOT NULL,
	recipient BYTEA NOT NULL,
	address BYTEA NOT NULL,
	track BYTEA NOT NULL,
	visit BYTEA NOT NULL,
	due_at BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	forgotten BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE UNIQUE INDEX shipments_track ON shipments (track);

CREATE INDEX shipments_tenant ON shipments (tenant, id);

CREATE INDEX shipments_account ON shipments (account, id);

-- What the keeper has to look at, and when.
CREATE INDEX shipments_due ON shipments (due_at) WHERE due_at > 0;

CREATE INDEX shipments_readable ON shipments (id) WHERE forgotten = 0;

CREATE TABLE parcels (
	shipment BYTEA NOT NULL,
	n BIGINT NOT NULL,
	tenant BYTEA NOT NULL,
	tracking TEXT NOT NULL,
	what BYTEA NOT NULL,
	state BIGINT NOT NULL,
	visit BYTEA NOT NULL,
	PRIMARY KEY (shipment, n)
);

CREATE INDEX parcels_tracking ON parcels (tenant, tracking);

-- One attempt: from the dispatch onto an agent's route to its outcome.
CREATE TABLE visits (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	shipment BYTEA NOT NULL,
	agent BYTEA NOT NULL,
	device BYTEA NOT NULL,
	stop BIGINT NOT NULL,
	day BIGINT NOT NULL,
	valid_until BIGINT NOT NULL,
	challenge BYTEA NOT NULL,
	sent BIGINT NOT NULL,
	outcome BIGINT NOT NULL,
	proof BIGINT NOT NULL,
	typed_by BIGINT NOT NULL,
	dispatched_at BIGINT NOT NULL,
	arrived_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	told_at BIGINT NOT NULL,
	signals BYTEA NOT NULL,
	tzdata TEXT NOT NULL,
	calendar TEXT NOT NULL,
	version BIGINT NOT NULL
);

CREATE INDEX visits_shipment ON visits (shipment, id);

CREATE INDEX visits_route ON visits (agent, stop, id) WHERE outcome = 0;

CREATE TABLE delegates (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	shipment BYTEA NOT NULL,
	name BYTEA NOT NULL,
	recipient BYTEA NOT NULL,
	channel BIGINT NOT NULL,
	locale TEXT NOT NULL,
	subject BYTEA NOT NULL,
	challenge BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	revoked_at BIGINT NOT NULL
);

CREATE INDEX delegates_shipment ON delegates (shipment, id);

CREATE TABLE agents (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	name BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	revoked_at BIGINT NOT NULL
);

CREATE INDEX agents_tenant ON agents (tenant, id);

CREATE TABLE agent_devices (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	agent BYTEA NOT NULL,
	key_type BIGINT NOT NULL,
	key_bytes BYTEA NOT NULL,
	paired_at BIGINT NOT NULL,
	signed_in_at BIGINT NOT NULL,
	revoked_at BIGINT NOT NULL
);

CREATE INDEX agent_devices_agent ON agent_devices (agent, id);

-- The code itself is not here, only its blind index.
CREATE TABLE agent_pairings (
	code BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	agent BYTEA NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL
);

CREATE TABLE overrides (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	shipment BYTEA NOT NULL,
	reason BYTEA NOT NULL,
	asked_by BYTEA NOT NULL,
	asked_at BIGINT NOT NULL,
	approved_by BYTEA NOT NULL,
	approved_at BIGINT NOT NULL
);

CREATE INDEX overrides_shipment ON overrides (shipment, id);

-- What a person has to look into.
CREATE TABLE cases (
	id BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	kind TEXT NOT NULL,
	status BIGINT NOT NULL,
	account BYTEA NOT NULL,
	shipment BYTEA NOT NULL,
	words BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE INDEX cases_tenant ON cases (tenant, id);

CREATE INDEX cases_shipment ON cases (shipment, id);

CREATE TABLE calendars (
	tenant BYTEA NOT NULL,
	region TEXT NOT NULL,
	weekdays BIGINT NOT NULL,
	codes BIGINT NOT NULL,
	file TEXT NOT NULL,
	hash TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (tenant, region)
);

CREATE TABLE holidays (
	tenant BYTEA NOT NULL,
	region TEXT NOT NULL,
	day BIGINT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (tenant, region, day)
);
