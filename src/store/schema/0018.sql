-- Where an address is, as the shop says: two numbers, sealed; or empty.
ALTER TABLE shipments ADD COLUMN geo BYTEA NOT NULL DEFAULT '';
