/*
 * Rows for the tests of the store, and what they share.
 */
#ifndef TESTS_STORE_ROWS_H
#define TESTS_STORE_ROWS_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rng.h"
#include "store/challenges.h"
#include "store/counters.h"
#include "store/messages.h"

#define NOW INT64_C(1795000000000)

static inline unix_ms
at(int64_t ms)
{
	return (unix_ms){NOW + ms};
}

static inline struct id
fresh_id(unix_ms t)
{
	const struct rng rng = rng_system();
	struct id id;
	enum err err = id_new(&rng, t, &id);

	assert(err == ERR_NONE);
	return id;
}

static inline struct challenge_row
sample_challenge(struct id tenant, unix_ms now)
{
	struct challenge_row row = {
		.id = fresh_id(now),
		.tenant = tenant,
		.purpose = PURPOSE_TRANSACTION,
		.channel = CHANNEL_SMS,
		.state = {
			.status = CHALLENGE_PENDING,
			.generation = 4000000000u,
			.attempts_left = 3,
			.attempts_max = 5,
			.sends_left = 2,
			.sends_max = 4,
			.created_at = now,
			.expires_at = {now.v + 300000},
			.resend_at = {now.v + 30000},
		},
		.recipient = STR("sealed \0 recipient"),
		.binding = STR("\xff\xfe sealed binding"),
		.locale = STR("pt-BR"),
		.length = 6,
		.code_key = 7,
		.epoch = 9,
	};

	for (unsigned i = 0; i < SUBJECT_BYTES; i++) {
		row.subject[i] = (uint8_t)(i + 1);
		row.address[i] = (uint8_t)(200 + i);
	}
	for (unsigned i = 0; i < DIGEST_BYTES; i++) {
		row.digest[i] = (uint8_t)(255 - i);
	}
	return row;
}

static inline struct message_row
sample_message(struct id tenant, struct id challenge, unix_ms now)
{
	return (struct message_row){
		.id = fresh_id(now),
		.tenant = tenant,
		.challenge = challenge,
		.generation = 2,
		.channel = CHANNEL_EMAIL,
		.state = MESSAGE_QUEUED,
		.attempts = 1,
		.created_at = now,
		.due_at = now,
		.expires_at = {now.v + 300000},
		.detail = STR("smtp_450"),
	};
}

#endif
