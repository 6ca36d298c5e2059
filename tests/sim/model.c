#include "model.h"

#include <string.h>

static const int64_t second = 1000, minute = 60000, hour = 3600000;

/* What the clock has not reached yet happened just now (S31). */
static void
settle(struct moments *m, int64_t now)
{
	for (int i = 0; i < m->n; i++) {
		if (m->at[i] > now) {
			m->at[i] = now;
		}
	}
}

static void
note(struct moments *m, int64_t now)
{
	const int room = sizeof(m->at) / sizeof(m->at[0]);

	if (m->n == room) {
		memmove(&m->at[0], &m->at[1], sizeof(m->at) - sizeof(m->at[0]));
		m->n--;
	}
	m->at[m->n++] = now;
}

/* Until fewer than max lie in the window that ends now. */
static int64_t
wait(const struct moments *m, int64_t now, int max, int64_t window)
{
	int64_t until = m->n < max ? now : m->at[m->n - max] + window;

	return until > now ? until - now : 0;
}

static int64_t
delay(int over)
{
	int64_t d = 60 * second;

	switch (over) {
	case 1:
		return second;
	case 2:
		return 5 * second;
	case 3:
		return 30 * second;
	default:
		for (int i = 4; i < over; i++) {
			d = d * 2 > hour ? hour : d * 2;
		}
		return d;
	}
}

/* S14, S16: must this subject wait? */
static bool
throttled(struct model_subject *s, int64_t now)
{
	settle(&s->failures, now);
	if (s->streak >= MODEL_HARD_STOP ||
	    wait(&s->failures, now, MODEL_SOFT_STOP, 24 * hour) > 0) {
		return true;
	}
	if (s->streak <= MODEL_FREE_FAILURES) {
		return false;
	}
	return now - s->failures.at[s->failures.n - 1] <
	    delay(s->streak - MODEL_FREE_FAILURES);
}

/* S36 */
static bool
may_send(struct model_subject *s, int64_t now)
{
	settle(&s->sends, now);
	return wait(&s->sends, now, 5, 10 * minute) == 0 &&
	    wait(&s->sends, now, 10, hour) == 0 &&
	    wait(&s->sends, now, 20, 24 * hour) == 0;
}

int
model_start(struct model *m, int subject)
{
	struct model_subject *s = &m->subjects[subject];
	struct model_challenge *c = &m->challenges[m->n];

	if (throttled(s, m->now)) {
		return -1;
	}
	settle(&s->creates, m->now);
	if (wait(&s->creates, m->now, 10, hour) > 0) {
		return -1;
	}
	note(&s->creates, m->now);
	if (!may_send(s, m->now)) {
		return -1;
	}
	note(&s->sends, m->now);
	*c = (struct model_challenge){
		.subject = subject, .status = LIVE, .created = m->now,
		.expires = m->now + 10 * minute,
		.resend_at = m->now + 30 * second,
		.tries_left = MODEL_TRIES, .sends_left = MODEL_SENDS - 1,
		.generation = 1, .queued = 1,
	};
	return m->n++;
}

static void
end(struct model_challenge *c, enum model_status status, int64_t now)
{
	c->status = status;
	c->ended = now;
}

/* S25: its time is up, or began by a clock that was wrong. */
static bool
time_up(const struct model_challenge *c, int64_t now)
{
	return now >= c->expires || c->created > now + minute;
}

static void
look(struct model_challenge *c, int64_t now)
{
	if (c->status == LIVE && time_up(c, now)) {
		end(c, EXPIRED, now);
	}
}

static enum model_check
judge(struct model *m, struct model_challenge *c, bool right)
{
	struct model_subject *s = &m->subjects[c->subject];

	c->tries_left--;
	c->judged++;
	if (right) {
		end(c, APPROVED, m->now);
		c->approvals++;
		m->approvals++;
		s->streak = 0;
		s->failures.n = 0;
		return M_APPROVED;
	}
	s->streak++;
	note(&s->failures, m->now);
	if (c->tries_left > 0) {
		return M_WRONG;
	}
	end(c, EXHAUSTED, m->now);
	return M_EXHAUSTED;
}

enum model_check
model_check(struct model *m, int challenge, bool right)
{
	struct model_challenge *c = &m->challenges[challenge];

	look(c, m->now);
	switch (c->status) {
	case APPROVED:
		return M_CONSUMED;
	case EXHAUSTED:
		return M_EXHAUSTED;
	case EXPIRED:
		return M_EXPIRED;
	case CANCELLED:
		return M_CANCELLED;
	case LIVE:
	default:
		return throttled(&m->subjects[c->subject], m->now)
		    ? M_THROTTLED : judge(m, c, right);
	}
}

enum model_resend
model_resend(struct model *m, int challenge, bool reissue)
{
	struct model_challenge *c = &m->challenges[challenge];
	struct model_subject *s = &m->subjects[c->subject];

	look(c, m->now);
	if (c->status != LIVE) {
		return M_OVER;
	}
	if (c->sends_left == 0) {
		return M_NO_SENDS;
	}
	if (m->now < c->resend_at || !may_send(s, m->now)) {
		return M_LIMITED;
	}
	note(&s->sends, m->now);
	c->queued++;
	c->sends_left--;
	/* 60, 120, 240 s for the second, third and fourth (S34). */
	c->resend_at = m->now + (30 * second << c->queued >> 1);
	c->generation += reissue;
	return M_QUEUED;
}

void
model_cancel(struct model *m, int challenge)
{
	struct model_challenge *c = &m->challenges[challenge];

	look(c, m->now);
	if (c->status == LIVE) {
		end(c, CANCELLED, m->now);
	}
}

enum model_redeem
model_redeem(struct model *m, int challenge)
{
	struct model_challenge *c = &m->challenges[challenge];

	if (c->redeemed) {
		return M_ALREADY;
	}
	if (c->receipt_over ||
	    m->now >= c->ended - c->ended % second + 2 * minute) {
		c->receipt_over = true;
		return M_RECEIPT_EXPIRED;
	}
	c->redeemed = true;
	c->redemptions++;
	return M_REDEEMED;
}

/* The keeper goes by the date only; the rest waits until it is looked at. */
void
model_expire(struct model *m)
{
	for (int i = 0; i < m->n; i++) {
		if (m->challenges[i].expires <= m->now) {
			look(&m->challenges[i], m->now);
		}
	}
}

bool
model_may_go(const struct model *m, int challenge, int generation)
{
	const struct model_challenge *c = &m->challenges[challenge];

	return c->status == LIVE && m->now < c->expires &&
	    c->generation == generation;
}

bool
model_holds(const struct model *m, int challenge)
{
	const struct model_challenge *c = &m->challenges[challenge];

	return c->approvals <= 1 && c->redemptions <= 1 &&
	    c->judged <= MODEL_TRIES &&
	    m->subjects[c->subject].streak <= MODEL_HARD_STOP &&
	    c->queued <= MODEL_SENDS;
}
