/*
 * Templates: what a tenant says in his own words, in place of ours.  One
 * change is all parts of one message: of a purpose, a channel, a language.
 * What is stored was looked at with every rule of the linter (R67 to R75).
 */
#ifndef FLOW_TEMPLATES_H
#define FLOW_TEMPLATES_H

#include "domain/wording_own.h"
#include "flow/flow.h"

#define TEMPLATE_PARTS 4

struct template_change {
	enum purpose purpose;
	enum channel channel;
	enum locale locale;
	struct wording_own own[TEMPLATE_PARTS];
	unsigned n;			/* 0: ours again */
};

/* A code that nobody takes for one of his. */
#define TEMPLATE_SAMPLE_CODE "000000"

/*
 * template_look(t, change, w, ret_lint): the message as it would be, with
 * samples of all that is filled in.  ERR_LIMIT: too long for any message.
 */
enum err template_look(const struct tenant *t,
    const struct template_change *change, struct wording *w,
    enum lint *ret_lint) MUST_CHECK NONNULL;

/*
 * template_render(t, change): could it be sent at all, if need be in a shorter
 * form or in English; as wording_render says.
 */
enum err template_render(const struct tenant *t,
    const struct template_change *change) MUST_CHECK NONNULL;

/*
 * template_stored(t, change): the tenant's words for that message are added
 * to change, which has none.
 */
void template_stored(const struct tenant *t, struct template_change *change)
    NONNULL;

struct templates_put {
	/* Given. */
	const struct flow *flow;
	struct id tenant;
	const struct template_change *changes;
	unsigned n;
	/* Made by run: how many rows were there before. */
	unsigned before;
};

/* templates_put_run: a use_case over struct templates_put. */
enum err templates_put_run(struct tx *tx, void *templates_put) MUST_CHECK
    NONNULL;

#endif
