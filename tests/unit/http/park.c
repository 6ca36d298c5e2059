#include "park.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>

enum { PARKED_MAX = 64 };

/* In the order of their coming. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct http_exchange *x[PARKED_MAX];
	size_t n;
} parked = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, {NULL}, 0};

void
hello(struct http_exchange *x)
{
	http_reply(x, 200, "text/html; charset=utf-8", STR("<p>hello"));
}

void
park(struct http_exchange *x)
{
	(void)pthread_mutex_lock(&parked.lock);
	assert_true(parked.n < PARKED_MAX);
	parked.x[parked.n++] = x;
	(void)pthread_cond_signal(&parked.more);
	(void)pthread_mutex_unlock(&parked.lock);
}

/* With the lock held. */
static struct http_exchange *
take_first(void)
{
	struct http_exchange *x = parked.x[0];

	parked.n--;
	for (size_t i = 0; i < parked.n; i++) {
		parked.x[i] = parked.x[i + 1];
	}
	return x;
}

struct http_exchange *
park_take(void)
{
	struct http_exchange *x;

	(void)pthread_mutex_lock(&parked.lock);
	while (parked.n == 0) {
		(void)pthread_cond_wait(&parked.more, &parked.lock);
	}
	x = take_first();
	(void)pthread_mutex_unlock(&parked.lock);
	return x;
}

struct http_exchange *
park_try(void)
{
	struct http_exchange *x;

	(void)pthread_mutex_lock(&parked.lock);
	x = parked.n > 0 ? take_first() : NULL;
	(void)pthread_mutex_unlock(&parked.lock);
	return x;
}

void
park_answer(struct http_exchange *x, void *json)
{
	http_reply_json(x, 200, str_of(json));
}
