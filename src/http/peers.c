#include "http/peers.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* An address with its connections; in a bucket's chain or the free list. */
struct peer {
	struct ip key;
	unsigned count;
	struct peer *next;
};

struct peers {
	pthread_mutex_t lock;	/* guards everything below */
	unsigned max, per_ip;
	unsigned count;
	uint64_t seed[2];	/* nobody outside can choose the bucket */
	size_t mask;
	struct peer **buckets;
	struct peer *pool;
	struct peer *free;
};

enum err
peers_new(unsigned max, unsigned per_ip, const struct rng *rng,
    struct peers **ret_peers)
{
	struct peers *p = calloc(1, sizeof(*p));
	size_t n = 1;
	enum err e = ERR_NOMEM;

	if (p == NULL) {
		return ERR_NOMEM;
	}
	(void)pthread_mutex_init(&p->lock, NULL);
	while (n < max) {
		n *= 2;
	}
	p->max = max;
	p->per_ip = per_ip;
	p->mask = n - 1;
	p->buckets = calloc(n, sizeof(struct peer *));
	p->pool = calloc(max, sizeof(struct peer));
	if (p->buckets != NULL && p->pool != NULL) {
		e = rng_fill(rng, p->seed, sizeof(p->seed));
	}
	if (e != ERR_NONE) {
		peers_free(p);
		return e;
	}
	for (unsigned i = 0; i < max; i++) {
		p->pool[i].next = p->free;
		p->free = &p->pool[i];
	}
	*ret_peers = p;
	return ERR_NONE;
}

void
peers_free(struct peers *p)
{
	if (p != NULL) {
		(void)pthread_mutex_destroy(&p->lock);
		free(p->buckets);
		free(p->pool);
		free(p);
	}
}

static struct peer **
bucket(struct peers *p, const struct ip *key)
{
	uint64_t half[2], h;

	memcpy(half, key->b, sizeof(half));
	h = (half[0] ^ p->seed[0]) * (p->seed[1] | 1);
	h ^= h >> 32;
	h = (h ^ half[1]) * (p->seed[0] | 1);
	return &p->buckets[(h >> 32) & p->mask];
}

/* The place that points at the entry of key, or at the end of its chain. */
static struct peer **
find(struct peers *p, const struct ip *key)
{
	struct peer **at = bucket(p, key);

	while (*at != NULL && !ip_equal(&(*at)->key, key)) {
		at = &(*at)->next;
	}
	return at;
}

static bool
enter(struct peers *p, const struct ip *key, bool capped)
{
	struct peer **at = find(p, key), *e;

	if (p->count >= p->max ||
	    (capped && *at != NULL && (*at)->count >= p->per_ip)) {
		return false;
	}
	if (*at == NULL) {
		/* There are as many entries as connections. */
		e = p->free;
		assert(e != NULL);
		p->free = e->next;
		*e = (struct peer){.key = *key};
		*at = e;
	}
	(*at)->count++;
	p->count++;
	return true;
}

bool
peers_enter(struct peers *p, const struct ip *ip, bool capped)
{
	struct ip key = ip_key(ip);
	bool in;

	(void)pthread_mutex_lock(&p->lock);
	in = enter(p, &key, capped);
	(void)pthread_mutex_unlock(&p->lock);
	return in;
}

void
peers_leave(struct peers *p, const struct ip *ip)
{
	struct ip key = ip_key(ip);
	struct peer **at, *e;

	(void)pthread_mutex_lock(&p->lock);
	at = find(p, &key);
	e = *at;
	assert(e != NULL && p->count > 0);
	p->count--;
	if (--e->count == 0) {
		*at = e->next;
		e->next = p->free;
		p->free = e;
	}
	(void)pthread_mutex_unlock(&p->lock);
}

unsigned
peers_count(struct peers *p)
{
	unsigned n;

	(void)pthread_mutex_lock(&p->lock);
	n = p->count;
	(void)pthread_mutex_unlock(&p->lock);
	return n;
}
