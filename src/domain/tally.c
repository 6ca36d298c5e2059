#include "domain/tally.h"

#include <assert.h>
#include <string.h>

static int64_t
slot_of(unix_ms t)
{
	return t.v / TALLY_BUCKET.v;
}

/* How many buckets ago; one in the future is now (S31). */
static int64_t
age(const struct tally_bucket *b, unix_ms now)
{
	int64_t v = slot_of(now) - b->slot;

	return v < 0 ? 0 : v;
}

static int64_t
buckets_of(duration_ms window)
{
	return (window.v + TALLY_BUCKET.v - 1) / TALLY_BUCKET.v + 1;
}

/* What lies in the future becomes part of the present bucket. */
static void
settle(struct tally *t, unix_ms now)
{
	struct tally_bucket future = {.slot = slot_of(now)};
	bool any = false;

	while (t->n > 0 && t->v[t->n - 1].slot > slot_of(now)) {
		const struct tally_bucket *b = &t->v[--t->n];

		future.sent += b->sent;
		future.asked += b->asked;
		future.used += b->used;
		any = true;
	}
	if (any && t->n > 0 && t->v[t->n - 1].slot == future.slot) {
		t->v[t->n - 1].sent += future.sent;
		t->v[t->n - 1].asked += future.asked;
		t->v[t->n - 1].used += future.used;
	} else if (any) {
		t->v[t->n++] = future;
	}
}

void
tally_send(struct tally *t, bool first, unix_ms now)
{
	struct tally_bucket *b;

	settle(t, now);
	if (t->n == 0 || t->v[t->n - 1].slot != slot_of(now)) {
		if (t->n == TALLY_BUCKETS) {
			memmove(&t->v[0], &t->v[1],
			    (TALLY_BUCKETS - 1) * sizeof(t->v[0]));
			t->n--;
		}
		t->v[t->n++] = (struct tally_bucket){.slot = slot_of(now)};
	}
	b = &t->v[t->n - 1];
	b->sent += b->sent < UINT32_MAX;
	b->asked += first && b->asked < UINT32_MAX;
}

/* It may be older than all that is kept, and then changes nothing. */
void
tally_use(struct tally *t, unix_ms asked_at, unix_ms now)
{
	settle(t, now);
	for (unsigned i = 0; i < t->n; i++) {
		struct tally_bucket *b = &t->v[i];

		if (b->slot == slot_of(asked_at)) {
			b->used += b->used < b->asked;
		}
	}
}

int64_t
tally_sent(const struct tally *t, duration_ms window, unix_ms now)
{
	int64_t sent = 0;

	for (unsigned i = 0; i < t->n; i++) {
		if (age(&t->v[i], now) < buckets_of(window)) {
			sent += t->v[i].sent;
		}
	}
	return sent;
}

duration_ms
tally_wait(const struct tally *t, duration_ms window, int64_t most,
    unix_ms now)
{
	int64_t left = tally_sent(t, window, now);
	int64_t wait = 0;

	for (unsigned i = 0; i < t->n && left >= most; i++) {
		int64_t old = age(&t->v[i], now);

		if (old < buckets_of(window)) {
			left -= t->v[i].sent;
			wait = (buckets_of(window) - old) * TALLY_BUCKET.v -
			    now.v % TALLY_BUCKET.v;
		}
	}
	return (duration_ms){wait};
}

struct tally_bucket
tally_conversion(const struct tally *t, unix_ms now)
{
	struct tally_bucket sum = {0};

	for (unsigned i = 0; i < t->n; i++) {
		int64_t old = age(&t->v[i], now);

		if (old > 0 && old < TALLY_BUCKETS) {
			sum.sent += t->v[i].sent;
			sum.asked += t->v[i].asked;
			sum.used += t->v[i].used;
		}
	}
	return sum;
}

static void
put(uint8_t *dst, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		dst[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	}
}

static uint64_t
take(const char *src, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < n; i++) {
		v = v << 8 | (uint8_t)src[i];
	}
	return v;
}

size_t
tally_pack(const struct tally *t, uint8_t dst[static TALLY_BYTES])
{
	assert(t->n <= TALLY_BUCKETS);
	for (unsigned i = 0; i < t->n; i++) {
		uint8_t *p = dst + (size_t)TALLY_BUCKET_BYTES * i;

		put(p, (uint64_t)t->v[i].slot, 8);
		put(p + 8, t->v[i].sent, 4);
		put(p + 12, t->v[i].asked, 4);
		put(p + 16, t->v[i].used, 4);
	}
	return (size_t)TALLY_BUCKET_BYTES * t->n;
}

bool
tally_unpack(struct str packed, struct tally *ret_tally)
{
	struct tally t = {0};

	if (packed.n % TALLY_BUCKET_BYTES != 0 || packed.n > TALLY_BYTES) {
		return false;
	}
	for (; t.n < packed.n / TALLY_BUCKET_BYTES; t.n++) {
		const char *p = packed.p + (size_t)TALLY_BUCKET_BYTES * t.n;
		struct tally_bucket *b = &t.v[t.n];

		b->slot = (int64_t)take(p, 8);
		b->sent = (uint32_t)take(p + 8, 4);
		b->asked = (uint32_t)take(p + 12, 4);
		b->used = (uint32_t)take(p + 16, 4);
		if (b->slot < 0 || b->slot > slot_of((unix_ms){UNIX_MS_MAX}) ||
		    (t.n > 0 && b->slot <= t.v[t.n - 1].slot)) {
			return false;
		}
	}
	*ret_tally = t;
	return true;
}
