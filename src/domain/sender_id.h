/*
 * Whom a text message or a call is from, as a telephone shows it.  Made by its
 * parser only: it goes into a provider's request as it stands (S82).
 */
#ifndef DOMAIN_SENDER_ID_H
#define DOMAIN_SENDER_ID_H

#include <stdbool.h>

#include "domain/address.h"
#include "domain/purpose.h"

/* 3GPP TS 23.040 section 9.1.2.5: ten octets, eleven letters of seven bits. */
#define SENDER_ID_LETTERS 11

struct sender_id {
	char z[E164_MAX + 1];	/* terminated */
	unsigned char n;	/* 0: none */
};

/*
 * sender_id_parse(s, channel, ret_id): of a text message an international
 * number, a short one of 3 to 8 digits, or 1 to 11 characters that every
 * network carries, a letter among them, and no host's name; of a call an
 * international number (FLAW_E164).
 */
enum flaw sender_id_parse(struct str s, enum channel channel,
    struct sender_id *ret_id) MUST_CHECK NONNULL;

struct str sender_id_str(const struct sender_id *id) NONNULL;

/* sender_id_is_name(id): it has letters, which anybody could choose. */
bool sender_id_is_name(const struct sender_id *id) NONNULL;

/*
 * sender_id_listed(list, sender): "Books, +442079460000" has it, as it is
 * written there; "*" has every one.
 */
bool sender_id_listed(struct str list, struct str sender) MUST_CHECK;

/* sender_id_list_ok(list, channel): "*", or all of it can be parsed. */
bool sender_id_list_ok(struct str list, enum channel channel) MUST_CHECK;

#endif
