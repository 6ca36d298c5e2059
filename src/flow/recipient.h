/*
 * Whom a challenge is about, sealed in its row, and the view of a challenge
 * that may be shown: masked, without a code.
 */
#ifndef FLOW_RECIPIENT_H
#define FLOW_RECIPIENT_H

#include "base/jsonw.h"
#include "domain/address.h"
#include "domain/binding.h"
#include "domain/provider.h"
#include "flow/flow.h"
#include "store/challenges.h"

/* One of the two, by the channel. */
struct recipient {
	enum channel channel;
	struct email email;	/* CHANNEL_EMAIL */
	struct e164 phone;	/* CHANNEL_SMS, CHANNEL_VOICE */
};

struct str recipient_str(const struct recipient *r) NONNULL;

/* recipient_parse(channel, s, ret): as stored; false: not an address. */
bool recipient_parse(enum channel channel, struct str s,
    struct recipient *ret_recipient) MUST_CHECK NONNULL;

/* recipient_mask(r, out): "a•••@example.com" (S81). */
void recipient_mask(const struct recipient *r, struct buf *out) NONNULL;

/*
 * recipient_rule(f, r): S39; an e-mail address is always allowed, a number
 * where some way of its channel may write to it.
 */
enum number_rule recipient_rule(const struct flow *f,
    const struct recipient *r) NONNULL;

/*
 * recipient_subject(f, tenant, r, ret): the blind index under which this
 * person's tries and messages are counted, the same for every spelling.
 */
enum err recipient_subject(const struct flow *f, const struct id *tenant,
    const struct recipient *r, uint8_t ret_subject[static SUBJECT_BYTES])
    MUST_CHECK NONNULL;

/* recipient_unseal(f, row, ret): ERR_MISSING: forgotten by retention. */
enum err recipient_unseal(const struct flow *f,
    const struct challenge_row *row, struct recipient *ret_recipient)
    MUST_CHECK NONNULL;

/* fallback_unseal(f, row, ret): the other contact, which row must have. */
enum err fallback_unseal(const struct flow *f,
    const struct challenge_row *row, struct recipient *ret_recipient)
    MUST_CHECK NONNULL;

/*
 * recipient_by(f, row, channel, ret): whichever of the two channel reaches;
 * ERR_MISSING: neither, or forgotten.
 */
enum err recipient_by(const struct flow *f, const struct challenge_row *row,
    enum channel channel, struct recipient *ret_recipient)
    MUST_CHECK NONNULL;

/* The cells of a challenge's row. */
struct cell recipient_cell(const struct id *challenge) NONNULL;
struct cell fallback_cell(const struct id *challenge) NONNULL;
struct cell binding_cell(const struct id *challenge) NONNULL;

/*
 * binding_unseal(f, row, plain, ret): the row's binding; its pairs are
 * borrowed from plain, which the caller has made for BINDING_BYTES and wipes.
 */
enum err binding_unseal(const struct flow *f, const struct challenge_row *row,
    struct buf *plain, struct binding *ret_binding) MUST_CHECK NONNULL;

/* binding_write(w, b): the member "binding". */
void binding_write(struct jsonw *w, const struct binding *b) NONNULL;

/* What the API shows of a challenge. */
struct challenge_view {
	struct id id;
	enum challenge_status status;
	enum purpose purpose;
	enum channel channel;
	struct str to;		/* masked */
	int64_t attempts_left;
	int64_t sends_left;
	unix_ms created_at, expires_at, resend_at;
};

/* view_of(row, to): to is the masked recipient, borrowed. */
struct challenge_view view_of(const struct challenge_row *row, struct str to)
    NONNULL;

/*
 * recipient_masked(f, row, arena, ret): the mask for a row, in the arena;
 * "authenticator" where no code is sent; "•••" when retention has forgotten who it was.
 */
enum err recipient_masked(const struct flow *f,
    const struct challenge_row *row, struct arena *arena, struct str *ret_mask)
    MUST_CHECK NONNULL;

#endif
