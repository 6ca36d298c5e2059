#include "domain/signals.h"

#include <assert.h>
#include <string.h>

/* Where a signal's value is, and the flag that says that it is known. */
struct place {
	const char *name;
	const char *about;
	enum signal_type type;
	size_t at;
	size_t has;
	size_t max;
};

static const struct place places[SIGNAL_KINDS] = {
#define AT(name) offsetof(struct signals, name)
#define SWITCH(name, about) {#name, about, SIGNAL_SWITCH, AT(name), 0, 0},
#define COUNT(name, about) {#name, about, SIGNAL_COUNT, AT(name), 0, 0},
#define NUMBER(name, about) \
	{#name, about, SIGNAL_NUMBER, AT(name), AT(has_##name), 0},
#define MONEY(name, about) \
	{#name, about, SIGNAL_MONEY, AT(name), AT(has_##name), 0},
#define WORD(name, max, about) {#name, about, SIGNAL_WORD, AT(name), 0, max},
#include "domain/signal.def"
#undef SWITCH
#undef COUNT
#undef NUMBER
#undef MONEY
#undef WORD
#undef AT
};

enum { MONEY_DECIMALS = 4, MONEY_DIGITS = 12 };

const char *
signal_name(enum signal s)
{
	assert(s < SIGNAL_KINDS);
	return places[s].name;
}

const char *
signal_about(enum signal s)
{
	assert(s < SIGNAL_KINDS);
	return places[s].about;
}

enum signal_type
signal_type(enum signal s)
{
	assert(s < SIGNAL_KINDS);
	return places[s].type;
}

bool
signal_find(struct str name, enum signal *ret_signal)
{
	for (int i = 0; i < SIGNAL_KINDS; i++) {
		if (str_equal(name, str_of(places[i].name))) {
			*ret_signal = (enum signal)i;
			return true;
		}
	}
	return false;
}

struct signal_value
signal_get(const struct signals *signals, enum signal s)
{
	const struct place *p = &places[s];
	const char *base = (const char *)signals;
	struct signal_value v = {.known = true};
	bool b;

	assert(s < SIGNAL_KINDS);
	switch (p->type) {
	case SIGNAL_SWITCH:
		memcpy(&b, base + p->at, sizeof(b));
		v.n = b;
		break;
	case SIGNAL_NUMBER:
	case SIGNAL_MONEY:
		memcpy(&v.known, base + p->has, sizeof(v.known));
		memcpy(&v.n, base + p->at, sizeof(v.n));
		break;
	case SIGNAL_COUNT:
		memcpy(&v.n, base + p->at, sizeof(v.n));
		break;
	case SIGNAL_WORD:
		v.s = str_of(base + p->at);
		v.known = v.s.n > 0;
		break;
	}
	return v;
}

const struct signal_custom *
signal_custom_get(const struct signals *signals, struct str name)
{
	for (size_t i = 0; i < signals->n_custom; i++) {
		if (str_equal(name, str_of(signals->custom[i].name))) {
			return &signals->custom[i];
		}
	}
	return NULL;
}

/* Only bytes of from..to, or of others. */
static bool
only(struct str s, char from, char to, const char *others)
{
	for (size_t i = 0; i < s.n; i++) {
		bool other = s.p[i] != '\0' && strchr(others, s.p[i]) != NULL;

		if ((s.p[i] < from || s.p[i] > to) && !other) {
			return false;
		}
	}
	return true;
}

static bool
word_valid(enum signal s, struct str text)
{
	switch ((int)s) {
	case SIGNAL_currency:
		return text.n == 3 && only(text, 'A', 'Z', "");
	case SIGNAL_country:
		return text.n == 2 && only(text, 'A', 'Z', "");
	case SIGNAL_kind:
		return str_equal(text, STR("customer")) ||
		    str_equal(text, STR("seller")) ||
		    str_equal(text, STR("agent")) ||
		    str_equal(text, STR("operator"));
	default:
		return text.n > 0 && only(text, 'a', 'z',
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
	}
}

bool
signal_word(struct signals *signals, enum signal s, struct str text)
{
	const struct place *p = &places[s];

	assert(s < SIGNAL_KINDS && p->type == SIGNAL_WORD);
	return word_valid(s, text) && text.n <= p->max &&
	    str_copy(text, (char *)signals + p->at, p->max + 1);
}

bool
signal_name_valid(struct str s)
{
	return s.n > 0 && s.n <= SIGNAL_NAME_MAX &&
	    only(s, 'a', 'z', "0123456789_");
}

bool
money_parse(struct str s, int64_t *ret_amount)
{
	size_t point = str_find(s, '.');
	struct str whole = str_slice(s, 0, point);
	struct str part = str_slice(s, point + 1, s.n);
	int64_t v = 0;

	if (whole.n < 1 || whole.n > MONEY_DIGITS ||
	    !only(whole, '0', '9', "") || part.n > MONEY_DECIMALS ||
	    !only(part, '0', '9', "") || (point < s.n && part.n == 0)) {
		return false;
	}
	for (size_t i = 0; i < whole.n; i++) {
		v = v * 10 + (whole.p[i] - '0');
	}
	for (size_t i = 0; i < MONEY_DECIMALS; i++) {
		v = v * 10 + (i < part.n ? part.p[i] - '0' : 0);
	}
	*ret_amount = v;
	return true;
}

void
money_write(int64_t amount, struct buf *out)
{
	uint64_t v = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
	uint64_t part = v % SIGNAL_SCALE;

	if (amount < 0) {
		buf_char(out, '-');
	}
	buf_u64(out, v / SIGNAL_SCALE);
	if (part > 0) {
		buf_char(out, '.');
	}
	for (; part > 0; part %= SIGNAL_SCALE) {
		part *= 10;
		buf_char(out, (char)('0' + part / SIGNAL_SCALE));
	}
}

static void
write_money(struct jsonw *w, const struct signals *s, int64_t amount)
{
	char text[32];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	money_write(amount, &b);
	jsonw_object(w);
	jsonw_member_str(w, "amount", buf_view(&b));
	if (s->currency[0] != '\0') {
		jsonw_member_z(w, "currency", s->currency);
	}
	jsonw_object_end(w);
}

static void
write_custom(const struct signals *signals, struct jsonw *w)
{
	jsonw_key(w, "custom");
	jsonw_object(w);
	for (size_t i = 0; i < signals->n_custom; i++) {
		const struct signal_custom *c = &signals->custom[i];
		char text[32];
		struct buf b;

		jsonw_key(w, c->name);
		if (c->type == SIGNAL_SWITCH) {
			jsonw_bool(w, c->n != 0);
		} else if (c->type == SIGNAL_WORD) {
			jsonw_z(w, c->word);
		} else {
			buf_fixed(&b, text, sizeof(text));
			money_write(c->n, &b);
			jsonw_raw(w, buf_view(&b));
		}
	}
	jsonw_object_end(w);
}

void
signals_write(const struct signals *signals, struct jsonw *w)
{
	jsonw_object(w);
	for (int i = 0; i < SIGNAL_KINDS; i++) {
		const struct place *p = &places[i];
		struct signal_value v = signal_get(signals, (enum signal)i);

		/* The currency stands beside its amount. */
		if (!v.known || i == SIGNAL_currency || (v.n == 0 &&
		    (p->type == SIGNAL_SWITCH || p->type == SIGNAL_COUNT))) {
			continue;
		}
		jsonw_key(w, p->name);
		if (p->type == SIGNAL_SWITCH) {
			jsonw_bool(w, true);
		} else if (p->type == SIGNAL_WORD) {
			jsonw_str(w, v.s);
		} else if (p->type == SIGNAL_MONEY) {
			write_money(w, signals, v.n);
		} else {
			jsonw_i64(w, v.n);
		}
	}
	if (signals->n_custom > 0) {
		write_custom(signals, w);
	}
	jsonw_object_end(w);
}
