/*
 * /v1/alerts: what people of the shop should see soon.
 */
#include "api/call.h"
#include "base/parse.h"
#include "flow/alert.h"

enum { ANSWER_MAX = ALERT_PAGE_MAX * (AUDIT_BODY_MAX + 2) + 256,
	PAGE_DEFAULT = 20 };

struct alerts_call {
	struct call call;
	struct alert_page page;
};

static void
page_done(struct call *call)
{
	struct alerts_call *c = (struct alerts_call *)(void *)call;
	const struct alert_page *p = &c->page;
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (unsigned i = 0; i < p->n; i++) {
		jsonw_raw(&w, p->rows[i].body);
	}
	jsonw_array_end(&w);
	jsonw_key(&w, "next_cursor");
	if (p->n == p->max) {
		jsonw_id(&w, ID_EVENT, &p->rows[p->n - 1].id);
	} else {
		jsonw_null(&w);
	}
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

void
api_alerts(struct http_exchange *x)
{
	struct alerts_call *c = call_begin(x, sizeof(*c));
	struct str text;
	uint64_t max = PAGE_DEFAULT;

	if (c == NULL) {
		return;
	}
	if (http_query(x, "limit", &text) && (!parse_u64(text, &max) ||
	    max < 1 || max > ALERT_PAGE_MAX)) {
		call_flaw(&c->call, "limit", "must be 1 to 50");
		return;
	}
	if (http_query(x, "cursor", &text) &&
	    id_parse(ID_EVENT, text, &c->page.before) != ERR_NONE) {
		call_flaw(&c->call, "cursor",
		    "must be what next_cursor has said");
		return;
	}
	c->page.flow = c->call.api->flow;
	c->page.arena = c->call.arena;
	c->page.tenant = c->call.tenant->id;
	c->page.max = (unsigned)max;
	call_submit(&c->call, STORE_CREATE, alert_page_run, &c->page,
	    page_done);
}
