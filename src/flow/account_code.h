/*
 * A code for an account that the shop names: its preference, or the channel
 * that is asked for, chooses the contact (R19).
 */
#ifndef FLOW_ACCOUNT_CODE_H
#define FLOW_ACCOUNT_CODE_H

#include "flow/issue.h"

struct account_code {
	/* Given; of issue: all that struct issue says is given. */
	struct id account;
	bool has_channel;
	enum channel channel;
	struct issue issue;
	/* Made by run. */
	bool found;
};

enum err account_code_run(struct tx *tx, void *account_code) MUST_CHECK
    NONNULL;

#endif
