/*
 * Results on their way to the store: together, none late, none for another.
 */
#include "world.h"

#include <stdatomic.h>

#include "app/parcels.h"
#include "flow/directory.h"

enum { MESSAGES = 5 };

struct post {
	struct parcels parcels;
	struct directory *directory;
	struct id ids[MESSAGES];
	struct parcel *all[MESSAGES];
	atomic_uint news;
};

static void
news(void *ctx)
{
	struct post *p = ctx;

	atomic_fetch_add(&p->news, 1);
}

/* Leased and accepted; nothing is handed in. */
static void
begin(struct world *w, struct post *p)
{
	struct deliver d;

	*p = (struct post){0};
	for (int i = 0; i < MESSAGES; i++) {
		const char *to[] = {"a@example.com", "b@example.com",
		    "c@example.com", "d@example.com", "e@example.com"};

		(void)world_challenge(w, (struct ask){.email = to[i]});
	}
	world_deliver(w, &d);
	assert_int_equal(MESSAGES, d.n);
	OK(directory_new(&w->flow, &p->directory));
	parcels_init(&p->parcels, &w->flow, news, p);
	for (unsigned i = 0; i < d.n; i++) {
		p->all[i] = parcel_new(&p->parcels, p->directory, &d.items[i]);
		assert_non_null(p->all[i]);
		p->ids[i] = d.items[i].challenge.id;
		p->all[i]->settle.result = DELIVER_ACCEPTED;
		assert_true(str_copy(STR("accepted"),
		    p->all[i]->settle.reason,
		    sizeof(p->all[i]->settle.reason)));
	}
}

static void
end(struct post *p)
{
	parcels_done(&p->parcels);
	directory_free(p->directory);
}

static enum message_state
state_of(struct world *w, struct id id)
{
	struct message_row m[16];

	assert_int_equal(1, world_messages(w, id, m));
	return m[0].state;
}

static void
test_held_and_no_longer(void **state)
{
	struct world *w = *state;
	static struct post p;

	begin(w, &p);
	assert_int_equal(UNIX_MS_MAX, parcels_wait(&p.parcels).v);
	parcels_put(&p.parcels, p.all[0]);
	parcels_hand_in(&p.parcels, false);
	assert_int_equal(PARCELS_HELD.v, parcels_wait(&p.parcels).v);
	world_advance(w, (duration_ms){PARCELS_HELD.v - 1});
	parcels_put(&p.parcels, p.all[1]);
	parcels_hand_in(&p.parcels, false);
	assert_int_equal(1, parcels_wait(&p.parcels).v);
	world_advance(w, (duration_ms){1});
	parcels_hand_in(&p.parcels, false);
	assert_int_equal(UNIX_MS_MAX, parcels_wait(&p.parcels).v);
	parcels_put(&p.parcels, p.all[2]);
	parcels_put(&p.parcels, p.all[3]);
	parcels_hand_in(&p.parcels, true);
	assert_int_equal(UNIX_MS_MAX, parcels_wait(&p.parcels).v);
	parcels_put(&p.parcels, p.all[4]);
	parcels_finish(&p.parcels);
	for (int i = 0; i < MESSAGES; i++) {
		assert_int_equal(MESSAGE_SENT, state_of(w, p.ids[i]));
		assert_int_equal(1, world_events(w, AUDIT_MESSAGE_SENT,
		    &p.ids[i]));
	}
	assert_int_equal(0, atomic_load(&p.news));
	end(&p);
}

static enum err
no_random(void *ctx, void *bytes, size_t n)
{
	(void)ctx;
	(void)bytes;
	(void)n;
	return ERR_IO;
}

/* One that cannot be written takes none of its neighbours with it. */
static void
test_alone_after_a_failure(void **state)
{
	struct world *w = *state;
	struct flow broken = w->flow;
	static struct post p;

	broken.rng.fill = no_random;
	begin(w, &p);
	p.all[2]->settle.flow = &broken;
	for (int i = 0; i < MESSAGES; i++) {
		parcels_put(&p.parcels, p.all[i]);
	}
	parcels_finish(&p.parcels);
	for (int i = 0; i < MESSAGES; i++) {
		const bool fails = i == 2;

		assert_int_equal(fails ? MESSAGE_QUEUED : MESSAGE_SENT,
		    state_of(w, p.ids[i]));
		assert_int_equal(fails ? 0 : 1, world_events(w,
		    AUDIT_MESSAGE_SENT, &p.ids[i]));
	}
	assert_true(atomic_load(&p.news) > 0);
	end(&p);
}

/* Whoever is to try again must hear of it; a lease changed meanwhile counts. */
static void
test_news_of_what_comes_back(void **state)
{
	struct world *w = *state;
	static struct post p;

	begin(w, &p);
	world_cancel(w, p.ids[0]);
	p.all[1]->settle.result = DELIVER_TEMPORARY;
	for (int i = 0; i < MESSAGES; i++) {
		parcels_put(&p.parcels, p.all[i]);
	}
	parcels_finish(&p.parcels);
	assert_int_equal(1, atomic_load(&p.news));
	assert_int_equal(MESSAGE_SENT, state_of(w, p.ids[0]));
	assert_int_equal(MESSAGE_QUEUED, state_of(w, p.ids[1]));
	assert_int_equal(MESSAGE_SENT, state_of(w, p.ids[2]));
	end(&p);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_held_and_no_longer),
		WORLD_TEST(test_alone_after_a_failure),
		WORLD_TEST(test_news_of_what_comes_back),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
