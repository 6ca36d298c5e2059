#include "flow/issue.h"

#include <string.h>

#include "domain/ways.h"
#include "flow/factor.h"

/* Whom the code is sent to; false: nobody. */
static bool
choose(struct issue *i, const struct account *a, struct account_way *ret_way)
{
	if (i->contact == NULL) {
		return account_pick(i->flow, a, i->channel, ret_way);
	}
	ret_way->contact = i->contact->id;
	ret_way->to = i->contact->to;
	if (i->channel != NULL &&
	    (i->contact->uses & 1U << *i->channel) != 0) {
		ret_way->to.channel = *i->channel;
	}
	return (i->flow->channels & 1U << ret_way->to.channel) != 0 &&
	    recipient_rule(i->flow, &ret_way->to) == NUMBER_ALLOWED;
}

/* The first of his ways that is possible would be an authenticator. */
static bool
prefers_totp(const struct issue *i, const struct account *a)
{
	struct account_way way;
	enum channel c;

	for (unsigned n = 0; ways_at(a->row.channel, n, &c); n++) {
		if (c == CHANNEL_TOTP) {
			return true;
		}
		if (account_pick(i->flow, a, &c, &way)) {
			explicit_bzero(&way, sizeof(way));
			return false;
		}
	}
	return false;
}

/* Where a code that nobody sent is good enough (R52: not for a password). */
static bool
may_be_totp(const struct issue *i, const struct account *a)
{
	bool wanted = i->channel != NULL ? *i->channel == CHANNEL_TOTP
	    : prefers_totp(i, a);

	return wanted && i->contact == NULL &&
	    (i->purpose == PURPOSE_SIGN_IN ||
	    i->purpose == PURPOSE_ACCOUNT_CHANGE ||
	    i->purpose == PURPOSE_TRANSACTION);
}

/* Where the code comes from; false: from nowhere. */
static enum err
find_way(struct tx *tx, struct issue *i, const struct account *a,
    struct account_way *ret_way, bool *ret_found)
{
	struct factor_set factors = {0};
	enum err e = ERR_NONE;

	if (may_be_totp(i, a)) {
		e = factor_list(tx, i->flow, &a->row.id, i->arena, &factors);
	}
	if (factors.totp) {
		ret_way->to.channel = CHANNEL_TOTP;
		*ret_found = true;
	} else {
		*ret_found = e == ERR_NONE && choose(i, a, ret_way);
	}
	return e;
}

static struct str
locale_of(const struct issue *i, const struct account *a)
{
	if (i->locale.n > 0) {
		return i->locale;
	}
	return a != NULL && a->row.locale.n > 0 ? a->row.locale : STR("en");
}

/*
 * The account's other contact, for a later step of the plan, or because he who
 * waits asks for it (resend by another channel).  What is to prove one contact
 * does not go to another.
 */
static void
add_fallback(struct issue *i, const struct account *a,
    const struct account_way *way)
{
	const enum channel other = way->to.channel == CHANNEL_EMAIL
	    ? CHANNEL_SMS : CHANNEL_EMAIL;
	struct account_way found;

	if (a == NULL || i->contact != NULL ||
	    i->purpose == PURPOSE_CONTACT_VERIFICATION ||
	    !account_pick(i->flow, a, &other, &found) ||
	    (found.to.channel == CHANNEL_EMAIL) != (other == CHANNEL_EMAIL)) {
		return;
	}
	i->start.request.has_fallback = true;
	i->start.request.fallback = found.to;
}

static enum err
prepare(struct issue *i, const struct account *a,
    const struct account_way *way, const uint8_t *subject)
{
	i->start = (struct start){
		.flow = i->flow,
		.tenant = i->tenant,
		.arena = i->arena,
		.request = {
			.purpose = i->purpose,
			.recipient = way->to,
			.binding = i->binding,
			.locale = locale_of(i, a),
			.network = i->network,
			.ttl_s = i->ttl_s,
			.length = i->length,
			.account = a != NULL ? &a->row.id : NULL,
			.subject = subject,
			.nobody = a == NULL,
		},
	};
	add_fallback(i, a, way);
	return start_prepare(&i->start);
}

static enum err
run(struct tx *tx, struct issue *i, const struct account *a)
{
	enum err e = start_run(tx, &i->start);

	if (e != ERR_NONE) {
		return e;
	}
	if (i->start.verdict == START_LIMITED) {
		i->verdict = ISSUE_LIMITED;
		i->limited = i->start.limited;
		return ERR_NONE;
	}
	if (i->start.verdict == START_NO_WAY) {
		i->verdict = ISSUE_NO_WAY;
		return ERR_NONE;
	}
	i->verdict = ISSUE_DONE;
	return approval_wait(tx, i->flow, &i->start.row,
	    a != NULL ? &a->row : NULL, &i->approval, i->arena);
}

/*
 * The counters of a contact that is to be proved are its address's own: an
 * attacker's accounts must not multiply his tries on somebody's number.
 */
static enum err
find_subject(const struct issue *i, const struct account *a,
    enum channel channel, uint8_t subject[static SUBJECT_BYTES], const uint8_t **ret_subject)
{
	*ret_subject = NULL;
	if (i->purpose == PURPOSE_CONTACT_VERIFICATION) {
		return ERR_NONE;
	}
	*ret_subject = subject;
	/* S17: an authenticator's tries are its own, and lock nothing else. */
	return account_subject(i->flow, &i->tenant->id, &a->row.id,
	    channel == CHANNEL_TOTP ? "totp" :
	    i->counted != NULL ? i->counted : "account", subject);
}

enum err
issue_code(struct tx *tx, struct issue *i, const struct account *a)
{
	uint8_t counted[SUBJECT_BYTES];
	const uint8_t *subject = i->subject;
	struct account_way way = {0};
	enum err e = ERR_NONE;

	if (a != NULL) {
		bool found;

		e = find_way(tx, i, a, &way, &found);
		if (e != ERR_NONE || !found) {
			i->verdict = ISSUE_NO_WAY;
			return e;
		}
		i->approval.contact = way.to.channel == CHANNEL_TOTP ? NULL
		    : &way.contact;
		e = find_subject(i, a, way.to.channel, counted, &subject);
	}
	if (e == ERR_NONE) {
		e = prepare(i, a, &way, subject);
	}
	if (e == ERR_NONE) {
		e = run(tx, i, a);
	}
	i->approval.contact = NULL;
	i->start.request.subject = NULL;	/* it was on this stack */
	explicit_bzero(&way, sizeof(way));
	return e;
}
