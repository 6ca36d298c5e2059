#include "flow/road.h"

#include <assert.h>
#include <string.h>

#include "flow/audit.h"

enum { SKIPPED_MAX = 256 };

static bool
by_phone(enum channel c)
{
	return c == CHANNEL_SMS || c == CHANNEL_VOICE;
}

static bool
reaches(const struct recipient *r, enum channel c)
{
	return by_phone(r->channel) == by_phone(c);
}

static bool
can_reach(const struct contacts *c, enum channel channel)
{
	return reaches(&c->main, channel) ||
	    (c->has_other && reaches(&c->other, channel));
}

enum err
contacts_keys(const struct flow *f, const struct id *tenant,
    struct str network, struct contacts *c)
{
	const struct recipient *phone = by_phone(c->main.channel) ? &c->main
	    : c->has_other && by_phone(c->other.channel) ? &c->other : NULL;

	c->keys = (struct guard_keys){0};
	return phone == NULL ? ERR_NONE
	    : guard_keys_make(f, tenant, &phone->phone, network, &c->keys);
}

enum err
contacts_open(const struct flow *f, const struct challenge_row *row,
    struct contacts *ret_contacts)
{
	struct contacts c = {0};
	enum err e = recipient_unseal(f, row, &c.main);

	if (e == ERR_NONE && row->fallback.n > 0) {
		e = fallback_unseal(f, row, &c.other);
		c.has_other = true;
	}
	if (e == ERR_NONE) {
		e = contacts_keys(f, &row->tenant, STR(""), &c);
	}
	if (e == ERR_NONE) {
		*ret_contacts = c;
	}
	explicit_bzero(&c, sizeof(c));
	return e;
}

/*
 * The way of a step: the one it names, else the channel's first that is well,
 * else its first.  False: there is none.  A sandbox has no ways and needs
 * none.
 */
static bool
find_way(const struct flow *f, const struct plan_step *s, unix_ms now,
    const struct way **ret_way)
{
	const struct way *found = NULL;

	for (unsigned i = 0; i < f->n_ways; i++) {
		const struct way *w = &f->ways[i];

		if (w->channel != s->channel || (s->provider[0] != '\0' &&
		    !str_equal(str_of(w->name), str_of(s->provider)))) {
			continue;
		}
		if (found == NULL || (!way_is_well(found, now) &&
		    way_is_well(w, now))) {
			found = w;
		}
	}
	*ret_way = found;
	return found != NULL ||
	    (f->n_ways == 0 && (f->channels & 1U << s->channel) != 0);
}

/* Bit i: step i has a contact and a way; and, where asked, a way that is well. */
static uint32_t
usable(const struct flow *f, const struct plan *p, const struct contacts *c,
    bool well, unix_ms now)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < p->n; i++) {
		const struct way *way;

		if (can_reach(c, p->step[i].channel) &&
		    find_way(f, &p->step[i], now, &way) &&
		    (!well || way == NULL || way_is_well(way, now))) {
			bits |= 1U << i;
		}
	}
	return bits;
}

/* What is being put onto a step. */
struct start_step {
	const struct flow *flow;
	const struct tenant *tenant;
	const struct contacts *contacts;
	const struct plan *plan;
	const struct challenge_row *row;
	struct id message;
	unsigned step;
	bool first;
	unix_ms now;
	struct limited limited;
};

