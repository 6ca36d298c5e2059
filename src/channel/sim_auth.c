#include "channel/sim_auth.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "base/json_find.h"
#include "base/parse.h"
#include "domain/template.h"

enum {
	HTTP_OK = 200,
	BODY_MAX = 2048,
	BASIC_MAX = 4096,
	TYPE_MAX = 16,
	LIFE_MAX = 24,
	/* A token that ends while its question is on the way is no use. */
	MARGIN_S = 30,
	LIFE_S_MAX = 86400
};

struct sim_auth {
	struct sim_auth_options o;
	struct sim_auth_wait *first;	/* while a request is under way */
	mono_ms ends;			/* not used from then on */
	size_t n;			/* of the token; 0: there is none */
	char token[SIM_AUTH_TOKEN_MAX];
};

enum err
sim_auth_new(const struct sim_auth_options *o, struct sim_auth **ret_auth)
{
	struct sim_auth *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		return ERR_NOMEM;
	}
	a->o = *o;
	*ret_auth = a;
	return ERR_NONE;
}

void
sim_auth_free(struct sim_auth *a)
{
	if (a != NULL) {
		sim_auth_drop(a);
		free(a);
	}
}

void
sim_auth_drop(struct sim_auth *a)
{
	explicit_bzero(a->token, sizeof(a->token));
	a->n = 0;
}

struct str
sim_auth_token(struct sim_auth *a)
{
	if (a->n > 0 && mono_ms_since(a->ends,
	    clock_mono(&a->o.clock)).v <= 0) {
		sim_auth_drop(a);
	}
	return (struct str){a->token, a->n};
}

/* RFC 6750 section 2.1: what may stand behind "Bearer ". */
static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~') {
			return false;
		}
	}
	return s.n > 0;
}

/* RFC 6749 section 5.1: what is not said ends at once. */
static duration_ms
life_of(struct str body)
{
	char room[LIFE_MAX];
	struct buf text;
	uint64_t seconds = 0;
	duration_ms life, margin = SECONDS(MARGIN_S);

	buf_fixed(&text, room, sizeof(room));
	if (!json_find(body, STR("/expires_in"), &text) ||
	    !parse_u64(buf_view(&text), &seconds)) {
		seconds = 0;
	}
	life = SECONDS(seconds < LIFE_S_MAX ? seconds : LIFE_S_MAX);
	if (life.v < 2 * margin.v) {
		margin.v = life.v / 2;
	}
	return (duration_ms){life.v - margin.v};
}

static bool
is_bearer(struct str body)
{
	char room[TYPE_MAX + 1];
	struct buf type;

	buf_fixed(&type, room, TYPE_MAX);
	return json_find(body, STR("/token_type"), &type) &&
	    buf_err(&type) == ERR_NONE && strcasecmp(buf_c(&type), "bearer") == 0;
}

/* For those who wait, whatever its life; kept for others while it lasts. */
static void
take(struct sim_auth *a, const struct http_out_answer *answer)
{
	struct buf token;

	sim_auth_drop(a);
	buf_fixed(&token, a->token, sizeof(a->token));
	if (answer->status == HTTP_OK && !answer->cut &&
	    is_bearer(answer->body) &&
	    json_find(answer->body, STR("/access_token"), &token) &&
	    buf_err(&token) == ERR_NONE && is_token(buf_view(&token))) {
		a->n = token.n;
		a->ends = mono_ms_add(clock_mono(&a->o.clock),
		    life_of(answer->body));
	} else {
		sim_auth_drop(a);
	}
}

static void
answered(void *arg, const struct http_out_answer *answer)
{
	struct sim_auth *a = arg;
	struct sim_auth_wait *w = a->first;

	a->first = NULL;
	take(a, answer);
	while (w != NULL) {
		struct sim_auth_wait *next = w->next;

		w->done(w->arg, (struct str){a->token, a->n});
		w = next;
	}
}

/* RFC 6749 section 2.3.1: each of the two as in a form, then RFC 7617. */
static void
put_basic(const struct sim_auth *a, struct buf *out)
{
	char room[BASIC_MAX];
	struct buf pair;

	buf_fixed(&pair, room, sizeof(room));
	template_escape(provider_get(a->o.provider, PROVIDER_sim_swap_client),
	    TEMPLATE_URL, &pair);
	buf_char(&pair, ':');
	template_escape((struct str){(const char *)a->o.secret->b,
	    a->o.secret->n}, TEMPLATE_URL, &pair);
	buf_z(out, "Authorization: Basic ");
	base64_encode(out, pair.p, pair.n);
	if (buf_err(&pair) != ERR_NONE && out->err == ERR_NONE) {
		out->err = buf_err(&pair);
	}
	explicit_bzero(room, sizeof(room));
}

static enum err
ask(struct sim_auth *a, mono_ms deadline)
{
	struct str scope = provider_get(a->o.provider,
	    PROVIDER_sim_swap_scope);
	struct str lines[2] = {
		STR("Content-Type: application/x-www-form-urlencoded"),
	};
	struct http_out_request request = {
		.method = STR("POST"),
		.url = provider_get(a->o.provider,
		    PROVIDER_sim_swap_token_url),
		.headers = lines,
		.n_headers = 2,
	};
	struct buf basic, body;
	enum err e;

	buf_init(&basic, HTTP_OUT_HEADER_MAX);
	buf_init(&body, BODY_MAX);
	put_basic(a, &basic);
	buf_z(&body, "grant_type=client_credentials");
	if (scope.n > 0) {
		buf_z(&body, "&scope=");
		template_escape(scope, TEMPLATE_URL, &body);
	}
	lines[1] = buf_view(&basic);
	request.body = buf_view(&body);
	e = buf_err(&basic) != ERR_NONE ? buf_err(&basic) : buf_err(&body);
	if (e == ERR_NONE) {
		e = http_out_send(a->o.multi, a->o.peer, &request, deadline,
		    answered, a);
	}
	buf_done(&basic);
	buf_done(&body);
	return e;
}

enum err
sim_auth_fetch(struct sim_auth *a, struct sim_auth_wait *w, mono_ms deadline)
{
	enum err e = a->first != NULL ? ERR_NONE : ask(a, deadline);

	if (e == ERR_NONE) {
		w->next = a->first;
		a->first = w;
	}
	return e;
}
