#include "domain/plan.h"

#include <assert.h>

#include "base/parse.h"

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-') {
			return false;
		}
	}
	return s.n >= 1 && s.n <= PLAN_NAME_MAX;
}

static bool
parse_road(struct str s, struct plan_step *step, const char **why)
{
	size_t colon = str_find(s, ':');

	if (!channel_parse(str_slice(s, 0, colon), &step->channel) ||
	    step->channel == CHANNEL_TOTP) {
		*why = "must begin with email, sms or voice";
		return false;
	}
	if (colon == s.n) {
		return true;
	}
	s = str_slice(s, colon + 1, s.n);
	if (step->channel == CHANNEL_EMAIL) {
		*why = "must not name a provider: there is one mail server";
		return false;
	}
	if (!is_name(s) || !str_copy(s, step->provider,
	    sizeof(step->provider))) {
		*why = "must name a provider as [a-z0-9_-]{1,32}";
		return false;
	}
	return true;
}

/* "20s" */
static bool
parse_patience(struct str s, struct plan_step *step)
{
	return s.n > 1 && s.p[s.n - 1] == 's' &&
	    parse_i64(str_slice(s, 0, s.n - 1), &step->patience) &&
	    step->patience >= PLAN_PATIENCE_MIN &&
	    step->patience <= PLAN_PATIENCE_MAX;
}

static bool
parse_step(struct str s, struct plan_step *ret_step, const char **why)
{
	struct plan_step step = {.patience = PLAN_PATIENCE};
	size_t blank = str_find(s, ' ');

	if (s.n == 0) {
		*why = "is empty";
		return false;
	}
	if (!parse_road(str_slice(s, 0, blank), &step, why)) {
		return false;
	}
	if (blank < s.n && !parse_patience(str_trim(str_slice(s, blank, s.n)),
	    &step)) {
		*why = "must end in a time from 5s to 3600s, or in none";
		return false;
	}
	*ret_step = step;
	return true;
}

static bool
is_same_road(const struct plan_step *a, const struct plan_step *b)
{
	return a->channel == b->channel &&
	    str_equal(str_of(a->provider), str_of(b->provider));
}

static bool
stands_before(const struct plan *p, const struct plan_step *step)
{
	for (unsigned i = 0; i < p->n; i++) {
		if (is_same_road(&p->step[i], step)) {
			return true;
		}
	}
	return false;
}

/* One more step; or what is wrong with it. */
static const char *
add_step(struct plan *p, struct str s)
{
	struct plan_step step = {0};
	const char *why = NULL;

	if (p->n == PLAN_STEPS_MAX) {
		return "is one too many";
	}
	if (!parse_step(s, &step, &why)) {
		return why;
	}
	if (stands_before(p, &step)) {
		return "stands there twice";
	}
	p->step[p->n++] = step;
	return NULL;
}

bool
plan_parse(struct str s, struct plan *ret_plan, struct buf *reason)
{
	struct plan plan = {0};
	struct str rest = str_trim(s), part;
	const char *why = NULL;

	while (why == NULL && str_trim(s).n > 0 &&
	    str_split(&rest, '>', &part)) {
		why = add_step(&plan, str_trim(part));
	}
	if (why != NULL) {
		buf_printf(reason, "step %u %s", plan.n + 1, why);
		return false;
	}
	*ret_plan = plan;
	return true;
}

void
plan_print(const struct plan *p, struct buf *out)
{
	for (unsigned i = 0; i < p->n; i++) {
		const struct plan_step *s = &p->step[i];

		buf_printf(out, "%s%s%s%s", i > 0 ? " > " : "",
		    channel_name(s->channel), s->provider[0] != '\0' ? ":"
		    : "", s->provider);
		if (i + 1 < p->n) {
			buf_printf(out, " %llds", (long long)s->patience);
		}
	}
}

struct plan
plan_single(enum channel channel)
{
	return (struct plan){
		.step = {{.channel = channel, .patience = PLAN_PATIENCE}},
		.n = 1,
	};
}

/* What each event makes of a road that no further step is found for. */
static const enum road_state after[ROAD_EVENT_COUNT] = {
	[ROAD_RECEIPT] = ROAD_ARRIVED,
	[ROAD_REFUSED] = ROAD_ENDED,
	[ROAD_NO_RECEIPT] = ROAD_ENDED,
	[ROAD_CIRCUIT_OPEN] = ROAD_ENDED,
	[ROAD_CODE_DIED] = ROAD_DEAD,
};

static const bool goes_on[ROAD_EVENT_COUNT] = {
	[ROAD_REFUSED] = true,
	[ROAD_NO_RECEIPT] = true,
	[ROAD_CIRCUIT_OPEN] = true,
};

bool
road_step(struct road *r, enum road_event event, unsigned n, uint32_t usable)
{
	assert(r->state < ROAD_STATE_COUNT && event < ROAD_EVENT_COUNT);
	assert(n <= PLAN_STEPS_MAX);
	if (r->state != ROAD_UNDER_WAY) {
		return false;
	}
	for (unsigned i = r->step + 1; goes_on[event] && i < n; i++) {
		if ((usable & 1U << i) != 0) {
			r->step = i;
			return true;
		}
	}
	r->state = after[event];
	return false;
}

const char *
road_event_name(enum road_event e)
{
	static const char *const names[ROAD_EVENT_COUNT] = {
		[ROAD_RECEIPT] = "receipt",
		[ROAD_REFUSED] = "refused",
		[ROAD_NO_RECEIPT] = "no_receipt",
		[ROAD_CIRCUIT_OPEN] = "circuit_open",
		[ROAD_CODE_DIED] = "code_died",
	};

	assert(e < ROAD_EVENT_COUNT);
	return names[e];
}