static enum err
insert(struct tx *tx, const struct start_step *s, const struct way *way,
    int64_t price)
{
	const struct plan_step *step = &s->plan->step[s->step];
	const unix_ms deadline = unix_ms_add(s->now,
	    SECONDS(step->patience));
	char text[PLAN_TEXT_MAX + 1];
	struct buf plan;
	struct message_row m = {
		.id = s->message,
		.tenant = s->row->tenant,
		.challenge = s->row->id,
		.generation = s->row->state.generation,
		.channel = step->channel,
		.state = MESSAGE_QUEUED,
		.created_at = s->now,
		.due_at = s->now,
		.expires_at = s->row->state.expires_at,
		.detail = STR(""),
		.route = way == NULL ? STR("") : str_of(way->name),
		.step = (int)s->step,
		.price = price,
	};
	enum err e;

	buf_fixed(&plan, text, sizeof(text));
	if (s->plan->n > 1) {
		plan_print(s->plan, &plan);
		m.plan = buf_view(&plan);
	}
	/* Behind it something may follow, while the code still lives. */
	if (usable(s->flow, s->plan, s->contacts, false, s->now) >>
	    (s->step + 1) != 0 && unix_ms_before(deadline, m.expires_at)) {
		m.deadline_at = deadline;
	}
	e = buf_err(&plan);
	if (e == ERR_NONE) {
		e = message_row_insert(tx, &m);
	}
	if (e == ERR_NONE) {
		tx_messages(tx);
	}
	return e;
}

/* One step: the guard, then the row.  Refused: s->limited says why. */
static enum err
take_step(struct tx *tx, struct start_step *s)
{
	const struct plan_step *step = &s->plan->step[s->step];
	struct guarded g = {
		.flow = s->flow, .tenant = s->tenant,
		.keys = &s->contacts->keys, .first = s->first, .now = s->now,
	};
	int64_t price = 0;
	enum err e = ERR_NONE;

	if (!find_way(s->flow, step, s->now, &g.way)) {
		return ERR_MISSING;
	}
	s->limited = (struct limited){0};
	if (by_phone(step->channel)) {
		e = guard_pass(tx, &g, &s->limited, &price);
	}
	if (e != ERR_NONE || s->limited.wait.v > 0) {
		return e;
	}
	return insert(tx, s, g.way, price);
}

/* The first step that a request may take. */
static unsigned
first_step(const struct plan *p, const struct road_begin *b,
    const struct challenge_row *row)
{
	unsigned i = 0;

	while (!b->any && i < p->n && p->step[i].channel != row->channel) {
		i++;
	}
	return i;
}

/* Steps of bits, the earliest first, until one is taken. */
static enum err
try_steps(struct tx *tx, struct start_step *s, uint32_t bits,
    bool *ret_taken)
{
	enum err e = ERR_NONE;

	for (unsigned i = 0; i < s->plan->n; i++) {
		if ((bits & 1U << i) == 0) {
			continue;
		}
		s->step = i;
		e = take_step(tx, s);
		if (e != ERR_NONE || s->limited.wait.v == 0) {
			*ret_taken = e == ERR_NONE;
			return e;
		}
	}
	return e;
}

enum err
road_begin(struct tx *tx, struct road_begin *b, struct challenge_row *row)
{
	struct plan plan = b->tenant->policy.plan[row->purpose];
	struct start_step s = {
		.flow = b->flow, .tenant = b->tenant,
		.contacts = b->contacts, .plan = &plan, .row = row,
		.message = b->message, .first = b->first, .now = b->now,
	};
	unsigned from = first_step(&plan, b, row);
	uint32_t all, well;
	bool taken = false;
	enum err e;

	if (from == plan.n ||
	    usable(b->flow, &plan, b->contacts, false, b->now) == 0) {
		plan = plan_single(row->channel);
		from = 0;
	}
	all = usable(b->flow, &plan, b->contacts, false, b->now) >> from
	    << from;
	well = all & usable(b->flow, &plan, b->contacts, true, b->now);
	e = try_steps(tx, &s, well, &taken);
	if (e == ERR_NONE && !taken) {
		e = try_steps(tx, &s, all & ~well, &taken);
	}
	if (e != ERR_NONE) {
		return e;
	}
	b->limited = s.limited;
	if (taken) {
		row->channel = plan.step[s.step].channel;
		return b->first ? ERR_NONE
		    : message_row_settle_road(tx, &row->id, &b->message);
	}
	return s.limited.wait.v > 0 ? ERR_NONE : ERR_MISSING;
}

/* The step after m's. */
struct moving {
	struct road_next *n;
	const struct tenant *tenant;
	struct message_row *m;
	struct challenge_row row;
	struct contacts contacts;
	struct plan plan;
	struct buf skipped;	/* "sms:twilio country_not_listed" */
};

