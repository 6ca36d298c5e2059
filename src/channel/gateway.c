#include "channel/gateway.h"

#include <stdlib.h>
#include <string.h>

#include "channel/draft.h"
#include "channel/sim_auth.h"
#include "channel/sim_swap.h"
#include "domain/notice.h"

enum { HTTP_UNAUTHORIZED = 401 };

struct gateway {
	const struct provider *provider;
	struct draft_login login;
	const struct secret *sim_token;
	struct sim_auth *sim_auth;	/* NULL: sim_token is the token */
	struct http_out_peer peer;
	struct clock clock;
	struct multi *multi;
	bool closing;
};

/* What a message needs until its answer comes. */
struct pending {
	const struct provider *provider;
	struct id id;
	sent_done *done;
	void *arg;
};

static struct str
secret_str(const struct secret *s)
{
	return s == NULL ? STR("") : (struct str){(const char *)s->b, s->n};
}

/* What the answer means: first its own code, where it has one. */
static enum sent_result
judge(const struct provider *p, const struct http_out_answer *a,
    struct str code)
{
	bool accepted = provider_lists_status(provider_get(p,
	    PROVIDER_accepted_status), a->status);
	struct str accepted_codes = provider_get(p, PROVIDER_accepted_codes);

	if (provider_lists_word(provider_get(p, PROVIDER_permanent_codes),
	    code)) {
		return SENT_PERMANENT;
	}
	if (accepted && accepted_codes.n > 0) {
		return provider_lists_word(accepted_codes, code)
		    ? SENT_ACCEPTED : SENT_TEMPORARY;
	}
	return accepted ? SENT_ACCEPTED
	    : provider_lists_status(provider_get(p,
	    PROVIDER_permanent_status), a->status) ? SENT_PERMANENT
	    : SENT_TEMPORARY;
}

static void
say_reason(const struct http_out_answer *a, enum sent_result result,
    struct str code, struct buf *out)
{
	if (result == SENT_ACCEPTED) {
		buf_z(out, "accepted");
	} else if (a->status == 0) {
		buf_z(out, a->reason);
	} else if (code.n > 0 && code.n <= 16) {
		buf_z(out, "provider_");
		buf_str(out, code);
	} else {
		buf_printf(out, "http_%d", a->status);
	}
}

static void
read_reference(const struct pending *p, struct str body, struct buf *out)
{
	struct str how = provider_get(p->provider, PROVIDER_answer_id);
	char id[ID_TEXT_MAX];

	if (str_equal(how, STR("ours"))) {
		id_text(ID_MESSAGE, &p->id, id);
		buf_z(out, id);
	} else {
		(void)!provider_read(how, body, out);
	}
}

static void
answered(void *arg, const struct http_out_answer *a)
{
	struct pending p = *(struct pending *)arg;
	char texts[3][PROVIDER_READ_MAX + 1];
	struct buf code, reason, reference;
	struct sent sent = {.result = SENT_TEMPORARY, .detail = ""};

	free(arg);
	buf_fixed(&code, texts[0], sizeof(texts[0]));
	buf_fixed(&reason, texts[1], sizeof(texts[1]));
	buf_fixed(&reference, texts[2], sizeof(texts[2]));
	if (a->status != 0) {
		(void)!provider_read(provider_get(p.provider,
		    PROVIDER_answer_code), a->body, &code);
		sent.result = judge(p.provider, a, buf_view(&code));
	}
	if (sent.result == SENT_ACCEPTED) {
		read_reference(&p, a->body, &reference);
	}
	say_reason(a, sent.result, buf_view(&code), &reason);
	sent.reason = buf_c(&reason);
	sent.provider = p.provider->name;
	sent.reference = buf_c(&reference);
	sent.wait = a->retry_after;
	p.done(p.arg, &sent);
}

/* A message that waits for what is said of its number's SIM. */
struct asking {
	struct gateway *gateway;
	struct pending *pending;
	struct draft draft;
	struct e164 number;
	struct sim_auth_wait wait;
	mono_ms deadline;
};

static void
asking_free(struct asking *a)
{
	draft_done(&a->draft);
	explicit_bzero(a, sizeof(*a));
	free(a);
}

static void
give_up(struct pending *p, enum sent_result result, const char *reason)
{
	const struct sent sent = {.result = result, .reason = reason,
	    .detail = "", .provider = p->provider->name, .reference = ""};
	struct pending copy = *p;

	free(p);
	copy.done(copy.arg, &sent);
}

static void
decide(struct asking *a, enum sim_swap sim)
{
	const struct provider *p = a->gateway->provider;
	enum err e;

	if (a->gateway->closing) {
		give_up(a->pending, SENT_TEMPORARY, "stopped");
	} else if (sim == SIM_SWAPPED) {
		give_up(a->pending, SENT_PERMANENT, "sim_swapped");
	} else if (sim == SIM_UNKNOWN && str_equal(provider_get(p,
	    PROVIDER_sim_swap_failure), STR("refuse"))) {
		give_up(a->pending, SENT_PERMANENT, "sim_unknown");
	} else {
		e = http_out_send(a->gateway->multi, &a->gateway->peer,
		    &a->draft.request, a->deadline, answered, a->pending);
		if (e != ERR_NONE) {
			give_up(a->pending, SENT_TEMPORARY, err_name(e));
		}
	}
	asking_free(a);
}

