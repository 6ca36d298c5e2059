#include "domain/counter.h"

#include <assert.h>
#include <string.h>

static const duration_ms day = {INT64_C(24) * 3600 * 1000};
static const duration_ms nothing = {0};

bool
counter_settle(struct counter *c, unix_ms now)
{
	bool changed = false;

	for (unsigned i = 0; i < c->n; i++) {
		if (unix_ms_before(now, c->marks[i])) {
			c->marks[i] = now;
			changed = true;
		}
	}
	return changed;
}

/* How long ago mark i was; one that is in the future is just now (S31). */
static int64_t
age(const struct counter *c, unsigned i, unix_ms now)
{
	int64_t v = unix_ms_since(now, c->marks[i]).v;

	return v < 0 ? 0 : v;
}

void
counter_add(struct counter *c, unix_ms now)
{
	assert(c->n <= COUNTER_MARKS);
	c->streak++;
	if (c->n == COUNTER_MARKS) {
		memmove(&c->marks[0], &c->marks[1],
		    (COUNTER_MARKS - 1) * sizeof(c->marks[0]));
		c->n--;
	}
	/* Oldest first, also after the clock was put back. */
	(void)counter_settle(c, now);
	c->marks[c->n++] = now;
}

void
counter_clear(struct counter *c)
{
	*c = (struct counter){0};
}

unsigned
counter_within(const struct counter *c, unix_ms now, duration_ms window)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->n; i++) {
		if (age(c, i, now) < window.v) {
			n++;
		}
	}
	return n;
}

/* Until one more is allowed by one limit. */
static duration_ms
wait_for(const struct counter *c, unix_ms now, const struct rate_limit *limit)
{
	unsigned allowed = (unsigned)limit->n;

	assert(limit->n > 0 && limit->n <= COUNTER_MARKS);
	if (counter_within(c, now, limit->window) < allowed) {
		return nothing;
	}
	/* The mark that must leave the window. */
	return (duration_ms){limit->window.v - age(c, c->n - allowed, now)};
}

duration_ms
counter_wait(const struct counter *c, unix_ms now,
    const struct rate_limit *limits, unsigned n)
{
	duration_ms longest = nothing;

	for (unsigned i = 0; i < n; i++) {
		duration_ms wait = wait_for(c, now, &limits[i]);

		if (wait.v > longest.v) {
			longest = wait;
		}
	}
	return longest;
}

/* S16: 1, 5, 30, 60 s, then doubled, an hour at most. */
static duration_ms
delay_after(int64_t extra_failures)
{
	static const int64_t first[] = {0, 1, 5, 30, 60};
	int64_t seconds;

	if (extra_failures < (int64_t)(sizeof(first) / sizeof(first[0]))) {
		return SECONDS(first[extra_failures]);
	}
	seconds = 60;
	for (int64_t i = 4; i < extra_failures && seconds < 3600; i++) {
		seconds *= 2;
	}
	return SECONDS(seconds < 3600 ? seconds : 3600);
}

struct throttle
counter_throttle(const struct counter *c, unix_ms now,
    const struct throttle_policy *t)
{
	const struct rate_limit per_day = {t->soft_stop, day};
	duration_ms wait;

	if (c->streak >= t->hard_stop) {
		return (struct throttle){.state = THROTTLE_STOPPED};
	}
	wait = wait_for(c, now, &per_day);
	if (c->n > 0 && c->streak > t->free_failures) {
		int64_t rest = delay_after(c->streak - t->free_failures).v -
		    age(c, c->n - 1, now);

		if (rest > wait.v) {
			wait.v = rest;
		}
	}
	if (wait.v > 0) {
		return (struct throttle){THROTTLE_WAIT, wait};
	}
	return (struct throttle){.state = THROTTLE_FREE};
}

size_t
counter_pack(const struct counter *c, uint8_t dst[static COUNTER_BYTES])
{
	for (unsigned i = 0; i < c->n; i++) {
		for (unsigned k = 0; k < 8; k++) {
			dst[8 * i + k] = (uint8_t)
			    ((uint64_t)c->marks[i].v >> (8 * (7 - k)));
		}
	}
	return (size_t)c->n * 8;
}

/* Whether mark i may stand where it does: a date, none before an older one. */
static bool
in_order(const struct counter *c, unsigned i)
{
	int64_t least = i == 0 ? 0 : c->marks[i - 1].v;

	return c->marks[i].v >= least && c->marks[i].v <= UNIX_MS_MAX;
}

bool
counter_unpack(struct str packed, struct counter *c)
{
	struct counter read = {.streak = c->streak};

	if (packed.n % 8 != 0 || packed.n > COUNTER_BYTES) {
		return false;
	}
	for (; read.n < packed.n / 8; read.n++) {
		uint64_t v = 0;

		for (size_t k = 0; k < 8; k++) {
			v = v << 8 | (uint8_t)packed.p[8 * read.n + k];
		}
		read.marks[read.n] = (unix_ms){(int64_t)v};
		if (!in_order(&read, read.n)) {
			return false;
		}
	}
	*c = read;
	return true;
}
