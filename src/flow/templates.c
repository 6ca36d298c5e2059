#include "flow/templates.h"

#include "flow/audit.h"
#include "store/templates.h"

/* As long as what shops usually have. */
static const struct {
	enum fact fact;
	struct display_text text;
} samples[] = {
	{FACT_AMOUNT, {6, "129.00"}},
	{FACT_CURRENCY, {3, "EUR"}},
	{FACT_PAYEE, {12, "Sample Payee"}},
};

/* ret_brand is borrowed by ret_rq, like change. */
static enum err
sample(const struct tenant *t, const struct template_change *change,
    struct display_text *ret_brand, struct wording_request *ret_rq)
{
	*ret_rq = (struct wording_request){
		.purpose = change->purpose,
		.channel = change->channel,
		.locale = change->locale,
		.brand = ret_brand,
		.app_hash = str_of(t->policy.sms.app_hash),
		.own = change->own,
		.n_own = change->n,
		.code = STR(TEMPLATE_SAMPLE_CODE),
		.expires_in = MINUTES(5),
	};
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		if (change->purpose == PURPOSE_TRANSACTION) {
			ret_rq->facts[samples[i].fact] = &samples[i].text;
		}
	}
	return display_text_parse(str_of(t->brand), ret_brand) == FLAW_NONE
	    ? ERR_NONE : ERR_RANGE;
}

enum err
template_look(const struct tenant *t, const struct template_change *change,
    struct wording *w, enum lint *ret_lint)
{
	struct display_text brand;
	struct wording_request rq;
	enum err e = sample(t, change, &brand, &rq);

	return e == ERR_NONE ? wording_preview(&rq, w, ret_lint) : e;
}

enum err
template_render(const struct tenant *t, const struct template_change *change)
{
	struct display_text brand;
	struct wording_request rq;
	struct wording w;
	enum err e = sample(t, change, &brand, &rq);

	wording_init(&w);
	if (e == ERR_NONE) {
		e = wording_render(&rq, &w);
	}
	wording_done(&w);
	return e;
}

void
template_stored(const struct tenant *t, struct template_change *change)
{
	const struct wording_own *own = t->own;

	for (unsigned i = 0; i < t->n_own && change->n < TEMPLATE_PARTS;
	    i++) {
		if (own[i].purpose == change->purpose &&
		    own[i].locale == change->locale &&
		    own_part_channel(own[i].part) == change->channel) {
			change->own[change->n++] = own[i];
		}
	}
}

static enum err
record(struct tx *tx, const struct templates_put *p,
    const struct template_change *c, unix_ms now)
{
	struct audit a;
	enum err e = audit_begin(&a, p->flow, AUDIT_TEMPLATE_CHANGED,
	    &p->tenant, now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_z(&a.json, "purpose", purpose_name(c->purpose));
	jsonw_member_z(&a.json, "channel", channel_name(c->channel));
	jsonw_member_z(&a.json, "locale", locale_name(c->locale));
	jsonw_member_i64(&a.json, "parts", c->n);
	return audit_commit(&a, tx, p->flow);
}

static enum err
put_one(struct tx *tx, struct templates_put *p,
    const struct template_change *c, unix_ms now)
{
	unsigned before = 0;
	enum err e = template_row_delete(tx, &p->tenant, c->purpose,
	    c->locale, c->channel, &before);

	p->before += before;
	for (unsigned i = 0; e == ERR_NONE && i < c->n; i++) {
		const struct template_row row = {
			.tenant = p->tenant, .own = c->own[i],
			.changed_at = now,
		};

		e = template_row_put(tx, &row);
	}
	if (e != ERR_NONE || (before == 0 && c->n == 0)) {
		return e;
	}
	return record(tx, p, c, now);
}

enum err
templates_put_run(struct tx *tx, void *templates_put)
{
	struct templates_put *p = templates_put;
	unix_ms now = flow_now(p->flow);
	enum err e = ERR_NONE;

	p->before = 0;
	for (unsigned i = 0; e == ERR_NONE && i < p->n; i++) {
		e = put_one(tx, p, &p->changes[i], now);
	}
	return e;
}
