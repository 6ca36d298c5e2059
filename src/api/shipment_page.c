#include "api/shipment_page.h"

#include "base/parse.h"

enum { PAGE_DEFAULT = 20 };

bool
shipment_page_read(struct call *c, struct shipment_page *p)
{
	struct str limit, cursor;
	uint64_t max = PAGE_DEFAULT;

	if (http_query(c->x, "limit", &limit) && (!parse_u64(limit, &max) ||
	    max < 1 || max > SHIPMENT_PAGE_MAX)) {
		call_flaw(c, "limit", "must be 1 to 100");
		return false;
	}
	if (http_query(c->x, "cursor", &cursor) &&
	    id_parse(ID_SHIPMENT, cursor, &p->before) != ERR_NONE) {
		call_flaw(c, "cursor", "must be what next_cursor has said");
		return false;
	}
	p->flow = c->api->flow;
	p->tenant = c->tenant;
	p->arena = c->arena;
	p->max = (unsigned)max;
	return true;
}

void
shipment_page_end(struct jsonw *w, const struct shipment_page *p)
{
	jsonw_key(w, "next_cursor");
	if (p->n == p->max) {
		jsonw_id(w, ID_SHIPMENT, &p->rows[p->n - 1].id);
	} else {
		jsonw_null(w);
	}
}
