/*
 * Rules: a tenant's own answer to "is a code needed here?", as data.
 *
 *	{"mode": "enforce", "rules": [
 *	  {"name": "island", "event": "delivery", "code": "required",
 *	   "reason": "Parcels to the islands are handed over with a code.",
 *	   "when": {"country": ["GR", "IT"], "amount": {"at_least": "50"}},
 *	   "unless": {"custom.regular": true}}]}
 *
 * They are asked in order, before the built-in ones; the first that holds
 * decides.  A rule holds when all of "when" hold, and not all of "unless".
 * docs/rules.md is the reference.
 */
#ifndef DOMAIN_RULES_H
#define DOMAIN_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/policy.h"
#include "domain/signals.h"

#define RULES_JSON_MAX 32768
#define RULES_MAX 64
#define RULES_CONDITIONS_MAX 256	/* of all rules together */
#define RULES_WORDS_MAX 512		/* the same */
#define RULES_TEXT_MAX 24576		/* names, reasons and words, in bytes */
#define RULE_NAME_MAX 64		/* a-z 0-9 _ . - */
#define RULE_REASON_MAX 200

enum decision_event {
	DECISION_SIGN_IN,
	DECISION_TRANSACTION,
	DECISION_ACCOUNT_CHANGE,
	DECISION_DELIVERY,
	DECISION_EVENT_COUNT
};

enum decision_code { DECISION_REQUIRED, DECISION_NOT_REQUIRED, DECISION_DENY };

bool decision_event_parse(struct str s, enum decision_event *ret_event)
    MUST_CHECK NONNULL;
const char *decision_event_name(enum decision_event e);
bool decision_code_parse(struct str s, enum decision_code *ret_code)
    MUST_CHECK NONNULL;
const char *decision_code_name(enum decision_code c);

enum condition_test {
	CONDITION_IS,		/* a switch: number is 0 or 1 */
	CONDITION_ONE_OF,	/* a word: one of words */
	CONDITION_AT_LEAST,	/* number, or the policy's limit */
	CONDITION_BELOW,	/* the same */
	CONDITION_KNOWN		/* number is 0 or 1 */
};

/* Amounts that a policy sets; see policy.def. */
enum rule_limit {
	LIMIT_NONE,
	LIMIT_TRANSACTION_FROM,
	LIMIT_DELIVERY_FROM,
	LIMIT_DELIVERY_ALWAYS_FROM
};

struct condition {
	enum signal signal;
	struct str custom;	/* the name of a SIGNAL_CUSTOM */
	enum condition_test test;
	enum rule_limit limit;	/* instead of number */
	int64_t number;		/* money and custom ones: ten-thousandths */
	const struct str *words;
	size_t n_words;
};

struct rule {
	struct str name;
	struct str reason;	/* a sentence; may be empty */
	uint32_t events;	/* bit e: it is asked for event e */
	enum decision_code code;
	const struct condition *when;
	size_t n_when;
	const struct condition *unless;
	size_t n_unless;
};

struct rule_set {
	const struct rule *rule;
	size_t n;
};

/*
 * In monitor mode rules are asked and what they would have said is kept, but
 * they decide nothing.
 */
enum rules_mode { RULES_ENFORCE, RULES_MONITOR };

const char *rules_mode_name(enum rules_mode m);

/* A set with everything that it points to; it must not be copied. */
struct rule_book {
	enum rules_mode mode;
	struct rule_set set;
	struct rule rules[RULES_MAX];
	struct condition conditions[RULES_CONDITIONS_MAX];
	struct str words[RULES_WORDS_MAX];
	char text[RULES_TEXT_MAX];
	size_t n_conditions, n_words, n_text;
};

/*
 * rules_read(json, fn, ctx, ret_book): false: fn was called for each flaw,
 * with its line, its place ("rules[3].when.amount") and a reason that reads on
 * after it, all borrowed until it returns; *ret_book is then not to be used.
 * Flaws of sense are among them: a rule that no decision reaches, or one that
 * makes a change of the account free of a code (R55).
 */
typedef void rules_flaw_fn(void *ctx, unsigned line, struct str place,
    const char *reason);
bool rules_read(struct str json, rules_flaw_fn *fn, void *ctx,
    struct rule_book *ret_book) MUST_CHECK __attribute__((nonnull(2, 4)));

/* rules_check(json, name, report): the same as lines "NAME:3: …". */
bool rules_check(struct str json, const char *name, struct rule_book *book,
    struct buf *report) MUST_CHECK NONNULL;

/* rules_write(set, mode, w): the set as the JSON that rules_read reads. */
void rules_write(const struct rule_set *set, enum rules_mode mode,
    struct jsonw *w) NONNULL;

/* rule_holds(r, event, signals, policy): it is this one that decides. */
bool rule_holds(const struct rule *r, enum decision_event event,
    const struct signals *signals, const struct policy *policy) NONNULL;

/* condition_words(c, policy, out): "amount is at least 100". */
void condition_words(const struct condition *c, const struct policy *policy,
    struct buf *out) NONNULL;

/*
 * What holds where a tenant says nothing; and what no rule may make free of a
 * code, whatever it says: see decision.h.
 */
extern const struct rule_set rules_builtin;
extern const struct rule_set rules_floor;

#endif
