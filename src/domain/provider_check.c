/*
 * What the settings of a provider must be, each and together.
 */
#include "domain/provider.h"

#include "base/json_find.h"
#include "base/parse.h"
#include "domain/price.h"
#include "domain/sender_id.h"
#include "domain/template.h"

struct check {
	const struct provider *p;
	struct buf *reason;
	bool good;
};

static void
require(struct check *c, bool holds, const char *what)
{
	if (!holds) {
		buf_printf(c->reason, "[%s]: %s\n", c->p->name, what);
		c->good = false;
	}
}

static bool
is_one_of(const struct provider *p, enum provider_key key, struct str list)
{
	struct str v = provider_get(p, key);

	return v.n > 0 && str_find(v, ' ') == v.n &&
	    provider_lists_word(list, v);
}

static bool
is_local(struct str rest)
{
	static const struct str hosts[] = {
		STR_INIT("localhost"), STR_INIT("127.0.0.1"),
		STR_INIT("[::1]"),
	};

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct str after = str_slice(rest, hosts[i].n, rest.n);

		if (str_starts(rest, hosts[i]) && (after.n == 0 ||
		    after.p[0] == ':' || after.p[0] == '/')) {
			return true;
		}
	}
	return false;
}

/*
 * S97: the text and the secret are not for the wire to read.  A word in the
 * host could send them elsewhere.
 */
static void
check_url(struct check *c)
{
	static const struct str http = STR_INIT("http://");
	static const struct str https = STR_INIT("https://");
	struct str url = provider_get(c->p, PROVIDER_url), host;
	bool plain = false;

	require(c, url.n > 0, "url is needed");
	require(c, parse_bool(provider_get(c->p, PROVIDER_plain), &plain),
	    "plain must be yes or no");
	if (url.n == 0) {
		return;
	}
	if (str_starts(url, http)) {
		host = str_slice(url, http.n, url.n);
		require(c, plain || is_local(host),
		    "url would send all readable: use https, or say "
		    "plain = yes");
	} else {
		host = str_slice(url, https.n, url.n);
		require(c, str_starts(url, https),
		    "url must begin with https:// or http://");
	}
	host = str_slice(host, 0, str_find(host, '/'));
	require(c, host.n > 0 && str_find(host, '{') == host.n &&
	    str_find(host, '@') == host.n,
	    "url needs a host, without a {word} or a login");
}

static void
check_template(struct check *c, const char *kind, const char *name,
    const char *value)
{
	const char *flaw = template_flaw(str_of(value));

	if (flaw != NULL) {
		buf_printf(c->reason, "[%s]: %s%s %s\n", c->p->name, kind,
		    name, flaw);
		c->good = false;
	}
}

static void
check_templates(struct check *c)
{
	const struct provider *p = c->p;

	check_template(c, "", "url", p->setting[PROVIDER_url]);
	check_template(c, "", "body", p->setting[PROVIDER_body]);
	check_template(c, "", "speech", p->setting[PROVIDER_speech]);
	check_template(c, "", "call_ask", p->setting[PROVIDER_call_ask]);
	check_template(c, "", "call_say", p->setting[PROVIDER_call_say]);
	check_template(c, "", "call_end", p->setting[PROVIDER_call_end]);
	for (unsigned i = 0; i < p->headers.n; i++) {
		check_template(c, "header.", p->headers.v[i].name,
		    p->headers.v[i].value);
	}
	for (unsigned i = 0; i < p->fields.n; i++) {
		check_template(c, "field.", p->fields.v[i].name,
		    p->fields.v[i].value);
	}
}

static bool
reads(struct str how)
{
	if (str_starts(how, STR("json:"))) {
		return json_pointer_valid(str_slice(how, 5, how.n));
	}
	return how.n == 0 || (str_starts(how, STR("text:")) &&
	    str_find(how, '*') < how.n);
}

static bool
is_status_list(struct str list)
{
	struct str part;

	while (str_split(&list, ' ', &part)) {
		struct str low = str_slice(part, 0, str_find(part, '-'));
		uint64_t v;

		if (part.n == 0) {
			continue;
		}
		if (!parse_u64(low, &v) || v < 100 || v > 599 ||
		    (low.n < part.n && (!parse_u64(str_slice(part, low.n + 1,
		    part.n), &v) || v < 100 || v > 599))) {
			return false;
		}
	}
	return true;
}

