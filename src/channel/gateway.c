#include "channel/gateway.h"

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "channel/sim_swap.h"
#include "domain/gsm7.h"
#include "domain/notice.h"
#include "domain/sender_id.h"
#include "domain/template.h"

enum { SPEECH_MAX = 8192, VALUES_MAX = 4096 };

struct gateway {
	const struct provider *provider;
	const struct secret *secret;
	const struct secret *token;
	const struct secret *sim_token;
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

/* The words of one message, and the memory of those that are made. */
struct words {
	struct str values[TEMPLATE_WORD_COUNT];
	char id[ID_TEXT_MAX];
	struct buf basic;
	struct buf receipts;
	struct buf call;
	struct buf speech;
};

/* A request being made. */
struct draft {
	struct words words;
	struct buf url;
	struct buf body;
	struct buf headers;		/* each terminated by LF */
	struct str lines[HTTP_OUT_HEADERS_MAX];
	struct http_out_request request;
	bool broken;			/* a header has a line break in it */
};

static struct str
secret_str(const struct secret *s)
{
	return s == NULL ? STR("") : (struct str){(const char *)s->b, s->n};
}

/* The secret goes in bytes: it may be in no other place than a header. */
static void
make_basic(const struct gateway *g, struct buf *out)
{
	char plain[PROVIDER_VALUE_MAX + SECRET_MAX + 2];
	struct buf b;

	buf_fixed(&b, plain, sizeof(plain));
	buf_str(&b, provider_get(g->provider, PROVIDER_account));
	buf_char(&b, ':');
	buf_str(&b, secret_str(g->secret));
	base64_encode(out, b.p, b.n);
	explicit_bzero(plain, sizeof(plain));
}

/* Carriers drop what comes from a sender that is not registered. */
static struct str
sender_of(const struct provider *p, const struct outgoing *m)
{
	return sender_id_listed(provider_get(p, PROVIDER_senders), m->sender)
	    ? m->sender : provider_get(p, PROVIDER_sender);
}

static enum err
words_init(struct words *w, const struct gateway *g, const struct outgoing *m)
{
	struct str to = e164_str(m->to_phone);
	bool gsm = gsm7_one_segment(buf_view(&m->wording->text));

	buf_init(&w->basic, VALUES_MAX);
	buf_init(&w->receipts, VALUES_MAX);
	buf_init(&w->call, VALUES_MAX);
	buf_init(&w->speech, SPEECH_MAX);
	id_text(ID_MESSAGE, &m->id, w->id);
	make_basic(g, &w->basic);
	provider_address(g->provider, "receipts", secret_str(g->token),
	    &w->receipts);
	provider_address(g->provider, "call", secret_str(g->token), &w->call);
	buf_printf(&w->call, "&id=%s", w->id);
	w->values[TEMPLATE_TO] = to;
	w->values[TEMPLATE_TO_DIGITS] = str_slice(to, 1, to.n);
	w->values[TEMPLATE_TEXT] = buf_view(&m->wording->text);
	w->values[TEMPLATE_SENDER] = sender_of(g->provider, m);
	w->values[TEMPLATE_ID] = str_of(w->id);
	w->values[TEMPLATE_ACCOUNT] = provider_get(g->provider,
	    PROVIDER_account);
	w->values[TEMPLATE_SECRET] = secret_str(g->secret);
	w->values[TEMPLATE_BASIC] = buf_view(&w->basic);
	w->values[TEMPLATE_CODING] = gsm ? STR("0") : STR("2");
	w->values[TEMPLATE_ALPHABET] = gsm ? STR("text") : STR("unicode");
	w->values[TEMPLATE_LOCALE] = str_of(locale_name(m->locale));
	w->values[TEMPLATE_LANGUAGE] = str_of(locale_language(m->locale));
	w->values[TEMPLATE_CALL] = buf_view(&w->call);
	w->values[TEMPLATE_RECEIPTS] = buf_view(&w->receipts);
	if (m->channel == CHANNEL_VOICE) {
		template_expand(provider_get(g->provider, PROVIDER_speech),
		    TEMPLATE_XML, w->values, &w->speech);
		w->values[TEMPLATE_SPEECH] = buf_view(&w->speech);
	}
	return buf_err(&w->basic) != ERR_NONE ? buf_err(&w->basic)
	    : buf_err(&w->receipts) != ERR_NONE ? buf_err(&w->receipts)
	    : buf_err(&w->call) != ERR_NONE ? buf_err(&w->call)
	    : buf_err(&w->speech);
}

static void
words_done(struct words *w)
{
	buf_done(&w->basic);
	buf_done(&w->receipts);
	buf_done(&w->call);
	buf_done(&w->speech);
	explicit_bzero(w, sizeof(*w));
}

/* One "name=value"; nothing where there is no value to send. */
static void
put_field(const struct provider_field *f, const struct words *w,
    struct buf *out)
{
	struct str t = str_of(f->value);
	struct buf value;

