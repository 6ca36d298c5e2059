#include "channel/sandbox.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "fixture.h"

struct seen {
	unsigned n;
	uint8_t ids[SANDBOX_MESSAGES];	/* last byte of each, newest first */
	struct inbox_message last;
	char code[16];
	char to[64];
};

static struct sandbox *box;
static struct carrier carrier;
static unsigned completions;

static void
done(void *arg, const struct sent *sent)
{
	(void)arg;
	(void)sent;
	completions++;
}

static void
send_at(unix_ms now, uint8_t n, enum channel channel)
{
	struct fixture f;

	if (channel == CHANNEL_EMAIL) {
		fixture_init(&f, n);
	} else {
		fixture_sms(&f, n);
	}
	f.m.created_at = now;
	f.m.expires_at = unix_ms_add(now, MINUTES(5));
	assert_int_equal(carrier_submit(carrier, &f.m, now, done, NULL),
	    ERR_NONE);
	assert_int_equal(carrier_run(carrier, now, (duration_ms){0}),
	    ERR_NONE);
	fixture_done(&f);
}

static void
see(void *ctx, const struct inbox_message *m)
{
	struct seen *seen = ctx;

	seen->ids[seen->n++] = m->id.b[ID_BYTES - 1];
	seen->last = *m;
	assert_true(str_copy(m->code, seen->code, sizeof(seen->code)));
	assert_true(str_copy(m->to, seen->to, sizeof(seen->to)));
}

static struct seen
list(const struct inbox_filter *filter, unix_ms now)
{
	struct seen seen = {0};
	unsigned n = sandbox_each(box, filter, now, SANDBOX_MESSAGES, see,
	    &seen);

	assert_int_equal(n, seen.n);
	return seen;
}

static const struct inbox_filter everything = {.channel = -1};

static int
setup(void **state)
{
	(void)state;
	completions = 0;
	if (sandbox_new(&box) != ERR_NONE) {
		return 1;
	}
	carrier = sandbox_carrier(box);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	carrier_free(carrier);
	return 0;
}

/* S22: a notice comes like any message, and has no code to show. */
static void
test_notice(void **state)
{
	struct fixture f;
	struct seen seen;

	(void)state;
	fixture_notice(&f, 1);
	assert_int_equal(carrier_submit(carrier, &f.m, FIXTURE_NOW, done,
	    NULL), ERR_NONE);
	fixture_done(&f);
	seen = list(&everything, FIXTURE_NOW);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.last.kind, MESSAGE_NOTICE_FAILURES);
	assert_int_equal(seen.last.code.n, 0);
	assert_true(seen.last.subject.n > 0 && seen.last.html.n > 0);
}

static void
test_fields(void **state)
{
	struct seen seen;

	(void)state;
	send_at(FIXTURE_NOW, 1, CHANNEL_EMAIL);
	seen = list(&everything, FIXTURE_NOW);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.code, "407123");
	assert_string_equal(seen.to, "ada@example.com");
	assert_int_equal(seen.last.channel, CHANNEL_EMAIL);
	assert_int_equal(seen.last.purpose, PURPOSE_SIGN_IN);
	assert_int_equal(seen.last.created_at.v, FIXTURE_NOW.v);
	assert_true(seen.last.subject.n > 0 && seen.last.text.n > 0 &&
	    seen.last.html.n > 0);
	assert_int_equal(seen.last.kind, MESSAGE_CODE);
	send_at(FIXTURE_NOW, 2, CHANNEL_SMS);
	seen = list(&(struct inbox_filter){.channel = CHANNEL_SMS},
	    FIXTURE_NOW);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.to, "+491701234567");
	assert_int_equal(seen.last.html.n, 0);
}

static void
test_filters(void **state)
{
	struct id second = {.b = {[ID_BYTES - 1] = 2}};
	struct id gone = {.b = {[ID_BYTES - 1] = 99}};
	struct inbox_filter f = everything;
	struct seen seen;

	(void)state;
	send_at(FIXTURE_NOW, 1, CHANNEL_EMAIL);
	send_at(FIXTURE_NOW, 2, CHANNEL_SMS);
	send_at(unix_ms_add(FIXTURE_NOW, SECONDS(1)), 3, CHANNEL_EMAIL);
	seen = list(&everything, FIXTURE_NOW);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.ids[0], 3);	/* newest first */
	assert_int_equal(seen.ids[2], 1);
	f.to = STR("ADA@example.com");
	assert_int_equal(list(&f, FIXTURE_NOW).n, 2);
	f.to = STR("eve@example.com");
	assert_int_equal(list(&f, FIXTURE_NOW).n, 0);
	f = everything;
	f.after = &second;
	seen = list(&f, FIXTURE_NOW);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.ids[0], 3);
	f.after = &gone;
	assert_int_equal(list(&f, FIXTURE_NOW).n, 3);
	f = everything;
	f.since = FIXTURE_NOW;
	assert_int_equal(list(&f, FIXTURE_NOW).n, 1);
	assert_int_equal(sandbox_each(box, &everything, FIXTURE_NOW, 2, see,
	    &(struct seen){0}), 2);
}

