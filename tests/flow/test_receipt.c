/*
 * Receipts: what they say, and that one redeem of them wins (S52, S46, S50,
 * S136; I1, I5).
 */
#include "world.h"

#include <stdio.h>

#include "crypto/jws.h"

static struct binding
facts(void)
{
	struct binding b = {0};

	assert_null(binding_add(&b, STR("payee"), STR("ACME \"Ltd\"")));
	assert_null(binding_add(&b, STR("amount"), STR("12.00 EUR")));
	return b;
}

/* An approved challenge and its receipt. */
static struct check
approval(struct world *w, const struct binding *b)
{
	struct check c = {.id = world_challenge(w, (struct ask){
	    .binding = b, .purpose = PURPOSE_TRANSACTION})};
	char code[CODE_SIZE];

	world_code(w, c.id, code);
	c.typed = str_of(code);
	c = world_try(w, c);
	assert_int_equal(CHECK_APPROVED, c.verdict);
	return c;
}

static enum redeem_verdict
redeem(struct world *w, struct redeem r)
{
	r.flow = &w->flow;
	r.arena = w->arena;
	if (r.tenant == NULL) {
		r.tenant = &w->tenant;
	}
	OK(redeem_prepare(&r));
	if (!r.settled) {
		world_do(w, redeem_run, &r);
	}
	return r.verdict;
}

static struct redeem
of(const struct check *c)
{
	return (struct redeem){.receipt = c->receipt,
	    .purpose = PURPOSE_TRANSACTION};
}

/* Every member of the payload (docs/receipts.md). */
static void
test_payload(void **state)
{
	struct world *w = *state;
	struct binding b = facts();
	struct check c;
	struct buf payload, want;
	char challenge[ID_TEXT_MAX], receipt[ID_TEXT_MAX];

	world_advance(w, (duration_ms){789});
	c = approval(w, &b);
	buf_init(&payload, JWS_MAX);
	OK(jws_verify(w->ring, RECEIPT_TYP, c.receipt, &payload));
	id_text(ID_CHALLENGE, &c.id, challenge);
	id_text(ID_RECEIPT, &c.id, receipt);
	buf_init(&want, JWS_MAX);
	buf_printf(&want, "{\"challenge\":\"%s\",\"jti\":\"%s\","
	    "\"iss\":\"https://codes.example\",\"aud\":\"shop\",\"sub\":\"",
	    challenge, receipt);
	for (int i = 0; i < SUBJECT_BYTES; i++) {
		buf_printf(&want, "%02x", c.row.subject[i]);
	}
	buf_printf(&want, "\",\"iat\":%lld,\"exp\":%lld,"
	    "\"purpose\":\"transaction\",\"amr\":[\"otp\"],"
	    "\"method\":\"email\","
	    "\"binding\":{\"payee\":\"ACME \\\"Ltd\\\"\","
	    "\"amount\":\"12.00 EUR\"}}",
	    (long long)WORLD_NOW / 1000, (long long)WORLD_NOW / 1000 + 120);
	assert_string_equal(buf_c(&want), buf_c(&payload));
	buf_done(&want);
	buf_done(&payload);
}

static void
test_amr(void **state)
{
	(void)state;
	assert_string_equal("otp", receipt_amr(FACTOR_EMAIL));
	assert_string_equal("otp", receipt_amr(FACTOR_TOTP));
	assert_string_equal("otp", receipt_amr(FACTOR_RECOVERY_CODE));
	assert_string_equal("sms", receipt_amr(FACTOR_SMS));
	assert_string_equal("tel", receipt_amr(FACTOR_VOICE));
}

/* The largest binding, of bytes that double: the approval has its receipt. */
static void
test_largest_binding(void **state)
{
	struct world *w = *state;
	struct binding b = {0};
	char values[BINDING_PAIRS][200], keys[BINDING_PAIRS][16];
	struct check c;
	size_t total = 0;

	for (int i = 0; i < BINDING_PAIRS; i++) {
		size_t n = sizeof(values[i]);

		(void)snprintf(keys[i], sizeof(keys[i]), "key_%04d", i);
		memset(values[i], '"', n);
		while (n > 0 && binding_add(&b, str_of(keys[i]),
		    (struct str){values[i], n}) != NULL) {
			n--;
		}
		total += n == 0 ? 0 : n + strlen(keys[i]);
	}
	assert_int_equal(BINDING_TOTAL_MAX, total);
	c = approval(w, &b);
	assert_int_equal(REDEEM_REDEEMED, redeem(w, of(&c)));
}

static void
test_once(void **state)
{
	struct world *w = *state;
	struct binding b = facts();
	struct check c = approval(w, &b);
	struct redeem r = of(&c);

	r.has_binding = true;
	OK(binding_digest(&w->flow, &w->tenant, &b, r.digest));
	assert_int_equal(REDEEM_REDEEMED, redeem(w, r));
	assert_int_equal(REDEEM_ALREADY, redeem(w, r));
	world_restart(w);
	assert_int_equal(REDEEM_ALREADY, redeem(w, r));
	assert_int_equal(1, world_events(w, AUDIT_RECEIPT_REDEEMED, &c.id));
	assert_int_equal(2, world_events(w, AUDIT_RECEIPT_REPLAYED, &c.id));
	assert_string_equal("already_redeemed",
	    redeem_verdict_name(REDEEM_ALREADY));
}

