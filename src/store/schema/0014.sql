-- The lines of a shop's batches: which order was taken in as which shipment,
-- so that a batch that is sent again makes nothing twice.
CREATE TABLE shipment_lines (
	tenant BYTEA NOT NULL,
	reference TEXT NOT NULL,
	request BYTEA NOT NULL,
	shipment BYTEA NOT NULL,
	PRIMARY KEY (tenant, reference)
);