	if (template_uses(t, TEMPLATE_RECEIPTS) &&
	    w->values[TEMPLATE_RECEIPTS].n == 0) {
		return;
	}
	buf_init(&value, HTTP_OUT_BODY_MAX);
	template_expand(t, TEMPLATE_PLAIN, w->values, &value);
	if (value.n > 0) {
		if (out->n > 0 && out->p[out->n - 1] != '?') {
			buf_char(out, '&');
		}
		template_escape(str_of(f->name), TEMPLATE_URL, out);
		buf_char(out, '=');
		template_escape(buf_view(&value), TEMPLATE_URL, out);
	}
	if (buf_err(&value) != ERR_NONE && out->err == ERR_NONE) {
		out->err = buf_err(&value);
	}
	buf_done(&value);
}

/* A form is the body, or the query of a GET. */
static void
put_form(struct draft *d, const struct provider *p)
{
	bool get = str_equal(d->request.method, STR("GET"));
	struct buf *out = get ? &d->url : &d->body;

	if (get) {
		buf_char(out, '?');
	}
	for (unsigned i = 0; i < p->fields.n; i++) {
		put_field(&p->fields.v[i], &d->words, out);
	}
}

static void
put_body(struct draft *d, const struct provider *p)
{
	struct str type = provider_get(p, PROVIDER_type);

	if (str_equal(type, STR("form"))) {
		put_form(d, p);
	} else {
		template_expand(provider_get(p, PROVIDER_body),
		    str_equal(type, STR("json")) ? TEMPLATE_JSON
		    : TEMPLATE_PLAIN, d->words.values, &d->body);
	}
}

static void
put_headers(struct draft *d, const struct provider *p)
{
	struct str type = provider_get(p, PROVIDER_type);
	struct str rest, line;
	size_t value;

	if (d->body.n > 0) {
		buf_printf(&d->headers, "Content-Type: %s\n",
		    str_equal(type, STR("form"))
		    ? "application/x-www-form-urlencoded"
		    : str_equal(type, STR("json")) ? "application/json"
		    : "text/plain; charset=utf-8");
	}
	for (unsigned i = 0; i < p->headers.n; i++) {
		if (p->headers.v[i].value[0] == '\0') {
			continue;
		}
		buf_printf(&d->headers, "%s: ", p->headers.v[i].name);
		value = d->headers.n;
		template_expand(str_of(p->headers.v[i].value), TEMPLATE_PLAIN,
		    d->words.values, &d->headers);
		/* A line break would be another header (S82). */
		line = str_slice(buf_view(&d->headers), value, d->headers.n);
		d->broken = d->broken || str_find(line, '\n') < line.n;
		buf_char(&d->headers, '\n');
	}
	rest = buf_view(&d->headers);
	while (d->request.n_headers < HTTP_OUT_HEADERS_MAX &&
	    str_split(&rest, '\n', &line)) {
		if (line.n > 0) {
			d->lines[d->request.n_headers++] = line;
		}
	}
}

static enum err
draft_make(struct draft *d, const struct gateway *g, const struct outgoing *m)
{
	const struct provider *p = g->provider;
	enum err e;

	buf_init(&d->url, HTTP_OUT_URL_MAX);
	buf_init(&d->body, HTTP_OUT_BODY_MAX);
	buf_init(&d->headers, HTTP_OUT_HEADERS_MAX * HTTP_OUT_HEADER_MAX);
	e = words_init(&d->words, g, m);
	if (e != ERR_NONE) {
		return e;
	}
	d->request.method = provider_get(p, PROVIDER_method);
	template_expand(provider_get(p, PROVIDER_url), TEMPLATE_URL,
	    d->words.values, &d->url);
	put_body(d, p);
	put_headers(d, p);
	d->request.url = buf_view(&d->url);
	d->request.body = buf_view(&d->body);
	d->request.headers = d->lines;
	return d->broken ? ERR_RANGE
	    : buf_err(&d->url) != ERR_NONE ? buf_err(&d->url)
	    : buf_err(&d->body) != ERR_NONE ? buf_err(&d->body)
	    : buf_err(&d->headers);
}

static void
draft_done(struct draft *d)
{
	words_done(&d->words);
	buf_done(&d->url);
	buf_done(&d->body);
	buf_done(&d->headers);
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
	mono_ms deadline;
};

static void
asking_free(struct asking *a)
{
	draft_done(&a->draft);
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
asked(void *arg, const struct http_out_answer *answer)
{
	struct asking *a = arg;
	const struct provider *p = a->gateway->provider;
	const enum sim_swap sim = sim_swap_read(answer);
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
	    .deadline = deadline};
	a->draft.request.headers = a->draft.lines;
	e = sim_swap_ask(g->multi, &g->peer, g->provider, g->sim_token,
	    m->to_phone, deadline, asked, a);
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
	e = draft_make(&d, g, m);
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

enum err
gateway_new(const struct gateway_options *o, struct carrier *ret_carrier)
{
	struct gateway *g = calloc(1, sizeof(*g));
	enum err e;

	if (g == NULL) {
		return ERR_NOMEM;
	}
	g->provider = o->provider;
	g->secret = o->secret;
	g->token = o->token;
	g->sim_token = o->sim_token;
	g->peer = o->peer;
	g->peer.ca_file = provider_get_z(o->provider, PROVIDER_ca_file);
	g->clock = o->clock;
	e = multi_new(&o->limits, o->clock, &g->multi);
	if (e != ERR_NONE) {
		free(g);
		return e;
	}
	*ret_carrier = (struct carrier){&gateway_ops, g};
	return ERR_NONE;
}