static void
note_skipped(struct moving *v, unsigned step, const char *rule)
{
	const struct plan_step *s = &v->plan.step[step];

	buf_printf(&v->skipped, "%s%s%s%s %s", v->skipped.n > 0 ? ", " : "",
	    channel_name(s->channel), s->provider[0] != '\0' ? ":" : "",
	    s->provider, rule);
}

static enum err
record(struct tx *tx, struct moving *v, const struct start_step *s)
{
	const struct plan_step *step = &v->plan.step[s->step];
	struct audit a;
	enum err e = audit_begin(&a, v->n->flow, AUDIT_MESSAGE_REROUTED,
	    &v->m->tenant, v->n->now);

	if (e != ERR_NONE) {
		return e;
	}
	jsonw_member_id(&a.json, "challenge", ID_CHALLENGE,
	    &v->m->challenge);
	jsonw_member_id(&a.json, "message", ID_MESSAGE, &v->m->id);
	jsonw_member_z(&a.json, "cause", road_event_name(v->n->event));
	jsonw_member_z(&a.json, "reason", v->n->reason);
	jsonw_member_id(&a.json, "next", ID_MESSAGE, &s->message);
	jsonw_member_z(&a.json, "channel", channel_name(step->channel));
	jsonw_member_z(&a.json, "provider", step->provider);
	jsonw_member_i64(&a.json, "step", s->step);
	if (v->skipped.n > 0) {
		jsonw_member_str(&a.json, "skipped", buf_view(&v->skipped));
	}
	return audit_commit(&a, tx, v->n->flow);
}

/*
 * The answer to a check says whether the code went by telephone: once it did,
 * no later e-mail takes that back.
 */
static enum err
keep_channel(struct tx *tx, struct moving *v, enum channel channel)
{
	if (!channel_restricted(channel) || v->row.channel == channel) {
		return ERR_NONE;
	}
	v->row.channel = channel;
	return challenge_row_update(tx, &v->row);
}

/* S44: who has taken over a number gets no code there by another provider. */
static uint32_t
still_trusted(const struct moving *v)
{
	uint32_t bits = UINT32_MAX;

	if (!str_starts(str_of(v->n->reason), STR("sim_"))) {
		return bits;
	}
	for (unsigned i = 0; i < v->plan.n; i++) {
		if (by_phone(v->plan.step[i].channel)) {
			bits &= ~(1U << i);
		}
	}
	return bits;
}

static enum err
go_on(struct tx *tx, struct moving *v)
{
	struct road road = {.step = (unsigned)v->m->step};
	struct start_step s = {
		.flow = v->n->flow, .tenant = v->tenant,
		.contacts = &v->contacts, .plan = &v->plan, .row = &v->row,
		.now = v->n->now,
	};
	const uint32_t bits = usable(v->n->flow, &v->plan, &v->contacts,
	    true, v->n->now) & still_trusted(v);
	enum err e = id_new(&v->n->flow->rng, v->n->now, &s.message);

	while (e == ERR_NONE && road_step(&road, v->n->event, v->plan.n,
	    bits)) {
		s.step = road.step;
		e = take_step(tx, &s);
		if (e != ERR_NONE || s.limited.wait.v == 0) {
			v->n->moved = e == ERR_NONE;
			break;
		}
		note_skipped(v, s.step, s.limited.rule);
	}
	if (e != ERR_NONE || !v->n->moved) {
		return e;
	}
	v->m->deadline_at = (unix_ms){0};
	e = keep_channel(tx, v, v->plan.step[s.step].channel);
	return e == ERR_NONE ? record(tx, v, &s) : e;
}

static bool
is_alive(const struct flow *f, const struct challenge_row *c,
    const struct message_row *m, unix_ms now)
{
	return c->state.status == CHALLENGE_PENDING && c->epoch == f->epoch &&
	    c->state.generation == m->generation &&
	    unix_ms_before(now, c->state.expires_at);
}

