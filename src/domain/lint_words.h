/*
 * What the linter looks for, language by language: what a message must say,
 * and what none may.  Written here again and not taken from the templates, so
 * that a template that loses its warning is found.  For lint.c.
 *
 * Words are in lower case as far as ASCII goes; lint.c finds them in any.
 * What no message may say is looked for in all languages at once.
 */
#ifndef DOMAIN_LINT_WORDS_H
#define DOMAIN_LINT_WORDS_H

#include "domain/wording.h"

/* Which purposes a phrase is for, and on which channels it is required. */
enum lint_family { LINT_ANY, LINT_ACCOUNT, LINT_DOOR };
enum lint_where { LINT_ALL, LINT_EMAIL };

struct lint_phrase {
	enum locale locale;
	enum lint_family family;
	enum lint_where where;
	const char *z;
};

struct lint_phrases {
	const struct lint_phrase *list;
	size_t n;
};

struct lint_words {
	const char *const *list;
	size_t n;
};

extern const struct lint_phrases lint_must;		/* of a code */
extern const struct lint_phrases lint_must_notice;	/* S22 */
extern const struct lint_phrases lint_must_news;
extern const struct lint_words lint_account_advice;	/* not at the door */
extern const struct lint_words lint_personal;		/* R70 */
extern const struct lint_words lint_install;		/* R74 */

#endif
