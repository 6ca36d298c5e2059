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

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/purpose.h"

struct purpose_policy {
	int length;		/* digits */
	int attempts;		/* tries of one challenge */
	int sends;		/* messages of one challenge */
	duration_ms ttl;	/* text message, voice */
	duration_ms ttl_email;
	duration_ms cooldown;	/* before the first resend; then doubled */
};

/* At most n in a window. */
struct rate_limit {
	unsigned n;
	duration_ms window;
};

struct throttle_policy {
	int free_failures;	/* in a row, without delay */
	int soft_stop;		/* failures in 24 hours */
	int hard_stop;		/* failures in a row: an administrator helps */
};

#define POLICY_SEND_LIMITS 3

struct policy {
	struct purpose_policy purpose[PURPOSE_COUNT];
	struct throttle_policy throttle;
	struct rate_limit sends[POLICY_SEND_LIMITS];	/* to a recipient */
	struct rate_limit creates;			/* for a subject */
	struct rate_limit address_creates;		/* from an address */
	struct rate_limit address_failures;
};

/* policy_default(): the numbers of SECURITY.md's table. */
struct policy policy_default(void);

/*
 * policy_set(p, section, key, value, reason): change one setting.  section is
 * a purpose's name or "limits".  False: unknown, malformed or unsafe; reason
 * says why in a sentence, and p is as before.
 */
bool policy_set(struct policy *p, struct str section, struct str key,
    struct str value, struct buf *reason) MUST_CHECK NONNULL;

/*
 * policy_odds(length, attempts): the chance of guessing a code of one
 * challenge, as "1 in 200000".
 */
struct odds { uint64_t one_in; };
struct odds policy_odds(int length, int attempts);

/* policy_report(p, out): the odds under p, one line for each purpose. */
void policy_report(const struct policy *p, struct buf *out) NONNULL;

/* policy_each(p, fn, ctx): every setting with its value, as text. */
typedef void policy_each_fn(void *ctx, const char *section, const char *key,
    int64_t value);
void policy_each(const struct policy *p, policy_each_fn *fn, void *ctx);

#endif