static enum err
move(struct tx *tx, struct moving *v)
{
	struct road_next *n = v->n;
	enum err e = challenge_row_get(tx, &v->m->tenant, &v->m->challenge,
	    n->arena, &v->row);

	if (e == ERR_NONE && !is_alive(n->flow, &v->row, v->m, n->now)) {
		e = ERR_MISSING;
	}
	if (e == ERR_NONE) {
		e = contacts_open(n->flow, &v->row, &v->contacts);
	}
	if (e == ERR_NONE) {
		e = go_on(tx, v);
	}
	/* The code has died, or its addresses are forgotten. */
	return e == ERR_MISSING ? ERR_NONE : e;
}

enum err
road_next(struct tx *tx, struct road_next *n, struct message_row *m)
{
	char skipped[SKIPPED_MAX];
	struct moving v = {.n = n, .m = m};
	struct buf why;
	enum err e = ERR_NONE;

	n->moved = false;
	if (m->deadline_at.v == 0) {
		return ERR_NONE;
	}
	v.tenant = n->tenants == NULL ? NULL
	    : directory_id(n->tenants, &m->tenant);
	buf_fixed(&v.skipped, skipped, sizeof(skipped));
	buf_init(&why, 256);
	if (v.tenant != NULL && plan_parse(m->plan, &v.plan, &why)) {
		e = move(tx, &v);
	}
	buf_done(&why);
	explicit_bzero(&v.contacts, sizeof(v.contacts));
	/* A provider that is slow or away may still be the one. */
	if (!n->moved && n->event != ROAD_CIRCUIT_OPEN) {
		m->deadline_at = (unix_ms){0};
	}
	return e;
}

/* What has not gone out by its deadline does not go out there any more. */
static enum err
be_late(struct tx *tx, struct road_late *l, struct message_row *m,
    unix_ms now)
{
	struct road_next n = {
		.flow = l->flow, .tenants = l->tenants, .arena = l->arena,
		.event = ROAD_NO_RECEIPT, .now = now,
		.reason = m->state == MESSAGE_QUEUED ? "queued" : "sent",
	};
	enum err e = ERR_NONE;

	if (m->state == MESSAGE_QUEUED || m->state == MESSAGE_SENT) {
		e = road_next(tx, &n, m);
	} else {
		m->deadline_at = (unix_ms){0};
	}
	if (e == ERR_NONE && n.moved && m->state == MESSAGE_QUEUED) {
		m->state = MESSAGE_CANCELLED;
		m->detail = STR(ROAD_LEFT_LATE);
	}
	return e == ERR_NONE ? message_row_update(tx, m) : e;
}

enum err
road_late_run(struct tx *tx, void *road_late)
{
	enum { BITE = 32 };
	struct road_late *l = road_late;
	struct message_row rows[BITE];
	unix_ms now = flow_now(l->flow);
	unsigned n = 0;
	enum err e;

	assert(l->max <= BITE);
	arena_reset(l->arena);
	e = message_row_late(tx, now, l->max, l->arena, rows, &n);
	for (unsigned i = 0; e == ERR_NONE && i < n; i++) {
		e = be_late(tx, l, &rows[i], now);
	}
	if (e == ERR_NONE) {
		l->done = n;
	}
	return e;
}

static bool
is_known(const struct flow *f, const struct message_route *r)
{
	for (unsigned i = 0; i < f->n_ways; i++) {
		if (f->ways[i].channel == r->channel &&
		    str_equal(str_of(f->ways[i].name), str_of(r->name))) {
			return true;
		}
	}
	return false;
}

enum err
road_orphans_run(struct tx *tx, void *flow)
{
	const struct flow *f = flow;
	struct message_routes routes;
	enum err e = message_row_routes(tx, &routes);

	for (unsigned i = 0; e == ERR_NONE && i < routes.n; i++) {
		if (!is_known(f, &routes.v[i])) {
			e = message_row_leave_route(tx, &routes.v[i]);
		}
	}
	return e;
}
