/*
 * An account: somebody of a tenant, and what he may ask of us.
 */
#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/purpose.h"

/* Stored as a number: add at the end. */
enum account_kind {
	ACCOUNT_CUSTOMER,
	ACCOUNT_SELLER,
	ACCOUNT_AGENT,
	ACCOUNT_OPERATOR,
	ACCOUNT_KIND_COUNT
};

const char *account_kind_name(enum account_kind k);
bool account_kind_parse(struct str s, enum account_kind *ret_kind)
    MUST_CHECK NONNULL;

/* account_always_two_step(k): R59, S115: a second factor every time. */
bool account_always_two_step(enum account_kind k);

enum account_status { ACCOUNT_ACTIVE, ACCOUNT_ERASED, ACCOUNT_STATUS_COUNT };

enum contact_kind { CONTACT_EMAIL, CONTACT_PHONE, CONTACT_KIND_COUNT };

/* contact_uses(k): bit c: enum channel c can reach a contact of the kind. */
uint32_t contact_uses(enum contact_kind k);

/*
 * By what an approval was earned.  The first are the channels, in their
 * order; a factor that is not sent comes from what the person has.
 */
enum factor {
	FACTOR_EMAIL,
	FACTOR_SMS,
	FACTOR_VOICE,
	FACTOR_TOTP,
	FACTOR_RECOVERY_CODE,
	FACTOR_COUNT
};

/* factor_name(f): the word of the API, "recovery_code". */
const char *factor_name(enum factor f);
bool factor_parse(struct str s, enum factor *ret_factor) MUST_CHECK NONNULL;

/*
 * How long a session lasts: unused, and in any case (S114); psd2: where pages
 * are under that profile (RTS 2018/389 article 4(3)(d)).
 */
struct session_life { duration_ms idle, absolute; };
struct session_life session_life(enum account_kind k, bool psd2);

/* S117: absolute, however often the device is used. */
#define DEVICE_LIFE HOURS(24 * 30)

/* A code given this lately counts for a change of a factor (S75). */
#define PROOF_LIFE MINUTES(10)

/* A contact or the password counts as changed lately for this long. */
#define RECENT_CHANGE HOURS(24 * 3)

#define ACCOUNT_CONTACTS_MAX 8
#define ACCOUNT_DEVICES_MAX 20
#define ACCOUNT_SESSIONS_MAX 20
#define ACCOUNT_EXTERNAL_MAX 128

#endif
