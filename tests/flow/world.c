#include "world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/encode.h"
#include "crypto/crypto.h"
#include "flow/code.h"
#include "store/audit.h"

static const char *engine = "sqlite";
static unsigned connections = 2;

void
world_main(int argc, char **argv)
{
	enum err e = crypto_init();

	assert(e == ERR_NONE);
	engine = argc > 1 ? argv[1] : engine;
}

void
world_connect(unsigned n)
{
	connections = n;
}

bool
world_is_sqlite(void)
{
	return strcmp(engine, "sqlite") == 0;
}

static unix_ms
clock_read(void *ctx)
{
	struct world *w = ctx;

	return (unix_ms){atomic_load(&w->now)};
}

static mono_ms
clock_read_mono(void *ctx)
{
	return (mono_ms){clock_read(ctx).v};
}

/* splitmix64, one step for each byte. */
static enum err
fill(void *ctx, void *p, size_t n)
{
	struct world *w = ctx;
	uint8_t *bytes = p;

	switch ((enum world_random)atomic_load(&w->random)) {
	case RANDOM_STUCK:
		memset(p, 0x5a, n);
		return ERR_NONE;
	case RANDOM_BROKEN:
		return ERR_IO;
	case RANDOM_SEEDED:
	default:
		break;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t z = atomic_fetch_add(&w->seed,
		    UINT64_C(0x9e3779b97f4a7c15));

		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		bytes[i] = (uint8_t)(z >> 56);
	}
	return ERR_NONE;
}

static void
make_ring(struct world *w)
{
	char path[96];

	memcpy(w->folder, "/tmp/watchword-flow-XXXXXX", 27);
	assert_non_null(mkdtemp(w->folder));
	(void)snprintf(path, sizeof(path), "%s/keyring", w->folder);
	OK(keyring_create(path, &w->flow.rng, world_now(w)));
	OK(keyring_load(path, &w->ring));
	assert_int_equal(0, unlink(path));
	assert_int_equal(0, rmdir(w->folder));
}

static void
make_tenant(struct world *w, struct tenant *t, const char *name)
{
	*t = (struct tenant){.brand = "Ada's Books",
	    .policy = policy_default()};
	assert_true(str_copy(str_of(name), t->name, sizeof(t->name)));
	OK(id_new(&w->flow.rng, world_now(w), &t->id));
}

int
world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const struct store_options options = {.connections = connections};

	assert_non_null(w);
	atomic_store(&w->now, WORLD_NOW);
	w->store = store_fixture_new(engine, &options);
	w->arena = arena_new(64 << 20);
	assert_non_null(w->arena);
	w->flow = (struct flow){
		.store = store_fixture_store(w->store),
		.rng = {.fill = fill, .ctx = w},
		.clock = {clock_read, clock_read_mono, w},
		.epoch = 1,
		.issuer = "https://codes.example",
		.channels = 1u << CHANNEL_EMAIL | 1u << CHANNEL_SMS,
	};
	make_ring(w);
	w->flow.ring = w->ring;
	make_tenant(w, &w->tenant, "shop");
	make_tenant(w, &w->other, "other");
	*state = w;
	return 0;
}

int
world_teardown(void **state)
{
	struct world *w = *state;

	store_fixture_free(w->store);
	arena_free(w->arena);
	keyring_free(w->ring);
	free(w);
	return 0;
}

void
world_restart(struct world *w)
{
	store_fixture_close(w->store);
	store_fixture_open(w->store);
	w->flow.store = store_fixture_store(w->store);
}

void
world_advance(struct world *w, duration_ms d)
{
	atomic_fetch_add(&w->now, d.v);
}

unix_ms
world_now(struct world *w)
{
	return (unix_ms){atomic_load(&w->now)};
}

void
world_do(struct world *w, use_case *run, void *arg)
{
	OK(store_do(w->flow.store, STORE_CHECK, run, arg));
}

void
world_read(struct world *w, use_case *run, void *arg)
{
	OK(store_read(w->flow.store, run, arg));
}

