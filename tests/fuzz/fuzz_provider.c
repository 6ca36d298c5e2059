/*
 * provider: a file of providers is taken or refused with a reason; the
 * templates of one that was taken can be expanded, and put nothing of a value
 * outside its string; what a provider answers is read or not, and nothing
 * else.
 */
#include <string.h>

#include "base/json_find.h"
#include "config/config.h"
#include "config/provider_file.h"
#include "domain/template.h"

#include "fuzz.h"

#define INPUT_MAX 8192

static struct providers all;

/* As a JSON string the value comes back as it was. */
static void
comes_back(struct str s)
{
	struct buf json, back;

	if (!str_is_utf8(s)) {
		return;
	}
	buf_init(&json, 6 * s.n + 3);
	buf_init(&back, s.n + 1);
	buf_char(&json, '"');
	template_escape(s, TEMPLATE_JSON, &json);
	buf_char(&json, '"');
	require(json_find(buf_view(&json), STR(""), &back),
	    "an escaped value is JSON");
	require(str_equal(buf_view(&back), s), "and the value");
	buf_done(&json);
	buf_done(&back);
}

static void
expand(const struct provider *p)
{
	struct str values[TEMPLATE_WORD_COUNT];
	struct buf out;

	for (int i = 0; i < TEMPLATE_WORD_COUNT; i++) {
		values[i] = STR("\"'<&>\\\n{text}");
	}
	buf_init(&out, 65536);
	template_expand(provider_get(p, PROVIDER_url), TEMPLATE_URL, values,
	    &out);
	require(str_starts(buf_view(&out), STR("http")) &&
	    str_find(buf_view(&out), '\n') == out.n,
	    "no value changes where a message goes");
	buf_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct buf reason;
	bool good;

	if (size > INPUT_MAX) {
		return 0;
	}
	buf_init(&reason, CONFIG_REASON_MAX);
	all.n = 0;
	good = provider_file_parse("x", text, &all, &reason);
	require(good == (reason.n == 0 && buf_err(&reason) == ERR_NONE),
	    "refused with a reason, or taken without");
	for (unsigned i = 0; i < all.n; i++) {
		expand(&all.v[i]);
	}
	buf_clear(&reason);
	if (provider_read(STR("json:/id"), text, &reason)) {
		require(reason.n >= 1 && reason.n <= PROVIDER_READ_MAX,
		    "what was read has its length");
	} else {
		require(reason.n == 0, "nothing is left of what was not read");
	}
	buf_done(&reason);
	comes_back(text);
	return 0;
}
