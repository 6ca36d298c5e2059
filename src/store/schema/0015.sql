-- By which factor a challenge was approved, one more than its number, where it
-- need not be what was sent: an authenticator, a recovery code.  0: it was not
-- approved, or before this column was.
ALTER TABLE challenges ADD COLUMN answered BIGINT NOT NULL DEFAULT 0;
