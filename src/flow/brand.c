#include "flow/brand.h"

#include "flow/audit.h"
#include "flow/templates.h"
#include "store/tenants.h"

struct search {
	const struct tenant *asks;
	struct str name;
	bool found;
};

static void
compare(void *ctx, const struct tenant *t)
{
	struct search *s = ctx;

	if (id_equal(&t->id, &s->asks->id)) {
		return;
	}
	s->found = s->found || shop_name_alike(s->name, str_of(t->brand)) ||
	    shop_name_alike(s->name, display_text_str(&t->sender_name)) ||
	    (sender_id_is_name(&t->sms_sender) && shop_name_alike(s->name,
	    sender_id_str(&t->sms_sender)));
}

bool
brand_taken(const struct directory_copy *c, const struct tenant *t,
    struct str name)
{
	struct search s = {.asks = t, .name = name};

	directory_each(c, compare, &s);
	return s.found;
}

/* All that the tenant says in its own words, one message at a time. */
static enum err
own_fit(const struct tenant *t)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < t->n_own; i++) {
		const struct wording_own *own = &t->own[i];
		struct template_change change = {
			.purpose = own->purpose,
			.channel = own_part_channel(own->part),
			.locale = own->locale,
		};
		struct wording w;
		enum lint lint = LINT_CLEAN;

		template_stored(t, &change);
		wording_init(&w);
		e = template_look(t, &change, &w, &lint);
		wording_done(&w);
		if (e == ERR_LIMIT || (e == ERR_NONE && lint != LINT_CLEAN)) {
			e = ERR_DENIED;
		}
	}
	return e;
}

/* A text message is the shortest that we have. */
static enum err
ours_fit(const struct tenant *t)
{
	enum err e = ERR_NONE;

	for (int p = 0; e == ERR_NONE && p < PURPOSE_COUNT; p++) {
		for (int l = 0; e == ERR_NONE && l < LOCALE_COUNT; l++) {
			const struct template_change change = {
				.purpose = (enum purpose)p,
				.channel = CHANNEL_SMS,
				.locale = (enum locale)l,
			};

			e = template_render(t, &change);
		}
	}
	return e;
}

enum err
brand_fit(const struct tenant *t, const struct display_text *name)
{
	struct tenant renamed = *t;
	enum err e;

	if (!str_copy(display_text_str(name), renamed.brand,
	    sizeof(renamed.brand))) {
		return ERR_LIMIT;
	}
	e = ours_fit(&renamed);
	return e == ERR_NONE ? own_fit(&renamed) : e;
}

enum err
brand_put_run(struct tx *tx, void *brand_put)
{
	const struct brand_put *b = brand_put;
	struct audit a;
	enum err e = tenant_row_brand(tx, &b->tenant, b->name);

	if (e == ERR_NONE) {
		e = audit_begin(&a, b->flow, AUDIT_BRAND_CHANGED, &b->tenant,
		    flow_now(b->flow));
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_str(&a.json, "brand", b->name);
	return audit_commit(&a, tx, b->flow);
}