void
world_prepare(struct world *w, const struct ask *ask, struct arena *arena,
    struct start *s)
{
	const char *to = ask->phone != NULL ? ask->phone
	    : ask->email != NULL ? ask->email : "ada@example.com";

	*s = (struct start){
		.flow = &w->flow,
		.tenant = ask->tenant != NULL ? ask->tenant : &w->tenant,
		.arena = arena,
		.request = {
			.purpose = ask->purpose,
			.locale = STR("en"),
			.network = str_of(ask->network),
			.ttl_s = ask->ttl_s,
			.length = ask->length,
		},
	};
	if (ask->binding != NULL) {
		s->request.binding = *ask->binding;
	}
	assert_true(recipient_parse(ask->phone != NULL ? CHANNEL_SMS
	    : CHANNEL_EMAIL, str_of(to), &s->request.recipient));
	OK(start_prepare(s));
}

struct start
world_start(struct world *w, struct ask ask)
{
	struct start s;

	world_prepare(w, &ask, w->arena, &s);
	world_do(w, start_run, &s);
	return s;
}

struct id
world_challenge(struct world *w, struct ask ask)
{
	struct start s = world_start(w, ask);

	assert_int_equal(START_CREATED, s.verdict);
	return s.row.id;
}

void
world_code(struct world *w, struct id id, char code[static CODE_SIZE])
{
	struct challenge_row row = world_row(w, id);

	OK(code_derive(&w->flow, &row, row.digest, code));
}

void
world_wrong(struct world *w, struct id id, int n, char code[static CODE_SIZE])
{
	assert_in_range(n, 1, 9);
	world_code(w, id, code);
	code[0] = (char)('0' + (code[0] - '0' + n) % 10);
}

struct check
world_try(struct world *w, struct check given)
{
	struct check c = given;

	c.flow = &w->flow;
	c.arena = w->arena;
	if (c.tenant == NULL) {
		c.tenant = &w->tenant;
	}
	world_do(w, check_run, &c);
	OK(check_finish(&c));
	return c;
}

struct check
world_check(struct world *w, struct id id, const char *typed)
{
	return world_try(w, (struct check){.id = id, .typed = str_of(typed)});
}

enum check_verdict
world_right(struct world *w, struct id id)
{
	char code[CODE_SIZE];

	world_code(w, id, code);
	return world_check(w, id, code).verdict;
}

enum check_verdict
world_miss(struct world *w, struct id id)
{
	char code[CODE_SIZE];

	world_wrong(w, id, 1, code);
	return world_check(w, id, code).verdict;
}

struct resend
world_resend(struct world *w, struct id id, bool reissue)
{
	struct resend r = {
		.flow = &w->flow, .tenant = &w->tenant, .arena = w->arena,
		.id = id, .reissue = reissue,
	};

	OK(resend_prepare(&r));
	world_do(w, resend_run, &r);
	OK(resend_finish(&r));
	return r;
}

void
world_cancel(struct world *w, struct id id)
{
	struct cancel c = {.flow = &w->flow, .tenant = &w->tenant,
	    .arena = w->arena, .id = id};

	world_do(w, cancel_run, &c);
	assert_true(c.found);
	OK(cancel_finish(&c));
}

struct look {
	struct world *w;
	struct id id;
	struct challenge_row row;
	struct message_row *messages;
	unsigned n;
};

static enum err
look_run(struct tx *tx, void *arg)
{
	struct look *l = arg;
	enum err e = challenge_row_get(tx, &l->w->tenant.id, &l->id,
	    l->w->arena, &l->row);

	if (e == ERR_NONE && l->messages != NULL) {
		e = message_row_list(tx, &l->id, 16, l->w->arena, l->messages,
		    &l->n);
	}
	return e;
}

struct challenge_row
world_row(struct world *w, struct id id)
{
	struct look l = {.w = w, .id = id};

	world_read(w, look_run, &l);
	return l.row;
}

unsigned
world_messages(struct world *w, struct id id,
    struct message_row rows[static 16])
{
	struct look l = {.w = w, .id = id, .messages = rows};

	world_read(w, look_run, &l);
	return l.n;
}

