/*
 * A provider of text messages or calls: how its HTTP interface is spoken, as
 * data.  Made from a profile (config/profiles/) and what the operator says
 * over it; provider.def is the only list of settings.
 */
#ifndef DOMAIN_PROVIDER_H
#define DOMAIN_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/address.h"
#include "domain/purpose.h"

#define PROVIDER_NAME_MAX 32
#define PROVIDER_VALUE_MAX 1024
#define PROVIDER_FIELDS_MAX 16
#define PROVIDER_FIELD_NAME_MAX 48
#define PROVIDERS_MAX 8

enum provider_key {
#define PROVIDER(key, initial, about) PROVIDER_##key,
#include "domain/provider.def"
#undef PROVIDER
	PROVIDER_KEY_COUNT
};

/* header.NAME and field.NAME: a template under a name. */
struct provider_field {
	char name[PROVIDER_FIELD_NAME_MAX + 1];
	char value[PROVIDER_VALUE_MAX + 1];
};

struct provider_fields {
	struct provider_field v[PROVIDER_FIELDS_MAX];
	unsigned n;
};

struct provider {
	char name[PROVIDER_NAME_MAX + 1];
	char setting[PROVIDER_KEY_COUNT][PROVIDER_VALUE_MAX + 1];
	struct provider_fields headers;
	struct provider_fields fields;
};

struct providers {
	struct provider v[PROVIDERS_MAX];
	unsigned n;
};

/* provider_init(p, name): the defaults.  False: name is [a-z0-9_-]{1,32} not. */
bool provider_init(struct provider *p, struct str name) MUST_CHECK NONNULL;

/*
 * provider_set(p, key, value, reason): one setting.  False: it is unknown or
 * too long, with a sentence that does not repeat the value.
 */
bool provider_set(struct provider *p, struct str key, struct str value,
    struct buf *reason) MUST_CHECK NONNULL;

/* provider_check(p, reason): all of it together; a line for each problem. */
bool provider_check(const struct provider *p, struct buf *reason)
    MUST_CHECK NONNULL;

struct str provider_get(const struct provider *p, enum provider_key key)
    NONNULL;
/* The same terminated; NULL where it is empty. */
const char *provider_get_z(const struct provider *p, enum provider_key key)
    NONNULL;

/* Of a provider that was checked. */
enum channel provider_channel(const struct provider *p) NONNULL;

/*
 * provider_uses(p, word): some template has it; a template_word, not named
 * here so that template.h stays with those who expand.
 */
bool provider_uses(const struct provider *p, int word) NONNULL;

/*
 * provider_address(p, what, token, out): where p reaches this server,
 * "https://otp.shop.example/v1/providers/p/receipts?token=…"; it ends in a
 * query, so that more can be added with "&".  Nothing without receipts_url.
 */
void provider_address(const struct provider *p, const char *what,
    struct str token, struct buf *out) NONNULL;

/* provider_find(all, name): or NULL. */
const struct provider *provider_find(const struct providers *all,
    struct str name) NONNULL;

/* provider_for(all, channel): the first of a channel, or NULL. */
const struct provider *provider_for(const struct providers *all,
    enum channel channel) NONNULL;

/* provider_lists_status(list, status): "200-299 404" has it. */
bool provider_lists_status(struct str list, int status) MUST_CHECK;

/* provider_lists_word(list, word): "0 1 delivered" has it, between blanks. */
bool provider_lists_word(struct str list, struct str word) MUST_CHECK;

/*
 * provider_read(how, body, id, out): what how says about an answer:
 * "json:/sid" (RFC 6901) or "text:<MessageId>*</MessageId>", what stands
 * between the first occurrence of the two.  False, nothing appended: it is
 * not there, or is longer than PROVIDER_READ_MAX or not printable ASCII.
 */
#define PROVIDER_READ_MAX 128
bool provider_read(struct str how, struct str body, struct buf *out)
    MUST_CHECK NONNULL;

/*
 * S39: where a number may be.  What is sold at a premium or reaches a
 * satellite is refused whatever the list says; otherwise a prefix in the list
 * ("+49 +43") must begin it.
 */
enum number_rule {
	NUMBER_ALLOWED,
	NUMBER_PREMIUM,		/* "premium_number" */
	NUMBER_COUNTRY		/* "country_not_listed" */
};

const char *number_rule_name(enum number_rule r);
enum number_rule number_rule_of(const struct e164 *number,
    struct str countries) NONNULL;

/* number_premium(number): +878, +881, +882, +883, +979, +808, … */
bool number_premium(const struct e164 *number) NONNULL;

#endif
