/* S46 to S48: the facts a code is good for. */
#include "domain/binding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void
add(struct binding *b, const char *key, const char *value)
{
	const char *why = binding_add(b, str_of(key), str_of(value));

	if (why != NULL) {
		fail_msg("%s %s", key, why);
	}
}

static void
refused(struct binding *b, struct str key, struct str value, const char *why)
{
	const struct binding before = *b;

	assert_string_equal(binding_add(b, key, value), why);
	assert_memory_equal(b, &before, sizeof(*b));
}

static void
encode(const struct binding *b, struct buf *out)
{
	buf_init(out, BINDING_BYTES);
	binding_encode(b, out);
	assert_int_equal(buf_err(out), ERR_NONE);
}

static void
canonical(void **state UNUSED)
{
	static const char expected[] =
	    "\0\3"
	    "\0\5" "payee" "\0\4" "Ada "
	    "\0\6" "amount" "\0\6" "129.00"
	    "\0\10" "currency" "\0\3" "EUR";
	struct binding b = {0};
	struct buf out;

	add(&b, "currency", "EUR");
	add(&b, "amount", "129.00");
	add(&b, "payee", "AdaX");
	/* A value of four bytes, the last of which is a blank. */
	b.pairs[0].value = STR("Ada ");
	encode(&b, &out);
	assert_int_equal(out.n, sizeof(expected) - 1);
	assert_memory_equal(out.p, expected, out.n);
	buf_done(&out);
}

/* All orders of four pairs, one encoding. */
static void
order_is_nothing(void **state UNUSED)
{
	static const char *const keys[] = {"b", "a", "aa", "amount"};
	struct buf first;

	buf_init(&first, BINDING_BYTES);
	for (unsigned order = 0; order < 256; order++) {
		struct binding b = {0};
		unsigned used = 0;
		struct buf out;

		for (unsigned i = 0; i < 4; i++) {
			unsigned k = order >> (2 * i) & 3;

			if ((used >> k & 1) == 0) {
				add(&b, keys[k], keys[k]);
				used |= 1U << k;
			}
		}
		if (b.n < 4) {
			continue;
		}
		encode(&b, &out);
		if (first.n == 0) {
			buf_str(&first, buf_view(&out));
		}
		assert_true(str_equal(buf_view(&first), buf_view(&out)));
		buf_done(&out);
	}
	assert_true(first.n > 0);
	buf_done(&first);
}

/* Pairs that run into one another when they are only put side by side. */
static void
injective(void **state UNUSED)
{
	static const char *const sets[][4] = {
		{"a", "bc"}, {"ab", "c"}, {"a", "b", "c", "d"},
		{"a", "bcd"}, {"a", "b", "cd", "e"}, {"a", "d", "c", "b"},
		{"c", "b"}, {"a", "b"}, {"a", "B"}, {"a", "b c"},
	};
	enum { SETS = sizeof(sets) / sizeof(sets[0]) };
	struct buf out[SETS];

	for (size_t i = 0; i < SETS; i++) {
		struct binding b = {0};

		for (size_t k = 0; k < 4 && sets[i][k] != NULL; k += 2) {
			add(&b, sets[i][k], sets[i][k + 1]);
		}
		encode(&b, &out[i]);
		for (size_t k = 0; k < i; k++) {
			assert_false(str_equal(buf_view(&out[i]),
			    buf_view(&out[k])));
		}
	}
	for (size_t i = 0; i < SETS; i++) {
		buf_done(&out[i]);
	}
}

static void
keys(void **state UNUSED)
{
	static const char why[] =
	    "has a key that is not 1 to 32 of a-z, 0-9 and _";
	static const char *const bad[] = {"", "A", "a-b", "a b", "\xc3\xa4",
	    "abcdefghijklmnopqrstuvwxyz0123456"};
	struct binding b = {0};

	add(&b, "abcdefghijklmnopqrstuvwxyz012345", "x");
	add(&b, "_9", "x");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		refused(&b, str_of(bad[i]), STR("x"), why);
	}
	refused(&b, STR("a\0b"), STR("x"), why);
	refused(&b, STR("_9"), STR("y"), "is given twice");
	assert_true(str_equal(binding_get(&b, STR("_9")), STR("x")));
	assert_null(binding_get(&b, STR("_")).p);
}

