/*
 * What a bounce says: which of our messages came back for good, and why.
 * RFC 3464 reports, and the plain bounces of mail servers that make none.
 * Pure; what comes in may be anything.
 *
 * What is read here proves nothing: whoever believes it checks the tag.
 */
#ifndef DOMAIN_BOUNCE_H
#define DOMAIN_BOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/id.h"
#include "base/str.h"

/* More of a mail is not read: what is looked for stands in front. */
#define BOUNCE_MAIL_MAX (1024 * 1024)

#define BOUNCE_TAG 16
#define BOUNCE_STATUS_SIZE 12

struct bounce {
	struct id message;
	uint8_t tag[BOUNCE_TAG];	/* from the Message-ID (channel/mime.h) */
	/* RFC 3463: "5.1.1"; or the SMTP reply of a plain one: "550". */
	char status[BOUNCE_STATUS_SIZE];
};

/*
 * bounce_parse(mail, ret_bounce): false when it is no bounce, no final one
 * (class 5), or of no message of ours.
 */
bool bounce_parse(struct str mail, struct bounce *ret_bounce)
    MUST_CHECK NONNULL;

/* bounce_status_ok(s): "5." and two numbers, or a 5 and two digits. */
bool bounce_status_ok(struct str s);

#endif