static void
check_answer(struct check *c)
{
	const struct provider *p = c->p;
	struct str id = provider_get(p, PROVIDER_answer_id);
	struct str code = provider_get(p, PROVIDER_answer_code);

	require(c, str_equal(id, STR("ours")) || reads(id),
	    "answer_id must be json:/pointer, text:before*after or ours");
	require(c, reads(code),
	    "answer_code must be json:/pointer or text:before*after");
	require(c, is_status_list(provider_get(p, PROVIDER_accepted_status)) &&
	    is_status_list(provider_get(p, PROVIDER_permanent_status)),
	    "accepted_status and permanent_status are lists such as "
	    "200-299 404");
	require(c, code.n > 0 ||
	    (provider_get(p, PROVIDER_accepted_codes).n == 0 &&
	    provider_get(p, PROVIDER_permanent_codes).n == 0),
	    "accepted_codes and permanent_codes need answer_code");
}

static void
check_receipts(struct check *c)
{
	const struct provider *p = c->p;
	bool asked = provider_get(p, PROVIDER_receipts_token_file).n > 0;
	bool json = str_equal(provider_get(p, PROVIDER_receipt_type),
	    STR("json"));
	struct str id = provider_get(p, PROVIDER_receipt_id);
	struct str url = provider_get(p, PROVIDER_receipts_url);

	require(c, is_one_of(p, PROVIDER_receipt_type, STR("form json")),
	    "receipt_type must be form or json");
	require(c, url.n == 0 || asked,
	    "receipts_url needs receipts_token_file");
	require(c, url.n == 0 || str_starts(url, STR("https://")) ||
	    str_starts(url, STR("http://")),
	    "receipts_url must begin with https:// or http://");
	require(c, !asked || (id.n > 0 &&
	    provider_get(p, PROVIDER_receipt_status).n > 0 &&
	    (provider_get(p, PROVIDER_receipt_delivered).n > 0 ||
	    provider_get(p, PROVIDER_call_type).n > 0)),
	    "receipts need receipt_id, receipt_status and receipt_delivered");
	require(c, !json || ((id.n == 0 || id.p[0] != '/' ||
	    json_pointer_valid(id)) && json_pointer_valid(
	    provider_get(p, PROVIDER_receipt_status))),
	    "receipt_id and receipt_status of JSON are pointers, /a/b, or "
	    "receipt_id is a parameter of the query");
}

/*
 * S95: what asks for a key has no code in it, and the code is spoken only in
 * the answer to the key.
 */
static void
check_call(struct check *c)
{
	const struct provider *p = c->p;
	struct str type = provider_get(p, PROVIDER_call_type);
	struct str ask = provider_get(p, PROVIDER_call_ask);
	struct str key = provider_get(p, PROVIDER_call_key);

	if (type.n == 0) {
		return;
	}
	require(c, is_one_of(p, PROVIDER_call_type, STR("xml json")),
	    "call_type must be xml or json");
	require(c, provider_channel(p) == CHANNEL_VOICE,
	    "call_type is for a voice");
	require(c, ask.n > 0 && key.n > 0 &&
	    provider_get(p, PROVIDER_call_end).n > 0 &&
	    template_uses(provider_get(p, PROVIDER_call_say),
	    TEMPLATE_SPEECH),
	    "call_type needs call_ask, call_key, call_end, and {speech} in "
	    "call_say");
	require(c, !template_uses(ask, TEMPLATE_SPEECH) &&
	    !template_uses(ask, TEMPLATE_TEXT),
	    "call_ask must not say the code: it is heard by machines too");
	require(c, !str_equal(type, STR("json")) || (json_pointer_valid(key) &&
	    json_pointer_valid(provider_get(p, PROVIDER_call_answered_by))),
	    "call_key and call_answered_by of JSON are pointers, /a/b");
	require(c, provider_get(p, PROVIDER_receipts_url).n > 0,
	    "call_type needs receipts_url, where the provider fetches");
}

static void
check_list(struct check *c, enum provider_key key, const char *name,
    bool (*good)(struct str list, struct buf *reason))
{
	struct buf why;

	buf_init(&why, 256);
	if (!good(provider_get(c->p, key), &why)) {
		buf_printf(c->reason, "[%s]: %s %s\n", c->p->name, name,
		    buf_c(&why));
		c->good = false;
	}
	buf_done(&why);
}

