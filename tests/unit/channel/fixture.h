/*
 * A worded message for the tests of channel/.
 */
#ifndef CHANNEL_FIXTURE_H
#define CHANNEL_FIXTURE_H

#include "channel/channel.h"

struct fixture {
	struct email to, from;
	struct e164 phone;
	struct display_text brand;
	struct wording wording;
	struct outgoing m;
};

#define FIXTURE_NOW ((unix_ms){1795339380000})	/* 2026-11-22T09:23:00Z */

/* A sign-in by e-mail; n makes the identifier. */
void fixture_init(struct fixture *f, uint8_t n);
void fixture_sms(struct fixture *f, uint8_t n);
/* Of wrong codes, by e-mail: it has no code. */
void fixture_notice(struct fixture *f, uint8_t n);
void fixture_voice(struct fixture *f, uint8_t n);
void fixture_done(struct fixture *f);

#endif
