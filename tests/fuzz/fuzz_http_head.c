/*
 * http/head, http/chunks: what passes the guard can be read in one way only,
 * however it arrived.
 */
#include <event2/buffer.h>
#include <string.h>
#include <strings.h>

#include "http/chunks.h"
#include "http/head.h"

#include "fuzz.h"

enum { BODY_MAX = 4096 };

static const struct head_limits limits = {.line = 256, .bytes = 1024, .fields = 16};

/* How many lines begin with this name and a colon, blanks forgiven. */
static int
count(struct str head, const char *name)
{
	int n = 0;

	for (size_t i = 0; i + 1 < head.n; i++) {
		struct str rest = str_slice(head, i + 1, head.n);

		if ((head.p[i] != '\n' && head.p[i] != '\r') ||
		    rest.n <= strlen(name)) {
			continue;
		}
		if (strncasecmp(rest.p, name, strlen(name)) == 0 &&
		    strchr(": \t\r\n", rest.p[strlen(name)]) != NULL) {
			n++;
		}
	}
	return n;
}

static void
check_good(struct str bytes, const struct head *h)
{
	int lengths = count(bytes, "content-length");
	int codings = count(bytes, "transfer-encoding");
	int hosts = count(bytes, "host");

	require(lengths <= 1 && lengths + codings <= 1, "one way to its length");
	require(h->has_length == (lengths == 1), "the length was seen");
	require(h->chunked == (codings == 1), "the coding was seen");
	require(hosts == 1 || (hosts == 0 && h->http10), "one host");
	require(h->path.n > 0 && h->path.p[0] == '/', "a path");
	for (size_t i = 0; i < bytes.n; i++) {
		require(bytes.p[i] != '\0', "no NUL");
		require(bytes.p[i] != '\r' || bytes.p[i + 1] == '\n', "no bare CR");
		require(bytes.p[i] != '\n' || bytes.p[i - 1] == '\r', "no bare LF");
	}
}

/* Byte by byte the verdict is the same as at once. */
static void
check_chunks(struct str body)
{
	struct evbuffer *all = evbuffer_new(), *some = evbuffer_new();
	struct chunks c, d;
	enum chunks_verdict once, step = CHUNKS_PARTIAL;

	require(all != NULL && some != NULL, "memory");
	chunks_init(&c, 0);
	chunks_init(&d, 0);
	(void)evbuffer_add(all, body.p, body.n);
	once = chunks_check(&c, all, BODY_MAX);
	for (size_t i = 0; i < body.n && step == CHUNKS_PARTIAL; i++) {
		(void)evbuffer_add(some, body.p + i, 1);
		step = chunks_check(&d, some, BODY_MAX);
	}
	require(once == step, "pieces make no difference");
	require(c.body <= BODY_MAX, "the maximum is held");
	require(once != CHUNKS_WHOLE || (c.at == d.at && c.at <= body.n),
	    "the end is the same, and there");
	evbuffer_free(all);
	evbuffer_free(some);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct head_scan once = {0}, step = {0};
	enum head_verdict v, w = HEAD_PARTIAL;
	const char *why = NULL;
	struct head h;

	if (size > 4096) {
		return 0;
	}
	v = head_end(s, &limits, &once);
	for (size_t n = 1; n <= size && w == HEAD_PARTIAL; n++) {
		w = head_end(str_slice(s, 0, n), &limits, &step);
	}
	require(v == w || v == HEAD_LARGE || w == HEAD_LARGE || w == HEAD_LINE_LONG,
	    "pieces make no difference but in which limit is met first");
	require((v == HEAD_GOOD) == (w == HEAD_GOOD), "good is good");
	if (v != HEAD_GOOD) {
		return 0;
	}
	require(once.at == step.at && once.at <= limits.bytes, "the same end");
	v = head_parse(str_slice(s, 0, once.at), &h, &why);
	require(v != HEAD_PARTIAL, "it is whole");
	require(v == HEAD_GOOD || why != NULL, "a refusal has a reason");
	if (v == HEAD_GOOD) {
		check_good(str_slice(s, 0, once.at), &h);
		if (h.chunked) {
			check_chunks(str_slice(s, once.at, s.n));
		}
	}
	return 0;
}
