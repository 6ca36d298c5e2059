/*
 * How a message is written: a template with its placeholders filled in, into
 * plain text or HTML.  For wording.c.
 *
 * A writer borrows all that it has.  What goes wrong is latched in its buf.
 */
#ifndef DOMAIN_WORDING_WRITER_H
#define DOMAIN_WORDING_WRITER_H

#include "domain/wording_table.h"

/* An e-mail's parts in reading order; both alternatives are made from it. */
enum block { BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_CODE };

struct writer {
	const struct wording_request *rq;
	struct buf *out;
	bool html;
};

/* writer_expand(w, template): alone, without a block around it. */
void writer_expand(const struct writer *w, const char *template) NONNULL;

/* writer_paragraph(w, block, template): as a block of an e-mail. */
void writer_paragraph(const struct writer *w, enum block block,
    const char *template) NONNULL;

/* writer_facts(w): the facts that were given, one a line. */
void writer_facts(const struct writer *w) NONNULL;

/* writer_time(w): when that was which a notice tells of. */
void writer_time(const struct writer *w) NONNULL;

/* writer_minutes(rq): how long the code lives; at least one. */
uint64_t writer_minutes(const struct wording_request *rq) NONNULL;

#endif
