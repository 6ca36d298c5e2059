-- Whose a message is once it is sent, so that a receipt finds it; and couriers
-- that each look for their own channel.

ALTER TABLE messages ADD COLUMN provider TEXT NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN reference TEXT NOT NULL DEFAULT '';

CREATE INDEX messages_reference ON messages (provider, reference)
	WHERE reference <> '';

DROP INDEX messages_due;

CREATE INDEX messages_due ON messages (channel, due_at) WHERE state = 0;
