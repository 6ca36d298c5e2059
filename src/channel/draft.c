#include "channel/draft.h"

#include <string.h>

#include "base/encode.h"
#include "domain/gsm7.h"
#include "domain/sender_id.h"

enum { SPEECH_MAX = 8192, VALUES_MAX = 4096 };

static struct str
secret_str(const struct secret *s)
{
	return s == NULL ? STR("") : (struct str){(const char *)s->b, s->n};
}

/* The secret goes in bytes: it may be in no other place than a header. */
static void
make_basic(const struct draft_login *login, struct buf *out)
{
	char plain[PROVIDER_VALUE_MAX + SECRET_MAX + 2];
	struct buf b;

	buf_fixed(&b, plain, sizeof(plain));
	buf_str(&b, provider_get(login->provider, PROVIDER_account));
	buf_char(&b, ':');
	buf_str(&b, secret_str(login->secret));
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
words_init(struct words *w, const struct draft_login *login,
    const struct outgoing *m)
{
	struct str to = e164_str(m->to_phone);
	bool gsm = gsm7_one_segment(buf_view(&m->wording->text));

	buf_init(&w->basic, VALUES_MAX);
	buf_init(&w->receipts, VALUES_MAX);
	buf_init(&w->call, VALUES_MAX);
	buf_init(&w->speech, SPEECH_MAX);
	id_text(ID_MESSAGE, &m->id, w->id);
	make_basic(login, &w->basic);
	provider_address(login->provider, "receipts", secret_str(login->token),
	    &w->receipts);
	provider_address(login->provider, "call", secret_str(login->token),
	    &w->call);
	buf_printf(&w->call, "&id=%s", w->id);
	w->values[TEMPLATE_TO] = to;
	w->values[TEMPLATE_TO_DIGITS] = str_slice(to, 1, to.n);
	w->values[TEMPLATE_TEXT] = buf_view(&m->wording->text);
	w->values[TEMPLATE_SENDER] = sender_of(login->provider, m);
	w->values[TEMPLATE_ID] = str_of(w->id);
	w->values[TEMPLATE_ACCOUNT] = provider_get(login->provider,
	    PROVIDER_account);
	w->values[TEMPLATE_SECRET] = secret_str(login->secret);
	w->values[TEMPLATE_BASIC] = buf_view(&w->basic);
	w->values[TEMPLATE_CODING] = gsm ? STR("0") : STR("2");
	w->values[TEMPLATE_ALPHABET] = gsm ? STR("text") : STR("unicode");
	w->values[TEMPLATE_LOCALE] = str_of(locale_name(m->locale));
	w->values[TEMPLATE_LANGUAGE] = str_of(locale_language(m->locale));
	w->values[TEMPLATE_CALL] = buf_view(&w->call);
	w->values[TEMPLATE_RECEIPTS] = buf_view(&w->receipts);
	if (m->channel == CHANNEL_VOICE) {
		template_expand(provider_get(login->provider, PROVIDER_speech),
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

enum err
draft_make(struct draft *d, const struct draft_login *login,
    const struct outgoing *m)
{
	const struct provider *p = login->provider;
	enum err e;

	buf_init(&d->url, HTTP_OUT_URL_MAX);
	buf_init(&d->body, HTTP_OUT_BODY_MAX);
	buf_init(&d->headers, HTTP_OUT_HEADERS_MAX * HTTP_OUT_HEADER_MAX);
	e = words_init(&d->words, login, m);
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

void
draft_done(struct draft *d)
{
	words_done(&d->words);
	buf_done(&d->url);
	buf_done(&d->body);
	buf_done(&d->headers);
}
