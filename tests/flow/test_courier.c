/*
 * The courier's end: it is woken by the store, which outlives it.
 */
#include "world.h"

#include <stdatomic.h>

#include "app/courier.h"
#include "flow/directory.h"

/* A carrier that takes nothing, and knows when it is gone. */
struct post {
	atomic_bool gone;
	atomic_uint wakes, late;
};

static enum err
submit(void *ctx UNUSED, const struct outgoing *m UNUSED, unix_ms now UNUSED,
    sent_done *done UNUSED, void *arg UNUSED)
{
	return ERR_BUSY;
}

static enum err
run(void *ctx UNUSED, unix_ms now UNUSED, duration_ms timeout UNUSED)
{
	return ERR_NONE;
}

static unsigned
pending(const void *ctx UNUSED)
{
	return 0;
}

static void
wakeup(void *ctx)
{
	struct post *p = ctx;

	atomic_fetch_add(atomic_load(&p->gone) ? &p->late : &p->wakes, 1);
}

static void
gone(void *ctx)
{
	struct post *p = ctx;

	atomic_store(&p->gone, true);
}

static const struct channel_ops ops = {
	"post", submit, run, pending, wakeup, gone,
};

/*
 * Bug: a batch that was committed when the courier had stopped woke a carrier
 * that was freed, in a courier that was freed.
 */
static void
test_woken_after_stop(void **state)
{
	struct world *w = *state;
	struct post post = {0};
	struct courier_options o = {
		.flow = &w->flow, .carrier = {&ops, &post},
	};
	struct courier *c;

	OK(directory_new(&w->flow, &o.directory));
	OK(courier_start(&o, &c));
	courier_wake(c);
	assert_true(atomic_load(&post.wakes) > 0);
	courier_stop(c);
	assert_true(atomic_load(&post.gone));
	courier_wake(c);
	assert_int_equal(0, atomic_load(&post.late));
	courier_free(c);
	directory_free(o.directory);
	courier_stop(NULL);
	courier_free(NULL);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_woken_after_stop),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
