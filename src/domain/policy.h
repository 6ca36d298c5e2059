/*
 * The policy of a tenant: lengths, lifetimes, tries, limits.
 *
 * policy.def is the only list of settings, with defaults and the range in
 * which each is safe; what lies outside is refused with its reason, and the
 * odds of guessing where it is about odds.
 */
#ifndef DOMAIN_POLICY_H
#define DOMAIN_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/address.h"
#include "domain/plan.h"
#include "domain/purpose.h"

struct purpose_policy {
	int64_t length;		/* digits */
	int64_t attempts;	/* tries of one challenge */
	int64_t sends;		/* messages of one challenge */
	int64_t ttl;		/* seconds; text message, voice */
	int64_t ttl_email;	/* seconds */
	int64_t cooldown;	/* seconds before the first resend; then doubled */
};

/* At most n in a window. */
struct rate_limit {
	int64_t n;
	duration_ms window;
};

struct throttle_policy {
	int64_t free_failures;	/* in a row, without delay */
	int64_t soft_stop;	/* failures in 24 hours */
	int64_t hard_stop;	/* in a row: an administrator must help */
};

/* When the owner of an address is told (S22). */
struct notice_policy {
	int64_t failures;	/* in a row, and at each multiple */
	int64_t late;		/* failures before a success */
};

/* Payments under the profile psd2; see domain/payer.h. */
struct payer_policy {
	int64_t psd2;		/* 1: the profile is on */
	int64_t failures;	/* in a row, before a block */
	int64_t block;		/* seconds of the first */
};

/* Whose messages are counted together; see domain/guard.h. */
enum guard_scope {
	GUARD_BLOCK,
	GUARD_PREFIX,
	GUARD_COUNTRY,
	GUARD_NETWORK,
	GUARD_TENANT,
	GUARD_SCOPES,
	GUARD_NUMBER = GUARD_SCOPES	/* one number, which has neighbours */
};

#define POLICY_COUNTRIES_MAX 1023

/* What goes by telephone and costs money (S39 to S42). */
struct guard_policy {
	int64_t monitor;		/* 1: only report */
	int64_t most[GUARD_SCOPES];
	int64_t neighbours;		/* numbers in a row: a block */
	int64_t conversion_percent;	/* 0: not looked at */
	int64_t conversion_sample;
	int64_t budget_day;		/* whole units of money; 0: none */
	int64_t budget_month;
	int64_t budget_country;		/* of one country in a day */
	char countries[POLICY_COUNTRIES_MAX + 1];	/* empty: as providers */
};

/* SMS Retriever: what Android makes of an app's name and signing key. */
#define POLICY_APP_HASH 11

/* How a telephone hands a code on by itself; empty: it does not. */
struct sms_policy {
	char host[EMAIL_DOMAIN_MAX + 1];	/* S91: the last line's */
	char app_hash[POLICY_APP_HASH + 1];
};

#define POLICY_SEND_LIMITS 3

struct policy {
	struct purpose_policy purpose[PURPOSE_COUNT];
	struct throttle_policy throttle;
	struct notice_policy notice;
	struct payer_policy payer;
	struct rate_limit sends[POLICY_SEND_LIMITS];	/* to a recipient */
	struct rate_limit creates;			/* for a subject */
	struct rate_limit address_creates;		/* from an address */
	struct rate_limit address_failures;
	int64_t spraying_failures;	/* in ten minutes, of a tenant */
	int64_t spraying_percent;	/* of what was tried */
	int64_t transaction_from;	/* whole units of money, see decision.h */
	int64_t delivery_from;
	struct plan plan[PURPOSE_COUNT];
	struct guard_policy guard;
	struct sms_policy sms;
	int64_t delivery_always_from;
	int64_t delivery_visits;
	int64_t delivery_at_arrival;
	int64_t delivery_code_on_track;
	int64_t delivery_distance;	/* in metres; 0: not looked at */
	struct rate_limit agent_failures;
};

/* policy_default(): the numbers of policy.def. */
struct policy policy_default(void);

/*
 * policy_set(p, section, key, value, reason): change one setting.  section is
 * a purpose's name, "limits", "guard" or "sms".  False: unknown, malformed or outside the safe
 * range; reason says why in a sentence, and p is as before.
 */
bool policy_set(struct policy *p, struct str section, struct str key,
    struct str value, struct buf *reason) MUST_CHECK NONNULL;

/*
 * policy_check(p, fn, ctx): are the settings safe together?  False: fn was
 * called for each that is not, with a reason that has the odds it would give.
 */
typedef void policy_unsafe_fn(void *ctx, const char *section, const char *key,
    const char *reason);
bool policy_check(const struct policy *p, policy_unsafe_fn *fn, void *ctx)
    MUST_CHECK;

/*
 * policy_valid(p, reason): the same in text.  False: reason has
 * a line for each that is not, with the odds it would give.
 */
bool policy_valid(const struct policy *p, struct buf *reason)
    MUST_CHECK NONNULL;

/* policy_ttl(p, purpose, channel): the lifetime of a code. */
duration_ms policy_ttl(const struct policy *p, enum purpose purpose,
    enum channel channel) NONNULL;

/*
 * policy_ttl_range, policy_length_range: what a request may ask for: a
 * lifetime in the safe range, a length not below the tenant's own.
 */
struct policy_range { int64_t min, max; };
struct policy_range policy_ttl_range(enum purpose purpose,
    enum channel channel);
struct policy_range policy_length_range(const struct policy *p,
    enum purpose purpose) NONNULL;

/* policy_odds(length, attempts): one challenge is guessed once in so many. */
int64_t policy_odds(int64_t length, int64_t attempts);

/*
 * policy_report(p, out): the odds under p, one line for each purpose, and the
 * plans that it has.
 */
void policy_report(const struct policy *p, struct buf *out) NONNULL;

/* policy_each(p, fn, ctx): every setting with its value. */
typedef void policy_each_fn(void *ctx, const char *section, const char *key,
    int64_t value);
void policy_each(const struct policy *p, policy_each_fn *fn, void *ctx);

/*
 * policy_each_text(p, fn, ctx): every setting that is a text; empty where
 * nothing is said.
 */
#define POLICY_TEXT_MAX POLICY_COUNTRIES_MAX
typedef void policy_each_text_fn(void *ctx, const char *section,
    const char *key, struct str value);
void policy_each_text(const struct policy *p, policy_each_text_fn *fn,
    void *ctx);

#endif