static void
test_get(void **state)
{
	struct id first = {.b = {[ID_BYTES - 1] = 1}};
	struct id none = {0};
	struct seen seen = {0};

	(void)state;
	send_at(FIXTURE_NOW, 1, CHANNEL_EMAIL);
	assert_true(sandbox_get(box, &first, FIXTURE_NOW, see, &seen));
	assert_int_equal(seen.n, 1);
	assert_false(sandbox_get(box, &none, FIXTURE_NOW, see, &seen));
}

/* A clock that is put back hides nothing. */
static void
test_clock_put_back(void **state)
{
	(void)state;
	send_at(FIXTURE_NOW, 1, CHANNEL_EMAIL);
	assert_int_equal(list(&everything,
	    unix_ms_sub(FIXTURE_NOW, HOURS(24))).n, 1);
}

static void
test_faults(void **state)
{
	struct id second = {.b = {[ID_BYTES - 1] = 2}};
	struct inbox_filter after_second = {.channel = -1, .after = &second};
	unix_ms later = unix_ms_add(FIXTURE_NOW, SANDBOX_LATE);

	(void)state;
	sandbox_fault(box, CHANNEL_EMAIL, FAULT_LOST, 1);
	send_at(FIXTURE_NOW, 9, CHANNEL_EMAIL);
	assert_int_equal(completions, 1);
	assert_int_equal(list(&everything, FIXTURE_NOW).n, 0);
	sandbox_fault(box, CHANNEL_EMAIL, FAULT_LATE, 1);
	send_at(FIXTURE_NOW, 1, CHANNEL_EMAIL);
	assert_int_equal(completions, 2);
	assert_int_equal(list(&everything, FIXTURE_NOW).n, 0);
	send_at(FIXTURE_NOW, 2, CHANNEL_EMAIL);		/* the fault is over */
	assert_int_equal(list(&everything, FIXTURE_NOW).n, 1);
	assert_int_equal(list(&everything, later).n, 2);
	/* Who has seen the second is still shown the late first. */
	assert_int_equal(list(&after_second, FIXTURE_NOW).n, 0);
	assert_int_equal(list(&after_second, later).ids[0], 1);
	sandbox_fault(box, CHANNEL_SMS, FAULT_TWICE, 1);
	send_at(FIXTURE_NOW, 3, CHANNEL_EMAIL);		/* another channel */
	assert_int_equal(list(&everything, later).n, 3);
	send_at(FIXTURE_NOW, 4, CHANNEL_SMS);
	assert_int_equal(list(&everything, later).n, 5);
	sandbox_fault(box, CHANNEL_SMS, FAULT_FAIL, 1);
	send_at(FIXTURE_NOW, 5, CHANNEL_SMS);
	assert_int_equal(list(&everything, later).n, 5);
}

/* A hanging message ends with its code or after 20 s, by the given time. */
static void
test_hang_follows_the_clock(void **state)
{
	(void)state;
	sandbox_fault(box, CHANNEL_EMAIL, FAULT_HANG, 1);
	send_at(FIXTURE_NOW, 1, CHANNEL_EMAIL);
	assert_int_equal(completions, 0);
	assert_int_equal(carrier_run(carrier,
	    unix_ms_add(FIXTURE_NOW, (duration_ms){19999}),
	    (duration_ms){0}), ERR_NONE);
	assert_int_equal(completions, 0);
	assert_int_equal(carrier_run(carrier,
	    unix_ms_add(FIXTURE_NOW, SANDBOX_HANG), (duration_ms){0}),
	    ERR_NONE);
	assert_int_equal(completions, 1);
	assert_int_equal(list(&everything, FIXTURE_NOW).n, 0);
}

static void
test_bounded(void **state)
{
	struct seen seen;

	(void)state;
	for (int i = 0; i < SANDBOX_MESSAGES + 5; i++) {
		send_at(FIXTURE_NOW, (uint8_t)i, CHANNEL_SMS);
	}
	seen = list(&everything, FIXTURE_NOW);
	assert_int_equal(seen.n, SANDBOX_MESSAGES);
	assert_int_equal(seen.ids[0], (uint8_t)(SANDBOX_MESSAGES + 4));
	assert_int_equal(seen.ids[SANDBOX_MESSAGES - 1], 5);
}

static void
test_fault_words(void **state)
{
	enum fault f;

	(void)state;
	for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
		assert_true(fault_parse(str_of(fault_name((enum fault)i)),
		    &f));
		assert_int_equal(f, i);
	}
	assert_false(fault_parse(STR("none"), &f));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_fields),
		TEST(test_notice),
		TEST(test_filters),
		TEST(test_get),
		TEST(test_clock_put_back),
		TEST(test_faults),
		TEST(test_hang_follows_the_clock),
		TEST(test_bounded),
		TEST(test_fault_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
