#include "domain/rules.h"

#include <assert.h>

static const char *const limits[] = {
	[LIMIT_TRANSACTION_FROM] = "transaction_from",
	[LIMIT_DELIVERY_FROM] = "delivery_from",
	[LIMIT_DELIVERY_ALWAYS_FROM] = "delivery_always_from",
};

static bool
is_decimal(const struct condition *c)
{
	return c->signal == SIGNAL_CUSTOM ||
	    signal_type(c->signal) == SIGNAL_MONEY;
}

static void
put_name(const struct condition *c, struct buf *out)
{
	if (c->signal == SIGNAL_CUSTOM) {
		buf_z(out, "custom.");
		buf_str(out, c->custom);
	} else {
		buf_z(out, signal_name(c->signal));
	}
}

static void
put_number(const struct condition *c, struct buf *out)
{
	if (is_decimal(c)) {
		money_write(c->number, out);
	} else {
		buf_i64(out, c->number);
	}
}

static void
put_limit(const struct condition *c, const struct policy *policy,
    struct buf *out)
{
	int64_t whole = c->limit == LIMIT_TRANSACTION_FROM
	    ? policy->transaction_from : c->limit == LIMIT_DELIVERY_FROM
	    ? policy->delivery_from : policy->delivery_always_from;

	if (c->limit == LIMIT_NONE) {
		put_number(c, out);
		return;
	}
	buf_printf(out, "%s (%lld)", limits[c->limit], (long long)whole);
}

static void
put_words(const struct condition *c, struct buf *out)
{
	buf_z(out, c->n_words == 1 ? " is " : " is one of ");
	for (size_t i = 0; i < c->n_words; i++) {
		buf_z(out, i == 0 ? "" : ", ");
		buf_str(out, c->words[i]);
	}
}

void
condition_words(const struct condition *c, const struct policy *policy,
    struct buf *out)
{
	put_name(c, out);
	switch (c->test) {
	case CONDITION_IS:
		buf_z(out, c->number != 0 ? " is true" : " is false");
		break;
	case CONDITION_ONE_OF:
		put_words(c, out);
		break;
	case CONDITION_AT_LEAST:
		buf_z(out, " is at least ");
		put_limit(c, policy, out);
		break;
	case CONDITION_BELOW:
		buf_z(out, " is below ");
		put_limit(c, policy, out);
		break;
	case CONDITION_KNOWN:
		buf_z(out, c->number != 0 ? " is known" : " is not known");
		break;
	}
}

static void
write_bound(struct jsonw *w, const struct condition *c)
{
	char text[32];
	struct buf b;

	jsonw_key(w, c->test == CONDITION_AT_LEAST ? "at_least" : "below");
	if (c->limit != LIMIT_NONE) {
		jsonw_z(w, limits[c->limit]);
		return;
	}
	buf_fixed(&b, text, sizeof(text));
	put_number(c, &b);
	if (is_decimal(c)) {
		jsonw_str(w, buf_view(&b));
	} else {
		jsonw_raw(w, buf_view(&b));
	}
}

static void
write_words(struct jsonw *w, const struct condition *c)
{
	jsonw_array(w);
	for (size_t i = 0; i < c->n_words; i++) {
		jsonw_str(w, c->words[i]);
	}
	jsonw_array_end(w);
}

static bool
is_bound(const struct condition *c)
{
	return c->test == CONDITION_AT_LEAST || c->test == CONDITION_BELOW;
}

static bool
same_signal(const struct condition *a, const struct condition *b)
{
	return a->signal == b->signal && str_equal(a->custom, b->custom);
}

/* Both bounds of a signal are one object: how many conditions were written. */
static size_t
write_test(struct jsonw *w, const struct condition *c, size_t n)
{
	bool both = n > 1 && is_bound(c) && is_bound(c + 1) &&
	    same_signal(c, c + 1);

	switch (c->test) {
	case CONDITION_IS:
		jsonw_bool(w, c->number != 0);
		break;
	case CONDITION_ONE_OF:
		write_words(w, c);
		break;
	case CONDITION_AT_LEAST:
	case CONDITION_BELOW:
		jsonw_object(w);
		write_bound(w, c);
		if (both) {
			write_bound(w, c + 1);
		}
		jsonw_object_end(w);
		break;
	case CONDITION_KNOWN:
		jsonw_object(w);
		jsonw_member_bool(w, "known", c->number != 0);
		jsonw_object_end(w);
		break;
	}
	return both ? 2 : 1;
}

static void
write_conditions(struct jsonw *w, const char *key, const struct condition *c,
    size_t n)
{
	char text[SIGNAL_NAME_MAX + sizeof("custom.")];
	struct buf name;
	size_t i = 0;

	if (n == 0) {
		return;
	}
	jsonw_key(w, key);
	jsonw_object(w);
	while (i < n) {
		buf_fixed(&name, text, sizeof(text));
		put_name(&c[i], &name);
		jsonw_key(w, buf_c(&name));
		i += write_test(w, &c[i], n - i);
	}
	jsonw_object_end(w);
}

static void
write_rule(struct jsonw *w, const struct rule *r)
{
	jsonw_object(w);
	jsonw_member_str(w, "name", r->name);
	jsonw_key(w, "event");
	jsonw_array(w);
	for (int e = 0; e < DECISION_EVENT_COUNT; e++) {
		if ((r->events >> e & 1) != 0) {
			jsonw_z(w, decision_event_name((enum decision_event)e));
		}
	}
	jsonw_array_end(w);
	jsonw_member_z(w, "code", decision_code_name(r->code));
	if (r->reason.n > 0) {
		jsonw_member_str(w, "reason", r->reason);
	}
	write_conditions(w, "when", r->when, r->n_when);
	write_conditions(w, "unless", r->unless, r->n_unless);
	jsonw_object_end(w);
}

void
rules_write(const struct rule_set *set, enum rules_mode mode, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_member_z(w, "mode", rules_mode_name(mode));
	jsonw_key(w, "rules");
	jsonw_array(w);
	for (size_t i = 0; i < set->n; i++) {
		write_rule(w, &set->rule[i]);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}
