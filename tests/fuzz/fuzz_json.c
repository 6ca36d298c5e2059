/*
 * http/jsonr: what is accepted is UTF-8 without NUL, keeps its limits, and
 * reads the same when written again.
 */
#include <string.h>

#include "http/jsonr.h"

#include "fuzz.h"

enum { ARENA_MAX = 64 * 1024, TEXT_MAX = 4096 };

static void
check_text(struct str s, size_t max)
{
	require(s.n <= max, "the maximum is held");
	require(str_is_utf8(s), "text is UTF-8");
	require(str_find(s, '\0') == s.n, "text has no NUL");
}

/* Written, read and written again: the same text. */
static void
check_stable(struct arena *arena, struct str json)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object o;
	struct str body, again;
	char z[TEXT_MAX + 16];

	require(str_is_utf8(json), "what is written is UTF-8");
	body = (struct str){z, (size_t)snprintf(z, sizeof(z), "{\"v\":%.*s}",
	    STR_ARG(json))};
	require(jsonr_open(&r, arena, body, &o), "what is written is read");
	if (jsonr_any(&o, "v", JSONR_REQUIRED, TEXT_MAX, &again)) {
		require(str_equal(again, json), "one text for one value");
	}
}

static void
read_all(struct jsonr *r, struct jsonr_object *root)
{
	static const struct jsonr_limits max = {4, 8, 16};
	struct jsonr_object o;
	struct jsonr_array a;
	struct jsonr_pair *pairs;
	struct str s;
	size_t n;
	int64_t i;
	bool b;

	if (jsonr_str(root, "s", JSONR_REQUIRED, 1, 32, &s)) {
		check_text(s, 32);
	}
	if (jsonr_i64(root, "i", JSONR_NULL, -100, 100, &i)) {
		require(i >= -100 && i <= 100, "the range is held");
	}
	(void)jsonr_bool(root, "b", 0, &b);
	if (jsonr_pairs(root, "p", 0, max, &pairs, &n)) {
		require(n <= max.pairs, "so many pairs");
		for (size_t k = 0; k < n; k++) {
			check_text(pairs[k].name, max.name);
			check_text(pairs[k].value, max.value);
		}
	}
	if (jsonr_array(root, "a", 0, 4, &a)) {
		for (size_t k = 0; k < a.n; k++) {
			if (jsonr_at_str(&a, k, 0, 16, &s)) {
				check_text(s, 16);
			}
		}
	}
	if (jsonr_object(root, "o", 0, &o)) {
		if (jsonr_any(&o, "v", 0, TEXT_MAX, &s)) {
			check_stable(r->arena, s);
		}
		jsonr_close(&o);
	}
	jsonr_close(root);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(ARENA_MAX);
	struct jsonr r;
	struct jsonr_object root;
	struct str body = {(const char *)data, size};

	require(arena != NULL, "memory");
	if (size <= TEXT_MAX) {
		if (jsonr_open(&r, arena, body, &root)) {
			require(str_is_utf8(body), "a body is UTF-8");
			require(str_find(body, '\0') == size, "a body has no NUL");
			read_all(&r, &root);
		} else {
			require(!jsonr_ok(&r), "a refusal has a reason");
		}
		require(jsonr_flaws(&r)->n <= JSONR_FLAWS_MAX, "so many flaws");
		jsonr_done(&r);
	}
	arena_free(arena);
	return 0;
}
