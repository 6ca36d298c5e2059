/*
 * An account as use cases see it, inside a transaction: opened, with the
 * contacts that can be written to.
 *
 * Everything personal is sealed in its row.  Nothing here changes a contact,
 * the password or the protection of an account: flow/approval.h does, and
 * nothing else (R55).
 */
#ifndef FLOW_ACCOUNT_H
#define FLOW_ACCOUNT_H

#include "base/arena.h"
#include "flow/flow.h"
#include "flow/recipient.h"
#include "store/contacts.h"

struct account_contact {
	struct id id;
	enum contact_kind kind;
	uint32_t uses;		/* bit c: enum channel c */
	bool registered;	/* codes may go to it */
	bool verified;		/* a code came back from it */
	unix_ms created_at;
	uint8_t lookup[LOOKUP_BYTES];
	struct recipient to;	/* its channel is the first of uses */
};

struct account {
	struct account_row row;
	struct str name;	/* in the caller's arena; may be empty */
	struct account_contact contacts[ACCOUNT_CONTACTS_MAX];
	unsigned n;
};

/*
 * account_open(tx, f, tenant, id, arena, ret): with the row's lock, for what
 * will write it, or decides whether somebody comes in.  account_look: without.
 * Who, in which language, at what time of day and how to reach him: this is
 * what deliveries ask too.  ERR_MISSING: no such account, or it is erased.
 */
enum err account_open(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *id, struct arena *arena,
    struct account *ret_account) MUST_CHECK NONNULL;
enum err account_look(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *id, struct arena *arena,
    struct account *ret_account) MUST_CHECK NONNULL;

/*
 * account_subject(f, tenant, account, what, ret): the blind index under which
 * tries are counted for the person, whatever the channel, contact or spelling
 * (S13).  what keeps factors apart, so that one does not lock another (S17):
 * "account" for codes that are sent, "password", "reset", "totp" …
 */
enum err account_subject(const struct flow *f, const struct id *tenant,
    const struct id *account, const char *what,
    uint8_t ret_subject[static SUBJECT_BYTES]) MUST_CHECK NONNULL;

/*
 * account_find(tx, f, tenant, identifier, ret_id, ret_found): whoever signs in
 * as that: a registered e-mail address in any spelling, a registered phone
 * number that only one account has, or the shop's own identifier.
 */
struct account_identifier {
	struct str text;	/* as typed */
	bool is_email, is_phone;
	uint8_t email[LOOKUP_BYTES];
	uint8_t phone[LOOKUP_BYTES];
	uint8_t external[LOOKUP_BYTES];
	/* One for each spelling's person, known or not: for limits. */
	uint8_t key[LOOKUP_BYTES];
};
enum err account_identifier_make(const struct flow *f,
    const struct id *tenant, struct str text,
    struct account_identifier *ret_identifier) MUST_CHECK NONNULL;
enum err account_find(struct tx *tx, const struct id *tenant,
    const struct account_identifier *who, struct arena *arena,
    struct id *ret_id, bool *ret_found) MUST_CHECK NONNULL;

/* account_external(f, tenant, text, ret): the lookup of a shop's identifier. */
enum err account_external(const struct flow *f, const struct id *tenant,
    struct str text, uint8_t ret_lookup[static LOOKUP_BYTES])
    MUST_CHECK NONNULL;

/*
 * account_pick(f, a, wanted, ret): R19: the contact and channel of a code:
 * what is wanted where it is possible, else the first of the person's ways
 * that is, else e-mail, text message, voice.  wanted is NULL for "auto".  False: there is
 * no registered contact for that here.  The recipient's channel is set.
 */
struct account_way {
	struct id contact;
	struct recipient to;
};
bool account_pick(const struct flow *f, const struct account *a,
    const enum channel *wanted, struct account_way *ret_way) MUST_CHECK
    __attribute__((nonnull(1, 2, 4)));

/*
 * account_ways_left(a, contacts): a's ways without those for which no contact
 * is left; bit i: contacts[i] is, and codes go to it.  totp stays.
 */
int64_t account_ways_left(const struct account *a, uint32_t contacts) NONNULL;

/* account_contact(a, id): or NULL. */
const struct account_contact *account_contact(const struct account *a,
    const struct id *id) NONNULL;

/* account_can(f, contact, channel): a code can go there by that. */
bool account_can(const struct flow *f, const struct account_contact *c,
    enum channel channel) NONNULL;

/*
 * account_seal(f, column, id, plain, arena, ret), account_unseal: a cell of
 * the account's row; no bytes stay no bytes.
 */
#define ACCOUNT_CELL_MAX 4096
enum err account_seal(const struct flow *f, const char *column,
    const struct id *id, struct str plain, struct arena *arena,
    struct str *ret_sealed) MUST_CHECK NONNULL;
enum err account_unseal(const struct flow *f, const char *column,
    const struct id *id, struct str sealed, struct arena *arena,
    struct str *ret_plain) MUST_CHECK NONNULL;

/*
 * account_contact_row(f, account row, to, now, arena, ret_row): a contact of
 * it, neither registered nor verified, sealed and indexed.
 */
enum err account_contact_row(const struct flow *f,
    const struct account_row *account, const struct recipient *to,
    unix_ms now, struct arena *arena, struct contact_row *ret_row)
    MUST_CHECK NONNULL;

#endif
