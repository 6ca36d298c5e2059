/*
 * Who asks: the peer, or whom trusted proxies name (S109).
 */
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <sys/queue.h>

#include "http/conn.h"
#include "http/loop.h"

enum { PROXIES_MAX = 32 };

bool
client_is_proxy(const struct loop *l, const struct ip *ip)
{
	for (size_t i = 0; i < l->options->n_trusted; i++) {
		if (ip_net_has(&l->options->trusted[i], ip)) {
			return true;
		}
	}
	return false;
}

/* One X-Forwarded-For field, from its end; false: the client is found. */
static bool
follow_field(struct http_exchange *x, struct str list, int *hops)
{
	while (list.n > 0) {
		size_t comma = list.n;
		struct ip ip;

		while (comma > 0 && list.p[comma - 1] != ',') {
			comma--;
		}
		if (++*hops > PROXIES_MAX ||
		    !ip_parse(str_trim(str_slice(list, comma, list.n)), &ip)) {
			return false;
		}
		x->client = ip;
		if (!client_is_proxy(x->conn->loop, &ip)) {
			return false;
		}
		list = str_slice(list, 0, comma == 0 ? 0 : comma - 1);
	}
	return true;
}

/*
 * S109: each trusted proxy appends whom it heard.  So the list is read from
 * its end, as long as what is there is a trusted proxy; what stands before
 * the first stranger is the stranger's invention.
 */
void
exchange_client(struct http_exchange *x)
{
	struct evkeyvalq *fields = evhttp_request_get_input_headers(x->req);
	struct evkeyval *f;
	int hops = 0;

	if (!client_is_proxy(x->conn->loop, &x->client)) {
		return;
	}
	for (f = TAILQ_LAST(fields, evkeyvalq); f != NULL;
	    f = TAILQ_PREV(f, evkeyvalq, next)) {
		if (head_name_is(str_of(f->key), "X-Forwarded-For") &&
		    !follow_field(x, str_of(f->value), &hops)) {
			return;
		}
	}
}
