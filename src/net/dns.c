#include "net/dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

#include "base/parse.h"

enum { ANSWER_MAX = 16384, TEXT_MAX = 4096, TRIES = 2 };

static bool
use_server(struct __res_state *r, struct str server)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	size_t colon = str_find(server, ':');
	char host[INET_ADDRSTRLEN];
	uint64_t port;

	if (!str_copy(str_slice(server, 0, colon), host, sizeof(host)) ||
	    inet_pton(AF_INET, host, &address.sin_addr) != 1 ||
	    !parse_u64(str_slice(server, colon + 1, server.n), &port) ||
	    port == 0 || port > UINT16_MAX) {
		return false;
	}
	address.sin_port = htons((uint16_t)port);
	r->nsaddr_list[0] = address;
	r->nscount = 1;
	return true;
}

/* A record is strings of a length and so many bytes (RFC 1035, 3.3.14). */
static enum err
join(const uint8_t *p, size_t n, dns_text_fn *fn, void *ctx)
{
	struct buf CLEANUP(buf_done) text = {0};

	buf_init(&text, TEXT_MAX);
	for (size_t at = 0; at < n; at += 1 + (size_t)p[at]) {
		if (p[at] > n - at - 1) {
			return ERR_IO;
		}
		buf_put(&text, p + at + 1, p[at]);
	}
	if (buf_err(&text) == ERR_NONE) {
		fn(ctx, buf_view(&text));
	}
	return ERR_NONE;
}

static enum err
read_answer(const uint8_t *answer, int n, dns_text_fn *fn, void *ctx)
{
	ns_msg message;
	unsigned found = 0;

	if (ns_initparse(answer, n, &message) != 0) {
		return ERR_IO;
	}
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		ns_rr record;
		enum err e;

		if (ns_parserr(&message, ns_s_an, i, &record) != 0) {
			return ERR_IO;
		}
		/* An alias stands beside what it leads to. */
		if (ns_rr_type(record) != ns_t_txt) {
			continue;
		}
		e = join(ns_rr_rdata(record), ns_rr_rdlen(record), fn, ctx);
		if (e != ERR_NONE) {
			return e;
		}
		found++;
	}
	return found > 0 ? ERR_NONE : ERR_MISSING;
}

static enum err
why_not(const struct __res_state *r)
{
	switch (r->res_h_errno) {
	case HOST_NOT_FOUND:
	case NO_DATA:
		return ERR_MISSING;
	case TRY_AGAIN:
		return ERR_TIMEOUT;
	default:
		return ERR_IO;
	}
}

enum err
dns_text(struct str server, const char *name, duration_ms patience,
    dns_text_fn *fn, void *ctx)
{
	struct __res_state r;
	uint8_t answer[ANSWER_MAX];
	enum err e;
	int n;

	memset(&r, 0, sizeof(r));
	if (res_ninit(&r) != 0) {
		return ERR_IO;
	}
	if (server.n > 0 && !use_server(&r, server)) {
		res_nclose(&r);
		return ERR_SYNTAX;
	}
	r.options |= RES_USE_EDNS0;
	r.retrans = patience.v > 1000 ? (int)(patience.v / 1000) : 1;
	r.retry = TRIES;
	n = res_nquery(&r, name, ns_c_in, ns_t_txt, answer, sizeof(answer));
	e = n < 0 ? why_not(&r) : n > (int)sizeof(answer) ? ERR_IO
	    : read_answer(answer, n, fn, ctx);
	res_nclose(&r);
	return e;
}
