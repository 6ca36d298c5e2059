/*
 * config: whatever a file says, it is taken or refused with a reason; what was
 * taken is in its range, and passes again as it was taken.
 */
#include <string.h>

#include "config/config.h"
#include "config/policy_file.h"
#include "config/table.h"

#include "fuzz.h"

#define INPUT_MAX 8192

/* Every number in its range, every text terminated and acceptable. */
static void
in_range(const struct config *c)
{
	for (size_t i = 0; i < config_settings_n; i++) {
		const struct config_setting *s = &config_settings[i];
		const char *field = (const char *)c + s->offset;
		int64_t v;

		if (s->type == CONFIG_NUMBER) {
			memcpy(&v, field, sizeof(v));
			require(v >= s->min && v <= s->max,
			    "a number is in its range");
		} else if (s->type < CONFIG_NUMBER) {
			size_t n = strnlen(field, (size_t)s->max + 1);

			require(n >= (size_t)s->min && n <= (size_t)s->max,
			    "a text has its length");
			require(n == 0 || config_text_flaw(s->type,
			    (struct str){field, n}) == NULL,
			    "a text is acceptable");
		}
	}
}

/* Padding too: one is a copy of the other, which began as zeros. */
static bool
same_bytes(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n) == 0;
}

static void
as_config(struct str text)
{
	struct config first, second;
	struct buf reason;
	bool good;

	buf_init(&reason, CONFIG_REASON_MAX);
	config_init(&first);
	good = config_load_text(&first, "x", text, &reason);
	require(good == (reason.n == 0 && buf_err(&reason) == ERR_NONE),
	    "refused with a reason, or taken without");
	require(str_is_utf8(buf_view(&reason)), "a reason can be shown");
	in_range(&first);
	buf_clear(&reason);
	require(config_check(&first, &reason) == (reason.n == 0),
	    "settings that do not go together are named");
	if (good) {
		memcpy(&second, &first, sizeof(second));
		buf_clear(&reason);
		require(config_load_text(&second, "x", text, &reason),
		    "what was taken is taken again");
		require(same_bytes(&first, &second, sizeof(first)),
		    "and changes nothing then");
	}
	buf_done(&reason);
}

static void
as_policy(struct str text)
{
	const struct policy before = policy_default();
	struct policy p;
	struct buf reason;

	memcpy(&p, &before, sizeof(p));
	buf_init(&reason, CONFIG_REASON_MAX);
	if (policy_file_parse("x", text, &p, &reason)) {
		require(policy_valid(&p, &reason) && reason.n == 0,
		    "a policy that was taken is safe");
	} else {
		require(reason.n > 0 || buf_err(&reason) != ERR_NONE,
		    "refused with a reason");
		require(same_bytes(&p, &before, sizeof(p)),
		    "a policy that is refused changes nothing");
	}
	buf_done(&reason);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};

	if (size > INPUT_MAX) {
		return 0;
	}
	as_config(text);
	as_policy(text);
	return 0;
}
