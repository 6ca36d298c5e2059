#include "channel/sim_swap.h"

#include <string.h>

#include "base/json_find.h"

enum { BODY_MAX = 128, VALUE_MAX = 16, HTTP_OK = 200 };

bool
sim_swap_applies(const struct provider *p, enum purpose purpose)
{
	return provider_get(p, PROVIDER_sim_swap_url).n > 0 &&
	    purpose != PURPOSE_DELIVERY && purpose != PURPOSE_RETURN_PICKUP;
}

enum err
sim_swap_ask(struct multi *m, const struct http_out_peer *peer,
    const struct provider *p, struct str token, const struct e164 *number,
    mono_ms deadline, http_out_done *done, void *arg)
{
	struct str lines[2] = {STR("Content-Type: application/json")};
	struct http_out_request request = {
		.method = STR("POST"),
		.url = provider_get(p, PROVIDER_sim_swap_url),
		.headers = lines,
		.n_headers = 1,
	};
	struct buf bearer, body;
	enum err e;

	buf_init(&bearer, HTTP_OUT_HEADER_MAX);
	buf_init(&body, BODY_MAX);
	if (token.n > 0) {
		buf_z(&bearer, "Authorization: Bearer ");
		buf_str(&bearer, token);
		lines[request.n_headers++] = buf_view(&bearer);
	}
	buf_printf(&body, "{\"phoneNumber\":\"%s\",\"maxAge\":%s}", number->z,
	    p->setting[PROVIDER_sim_swap_max_age_h]);
	request.body = buf_view(&body);
	e = buf_err(&bearer) != ERR_NONE ? buf_err(&bearer) : buf_err(&body);
	if (e == ERR_NONE) {
		e = http_out_send(m, peer, &request, deadline, done, arg);
	}
	buf_done(&bearer);
	buf_done(&body);
	return e;
}

enum sim_swap
sim_swap_read(const struct http_out_answer *a)
{
	char room[VALUE_MAX];
	struct buf value;

	buf_fixed(&value, room, sizeof(room));
	if (a->status != HTTP_OK ||
	    !json_find(a->body, STR("/swapped"), &value)) {
		return SIM_UNKNOWN;
	}
	return str_equal(buf_view(&value), STR("false")) ? SIM_SAME
	    : str_equal(buf_view(&value), STR("true")) ? SIM_SWAPPED
	    : SIM_UNKNOWN;
}