/* S82, S89: what messages show is held to more. */
static void
values(void **state UNUSED)
{
	struct binding b = {0};

	refused(&b, STR("basket"), STR(""), "is empty");
	refused(&b, STR("basket"), STR("a\r\nb"),
	    "contains a control character");
	refused(&b, STR("basket"), STR("\xff"), "is not well-formed UTF-8");
	add(&b, "basket", "see example.com");
	refused(&b, STR("payee"), STR("see example.com"),
	    "contains a link, a host name or an e-mail address");
	assert_true(binding_shown(STR("amount")));
	assert_true(binding_shown(STR("device")));
	assert_false(binding_shown(STR("basket")));
	assert_false(binding_shown(STR("")));
}

static void
limits(void **state UNUSED)
{
	static char text[4 * HEADER_TEXT_CHARS + 2];
	struct binding b = {0};
	char names[BINDING_PAIRS + 1][4];

	for (int i = 0; i < BINDING_PAIRS; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "k%d", i);
		add(&b, names[i], "v");
	}
	refused(&b, STR("k16"), STR("v"), "has more than 16 pairs");

	/* 120 characters of four bytes each, four times, and 112 bytes more */
	for (size_t i = 0; i < HEADER_TEXT_CHARS; i++) {
		memcpy(text + 4 * i, "\xf0\x9f\x93\xa6", 4);
	}
	b = (struct binding){0};
	for (int i = 0; i < 4; i++) {
		add(&b, names[i], text);
	}
	refused(&b, STR("k4"), str_slice(str_of(text), 0, 120),
	    "has more than 2048 bytes in all");
	assert_null(binding_add(&b, STR("k4"),
	    str_slice(str_of(text), 0, 116)));
	text[4 * HEADER_TEXT_CHARS] = 'x';
	b = (struct binding){0};
	refused(&b, STR("k"), str_of(text), "is too long");
}

static void
there_and_back(void **state UNUSED)
{
	struct binding b = {0}, back;
	struct buf out, again;

	add(&b, "payee", "Ada");
	add(&b, "amount", "129.00");
	encode(&b, &out);
	assert_true(binding_decode(buf_view(&out), &back));
	assert_int_equal(back.n, 2);
	encode(&back, &again);
	assert_true(str_equal(buf_view(&out), buf_view(&again)));
	for (size_t n = 0; n < out.n; n++) {
		assert_false(binding_decode(str_slice(buf_view(&out), 0, n),
		    &back));
	}
	buf_done(&out);
	buf_done(&again);
	assert_true(binding_decode(STR("\0\0"), &back));
	assert_int_equal(back.n, 0);
}

/* Bytes that would decode to facts with another encoding. */
static void
not_an_encoding(void **state UNUSED)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("\0"), STR_INIT("\0\0x"),
		STR_INIT("\0\1\0\1a\0\2x"), STR_INIT("\0\1\0\1a\0\1xx"),
		STR_INIT("\0\21"),
		/* twice, out of order, no key, a key that is none */
		STR_INIT("\0\2\0\1a\0\1x\0\1a\0\1y"),
		STR_INIT("\0\2\0\1b\0\1x\0\1a\0\1y"),
		STR_INIT("\0\2\0\2aa\0\1x\0\1b\0\1y"),
		STR_INIT("\0\1\0\0\0\1x"), STR_INIT("\0\1\0\1A\0\1x"),
	};
	struct binding b = {.n = 7};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (binding_decode(bad[i], &b)) {
			fail_msg("row %zu", i);
		}
	}
	assert_int_equal(b.n, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical),
		cmocka_unit_test(order_is_nothing),
		cmocka_unit_test(injective),
		cmocka_unit_test(keys),
		cmocka_unit_test(values),
		cmocka_unit_test(limits),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(not_an_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