void
world_deliver(struct world *w, struct deliver *d)
{
	*d = (struct deliver){.flow = &w->flow, .max = DELIVER_BATCH,
	    .arena = arena_new(1 << 20)};
	assert_non_null(d->arena);
	world_do(w, deliver_run, d);
	/* Strings of the rows are not looked at afterwards. */
	arena_free(d->arena);
}

void
world_settle(struct world *w, const struct message_row *m,
    enum deliver_result result, const char *reason)
{
	struct settle s = {.flow = &w->flow, .arena = w->arena,
	    .tenant = m->tenant, .challenge = m->challenge,
	    .message = m->id, .result = result, .leased = m};

	assert_true(str_copy(str_of(reason), s.reason, sizeof(s.reason)));
	world_do(w, settle_run, &s);
}

struct events {
	struct world *w;
	struct str event, challenge;
	unsigned n;
};

static void
count_lines(struct events *c, struct str body)
{
	struct str line;

	while (str_split(&body, '\n', &line)) {
		if (line.n > 0 && memmem(line.p, line.n, c->event.p,
		    c->event.n) != NULL && memmem(line.p, line.n,
		    c->challenge.p, c->challenge.n) != NULL) {
			c->n++;
		}
	}
}

static enum err
count_waiting(struct tx *tx, struct events *c, struct arena *arena)
{
	enum { PAGE = 256 };
	struct audit_event_row rows[PAGE];
	struct id after = {{0}};
	unsigned n = PAGE;

	while (n == PAGE) {
		enum err e;

		arena_reset(arena);
		e = audit_event_list(tx, &after, PAGE, arena, rows, &n);
		if (e != ERR_NONE) {
			return e;
		}
		for (unsigned i = 0; i < n; i++) {
			count_lines(c, rows[i].body);
			after = rows[i].id;
		}
	}
	return ERR_NONE;
}

static enum err
events_run(struct tx *tx, void *arg)
{
	struct events *c = arg;
	struct arena *arena = arena_new(16 << 20);
	struct audit_segment_row row;
	enum err e = arena == NULL ? ERR_NOMEM : ERR_NONE;

	for (int64_t n = 1; e == ERR_NONE; n++) {
		arena_reset(arena);
		e = audit_segment_get(tx, n, arena, &row);
		if (e == ERR_NONE) {
			count_lines(c, row.body);
		}
	}
	if (e == ERR_MISSING) {
		e = count_waiting(tx, c, arena);
	}
	arena_free(arena);
	return e;
}

unsigned
world_events(struct world *w, enum audit_event event, const struct id *id)
{
	char name[64], challenge[ID_TEXT_MAX] = "";
	struct events c = {.w = w};

	(void)snprintf(name, sizeof(name), "\"event\":\"%s\"",
	    audit_event_name(event));
	if (id != NULL) {
		id_text(ID_CHALLENGE, id, challenge);
	}
	c.event = str_of(name);
	c.challenge = str_of(challenge);
	world_read(w, events_run, &c);
	return c.n;
}

struct statement {
	const struct sql *q;
	const struct sql_value *v;
	unsigned n;
	unsigned changed;
	int64_t value;
};

static enum err
exec_run(struct tx *tx, void *arg)
{
	struct statement *s = arg;

	return sql_exec(tx, s->q, s->v, s->n, &s->changed);
}

static enum err
read_value(struct sql_row *r, void *ctx)
{
	struct statement *s = ctx;

	s->value = row_i64(r);
	return row_end(r);
}

static enum err
count_run(struct tx *tx, void *arg)
{
	struct statement *s = arg;

	return sql_query_one(tx, s->q, s->v, s->n, read_value, s);
}

unsigned
world_exec(struct world *w, const struct sql *q, const struct sql_value *v,
    unsigned n)
{
	struct statement s = {.q = q, .v = v, .n = n};

	world_do(w, exec_run, &s);
	return s.changed;
}

int64_t
world_count(struct world *w, const struct sql *q, const struct sql_value *v,
    unsigned n)
{
	struct statement s = {.q = q, .v = v, .n = n};

	world_read(w, count_run, &s);
	return s.value;
}
