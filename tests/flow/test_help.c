/*
 * What became of a message, as a person is told it (R45 to R48), and who may
 * ask with a help token.
 */
#include "world.h"

#include "flow/help.h"

struct fate {
	enum message_state state;
	enum channel channel;
	int attempts;
	const char *detail;
	enum told told;
};

static void
test_told(void **state)
{
	static const struct fate fates[] = {
		{MESSAGE_QUEUED, CHANNEL_EMAIL, 0, "", TOLD_QUEUED},
		{MESSAGE_QUEUED, CHANNEL_SMS, 1, "http_503", TOLD_RETRYING},
		{MESSAGE_SENT, CHANNEL_EMAIL, 1, "accepted", TOLD_SENT_EMAIL},
		{MESSAGE_SENT, CHANNEL_SMS, 1, "accepted", TOLD_SENT_SMS},
		{MESSAGE_SENT, CHANNEL_VOICE, 1, "accepted", TOLD_SENT_VOICE},
		{MESSAGE_DELIVERED, CHANNEL_EMAIL, 1, "", TOLD_DELIVERED_EMAIL},
		{MESSAGE_DELIVERED, CHANNEL_SMS, 1, "", TOLD_DELIVERED_SMS},
		{MESSAGE_DELIVERED, CHANNEL_VOICE, 1, "", TOLD_DELIVERED_VOICE},
		{MESSAGE_FAILED, CHANNEL_EMAIL, 1, "smtp_550", TOLD_UNKNOWN},
		{MESSAGE_FAILED, CHANNEL_EMAIL, 1, "smtp_554", TOLD_REFUSED},
		{MESSAGE_FAILED, CHANNEL_EMAIL, 1, "bounce_5.1.1", TOLD_UNKNOWN},
		{MESSAGE_FAILED, CHANNEL_EMAIL, 1, "bounce_5.2.2", TOLD_FULL},
		{MESSAGE_FAILED, CHANNEL_EMAIL, 1, "bounce_5.7.1", TOLD_REFUSED},
		{MESSAGE_FAILED, CHANNEL_SMS, 1, "not_delivered", TOLD_UNREACHABLE},
		{MESSAGE_FAILED, CHANNEL_VOICE, 1, "not_delivered", TOLD_NO_ANSWER},
		{MESSAGE_FAILED, CHANNEL_VOICE, 1, "machine", TOLD_MACHINE},
		{MESSAGE_EXPIRED, CHANNEL_EMAIL, 3, "smtp_451", TOLD_TOO_LATE},
		{MESSAGE_CANCELLED, CHANNEL_EMAIL, 0, "", TOLD_CANCELLED},
		{MESSAGE_CANCELLED, CHANNEL_SMS, 1, "next_step", TOLD_REROUTED},
		{MESSAGE_CANCELLED, CHANNEL_SMS, 1, "circuit_open",
		    TOLD_REROUTED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fates) / sizeof(fates[0]); i++) {
		const struct message_row m = {
			.state = fates[i].state, .channel = fates[i].channel,
			.attempts = fates[i].attempts,
			.detail = str_of(fates[i].detail),
		};

		assert_int_equal(help_told(&m), fates[i].told);
	}
}

static void
test_token(void **state)
{
	struct world *w = *state;
	struct help_token t = {.tenant = w->tenant.id}, read;
	struct buf text, bent;

	t.challenge = world_challenge(w, (struct ask){0});
	t.until = unix_ms_add(world_now(w), HELP_TOKEN_LIFE);
	buf_init(&text, 128);
	buf_init(&bent, 128);
	OK(help_token_write(&w->flow, &t, &text));
	OK(help_token_read(&w->flow, buf_view(&text), world_now(w), &read));
	assert_memory_equal(&read.challenge, &t.challenge, sizeof(t.challenge));
	assert_memory_equal(&read.tenant, &t.tenant, sizeof(t.tenant));
	assert_int_equal(read.until.v, t.until.v);
	/* Any other letter in any place, and it is nobody's. */
	for (size_t i = 0; i < text.n; i++) {
		buf_clear(&bent);
		buf_str(&bent, buf_view(&text));
		bent.p[i] = bent.p[i] == 'A' ? 'B' : 'A';
		assert_int_equal(help_token_read(&w->flow, buf_view(&bent),
		    world_now(w), &read), ERR_MISSING);
	}
	assert_int_equal(help_token_read(&w->flow, buf_view(&text), t.until,
	    &read), ERR_MISSING);
	buf_done(&text);
	buf_done(&bent);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_told),
		WORLD_TEST(test_token),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
