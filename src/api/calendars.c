/*
 * /v1/tenants/{tenant}/calendars: on which days a tenant delivers in a region,
 * and whether codes are offered there (R4, R7, R34).
 */
#include "api/call.h"
#include "flow/calendars.h"
#include "format/ical.h"

enum { ANSWER_MAX = 1 << 20, ICS_MAX = 60000, DAYS_MAX = 400,
	ARENA_MAX = 16 << 20, YEARS_AHEAD = 3 };

static const char *const codes[REGION_CODES_COUNT] = {
	[REGION_CODES_OFFERED] = "offered",
	[REGION_CODES_OFF] = "off",
	[REGION_CODES_RISKY] = "always",
};

struct calendars_call {
	struct call call;
	struct calendars calendars;
	struct arena *arena;
};

static void
write_region(struct jsonw *w, const struct calendar_region *r)
{
	char day[DAY_TEXT], text[40];
	struct buf days;

	buf_fixed(&days, text, sizeof(text));
	weekdays_print(r->row.weekdays, &days);
	jsonw_object(w);
	jsonw_member_str(w, "region", r->row.region);
	jsonw_member_str(w, "weekdays", buf_view(&days));
	jsonw_member_z(w, "codes", codes[r->row.codes]);
	jsonw_member_str(w, "file", r->row.file);
	jsonw_member_str(w, "hash", r->row.hash);
	jsonw_key(w, "holidays");
	jsonw_array(w);
	for (unsigned i = 0; i < r->n && i < CALENDAR_SEARCH_MAX; i++) {
		day_text(r->holidays[i].day, day);
		jsonw_object(w);
		jsonw_member_z(w, "day", day);
		jsonw_member_str(w, "name", r->holidays[i].name);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void
answer(struct call *call)
{
	struct calendars_call *c = (struct calendars_call *)(void *)call;
	struct buf body;
	struct jsonw w;

	buf_init(&body, ANSWER_MAX);
	jsonw_init(&w, &body);
	jsonw_object(&w);
	jsonw_key(&w, "regions");
	jsonw_array(&w);
	for (unsigned i = 0; i < c->calendars.n; i++) {
		write_region(&w, &c->calendars.regions[i]);
	}
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	call_json(call, 200, &body);
}

static struct calendars_call *
begin(struct http_exchange *x)
{
	struct calendars_call *c = call_begin(x, sizeof(*c));

	if (c == NULL) {
		return NULL;
	}
	if (!str_equal(http_param(x, "tenant"),
	    str_of(c->call.tenant->name))) {
		call_problem(&c->call, PROBLEM_NOT_FOUND, NULL);
		return NULL;
	}
	/* Holidays of many regions are more than a request's own memory. */
	c->arena = call_memory(&c->call, ARENA_MAX);
	if (c->arena == NULL) {
		return NULL;
	}
	c->calendars.flow = c->call.api->flow;
	c->calendars.tenant = c->call.tenant;
	c->calendars.arena = c->arena;
	return c;
}

void
api_calendars_show(struct http_exchange *x)
{
	struct calendars_call *c = begin(x);

	if (c != NULL) {
		call_submit(&c->call, STORE_CREATE, calendars_get_run,
		    &c->calendars, answer);
	}
}

static void
read_holidays(struct jsonr_object *o, struct calendars_call *c,
    struct calendar_region *r)
{
	civil_day today = {flow_now(c->calendars.flow).v / HOURS(24).v};
	struct str ics;
	enum err e;

	r->row.file = STR("");
	(void)jsonr_str(o, "file", 0, 1, 80, &r->row.file);
	if (!jsonr_str(o, "ics", 0, 1, ICS_MAX, &ics)) {
		return;
	}
	r->holidays = arena_get(c->arena, DAYS_MAX * sizeof(*r->holidays));
	e = r->holidays == NULL ? ERR_NOMEM : ical_holidays(ics,
	    (civil_day){today.v - 31},
	    (civil_day){today.v + YEARS_AHEAD * 366}, DAYS_MAX, c->arena,
	    r->holidays, &r->n);
	if (e == ERR_LIMIT) {
		jsonr_flaw(o, "ics", "has more than 400 days off");
	} else if (e != ERR_NONE) {
		jsonr_flaw(o, "ics", "is not an iCalendar file");
	}
}

static void
read_region(struct jsonr_object *o, struct calendars_call *c,
    struct calendar_region *r)
{
	struct str word;

	r->row.weekdays = WEEKDAYS_USUAL;
	r->row.region = STR("");
	if (jsonr_str(o, "region", JSONR_REQUIRED, 1, REGION_MAX,
	    &r->row.region) && !region_ok(r->row.region)) {
		jsonr_flaw(o, "region", "must be like gb or gb-sct");
	}
	if (jsonr_str(o, "weekdays", 0, 1, 40, &word) &&
	    !weekdays_parse(word, &r->row.weekdays)) {
		jsonr_flaw(o, "weekdays", "must be like \"mon tue wed\"");
	}
	if (jsonr_str(o, "codes", 0, 1, 16, &word)) {
		int i = 0;

		while (i < REGION_CODES_COUNT &&
		    !str_equal(word, str_of(codes[i]))) {
			i++;
		}
		if (i == REGION_CODES_COUNT) {
			jsonr_flaw(o, "codes",
			    "must be offered, off or always");
		} else {
			r->row.codes = (enum region_codes)i;
		}
	}
	read_holidays(o, c, r);
	for (unsigned i = 0; i < c->calendars.n; i++) {
		if (str_equal(c->calendars.regions[i].row.region,
		    r->row.region)) {
			jsonr_flaw(o, "region", "is given twice");
		}
	}
}

static void
read_regions(struct jsonr_object *root, struct calendars_call *c)
{
	struct jsonr_array list;

	if (!jsonr_array(root, "regions", JSONR_REQUIRED, CALENDAR_PUT_MAX,
	    &list)) {
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		struct jsonr_object o;

		if (jsonr_at_object(&list, i, &o)) {
			read_region(&o, c,
			    &c->calendars.regions[c->calendars.n]);
			c->calendars.n++;
			jsonr_close(&o);
		}
	}
}

void
api_calendars_put(struct http_exchange *x)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root;
	struct calendars_call *c = begin(x);
	enum err e;

	if (c == NULL) {
		return;
	}
	if (jsonr_open(&r, c->arena, http_body(x), &root)) {
		read_regions(&root, c);
		jsonr_close(&root);
	}
	if (!jsonr_ok(&r)) {
		call_flaws(&c->call, &r);
		return;
	}
	e = calendars_prepare(&c->calendars);
	if (e != ERR_NONE) {
		call_failed(&c->call, e);
		return;
	}
	call_submit(&c->call, STORE_CREATE, calendars_put_run,
	    &c->calendars, answer);
}
