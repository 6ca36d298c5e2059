#include "domain/told.h"

#include <assert.h>
#include <string.h>

#define TOLD(name, text) [TOLD_##name] = text,
static const char *const texts[LOCALE_COUNT][TOLD_COUNT] = {
#include "domain/told/all.def"
};
#undef TOLD

static const char *const names[TOLD_COUNT] = {
	[TOLD_QUEUED] = "queued",
	[TOLD_RETRYING] = "retrying",
	[TOLD_SENT_EMAIL] = "accepted",
	[TOLD_SENT_SMS] = "accepted",
	[TOLD_SENT_VOICE] = "accepted",
	[TOLD_DELIVERED_EMAIL] = "delivered",
	[TOLD_DELIVERED_SMS] = "delivered",
	[TOLD_DELIVERED_VOICE] = "delivered",
	[TOLD_UNKNOWN] = "unknown_address",
	[TOLD_FULL] = "mailbox_full",
	[TOLD_REFUSED] = "refused",
	[TOLD_UNREACHABLE] = "unreachable",
	[TOLD_NO_ANSWER] = "no_answer",
	[TOLD_MACHINE] = "answering_machine",
	[TOLD_TOO_LATE] = "too_late",
	[TOLD_CANCELLED] = "cancelled",
	[TOLD_REROUTED] = "rerouted",
	[TOLD_ADDRESS] = "check_address",
	[TOLD_SPAM] = "look_in_spam",
	[TOLD_WAIT] = "wait",
	[TOLD_RESEND] = "resend",
	[TOLD_NONE_LEFT] = "none_left",
	[TOLD_BY_EMAIL] = "other_channel",
	[TOLD_BY_SMS] = "other_channel",
	[TOLD_BY_VOICE] = "other_channel",
	[TOLD_TRACK] = "track_page",
	[TOLD_NEW] = "new_code",
	[TOLD_DONE] = "done",
	[TOLD_SUPPORT] = "support",
};

const char *
told_name(enum told t)
{
	assert(t < TOLD_COUNT);
	return names[t];
}

const char *
told_text(enum told t, enum locale l)
{
	assert(t < TOLD_COUNT && l < LOCALE_COUNT);
	return texts[l][t];
}

void
told_write(enum told t, enum locale l, const struct told_values *v,
    struct buf *out)
{
	const char *p = told_text(t, l);
	const char *brace;

	while ((brace = strchr(p, '{')) != NULL) {
		buf_str(out, (struct str){p, (size_t)(brace - p)});
		if (strncmp(brace, "{to}", 4) == 0) {
			buf_str(out, v->to);
		} else if (strncmp(brace, "{brand}", 7) == 0) {
			buf_str(out, v->brand);
		} else {
			assert(strncmp(brace, "{seconds}", 9) == 0);
			buf_printf(out, "%lld", (long long)v->seconds);
		}
		p = strchr(brace, '}') + 1;
	}
	buf_z(out, p);
}
