-- What a shop knew of a shipment, sealed: its account may change its mind
-- about codes at the door until it is on its way.  Empty: of no account.
ALTER TABLE shipments ADD COLUMN signals BYTEA NOT NULL DEFAULT '';