static bool
is_currency(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 'A' || s.p[i] > 'Z') {
			return false;
		}
	}
	return s.n == 3;
}

static void
check_prices(struct check *c)
{
	check_list(c, PROVIDER_countries, "countries", number_list_check);
	check_list(c, PROVIDER_prices, "prices", price_list_check);
	require(c, provider_get(c->p, PROVIDER_prices).n == 0 ||
	    is_currency(provider_get(c->p, PROVIDER_currency)),
	    "prices need a currency, three letters like EUR");
}

static bool
is_https_or_here(struct str url)
{
	return url.n == 0 || str_starts(url, STR("https://")) ||
	    (str_starts(url, STR("http://")) &&
	    is_local(str_slice(url, 7, url.n)));
}

static void
check_sim_swap(struct check *c)
{
	struct str url = provider_get(c->p, PROVIDER_sim_swap_url);
	struct str token = provider_get(c->p, PROVIDER_sim_swap_token_url);
	uint64_t hours = 0;

	require(c, is_https_or_here(url),
	    "sim_swap_url must begin with https://");
	require(c, is_https_or_here(token),
	    "sim_swap_token_url must begin with https://");
	require(c, token.n == 0 || (url.n > 0 &&
	    provider_get(c->p, PROVIDER_sim_swap_client).n > 0 &&
	    provider_get(c->p, PROVIDER_sim_swap_secret_file).n > 0 &&
	    provider_get(c->p, PROVIDER_sim_swap_token_file).n == 0),
	    "sim_swap_token_url needs sim_swap_url, sim_swap_client and "
	    "sim_swap_secret_file, and no sim_swap_token_file");
	require(c, parse_u64(provider_get(c->p, PROVIDER_sim_swap_max_age_h),
	    &hours) && hours >= 1 && hours <= 2400,
	    "sim_swap_max_age_h must be from 1 to 2400");
	require(c, is_one_of(c->p, PROVIDER_sim_swap_failure,
	    STR("send refuse")), "sim_swap_failure must be send or refuse");
}

bool
provider_check(const struct provider *p, struct buf *reason)
{
	struct check c = {.p = p, .reason = reason, .good = true};
	uint64_t connections = 0, timeout = 0;
	bool voice = provider_channel(p) == CHANNEL_VOICE;
	bool form = str_equal(provider_get(p, PROVIDER_type), STR("form"));

	require(&c, is_one_of(p, PROVIDER_channel, STR("sms voice")),
	    "channel must be sms or voice");
	require(&c, is_one_of(p, PROVIDER_method, STR("GET POST PUT")),
	    "method must be GET, POST or PUT");
	require(&c, is_one_of(p, PROVIDER_type, STR("form json text")),
	    "type must be form, json or text");
	require(&c, form || provider_get(p, PROVIDER_body).n > 0,
	    "body is needed where type is not form");
	require(&c, parse_u64(provider_get(p, PROVIDER_connections),
	    &connections) && connections >= 1 && connections <= 64,
	    "connections must be from 1 to 64");
	require(&c, parse_u64(provider_get(p, PROVIDER_timeout_s),
	    &timeout) && timeout >= 1 && timeout <= 60,
	    "timeout_s must be from 1 to 60");
	require(&c, sender_id_list_ok(provider_get(p, PROVIDER_senders),
	    provider_channel(p)), "senders must be names or numbers that a "
	    "message can come from, between commas, or *");
	check_url(&c);
	check_templates(&c);
	require(&c, provider_uses(p, TEMPLATE_TEXT) ||
	    provider_uses(p, TEMPLATE_SPEECH), "{text} is sent nowhere");
	require(&c, provider_uses(p, TEMPLATE_TO) ||
	    provider_uses(p, TEMPLATE_TO_DIGITS), "{to} is sent nowhere");
	require(&c, !voice || (provider_uses(p, TEMPLATE_SPEECH) &&
	    provider_get(p, PROVIDER_speech).n > 0),
	    "a voice needs speech, and {speech} where it is sent");
	require(&c, provider_get(p, PROVIDER_secret_file).n > 0 ||
	    (!provider_uses(p, TEMPLATE_SECRET) &&
	    !provider_uses(p, TEMPLATE_BASIC)), "secret_file is needed");
	check_answer(&c);
	check_receipts(&c);
	check_prices(&c);
	check_sim_swap(&c);
	check_call(&c);
	return c.good;
}
