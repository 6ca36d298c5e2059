/*
 * A message that comes back: only what our key says is ours (R78), once, and
 * also when the bounce is faster than the courier.
 */
#include "world.h"

#include "flow/bounce.h"

struct sent_one {
	struct message_row message;
	struct bounce bounce;
};

static struct sent_one
send_one(struct world *w)
{
	struct deliver *d = calloc(1, sizeof(*d));
	struct start s = world_start(w, (struct ask){0});
	struct sent_one one;

	(void)s;
	assert_non_null(d);
	d->flow = &w->flow;
	d->arena = w->arena;
	d->max = 1;
	world_do(w, deliver_run, d);
	assert_int_equal(1, d->n);
	one.message = d->items[0].message;
	one.bounce = (struct bounce){.message = one.message.id,
	    .status = "5.1.1"};
	OK(keyring_index(w->ring, "message_id",
	    flow_id_bytes(&one.message.tenant),
	    flow_id_bytes(&one.message.id), one.bounce.tag));
	free(d);
	return one;
}

static enum err
come_back(struct world *w, const struct bounce *bounce, bool *ret_again)
{
	struct bounced b = {.flow = &w->flow, .arena = w->arena,
	    .bounce = bounce};
	enum err e = store_do(w->flow.store, STORE_BACKGROUND, bounced_run,
	    &b);

	*ret_again = b.again;
	return e;
}

struct look {
	struct id id;
	struct arena *arena;
	struct message_row row;
};

static enum err
look_run(struct tx *tx, void *arg)
{
	struct look *l = arg;

	return message_row_get(tx, &l->id, l->arena, &l->row);
}

static struct message_row
look(struct world *w, const struct id *id)
{
	struct look l = {.id = *id, .arena = w->arena};

	world_read(w, look_run, &l);
	return l.row;
}

static void
accepted(struct world *w, const struct sent_one *one)
{
	struct settle s = {.flow = &w->flow, .arena = w->arena,
	    .tenant = one->message.tenant,
	    .challenge = one->message.challenge,
	    .message = one->message.id, .result = DELIVER_ACCEPTED,
	    .reason = "accepted"};

	world_do(w, settle_run, &s);
}

static void
test_once(void **state)
{
	struct world *w = *state;
	struct sent_one one = send_one(w);
	struct message_row m;
	bool again;

	accepted(w, &one);
	OK(come_back(w, &one.bounce, &again));
	assert_false(again);
	m = look(w, &one.message.id);
	assert_int_equal(MESSAGE_FAILED, m.state);
	assert_true(str_equal(m.detail, STR("bounce_5.1.1")));
	OK(come_back(w, &one.bounce, &again));
	assert_true(again);
	assert_int_equal(1, world_events(w, AUDIT_MESSAGE_FAILED, NULL));
}

static void
test_forged(void **state)
{
	struct world *w = *state;
	struct sent_one one = send_one(w);
	struct bounce forged = one.bounce;
	bool again;

	accepted(w, &one);
	for (unsigned i = 0; i < BOUNCE_TAG; i++) {
		forged.tag[i] ^= 1;
		assert_int_equal(ERR_CRYPTO, come_back(w, &forged, &again));
		forged.tag[i] ^= 1;
	}
	forged.message.b[0] ^= 1;
	assert_int_equal(ERR_MISSING, come_back(w, &forged, &again));
	assert_int_equal(MESSAGE_SENT, look(w, &one.message.id).state);
	assert_int_equal(0, world_events(w, AUDIT_MESSAGE_FAILED, NULL));
}

/* The courier's late word takes nothing back. */
static void
test_faster_than_the_courier(void **state)
{
	struct world *w = *state;
	struct sent_one one = send_one(w);
	bool again;

	OK(come_back(w, &one.bounce, &again));
	accepted(w, &one);
	assert_int_equal(MESSAGE_FAILED, look(w, &one.message.id).state);
	assert_int_equal(0, world_events(w, AUDIT_MESSAGE_SENT, NULL));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_once),
		WORLD_TEST(test_forged),
		WORLD_TEST(test_faster_than_the_courier),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
