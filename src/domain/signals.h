/*
 * Signals: what is known when a decision is taken.  signal.def is the list of
 * those with a name of ours; a shop adds its own as custom ones.
 */
#ifndef DOMAIN_SIGNALS_H
#define DOMAIN_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/jsonw.h"
#include "base/str.h"

#define SIGNALS_CUSTOM_MAX 16
#define SIGNAL_NAME_MAX 32	/* a-z 0-9 _ */
#define SIGNAL_WORD_MAX 64	/* of a custom one; UTF-8 without controls */
#define SIGNAL_NUMBER_MAX 1000000000

/* Of signals_read and signals_write. */
#define SIGNALS_JSON_MAX 4096

/* Money, and the numbers of custom signals, are in ten-thousandths. */
#define SIGNAL_SCALE 10000

enum signal_type {
	SIGNAL_SWITCH,
	SIGNAL_COUNT,
	SIGNAL_NUMBER,
	SIGNAL_MONEY,
	SIGNAL_WORD
};

enum signal {
#define SWITCH(name, about) SIGNAL_##name,
#define COUNT(name, about) SIGNAL_##name,
#define NUMBER(name, about) SIGNAL_##name,
#define MONEY(name, about) SIGNAL_##name,
#define WORD(name, max, about) SIGNAL_##name,
#include "domain/signal.def"
#undef SWITCH
#undef COUNT
#undef NUMBER
#undef MONEY
#undef WORD
	SIGNAL_KINDS,
	SIGNAL_CUSTOM = SIGNAL_KINDS
};

/* A custom one is a SIGNAL_SWITCH, SIGNAL_MONEY (any decimal) or SIGNAL_WORD. */
struct signal_custom {
	char name[SIGNAL_NAME_MAX + 1];
	enum signal_type type;
	int64_t n;
	char word[SIGNAL_WORD_MAX + 1];
};

/*
 * A field for each row of signal.def: switches and counts as they are, the
 * others with has_NAME; a word that is not known is "".  {0}: nothing known.
 */
struct signals {
#define SWITCH(name, about) bool name;
#define COUNT(name, about) int64_t name;
#define NUMBER(name, about) bool has_##name; int64_t name;
#define MONEY(name, about) bool has_##name; int64_t name;
#define WORD(name, max, about) char name[max + 1];
#include "domain/signal.def"
#undef SWITCH
#undef COUNT
#undef NUMBER
#undef MONEY
#undef WORD
	size_t n_custom;
	struct signal_custom custom[SIGNALS_CUSTOM_MAX];
};

const char *signal_name(enum signal s);
const char *signal_about(enum signal s);
enum signal_type signal_type(enum signal s);
bool signal_find(struct str name, enum signal *ret_signal) MUST_CHECK NONNULL;

/* The value of a signal, whatever its type; s is borrowed from the signals. */
struct signal_value {
	bool known;
	int64_t n;	/* a switch is 0 or 1 */
	struct str s;
};
struct signal_value signal_get(const struct signals *signals, enum signal s)
    NONNULL;

/* signal_custom_get(signals, name): the custom one, or NULL. */
const struct signal_custom *signal_custom_get(const struct signals *signals,
    struct str name) NONNULL;

/*
 * signal_word(signals, s, text): set a word.  False, and it is as before: it
 * is too long, or not of the form that its row says.
 */
bool signal_word(struct signals *signals, enum signal s, struct str text)
    MUST_CHECK NONNULL;

/* signal_name_valid(s): of a custom signal. */
bool signal_name_valid(struct str s) MUST_CHECK;

/* money_parse(s, ret_amount): "129.00": up to 12 digits, a point, up to 4. */
bool money_parse(struct str s, int64_t *ret_amount) MUST_CHECK NONNULL;

/* money_write(amount, out): the same back, without zeros at the end. */
void money_write(int64_t amount, struct buf *out) NONNULL;

/*
 * signals_read(json, fn, ctx, ret): an object such as {"new_device": true,
 * "amount": {"amount": "129.00", "currency": "EUR"}, "custom": {"vip": true}}.
 * False: fn was called for each flaw, with the member ("amount.currency",
 * "custom.vip"; "" is all) and a reason that reads on after it; both are
 * borrowed until fn returns.  json is at most SIGNALS_JSON_MAX bytes.
 */
typedef void signals_flaw_fn(void *ctx, struct str member,
    const char *reason);
bool signals_read(struct str json, signals_flaw_fn *fn, void *ctx,
    struct signals *ret) MUST_CHECK __attribute__((nonnull(2, 4)));

/* signals_write(signals, w): the same back; what is not known is left out. */
void signals_write(const struct signals *signals, struct jsonw *w) NONNULL;

#endif
