/*
 * One RFC 5322 message, ready for the wire: a text and its HTML alternative.
 *
 * Every value that enters a header is of a type that cannot hold CR, LF or
 * NUL (S82).  Lines end in CRLF and are at most 78 bytes, but for the Message-ID
 * and long addresses, never more than 998 (S83).  No attachments (R73).
 */
#ifndef CHANNEL_MIME_H
#define CHANNEL_MIME_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/id.h"
#include "base/str.h"
#include "domain/address.h"
#include "domain/text.h"

/* Enough for WORDING_TEXT_MAX and WORDING_HTML_MAX, all of it encoded. */
#define MIME_MAX 98304

/* The keyed tag by which we later know our own message (R78). */
#define MIME_TAG 16

struct mime {
	const struct email *from;
	const struct display_text *from_name;	/* the tenant's brand */
	const struct email *to;			/* exactly one (S83) */
	const struct header_text *subject;
	struct str text;			/* UTF-8, lines end in LF */
	struct str html;			/* the same; empty: text only */
	unix_ms date;
	const struct id *id;			/* Message-ID and boundary */
	uint8_t tag[MIME_TAG];
};

/*
 * mime_build(m, out): appends the message.  Message-ID is
 * <msg_… . tag in hex @ domain of from>.  The same m gives the same bytes.
 * What can fail is latched in out.
 */
void mime_build(const struct mime *m, struct buf *out) NONNULL;

/*
 * mime_header(out, name, value): "name: value" CRLF; as RFC 2047 encoded
 * words when value is not plain ASCII, folded before column 78 (S84).  name
 * is at most 20 bytes.
 */
void mime_header(struct buf *out, const char *name, struct str value)
    NONNULL;

/* mime_quoted_printable(out, s): RFC 2045 section 6.7; ends in CRLF. */
void mime_quoted_printable(struct buf *out, struct str s) NONNULL;

#endif
