/*
 * Many live challenges, quickly, for bench/run.
 *
 *	build/bench/bench_seed KEYRING LOCATION N [FIRST]
 *
 * Puts N pending challenges of the tenant "default" into a store that no
 * server has open, each for another person (FIRST keeps later runs apart from
 * earlier ones), as start_prepare makes them: real seals, indexes and
 * digests.  Prints a line for each: its identifier and its code, which the
 * key ring can derive.  They have ten attempts and a day, so that a run does
 * not end them.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "crypto/crypto.h"
#include "flow/code.h"
#include "flow/start.h"
#include "store/tenants.h"

enum { BATCH = 500, ARENA_MAX = 4 << 20, ATTEMPTS = 10 };

struct seed {
	struct flow flow;
	struct keyring *ring;
	struct arena *arena;
	struct tenant tenant;
	uint64_t next, end;
	struct challenge_row rows[BATCH];
	unsigned n;
};

static enum err
find_tenant(struct tx *tx, void *arg)
{
	struct seed *s = arg;
	struct installation_row installation;
	struct tenant_row row;
	unsigned n = 0;
	enum err e = installation_get(tx, &installation);

	if (e == ERR_NONE) {
		e = tenant_row_list(tx, s->arena, 1, &row, &n);
	}
	if (e == ERR_NONE && n != 1) {
		e = ERR_MISSING;
	}
	if (e == ERR_NONE) {
		s->flow.epoch = installation.epoch;
		s->tenant.id = row.id;
		s->tenant.policy = policy_default();
	}
	return e;
}

static enum err
prepare(struct seed *s, struct challenge_row *ret_row)
{
	struct start start = {
		.flow = &s->flow,
		.tenant = &s->tenant,
		.arena = s->arena,
		.request = {
			.purpose = PURPOSE_SIGN_IN,
			.locale = STR("en"),
		},
	};
	char address[64];
	enum err e;

	snprintf(address, sizeof(address), "customer%llu@example.com",
	    (unsigned long long)s->next++);
	if (!recipient_parse(CHANNEL_EMAIL, str_of(address),
	    &start.request.recipient)) {
		return ERR_SYNTAX;
	}
	e = start_prepare(&start);
	if (e == ERR_NONE) {
		start.row.state.attempts_left = ATTEMPTS;
		start.row.state.attempts_max = ATTEMPTS;
		start.row.state.expires_at = unix_ms_add(start.now, HOURS(24));
		*ret_row = start.row;
	}
	return e;
}

static enum err
print(const struct seed *s, const struct challenge_row *row)
{
	char id[ID_TEXT_MAX], code[CODE_SIZE];
	enum err e = code_derive(&s->flow, row, row->digest, code);

	if (e == ERR_NONE) {
		id_text(ID_CHALLENGE, &row->id, id);
		printf("%s %s\n", id, code);
	}
	return e;
}

static enum err
insert(struct tx *tx, void *arg)
{
	struct seed *s = arg;
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < s->n; i++) {
		e = challenge_row_insert(tx, &s->rows[i]);
	}
	return e;
}

static enum err
batch(struct seed *s)
{
	enum err e = ERR_NONE;

	arena_reset(s->arena);
	for (s->n = 0; e == ERR_NONE && s->n < BATCH && s->next < s->end;
	    s->n++) {
		e = prepare(s, &s->rows[s->n]);
	}
	if (e == ERR_NONE) {
		e = store_do(s->flow.store, STORE_CREATE, insert, s);
	}
	for (unsigned i = 0; e == ERR_NONE && i < s->n; i++) {
		e = print(s, &s->rows[i]);
	}
	return e;
}

static enum err
open_all(struct seed *s, const char *keys, const char *location)
{
	const struct store_options options = {
		.location = location,
		.clock = clock_system(),
	};
	enum err e = crypto_init();

	s->arena = arena_new(ARENA_MAX);
	if (e == ERR_NONE && s->arena == NULL) {
		e = ERR_NOMEM;
	}
	if (e == ERR_NONE) {
		e = keyring_load(keys, &s->ring);
	}
	if (e == ERR_NONE) {
		e = store_open(&options, &s->flow.store);
	}
	s->flow.ring = s->ring;
	s->flow.clock = clock_system();
	s->flow.rng = rng_system();
	if (e == ERR_NONE) {
		e = store_read(s->flow.store, find_tenant, s);
	}
	return e;
}

int
main(int argc, char **argv)
{
	static struct seed s;
	uint64_t n = 0, first = 0;
	enum err e;

	if (argc < 4 || argc > 5 || !parse_u64(str_of(argv[3]), &n) ||
	    (argc == 5 && !parse_u64(str_of(argv[4]), &first))) {
		fprintf(stderr, "usage: bench_seed KEYRING LOCATION N "
		    "[FIRST]\n");
		return 2;
	}
	s.next = first;
	s.end = first + n;
	e = open_all(&s, argv[1], argv[2]);
	while (e == ERR_NONE && s.next < s.end) {
		e = batch(&s);
	}
	store_close(s.flow.store);
	keyring_free(s.ring);
	arena_free(s.arena);
	if (e != ERR_NONE) {
		fprintf(stderr, "bench_seed: %s\n", err_name(e));
		return 3;
	}
	return 0;
}
