#include "flow/calendars.h"

#include "base/encode.h"
#include "flow/audit.h"

enum { HASH_TEXT = 33, CANONICAL_MAX = 1 << 18 };

/* What days are made of: a visit keeps it, for whoever asks later. */
static enum err
make_hash(struct calendars *c, struct calendar_region *r)
{
	uint8_t index[KEYRING_INDEX];
	char day[DAY_TEXT], text[HASH_TEXT];
	struct buf canonical, hex;
	enum err e;

	buf_init(&canonical, CANONICAL_MAX);
	buf_printf(&canonical, "%u\n", r->row.weekdays);
	for (unsigned i = 0; i < r->n; i++) {
		day_text(r->holidays[i].day, day);
		buf_printf(&canonical, "%s %.*s\n", day,
		    STR_ARG(r->holidays[i].name));
	}
	e = buf_err(&canonical);
	if (e == ERR_NONE) {
		e = keyring_index(c->flow->ring, "calendar",
		    flow_id_bytes(&c->tenant->id), buf_view(&canonical),
		    index);
	}
	buf_done(&canonical);
	if (e != ERR_NONE) {
		return e;
	}
	buf_fixed(&hex, text, sizeof(text));
	hex_encode(&hex, index, sizeof(index));
	return arena_str(c->arena, buf_view(&hex), &r->row.hash) ? ERR_NONE
	    : ERR_NOMEM;
}

enum err
calendars_prepare(struct calendars *c)
{
	unix_ms now = flow_now(c->flow);
	enum err e = ERR_NONE;

	for (unsigned i = 0; e == ERR_NONE && i < c->n; i++) {
		c->regions[i].row.tenant = c->tenant->id;
		c->regions[i].row.changed_at = now;
		e = make_hash(c, &c->regions[i]);
	}
	return e;
}

static enum err
put_region(struct tx *tx, const struct calendars *c,
    const struct calendar_region *r)
{
	enum err e = calendar_row_insert(tx, &r->row);

	for (unsigned i = 0; e == ERR_NONE && i < r->n; i++) {
		e = holiday_row_insert(tx, &c->tenant->id, r->row.region,
		    &r->holidays[i]);
	}
	return e;
}

enum err
calendars_put_run(struct tx *tx, void *calendars)
{
	struct calendars *c = calendars;
	struct audit a;
	enum err e = calendar_row_clear(tx, &c->tenant->id);

	for (unsigned i = 0; e == ERR_NONE && i < c->n; i++) {
		e = put_region(tx, c, &c->regions[i]);
	}
	if (e == ERR_NONE) {
		e = audit_begin(&a, c->flow, AUDIT_CALENDARS_CHANGED,
		    &c->tenant->id, flow_now(c->flow));
	}
	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_i64(&a.json, "regions", c->n);
	return audit_commit(&a, tx, c->flow);
}

/* With the days that are still to come. */
enum err
calendars_get_run(struct tx *tx, void *calendars)
{
	struct calendars *c = calendars;
	civil_day today = {flow_now(c->flow).v / HOURS(24).v - 1};
	struct calendar_row *rows = arena_get(c->arena,
	    CALENDAR_PUT_MAX * sizeof(*rows));
	enum err e = rows == NULL ? ERR_NOMEM : calendar_row_list(tx,
	    &c->tenant->id, CALENDAR_PUT_MAX, c->arena, rows, &c->n);

	for (unsigned i = 0; e == ERR_NONE && i < c->n; i++) {
		struct calendar_region *r = &c->regions[i];

		r->row = rows[i];
		r->holidays = arena_get(c->arena, CALENDAR_SEARCH_MAX *
		    sizeof(*r->holidays));
		e = r->holidays == NULL ? ERR_NOMEM : holiday_row_list(tx,
		    &c->tenant->id, r->row.region, today,
		    CALENDAR_SEARCH_MAX, c->arena, r->holidays, &r->n);
	}
	return e;
}
