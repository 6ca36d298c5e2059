#include "outbox.h"

#include <stdio.h>

#include "base/parse.h"
#include "channel/email.h"
#include "channel/gateway.h"
#include "crypto/crypto.h"
#include "store/tenants.h"

enum { ARENA_MAX = 4 << 20 };

static enum err
find_tenant(struct tx *tx, void *arg)
{
	struct outbox *b = arg;
	struct installation_row installation;
	struct tenant_row row = {0};
	unsigned n = 0;
	enum err e = installation_get(tx, &installation);

	if (e == ERR_NONE) {
		e = tenant_row_list(tx, b->arena, 1, &row, &n);
	}
	if (e == ERR_NONE && n == 1) {
		b->flow.epoch = installation.epoch;
		b->tenant.id = row.id;
		b->tenant.policy = policy_default();
	}
	return e == ERR_NONE && n != 1 ? ERR_MISSING : e;
}

static enum err
prepare(struct outbox *b, struct start *s)
{
	char to[64];

	snprintf(to, sizeof(to), b->channel == CHANNEL_EMAIL
	    ? "customer%llu@example.com" : "+4915%09llu",
	    (unsigned long long)b->next++);
	*s = (struct start){
		.flow = &b->flow, .tenant = &b->tenant, .arena = b->arena,
		.request = {.purpose = PURPOSE_SIGN_IN, .locale = STR("en")},
	};
	if (!recipient_parse(b->channel, str_of(to), &s->request.recipient)) {
		return ERR_SYNTAX;
	}
	return start_prepare(s);
}

static enum err
insert(struct tx *tx, void *arg)
{
	struct outbox *b = arg;
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < b->n; i++) {
		e = challenge_row_insert(tx, &b->rows[i]);
		if (e == ERR_NONE) {
			e = message_row_insert(tx, &b->messages[i]);
		}
	}
	return e;
}

/* At most OUTBOX_BATCH, in one transaction. */
static enum err
fill(struct outbox *b, uint64_t n)
{
	enum err e = ERR_NONE;

	arena_reset(b->arena);
	for (b->n = 0; e == ERR_NONE && b->n < n; b->n++) {
		struct start s;

		e = prepare(b, &s);
		s.row.state.expires_at = unix_ms_add(s.now, HOURS(24));
		b->rows[b->n] = s.row;
		b->messages[b->n] = (struct message_row){
			.id = s.message, .tenant = s.row.tenant,
			.challenge = s.row.id, .generation = 1,
			.channel = b->channel, .created_at = s.now,
			.due_at = s.now, .detail = STR(""),
			.expires_at = s.row.state.expires_at,
		};
	}
	return e == ERR_NONE ? store_do(b->flow.store, STORE_CREATE, insert, b)
	    : e;
}

enum err
outbox_fill(struct outbox *b, uint64_t n)
{
	enum err e = ERR_NONE;

	while (e == ERR_NONE && n > 0) {
		uint64_t part = n < OUTBOX_BATCH ? n : OUTBOX_BATCH;

		e = fill(b, part);
		n -= part;
	}
	return e;
}

enum err
outbox_ask(struct outbox *b)
{
	struct start s;
	enum err e;

	arena_reset(b->arena);
	b->tenant.policy.guard.monitor = 1;
	e = prepare(b, &s);
	if (e == ERR_NONE) {
		e = store_do(b->flow.store, STORE_CREATE, start_run, &s);
	}
	return e == ERR_NONE && s.verdict != START_CREATED ? ERR_DENIED : e;
}

static void
wake(void *ctx)
{
	struct outbox *b = ctx;

	if (b->courier != NULL) {
		courier_wake(b->courier);
	}
}

enum err
outbox_open(struct outbox *b, const char *keys, const char *location)
{
	const struct store_options options = {
		.location = location, .clock = clock_system(),
		.on_messages = wake, .ctx = b,
	};
	enum err e = crypto_init();

	b->arena = arena_new(ARENA_MAX);
	if (e == ERR_NONE) {
		e = keyring_load(keys, &b->ring);
	}
	if (e == ERR_NONE) {
		e = store_open(&options, &b->flow.store);
	}
	b->flow.ring = b->ring;
	b->flow.clock = clock_system();
	b->flow.rng = rng_system();
	b->flow.channels = 1U << b->channel;
	if (e == ERR_NONE) {
		e = store_read(b->flow.store, find_tenant, b);
	}
	if (e == ERR_NONE) {
		e = directory_new(&b->flow, &b->directory);
	}
	return e;
}

static enum err
gateway(struct outbox *b, const char *url, struct carrier *ret)
{
	struct gateway_options o = {
		.provider = &b->providers.v[0], .secret = &b->secret,
		.peer = http_out_peer_default(),
		.limits = {OUTBOX_CONNECTIONS, 1024, OUTBOX_CONNECTIONS},
		.clock = clock_system(),
	};
	struct buf text, why;
	bool good;

	buf_init(&text, 4096);
	buf_init(&why, 4096);
	buf_printf(&text, "[one]\nprofile = generic_json\nurl = %s\n"
	    "secret_file = /dev/null\nsender = Shop\ncountries = *\n", url);
	good = provider_file_parse("bench", buf_view(&text), &b->providers,
	    &why);
	if (!good) {
		fputs(buf_c(&why), stderr);
	}
	buf_done(&text);
	buf_done(&why);
	secret_set(&b->secret, "secret", 6);
	return good ? gateway_new(&o, ret) : ERR_SYNTAX;
}

static enum err
mail(struct outbox *b, const char *port, struct carrier *ret)
{
	struct email_carrier_options o = {
		.peer = smtp_peer_default(),
		.limits = {OUTBOX_CONNECTIONS, 1024, OUTBOX_CONNECTIONS},
		.clock = clock_system(),
	};
	uint64_t n = 0;

	if (!parse_u64(str_of(port), &n) ||
	    email_parse(STR("code@shop.example"), &b->from) != FLAW_NONE) {
		return ERR_SYNTAX;
	}
	o.peer.host = "127.0.0.1";
	o.peer.port = (uint16_t)n;
	o.peer.tls = SMTP_TLS_NONE;
	o.peer.helo = "shop.example";
	return email_carrier_new(&o, ret);
}

enum err
outbox_start(struct outbox *b, const char *peer)
{
	struct courier_options o = {
		.flow = &b->flow, .directory = b->directory,
		.at.channels = 1U << b->channel, .from = &b->from,
	};
	enum err e = b->channel == CHANNEL_EMAIL ? mail(b, peer, &o.carrier)
	    : gateway(b, peer, &o.carrier);

	return e == ERR_NONE ? courier_start(&o, &b->courier) : e;
}
