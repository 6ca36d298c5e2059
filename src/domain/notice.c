#include "domain/notice.h"

#include <assert.h>

bool
message_is_notice(enum message_kind k)
{
	assert(k < MESSAGE_KIND_COUNT);
	return k != MESSAGE_CODE;
}

bool
message_is_news(enum message_kind k)
{
	return k >= MESSAGE_NEWS_EXPECTED && k <= MESSAGE_NEWS_OVERRIDDEN;
}

bool
message_is_payer(enum message_kind k)
{
	return k == MESSAGE_NOTICE_LAST_TRY || k == MESSAGE_NOTICE_BLOCKED;
}

const char *
message_kind_name(enum message_kind k)
{
	return message_is_notice(k) ? "notice" : "code";
}

const char *
notice_reason(enum message_kind k)
{
	assert(message_is_notice(k) && k != MESSAGE_NOTICE_CHANGED);
	return k == MESSAGE_NOTICE_FAILURES ? "failures"
	    : k == MESSAGE_NOTICE_LAST_TRY ? "payments_last_try"
	    : k == MESSAGE_NOTICE_BLOCKED ? "payments_blocked"
	    : "late_success";
}

enum message_kind
notice_due(const struct notice_policy *p, bool approved, int64_t streak)
{
	assert(p->failures > 0 && p->late > 0 && streak >= 0);
	if (approved) {
		return streak >= p->late ? MESSAGE_NOTICE_LATE_SUCCESS
		    : MESSAGE_CODE;
	}
	return streak > 0 && streak % p->failures == 0
	    ? MESSAGE_NOTICE_FAILURES : MESSAGE_CODE;
}

duration_ms
notice_wait(const struct counter *c, unix_ms now)
{
	const struct rate_limit limits[] = {{1, HOURS(1)}, {3, HOURS(24)}};

	return counter_wait(c, now, limits,
	    sizeof(limits) / sizeof(limits[0]));
}

duration_ms
news_wait(const struct counter *c, unix_ms now)
{
	const struct rate_limit limit = {12, HOURS(24)};

	return counter_wait(c, now, &limit, 1);
}

enum counter_kind
notice_counter(enum message_kind k)
{
	assert(message_is_notice(k) && k != MESSAGE_NOTICE_CHANGED);
	return k == MESSAGE_NOTICE_FAILURES ? COUNTER_NOTICE_FAILURES
	    : COUNTER_NOTICE_LATE_SUCCESS;
}