static void
asked(void *arg, const struct http_out_answer *answer)
{
	struct asking *a = arg;

	if (answer->status == HTTP_UNAUTHORIZED &&
	    a->gateway->sim_auth != NULL) {
		sim_auth_drop(a->gateway->sim_auth);
	}
	decide(a, sim_swap_read(answer));
}

static enum err
ask(struct asking *a, struct str token)
{
	struct gateway *g = a->gateway;

	return sim_swap_ask(g->multi, &g->peer, g->provider, token,
	    &a->number, a->deadline, asked, a);
}

/* Without a token nobody is asked: no answer, as when nobody answers. */
static void
authorised(void *arg, struct str token)
{
	struct asking *a = arg;

	if (a->gateway->closing || token.n == 0 ||
	    ask(a, token) != ERR_NONE) {
		decide(a, SIM_UNKNOWN);
	}
}

/* By the token that there is, or once there is one. */
static enum err
ask_or_wait(struct asking *a)
{
	struct gateway *g = a->gateway;
	struct str token;

	if (g->sim_auth == NULL) {
		return ask(a, secret_str(g->sim_token));
	}
	token = sim_auth_token(g->sim_auth);
	return token.n > 0 ? ask(a, token)
	    : sim_auth_fetch(g->sim_auth, &a->wait, a->deadline);
}

/* Takes the draft and pending, unless it fails. */
static enum err
ask_first(struct gateway *g, const struct outgoing *m, struct draft *d,
    struct pending *pending, mono_ms deadline)
{
	struct asking *a = calloc(1, sizeof(*a));
	enum err e;

	if (a == NULL) {
		return ERR_NOMEM;
	}
	*a = (struct asking){.gateway = g, .pending = pending, .draft = *d,
	    .number = *m->to_phone, .wait = {.done = authorised, .arg = a},
	    .deadline = deadline};
	a->draft.request.headers = a->draft.lines;
	e = ask_or_wait(a);
	if (e != ERR_NONE) {
		free(a);
		return e;
	}
	*d = (struct draft){0};
	return ERR_NONE;
}

static enum err
gateway_submit(void *ctx, const struct outgoing *m, unix_ms now,
    sent_done *done, void *arg)
{
	struct gateway *g = ctx;
	mono_ms deadline = mono_ms_add(clock_mono(&g->clock),
	    unix_ms_since(m->expires_at, now));
	struct pending *pending;
	struct draft d = {0};
	enum err e;

	if (m->channel != provider_channel(g->provider) ||
	    m->to_phone == NULL || m->wording->text.n == 0) {
		return ERR_RANGE;
	}
	if (multi_room(g->multi) == 0) {
		return ERR_BUSY;
	}
	pending = malloc(sizeof(*pending));
	if (pending == NULL) {
		return ERR_NOMEM;
	}
	*pending = (struct pending){g->provider, m->id, done, arg};
	e = draft_make(&d, &g->login, m);
	if (e == ERR_NONE && !message_is_notice(m->kind) &&
	    sim_swap_applies(g->provider, m->purpose)) {
		e = ask_first(g, m, &d, pending, deadline);
	} else if (e == ERR_NONE) {
		e = http_out_send(g->multi, &g->peer, &d.request, deadline,
		    answered, pending);
	}
	draft_done(&d);
	if (e != ERR_NONE) {
		free(pending);
	}
	return e == ERR_LIMIT ? ERR_RANGE : e;
}

static enum err
gateway_run(void *ctx, unix_ms now UNUSED, duration_ms timeout)
{
	struct gateway *g = ctx;

	return multi_run_once(g->multi, timeout);
}

static unsigned
gateway_pending(const void *ctx)
{
	const struct gateway *g = ctx;

	return multi_pending(g->multi);
}

static void
gateway_wakeup(void *ctx)
{
	struct gateway *g = ctx;

	multi_wakeup(g->multi);
}

static void
gateway_free(void *ctx)
{
	struct gateway *g = ctx;

	g->closing = true;
	multi_free(g->multi);
	sim_auth_free(g->sim_auth);
	free(g);
}

static const struct channel_ops gateway_ops = {
	.name = "gateway",
	.submit = gateway_submit,
	.run = gateway_run,
	.pending = gateway_pending,
	.wakeup = gateway_wakeup,
	.free = gateway_free,
};

static enum err
new_sim_auth(struct gateway *g, const struct gateway_options *o)
{
	const struct sim_auth_options auth = {
		.provider = o->provider,
		.secret = o->sim_secret,
		.peer = &g->peer,
		.multi = g->multi,
		.clock = o->clock,
	};

	return sim_auth_new(&auth, &g->sim_auth);
}

enum err
gateway_new(const struct gateway_options *o, struct carrier *ret_carrier)
{
	struct gateway *g = calloc(1, sizeof(*g));
	enum err e;

	if (g == NULL) {
		return ERR_NOMEM;
	}
	g->provider = o->provider;
	g->login = (struct draft_login){o->provider, o->secret, o->token};
	g->sim_token = o->sim_token;
	g->peer = o->peer;
	g->peer.ca_file = provider_get_z(o->provider, PROVIDER_ca_file);
	g->clock = o->clock;
	e = multi_new(&o->limits, o->clock, &g->multi);
	if (e == ERR_NONE && provider_get(o->provider,
	    PROVIDER_sim_swap_token_url).n > 0) {
		e = new_sim_auth(g, o);
	}
	if (e != ERR_NONE) {
		multi_free(g->multi);
		free(g);
		return e;
	}
	*ret_carrier = (struct carrier){&gateway_ops, g};
	return ERR_NONE;
}
