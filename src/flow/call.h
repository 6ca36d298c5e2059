/*
 * Call: the provider asks what to say in a call that it has placed (S95).
 *
 * Before a key is pressed it gets a question, which has no code; the code is
 * in the answer to the key, and whoever pressed it has it: the message is
 * delivered.  A machine is told nothing: the message has failed, and the
 * next step of its plan begins.  Nothing
 * is said once the challenge is over.
 */
#ifndef FLOW_CALL_H
#define FLOW_CALL_H

#include "flow/deliver.h"
#include "flow/directory.h"
#include "flow/render.h"

enum call_verdict {
	CALL_UNKNOWN,	/* no such message of this provider */
	CALL_ASK,
	CALL_SAY,
	CALL_END
};

struct call_words {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	const struct directory_copy *tenants;	/* NULL: no plan goes on */
	struct str provider;
	struct id message;
	bool key;		/* one was pressed */
	bool machine;		/* answered */
	/* Made by run. */
	enum call_verdict verdict;
	struct delivery delivery;
};

/* call_words_run: a use_case over struct call_words. */
enum err call_words_run(struct tx *tx, void *call_words) MUST_CHECK NONNULL;

#endif
