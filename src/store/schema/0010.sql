-- Where an account was seen, coarse and sealed: for what is new there.

CREATE TABLE account_places (
	account BYTEA PRIMARY KEY NOT NULL,
	tenant BYTEA NOT NULL,
	body BYTEA NOT NULL,
	version BIGINT NOT NULL
);