/* S52: two minutes from the second of the approval, as exp says. */
static void
test_expired(void **state)
{
	struct world *w = *state;
	struct binding b = facts();
	struct check c;

	c = approval(w, &b);
	world_advance(w, MINUTES(2));
	assert_int_equal(REDEEM_EXPIRED, redeem(w, of(&c)));
	/* Bug, S30, I5: it came back to life with the clock. */
	world_advance(w, MINUTES(-1));
	assert_int_equal(REDEEM_EXPIRED, redeem(w, of(&c)));
	world_advance(w, MINUTES(1));
	assert_int_equal(REDEEM_EXPIRED, redeem(w, of(&c)));
	assert_int_equal(0, world_events(w, AUDIT_RECEIPT_REPLAYED, NULL));
	world_advance(w, (duration_ms){400});
	c = approval(w, &b);
	world_advance(w, (duration_ms){MINUTES(2).v - 401});
	assert_int_equal(REDEEM_REDEEMED, redeem(w, of(&c)));
}

/* S46, S50: for what it was given and for nothing else; and it is not lost. */
static void
test_mismatch(void **state)
{
	struct world *w = *state;
	struct binding b = facts(), other = {0};
	struct check c = approval(w, &b);
	struct redeem r = of(&c);

	r.purpose = PURPOSE_SIGN_IN;
	assert_int_equal(REDEEM_MISMATCH, redeem(w, r));
	r.purpose = PURPOSE_TRANSACTION;
	r.has_binding = true;
	assert_null(binding_add(&other, STR("amount"), STR("99.00 EUR")));
	OK(binding_digest(&w->flow, &w->tenant, &other, r.digest));
	assert_int_equal(REDEEM_MISMATCH, redeem(w, r));
	r.has_binding = false;
	assert_int_equal(REDEEM_REDEEMED, redeem(w, r));
}

static void
test_not_ours(void **state)
{
	struct world *w = *state;
	struct binding b = facts();
	struct check c = approval(w, &b);
	struct redeem r = of(&c);
	char text[RECEIPT_MAX];

	r.tenant = &w->other;
	assert_int_equal(REDEEM_NOT_OURS, redeem(w, r));
	r = of(&c);
	for (size_t i = 0; i < c.receipt.n; i += 17) {
		memcpy(text, c.receipt.p, c.receipt.n);
		text[i] = text[i] == 'A' ? 'B' : 'A';
		r.receipt = (struct str){text, c.receipt.n};
		assert_int_equal(REDEEM_NOT_OURS, redeem(w, r));
	}
	r.receipt = STR("");
	assert_int_equal(REDEEM_NOT_OURS, redeem(w, r));
	assert_int_equal(REDEEM_REDEEMED, redeem(w, of(&c)));
}

/* Signed with our key, but not what the row says. */
static void
signed_text(struct world *w, const char *payload, struct buf *out)
{
	buf_clear(out);
	OK(jws_sign(w->ring, RECEIPT_TYP, str_of(payload), out));
}

static void
test_other_payload(void **state)
{
	struct world *w = *state;
	struct binding b = facts();
	struct check c = approval(w, &b);
	struct redeem r = of(&c);
	struct buf payload, jws;

	buf_init(&payload, JWS_MAX);
	buf_init(&jws, JWS_MAX);
	OK(jws_verify(w->ring, RECEIPT_TYP, c.receipt, &payload));
	payload.p[payload.n - 3] ^= 1;	/* within the binding */
	signed_text(w, buf_c(&payload), &jws);
	r.receipt = buf_view(&jws);
	assert_int_equal(REDEEM_NOT_OURS, redeem(w, r));
	signed_text(w, "{}", &jws);
	r.receipt = buf_view(&jws);
	assert_int_equal(REDEEM_NOT_OURS, redeem(w, r));
	buf_done(&jws);
	buf_done(&payload);
}

/* A challenge that was not approved has no receipt to redeem. */
static const struct sql back_to_cancelled = {
	.name = "test_back_to_cancelled",
	.text = "UPDATE challenges SET status = 5",
};

static void
test_not_approved(void **state)
{
	struct world *w = *state;
	struct binding b = facts();
	struct check c = approval(w, &b);

	assert_int_equal(1, world_exec(w, &back_to_cancelled, NULL, 0));
	assert_int_equal(REDEEM_NOT_OURS, redeem(w, of(&c)));
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_payload),
		cmocka_unit_test(test_amr),
		WORLD_TEST(test_largest_binding),
		WORLD_TEST(test_once),
		WORLD_TEST(test_expired),
		WORLD_TEST(test_mismatch),
		WORLD_TEST(test_not_ours),
		WORLD_TEST(test_other_payload),
		WORLD_TEST(test_not_approved),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
