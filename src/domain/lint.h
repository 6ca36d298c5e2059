/*
 * The linter of messages: what R67 to R75 ask of the words.
 *
 * lint_outgoing looks at every message before it leaves.  lint_message looks
 * for everything and is run over all templates by a test; it is not run on
 * live messages, because a payee may be called "Install & Co.", and a message
 * that was promised must go out.
 */
#ifndef DOMAIN_LINT_H
#define DOMAIN_LINT_H

#include "base/compiler.h"
#include "base/str.h"
#include "domain/wording.h"

enum lint {
	LINT_CLEAN,
	LINT_PLACEHOLDER,	/* a brace was left over, or a value is empty */
	LINT_LINK,		/* R72: a link, or what becomes one */
	LINT_HTML,		/* R72, R73: anything remote or active */
	LINT_CODE_MISSING,	/* R75 */
	LINT_CODE_REPEATED,	/* e-mail: once; sms: once before the last line */
	LINT_CODE_SHOWN,	/* S90: in the subject or in a preview; a notice:
				 * anything that could be one */
	LINT_WARNING,		/* R67 to R69: the mandatory sentence lacks */
	LINT_ADVICE,		/* of another purpose: a password at the door */
	LINT_PERSONAL_DATA,	/* R70 */
	LINT_INSTALL,		/* R74 */
	LINT_LENGTH,		/* S92, or a subject past 78 characters */
	LINT_COUNT
};

const char *lint_name(enum lint l);

/* A message as it will be read. */
struct lint_message {
	enum message_kind kind;
	enum purpose purpose;
	enum channel channel;
	enum locale locale;
	struct str subject;	/* e-mail only */
	struct str text;
	struct str html;	/* e-mail only */
	struct str code;	/* the digits alone; a notice: empty */
};

/* Characters of an e-mail's text that a lock screen may show (S90). */
#define LINT_PREVIEW 140

/* lint_outgoing(m): links, and the presence of a code that is sent. */
enum lint lint_outgoing(const struct lint_message *m) MUST_CHECK NONNULL;

/* lint_message(m): all rules; the first that is broken. */
enum lint lint_message(const struct lint_message *m) MUST_CHECK NONNULL;

#endif
